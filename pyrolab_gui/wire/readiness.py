"""How much of a lab is ready, counted against what its files expect: "37 of 40 ready".

What is expected and failed, or was never registered, counts as missing. Limits: counts what it is told; names that no
lab file expects are not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyrolab_gui.wire.health import SEVERITY, Health

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

READY = frozenset((Health.LIVE, Health.SLOW, Health.NOT_ASKED))
"""A slow instrument can be used, and one that nobody has asked yet is not missing."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """`ready` of `expected`; `not_ready` are the names that are missing, the worst first."""

    ready: int = 0
    expected: int = 0
    not_ready: tuple[str, ...] = ()
    worst: Health = Health.LIVE

    @property
    def sentence(self) -> str:
        """The count in words; empty where nothing is expected."""
        return f"{self.ready} of {self.expected} ready" if self.expected else ""


def readiness(healths: Mapping[str, Health], expected: Iterable[str]) -> Readiness:
    """Count what is ready.

    Parameters
    ----------
    healths
        Name -> state, of all names that are registered.
    expected
        The names that the lab files promise.
    """
    wanted = sorted(set(expected))
    states = {name: healths.get(name, Health.LOST) for name in wanted}
    bad = [name for name, state in states.items() if state not in READY]
    bad.sort(key=lambda name: -SEVERITY[states[name]])
    worst = max((states[name] for name in wanted), key=SEVERITY.__getitem__, default=Health.LIVE)
    return Readiness(len(wanted) - len(bad), len(wanted), tuple(bad), worst)
