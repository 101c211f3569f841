"""The lab's tree as an item model that follows new trees in small steps: selection and folding survive.

Items are found by the key of their node below the same parent. Limits: one column; shapes and words are painted by
the delegate.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from pyrolab_gui.viewmodels.daemons_tree import WORDS, TreeNode

if TYPE_CHECKING:
    from collections.abc import Iterator

NodeRole = Qt.ItemDataRole.UserRole
"""Role under which an item gives its `TreeNode` (without its children)."""

Index: TypeAlias = QModelIndex | QPersistentModelIndex


class _Item:
    def __init__(self, number: int, node: TreeNode, parent: _Item | None) -> None:
        self.number = number
        self.node = replace(node, children=())
        self.parent = parent
        self.children: list[_Item] = []

    @property
    def row(self) -> int:
        return self.parent.children.index(self) if self.parent is not None else 0

    def walk(self) -> Iterator[_Item]:
        yield self
        for child in self.children:
            yield from child.walk()


class DaemonsTreeModel(QAbstractItemModel):
    """A tree of `TreeNode`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = count(1)
        self._root = _Item(0, TreeNode("", "computer", ""), None)
        self._items: dict[int, _Item] = {0: self._root}
        self._keys: dict[str, _Item] = {}

    def show(self, *nodes: TreeNode) -> None:
        """Take over new trees, one for each top-level node."""
        self._sync(self._root, nodes)

    def node_at(self, index: Index) -> TreeNode | None:
        """Return the node at an index, without its children."""
        return self._item(index).node if index.isValid() else None

    def index_of(self, key: str) -> QModelIndex:
        """Return the index of a node's key; an invalid one if there is none."""
        item = self._keys.get(key)
        return QModelIndex() if item is None else self._index(item)

    def rename(self, old: str, new: str, name: str) -> None:
        """Give a node another key and name, so that the next tree finds it in its place."""
        item = self._keys.pop(old, None)
        if item is not None:
            item.node = replace(item.node, key=new, name=name)
            self._keys[new] = item

    # Qt

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008 - Qt's signature
        """Return the index of a child."""
        children = self._item(parent).children
        if column == 0 and 0 <= row < len(children):
            return self.createIndex(row, 0, children[row].number)
        return QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> Any:  # noqa: B008
        """Return the index of an item's parent; without an argument, the object's own parent."""
        if not isinstance(index, QModelIndex | QPersistentModelIndex) or not index.isValid():
            return QModelIndex()
        above = self._item(index).parent
        return QModelIndex() if above is None or above is self._root else self._index(above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many children an item has."""
        return len(self._item(parent).children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One column."""
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What an item shows."""
        if not index.isValid():
            return None
        node = self._item(index).node
        if role == Qt.ItemDataRole.DisplayRole:
            return node.name
        if role == NodeRole:
            return node
        if role == Qt.ItemDataRole.ToolTipRole:
            return _description(node)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _description(node)
        return None

    # steps

    def _item(self, index: Index) -> _Item:
        return self._items.get(index.internalId(), self._root) if index.isValid() else self._root

    def _index(self, item: _Item) -> QModelIndex:
        return QModelIndex() if item is self._root else self.createIndex(item.row, 0, item.number)

    def _sync(self, parent: _Item, nodes: tuple[TreeNode, ...]) -> None:
        wanted = {node.key for node in nodes}
        for place in reversed(range(len(parent.children))):
            if parent.children[place].node.key not in wanted:
                self._remove(parent, place)
        for place, node in enumerate(nodes):
            current = next((i for i, item in enumerate(parent.children) if item.node.key == node.key), None)
            if current is None:
                self._insert(parent, place, node)
            elif current != place:
                above = self._index(parent)
                self.beginMoveRows(above, current, current, above, place)
                parent.children.insert(place, parent.children.pop(current))
                self.endMoveRows()
            item = parent.children[place]
            bare = replace(node, children=())
            if item.node != bare:
                item.node = bare
                index = self._index(item)
                self.dataChanged.emit(index, index)
            self._sync(item, node.children)

    def _insert(self, parent: _Item, place: int, node: TreeNode) -> None:
        self.beginInsertRows(self._index(parent), place, place)
        item = _Item(next(self._numbers), node, parent)
        parent.children.insert(place, item)
        self._items[item.number] = item
        self._keys[node.key] = item
        self.endInsertRows()

    def _remove(self, parent: _Item, place: int) -> None:
        self.beginRemoveRows(self._index(parent), place, place)
        gone = parent.children.pop(place)
        for item in gone.walk():
            del self._items[item.number]
            if self._keys.get(item.node.key) is item:
                del self._keys[item.node.key]
        self.endRemoveRows()


def _description(node: TreeNode) -> str:
    parts = [node.name, node.note, node.word or WORDS.get(node.state, node.state)]
    if node.edited:
        parts.append("edited")
    if node.problems:
        parts.append("1 problem" if node.problems == 1 else f"{node.problems} problems")
    return ", ".join(part for part in parts if part)
