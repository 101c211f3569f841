"""Orders that are waited for: each child is told of when it has done what was asked, or cannot.

Limits: waits for a limit, then says what has not come; what was ordered goes on.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Literal, Self

from pyrolab_gui.wire.child import ChildState, ChildStatus
from pyrolab_gui.wire.supervision import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from pyrolab_gui.supervision.api import SupervisorApi

Order = Literal["start", "stop", "restart"]

LIMIT = 90.0
_LOOK = 0.5
"""Seconds after which events are looked at too: a change there and back leaves no other status."""

_OVER = (ChildState.FAILED, ChildState.EXITED, ChildState.BACKOFF)


class Settling:
    """Waits for what is ordered while it is open; open it before the order is given.

    Parameters
    ----------
    api
        Where the children are.
    write
        Takes the lines that are told.
    """

    def __init__(self, api: SupervisorApi, write: Callable[[str], None]) -> None:
        self._api = api
        self._write = write
        self._changed = threading.Condition()
        self._before = {status.key: status for status in api.statuses()}
        self._told: dict[str, ChildState | None] = {}
        """The last state told of each child, the latest last."""
        self._begun = time.time()
        self._end = api.subscribe(self._on_status)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def order(self, order: Order, keys: Sequence[str], limit: float = LIMIT) -> bool:
        """Give an order and wait; return whether all have done it."""
        {"start": self._api.start, "stop": self._api.stop, "restart": self._api.restart}[order](keys)
        return self.wait(order, keys, limit)

    def wait(self, order: Order, keys: Sequence[str], limit: float = LIMIT) -> bool:
        """Wait for an order that was given since this was opened; return whether all have done it."""
        deadline = time.monotonic() + limit
        waiting, done = list(keys), True
        while waiting:
            with self._changed:
                told = dict(self._told)
                statuses = {status.key: status for status in self._api.statuses()}
                settled = {key: self._verdict(order, key, statuses.get(key), told) for key in waiting}
                late = time.monotonic() >= deadline
                if not late and all(verdict is None for verdict in settled.values()):
                    quiet = not self._changed.wait(_LOOK)
                else:
                    quiet = False
            if quiet:
                self._look()
            for key in self._as_they_came(settled, told, statuses):
                verdict = settled[key]
                if verdict is not None or late:
                    waiting.remove(key)
                    done = done and verdict is True
                    self._write(_line(key, statuses.get(key), late=verdict is None))
        return done

    def _on_status(self, status: ChildStatus) -> None:
        with self._changed:
            self._told.pop(status.key, None)
            self._told[status.key] = status.state
            self._changed.notify_all()

    @staticmethod
    def _as_they_came(
        keys: Iterable[str], told: Mapping[str, ChildState | None], statuses: Mapping[str, ChildStatus]
    ) -> list[str]:
        """Return keys in the order in which they got where they are: several may be seen at one look."""
        places = {key: place for place, key in enumerate(told) if key in statuses and told[key] is statuses[key].state}
        return sorted(keys, key=lambda key: places.get(key, len(told)))  # what is not told yet came last

    def _verdict(self, order: Order, key: str, status: ChildStatus | None, told: Collection[str]) -> bool | None:
        """Return whether a child has done it; None while that is open."""
        if order == "stop":
            gone = status is None or not (status.state.alive or status.state is ChildState.BACKOFF)
            return True if gone else None
        if status is None:
            return None
        before = self._before.get(key)
        same = order == "restart" and before is not None and before.pid == status.pid
        if status.state is ChildState.RUNNING and not same:
            return True
        return False if status.state in _OVER and key in told else None

    def _look(self) -> None:
        ends = (EventKind.FAILED, EventKind.CRASHED, EventKind.STOPPED)
        happened = {event.key for event in self._api.events(self._begun) if event.kind in ends}
        with self._changed:
            for key in happened:
                self._told.setdefault(key, None)


def _line(key: str, status: ChildStatus | None, *, late: bool) -> str:
    if status is None:
        kind, _, name = key.partition("/")
        return f"{kind} {name}: ended"  # it belongs to no lab, and is forgotten with its end
    line = f"{status.kind} {status.name}: {status.state}"
    if status.state is ChildState.RUNNING and status.uri:
        line += f" (process {status.pid}) at {status.uri.rpartition('@')[2]}"
    if late:
        line += ", not yet as asked"
    return f"{line} - {status.error}" if status.error else line
