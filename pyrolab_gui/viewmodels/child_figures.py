"""Numbers of the child that somebody looks at: statistics, what happened to it, its last lines; asked again and again.

Limits: one child at a time; nothing is asked while nobody looks.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pyrolab_gui.wire.supervision import ChildEvent, ChildStatistics

if TYPE_CHECKING:
    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.wire.errors import LabError

HOURS = 12.0
PERIOD = 2000
_LINES = 6
_EVENTS = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of a child at `time`; `problem` says why it is not known."""

    key: str
    time: float
    statistics: ChildStatistics = field(default_factory=ChildStatistics)
    events: tuple[ChildEvent, ...] = ()
    lines: tuple[str, ...] = ()
    problem: str = ""


class ChildFigures(QObject):
    """Keeps the figures of one child fresh.

    Signals
    -------
    changed
        `Figures` of the child that is looked at.
    """

    changed = Signal(object)

    def __init__(self, supervisor: SupervisorApi, background: Background) -> None:
        super().__init__()
        self._supervisor = supervisor
        self._background = background
        self._key = ""
        self._asking = ""
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD)
        self._timer.timeout.connect(self._ask)

    def look_at(self, key: str) -> None:
        """Ask about a child from now on; an empty key asks no more."""
        if key == self._key:
            return
        self._key = key
        if key:
            self._timer.start()
            self._ask()
        else:
            self._timer.stop()

    def _ask(self) -> None:
        key = self._key
        if self._asking == key:
            return  # the last answer is still to come
        self._asking = key
        self._background.ask(
            lambda: _look(self._supervisor, key),
            self._on_answer,
            lambda error: self._on_failure(key, error),
        )

    def _on_failure(self, key: str, error: LabError) -> None:
        self._on_answer(Figures(key, time.time(), problem=error.sentence))

    def _on_answer(self, figures: Figures) -> None:
        if self._asking == figures.key:
            self._asking = ""
        if figures.key == self._key:
            self.changed.emit(figures)


def _look(supervisor: SupervisorApi, key: str) -> Figures:
    now = time.time()
    happened = [event for event in supervisor.events(now - HOURS * 3600) if event.key == key]
    lines = supervisor.log_tail(key, _LINES).splitlines()
    return Figures(key, now, supervisor.statistics(key), tuple(happened[-_EVENTS:]), tuple(lines))
