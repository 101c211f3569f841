"""What each reachable member of a driver does when it is called, read or set, and what checks its arguments.

Limits: nothing is imported or looked up for the checks here; `hosting.signatures` does that at the first call.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.arguments import CallCheck, ValueCheck
from pyrolab_gui.hosting.facade import Operations
from pyrolab_gui.hosting.members import AUTOCONNECT
from pyrolab_gui.hosting.operation import Operation
from pyrolab_gui.hosting.roles import role_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyrolab_gui.hosting.members import Member
    from pyrolab_gui.hosting.steps import Way
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
                beside = plan.concurrent or member.is_attribute or _runs_beside(member.getter)
                found.run[name] = Operation(name, label, perform, beside=beside)
            if member.writable:
                check = ValueCheck(cls, member, plan.limits)
                found.set[name] = Operation(name, label, _assigning(name), check, role="write", writes=True)
                if name in plan.limits:
                    read = _finished(found.run[name], finish) if member.readable else None
                    found.set[name].ways = _way_of_setting(cls, member, plan.limits[name], read)
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
            beside=plan.concurrent or _runs_beside(member.function),
        )
    for name, member in members.items():
        if not member.is_property and any(key.partition(".")[0] == name for key in plan.limits):
            found.run[name].ways = _ways(cls, plan, member, members, found, finish)
    return found


def _runs_beside(function: object) -> bool:
    """Whether the driver says that this may run beside a running call."""
    return bool(getattr(function, "runs_beside", False))


def _way_of_setting(
    cls: type, member: Member, limits: Mapping[str, float], read: Callable[[Any], Any] | None
) -> tuple[Way, ...]:
    from pyrolab_gui.hosting.steps import Way, steps_in

    return (Way(member.name, limits, 0, read, _unit_of(cls, member)),) if steps_in(limits) else ()


def _ways(
    cls: type,
    plan: ServicePlan,
    member: Member,
    members: Mapping[str, Member],
    operations: Operations,
    finish: Callable[[Any], Any],
) -> tuple[Way, ...]:
    from pyrolab_gui.hosting.signatures import limits_for, parameters_of
    from pyrolab_gui.hosting.steps import Way, reader_of, steps_in

    found = []
    parameters = parameters_of(member) or []
    for place, parameter in enumerate(parameters):
        limits = limits_for(plan.limits, member.name, parameter.name, sole=len(parameters) == 1)
        if steps_in(limits):
            read = reader_of(member, parameter.name, members, lambda name: _finished(operations.run[name], finish))
            at = None if parameter.kind is parameter.KEYWORD_ONLY else place
            unit = _unit_of(cls, member, parameter.name)
            found.append(Way(parameter.name, limits or {}, at, read, unit))
    return tuple(found)


def _finished(operation: Operation, finish: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda driver: finish(operation.perform(driver))


def _unit_of(cls: type, member: Member, parameter: str = "") -> Callable[[], str]:
    """Return what looks up the unit of a setting or parameter, when a sentence wants it."""

    def unit() -> str:
        from pyrolab_gui.hosting.hints import hints_of
        from pyrolab_gui.hosting.signatures import setter_annotation, value_annotation
        from pyrolab_gui.hosting.types import describe_type

        if parameter:
            return describe_type(hints_of(member.function, cls).get(parameter, Any)).unit
        return describe_type(setter_annotation(member, cls)).unit or describe_type(value_annotation(member, cls)).unit

    return unit


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
