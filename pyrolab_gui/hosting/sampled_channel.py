"""One sampled member: who wishes to have it read, how often, what was read, and how long a reading takes.

Limits: plain state, changed under the sampler's lock; the readings themselves are in `hosting.ring`.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.names import RECORDING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.hosting.operation import Operation
    from pyrolab_gui.hosting.ring import Ring

_JUDGED_BY = 3
"""So many readings tell how long one takes: one that hung does not make a member a slow one."""


class Wish:
    """One client's wish for a channel; `until` is None for a wish of the lab file; `idle`: not while it is used."""

    __slots__ = ("conn", "idle", "lasts", "period", "until")

    def __init__(self, period: float, conn: Any, lasts: float | None, idle: bool = False) -> None:
        self.period = period
        self.lasts = lasts
        self.idle = idle
        self.conn = conn
        self.until = None if lasts is None else time.monotonic() + lasts

    def renew(self, conn: Any, now: float) -> None:
        """Have it last on."""
        if self.lasts is not None:
            self.until, self.conn = now + self.lasts, conn

    @property
    def firm(self) -> bool:
        """Whether it comes from the lab file, an alarm or who records: not from somebody who only looks on."""
        return self.lasts is None or records(self.conn)


class Channel:
    """What is known of one sampled member."""

    __slots__ = (
        "_took", "generation", "held", "idle_since", "judges", "operation", "pace", "queued", "read_at", "reading",
        "ring", "since", "wishes",
    )  # fmt: skip

    def __init__(self, ring: Ring, operation: Operation) -> None:
        self.ring = ring
        self.operation = operation
        self.wishes: dict[str, Wish] = {}
        self.judges: dict[str, Callable[[float, Any], None]] = {}
        self.read_at = float("-inf")
        self.reading = False
        """Whether it is being read at this moment."""
        self.idle_since = 0.0
        self.pace = 0.0
        """Seconds between two readings where these are further apart than wished, because they take long."""
        self.since = 0.0
        """When its next reading is due; `queued` and `generation` belong to `hosting.turns`."""
        self.queued = False
        self.held = False
        """Whether its turn was put off for the sake of its neighbours."""
        self.generation = 0
        self._took: deque[float] = deque(maxlen=_JUDGED_BY)

    @property
    def known(self) -> bool:
        """Whether it has been read."""
        return bool(self._took)

    @property
    def cost(self) -> float:
        """Seconds that a reading takes, by the newest three; 0 before the first one."""
        took = sorted(self._took)
        return took[(len(took) - 1) // 2] if took else 0.0

    def took(self, seconds: float) -> None:
        """Note how long a reading took."""
        self._took.append(seconds)

    def period(self, now: float, *, in_use: bool = False) -> float | None:
        """Return the smallest period that anybody wants now; `in_use`: of those who want it even then."""
        for client in [client for client, wish in self.wishes.items() if wish.until is not None and wish.until < now]:
            del self.wishes[client]
        return min((wish.period for wish in self.wishes.values() if not (in_use and wish.idle)), default=None)

    @property
    def patient(self) -> bool:
        """Whether only such people want it as look on: their readings may come later than wished."""
        return not any(wish.firm for wish in self.wishes.values())

    def judge(self, moment: float, value: Any) -> None:
        """Hand a reading to all who judge it."""
        for take in self.judges.values():
            take(moment, value)


def records(conn: Any) -> bool:
    """Whether a connection is of a client that records."""
    return str(getattr(conn, "who", "")).endswith(f"({RECORDING})")
