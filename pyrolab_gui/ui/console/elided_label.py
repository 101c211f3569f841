"""A line of text that is cut with an ellipsis where there is no room, and then whole in its tool tip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from pyrolab_gui.ui.theme import tokens_of
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class ElidedLabel(TextLabel):
    """A `TextLabel` that takes the room there is."""

    _tip = ""

    def __init__(
        self, text: str = "", size: int = 12, weight: int = 400, role: str = "secondary", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, size, weight, role, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        """Show another text."""
        super().setText(text)
        self._say()

    def set_tip(self, tip: str) -> None:
        """Set a tool tip of its own; without one the whole text shows where it is cut."""
        self._tip = tip
        self._say()

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See whether the text is cut now."""
        super().resizeEvent(event)
        self._say()

    def _say(self) -> None:
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.width()
        self.setToolTip(self._tip or (self.text() if cut else ""))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as much as there is room for."""
        role = self.role if self.isEnabled() else "disabled"
        with QPainter(self) as painter:
            painter.setFont(self.font())
            painter.setPen(tokens_of(self).color(role))
            shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)
