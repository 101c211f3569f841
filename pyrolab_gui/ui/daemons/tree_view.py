"""The lab's PCs as trees in one view: what is selected, by key, and a menu on each node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeView, QWidget

from pyrolab_gui.ui.daemons.tree_delegate import TreeDelegate
from pyrolab_gui.ui.daemons.tree_model import DaemonsTreeModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QItemSelection
    from PySide6.QtGui import QKeyEvent

    from pyrolab_gui.viewmodels.daemons_tree import TreeNode


_UP_OR_DOWN = (Qt.Key.Key_Up, Qt.Key.Key_Down)


class DaemonsTree(QTreeView):
    """Shows trees of `TreeNode`.

    Signals
    -------
    selected
        The key of the current node.
    activatedNode
        The key of the node on which Enter was pressed or that was double-clicked.
    removeRequested
        The key of the node on which Delete was pressed.
    moveRequested
        The key of the node on which Alt and an arrow was pressed, and whether down.
    menuRequested
        The key of a node, and where on the screen its menu belongs.
    """

    selected = Signal(str)
    activatedNode = Signal(str)
    removeRequested = Signal(str)
    moveRequested = Signal(str, bool)
    menuRequested = Signal(str, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._changing = False
        self.nodes = DaemonsTreeModel(self)
        self.setModel(self.nodes)
        self.setItemDelegate(TreeDelegate(self))
        self.setAccessibleName("PCs of the lab, their nameservers, daemons and services")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(18)
        self.setExpandsOnDoubleClick(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.viewport().setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.customContextMenuRequested.connect(self._on_context_menu)
        self.doubleClicked.connect(lambda index: self._activate(index))
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)

    @property
    def current_key(self) -> str:
        """The key of the selected node, or an empty string."""
        indexes = self.selectionModel().selectedIndexes()
        node = self.nodes.node_at(indexes[0]) if indexes else None
        return node.key if node is not None else ""

    def show_trees(self, roots: Sequence[TreeNode]) -> None:
        """Show trees, one for each PC; folding and selection stay, new PCs and daemons are unfolded."""
        shown = [node.key for root in roots for node in (root, *root.children)]
        fresh = [key for key in shown if not self.nodes.index_of(key).isValid()]
        chosen = self.current_key
        self._changing = True
        self.nodes.show(*roots)
        if chosen and self.current_key != chosen:
            self.select(chosen)  # it moved to another parent
        self._changing = False
        if self.current_key != chosen:
            self.selected.emit(self.current_key)
        for key in fresh:
            self.expand(self.nodes.index_of(key))

    def select(self, key: str) -> None:
        """Select a node, if it is there."""
        index = self.nodes.index_of(key)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter activates, Delete asks for removal, Alt and an arrow moves."""
        key = self.current_key
        if key and event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in _UP_OR_DOWN:
            self.moveRequested.emit(key, event.key() == Qt.Key.Key_Down)
            return
        if key and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activatedNode.emit(key)
        elif key and event.key() == Qt.Key.Key_Delete:
            self.removeRequested.emit(key)
        else:
            super().keyPressEvent(event)

    def _activate(self, index: object) -> None:
        if self.current_key:
            self.activatedNode.emit(self.current_key)

    def _on_selection_changed(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        if not self._changing:
            self.selected.emit(self.current_key)

    def _on_context_menu(self, position: QPoint) -> None:
        node = self.nodes.node_at(self.indexAt(position))
        if node is not None:
            self.select(node.key)
            self.menuRequested.emit(node.key, self.viewport().mapToGlobal(position))
