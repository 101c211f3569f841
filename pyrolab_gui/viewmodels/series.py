"""A bounded series of readings for a plot, and its curve thinned to the pixels that show it.

`Series` keeps the newest samples contiguous (no roll, no copy per sample) and the gaps beside them; `curve` returns
at most a few points per pixel column, with NaN where there was no reading. Limits: times must rise; a sample older
than the newest one is dropped.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

CAPACITY = 100_000
MAX_GAPS = 1_000


@dataclass(frozen=True, slots=True)
class SeriesGap:
    """A stretch of time without a reading, and why."""

    start: float
    end: float
    reason: str
    message: str = ""


class Series:
    """The newest samples of one channel.

    Parameters
    ----------
    capacity
        How many samples are kept.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._times: Floats = np.empty(min(2 * capacity, 4096))
        self._values: Floats = np.empty_like(self._times)
        self._first = 0
        self._end = 0
        self._dropped = 0
        self.gaps: deque[SeriesGap] = deque(maxlen=MAX_GAPS)
        self.version = 0

    def __len__(self) -> int:
        return self._end - self._first

    @property
    def times(self) -> Floats:
        """UTC seconds of the kept samples, rising."""
        return self._times[self._first : self._end]

    @property
    def values(self) -> Floats:
        """The kept samples."""
        return self._values[self._first : self._end]

    @property
    def last_time(self) -> float:
        """Time of the newest sample; nan if there is none."""
        return float(self._times[self._end - 1]) if len(self) else math.nan

    @property
    def last_value(self) -> float:
        """The newest sample; nan if there is none."""
        return float(self._values[self._end - 1]) if len(self) else math.nan

    def append(self, times: ArrayLike, values: ArrayLike | list[Any], period: float = 0.0) -> None:
        """Add samples; a hole of more than three periods between two of them becomes a gap."""
        new_times: Floats = np.array(times, dtype=float)
        new_values: Floats = np.array(
            [_number(value) for value in values] if isinstance(values, list) else values, dtype=float
        )
        fresh = new_times > (self.last_time if len(self) else -math.inf)
        if not fresh.all():
            new_times, new_values = new_times[fresh], new_values[fresh]
        if not len(new_times):
            return
        limit = max(3.0 * period, 1.0) if period else math.inf
        before = self.last_time if len(self) else float(new_times[0])
        for index in np.flatnonzero(np.diff(new_times, prepend=before) > limit):
            start = float(new_times[index - 1]) if index else before
            self.add_gap(SeriesGap(start, float(new_times[index]), ""))
        self._room(len(new_times))
        kept = min(len(new_times), self._capacity)
        self._times[self._end : self._end + kept] = new_times[-kept:]
        self._values[self._end : self._end + kept] = new_values[-kept:]
        self._end += kept
        surplus = len(self) - self._capacity
        if surplus > 0:
            self._first += surplus
            self._dropped += surplus
        self.version += 1

    def _room(self, count: int) -> None:
        """Make room for `count` more samples behind the newest."""
        count = min(count, self._capacity)
        if self._end + count <= len(self._times):
            return
        kept = min(len(self), self._capacity)
        times, values = self.times[-kept:] if kept else self.times, self.values[-kept:] if kept else self.values
        size = min(2 * self._capacity, max(len(self._times), 2 * (kept + count)))
        if size > len(self._times):
            grown_times, grown_values = np.empty(size), np.empty(size)
            grown_times[:kept], grown_values[:kept] = times, values
            self._times, self._values = grown_times, grown_values
        else:
            self._times[:kept], self._values[:kept] = times.copy(), values.copy()
        self._first, self._end = 0, kept

    def add_gap(self, gap: SeriesGap) -> None:
        """Add a gap; one that touches the last makes that longer, at either end. It begins after the samples in it."""
        gap = SeriesGap(min(self._begin(gap), gap.end), max(gap.end, gap.start), gap.reason, gap.message)
        if self.gaps:
            last = self.gaps[-1]
            if gap.start <= last.end + 1e-3 and not self._between(last.end, gap.start):
                reason = gap.reason or last.reason
                start = min(last.start, gap.start)
                self.gaps[-1] = SeriesGap(start, max(last.end, gap.end), reason, gap.message or last.message)
                self.version += 1
                return
        self.gaps.append(gap)
        self.version += 1

    def _begin(self, gap: SeriesGap) -> float:
        """Return where a gap begins: at the last sample inside it, where its teller did not know of that one."""
        before = int(np.searchsorted(self.times, gap.end, side="left")) - 1
        return max(gap.start, float(self.times[before])) if before >= 0 else gap.start

    def _between(self, start: float, end: float) -> bool:
        """Whether a sample lies strictly between two times."""
        low, high = np.searchsorted(self.times, [start, end], side="right")
        return bool(high > low)

    def clear(self) -> None:
        """Forget all."""
        self._first = self._end = 0
        self.gaps.clear()
        self.version += 1

    def curve(self, start: float, end: float, pixels: int) -> tuple[Floats, Floats]:
        """Return times and values from `start` to `end`, thinned, with a NaN inside each gap.

        One sample beyond either end is included, so that the line leaves the plot.
        """
        low = max(int(np.searchsorted(self.times, start)) - 1, 0)
        high = min(int(np.searchsorted(self.times, end, side="right")) + 1, len(self))
        block = _block(high - low, pixels)
        if block > 1:
            # Buckets stand at fixed sample numbers, so that a scrolling curve does not shimmer.
            low = max(low - (self._dropped + low) % block, 0)
        times, values = self.times[low:high], self.values[low:high]
        picked = extremes(values, block, (self._dropped + low) % block if block > 1 else 0)
        if picked is not None:
            times, values = times[picked], values[picked]
        return self._with_gaps(times, values)

    def _with_gaps(self, times: Floats, values: Floats) -> tuple[Floats, Floats]:
        if not len(times):
            return times, values
        inside = [gap for gap in self.gaps if gap.end > times[0] and gap.start < times[-1]]
        if not inside:
            return times, values
        places = np.searchsorted(times, [(gap.start + gap.end) / 2 for gap in inside])
        middles = [(gap.start + gap.end) / 2 for gap in inside]
        return np.insert(times, places, middles), np.insert(values, places, math.nan)

    def gaps_between(self, start: float, end: float) -> list[SeriesGap]:
        """Return the gaps that reach into a stretch of time."""
        return [gap for gap in self.gaps if gap.end > start and gap.start < end]


