"""The numbers of a child: tiles, the band of its states, its calls, what happened to it, its last lines.

Limits: shows the `Figures` it is given, and says where they are not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.daemons.state_strip import StateStrip
from pyrolab_gui.ui.daemons.text_rows import Row, TextRows
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
    from pyrolab_gui.viewmodels.child_figures import Figures
    from pyrolab_gui.wire.supervision import ChildEvent, ChildStatistics

_WORDS = {
    EventKind.UNRESPONSIVE: "no reply",
    EventKind.BACK: "answers again",
    EventKind.ADOPTED: "found running",
    EventKind.NOT_CONNECTED: "not connected",
}
_BAD = (EventKind.CRASHED, EventKind.LOST, EventKind.FAILED, EventKind.UNRESPONSIVE, EventKind.NOT_CONNECTED)


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
            tiles.addWidget(tile, 0, Qt.AlignmentFlag.AlignTop)
        tiles.addStretch(1)
        self._problem = TextLabel("", 12, 400, "secondary", wrap=True)
        self._note = TextLabel("", 12, 400, "secondary")
        self.strip = StateStrip()
        self.calls = TextRows("Calls")
        self.events = TextRows("Happened", button_text="Lines", tip="Show what it wrote at that time")
        open_log = button("Open log", kind="ghost")
        open_log.setObjectName("figures-open-log")
        open_log.clicked.connect(lambda: self.logRequested.emit(0.0))
        self.lines = TextRows("Last lines", open_log)
        self.events.opened.connect(lambda moment: self.logRequested.emit(moment))
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
        calls = [Row("runs", numbers.running_call), Row("last", numbers.last_call)]
        self.calls.show_rows([row for row in calls if row.text])
        self.events.show_rows([_event_row(event) for event in reversed(figures.events)])
        parsed = [parse_line(line) for line in figures.lines]
        self.lines.show_rows([Row(line.clock, line.text, line.level) for line in parsed])

    def _show_tiles(self, numbers: ChildStatistics) -> None:
        cpu = numbers.cpu_percent
        history = [value for _, value in numbers.cpu_history]
        self.cpu.show_value("–" if cpu is None else f"{cpu:.0f}", "% of a core", history)
        amount = memory(numbers.memory_bytes) if numbers.memory_bytes is not None else ("–", "MB")
        self.memory.show_value(*amount, [value for _, value in numbers.memory_history])
        self.connections.show_value("–" if numbers.connections is None else str(numbers.connections))
        self.restarts.show_value(str(numbers.restarts))


def _event_row(event: ChildEvent) -> Row:
    word = _WORDS.get(event.kind, str(event.kind))
    who = f" by {event.who}" if event.who else ""
    reason = f": {event.reason}" if event.reason else ""
    bad = event.kind in _BAD
    text = event.reason if event.kind in _WORDS and event.reason else f"{word}{who}{reason}"
    return Row(clock(event.time), text, "error" if bad else "", event.time if bad else None)
