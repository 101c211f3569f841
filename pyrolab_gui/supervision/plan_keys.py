"""Of which kind the child of a plan is, and by what key it is known. Limits: starts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.wire.alarms import AlarmsPlan
from pyrolab_gui.wire.child import ChildKind, child_key
from pyrolab_gui.wire.plans import NameserverPlan, RecorderPlan, RelayPlan

if TYPE_CHECKING:
    from pyrolab_gui.wire.plans import ChildPlan


def kind_of(plan: ChildPlan) -> ChildKind:
    """Return what kind of child a plan is for."""
    if isinstance(plan, RecorderPlan):
        return ChildKind.RECORDER
    if isinstance(plan, AlarmsPlan):
        return ChildKind.ALARMS
    if isinstance(plan, RelayPlan):
        return ChildKind.RELAY
    return ChildKind.NAMESERVER if isinstance(plan, NameserverPlan) else ChildKind.DAEMON


def key_of(plan: ChildPlan) -> str:
    """Return the key of a plan's child."""
    return child_key(kind_of(plan), plan.name)
