"""The registry's table as a view: columns, keyboard, folding, opening by double click or Enter, a menu of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView, QWidget

from pyrolab_gui.ui.registry.arrangement import Arrangement
from pyrolab_gui.ui.registry.columns import COLUMNS, NAME
from pyrolab_gui.ui.registry.delegate import CHEVRON_ROOM, RegistryDelegate
from pyrolab_gui.ui.registry.table_model import GroupHead, RegistryTableModel
from pyrolab_gui.ui.widgets.row_table import set_up_rows

if TYPE_CHECKING:
    from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QKeyEvent, QMouseEvent

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_NUMBERS = {column.title: number for number, column in enumerate(COLUMNS)}
AT_FIRST = Arrangement(
    tuple(column.title for column in COLUMNS if column.shown),
    {column.title: column.width for column in COLUMNS if column.shown},
    COLUMNS[NAME].title,
)
"""How the columns stand before anybody has moved them."""
_FOLDS = (Qt.Key.Key_Left, Qt.Key.Key_Right)


class RegistryTable(QTableView):
    """Shows a `RegistryTableModel`.

    Signals
    -------
    selected
        The key of the current entry among those selected, or an empty string.
    opened
        The key of the entry that was double-clicked, or on which Enter was pressed.
    menuRequested
        The key of an entry, and where on the screen its menu belongs.
    columnsChanged
        Other columns are shown, or they stand in another order, have other widths or another sort.
    """

    selected = Signal(str)
    opened = Signal(str)
    menuRequested = Signal(str, QPoint)
    columnsChanged = Signal()

    def __init__(self, model: RegistryTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setItemDelegate(RegistryDelegate(self))
        self.setAccessibleName("Registered objects")
        set_up_rows(self)
        self._set_up_header(self.horizontalHeader())
        self._set_up_changes(self.horizontalHeader())
        self.customContextMenuRequested.connect(self._on_context_menu)
        self.doubleClicked.connect(self._open)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.selectionModel().currentRowChanged.connect(lambda *_: self.selected.emit(self.current_name))

    @property
    def current_name(self) -> str:
        """The key of the current entry if it is selected, else of the only one selected, or an empty string."""
        keys = self.selected_keys
        current = self._model.row_at(self.currentIndex())
        if current is not None and current.key in keys:
            return current.key
        return keys[0] if len(keys) == 1 else ""

    @property
    def selected_keys(self) -> list[str]:
        """The keys of all selected entries, from top to bottom."""
        indexes = sorted(self.selectionModel().selectedRows(), key=lambda index: index.row())
        return [row.key for index in indexes if (row := self._model.row_at(index)) is not None]

    def select(self, key: str) -> None:
        """Select an entry, if it is shown, and scroll to it."""
        index = self._model.index_of(key)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    @property
    def arrangement(self) -> Arrangement:
        """How the columns stand; the last one's width is the room that is left, and is not told."""
        header = self.horizontalHeader()
        order = [header.logicalIndex(place) for place in range(len(COLUMNS))]
        shown = tuple(COLUMNS[number].title for number in order if not self.isColumnHidden(number))
        widths = {title: self.columnWidth(_NUMBERS[title]) for title in shown[:-1]}
        return Arrangement(shown, widths, COLUMNS[self._model.sorted_by].title, descending=self._model.descending)

    def arrange(self, arrangement: Arrangement) -> None:
        """Show columns as they once stood, and hide all others; the name always stays."""
        header = self.horizontalHeader()
        wanted = [title for title in arrangement.shown if title in _NUMBERS]
        for number, column in enumerate(COLUMNS):
            self.setColumnHidden(number, number != NAME and column.title not in wanted)
        for place, title in enumerate(wanted):
            header.moveSection(header.visualIndex(_NUMBERS[title]), place)
        for title, width in arrangement.widths.items():
            if title in wanted:
                header.resizeSection(_NUMBERS[title], max(width, header.minimumSectionSize()))
        order = Qt.SortOrder.DescendingOrder if arrangement.descending else Qt.SortOrder.AscendingOrder
        self.sortByColumn(_NUMBERS.get(arrangement.sort, NAME), order)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter; fold and unfold on Left and Right."""
        index = self.currentIndex()
        if event.key() in _ENTER and index.isValid():
            self._open(index)
            return
        if event.key() in _FOLDS and index.isValid() and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            item = self._model.item_at(index)
            if isinstance(item, GroupHead):
                self._model.set_folded(item.title, event.key() == Qt.Key.Key_Left)
                return
            head = self._model.head_of(index)
            if event.key() == Qt.Key.Key_Left and head.isValid():
                self.setCurrentIndex(head)
                return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Fold or unfold where the chevron of a head is."""
        index = self.indexAt(event.position().toPoint())
        item = self._model.item_at(index)
        if isinstance(item, GroupHead) and index.column() == NAME and event.button() == Qt.MouseButton.LeftButton:
            if event.position().x() - self.visualRect(index).left() < CHEVRON_ROOM:
                self._model.set_folded(item.title, not item.folded)
                return
        super().mousePressEvent(event)

    def rowsAboutToBeRemoved(self, parent: QModelIndex | QPersistentModelIndex, start: int, end: int) -> None:
        """Select nothing where the current row goes: Qt would take its neighbour, and Enter another instrument."""
        if start <= self.currentIndex().row() <= end:
            self.selectionModel().clear()
        super().rowsAboutToBeRemoved(parent, start, end)

    def _set_up_header(self, header: QHeaderView) -> None:
        header.setSectionsMovable(True)
        for number, column in enumerate(COLUMNS):
            header.resizeSection(number, column.width)
            self.setColumnHidden(number, not column.shown)
        header.setStretchLastSection(True)
        header.setSortIndicatorShown(True)
        self.setSortingEnabled(True)
        self.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_header_menu)

    def _set_up_changes(self, header: QHeaderView) -> None:
        for signal in (header.sectionMoved, header.sectionResized, header.sortIndicatorChanged):
            signal.connect(self.columnsChanged)

    def _open(self, index: QModelIndex) -> None:
        item = self._model.item_at(index)
        if isinstance(item, GroupHead):
            self._model.set_folded(item.title, not item.folded)
        elif item is not None:
            self.opened.emit(item.key)

    def _on_selection_changed(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        self.selected.emit(self.current_name)

    def _on_context_menu(self, position: QPoint) -> None:
        index = self.indexAt(position)
        row = self._model.row_at(index)
        if row is not None:
            if row.key not in self.selected_keys:
                self.setCurrentIndex(index)
            self.menuRequested.emit(row.key, self.viewport().mapToGlobal(position))

    def _on_header_menu(self, position: QPoint) -> None:
        menu = self.column_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.horizontalHeader().mapToGlobal(position))

    def column_menu(self) -> QMenu:
        """Return a menu that shows and hides columns; the name always stays."""
        menu = QMenu("Columns", self)
        for number, column in enumerate(COLUMNS):
            if number == NAME:
                continue
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(number))
            action.toggled.connect(lambda shown, number=number: self._show_column(number, shown))
        menu.addSeparator()
        menu.addAction("As at first", lambda: self.arrange(AT_FIRST))
        return menu

    def _show_column(self, number: int, shown: bool) -> None:
        self.setColumnHidden(number, not shown)
        self.columnsChanged.emit()
