"""Finding the rows of a time in the levels of summaries, from the highest one down: the levels are their own index.

Right also where the clock of an instrument's computer was set back and times overlap. Limits: to be asked in one
`Recording.moment`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyrolab_gui.recording.pyramid import FAN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Place:
    """One channel, and how its file is asked."""

    rows: Callable[[str, Sequence[Any]], list[Any]]
    channel: int

    def height(self, level: int) -> int:
        """Return how many rows a level has; level 1 has one for each block."""
        found = self.rows("SELECT max(number) FROM summaries WHERE channel = ? AND level = ?", (self.channel, level))
        return 0 if found[0][0] is None else found[0][0] + 1


@dataclass(frozen=True, slots=True)
class Row:
    """One row of summaries, without its entries."""

    id: int
    number: int
    start: float
    stop: float
    count: int


def top_level(place: Place) -> int:
    """Return the highest level that has a row; 0 where there are none."""
    level = 0
    while place.height(level + 1):
        level += 1
    return level


def overlapping(place: Place, level: int, start: float, stop: float, *, uncovered: bool = False) -> list[Row]:
    """Return the rows of a level that have samples in a time, in order.

    Parameters
    ----------
    uncovered
        Only those that no row of the next level stands for.
    """
    covered = FAN * place.height(level + 1)
    rows = _between(place, level, covered, None, start, stop)
    if uncovered or not covered:
        return rows
    parents = overlapping(place, level + 1, start, stop)
    if not parents:
        return rows
    low, high = FAN * parents[0].number, FAN * parents[-1].number + FAN - 1
    return _between(place, level, low, high, start, stop) + rows


def _between(place: Place, level: int, low: int, high: int | None, start: float, stop: float) -> list[Row]:
    found = place.rows(
        "SELECT id, number, start, stop, count FROM summaries WHERE channel = ? AND level = ? AND number >= ? "
        "AND number <= ? AND stop >= ? AND start <= ? ORDER BY number",
        (place.channel, level, low, 1 << 62 if high is None else high, start, stop),
    )
    return [Row(*row) for row in found]