def merged(gaps: Iterable[SeriesGap]) -> list[SeriesGap]:
    """Return gaps, of several series perhaps, with those that overlap as one; the reason stays where it is the same."""
    result: list[SeriesGap] = []
    for gap in sorted(gaps, key=lambda each: each.start):
        last = result[-1] if result else None
        if last is not None and gap.start <= last.end:
            reason = last.reason if gap.reason in ("", last.reason) else gap.reason if not last.reason else ""
            result[-1] = SeriesGap(last.start, max(last.end, gap.end), reason, last.message or gap.message)
        else:
            result.append(gap)
    return result


def _number(value: Any) -> float:
    """Return a sample as a float; what is no number is nan."""
    if isinstance(value, bool) or isinstance(value, int | float):
        return float(value)
    return math.nan


def _block(count: int, pixels: int) -> int:
    """Return how many samples share a bucket: a power of two, so that it changes seldom."""
    if count <= 4 * max(pixels, 1):
        return 1
    return int(2 ** math.ceil(math.log2(count / max(pixels, 1))))


def extremes(values: Floats, block: int, phase: int = 0) -> NDArray[np.intp] | None:
    """Return the indices of the smallest and largest value of each bucket, in order; None if nothing is to thin.

    Parameters
    ----------
    values
        The samples, nan where there is none.
    block
        Samples per bucket.
    phase
        How far into a bucket the first sample stands.
    """
    count = len(values)
    if block <= 1 or count <= 2 * block:
        return None
    head = (block - phase) % block
    whole = (count - head) // block
    if whole < 1:
        return None
    body = values[head : head + whole * block].reshape(whole, block)
    base = head + np.arange(whole) * block
    lowest = base + np.argmin(np.where(np.isnan(body), np.inf, body) if np.isnan(body).any() else body, axis=1)
    highest = base + np.argmax(np.where(np.isnan(body), -np.inf, body) if np.isnan(body).any() else body, axis=1)
    pairs = np.sort(np.stack([lowest, highest], axis=1), axis=1).reshape(-1)
    edges = [np.arange(min(head, 1)), pairs, np.arange(count - 1, count)]
    return np.unique(np.concatenate(edges).astype(np.intp))


def thin(x: Floats, y: Floats, pixels: int) -> tuple[Floats, Floats]:
    """Return a curve of any length with at most a few points per pixel, its extremes kept.

    Parameters
    ----------
    x, y
        Same length; `x` need not rise.
    pixels
        Width of the plot.
    """
    picked = extremes(y, _block(len(y), pixels))
    return (x, y) if picked is None else (x[picked], y[picked])
