"""A nested result as a tree of names and values, unfolded as far as one looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeView, QWidget

from pyrolab_gui.ui.theme import font
from pyrolab_gui.viewmodels.value_text import value_text

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
MOST = 2_000
"""Children shown of one node; a curve or a file is the way to see more."""


class _Node:
    def __init__(self, name: str, value: Any, parent: _Node | None, row: int) -> None:
        self.name, self.value, self.parent, self.row = name, value, parent, row
        self._children: list[_Node] | None = None

    def children(self) -> list[_Node]:
        if self._children is None:
            items = _items(self.value)
            self._children = [_Node(name, item, self, row) for row, (name, item) in enumerate(items[:MOST])]
            if len(items) > MOST:
                self._children.append(_Node("…", f"and {len(items) - MOST} more", self, MOST))
        return self._children


def _items(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [(str(name), item) for name, item in value.items()]
    if isinstance(value, list | tuple):
        return [(str(number), item) for number, item in enumerate(value)]
    if isinstance(value, set | frozenset):
        return [(str(number), item) for number, item in enumerate(sorted(value, key=repr))]
    if getattr(value, "shape", ()):
        return [(str(number), item) for number, item in enumerate(value[: MOST + 1])]
    return []


class ValueTreeModel(QAbstractItemModel):
    """A value as a tree; children are made when they are looked at."""

    def __init__(self, value: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._root = _Node("", value, None, 0)

    def _node(self, index: Index) -> _Node:
        node = index.internalPointer() if index.isValid() else self._root
        assert isinstance(node, _Node)
        return node

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many children a node has."""
        return len(self._node(parent).children()) if parent.column() <= 0 else 0

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Name and value."""
        return 2

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        """Return the index of a child."""
        children = self._node(parent).children()
        return self.createIndex(row, column, children[row]) if 0 <= row < len(children) else QModelIndex()

    def parent(self, index: Index = _ROOT) -> QModelIndex:  # type: ignore[override]
        """Return the index of the parent."""
        node = self._node(index).parent
        return QModelIndex() if node is None or node is self._root else self.createIndex(node.row, 0, node)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the name, or the value in one line."""
        node = self._node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return node.name if index.column() == 0 else " ".join(value_text(_plain(node.value)).split())[:200]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 1:
            return str(node.value)[:500]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Name the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return ("Name", "Value")[section]
        return None


def _plain(value: Any) -> Any:
    return value.item() if getattr(value, "shape", None) == () else value


class ValueTree(QTreeView):
    """Shows a nested value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(font(13))
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName("Result")
        self.setMinimumHeight(80)

    def set_value(self, value: Any) -> None:
        """Show another value."""
        old = self.model()
        model = ValueTreeModel(value, self)
        self.setModel(model)
        if old is not None:
            old.deleteLater()
        if model.rowCount() <= 20:
            self.expandToDepth(0)
        self.resizeColumnToContents(0)
        self.setColumnWidth(0, min(max(self.columnWidth(0) + 16, 96), 240))
