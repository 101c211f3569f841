"""The annotations of a driver's functions, resolved one by one, so that one that cannot be does not spoil the rest.

A name that exists only for type checkers is a common reason; the annotation is then kept as text (`Unresolved`).
Limits: standard library only; evaluates what the driver's author wrote, which the import has run anyway.
"""

from __future__ import annotations

import functools
import inspect
import sys
import types
import typing
from dataclasses import dataclass
from typing import Any

if typing.TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Unresolved:
    """An annotation that could not be resolved, as written."""

    text: str


def hints_of(function: Callable[..., Any] | None, cls: type | None = None) -> dict[str, Any]:
    """Return the annotations of a function by parameter name (and ``return``).

    Parameters
    ----------
    function
        A function, or something that wraps one.
    cls
        The class it belongs to, for names that stand in the class.
    """
    function = unwrapped(function)
    annotations = getattr(function, "__annotations__", None)
    if not annotations:
        return {}
    return _resolved(annotations, getattr(function, "__globals__", {}), cls)


def class_hints(cls: type) -> dict[str, Any]:
    """Return the annotations of a class and its bases (the fields of a dataclass)."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        module = sys.modules.get(base.__module__)
        found.update(_resolved(inspect.get_annotations(base), vars(module) if module else {}, base))
    return found


def unwrapped(function: Any) -> Any:
    """Return the function behind decorators, partials and descriptors."""
    while True:
        if isinstance(function, functools.partial | functools.partialmethod):
            function = function.func
        elif isinstance(function, staticmethod | classmethod):
            function = function.__func__
        elif isinstance(function, functools.singledispatchmethod):
            function = function.func
        elif hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        else:
            return function


def _resolved(annotations: dict[str, Any], namespace: dict[str, Any], cls: type | None) -> dict[str, Any]:
    local = dict(vars(cls)) if cls is not None else {}
    holder = types.SimpleNamespace(__annotations__=dict(annotations))
    try:
        return typing.get_type_hints(holder, namespace, local, include_extras=True)
    except Exception:  # noqa: BLE001 - one by one, to lose no more than has to be
        return {name: _one(name, annotation, namespace, local) for name, annotation in annotations.items()}


def _one(name: str, annotation: Any, namespace: dict[str, Any], local: dict[str, Any]) -> Any:
    holder = types.SimpleNamespace(__annotations__={name: annotation})
    try:
        return typing.get_type_hints(holder, namespace, local, include_extras=True)[name]
    except Exception:  # noqa: BLE001 - an annotation is an expression, and may raise anything
        return Unresolved(annotation if isinstance(annotation, str) else repr(annotation))
