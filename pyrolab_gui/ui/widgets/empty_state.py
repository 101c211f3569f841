"""What stands where there is nothing yet: what this place is for, and the next step."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme import paint_icon, tokens_of
from pyrolab_gui.ui.theme.tokens import XL, XS, M, S
from pyrolab_gui.ui.widgets.text_label import TextLabel

_ICON = 32


class EmptyState(QWidget):
    """An icon, a title, a sentence and, where there is one, the button of the next step, and of another."""

    def __init__(
        self,
        icon: str,
        title: str,
        text: str = "",
        button: QPushButton | None = None,
        other: QPushButton | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = _Icon(icon)
        self._title = TextLabel(title, 14, 600, wrap=True)
        self._text = TextLabel(text, 13, 400, "secondary", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, XL)
        column.setSpacing(XS)
        column.addStretch(2)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(XS)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        if button is not None:
            column.addSpacing(M)
            row = QHBoxLayout()
            row.setSpacing(S)
            row.addStretch(1)
            for each in filter(None, (button, other)):
                row.addWidget(each)
            row.addStretch(1)
            column.addLayout(row)
        column.addStretch(3)
        self.set_text(title, text)

    def set_text(self, title: str, text: str = "") -> None:
        """Say something else."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)


class _Icon(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_ICON, _ICON)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_icon(painter, QRect(0, 0, _ICON, _ICON), self._name, tokens_of(self), "field")
