"""Which members of a driver's class are reachable: their names and what they are.

Public methods, properties and annotated attributes (`hosting.settings`) of the class and its bases; ``expose:
decorated`` narrows them to those that Pyro5's ``@expose`` marks. Not reachable are names with an underscore, nested
classes and class attributes without annotation. ``connect`` and ``close`` belong to the host, unless the lab file
leaves connecting to the clients. Limits: attributes that exist only on an instance are not seen; types are looked at
only where attributes are annotated, because a facade is built at the start of the daemon.
"""

from __future__ import annotations

import functools
import inspect
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

HOST_MEMBERS = ("connect", "close")
"""Called by the host alone."""
AUTOCONNECT = "autoconnect"
"""What PyroLab's scripts call first; the host answers it where it connects the driver itself."""
NO_ANNOTATION = inspect.Parameter.empty
_NOT_MINE = (types.MemberDescriptorType, types.GetSetDescriptorType)


class Member:
    """One reachable member.

    `function` is what a method runs (its signature starts with ``self`` where `bound`), `getter` and `setter` are the
    functions of a property where it has Python functions, `annotation` is that of an attribute or descriptor (else
    `NO_ANNOTATION`), and `is_attribute` says that nothing but the annotation makes it a member.
    """

    __slots__ = (
        "annotation", "bound", "function", "getter", "is_attribute", "is_property", "name", "oneway", "readable",
        "setter", "writable",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        is_property: bool,
        function: Callable[..., Any] | None = None,
        *,
        bound: bool = False,
        getter: Callable[..., Any] | None = None,
        setter: Callable[..., Any] | None = None,
        readable: bool = False,
        writable: bool = False,
        oneway: bool = False,
        annotation: Any = NO_ANNOTATION,
        is_attribute: bool = False,
    ) -> None:
        self.name = name
        self.is_property = is_property
        self.function = function
        self.bound = bound
        self.getter = getter
        self.setter = setter
        self.readable = readable
        self.writable = writable
        self.oneway = oneway
        self.annotation = annotation
        self.is_attribute = is_attribute


def members_of(cls: type, *, expose: str = "public", connect: str = "at-start") -> dict[str, Member]:
    """Return the reachable members of a class by name, in the order in which the class defines them.

    Parameters
    ----------
    cls
        The driver's class.
    expose
        ``public`` or ``decorated``.
    connect
        As in the lab file; ``by-client`` makes ``connect`` and ``close`` reachable.
    """
    hidden: set[str] = set() if connect == "by-client" else set(HOST_MEMBERS)
    if connect != "by-client" and hasattr(cls, "connect"):
        hidden.add(AUTOCONNECT)
    settings = _settings(cls) if expose != "decorated" else {}
    found: dict[str, Member] = {}
    for name in _names(cls):
        if name.startswith("_") or name in hidden:
            continue
        member = _member(name, inspect.getattr_static(cls, name, None))
        if member is None:
            if name not in settings:
                continue
            annotation, writable = settings[name]
            member = Member(name, True, readable=True, writable=writable, annotation=annotation, is_attribute=True)
        elif name in settings and member.is_property and member.getter is None and member.setter is None:
            member.annotation = settings[name][0]
            member.writable = member.writable and settings[name][1]
        if expose != "decorated" or _decorated(cls, name):
            found[name] = member
    return found


def _names(cls: type) -> list[str]:
    names: dict[str, None] = {}
    for base in reversed(cls.__mro__[:-1]):
        names.update(dict.fromkeys((*vars(base), *inspect.get_annotations(base))))
    return list(names)


def _settings(cls: type) -> dict[str, tuple[Any, bool]]:
    if all(name.startswith("_") for base in cls.__mro__ for name in inspect.get_annotations(base)):
        return {}
    from pyrolab_gui.hosting.settings import settings_of

    return settings_of(cls)


def _member(name: str, thing: Any) -> Member | None:
    if isinstance(thing, staticmethod):
        return Member(name, False, thing.__func__, oneway=_oneway(thing.__func__))
    if isinstance(thing, classmethod):
        return Member(name, False, thing.__func__, bound=True, oneway=_oneway(thing.__func__))
    if isinstance(thing, property):
        readable, writable = thing.fget is not None, thing.fset is not None
        return Member(name, True, getter=thing.fget, setter=thing.fset, readable=readable, writable=writable)
    if isinstance(thing, functools.cached_property):
        return Member(name, True, getter=thing.func, readable=True)
    if isinstance(thing, type) or isinstance(thing, _NOT_MINE):
        return None
    if inspect.isfunction(thing):
        return Member(name, False, thing, bound=True, oneway=_oneway(thing))
    if isinstance(thing, functools.partialmethod | functools.singledispatchmethod) or inspect.isroutine(thing):
        return Member(name, False, thing if callable(thing) else None, bound=True)
    if hasattr(type(thing), "__get__"):
        return Member(name, True, readable=True, writable=hasattr(type(thing), "__set__"))
    return None


def _oneway(function: Any) -> bool:
    return bool(getattr(function, "_pyroOneway", False))


def _decorated(cls: type, name: str) -> bool:
    thing = inspect.getattr_static(cls, name)
    for part in ("__func__", "fget", "fset", "func"):
        if getattr(getattr(thing, part, None), "_pyroExposed", False):
            return True
    return bool(getattr(thing, "_pyroExposed", False))
