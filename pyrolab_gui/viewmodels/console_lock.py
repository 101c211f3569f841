"""The lock of one console's instrument: taken, given back, and asked about. Limits: who holds it is what they said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from pyrolab_gui.viewmodels.lock_state import LockState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyrolab_gui.viewmodels.answers import Answers
    from pyrolab_gui.viewmodels.ports import InstrumentPort
    from pyrolab_gui.wire.errors import LabError

PERIOD_MS = 3000


class ConsoleLock(QObject):
    """One instrument's lock.

    Parameters
    ----------
    connection
        Returns a connection that no running call blocks.
    answers
        The way of its answers.
    who
        What this window is called.
    asks
        Whether it is to be asked about again by itself while somebody else holds it: nobody else tells.
    """

    changed = Signal()

    def __init__(
        self,
        connection: Callable[[], InstrumentPort],
        answers: Answers,
        who: str,
        asks: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.state = LockState()
        self.lockable = False
        self._connection, self._answers, self._who, self._asks = connection, answers, who, asks
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self._on_timeout)
        self.changed.connect(self._on_changed)

    def close(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def refresh(self) -> None:
        """Ask who holds it."""
        if self.lockable and not self._answers.closed:
            self._answers.then(self._connection().call("islocked"), self._on_asked)

    def take(self, purpose: str = "", seconds: float = 0.0, *, foreign: bool = False) -> None:
        """Lock the instrument for this person; for so many seconds in any case, where any are given.

        A `foreign` server takes a name alone: what it is for stands behind that, for those who are told the name.
        """
        if not self._answers.closed:
            self.state.begin()
            if foreign:
                given: list[Any] = [f"{self._who}: {purpose}" if purpose else self._who]
            else:
                given = [self._who, purpose, seconds] if purpose or seconds else [self._who]
            self._answers.then(self._connection().call("lock", given), self._on_taken)
            self.changed.emit()

    def give(self) -> None:
        """Unlock it."""
        if not self._answers.closed:
            self.state.begin()
            self._answers.then(self._connection().call("unlock"), self._on_given)
            self.changed.emit()

    def set_who(self, who: str) -> None:
        """Note what this window is called from now on."""
        self._who = who

    def told(self, told: Mapping[str, Any] | None) -> None:
        """Take the line of the daemon's list of locks, or that nobody holds it."""
        line = told or {}
        owner, since = str(line.get("owner", "")), float(line.get("since") or 0.0)
        if self.lockable and self.state.listed(owner, since, self._who, told):
            self.changed.emit()

    def was_let_in(self) -> None:
        """Note that a call went through: nobody else holds it any more."""
        if self.state.holder == "other":
            self.state.told(False)
            self.changed.emit()

    def _on_timeout(self) -> None:
        if self.state.holder == "other" and self._asks() and not self.state.busy:
            self.refresh()

    def _on_changed(self) -> None:
        if self.state.holder == "other" and not self._answers.closed:
            self._timer.start()
        else:
            self._timer.stop()

    def _on_asked(self, locked: Any, error: LabError | None) -> None:
        if error is None:
            self.state.told(bool(locked))
            self.changed.emit()

    def _on_taken(self, taken: Any, error: LabError | None) -> None:
        self.state.answered_lock(bool(taken) and error is None, error)
        self.changed.emit()

    def _on_given(self, freed: Any, error: LabError | None) -> None:
        self.state.answered_unlock(bool(freed) and error is None, error)
        self.changed.emit()
