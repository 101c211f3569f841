"""The statuses of a supervisor as a numbered sequence of changes, to be asked for from afar.

Who asks gets all changes after a number, in order, or waits a while for the next one; who comes first, or too late for
what is kept, gets everything as it stands. Limits: numbers mean nothing to another supervisor.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyrolab_gui.supervision.supervisor import Supervisor
    from pyrolab_gui.wire.child import ChildStatus

_KEPT = 2000


class Changes:
    """The changes of one supervisor, from now on."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._changed = threading.Condition()
        self._kept: deque[tuple[int, dict[str, Any]]] = deque(maxlen=_KEPT)
        self._number = 1  # 0 is what nobody has: who asks with it gets everything
        self._ended = False
        supervisor.subscribe(self._on_status)
        supervisor.subscribe_loads(self._on_load)

    def after(self, number: int, seconds: float) -> dict[str, Any]:
        """Return the changes after a number, after `seconds` at the latest.

        ``all`` (every status as it stands) is there instead of ``changes`` for a client that must begin anew.
        """
        with self._changed:
            if number == self._number:
                self._changed.wait_for(lambda: self._ended or self._number != number, seconds)
            first = self._kept[0][0] if self._kept else self._number + 1
            if not first - 1 <= number <= self._number:
                plain = [status.to_plain() for status in self._supervisor.statuses()]
                return {"number": self._number, "all": plain}
            return {"number": self._number, "changes": [change for at, change in self._kept if at > number]}

    def end(self) -> None:
        """Let all who wait go."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _on_status(self, status: ChildStatus) -> None:
        known = any(status.key == other.key for other in self._supervisor.statuses())
        self._add({"status": status.to_plain(), "gone": not known})

    def _on_load(self) -> None:
        with self._changed:
            self._kept.clear()  # the order of children may be another: all begin anew
            self._number += 1
            self._changed.notify_all()

    def _add(self, change: dict[str, Any]) -> None:
        with self._changed:
            self._number += 1
            self._kept.append((self._number, change))
            self._changed.notify_all()
