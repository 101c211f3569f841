"""One line of the table: what was measured, and what it may be."""

from __future__ import annotations

import statistics
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Row:
    """A ratio beside its budget. `reference` and `measured` are seconds, or what `unit` says."""

    row: str
    work: str
    value: float
    budget: float
    reference: float
    measured: float
    unit: str = "s"

    @property
    def within_budget(self) -> bool:
        return self.value <= self.budget

    def to_plain(self) -> dict[str, Any]:
        return {**asdict(self), "within_budget": self.within_budget}

    def __str__(self) -> str:
        verdict = "ok" if self.within_budget else "OVER"
        return (
            f"{self.row:<4} {self.work:<62} {self.value:6.2f} x  (budget {self.budget:.2f})  {verdict:<4}  "
            f"{self._text(self.measured)} against {self._text(self.reference)}"
        )

    def _text(self, value: float) -> str:
        return _seconds(value) if self.unit == "s" else f"{value:.1f} {self.unit}"


def ratio(row: str, work: str, budget: float, times: Mapping[str, list[float]], measured: str, reference: str) -> Row:
    """Return the row for the medians of two lists of seconds."""
    ours, theirs = statistics.median(times[measured]), statistics.median(times[reference])
    return Row(row, work, ours / theirs, budget, theirs, ours)


def alternate(works: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Run each work in turn, `rounds` times; each returns its own seconds."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(work())
    return times


def median_of(work: Callable[[], object], times: int) -> float:
    """Return the median time of one call in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def _seconds(value: float) -> str:
    if value < 1e-3:
        return f"{value * 1e6:.0f} µs"
    return f"{value * 1e3:.1f} ms" if value < 1 else f"{value:.2f} s"
