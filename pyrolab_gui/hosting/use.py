"""Who uses an instrument, as told from those who only watch it; and what passes between it and its users.

A watcher is a client that has the daemon sample something. While anybody else calls, and for a while after that, what
is sampled for watchers is left out: a script's loop is not to meet it. The while grows with the pauses between calls,
from 2 s to 30 s. What users read and set is kept, the newest of each member, and reaches watchers without the
instrument being asked. Limits: plain values only; a watcher's own calls are no use.
"""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.results import READY
from pyrolab_gui.wire.names import PASSING

if TYPE_CHECKING:
    from collections.abc import Callable, Set

    from pyrolab_gui.hosting.calls import Call
    from pyrolab_gui.wire.columns import Column

QUIET_SECONDS = 2.0
LONGEST_QUIET_SECONDS = 30.0
_PAUSES = 3.0
_LONGEST_TEXT = 1_000
READ, SET = "read", "set"


class Use:
    """The use of one service.

    Parameters
    ----------
    object_id
        Of the service.
    """

    __slots__ = ("_ended", "_last", "_newest", "_object_id", "_quiet", "_seq", "_using", "offer", "watchers", "who")

    def __init__(self, object_id: str) -> None:
        self._object_id = object_id
        self._using: dict[Call, str] = {}
        self._last = ""
        self._ended = float("-inf")
        self._quiet = QUIET_SECONDS
        self._seq = itertools.count(1)
        self._newest: dict[tuple[str, str], tuple[int, float, Any, str]] = {}
        self.who = ""
        """Who used it last."""
        self.watchers: Set[str] = frozenset()
        """The clients that are no users: those for whom something is sampled."""
        self.offer: Callable[[str, Any], None] | None = None
        """Takes each value that was read, with its member."""

    def begin(self, call: Call, client_id: str) -> None:
        """Note that a client calls."""
        if client_id not in self.watchers:
            pause = time.monotonic() - self._ended
            if pause < LONGEST_QUIET_SECONDS:
                self._quiet = min(max(_PAUSES * pause, QUIET_SECONDS), LONGEST_QUIET_SECONDS)
            self._using[call] = self._last = client_id
            self.who = call.who

    def end(self, call: Call) -> None:
        """Note that a call is over."""
        if self._using.pop(call, None) is not None:
            self._ended = time.monotonic()

    @property
    def busy(self) -> bool:
        """Whether somebody other than watchers uses the instrument."""
        if self._using and any(client not in self.watchers for client in tuple(self._using.values())):
            return True
        return time.monotonic() - self._ended < self._quiet and self._last not in self.watchers

    def passed(self, member: str, kind: str, value: Any, who: str) -> None:
        """Keep a value that was read or set, where it is a plain one."""
        if type(value) not in READY or (type(value) is str and len(value) > _LONGEST_TEXT):
            return
        self._newest[member, kind] = next(self._seq), time.time(), value, who
        if kind == READ and self.offer is not None:
            self.offer(member, value)

    def since(self, cursor: int) -> Column:
        """Return what passed since a cursor (-1: all that is kept): values are lists of member, kind, value, who."""
        from array import array

        from pyrolab_gui.wire.columns import Column, channel_name

        found = sorted(
            (seq, moment, [member, kind, value, who])
            for (member, kind), (seq, moment, value, who) in tuple(self._newest.items())
            if seq > cursor
        )
        newest = found[-1][0] if found else max(cursor, 0)
        times = array("d", (moment for _, moment, _ in found))
        return Column(channel_name(self._object_id, PASSING), 0, newest, times, [entry for *_, entry in found])
