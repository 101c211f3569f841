"""The class that stands for a driver in the network: one real function or property per reachable member.

It is generated, holds the driver out of reach, and is no subclass of the driver's class: a subclass would also
intercept the calls that the driver makes to itself. Nothing is set on the driver's class. Limits: it forwards; what a
call goes through is `hosting.instance`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyrolab_gui.hosting.instance import Instance
    from pyrolab_gui.hosting.members import Member
    from pyrolab_gui.hosting.operation import Operation


class Facade:
    """Base of the generated classes; what is private is out of Pyro5's reach."""

    __slots__ = ("__weakref__", "_instance")

    _instance: Instance

    def __init__(self, instance: Instance) -> None:
        self._instance = instance


class Operations:
    """The operations of one service by member: get and call (`run`), and `set`; and the host's own answer."""

    __slots__ = ("autoconnect", "run", "set")

    def __init__(self, autoconnect: Operation) -> None:
        self.autoconnect = autoconnect
        self.run: dict[str, Operation] = {}
        self.set: dict[str, Operation] = {}


def build_facade(
    name: str,
    members: Mapping[str, Member],
    operations: Operations,
    instancing: tuple[str, Callable[[type], Any]],
    extra: Mapping[str, Callable[..., Any]],
) -> type[Facade]:
    """Return the facade class of one service.

    Parameters
    ----------
    name
        Of the driver's class.
    members
        The reachable members.
    operations
        What they do.
    instancing
        Instance mode and creator, as Pyro5 reads them.
    extra
        Methods of the host itself (``lock`` and the like).
    """
    namespace: dict[str, Any] = {"__slots__": (), "_pyroInstancing": instancing}
    for member in members.values():
        if member.is_property:
            getter = _getter(operations.run[member.name]) if member.readable else None
            setter = _setter(operations.set[member.name]) if member.writable else None
            namespace[member.name] = property(getter, setter)
        else:
            method = _method(operations.run[member.name])
            if member.oneway:
                method._pyroOneway = True  # type: ignore[attr-defined] # noqa: SLF001 - Pyro5's mark
            namespace[member.name] = method
    for key, function in extra.items():
        namespace[key] = _exposed(function, key)
    return type(name, (Facade,), namespace)


def _exposed(function: Any, name: str) -> Any:
    function.__name__ = function.__qualname__ = name
    function._pyroExposed = True  # noqa: SLF001 - Pyro5's mark
    return function


def _method(operation: Operation) -> Callable[..., Any]:
    def method(self: Facade, *args: Any, **kwargs: Any) -> Any:
        return self._instance.run(operation, args, kwargs)

    return _exposed(method, operation.name)  # type: ignore[no-any-return]


def _getter(operation: Operation) -> Callable[[Any], Any]:
    def get(self: Facade) -> Any:
        return self._instance.run(operation, (), {})

    return _exposed(get, operation.name)  # type: ignore[no-any-return]


def _setter(operation: Operation) -> Callable[[Any, Any], None]:
    def assign(self: Facade, value: Any) -> None:
        self._instance.run(operation, (value,), {})

    return _exposed(assign, operation.name)  # type: ignore[no-any-return]
