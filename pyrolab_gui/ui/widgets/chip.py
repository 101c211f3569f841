"""A word or two in a small frame: not sent, locked by, default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from pyrolab_gui.ui.theme import font, paint_icon, rounded, tokens_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_SIDE = 7
_ICON = 14
_GAP = 4


class Chip(QLabel):
    """A small framed text.

    Parameters
    ----------
    text
        What it says.
    color
        Token of the text.
    background
        Token of the ground; without one it has a hairline border.
    icon
        Painted before the text.
    """

    def __init__(
        self,
        text: str = "",
        color: str = "secondary",
        background: str = "",
        *,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._color, self._background, self._icon = color, background, icon
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(12, 500))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def set_look(self, color: str, background: str = "", icon: str | None = None) -> None:
        """Change colours, and the icon where one is given."""
        self._color, self._background = color, background
        if icon is not None:
            self._icon = icon
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for icon and text."""
        width = int(QFontMetricsF(self.font()).horizontalAdvance(self.text())) + 2 * _SIDE + 1
        return QSize(width + (_ICON + _GAP if self._icon else 0), 22)

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: its text is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, icon and text."""
        tokens = tokens_of(self)
        with QPainter(self) as painter:
            if self._background:
                rounded(painter, self.rect(), tokens.color(self._background))
            else:
                rounded(painter, self.rect(), None, tokens.color("hairline"))
            x = _SIDE
            if self._icon:
                at = QRect(x, (self.height() - _ICON) // 2, _ICON, _ICON)
                paint_icon(painter, at, self._icon, tokens, self._color, enabled=self.isEnabled())
                x += _ICON + _GAP
            painter.setFont(self.font())
            painter.setPen(tokens.color(self._color if self.isEnabled() else "disabled"))
            area = QRectF(x, 0, self.width() - x, self.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
