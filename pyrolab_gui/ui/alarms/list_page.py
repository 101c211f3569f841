"""How the alarms stand: what is raised first, with its value, since when and who knows, and what one can do about it.

Limits: shows what `viewmodels.alarms_vm` has; buttons of a row keep their place.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme.tokens import XS, L, M, S
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.empty_state import EmptyState
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.state_label import StateLabel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.alarms_vm import clock_text, shelf_times
from pyrolab_gui.wire.alarms import AlarmState

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.alarms_vm import AlarmRow, AlarmsViewModel

STATES = {
    AlarmState.ALARM: ("alarm", "alarm"),
    AlarmState.WARN: ("warning", "warning"),
    AlarmState.LATCHED: ("alarm", "was out"),
    AlarmState.WAITING: ("not asked", "waits"),
    AlarmState.OFF: ("stopped", "off"),
    AlarmState.OK: ("live", "well"),
}


class ListPage(QWidget):
    """The list of alarms."""

    setUpRequested = Signal()

    def __init__(self, alarms: AlarmsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._alarms = alarms
        self._lines: dict[tuple[str, str, str], AlarmLine] = {}
        self._banner = Banner("warning", "")
        self._ground = Panel("base")
        self._column = QVBoxLayout(self._ground)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._area = scroll_area(self._ground)
        set_up = button("Set up alarms…", "bell", "primary")
        set_up.clicked.connect(self.setUpRequested)
        words = "A reading that goes beyond its bounds, or stays away, is shown here and told by mail or webhook."
        self._empty = EmptyState("bell", "No alarms yet", words, set_up)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self._banner)
        column.addWidget(self._area, 1)
        column.addWidget(self._empty, 1)
        alarms.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        rows = self._alarms.rows
        problems = list(self._alarms.problems)
        if mute := self._alarms.mute:
            names = ", ".join(row.alarm.name for row in mute[:3]) + (" and others" if len(mute) > 3 else "")
            problems.append(f"Nobody is told of {names}: shown here only.")
        self._banner.setVisible(bool(problems))
        if problems:
            self._banner.set_content("warning", problems[0], "\n".join(problems[1:]))
        self._empty.setVisible(not rows)
        self._area.setVisible(bool(rows))
        shown = {row.place for row in rows}
        for place in [place for place in self._lines if place not in shown]:
            gone = self._lines.pop(place)
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for number, row in enumerate(rows):
            line = self._lines.get(row.place)
            if line is None:
                line = self._lines[row.place] = AlarmLine(self._alarms)
            if self._column.indexOf(line) != number:
                self._column.insertWidget(number, line)
            line.show_row(row)


class AlarmLine(QWidget):
    """One alarm."""

    def __init__(self, alarms: AlarmsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._alarms = alarms
        self._row: AlarmRow | None = None
        self.state = StateLabel("live", "")
        self.state.setFixedWidth(96)
        self.title = TextLabel("", 13, 600, selectable=True)
        self.sentence = TextLabel("", 13, 400, wrap=True, selectable=True)
        self.people = TextLabel("", 12, 400, "secondary", wrap=True, selectable=True)
        self.trouble = TextLabel("", 12, 400, "error", wrap=True, selectable=True)
        self.note = TextLabel("", 12, 400, "secondary", wrap=True, selectable=True)
        self.acknowledge = button("Acknowledge", "check", tip="You have seen it: nobody is told any more")
        self.acknowledge.clicked.connect(self._on_acknowledge)
        self.shelve = button("Shelve", "clock", "ghost", "Tell nobody for a while")
        self.shelve.clicked.connect(self._on_shelve)
        for target, longest in ((self.acknowledge, "Acknowledged"), (self.shelve, "Shelved")):
            words = target.text()
            target.setText(longest)
            target.setMinimumWidth(target.sizeHint().width())
            target.setText(words)
        texts = QVBoxLayout()
        texts.setSpacing(XS)
        for label in (self.title, self.sentence, self.people, self.trouble, self.note):
            texts.addWidget(label)
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        buttons.addWidget(self.acknowledge)
        buttons.addWidget(self.shelve)
        grid = QGridLayout(self)
        grid.setContentsMargins(M, S, M, S)
        grid.setHorizontalSpacing(L)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.state, 0, 0, top)
        grid.addLayout(texts, 0, 1)
        grid.addLayout(buttons, 0, 2, top)
        grid.setColumnStretch(1, 1)

    def show_row(self, row: AlarmRow) -> None:
        """Show how an alarm stands."""
        self._row = row
        alarm = row.alarm
        state, word = STATES[alarm.state]
        self.state.set_state("stale" if row.stale else state, word)
        self.title.setText(alarm.name + (f" on {row.pc}" if row.pc else ""))
        self.sentence.setText(alarm.sentence)
        since = f"Since {clock_text(alarm.since)}" if alarm.since else ""
        people = "nobody is told" if alarm.tells_nobody and alarm.state.raised else row.people()
        _put(self.people, " · ".join(part for part in (since, people) if part))
        _put(self.trouble, f"Could not be told: {alarm.trouble}" if alarm.trouble else "")
        _put(self.note, alarm.note if alarm.state.raised else "")
        allowed = not self._alarms.read_only and not row.stale
        raised = alarm.state.raised
        _keep_room(self.acknowledge, raised)
        self.acknowledge.setEnabled(allowed and raised and not alarm.acknowledged)
        self.acknowledge.setText("Acknowledged" if raised and alarm.acknowledged else "Acknowledge")
        self.acknowledge.setAccessibleName(f"Acknowledge {alarm.name}")
        self.shelve.setEnabled(allowed)
        self.shelve.setText("Shelved" if alarm.shelved_until else "Shelve")
        self.shelve.setAccessibleName(f"Shelve {alarm.name}")

    def _on_acknowledge(self) -> None:
        if self._row is not None:
            self._alarms.acknowledge(self._row)

    def _on_shelve(self) -> None:
        row = self._row
        if row is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, until in shelf_times():
            menu.addAction(words, partial(self._alarms.shelve, row, until))
        if row.alarm.shelved_until:
            menu.addSeparator()
            menu.addAction("Tell again now", partial(self._alarms.shelve, row, 0.0))
        menu.popup(self.shelve.mapToGlobal(self.shelve.rect().bottomLeft()))


def _put(label: TextLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))


def _keep_room(target: QPushButton, shown: bool) -> None:
    """Show or hide a button; its room stays, so that its neighbour does not move."""
    policy = target.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    target.setSizePolicy(policy)
    target.setVisible(shown)
