"""The first look of the day: what happened since a moment, asked from the supervisor.

Limits: knows children and instruments; nothing of recordings.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.supervision.since import Entry, Gap, SinceReport, since_report
from pyrolab_gui.supervision.when import parse_when

if TYPE_CHECKING:
    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.wire.errors import LabError

__all__ = ["CHOICES", "FIRST", "Entry", "Gap", "SinceReport", "SinceViewModel"]

FIRST = "yesterday-18:00"
CHOICES = (("Since yesterday evening", FIRST), ("Since Friday evening", "FRIDAY-18:00"), ("12 hours", "12h"))


class SinceViewModel(QObject):
    """Asks, and tells the report.

    Signals
    -------
    reported
        A `SinceReport`.
    refused
        Why there is none, in a sentence.
    """

    reported = Signal(object)
    refused = Signal(str)

    def __init__(self, supervisor: SupervisorApi, background: Background) -> None:
        super().__init__()
        self._supervisor = supervisor
        self._background = background

    def ask(self, when: str) -> None:
        """Ask for what happened since a moment as people type it (``FRIDAY-18:00``, ``12h``)."""
        now = time.time()
        try:
            since = parse_when(when, now)
        except ValueError as error:
            self.refused.emit(str(error))
            return
        self._background.ask(
            lambda: _report(self._supervisor, since, now), self.reported.emit, lambda error: self._on_failure(error)
        )

    def _on_failure(self, error: LabError) -> None:
        self.refused.emit(error.sentence)


def _report(supervisor: SupervisorApi, since: float, now: float) -> SinceReport:
    statuses = supervisor.statuses()
    hits = supervisor.hits([status.key for status in statuses if status.state.alive])
    return since_report(since, now, statuses, supervisor.events(since), hits)
