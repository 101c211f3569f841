"""What each reachable member of a driver does when it is called, read or set, and what checks its arguments.

Limits: nothing is imported or looked up for the checks here; `hosting.signatures` does that at the first call.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.arguments import CallCheck, ValueCheck
from pyrolab_gui.hosting.facade import Operations
from pyrolab_gui.hosting.instance import Operation
from pyrolab_gui.hosting.members import AUTOCONNECT
from pyrolab_gui.hosting.roles import role_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyrolab_gui.hosting.members import Member
    from pyrolab_gui.wire.plans import ServicePlan


def operations_of(
    cls: type,
    plan: ServicePlan,
    members: Mapping[str, Member],
    on_connect: Callable[[], None],
    finish: Callable[[Any], Any],
) -> Operations:
    """Return the operations of a service.

    Parameters
    ----------
    cls
        The driver's class.
    plan
        What the lab file says, for limits and for what is urgent.
    members
        The reachable members.
    on_connect
        Called after a client has called ``connect``, where connecting is left to clients.
    finish
        Runs what an ``async`` function of the driver returned to its end.
    """
    found = Operations(autoconnect=Operation(AUTOCONNECT, f"{plan.name}.{AUTOCONNECT}", _nothing))
    for name, member in members.items():
        label = f"{plan.name}.{name}"
        if member.is_property:
            if member.readable:
                perform = _reading(name) if member.is_attribute else operator.attrgetter(name)
                found.run[name] = Operation(name, label, perform)
            if member.writable:
                check = ValueCheck(cls, member, plan.limits)
                found.set[name] = Operation(name, label, _assigning(name), check, role="write", writes=True)
            continue
        perform = _calling(name)
        if name == "connect":
            perform = _and_then(perform, finish, on_connect)
        found.run[name] = Operation(
            name,
            label,
            perform,
            CallCheck(cls, member, label, plan.limits),
            role=role_of(member, plan),
            beside=plan.concurrent or bool(getattr(member.function, "runs_beside", False)),
        )
    return found


def _nothing(_driver: Any) -> None:
    """Do nothing: that the driver is there has been seen to before."""


def _reading(name: str) -> Callable[[Any], Any]:
    def read(driver: Any) -> Any:
        try:
            return getattr(driver, name)
        except AttributeError:
            raise AttributeError(f"the driver has not given {name} a value yet") from None

    return read


def _calling(name: str) -> Callable[..., Any]:
    def call(driver: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(driver, name)(*args, **kwargs)

    return call


def _assigning(name: str) -> Callable[[Any, Any], None]:
    def assign(driver: Any, value: Any) -> None:
        setattr(driver, name, value)

    return assign


def _and_then(
    perform: Callable[..., Any], finish: Callable[[Any], Any], then: Callable[[], None]
) -> Callable[..., Any]:
    def call(driver: Any, *args: Any, **kwargs: Any) -> Any:
        result = finish(perform(driver, *args, **kwargs))
        then()
        return result

    return call
