"""The numbers of a child: tiles, the band of its states, its calls, what happened to it, its last lines.

Limits: shows the `Figures` it is given, and says where they are not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pyrolab_gui.ui.daemons.state_strip import StateStrip
from pyrolab_gui.ui.daemons.tile import Tile
from pyrolab_gui.ui.theme.tokens import L, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.log_line import parse_line
from pyrolab_gui.viewmodels.registry_rows import clock
from pyrolab_gui.viewmodels.words import counted, memory
from pyrolab_gui.wire.supervision import EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.viewmodels.child_figures import Figures
    from pyrolab_gui.wire.supervision import ChildEvent, ChildStatistics

_WORDS = {
    EventKind.UNRESPONSIVE: "no reply",
    EventKind.BACK: "answers again",
    EventKind.ADOPTED: "found running",
    EventKind.NOT_CONNECTED: "not connected",
}
_BAD = (EventKind.CRASHED, EventKind.FAILED, EventKind.UNRESPONSIVE, EventKind.NOT_CONNECTED)


class FiguresView(QWidget):
    """Numbers of one child.

    Signals
    -------
    logRequested
        The lines around a time are wanted; 0 for the end.
    """

    logRequested = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cpu, self.memory = Tile("Processor"), Tile("Memory")
        self.connections, self.restarts = Tile("Connections", curve=False), Tile("Restarts", curve=False)
        tiles = QHBoxLayout()
        tiles.setSpacing(M)
        for tile in (self.cpu, self.memory, self.connections, self.restarts):
            tiles.addWidget(tile)
        tiles.addStretch(1)
        self._problem = TextLabel("", 12, 400, "secondary", wrap=True)
        self._note = TextLabel("", 12, 400, "secondary")
        self.strip = StateStrip()
        self.calls = _Lines("Calls")
        self.events = _Lines("Happened")
        open_log = button("Open log", kind="ghost")
        open_log.setObjectName("figures-open-log")
        open_log.clicked.connect(lambda: self.logRequested.emit(0.0))
        self.lines = _Lines("Last lines", open_log)
        self.events.opened.connect(self.logRequested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addLayout(tiles)
        column.addWidget(self._problem)
        column.addSpacing(S)
        column.addWidget(SectionHead("Last 12 hours", self._note))
        column.addWidget(self.strip)
        column.addSpacing(L - S)
        for part in (self.calls, self.events, self.lines):
            column.addWidget(part)
        self._problem.hide()

    def clear(self) -> None:
        """Forget what was shown of another child."""
        for tile in (self.cpu, self.memory, self.connections, self.restarts):
            tile.show_value("–")
        self.strip.show_spans((), 0.0)
        self._note.setText("")
        self._problem.hide()
        for part in (self.calls, self.events, self.lines):
            part.show_rows(())

    def show_figures(self, figures: Figures) -> None:
        """Show what is known; where it cannot be asked, what was known stays, with the reason."""
        self._problem.setText(figures.problem)
        self._problem.setVisible(bool(figures.problem))
        if figures.problem:
            return
        numbers = figures.statistics
        self._show_tiles(numbers)
        self.strip.show_spans(numbers.strip, figures.time)
        crashes, restarts = counted(numbers.crashes, "crash", "crashes"), counted(numbers.restarts, "restart")
        self._note.setText(
            f"{crashes}, {restarts} in all" if numbers.crashes or numbers.restarts else "no crash so far"
        )
        calls = [("runs", numbers.running_call, "", 0.0), ("last", numbers.last_call, "", 0.0)]
        self.calls.show_rows([row for row in calls if row[1]])
        self.events.show_rows([_event_row(event) for event in reversed(figures.events)])
        parsed = [parse_line(line) for line in figures.lines]
        self.lines.show_rows([(line.clock, line.text, line.level, 0.0) for line in parsed])

    def _show_tiles(self, numbers: ChildStatistics) -> None:
        cpu = numbers.cpu_percent
        history = [value for _, value in numbers.cpu_history]
        self.cpu.show_value("–" if cpu is None else f"{cpu:.0f}", "% of a core", history)
        amount = memory(numbers.memory_bytes) if numbers.memory_bytes is not None else ("–", "MB")
        self.memory.show_value(*amount, [value for _, value in numbers.memory_history])
        self.connections.show_value("–" if numbers.connections is None else str(numbers.connections))
        self.restarts.show_value(str(numbers.restarts))


def _event_row(event: ChildEvent) -> tuple[str, str, str, float]:
    word = _WORDS.get(event.kind, str(event.kind))
    who = f" by {event.who}" if event.who else ""
    reason = f": {event.reason}" if event.reason else ""
    bad = event.kind in _BAD
    return clock(event.time), f"{word}{who}{reason}", "error" if bad else "", event.time if bad else 0.0


class _Lines(QWidget):
    """A head, and rows of a word and a text; hidden while there is nothing."""

    opened = Signal(float)

    def __init__(self, title: str, *right: QWidget) -> None:
        super().__init__()
        self._rows: list[tuple[TextLabel, TextLabel, QPushButton]] = []
        self._shown: tuple[tuple[str, str, str, float], ...] = ()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(M)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnMinimumWidth(0, 64)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, S)
        column.setSpacing(2)
        column.addWidget(SectionHead(title, *right))
        column.addLayout(self._grid)
        self.hide()

    def texts(self) -> list[str]:
        """Return the texts that are shown."""
        return [text for _, text, _, _ in self._shown]

    def show_rows(self, rows: Sequence[tuple[str, str, str, float]]) -> None:
        """Show rows of word, text, level and time; unchanged ones are left alone."""
        rows = tuple(rows)
        if rows == self._shown:
            return
        self._shown = rows
        self.setVisible(bool(rows))
        while len(self._rows) < len(rows):
            self._add_row(len(self._rows))
        for number, (word, text, lines) in enumerate(self._rows):
            shown = number < len(rows)
            for widget in (word, text):
                widget.setVisible(shown)
            lines.setVisible(shown and rows[number][3] > 0)
            if shown:
                word.setText(rows[number][0])
                text.setText(rows[number][1])
                text.set_role("error" if rows[number][2] in ("error", "critical") else "text")

    def _add_row(self, number: int) -> None:
        word, text = TextLabel("", 12, 400, "secondary"), TextLabel("", 12, wrap=True, selectable=True)
        lines = button("Lines", kind="ghost", tip="Show what it wrote at that time")
        lines.clicked.connect(lambda: self.opened.emit(self._shown[number][3]))
        self._grid.addWidget(word, number, 0)
        self._grid.addWidget(text, number, 1)
        self._grid.addWidget(lines, number, 2)
        self._rows.append((word, text, lines))
