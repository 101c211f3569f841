"""Values in rows and columns for a table view: what is wrong is red, with the reason as its tool tip.

Limits: draws and passes on what is typed; the values are those of `viewmodels.cells`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from pyrolab_gui.ui.theme.tokens import tokens_of

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from pyrolab_gui.viewmodels.cells import Cells

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class CellsModel(QAbstractTableModel):
    """A model on `Cells`."""

    edited = Signal()
    """A value was typed, or rows or columns came or went."""

    def __init__(self, cells: Cells, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.cells = cells

    def change(self, act: Any, *arguments: Any) -> None:
        """Do something to the values that may change how many there are. Raises what `act` raises."""
        self.beginResetModel()
        try:
            act(*arguments)
        finally:
            self.endResetModel()
        self.edited.emit()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else self.cells.shape[0]

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else self.cells.shape[1]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a value as text, and what is wrong with it."""
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self.cells.text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if self.cells.item.kind == "str" else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.cells.problem_of(row, column)
        if role in (Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.BackgroundRole):
            if not self.cells.problem_of(row, column):
                return None
            name = "error" if role == Qt.ItemDataRole.ForegroundRole else "error_tint"
            return tokens_of().color(name)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what was typed, as it was typed."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        if value != self.cells.text(index.row(), index.column()):
            self.cells.set_text(index.row(), index.column(), str(value))
            self.dataChanged.emit(index, index)
            self.edited.emit()
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every cell can be edited."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Count rows and columns from 1, as a spreadsheet does; the first column names the unit where it is alone."""
        if role == Qt.ItemDataRole.DisplayRole:
            unit = self.cells.item.unit or self.cells.type.unit
            if orientation == Qt.Orientation.Horizontal and self.cells.shape[1] == 1:
                return f"Value ({unit})" if unit else "Value"
            return str(section + 1)
        return None
