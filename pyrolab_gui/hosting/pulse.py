"""Signs of life of one instrument: when it answered last, why it fails, and in what it is slower than usual.

Calls are taken from the service's ring when somebody asks, so that they cost a call nothing; readings of the sampler
and of the heartbeat are told here. How long each reading takes is compared with its own usual time, which follows so
slowly that an instrument that gets slow is seen for minutes. Limits: methods and settings are not timed, because what
they do depends on what they are asked; a value that the driver has in memory counts as an answer.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.names import FRESH_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyrolab_gui.hosting.calls import CallLog

FAILURES = 3
"""So many calls or readings in a row must have failed: one may be a mistake of the caller."""
SLOWER = 3.0
SLOWER_SECONDS = 0.1
"""Slow is what takes so many times, and so much longer, than usual."""
_LEARNED_FROM = 15
_STEP = 0.002
_NEWEST = 3


class _Times:
    """How long one reading takes: now, and usually. `usual` is a running median, None until it is known."""

    __slots__ = ("first", "newest", "usual")

    def __init__(self) -> None:
        self.usual: float | None = None
        self.first: list[float] = []
        self.newest: deque[float] = deque(maxlen=_NEWEST)

    def add(self, took: float) -> None:
        self.newest.append(took)
        if self.usual is not None:
            self.usual *= 1 + _STEP if took > self.usual else 1 - _STEP
            return
        self.first.append(took)
        if len(self.first) >= _LEARNED_FROM:
            self.usual, self.first = _median(self.first), []

    def slow(self, running: float = 0.0) -> float | None:
        """Return what it takes now where that is slow; `running` is how long the one that is under way has taken."""
        if self.usual is None:
            return None
        limit = max(SLOWER * self.usual, self.usual + SLOWER_SECONDS)
        takes = max(_median(self.newest), running)
        return takes if takes > limit else None


class Pulse:
    """What is known of the life of one service's instrument.

    Parameters
    ----------
    calls
        The last calls to the service.
    reads
        Whether a member is a reading, which is timed.
    asks
        Whether a member that was called without an error proves that the instrument answered.
    """

    def __init__(self, calls: CallLog, reads: Callable[[str], bool], asks: Callable[[str], bool]) -> None:
        self._calls = calls
        self._reads, self._asks = reads, asks
        self._lock = threading.Lock()
        self._times: dict[str, _Times] = {}
        self._answered: float | None = None
        self._misses: deque[tuple[float, str]] = deque(maxlen=FAILURES)
        """When and why readings failed since one was answered."""
        self._reading: tuple[str, float] | None = None

    # -- what the sampler and the heartbeat tell

    def begin(self, member: str) -> None:
        """Note that a reading begins."""
        self._reading = (member, time.monotonic())

    def end(self, member: str, took: float, error: str = "") -> None:
        """Note how a reading ended after `took` seconds."""
        self._reading = None
        with self._lock:
            if error:
                self._misses.append((time.time(), error))
                return
            self._misses.clear()
            if not self._asks(member):
                return
            self._answered = time.time()
            self._times.setdefault(member, _Times()).add(took)

    # -- what clients are told

    @property
    def answered(self) -> float | None:
        """When the instrument answered last, in seconds since the epoch; None if it never did."""
        with self._lock:
            self._look()
            return self._answered

    def to_plain(self) -> dict[str, Any]:
        """Return ``answered`` (whole seconds since the epoch, or None), ``fresh``, ``failing`` and ``slow``.

        ``failing`` is the newest error, or an empty text; ``slow`` is None or ``{member, takes_s, usual_s}``.
        """
        with self._lock:
            self._look()
            answered = self._answered
            return {
                "answered": None if answered is None else float(int(answered)),
                "fresh": answered is not None and time.time() - answered < FRESH_SECONDS,
                "failing": self._failing(),
                "slow": self._slow(),
            }

    # -- with the lock held

    def _look(self) -> None:
        """Take in the calls that ended since the last look."""
        for call in self._calls.newly_ended():
            if call.error or call.duration is None or not self._asks(call.member):
                continue
            self._answered = max(self._answered or 0.0, call.time + call.duration)
            if self._reads(call.member) and not call.writes:
                self._times.setdefault(call.member, _Times()).add(call.duration - call.waited)

    def _failing(self) -> str:
        answered = self._answered or 0.0
        failed = [(when, error) for when, error in self._misses if when > answered]
        failed += self._calls.failed(FAILURES, answered)
        return max(failed)[1] if len(failed) >= FAILURES else ""

    def _slow(self) -> dict[str, Any] | None:
        reading = self._reading
        for member, times in self._times.items():
            running = time.monotonic() - reading[1] if reading is not None and reading[0] == member else 0.0
            takes = times.slow(running)
            if takes is not None and times.usual is not None:
                # Rounded, so that what is told changes only when something has.
                return {"member": member, "takes_s": _rounded(takes), "usual_s": _rounded(times.usual)}
        return None


def _median(values: Iterable[float]) -> float:
    """Return the middle one; the standard library's own costs each daemon's start three milliseconds."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def _rounded(seconds: float) -> float:
    return float(f"{seconds:.1g}")
