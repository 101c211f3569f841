"""A part that is folded away under its title until somebody wants it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme import chevron, font, rounded, tokens_of
from pyrolab_gui.ui.theme.tokens import CONTROL_HEIGHT, S


class Fold(QWidget):
    """Title, what is inside in a few words, and `body`, to be filled by its owner."""

    toggled = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = _Head(title)
        self.body = QWidget()
        self.body.hide()
        self.head.toggled.connect(self._on_toggled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self.head)
        column.addWidget(self.body)

    @property
    def is_open(self) -> bool:
        """Whether the body is shown."""
        return self.head.isChecked()

    def set_open(self, open_: bool) -> None:
        """Show or hide the body."""
        self.head.setChecked(open_)

    def set_summary(self, summary: str) -> None:
        """Say what is inside."""
        self.head.set_summary(summary)

    def _on_toggled(self, on: bool) -> None:
        self.body.setVisible(on)
        self.toggled.emit(on)


class _Head(QAbstractButton):
    def __init__(self, title: str) -> None:
        super().__init__()
        self.setText(title)
        self._summary = ""
        self.setCheckable(True)
        self.setFont(font(13, 500))
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_summary(self, summary: str) -> None:
        self._summary = summary
        self.setAccessibleDescription(summary)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, CONTROL_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        with QPainter(self) as painter:
            if self.hasFocus():
                rounded(painter, self.rect(), None, tokens.color("accent"), width=2)
            direction = "down" if self.isChecked() else "right"
            chevron(painter, 10, self.height() / 2, tokens.color("secondary"), direction=direction)
            painter.setFont(self.font())
            painter.setPen(tokens.color("text"))
            painter.drawText(QRect(24, 0, self.width() - 24, self.height()), middle, self.text())
            used = 24 + painter.fontMetrics().horizontalAdvance(self.text()) + 10
            painter.setFont(font(12))
            painter.setPen(tokens.color("secondary"))
            room = QRect(used, 0, self.width() - used - 4, self.height())
            text = painter.fontMetrics().elidedText(self._summary, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, middle, text)
