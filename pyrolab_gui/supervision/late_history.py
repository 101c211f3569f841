"""A history that is loaded only when the first children are on their way: what is told before is kept for it.

Statistics load a database and the list of processes, which would take as long as a child needs to start. Limits: what
is told before counts as told when it begins; whoever asks makes it begin.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.supervision.history import History
    from pyrolab_gui.wire.child import ChildStatus
    from pyrolab_gui.wire.supervision import ChildEvent, ChildStatistics


class LateHistory:
    """Stands for the history that `make` returns.

    Parameters
    ----------
    make
        Called once, by `begin` or by the first question.
    """

    def __init__(self, make: Callable[[], History]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._told: list[Callable[[History], None]] = []
        self._history: History | None = None

    def begin(self) -> History:
        """Load it, and tell it what was told until now; afterwards it is told at once."""
        with self._lock:
            if self._history is None:
                self._history = self._make()
                for tell in self._told:
                    tell(self._history)
                self._told.clear()
            return self._history

    def on_status(self, status: ChildStatus) -> None:
        """Take a new status."""
        self._tell(lambda history: history.on_status(status))

    def on_event(self, event: ChildEvent) -> None:
        """Take an event."""
        self._tell(lambda history: history.on_event(event))

    def on_lost(self, key: str, reason: str) -> None:
        """Take that a child ended unwatched."""
        self._tell(lambda history: history.on_lost(key, reason))

    def forget(self, key: str) -> None:
        """Take that a child is no longer known."""
        self._tell(lambda history: history.forget(key))

    def events(self, after: float = 0.0) -> tuple[ChildEvent, ...]:
        """Return the events after a time."""
        return self.begin().events(after)

    def statistics(self, status: ChildStatus) -> ChildStatistics:
        """Return the numbers of a child."""
        return self.begin().statistics(status)

    def close(self) -> None:
        """Write what is to be kept, and end."""
        self.begin().close()

    def _tell(self, tell: Callable[[History], None]) -> None:
        with self._lock:
            if self._history is None:
                self._told.append(tell)
                return
        tell(self._history)
