"""The samples of one channel in memory, at several resolutions: the newest as they are, older ones as entries.

Each level holds a bounded number of the entries of `pyramid`, and the samples themselves are bounded too; so a channel
never takes more than some 25 MB, and what is drawn of 1e8 samples costs what its pixels cost. Limits: times must not
fall; of what is older than the samples, lowest, highest, mean and spread are kept, at last for `ENTRIES` entries of the
highest level.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pyrolab_gui.recording import pyramid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SAMPLES = 262_144
"""Samples that are kept as they are."""
ENTRIES = 32_768
"""Entries that are kept of each level."""
LEVELS = 4


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the samples of a time have in common; without a sample, NaN.

    `exact` is False where the ends of the time cut through entries, so that a few samples more are counted.
    """

    count: int
    low: float
    high: float
    mean: float
    deviation: float
    exact: bool = True


class _Tail:
    """The newest rows of an array that only grows, contiguous: nothing is shifted for a row."""

    def __init__(self, capacity: int, *columns: int) -> None:
        self._capacity = capacity
        self._rows: Floats = np.empty((min(1024, 2 * capacity), *columns))
        self._begin = self._end = 0
        self.first = 0
        """Number of the oldest row that is kept, counted from the first there ever was."""

    @property
    def rows(self) -> Floats:
        return self._rows[self._begin : self._end]

    @property
    def stop(self) -> int:
        """Number of the row that comes next."""
        return self.first + self._end - self._begin

    def since(self, number: int) -> Floats:
        return self.rows[max(number - self.first, 0) :]

    def append(self, rows: Floats) -> None:
        skipped = max(len(rows) - self._capacity, 0)
        if skipped:
            rows = rows[skipped:]
        if self._end + len(rows) > len(self._rows):
            self._make_room(len(rows))
        self._rows[self._end : self._end + len(rows)] = rows
        self._end += len(rows)
        surplus = max(self._end - self._begin - self._capacity, 0)
        self._begin += surplus
        self.first += surplus + skipped

    def _make_room(self, count: int) -> None:
        kept = min(self._end - self._begin, self._capacity)
        self.first += self._end - self._begin - kept
        old = self._rows[self._end - kept : self._end]
        size = min(2 * self._capacity, 2 * (kept + count))
        if size > len(self._rows):
            self._rows = np.empty((size, *self._rows.shape[1:]))
            self._rows[:kept] = old
        else:
            self._rows[:kept] = old.copy()
        self._begin, self._end = 0, kept


