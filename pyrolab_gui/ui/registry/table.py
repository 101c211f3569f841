"""The registry's table as a view: columns, keyboard, opening by double click or Enter, a menu of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu, QTableView, QWidget

from pyrolab_gui.ui.registry.delegate import RegistryDelegate
from pyrolab_gui.ui.registry.table_model import COLUMNS, INSTRUMENT, NAME, RegistryTableModel
from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import HEADER_HEIGHT, ROW_HEIGHT

if TYPE_CHECKING:
    from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QKeyEvent

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RegistryTable(QTableView):
    """Shows a `RegistryTableModel`.

    Signals
    -------
    selected
        The name of the selected entry, or an empty string.
    opened
        The name of the entry that was double-clicked, or on which Enter was pressed.
    menuRequested
        The name of an entry, and where on the screen its menu belongs.
    """

    selected = Signal(str)
    opened = Signal(str)
    menuRequested = Signal(str, QPoint)

    def __init__(self, model: RegistryTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setItemDelegate(RegistryDelegate(self))
        self.setAccessibleName("Registered objects")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        self._set_up_header(self.horizontalHeader())
        self.customContextMenuRequested.connect(self._on_context_menu)
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)

    @property
    def current_name(self) -> str:
        """The name of the selected entry, or an empty string."""
        indexes = self.selectionModel().selectedRows()
        row = self._model.row_at(indexes[0]) if indexes else None
        return row.name if row is not None else ""

    def select(self, name: str) -> None:
        """Select an entry, if it is shown, and scroll to it."""
        index = self._model.index_of(name)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter."""
        if event.key() in _ENTER and self.current_name:
            self._open(self.selectionModel().selectedRows()[0].row())
            return
        super().keyPressEvent(event)

    def rowsAboutToBeRemoved(self, parent: QModelIndex | QPersistentModelIndex, start: int, end: int) -> None:
        """Select nothing where the selected row goes: Qt would take its neighbour, and Enter another instrument."""
        if start <= self.currentIndex().row() <= end:
            self.selectionModel().clear()
        super().rowsAboutToBeRemoved(parent, start, end)

    def _set_up_header(self, header: QHeaderView) -> None:
        header.setFont(font(12, 500))
        header.setFixedHeight(HEADER_HEIGHT)
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setMinimumSectionSize(44)
        header.setProperty("indent", 4)
        for number, column in enumerate(COLUMNS):
            if column.width:
                header.resizeSection(number, column.width)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        self.setColumnHidden(INSTRUMENT, True)  # the state says it too; the menu of columns shows it
        header.setSortIndicatorShown(True)
        self.setSortingEnabled(True)
        self.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_header_menu)

    def _open(self, place: int) -> None:
        row = self._model.row_at(self._model.index(place, NAME))
        if row is not None:
            self.opened.emit(row.name)

    def _on_selection_changed(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        self.selected.emit(self.current_name)

    def _on_context_menu(self, position: QPoint) -> None:
        index = self.indexAt(position)
        row = self._model.row_at(index)
        if row is not None:
            self.setCurrentIndex(index)
            self.menuRequested.emit(row.name, self.viewport().mapToGlobal(position))

    def _on_header_menu(self, position: QPoint) -> None:
        menu = self.column_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.horizontalHeader().mapToGlobal(position))

    def column_menu(self) -> QMenu:
        """Return a menu that shows and hides columns; the name always stays."""
        menu = QMenu(self)
        for number, column in enumerate(COLUMNS):
            if number == NAME:
                continue
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(number))
            action.toggled.connect(lambda shown, number=number: self.setColumnHidden(number, not shown))
        return menu
