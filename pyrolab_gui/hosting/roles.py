"""What a member is for: read, write, action, stop, safe-state.

A property is *write* where it has a setter, else *read*. A method is *stop* where the lab file names it as ``stop``,
else where it is called ``stop`` or ``abort`` and needs no argument; *safe-state* likewise, by ``safe_state`` of the
lab file or by that name. It is *read* where it needs no argument, its name begins with ``get_``, ``read_`` or
``is_`` and it does not declare to return None; everything else is an *action*. Limits: names only, so that a facade
can be built without looking at types.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyrolab_gui.hosting.members import Member
    from pyrolab_gui.wire.description import Role
    from pyrolab_gui.wire.plans import ServicePlan

_STOP_NAMES = ("stop", "abort")
_SAFE_NAMES = ("safe_state",)
_READ_PREFIXES = ("get_", "read_", "is_")


def role_of(member: Member, plan: ServicePlan) -> Role:
    """Return the role of a member."""
    if member.is_property:
        return "write" if member.writable else "read"
    if _is(member, plan.safe_state, _SAFE_NAMES):
        return "safe-state"
    if _is(member, plan.stop, _STOP_NAMES):
        return "stop"
    if member.name.startswith(_READ_PREFIXES) and needs_no_argument(member) and not _returns_none(member):
        return "read"
    return "action"


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


def _returns_none(member: Member) -> bool:
    annotations = getattr(member.function, "__annotations__", {})
    return annotations.get("return", ...) in (None, "None")
