"""The first look of the day: what came back, what waits, what happened, gaps, who holds what, since a moment.

Limits: shows a report; a moment is read by the view model.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.daemons.text_rows import Row, TextRows
from pyrolab_gui.ui.theme.tokens import XL, L, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.since_vm import CHOICES, FIRST
from pyrolab_gui.viewmodels.words import uptime

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyrolab_gui.viewmodels.since_vm import Entry, Gap, SinceReport, SinceViewModel

_SOON_MS = 500
_LATER_MS = 10_000
"""Who holds what, and how long gaps last, changes without a word."""


class SincePage(Panel):
    """Shows a `SinceViewModel`.

    Signals
    -------
    opened
        The key of a child that somebody wants to see.
    """

    opened = Signal(str)

    def __init__(self, vm: SinceViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._vm = vm
        self._report: SinceReport | None = None
        self._asked = ""
        self.when = Field(FIRST, placeholder="FRIDAY-18:00, yesterday, 12h", width=220)
        self.when.setObjectName("since-when")
        self.when.setAccessibleName("Since")
        self.when.returnPressed.connect(self.look)
        look = button("Look", "arrow-clockwise")
        look.setObjectName("since-look")
        look.clicked.connect(self.look)
        copy = button("Copy", "copy", "ghost")
        copy.clicked.connect(self._copy)
        tools = QHBoxLayout()
        tools.setSpacing(S)
        tools.addWidget(TextLabel("Since", 13, 400, "secondary"))
        tools.addWidget(self.when)
        tools.addWidget(look)
        for text, moment in CHOICES:
            choice = button(text, kind="ghost")
            choice.clicked.connect(lambda _=False, moment=moment: self.look_since(moment))
            tools.addWidget(choice)
        tools.addStretch(1)
        tools.addWidget(copy)
        self.summary = TextLabel("", 12, 400, "secondary", wrap=True)
        self.waits, self.came_back = self._rows("Waits for you"), self._rows("Came back")
        self.gaps, self.held = self._rows("Gaps"), self._rows("In use now")
        self.happened = self._rows("All that happened")
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, L, XL, L)
        column.setSpacing(S)
        column.addLayout(tools)
        column.addWidget(self.summary)
        for part in (self.waits, self.came_back, self.gaps, self.held, self.happened):
            column.addWidget(part)
        column.addStretch(1)
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._later = QTimer(self, interval=_LATER_MS)
        for timer in (self._soon, self._later):
            timer.timeout.connect(self._look_again)
        vm.reported.connect(self._on_report)
        vm.refused.connect(self._on_refused)

    def look_since(self, moment: str) -> None:
        """Look since another moment."""
        self.when.setText(moment)
        self.look()

    def look(self) -> None:
        """Ask now."""
        self._asked = self.when.text()
        self._vm.ask(self.when.text())

    def look_soon(self) -> None:
        """Look again, as something has changed; of many changes at once the last one counts. Out of sight: nothing."""
        if self.isVisible() and self._report is not None:
            self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Look when it comes into sight."""
        super().showEvent(event)
        self.look()
        self._later.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no more."""
        super().hideEvent(event)
        self._later.stop()

    def _look_again(self) -> None:
        if self.when.text() == self._asked:  # whoever types there says when
            self.look()

    def _rows(self, title: str) -> TextRows:
        rows = TextRows(title, button_text="Show", tip="Go to its page")
        rows.opened.connect(lambda key: self.opened.emit(key))
        return rows

    def _on_report(self, report: SinceReport) -> None:
        self._report = report
        self.when.set_invalid(False)
        self.waits.show_rows([_row(entry, report, "error") for entry in report.waits])
        self.came_back.show_rows([_row(entry, report) for entry in report.came_back])
        self.gaps.show_rows([_gap(gap, report) for gap in report.gaps])
        self.held.show_rows([_row(entry, report) for entry in report.held])
        self.happened.show_rows([_row(entry, report, lead=False) for entry in reversed(report.happened)])
        quiet = not (report.waits or report.came_back or report.gaps or report.happened)
        ago = uptime(report.until - report.since)
        self.summary.set_role("secondary")
        self.summary.setText(
            f"{_moment(report.since, report)} is {ago} ago. " + ("Nothing has happened since." if quiet else "")
        )

    def _on_refused(self, sentence: str) -> None:
        self.when.set_invalid(True)
        self.summary.set_role("error")
        self.summary.setText(sentence)

    def _copy(self) -> None:
        lines: Iterable[str] = self._report.lines() if self._report is not None else ()
        QGuiApplication.clipboard().setText("\n".join(lines))


def _row(entry: Entry, report: SinceReport, level: str = "", *, lead: bool = True) -> Row:
    word = _moment(entry.time, report) if entry.time else "now"
    return Row(word, entry.text, level, entry.key if lead else None)


def _gap(gap: Gap, report: SinceReport) -> Row:
    name = gap.key.partition("/")[2]
    seconds = (report.until if gap.end is None else gap.end) - gap.start
    lasted = uptime(seconds) if seconds >= 1 else "less than 1 s"
    end = "and does not yet" if gap.end is None else f"until {_moment(gap.end, report)}"
    reason = f": {gap.reason}" if gap.reason else "."
    level = "error" if gap.end is None else ""
    return Row(_moment(gap.start, report), f"{name} did not serve for {lasted}, {end}{reason}", level, gap.key)


def _moment(seconds: float, report: SinceReport) -> str:
    """Return a time of day, with the day where that is another one."""
    moment, now = time.localtime(seconds), time.localtime(report.until)
    same = moment[:3] == now[:3]
    return time.strftime("%H:%M:%S" if same else "%a %H:%M:%S", moment)
