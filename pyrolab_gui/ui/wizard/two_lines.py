"""A list whose rows have a name, a line below it, and a few words at the right.

Limits: plain rows, for hundreds; what a row stands for is kept with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from pyrolab_gui.ui.theme import font, saved, tokens_of
from pyrolab_gui.ui.theme.tokens import M

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QPainter
    from PySide6.QtWidgets import QWidget

_HEIGHT = 44
_ROW = Qt.ItemDataRole.UserRole
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class TwoLines(NamedTuple):
    """A row; `mark` is the token of the colour in which `word` is written."""

    title: str
    below: str
    word: str = ""
    mark: str = "secondary"
    what: Any = None


class TwoLineList(QListWidget):
    """The list."""

    chosen = Signal(object)
    """What the current row stands for; None for no row."""
    taken = Signal()
    """Enter or a double click on a row."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_Delegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.viewport().setAutoFillBackground(False)  # the ground is that of the panel that it stands on
        self.currentItemChanged.connect(lambda now, _before: self.chosen.emit(_what(now)))
        self.itemDoubleClicked.connect(lambda _item: self.taken.emit())

    def show_rows(self, rows: Sequence[TwoLines]) -> None:
        """Show other rows; what is chosen stays chosen if it is still there, and nothing is told."""
        before = _what(self.currentItem())
        self.blockSignals(True)
        self.clear()
        for row in rows:
            item = QListWidgetItem(row.title)
            item.setData(_ROW, row)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, row[:3])))
            item.setToolTip("\n".join(filter(None, row[:3])))
            self.addItem(item)
            if row.what is not None and row.what == before:
                self.setCurrentItem(item)
        self.blockSignals(False)
        self.viewport().update()

    def current(self) -> Any:
        """Return what the current row stands for; None for no row."""
        return _what(self.currentItem())

    def choose(self, what: Any) -> None:
        """Choose the row of something."""
        for number in range(self.count()):
            if _what(self.item(number)) == what:
                self.setCurrentRow(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the row by Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self.taken.emit()
            return
        super().keyPressEvent(event)


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, _HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: TwoLines | None = index.data(_ROW)
        if row is None:
            return
        tokens = tokens_of(option.widget)
        if option.widget is not None:
            option.widget.style().drawPrimitive(
                QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget
            )
        rect = QRect(option.rect).adjusted(M, 4, -M, -4)
        half = rect.height() // 2
        with saved(painter):
            width = 0
            if row.word:
                painter.setFont(font(12, 500))
                metrics = painter.fontMetrics()
                word = metrics.elidedText(row.word, Qt.TextElideMode.ElideRight, rect.width() * 2 // 3)
                width = metrics.horizontalAdvance(word) + M
                painter.setPen(tokens.color(row.mark))
                painter.drawText(QRect(rect.left(), rect.top(), rect.width(), half), _RIGHT, word)
            painter.setFont(font(13, 500))
            painter.setPen(tokens.color("text"))
            top = QRect(rect.left(), rect.top(), rect.width() - width, half)
            title = painter.fontMetrics().elidedText(row.title, Qt.TextElideMode.ElideMiddle, top.width())
            painter.drawText(top, _LEFT, title)
            painter.setFont(font(12))
            painter.setPen(tokens.color("secondary"))
            low = QRect(rect.left(), rect.top() + half, rect.width(), half)
            below = painter.fontMetrics().elidedText(row.below, Qt.TextElideMode.ElideRight, low.width())
            painter.drawText(low, _LEFT, below)


def _what(item: QListWidgetItem | None) -> Any:
    row: TwoLines | None = item.data(_ROW) if item is not None else None
    return row.what if row is not None else None
