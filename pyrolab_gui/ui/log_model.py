"""The merged log as a table, and the part of it that is wanted: by level, by source, by words.

Limits: keeps as many entries as the view model; columns are time, source, level, text.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt

from pyrolab_gui.ui.theme import font
from pyrolab_gui.viewmodels.log_line import LEVELS
from pyrolab_gui.viewmodels.logs_vm import KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.viewmodels.logs_vm import LogEntry

Index = QModelIndex | QPersistentModelIndex
TIME, SOURCE, LEVEL, TEXT = range(4)
EntryRole = Qt.ItemDataRole.UserRole


class LogModel(QAbstractTableModel):
    """All entries."""

    def __init__(self, entries: Sequence[LogEntry], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries = list(entries)

    def replace(self, entries: Sequence[LogEntry]) -> None:
        """Show other entries."""
        self.beginResetModel()
        self._entries = list(entries)
        self.endResetModel()

    def add(self, entries: Sequence[LogEntry]) -> None:
        """Put entries at the end; as many go from the beginning as are too many."""
        surplus = len(self._entries) + len(entries) - KEPT
        if surplus > 0:
            surplus = min(surplus, len(self._entries))
            self.beginRemoveRows(QModelIndex(), 0, surplus - 1)
            del self._entries[:surplus]
            self.endRemoveRows()
        end = len(self._entries)
        self.beginInsertRows(QModelIndex(), end, end + len(entries) - 1)
        self._entries.extend(entries)
        self.endInsertRows()

    def entry(self, row: int) -> LogEntry:
        """Return the entry of a row."""
        return self._entries[row]

    def rowCount(self, parent: Index | None = None) -> int:
        """How many entries there are."""
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index | None = None) -> int:
        """Time, source, level, text."""
        return 0 if parent is not None and parent.isValid() else 4

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows."""
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            clock = time.strftime("%H:%M:%S", time.localtime(entry.time))
            return (clock, entry.name, entry.level, entry.text)[index.column()]
        if role == EntryRole:
            return entry
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == TEXT:
            return "Enter or a double click shows the details" if entry.detail else None
        if role == Qt.ItemDataRole.FontRole:
            return font(13 if index.column() == TEXT else 12)
        return None


class LogFilter(QSortFilterProxyModel):
    """Lets through what is wanted."""

    def __init__(self, model: LogModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._least = 0
        self._source = ""
        self._words: tuple[str, ...] = ()
        self.setSourceModel(model)

    def set_least(self, level: str) -> None:
        """Want this level and worse ones."""
        self._least = LEVELS.index(level)
        self.invalidate()

    def set_source(self, source: str) -> None:
        """Want one source; all if empty."""
        self._source = source
        self.invalidate()

    def set_text(self, text: str) -> None:
        """Want entries that have all of these words."""
        self._words = tuple(text.lower().split())
        self.invalidate()

    def shown(self) -> list[LogEntry]:
        """Return what is let through, in order."""
        return [self.index(row, TEXT).data(EntryRole) for row in range(self.rowCount())]

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Whether an entry is wanted."""
        entry = self._model.entry(row)
        if self._source and entry.source != self._source:
            return False
        if entry.level in LEVELS and LEVELS.index(entry.level) < self._least:
            return False
        if not self._words:
            return True
        text = f"{entry.name} {entry.level} {entry.text}".lower()
        return all(word in text for word in self._words)