class Buffer:
    """Samples of one channel.

    Parameters
    ----------
    samples
        How many samples are kept as they are.
    entries
        How many entries are kept of each level.
    """

    def __init__(self, samples: int = SAMPLES, entries: int = ENTRIES) -> None:
        self._capacity = max(samples, 2 * pyramid.FIRST)
        self._times, self._values = _Tail(self._capacity), _Tail(self._capacity)
        entries = max(entries, 2 * pyramid.FAN)
        self._levels = [_Tail(entries, pyramid.WIDTH) for _ in range(LEVELS)]
        # A level takes from the one below, where what it takes must still be.
        self._step = min(self._capacity // 2, entries // 2 * pyramid.FIRST)

    def __len__(self) -> int:
        """How many samples there are as such."""
        return len(self._times.rows)

    @property
    def times(self) -> Floats:
        """UTC seconds of the newest samples, not falling."""
        return self._times.rows

    @property
    def values(self) -> Floats:
        """The newest samples; NaN where there is no number."""
        return self._values.rows

    @property
    def count(self) -> int:
        """How many samples there ever were."""
        return self._times.stop

    @property
    def first(self) -> int:
        """Number of the oldest sample that is kept as such."""
        return self._times.first

    @property
    def start(self) -> float:
        """The oldest time of which anything is known; NaN if there is none."""
        starts = [float(level.rows[0, pyramid.START]) for level in self._levels if len(level.rows)]
        return min([*starts, float(self.times[0])]) if len(self) else math.nan

    @property
    def nbytes(self) -> int:
        """Memory that the samples take."""
        return sum(tail._rows.nbytes for tail in (self._times, self._values, *self._levels))  # noqa: SLF001

    def append(self, times: Floats, values: Floats) -> None:
        """Add samples behind the newest."""
        for begin in range(0, len(times), self._step):
            self._times.append(times[begin : begin + self._step])
            self._values.append(values[begin : begin + self._step])
            self._rise()

    def _rise(self) -> None:
        """Complete entries of each level from the one below."""
        lowest = self._levels[0]
        missing = self._times.stop // pyramid.FIRST - lowest.stop
        if missing < 1:
            return
        begin = lowest.stop * pyramid.FIRST
        size = missing * pyramid.FIRST
        lowest.append(
            pyramid.of_blocks(self._times.since(begin)[:size], self._values.since(begin)[:size], pyramid.FIRST)
        )
        for below, level in zip(self._levels, self._levels[1:], strict=False):
            missing = below.stop // pyramid.FAN - level.stop
            if missing < 1:
                return
            level.append(pyramid.every(below.since(level.stop * pyramid.FAN)[: missing * pyramid.FAN], pyramid.FAN))

    # -- looking -----------------------------------------------------------------------------------------------------

    def level_for(self, start: float, end: float, points: int) -> int:
        """Return the level to draw a time from: 0 for the samples, else the highest with an entry for each point."""
        if not self.first and self._levels[0].stop < points:
            return 0  # all samples are there, and no level has as many entries as there are points
        starts = [self.times[:1], *(level.rows[:1, pyramid.START] for level in self._levels)]
        firsts = [self.first, *(level.first for level in self._levels)]
        whole = [not first or bool(len(at) and at[0] <= start) for first, at in zip(firsts, starts, strict=True)]
        if not any(whole):  # nobody knows all of it: who knows most
            known = [float(at[0]) if len(at) else math.inf for at in starts]
            whole = [at <= min(known) for at in known]
        finest = whole.index(True)
        for number in range(LEVELS, finest, -1):
            if whole[number] and self._inside(number, start, end) >= points:
                return number
        return finest

    def entries(self, level: int, start: float, end: float) -> tuple[pyramid.Entries, int]:
        """Return the entries of a level (0: one for each sample) from a time, and the number of the first.

        What the level does not hold yet of the newest samples follows as entries of lower levels. One entry beyond
        either end of the time is included.
        """
        rows = self._levels[level - 1].rows if level else self._fresh(0, 0)
        low, high = _places(rows[:, pyramid.START], rows[:, pyramid.STOP], start, end)
        found = rows[low:high]
        if level and high == len(rows):
            newest = pyramid.concatenated(
                self._fresh(number, self._covered(number)) for number in range(level - 1, -1, -1)
            )
            begin, stop = _places(newest[:, pyramid.START], newest[:, pyramid.STOP], start, end)
            found = pyramid.concatenated([found, newest[0 if len(found) else begin : stop]])
        return found, (self._levels[level - 1].first if level else self.first) + low

    def samples(self, start: float, end: float) -> tuple[Floats, Floats, int]:
        """Return the samples of a time as they are, one beyond either end included, and the number of the first."""
        times = self.times
        low, high = _places(times, times, start, end)
        return times[low:high], self.values[low:high], self.first + low

    def statistics(self, start: float, end: float) -> Statistics:
        """Return what the samples of a time have in common, both ends included."""
        if not self.first or (len(self) and self.times[0] <= start):
            low = int(np.searchsorted(self.times, start))
            high = int(np.searchsorted(self.times, end, side="right"))
            inside = slice(low, high)
            return _of_entries(pyramid.of_blocks(self.times[inside], self.values[inside], max(high - low, 1)), True)
        level = self.level_for(start, end, 1000)
        found, _ = self.entries(level, start, end)
        found = found[(found[:, pyramid.STOP] >= start) & (found[:, pyramid.START] <= end)]
        return _of_entries(pyramid.every(found, max(len(found), 1)), level == 0)

    def at(self, time: float) -> tuple[float, float]:
        """Return time and value of the sample that is nearest to a time, or of its entry; NaN without one."""
        if not len(self):
            return math.nan, math.nan
        if self.first and time < self.times[0]:
            found, _ = self.entries(self.level_for(time, time, 1), time, time)
            if len(found):
                middles = (found[:, pyramid.START] + found[:, pyramid.STOP]) / 2
                place = int(np.argmin(np.abs(middles - time)))
                return float(middles[place]), float(found[place, pyramid.MEAN])
        place = int(np.clip(np.searchsorted(self.times, time), 0, len(self) - 1))
        if place and time - self.times[place - 1] < self.times[place] - time:
            place -= 1
        return float(self.times[place]), float(self.values[place])

    def _inside(self, number: int, start: float, end: float) -> int:
        rows = self._levels[number - 1].rows
        low, high = rows[:, pyramid.START].searchsorted([start, end])
        return int(high - low)

    def _covered(self, number: int) -> int:
        """Return how many entries of a level (0: samples) the level above stands for, counted from the first ever."""
        return self._levels[number].stop * (pyramid.FAN if number else pyramid.FIRST)

    def _fresh(self, number: int, begin: int) -> pyramid.Entries:
        """Return the entries of a level (0: one for each sample) from a number on."""
        if number:
            return self._levels[number - 1].since(begin)
        return pyramid.of_blocks(self._times.since(begin), self._values.since(begin), 1)


def _places(starts: Floats, stops: Floats, start: float, end: float) -> tuple[int, int]:
    """Return where a time begins and ends among entries, one beyond either end included."""
    low = max(int(stops.searchsorted(start)) - 1, 0)
    high = min(int(starts.searchsorted(end, side="right")) + 1, len(starts))
    return low, max(high, low)


def _of_entries(one: pyramid.Entries, exact: bool) -> Statistics:
    if not len(one) or not one[0, pyramid.COUNT]:
        return Statistics(0, math.nan, math.nan, math.nan, math.nan, exact)
    _, _, count, low, high, mean, spread = one[0].tolist()
    return Statistics(int(count), low, high, mean, math.sqrt(max(spread, 0.0)), exact)
