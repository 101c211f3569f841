"""Of which kind the child of a plan is, and by what key it is known. Limits: starts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.wire.child import ChildKind, child_key
from pyrolab_gui.wire.plans import DaemonPlan, NameserverPlan, RecorderPlan, RelayPlan

if TYPE_CHECKING:
    from pyrolab_gui.wire.plans import ChildPlan


_KINDS = {
    ChildKind.NAMESERVER: NameserverPlan,
    ChildKind.DAEMON: DaemonPlan,
    ChildKind.RECORDER: RecorderPlan,
    ChildKind.RELAY: RelayPlan,
}
"""All but the alarms, whose plan most labs need not load."""


def kind_of(plan: ChildPlan) -> ChildKind:
    """Return what kind of child a plan is for."""
    for kind, cls in _KINDS.items():
        if isinstance(plan, cls):
            return kind
    return ChildKind.ALARMS


def key_of(plan: ChildPlan) -> str:
    """Return the key of a plan's child."""
    return child_key(kind_of(plan), plan.name)
