"""The tiles of an overview page, painted as large as their room allows: a reading, a note, a plot.

Limits: nothing in them is clicked; a value that is old is grey and says how old it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme import font, paint_state, rounded, state_color, state_tint, tokens_of
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.label_text import humanise

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.pages_vm import PageViewModel
    from pyrolab_gui.viewmodels.plot_vm import PlotViewModel

_STATES = {"alarm": "alarm", "warn": "warning"}
_LONGEST = "−888.888"
"""So long a value is given room for: it does not change its size from one reading to the next."""
_SMALLEST = 14


class ReadingTile(QWidget):
    """One value.

    Parameters
    ----------
    page, number
        Whose tile it is.
    """

    def __init__(self, page: PageViewModel, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page, self._number = page, number
        tile = page.tiles[number]
        instrument, member = tile.readings[0]
        self.title = tile.text or f"{instrument} · {humanise(member)}"
        self.shown = page.shown(number)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)

    def look(self) -> None:
        """Take what is to be shown now."""
        shown = self._page.shown(self._number)
        if shown != self.shown:
            self.shown = shown
            word = {"warn": "warning"}.get(shown.level, shown.level)
            value = f"{shown.value} {shown.unit}".strip()
            self.setAccessibleName(", ".join(part for part in (self.title, value, word, shown.below) if part))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the name, the value as large as can be, and what is to be known of it."""
        tokens, shown = tokens_of(self), self.shown
        state = _STATES.get(shown.level, "")
        width, height = self.width(), self.height()
        margin = max(8, min(width, height) // 16)
        small = max(_SMALLEST, min(height // 9, width // 16))
        room = QRect(margin, margin, width - 2 * margin, height - 2 * margin)
        with QPainter(self) as painter:
            ground = state_tint(state, tokens) if state and not shown.stale else tokens.color("base")
            border = state_color(state, tokens) if state else tokens.color("hairline")
            rounded(painter, QRectF(self.rect()), ground, border, width=3.0 if state else 1.0)
            painter.setFont(font(small, 500))
            painter.setPen(tokens.color("secondary"))
            head = _elided(painter, self.title, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, head)
            foot = room.adjusted(int(1.4 * small) if state else 0, 0, 0, 0)
            painter.setFont(font(max(_SMALLEST, int(small * 0.8))))
            painter.setPen(state_color(state, tokens) if state else tokens.color("secondary"))
            below = _elided(painter, shown.below, foot.width())
            painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, below)
            if state:
                paint_state(painter, room.left() + small / 2, room.bottom() - small / 2, state, tokens, small * 0.8)
            middle = room.adjusted(0, int(1.5 * small), 0, -int(1.4 * small))
            self._paint_value(painter, middle, "text" if not shown.stale else "secondary")

    def _paint_value(self, painter: QPainter, room: QRect, color: str) -> None:
        tokens, shown = tokens_of(self), self.shown
        value = shown.value or "–"
        longest = value if len(value) > len(_LONGEST) else _LONGEST
        size = max(_SMALLEST, int(room.height() * 0.8))
        unit_share = 0.4
        while size > _SMALLEST:
            widths = _advance(font(size, 600), longest) + _advance(font(int(size * unit_share)), f" {shown.unit}")
            if widths <= room.width():
                break
            size = int(size * 0.94)
        face, unit_face = font(size, 600), font(max(_SMALLEST, int(size * unit_share)))
        unit = f" {shown.unit}" if shown.unit else ""
        whole = _advance(face, value) + _advance(unit_face, unit)
        x = room.left() + max(0.0, (room.width() - whole) / 2)
        baseline = room.center().y() + QFontMetricsF(face).capHeight() / 2
        painter.setFont(face)
        painter.setPen(tokens.color(color))
        painter.drawText(int(x), int(baseline), value)
        painter.setFont(unit_face)
        painter.setPen(tokens.color("secondary"))
        painter.drawText(int(x + _advance(face, value)), int(baseline), unit)


class NoteTile(QWidget):
    """A text."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text as large as it fits."""
        tokens = tokens_of(self)
        margin = max(8, min(self.width(), self.height()) // 16)
        room = self.rect().adjusted(margin, margin, -margin, -margin)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        with QPainter(self) as painter:
            rounded(painter, QRectF(self.rect()), tokens.color("window"), tokens.color("hairline"))
            size = max(_SMALLEST, min(room.height() // 3, 64))
            while size > _SMALLEST:
                painter.setFont(font(size, 500))
                needed = painter.boundingRect(room, flags, self._text)
                if needed.height() <= room.height() and needed.width() <= room.width():
                    break
                size -= 2
            painter.setFont(font(size, 500))
            painter.setPen(tokens.color("text"))
            painter.drawText(room, flags, self._text)


class PlotTile(QWidget):
    """A plot of some readings."""

    def __init__(self, plot: PlotViewModel, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from pyrolab_gui.ui.plots.frames import Frames  # pyqtgraph: only where there is a plot
        from pyrolab_gui.ui.plots.live import LiveStack

        self.stack = LiveStack(plot)
        self.setAccessibleName(f"Plot of {title}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._plot, self._title = plot, title
        self.head = TextLabel(title, 22, 500, "secondary")
        column.addWidget(self.head)
        column.addWidget(self.stack, 1)
        self._frames = Frames(self, plot, self.stack.draw_next)
        self._frames.look()

    def look(self) -> None:
        """Say where nothing can be drawn yet."""
        self.head.setText(self._title if self._plot.channels else f"{self._title}: not there")

    def showEvent(self, event: object) -> None:
        """Begin to draw."""
        self._frames.look()


def _advance(face: QFont, text: str) -> float:
    return QFontMetricsF(face).horizontalAdvance(text)


def _elided(painter: QPainter, text: str, width: int) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
