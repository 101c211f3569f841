"""A bounded series of readings for a plot, and its curve thinned to the pixels that show it.

`Series` keeps samples at several resolutions (`recording.buffer`) and the gaps beside them; `curve` returns at most a
few points per pixel column, with NaN where there was no reading, in a time that grows with the pixels alone. Limits:
times must rise; a sample older than the newest one is dropped, but for those that `put_before` takes.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace
from operator import lt
from typing import TYPE_CHECKING, Any

import numpy as np

from pyrolab_gui.recording import pyramid
from pyrolab_gui.recording.buffer import SAMPLES, Buffer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from pyrolab_gui.recording.buffer import Statistics

    Floats = NDArray[np.float64]

MAX_GAPS = 1_000
_FEW = 30
_ALIKE = 0.2
"""Two steps that differ by less than this part of them are one rhythm."""
MOST_COMING = 256
"""Pieces, or samples of one piece, that wait to be put away."""


@dataclass(frozen=True, slots=True)
class SeriesGap:
    """A stretch of time without a reading, and why."""

    start: float
    end: float
    reason: str
    message: str = ""


class Series:
    """The samples of one channel.

    Parameters
    ----------
    capacity
        How many samples are kept as they are; older ones are kept coarser.
    """

    def __init__(self, capacity: int = SAMPLES) -> None:
        self._capacity = capacity
        self._whole = Buffer(capacity)
        self._gaps: deque[SeriesGap] = deque(maxlen=MAX_GAPS)
        self._coming: list[tuple[Floats, Floats, float]] = []
        """What was added since anybody looked, with its period: it is put away when somebody does."""
        self._last = (math.nan, math.nan)
        self.version = 0

    @property
    def _buffer(self) -> Buffer:
        if self._coming:
            self._put_away()
        return self._whole

    @property
    def gaps(self) -> deque[SeriesGap]:
        """Stretches of time without a reading, in order."""
        if self._coming:
            self._put_away()
        return self._gaps

    def __len__(self) -> int:
        return len(self._buffer)

    @property
    def times(self) -> Floats:
        """UTC seconds of the samples that are kept as they are, rising."""
        return self._buffer.times

    @property
    def values(self) -> Floats:
        """The samples that are kept as they are."""
        return self._buffer.values

    @property
    def start(self) -> float:
        """The oldest time of which anything is known; nan if there is none."""
        whole = self._whole
        if not len(whole):
            return float(self._coming[0][0][0]) if self._coming else math.nan
        return whole.start if whole.first else float(whole.times[0])

    @property
    def last_time(self) -> float:
        """Time of the newest sample; nan if there is none."""
        return self._last[0]

    @property
    def last_value(self) -> float:
        """The newest sample; nan if there is none."""
        return self._last[1]

    def append(self, times: ArrayLike, values: ArrayLike | list[Any], period: float = 0.0) -> None:
        """Add samples; a hole of more than three periods between two of them becomes a gap.

        Samples that come together may have been taken less often than that: there, three times their own distance.
        """
        new_times, new_values = np.array(times, dtype=float), _numbers(values)
        if not _rises(new_times):
            rises = np.concatenate([[True], new_times[1:] > np.maximum.accumulate(new_times)[:-1]])
            new_times, new_values = new_times[rises], new_values[rises]
        if len(new_times) and not new_times[0] > self._last[0] and self._last[0] == self._last[0]:
            fresh = new_times > self._last[0]
            new_times, new_values = new_times[fresh], new_values[fresh]
        if not len(new_times):
            return
        self._last = (float(new_times[-1]), float(new_values[-1]))
        self._coming.append((new_times, new_values, period))
        self.version += 1
        if len(self._coming) >= MOST_COMING or len(new_times) >= MOST_COMING:
            self._put_away()

    def _put_away(self) -> None:
        """Take what was added into the buffer, in one go: one by one costs ten times as much."""
        coming, self._coming = self._coming, []
        times, values, _ = coming[0]
        if len(coming) > 1:
            times = np.concatenate([part for part, _, _ in coming])
            values = np.concatenate([part for _, part, _ in coming])
        before = float(self._whole.times[-1]) if len(self._whole) else float(times[0])
        shortest = min(_longest_step(period) for _, _, period in coming)
        longest = max(float(times[0]) - before, float((times[1:] - times[:-1]).max()) if len(times) > 1 else 0.0)
        self._end_gaps(times)
        self._whole.append(times, values)
        if longest > shortest:
            steps, lengths = np.diff(times, prepend=before), [len(part) for part, _, _ in coming]
            limits = np.repeat([_longest_step(period) for _, _, period in coming], lengths)
            for index in np.flatnonzero(steps > np.maximum(limits, 3.0 * _usual_steps(steps, lengths))):
                start = float(times[index - 1]) if index else before
                self._add_gap(SeriesGap(start, float(times[index]), ""))

    def put_before(self, older: Series, period: float = 0.0) -> None:
        """Take over what another series knows of the time before this one; what is no older is left out.

        Nothing is done where this series is so long already that its oldest samples are gone. A hole of more than
        three periods between the two becomes a gap.
        """
        if self._buffer.first:
            return
        begin = float(self.times[0]) if len(self) else math.inf
        before = int(np.searchsorted(older.times, begin))
        if before < len(older):
            buffer = Buffer(self._capacity)
            buffer.append(older.times[:before], older.values[:before])
        else:
            buffer = older._buffer
        last = float(buffer.times[-1]) if len(buffer) else begin
        buffer.append(self.times, self.values)
        mine = list(self._gaps)
        if math.isfinite(begin) and begin - last > _longest_step(period):
            mine.insert(0, SeriesGap(last, begin, ""))
        self._whole = buffer
        before_this = (replace(gap, end=min(gap.end, begin)) for gap in older.gaps if gap.start < begin)
        self._gaps = deque(before_this, maxlen=MAX_GAPS)
        for gap in mine:
            self._add_gap(gap)
        if len(buffer):
            self._last = (float(buffer.times[-1]), float(buffer.values[-1]))
        self.version += 1

    def add_gap(self, gap: SeriesGap) -> None:
        """Add a gap; one that touches the last makes that longer, at either end. It begins after the samples in it."""
        if self._coming:
            self._put_away()
        self._add_gap(gap)

    def _add_gap(self, gap: SeriesGap) -> None:
        gap = SeriesGap(min(self._begin(gap), gap.end), max(gap.end, gap.start), gap.reason, gap.message)
        if self._gaps:
            last = self._gaps[-1]
            start, end = min(last.start, gap.start), max(last.end, gap.end)
            if gap.start <= last.end + 1e-3 and not self._between(start, end):
                self._gaps[-1] = SeriesGap(start, end, gap.reason or last.reason, gap.message or last.message)
                self.version += 1
                return
        self._gaps.append(gap)
        self.version += 1

    def _end_gaps(self, times: Floats) -> None:
        """End the gaps that were told before their samples came, each at the first of those (`times`, rising)."""
        for place in range(len(self._gaps) - 1, -1, -1):
            gap = self._gaps[place]
            if gap.end <= times[0]:
                break
            inside = int(np.searchsorted(times, gap.start, side="right"))
            if inside < len(times) and times[inside] < gap.end:
                self._gaps[place] = replace(gap, end=float(times[inside]))

    def _begin(self, gap: SeriesGap) -> float:
        """Return where a gap begins: at the last sample inside it, where its teller did not know of that one."""
        before = int(np.searchsorted(self._whole.times, gap.end, side="left")) - 1
        return max(gap.start, float(self._whole.times[before])) if before >= 0 else gap.start

    def _between(self, start: float, end: float) -> bool:
        """Whether a sample lies strictly between two times."""
        times = self._whole.times
        return bool(np.searchsorted(times, end, side="left") > np.searchsorted(times, start, side="right"))

    def clear(self) -> None:
        """Forget all."""
        self._whole = Buffer(self._capacity)
        self._gaps.clear()
        self._coming, self._last = [], (math.nan, math.nan)
        self.version += 1

    def curve(self, start: float, end: float, pixels: int) -> tuple[Floats, Floats]:
        """Return times and values from `start` to `end`, thinned, with a NaN inside each gap.

        One sample beyond either end is included, so that the line leaves the plot.
        """
        level = self._buffer.level_for(start, end, pixels)
        return self._with_gaps(*(self._coarse(level, start, end, pixels) if level else self._fine(start, end, pixels)))

    def _fine(self, start: float, end: float, pixels: int) -> tuple[Floats, Floats]:
        times, values, number = self._buffer.samples(start, end)
        block = _block(len(times), pixels)
        if block > 1:
            # Buckets stand at fixed sample numbers, so that a scrolling curve does not shimmer.
            number = max(number - number % block, self._buffer.first)
            low = number - self._buffer.first
            high = low + int(np.searchsorted(self.times[low:], times[-1], side="right"))
            times, values = self.times[low:high], self.values[low:high]
        picked = extremes(values, block, number % block if block > 1 else 0)
        return (times, values) if picked is None else (times[picked], values[picked])

    def _coarse(self, level: int, start: float, end: float, pixels: int) -> tuple[Floats, Floats]:
        """Return the curve from entries: down to the lowest and up to the highest value of each."""
        entries, number = self._buffer.entries(level, start, end)
        low, high = entries[:, pyramid.LOW], entries[:, pyramid.HIGH]
        begins, stops = entries[:, pyramid.START], entries[:, pyramid.STOP]
        block = _block(len(entries), pixels // 2)
        if block > 1:
            edges = np.arange(-(number % block), len(entries), block).clip(0)
            low, high = np.fmin.reduceat(low, edges), np.fmax.reduceat(high, edges)
            begins, stops = begins[edges], stops[np.append(edges[1:], len(entries)) - 1]
        shown = np.stack([np.full(len(begins), True), stops > begins], axis=1)  # one sample is one point
        return np.stack([begins, stops], axis=1)[shown], np.stack([low, high], axis=1)[shown]

    def statistics(self, start: float, end: float) -> Statistics:
        """Return what the samples of a time have in common."""
        return self._buffer.statistics(start, end)

    def at(self, time: float) -> tuple[float, float]:
        """Return time and value of the sample nearest to a time; nan where a gap or nothing is there."""
        found, value = self._buffer.at(time)
        if time < self.start or any(gap.start < time < gap.end for gap in self.gaps_between(time, time)):
            return math.nan, math.nan
        return found, value

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


def _rises(times: Floats) -> bool:
    """Whether times rise. Most come in batches of a few, where an operation on the whole costs more than all pairs."""
    if len(times) > _FEW:
        return bool((times[1:] > times[:-1]).all())
    each = times.tolist()
    return all(map(lt, each, each[1:]))


def _longest_step(period: float) -> float:
    """Return how many seconds may lie between two readings that are taken every `period` seconds."""
    return max(3.0 * period, 1.0) if period else math.inf


def _usual_steps(steps: Floats, lengths: list[int]) -> Floats:
    """Return for each step what is usual there; 0 at the edges of what came together (`lengths` samples).

    That is the smaller of the steps beside it, or itself where one of those is as long: a rhythm, not a hole.
    """
    own = steps.copy()
    firsts = np.cumsum([0, *lengths[:-1]])
    own[firsts] = math.inf
    before, after = np.append(math.inf, own[:-1]), np.append(own[1:], math.inf)
    usual = np.minimum(before, after)
    usual[firsts] = math.inf
    with np.errstate(invalid="ignore"):
        rhythm = (np.abs(own - before) < _ALIKE * own) | (np.abs(own - after) < _ALIKE * own)
    return np.where(rhythm, own, np.where(np.isinf(usual), 0.0, usual))


def _numbers(values: ArrayLike | list[Any]) -> Floats:
    """Return samples as floats; what is no number is nan."""
    if isinstance(values, list):
        values = [float(value) if isinstance(value, bool | int | float) else math.nan for value in values]
    return np.array(values, dtype=float)


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
    holes = bool(np.isnan(body).any())
    lowest = base + np.argmin(np.where(np.isnan(body), np.inf, body) if holes else body, axis=1)
    highest = base + np.argmax(np.where(np.isnan(body), -np.inf, body) if holes else body, axis=1)
    picked = np.empty(2 * whole + 2, dtype=np.intp)
    picked[0], picked[-1] = 0, count - 1  # the edges, with what stands before the first bucket and after the last
    picked[1:-1:2], picked[2:-1:2] = np.minimum(lowest, highest), np.maximum(lowest, highest)
    different: NDArray[np.intp] = picked[np.concatenate([[True], picked[1:] != picked[:-1]])]
    return different


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
