"""What becomes of the columns of one channel on their way to disk: each sample once, each gap as long as it was.

A feed may bring again what is recorded already (after the recorder was started anew, or a service was found at another
address), tells of a loss before it knows whether anything is lost, and of a gap that goes on again and again. Limits:
knows one channel, no file and no network.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pyrolab_gui.recording.values import Samples, samples
from pyrolab_gui.wire.columns import MAX_SAMPLES, Gap

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.wire.columns import Column

STOPPED = "stopped"
"""The reason of a gap that the recorder itself has left."""
_NOTHING_LOST = 2.5
"""Periods between two samples of which one may just be late."""


class Track:
    """One channel that is being recorded.

    Parameters
    ----------
    period
        Between two readings, in seconds.
    started
        When the recording began, in seconds since the epoch.
    last
        The last sample that the file has already.
    put, void
        Called with a gap that is to be written (again), and with one that was none.
    """

    def __init__(
        self,
        period: float,
        started: float,
        last: float | None,
        put: Callable[[Gap], None],
        void: Callable[[Gap], None],
    ) -> None:
        self._period = period
        self._floor = started if last is None else last
        self._last = last
        self._resumed = last is not None
        self._put, self._void = put, void
        self._expected: int | None = None
        self._catching_up = True
        self._open: Gap | None = None
        self.count = 0
        """Samples taken."""
        self.trouble = ""
        """Why there was no reading, as last told."""

    def take(self, column: Column) -> Samples:
        """Return the samples of a column that are new."""
        try:
            fresh = self._fresh(column)
            gaps = column.gaps
        except ValueError as error:  # a list, a picture: nothing that can be a channel
            fresh = Samples(np.empty(0), np.empty(0))
            gaps = (*column.gaps, Gap(column.times[0], column.times[-1], "error", str(error)))
        contiguous = bool(len(column.times)) and column.first == self._expected
        if len(column.times):
            self._expected = column.cursor
        if len(fresh) and self._resumed:
            self._note_pause(float(fresh.times[0]), gaps)
        for gap in gaps:
            self._take_gap(gap, fresh, contiguous)
        self._close_gap(fresh, contiguous)
        if len(fresh):
            self._last = float(fresh.times[-1])
            self.count += len(fresh)
        return fresh

    def finish(self, now: float) -> None:
        """End: what was missing until now is missing until the end."""
        if self._open is not None:
            self._put(replace(self._open, end=max(self._open.end, now)))
            self._open = None

    def _fresh(self, column: Column) -> Samples:
        """Leave out what came before the recording, or is in it already."""
        taken = samples(column.times, column.values)
        if not len(taken):
            return taken
        if column.first != self._expected:
            self._catching_up = True
        if not self._catching_up:
            return taken
        self._catching_up = len(taken) >= MAX_SAMPLES  # there is more of the past
        after = self._floor if self._last is None else self._last
        new = taken.times > after
        return Samples(taken.times[new], taken.values[new])

    def _note_pause(self, first: float, gaps: tuple[Gap, ...]) -> None:
        """Note the time in which the recorder did not run, once, where nobody else kept the readings of it."""
        self._resumed = False
        assert self._last is not None
        explained = any(gap.start <= first and gap.end > self._last for gap in gaps)
        if first - self._last > max(1.0, _NOTHING_LOST * self._period) and not explained:
            self._put(Gap(self._last, first, STOPPED, "the recorder did not run"))

    def _take_gap(self, gap: Gap, fresh: Samples, contiguous: bool) -> None:
        if gap.end < self._floor or (gap.start < self._floor and gap.reason == "dropped"):
            return
        gap = replace(gap, start=max(gap.start, self._floor))
        self.trouble = gap.message or self.trouble
        known = self._open
        if known is not None and len(fresh) and self._next(fresh, known) <= gap.start:
            self._close_gap(fresh, contiguous)
            known = None
        if known is not None and known.reason == gap.reason and (known.message == gap.message or not gap.message):
            gap = replace(known, end=max(known.end, gap.end))
        elif known is not None and known.start >= gap.start:
            gap = replace(gap, start=known.start)
        elif known is not None:
            self._put(replace(known, end=max(known.end, gap.start)))  # no sample came between the two
        self._open = gap
        self._put(gap)

    def _close_gap(self, fresh: Samples, contiguous: bool) -> None:
        """End the gap that is open with the first sample after its beginning."""
        known = self._open
        if known is None or not len(fresh):
            return
        first = self._next(fresh, known)
        if first == float("inf"):
            return
        self._open = None
        before = fresh.times[fresh.times <= known.start]
        last = float(before[-1]) if len(before) else self._last
        if contiguous and known.reason == "restart" and last is not None:
            if first - last <= _NOTHING_LOST * self._period:
                self._void(known)  # only the connection was lost; the daemon had gone on
                return
        self._put(replace(known, end=first))

    @staticmethod
    def _next(fresh: Samples, gap: Gap) -> float:
        later = fresh.times[fresh.times > gap.start]
        return float(later[0]) if len(later) else float("inf")
