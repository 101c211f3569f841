"""What a member is for: read, write, action, stop, safe-state.

A property is *write* where it has a setter, else *read*. A method is *stop* where the lab file names it as ``stop``,
else where it is called ``stop`` or ``abort`` and needs no argument; *safe-state* likewise, by ``safe_state`` of the
lab file or by that name. Otherwise the driver's own word holds: an attribute ``role`` of the method, "read" or
"action" ("output-on" and "output-off" are actions too); "read" is for what changes nothing on the instrument, whatever
its arguments. Without it a method is *read* where it can be called with nothing and

- its name begins with ``get_``, ``read_`` or ``is_``, and it does not declare to return None, or
- its name is ``identify``, ``idn`` or ``measure``, begins with ``measure_`` or ends with ``_axis``, and it declares
  what it returns.

Everything else is an *action*: better a warning too many than one too few. Limits: names and the presence of a return
annotation only, so that a facade can be built without looking at types.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyrolab_gui.hosting.members import Member
    from pyrolab_gui.wire.description import Role
    from pyrolab_gui.wire.plans import ServicePlan

OUTPUT_ON, OUTPUT_OFF = "output-on", "output-off"
_STOP_NAMES = ("stop", "abort")
_SAFE_NAMES = ("safe_state",)
_READ_PREFIXES = ("get_", "read_", "is_")
_MEASURING_NAMES = ("identify", "idn", "measure")
_MEASURING_PREFIX = "measure_"
_MEASURING_SUFFIX = "_axis"


def role_of(member: Member, plan: ServicePlan) -> Role:
    """Return the role of a member."""
    if member.is_property:
        return "write" if member.writable else "read"
    if _is(member, plan.safe_state, _SAFE_NAMES):
        return "safe-state"
    if _is(member, plan.stop, _STOP_NAMES):
        return "stop"
    declared = getattr(member.function, "role", None)
    if declared == "read" or declared == "action":
        return declared  # type: ignore[no-any-return]
    if declared in (OUTPUT_ON, OUTPUT_OFF) or member.name in plan.outputs:
        return "action"
    return "read" if _reads_by_name(member) else "action"


def needs_no_argument(member: Member) -> bool:
    """Whether a method can be called with nothing."""
    if member.function is None:
        return False
    try:
        parameters = list(inspect.signature(member.function).parameters.values())
    except (TypeError, ValueError):
        return False
    own = parameters[1:] if member.bound else parameters
    return all(item.default is not item.empty or item.kind in (item.VAR_POSITIONAL, item.VAR_KEYWORD) for item in own)


def _is(member: Member, named: str, usual: tuple[str, ...]) -> bool:
    if named:
        return member.name == named
    return member.name in usual and needs_no_argument(member)


def _reads_by_name(member: Member) -> bool:
    name, returns = member.name, getattr(member.function, "__annotations__", {}).get("return", ...)
    if returns in (None, "None") or not needs_no_argument(member):
        return False
    if name.startswith(_READ_PREFIXES):
        return True
    measures = name in _MEASURING_NAMES or name.startswith(_MEASURING_PREFIX) or name.endswith(_MEASURING_SUFFIX)
    return measures and returns is not ...
