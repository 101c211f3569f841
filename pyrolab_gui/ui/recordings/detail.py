"""What there is to know of the chosen recording, at the right: how it goes, whose it is, what is in it, notes.

Limits: shows one; of several it says only how many.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.state_label import StateLabel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.recordings_rows import (
    FAILED,
    LOOKS,
    WORDS,
    RecordingRow,
    clock_duration,
    moment_text,
    size_text,
)
from pyrolab_gui.viewmodels.value_text import count_text, short_literal

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 304
_MOST_SETTINGS = 60


class RecordingDetail(Panel):
    """The panel."""

    stopRequested = Signal(object)
    endRequested = Signal(object)
    againRequested = Signal(object)
    dismissRequested = Signal(object)
    noteWritten = Signal(object, str)

    def __init__(self, read_only: bool, parent: QWidget | None = None) -> None:
        super().__init__("alternate", parent)
        self.setFixedWidth(WIDTH)
        self._read_only = read_only
        self.row: RecordingRow | None = None
        self._shown: tuple[object, ...] = ()
        self.title = TextLabel("", 16, 600, wrap=True, selectable=True)
        self.state = StateLabel("stopped")
        self.length = TextLabel("", 13, 500)
        self.sentence = TextLabel("", 13, 400, wrap=True, selectable=True)
        self.stop = button("Stop", "stop", "danger", "End this recording; what was recorded stays")
        self.stop.clicked.connect(lambda: self.stopRequested.emit(self.row))
        self.end = button("Change end…", "clock", "plain", "Let it end at another time than it was begun with")
        self.end.clicked.connect(lambda: self.endRequested.emit(self.row))
        self.again = button("Go on", "play", "plain", "Go on recording into the same file")
        self.again.clicked.connect(lambda: self.againRequested.emit(self.row))
        self.dismiss = button("Leave it", "x", "ghost", "Do not go on; what was recorded stays")
        self.dismiss.clicked.connect(lambda: self.dismissRequested.emit(self.row))
        self.note = Field(placeholder="Write a note")
        self.note.returnPressed.connect(self._on_note_entered)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        self._below = QVBoxLayout()
        self._below.setSpacing(4)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for one in (self.stop, self.end, self.again, self.dismiss):
            buttons.addWidget(one)
        buttons.addStretch(1)
        line = QHBoxLayout()
        line.addWidget(self.state)
        line.addStretch(1)
        line.addWidget(self.length)
        self._content = Panel("alternate")
        column = QVBoxLayout(self._content)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(10)
        column.addWidget(self.title)
        column.addLayout(line)
        column.addWidget(self.sentence)
        column.addLayout(buttons)
        column.addLayout(self._facts)
        column.addLayout(self._below)
        column.addStretch(1)
        foot = Panel("alternate")
        row = QHBoxLayout(foot)
        row.setContentsMargins(16, 8, 16, 12)
        row.addWidget(self.note)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll_area(self._content), 1)
        whole.addWidget(foot)
        self.show_rows([])

    def show_rows(self, rows: Sequence[RecordingRow]) -> None:
        """Show the chosen recordings; the same one again only changes its words."""
        row = rows[0] if len(rows) == 1 else None
        self.row = row
        content = (row.facts, row.plan, row.state) if row is not None else (len(rows),)
        writable = row is not None and not row.facts.problem and (row.running or not row.pc)
        self.note.setEnabled(writable and not self._read_only)
        allowed = row is not None and not self._read_only
        self.stop.setVisible(allowed and row is not None and row.running)
        self.end.setVisible(self.stop.isVisibleTo(self))
        failed = allowed and row is not None and row.state == FAILED
        self.again.setVisible(failed)
        self.dismiss.setVisible(failed)
        self.state.setVisible(row is not None)
        self.title.setVisible(bool(rows))
        self.tick()
        if content != self._shown:
            self._shown = content
            self._fill(row, len(rows))

    def tick(self) -> None:
        """Show how long it is now."""
        row = self.row
        self.length.setText(clock_duration(row.seconds(time.time())) if row is not None and row.facts.started else "")

    def _fill(self, row: RecordingRow | None, count: int) -> None:
        _clear(self._facts)
        _clear(self._below)
        if row is None:
            self.title.setText(f"{count} recordings chosen" if count else "")
            said = (
                "Compare draws them from a common beginning." if count else "Choose a recording to see what is in it."
            )
            self.sentence.setText(said)
            return
        self.title.setText(row.name)
        self.state.set_state(LOOKS[row.state], WORDS[row.state])
        self.sentence.setText(row.sentence)
        facts = row.facts
        lines = [("Purpose", row.purpose or "none given"), ("By", row.who)]
        if facts.started:
            lines.append(("Began", _full(facts.started)))
        if facts.ended is not None:
            lines.append(("Ended", _full(facts.ended)))
        elif row.plan is not None and row.plan.begins and not facts.started:
            lines.append(("Begins", moment_text(row.plan.begins)))
        if facts.samples:
            lines.append(("Samples", f"{facts.samples:,}".replace(",", "\u202f")))
        if row.pc and row.plan is not None:
            lines += [("PC", row.pc), ("File there", row.plan.file)]
        else:
            lines += [("File", f"{row.path.name}, {size_text(facts.size)}"), ("Folder", str(row.path.parent))]
        for clock in {clock.computer: clock for clock in facts.clocks}.values():
            offset = abs(clock.offset) * 1000
            side = "ahead" if clock.offset > 0 else "behind"
            words = f"{offset:.1f} ms {side}" if abs(clock.offset) > clock.uncertainty else "the same as here"
            lines.append((f"Clock of {clock.computer}", f"{words} (± {clock.uncertainty * 1000:.1f} ms)"))
        for number, (name, value) in enumerate(lines):
            self._facts.addWidget(TextLabel(name, 12, 400, "secondary"), number, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(TextLabel(value, 12, 400, wrap=True, selectable=True), number, 1)
        self._add("Notes", [f"{_full(note.time)}  {note.who}: {note.text}" for note in facts.notes])
        self._add("Readings", [
            f"{name}  {unit}".rstrip() for name, unit in zip(row.channels, facts.units or ("",) * 999, strict=False)
        ])  # fmt: skip
        first: dict[tuple[str, str], str] = {}
        changed = []
        for setting in facts.settings:
            name = f"{setting.instrument}.{setting.member}"
            if setting.who:
                when = time.strftime("%H:%M:%S", time.localtime(setting.time))
                changed.append(f"{when}  {name} = {short_literal(setting.value)}, by {setting.who}")
            elif (setting.instrument, setting.member) not in first:
                first[setting.instrument, setting.member] = f"{name} = {short_literal(setting.value)}"
        self._add("Set meanwhile", changed[-_MOST_SETTINGS:])
        self._add("Settings at the beginning", list(first.values())[:_MOST_SETTINGS])

    def _add(self, title: str, lines: Sequence[str]) -> None:
        if not lines:
            return
        self._below.addSpacing(6)
        self._below.addWidget(SectionHead(title, count=len(lines)))
        text = TextLabel("\n".join(lines), 12, 400, wrap=True, selectable=True)
        text.setAccessibleName(f"{title}: {count_text(len(lines), 'line')}")
        self._below.addWidget(text)

    def _on_note_entered(self) -> None:
        text = self.note.text().strip()
        if text and self.row is not None:
            self.note.clear()
            self.noteWritten.emit(self.row, text)


def _clear(layout: QGridLayout | QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def _full(when: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(when))
