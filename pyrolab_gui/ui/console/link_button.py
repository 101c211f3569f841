"""A quiet button that looks like a link: for what stands aside, such as *leave it running* or *Details*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from pyrolab_gui.ui.theme import font, rounded, tokens_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class LinkButton(QAbstractButton):
    """A text to click."""

    def __init__(self, text: str, tip: str = "", *, color: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._color = color
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setFont(font(12, 500))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return room for the text and a target of 24 px."""
        return QSize(int(QFontMetricsF(self.font()).horizontalAdvance(self.text())) + 9, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, underlined under the mouse, and a ring with the focus."""
        tokens = tokens_of(self)
        face = font(12, 500)
        face.setUnderline(self.underMouse() and self.isEnabled())
        with QPainter(self) as painter:
            if self.hasFocus():
                rounded(painter, self.rect(), None, tokens.color("accent"), width=1.5)
            painter.setFont(face)
            painter.setPen(tokens.color(self._color if self.isEnabled() else "disabled"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
