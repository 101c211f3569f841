"""A value in large tabular figures, in a place of fixed width: it shrinks before it is cut; nothing beside it moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from pyrolab_gui.ui.theme import font, paint_state, tokens_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_SIZES = (18, 15, 13, 12)
_MARK = 14
_COLORS = {"alarm": "alarm", "warn": "slow"}
_STATES = {"alarm": "alarm", "warn": "warning"}


class ValueLabel(QLabel):
    """A value.

    Parameters
    ----------
    width
        The width it keeps.
    words
        Whether it shows words, in text size, rather than figures.
    """

    def __init__(self, width: int, *, words: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._stale = False
        self._alarm = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFixedWidth(width)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_words(self, words: bool) -> None:
        """Show words in text size, or figures."""
        if words != self._words:
            self._words = words
            self.update()

    def set_stale(self, stale: bool) -> None:
        """Grey an old value: it must not look fresh."""
        if stale != self._stale:
            self._stale = stale
            self.update()

    def set_alarm(self, level: str) -> None:
        """Mark a value that is beyond a watched bound (*warn* or *alarm*) by shape and colour; empty: it is well."""
        if level != self._alarm:
            self._alarm = level
            self.setAccessibleDescription({"warn": "warning"}.get(level, level))
            self.update()

    @property
    def alarm(self) -> str:
        """How it is marked."""
        return self._alarm

    @property
    def stale(self) -> bool:
        """Whether it is shown as old."""
        return self._stale

    def sizeHint(self) -> QSize:
        """Return the fixed width and a row's height."""
        return QSize(self.width(), 28)

    def minimumSizeHint(self) -> QSize:
        """Return the size hint."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text in the largest size that fits."""
        text = self.text()
        faces = [font(13, 500), font(12, 500)] if self._words else [font(size, 500) for size in _SIZES]
        face = next((f for f in faces if QFontMetricsF(f).horizontalAdvance(text) <= self.width()), faces[-1])
        tokens = tokens_of(self)
        with QPainter(self) as painter:
            painter.setFont(face)
            quiet = self._stale or not self.isEnabled()
            painter.setPen(tokens.color("secondary" if quiet else _COLORS.get(self._alarm, "text")))
            if self._alarm and QFontMetricsF(face).horizontalAdvance(text) + _MARK <= self.width():
                paint_state(painter, _MARK / 2, self.height() / 2, _STATES.get(self._alarm, "alarm"), tokens)
            shown = QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
