"""Lists of things with a state, one line each: the services of a daemon, the children of a computer.

Each line is a button that goes to its thing. Limits: for tens of lines, not for thousands.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme import chevron, font, paint_state, rounded, state_color, tokens_of
from pyrolab_gui.ui.theme.tokens import CONTROL_HEIGHT
from pyrolab_gui.viewmodels.daemons_tree import UNSAVED, WORDS

_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


@dataclass(frozen=True, slots=True)
class Line:
    """One line: key of the thing, its name, what it is, its state, and what is wrong with it."""

    key: str
    name: str
    note: str = ""
    state: str = ""
    error: str = ""
    words: str = ""
    """What is said of the state where that is not its usual word: ``1 of 2 not connected``."""

    @property
    def word(self) -> str:
        """What stands beside the shape of the state."""
        return self.words or WORDS.get(self.state, self.state)


class StateRows(QWidget):
    """Lines; unchanged ones stay the same widgets."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, _Row] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def lines(self) -> tuple[Line, ...]:
        """Return what is shown."""
        return tuple(row.line for row in self._rows.values())

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Show lines."""
        if [line.key for line in lines] != list(self._rows):
            for row in self._rows.values():
                self._column.removeWidget(row)
                row.hide()
                row.deleteLater()
            self._rows = {line.key: _Row(line) for line in lines}
            for key, row in self._rows.items():
                row.clicked.connect(lambda _=False, key=key: self.opened.emit(key))
                self._column.addWidget(row)
        for line in lines:
            self._rows[line.key].show_line(line)


class _Row(QAbstractButton):
    def __init__(self, line: Line) -> None:
        super().__init__()
        self.line = line
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_line(line)

    def show_line(self, line: Line) -> None:
        self.line = line
        self.setText(line.name)
        self.setAccessibleName(", ".join(part for part in (line.name, line.note, line.word, line.error) if part))
        self.setToolTip(line.error or line.note)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, CONTROL_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self)
        line = self.line
        width, height = self.width(), self.height()
        name_width, state_width = max(140, width * 22 // 100), 170
        note_width = max(60, width * 34 // 100)
        with QPainter(self) as painter:
            if self.underMouse():
                painter.fillRect(self.rect(), tokens.color("hover"))
            painter.fillRect(QRect(0, height - 1, width, 1), tokens.color("hairline"))
            x = 4
            for text, room, weight, color in (
                (line.name, name_width, 500, "text"),
                (line.note, note_width, 400, "secondary"),
            ):
                painter.setFont(font(13, weight))
                painter.setPen(tokens.color(color))
                shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room - 12)
                painter.drawText(QRect(x, 0, room, height), _MIDDLE, shown)
                x += room
            if line.state:
                state = "not-asked" if line.state == UNSAVED else line.state
                paint_state(painter, x + 6, height / 2, state, tokens)
                painter.setFont(font(13, 500))
                painter.setPen(state_color(state, tokens))
                painter.drawText(QRect(x + 18, 0, state_width, height), _MIDDLE, line.word)
            x += state_width
            room = width - x - 24
            painter.setFont(font(12))
            painter.setPen(tokens.color("error"))
            shown = painter.fontMetrics().elidedText(line.error, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(x, 0, room, height), _MIDDLE, shown)
            chevron(painter, width - 10, height / 2, tokens.color("secondary"), direction="right")
            if self.hasFocus():
                rounded(painter, self.rect(), None, tokens.color("accent"), width=2)
