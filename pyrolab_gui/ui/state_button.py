"""A flat button that shows a state: an item of the status bar, or of the sum of health in the top bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from pyrolab_gui.ui.theme import STATE_WORDS, font, paint_icon, paint_state, rounded, tokens_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_SIDE = 8
_MARK = 16
_GAP = 5


class StateButton(QAbstractButton):
    """Shape or icon, a strong word, and text in secondary colour.

    Parameters
    ----------
    height
        Its height; 27 in the status bar, 28 in the top bar.
    size
        Of the text.
    icon
        Instead of a state's shape.
    """

    def __init__(self, height: int, size: int = 12, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height, self._size, self._icon = height, size, icon
        self._state = self._strong = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def state(self) -> str:
        """The state that is shown."""
        return self._state

    def set_content(self, state: str, strong: str, text: str) -> None:
        """Show a state, a strong word and text."""
        if (state, strong, text) == (self._state, self._strong, self.text()):
            return
        self._state, self._strong = state, strong
        self.setText(text)
        spoken = " ".join(part for part in (strong, text) if part)
        word = STATE_WORDS.get(state, "") if state else ""
        self.setAccessibleName(spoken if not word or word in spoken else f"{spoken}, {word}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for everything that is shown."""
        strong = QFontMetricsF(font(self._size, 600)).horizontalAdvance(self._strong)
        text = QFontMetricsF(font(self._size)).horizontalAdvance(self.text())
        width = 2 * _SIDE + (_MARK if self._state or self._icon else 0)
        width += int(strong) + 1 + (_GAP if strong and text else 0) + int(text) + 1
        return QSize(max(24, width), self._height)

    def minimumSizeHint(self) -> QSize:
        """Return its height, and a width at which text is cut."""
        return QSize(24, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, mark and texts."""
        tokens = tokens_of(self)
        height = self.height()
        middle = Qt.AlignmentFlag.AlignVCenter
        with QPainter(self) as painter:
            if self.isDown() or self.isChecked() or self.underMouse():
                area = QRectF(self.rect()).adjusted(1, 2, -1, -2)
                rounded(painter, area, tokens.color("button_down" if self.isEnabled() else "window"))
            x = float(_SIDE)
            if self._state:
                paint_state(painter, x + 5, height / 2, self._state, tokens, 8 if self._size < 13 else 9)
                x += _MARK
            elif self._icon:
                at = QRect(int(x) - 1, (height - 14) // 2, 14, 14)
                paint_icon(painter, at, self._icon, tokens, "secondary", enabled=self.isEnabled())
                x += _MARK
            if self._strong:
                painter.setFont(font(self._size, 500 if self._size < 13 else 600))
                painter.setPen(tokens.color("text"))
                painter.drawText(QRectF(x, 0, self.width() - x, height), middle, self._strong)
                x += QFontMetricsF(painter.font()).horizontalAdvance(self._strong) + _GAP
            painter.setFont(font(self._size))
            painter.setPen(tokens.color("secondary"))
            room = max(0, int(self.width() - x - 4))
            text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(x, 0, room, height), middle, text)
            if self.hasFocus():
                rounded(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), None, tokens.color("accent"), width=2)
