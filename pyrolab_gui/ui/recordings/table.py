"""The table of recordings as a view: states with their shapes, several can be chosen, Enter opens one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from pyrolab_gui.ui.recordings.table_model import (
    BEGAN,
    COLUMNS,
    NAME,
    PURPOSE,
    STATE,
    RecordingsModel,
    RowRole,
    text_of,
)
from pyrolab_gui.ui.theme import font, paint_state, saved, state_color, tokens_of
from pyrolab_gui.ui.theme.tokens import ROW_HEIGHT
from pyrolab_gui.ui.widgets.row_table import set_up_rows
from pyrolab_gui.viewmodels.recordings_rows import LOOKS, RecordingRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtGui import QKeyEvent, QPainter

_PADDING = 8
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RecordingsTable(QTableView):
    """Shows a `RecordingsModel`."""

    selectionMoved = Signal()
    opened = Signal()
    """The chosen recordings are to be drawn."""
    deleteRequested = Signal()
    menuRequested = Signal(QPoint)

    def __init__(self, model: RecordingsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName("Recordings")
        set_up_rows(self)
        header = self.horizontalHeader()
        for number, (_, width) in enumerate(COLUMNS):
            header.resizeSection(number, width)
        header.setSectionResizeMode(PURPOSE, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicator(BEGAN, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        self.customContextMenuRequested.connect(lambda at: self.menuRequested.emit(self.viewport().mapToGlobal(at)))
        self.doubleClicked.connect(lambda _index: self.opened.emit())
        self.selectionModel().selectionChanged.connect(lambda *_: self.selectionMoved.emit())

    def set_rows(self, rows: Sequence[RecordingRow]) -> None:
        """Show other rows; what was chosen stays so."""
        chosen = [row.place for row in self.chosen()]
        top = self.verticalScrollBar().value()
        self._model.set_rows(rows)
        if [row.place for row in self.chosen()] != chosen:
            self.choose(chosen)
            self.verticalScrollBar().setValue(top)

    def chosen(self) -> list[RecordingRow]:
        """Return the chosen recordings, from top to bottom."""
        return [self._model.rows[index.row()] for index in sorted(self.selectionModel().selectedRows())]

    def choose(self, places: Sequence[tuple[str, Path]]) -> None:
        """Choose recordings, those that are there."""
        selection = self.selectionModel()
        selection.clear()
        both = selection.SelectionFlag.Select | selection.SelectionFlag.Rows
        for number in [number for place in places if (number := self._model.row_of(place)) >= 0]:
            index = self._model.index(number, NAME)
            if not selection.hasSelection():
                selection.setCurrentIndex(index, both)
                self.scrollTo(index)
            selection.select(index, both)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter, ask to delete on Delete."""
        if event.key() in _ENTER and self.chosen():
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Delete and self.chosen():
            self.deleteRequested.emit()
        else:
            super().keyPressEvent(event)


class _Delegate(QStyledItemDelegate):
    """One delegate for all columns."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows are of one height."""
        return QSize(40, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell; the ground of a row is the style's."""
        row: RecordingRow = index.data(RowRole)
        tokens, column, rect = tokens_of(option.widget), index.column(), option.rect
        text = text_of(row, column)
        with saved(painter):
            left = _PADDING + (4 if column == NAME else 0)
            painter.setFont(font(13, 500 if column in (NAME, STATE) else 400))
            painter.setPen(tokens.color("text" if column in (NAME, PURPOSE) else "secondary"))
            if column == STATE:
                paint_state(painter, rect.left() + _PADDING + 5, rect.center().y() + 1, LOOKS[row.state], tokens)
                painter.setPen(state_color(LOOKS[row.state], tokens))
                left += 17
            room = rect.adjusted(left, 0, -_PADDING, 0)
            elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, index.data(Qt.ItemDataRole.TextAlignmentRole), elided)
