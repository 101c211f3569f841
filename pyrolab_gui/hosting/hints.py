"""The annotations of a driver, resolved one by one, so that one that cannot be does not spoil the rest.

A name that exists only for type checkers is a common reason. What it was imported from is looked up in the source
(`hosting.checker_imports`); what is still not there is stood in for by its text (`Unresolved`), and the annotation
around it keeps its meaning: ``Annotated[np.ndarray, Unit("mW")]`` has its unit without numpy. Limits: standard library
only; evaluates what the driver's author wrote as an annotation, and nothing else.
"""

from __future__ import annotations

import builtins
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
    """An annotation, or a part of one, that could not be resolved: as written, and good for any place in another."""

    text: str

    __iter__ = None
    """Not iterable, although it can be subscripted."""

    def __getattr__(self, name: str) -> Unresolved:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unresolved(f"{self.text}.{name}")

    def __getitem__(self, item: Any) -> Unresolved:
        return Unresolved(f"{self.text}[{_text(item)}]")

    def __call__(self, *_args: Any, **_kwargs: Any) -> object:
        """Return metadata that says nothing."""
        return object()

    def __or__(self, other: Any) -> Any:
        return typing.Union[self, other]  # noqa: UP007 - the operator is what is made here

    def __ror__(self, other: Any) -> Any:
        return typing.Union[other, self]  # noqa: UP007 - as above


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
    return _resolved(annotations, getattr(function, "__globals__", {}), cls, types.SimpleNamespace)


def class_hints(cls: type) -> dict[str, Any]:
    """Return the annotations of a class and its bases (the fields of a dataclass)."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if annotations := inspect.get_annotations(base):
            module = sys.modules.get(base.__module__)
            found.update(_resolved(annotations, vars(module) if module else {}, base, _class_with))
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


def _class_with(*, __annotations__: dict[str, Any]) -> type:
    """Return a class with these annotations: only there may ClassVar and Final stand."""
    return type("Annotated", (), {"__annotations__": __annotations__})


def _resolved(
    annotations: dict[str, Any], namespace: dict[str, Any], cls: type | None, holder: Callable[..., Any]
) -> dict[str, Any]:
    own = dict(vars(cls)) if cls is not None else {}
    try:
        return typing.get_type_hints(
            holder(__annotations__=dict(annotations)), namespace, own or None, include_extras=True
        )
    except Exception:  # noqa: BLE001 - one by one, to lose no more than has to be
        names = _Names(own, namespace)
        return {name: _one(name, annotation, names, holder) for name, annotation in annotations.items()}


def _one(name: str, annotation: Any, names: _Names, holder: Callable[..., Any]) -> Any:
    try:
        held = holder(__annotations__={name: annotation})
        return typing.get_type_hints(held, names.namespace, names, include_extras=True)[name]
    except Exception:  # noqa: BLE001 - an annotation is an expression, and may raise anything
        return Unresolved(annotation if isinstance(annotation, str) else repr(annotation))


class _Names(dict[str, Any]):
    """The names that an annotation can use; one that is not there is made up."""

    def __init__(self, own: dict[str, Any], namespace: dict[str, Any]) -> None:
        super().__init__(own)
        self.namespace = namespace

    def __missing__(self, name: str) -> Any:
        if name in self.namespace or hasattr(builtins, name):
            raise KeyError(name)  # Python looks there next
        from pyrolab_gui.hosting.checker_imports import imported_for_checkers

        return imported_for_checkers(name, self.namespace, Unresolved(name))


def _text(item: Any) -> str:
    if isinstance(item, tuple):
        return ", ".join(map(_text, item))
    if isinstance(item, Unresolved):
        return item.text
    return f"{item.__module__}.{item.__qualname__}".removeprefix("builtins.") if isinstance(item, type) else repr(item)
