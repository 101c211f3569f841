"""The sum of health: the lab's expected instruments by state, the worst first; "37 of 40 ready"; what is foreign.

An instrument of the lab file is expected whether the nameserver knows it or not, so one that failed or was never
registered is counted too; what a nameserver lists besides is counted apart. The top bar and the registry's foot show
the same sum. Limits: a pure function of what two view models know.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyrolab_gui.viewmodels.daemons_tree import state_of_service
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.health import SEVERITY, Health
from pyrolab_gui.wire.names import SERVERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyrolab_gui.viewmodels.registry_rows import RegistryRow
    from pyrolab_gui.wire.child import ChildStatus

STOPPED = "stopped"
_HEALTH = {
    "connected": Health.NOT_ASKED,
    "not-asked": Health.NOT_ASKED,
    "connecting": Health.CONNECTING,
    "not-connected": Health.NOT_CONNECTED,
    "lost": Health.LOST,
    "stale": Health.STALE,
}
"""Health of an instrument that no nameserver lists, by what its daemon says of it."""

_RANK = {STOPPED: 0.5, **{str(health): float(rank) for health, rank in SEVERITY.items()}}
_READY = frozenset(map(str, (Health.LIVE, Health.SLOW, Health.NOT_ASKED)))
"""A slow instrument can be used, and one that nobody has asked yet is not missing."""


@dataclass(frozen=True, slots=True)
class LabHealth:
    """`counts`: state and number, the worst first; `expected`: how many the lab has; `others`: how many are foreign.

    `not_ready` are the names of the lab that cannot be used, the worst first, and `worst` the state of the first of
    them; `promised` says that it is a lab file that expects them.
    """

    counts: tuple[tuple[str, int], ...] = ()
    expected: int = 0
    others: int = 0
    not_ready: tuple[str, ...] = ()
    worst: str = ""
    promised: bool = False

    @property
    def sentence(self) -> str:
        """How much of the lab is ready, in words; empty where no lab file expects anything."""
        return f"{self.expected - len(self.not_ready)} of {self.expected} ready" if self.promised else ""


def sum_up(
    services: Mapping[str, ChildStatus | None],
    rows: Iterable[RegistryRow],
) -> LabHealth:
    """Return the sum.

    Parameters
    ----------
    services
        The services of the lab, on all its PCs, by registered name, with their daemon; without any, every instrument
        counts.
    rows
        What the nameserver lists; what is of the lab, but not among `services`, is on a PC whose lab file is not here.
    """
    # By key: what another nameserver lists under the same name is not the lab's.
    listed = {row.key: row for row in rows if row.object_id not in SERVERS and not row.offline}
    if not services:
        return LabHealth(_ordered([str(row.health) for row in listed.values()]), len(listed))
    states = {name: _state(name, daemon, listed.get(name)) for name, daemon in services.items()}
    states |= {row.name: str(row.health) for row in listed.values() if row.ours and row.name not in services}
    others = sum(name not in services and not row.ours for name, row in listed.items())
    not_ready = sorted(
        (name for name, state in states.items() if state not in _READY), key=lambda name: (-_rank(states[name]), name)
    )
    worst = states[not_ready[0]] if not_ready else ""
    return LabHealth(_ordered(states.values()), len(states), others, tuple(not_ready), worst, promised=True)


def _state(name: str, daemon: ChildStatus | None, row: RegistryRow | None) -> str:
    if daemon is None:
        return STOPPED
    if daemon.state is ChildState.UNRESPONSIVE:
        return str(Health.NO_REPLY)
    if daemon.state is ChildState.STARTING:
        return str(Health.CONNECTING)
    if row is not None and daemon.state is ChildState.RUNNING:
        return str(row.health)
    return str(_HEALTH.get(state_of_service(name, daemon)[0], STOPPED))


def _ordered(states: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(states)
    return tuple((state, counts[state]) for state in sorted(counts, key=lambda state: -_rank(state)))


def _rank(state: str) -> float:
    return _RANK.get(state, 0.0)
