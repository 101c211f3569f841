"""Recordings as a table: what is at work first, then by the column that is chosen.

Limits: rows come whole from the view model; colours and shapes are the delegate's.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from pyrolab_gui.viewmodels.recordings_rows import WORDS, RecordingRow, clock_duration, gaps_text, size_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
RowRole = int(Qt.ItemDataRole.UserRole)
NAME, STATE, PURPOSE, WHO, BEGAN, LENGTH, READINGS, GAPS, SIZE = range(9)
COLUMNS = (
    ("Name", 150), ("State", 124), ("Purpose", 200), ("By", 108), ("Began", 138), ("Length", 92), ("Readings", 72),
    ("Gaps", 64), ("Size", 72),
)  # fmt: skip
"""Titles and widths."""
_RIGHT = (LENGTH, READINGS, SIZE)
_KEYS: dict[int, Callable[[RecordingRow], Any]] = {
    NAME: lambda row: row.title.casefold(),
    STATE: lambda row: WORDS[row.state],
    PURPOSE: lambda row: row.purpose.casefold(),
    WHO: lambda row: row.who,
    BEGAN: lambda row: row.facts.started,
    LENGTH: lambda row: row.seconds(time.time()),
    READINGS: lambda row: len(row.channels),
    GAPS: lambda row: row.facts.gaps,
    SIZE: lambda row: row.facts.size,
}


class RecordingsModel(QAbstractTableModel):
    """The rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[RecordingRow] = []
        self._column, self._descending = BEGAN, True

    def set_rows(self, rows: Sequence[RecordingRow]) -> None:
        """Show other rows; those that only say something else now stay where they are."""
        ordered = self._ordered(rows)
        if [row.place for row in ordered] == [row.place for row in self.rows]:
            self.rows = ordered
            self.refresh()
            return
        self.beginResetModel()
        self.rows = ordered
        self.endResetModel()

    def refresh(self) -> None:
        """Show the lengths of now."""
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(COLUMNS) - 1))

    def row_of(self, place: tuple[str, Path]) -> int:
        """Return where a recording stands; -1 if it does not."""
        return next((number for number, row in enumerate(self.rows) if row.place == place), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the title of a column, and how it is aligned."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section][0]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, or its row."""
        row = self.rows[index.row()]
        if role == RowRole:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return text_of(row, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.sentence
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column; what is at work stays above."""
        self._column, self._descending = column, order is Qt.SortOrder.DescendingOrder
        self.layoutAboutToBeChanged.emit()
        held = [(index, self.rows[index.row()].place) for index in self.persistentIndexList()]
        self.rows = self._ordered(self.rows)
        for index, place in held:
            self.changePersistentIndex(index, self.index(self.row_of(place), index.column()))
        self.layoutChanged.emit()

    def _ordered(self, rows: Sequence[RecordingRow]) -> list[RecordingRow]:
        ordered = sorted(rows, key=_KEYS[self._column], reverse=self._descending)
        return sorted(ordered, key=lambda row: not row.key)

    @staticmethod
    def _alignment(column: int) -> int:
        side = Qt.AlignmentFlag.AlignRight if column in _RIGHT else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignVCenter)


def text_of(row: RecordingRow, column: int) -> str:
    """Return what a cell says."""
    facts = row.facts
    if column == NAME:
        return row.title
    if column == STATE:
        return WORDS[row.state]
    if column == PURPOSE:
        return row.purpose
    if column == WHO:
        return row.who
    if column == BEGAN:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(facts.started)) if facts.started else ""
    if column == LENGTH:
        return clock_duration(row.seconds(time.time())) if facts.started else ""
    if column == READINGS:
        return str(len(row.channels))
    if column == GAPS and not row.pc:
        return gaps_text(row)
    return size_text(facts.size) if facts.size else ""
