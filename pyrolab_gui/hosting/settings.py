"""Annotated attributes of a driver's class, which are settings of the instrument: read and written like properties.

``alarm: Annotated[float, Interval(ge=-40, le=125), Unit("°C")]`` is one, with a value on the class or without; so are
the fields of a dataclass. ``ClassVar`` and ``InitVar`` are none, ``Final`` and what is frozen are read only. An
attribute whose type cannot travel (a serial port, a handle) is the driver's own business. Limits: imported only where
a class has annotated attributes.
"""

from __future__ import annotations

import dataclasses
import typing
from typing import Any, get_origin

from pyrolab_gui.hosting.hints import class_hints
from pyrolab_gui.hosting.types import describe_type

if typing.TYPE_CHECKING:
    from pyrolab_gui.wire.description import TypeDescription


def settings_of(cls: Any) -> dict[str, tuple[Any, bool]]:
    """Return annotation, and whether it may be written, of each public annotated attribute."""
    frozen = issubclass(cls, tuple) or getattr(getattr(cls, "__dataclass_params__", None), "frozen", False)
    found: dict[str, tuple[Any, bool]] = {}
    for name, annotation in class_hints(cls).items():
        wrapper = _wrapper(annotation)
        if name.startswith("_") or wrapper is typing.ClassVar or isinstance(annotation, dataclasses.InitVar):
            continue
        if annotation is typing.Final:
            annotation = Any
        if _travels(describe_type(annotation)):
            found[name] = annotation, not frozen and wrapper is not typing.Final
    return found


def _wrapper(annotation: Any) -> Any:
    while get_origin(annotation) is typing.Annotated:
        annotation = annotation.__origin__
    return get_origin(annotation) or annotation


def _travels(described: TypeDescription) -> bool:
    if described.kind == "any":
        return not described.name
    return all(map(_travels, described.items)) and all(_travels(field.type) for field in described.fields)
