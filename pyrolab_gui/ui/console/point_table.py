"""The points of a curve as a table, of any length: rows are made when they are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from pyrolab_gui.ui.theme import font
from pyrolab_gui.viewmodels.value_text import number_text

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.result_shape import Curve

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class PointModel(QAbstractTableModel):
    """Number, x and y of each point."""

    def __init__(self, curve: Curve, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve = curve

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return the number of points."""
        return 0 if parent.isValid() else len(self._curve.y)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Return two columns where x was given, else one."""
        return 2 if self._curve.against else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a number as text."""
        values = self._curve.x if self._curve.against and index.column() == 0 else self._curve.y
        if role == Qt.ItemDataRole.DisplayRole:
            return number_text(float(values[index.row()]))
        if role == Qt.ItemDataRole.ToolTipRole:
            return repr(float(values[index.row()]))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name the columns with their units, and count the rows from 0."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section)
        curve = self._curve
        if curve.against and section == 0:
            return curve.x_title
        return curve.y_title or ("y" if curve.against else "Value")


class PointTable(QTableView):
    """Shows the points of a curve."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(font(13))
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setAccessibleName("Values")
        self.setMinimumHeight(80)
        self.verticalHeader().setDefaultSectionSize(24)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def set_curve(self, curve: Curve) -> None:
        """Show another curve's points."""
        old = self.model()
        self.setModel(PointModel(curve, self))
        if old is not None:
            old.deleteLater()
