"""The readings of one channel: an hour of them at least, with the gaps between, handed out since a cursor.

A sample has a number that counts up for ever; a gap stands before a number. A gap that has not ended is handed out
again, longer, with every answer: a client replaces the one that has the same start. A cursor from before a restart of
the daemon is answered from the oldest sample, after a gap *restart*. Limits: at most 100,000 samples are kept, and
`wire.columns.MAX_SAMPLES` go into one answer; the cursor of the answer leads to the rest.
"""

from __future__ import annotations

import threading
import time as clock
from array import array
from collections import deque
from dataclasses import replace
from typing import Any

from pyrolab_gui.wire.columns import MAX_SAMPLES, Column, Gap, GapReason

MAX_KEPT = 100_000
MIN_KEPT = 1_000
KEPT_SECONDS = 3_600.0
_MAX_GAPS = 2_000


class Ring:
    """The samples and gaps of one channel."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self._lock = threading.Lock()
        self._times: array[float] = array("d")
        self._values: array[float] | list[Any] = array("d")
        self._first = 0  # number of the oldest sample
        self._capacity = MIN_KEPT
        self._gaps: deque[tuple[int, Gap]] = deque(maxlen=_MAX_GAPS)
        self._open: Gap | None = None
        self._offered: tuple[float, Any] | None = None
        self._spacing = 1.0

    @property
    def last_time(self) -> float | None:
        """The time of the newest sample."""
        with self._lock:
            return self._times[-1] if self._times else None

    @property
    def newest(self) -> tuple[float, Any] | None:
        """The time and the value of the newest sample."""
        with self._lock:
            return (self._times[-1], self._values[-1]) if self._times else None

    @property
    def open_gap(self) -> Gap | None:
        """The gap that has not ended."""
        with self._lock:
            return self._open

    def hold_for(self, period: float) -> None:
        """Make room for an hour at this period."""
        wanted = int(min(MAX_KEPT, max(MIN_KEPT, 1.1 * KEPT_SECONDS / period)))
        with self._lock:
            self._capacity = max(self._capacity, wanted)

    def add(self, time: float, value: Any) -> None:
        """Add a sample; a gap that was open ends here."""
        with self._lock:
            self._offered = None
            self._add(time, value)

    def offer(self, time: float, value: Any, spacing: float) -> None:
        """Add a value that came by itself; of many within `spacing` seconds the newest, when these are over."""
        with self._lock:
            self._spacing = spacing
            if self._times and time - self._times[-1] < spacing:
                self._offered = time, value
            else:
                self._offered = None
                self._add(time, value)

    def _add(self, time: float, value: Any) -> None:
        self._close_gap(time)
        if isinstance(self._values, array) and not isinstance(value, int | float):
            self._values = list(self._values)
        self._times.append(time)
        self._values.append(float(value) if isinstance(self._values, array) else value)
        if len(self._times) >= 2 * self._capacity:
            surplus = len(self._times) - self._capacity
            del self._times[:surplus], self._values[:surplus]
            self._first += surplus

    def gap(self, start: float, end: float, reason: GapReason, message: str = "") -> None:
        """Note that there was no reading; a gap with the same reason as the one before makes that one longer."""
        with self._lock:
            if self._open is not None and (self._open.reason, self._open.message) == (reason, message):
                self._open = replace(self._open, end=end)
                return
            self._close_gap(start)
            self._open = Gap(start, end, reason, message)

    def since(self, cursor: int, period: float, pace: float = 0.0) -> Column:
        """Return what is new since a cursor (-1: all that is kept)."""
        with self._lock:
            if self._offered is not None and clock.time() - self._times[-1] >= self._spacing:
                self._add(*self._offered)
                self._offered = None
            following = self._first + len(self._times)
            restarted = cursor > following
            start = self._first if cursor < 0 or restarted else max(cursor, self._first)
            end = min(following, start + MAX_SAMPLES)
            begin, stop = start - self._first, end - self._first
            gaps = [gap for position, gap in self._gaps if start <= position <= end]
            if self._open is not None and end == following:
                gaps.append(self._open)
            if self._times and (restarted or 0 <= cursor < self._first):
                at = self._times[begin] if begin < len(self._times) else self._times[-1]
                gaps.insert(0, Gap(at, at, "restart" if restarted else "dropped"))
            values = self._values[begin:stop]
            return Column(self.channel, start, end, self._times[begin:stop], values, tuple(gaps), period, pace)

    def _close_gap(self, end: float) -> None:
        if self._open is not None:
            self._gaps.append((self._first + len(self._times), replace(self._open, end=max(end, self._open.start))))
            self._open = None
