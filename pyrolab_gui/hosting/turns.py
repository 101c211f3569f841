"""Whose turn it is to be read: of the members that are due, the quick ones before the slow ones.

An instrument answers one question at a time. A reading that takes so long that a quick neighbour misses its slots
would hold up all the others each time it is due; so those who only look on at it get it less often: slow readings
together take a quarter of the instrument's time (`SHARE`). A member that the lab file, an alarm or a recording wants
keeps its period. Limits: how long a reading takes is known after the first one, so that one delays the others once.
"""

from __future__ import annotations

import heapq
import itertools
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyrolab_gui.hosting.sampled_channel import Channel

SHARE = 0.25
"""Of the instrument's time, for slow readings while quick ones are wanted too."""
_QUICK = 0.02
"""What takes less is never slow."""
_TIMES = 4.0
"""A quick neighbour is one that takes so many times less."""


class Turns:
    """The order of the members of one instrument. Not thread-safe: its owner has a lock."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, int, Channel]] = []
        """By the time at which they are due."""
        self._ready: list[tuple[float, int, int, Channel]] = []
        """Due already; the quicker first, unless the slower has waited for longer than it takes."""
        self._order = itertools.count()
        self._slow_from = float("-inf")
        """Before this moment no slow one is read."""

    def put(self, channel: Channel, due: float) -> None:
        """Have a channel read at a moment (monotonic), and not at the one that was told before."""
        channel.since = due
        channel.generation += 1
        channel.queued, channel.held = True, False
        heapq.heappush(self._waiting, (due, next(self._order), channel.generation, channel))

    def next(self, now: float, channels: Iterable[Channel]) -> Channel | None:
        """Return the channel whose turn it is and take it out; None where none is due.

        `channels` are all that the instrument has.
        """
        while self._waiting and self._waiting[0][0] <= now:
            _, number, generation, channel = heapq.heappop(self._waiting)
            if generation == channel.generation:
                later = channel.cost if channel.patient else 0.0
                heapq.heappush(self._ready, (channel.since + later, number, generation, channel))
        while self._ready:
            _, _, generation, channel = heapq.heappop(self._ready)
            if generation != channel.generation:
                continue
            if now < self._slow_from and channel.patient and self.is_slow(channel, channels):
                channel.held = True
                channel.generation += 1
                entry = (self._slow_from, next(self._order), channel.generation, channel)
                heapq.heappush(self._waiting, entry)
                continue
            channel.queued = False
            return channel
        return None

    def due(self) -> float | None:
        """Return when the next one is due; None where none is left."""
        while self._waiting and self._waiting[0][2] != self._waiting[0][3].generation:
            heapq.heappop(self._waiting)
        return self._waiting[0][0] if self._waiting else None

    def took(self, channel: Channel, seconds: float, channels: Iterable[Channel]) -> None:
        """Note how long a reading took that held the instrument."""
        channel.took(seconds)
        if channel.patient and self.is_slow(channel, channels):
            self._slow_from = time.monotonic() + seconds * (1.0 / SHARE - 1.0)

    @staticmethod
    def is_slow(channel: Channel, channels: Iterable[Channel]) -> bool:
        """Whether a reading of this one makes a quick one of the others miss a slot."""
        cost = channel.cost
        if cost < _QUICK:
            return False
        now = time.monotonic()
        for other in channels:
            if other is channel or not other.known or other.cost * _TIMES > cost:
                continue
            period = other.period(now)
            if period is not None and period < cost:
                return True
        return False
