"""What the tables of rows have in common: whole rows are chosen, all of one height, no grid, a plain head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView

from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import HEADER_HEIGHT, ROW_HEIGHT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

_NARROWEST = 44


def set_up_rows(table: QTableView) -> None:
    """Make a table one of rows; several can be chosen, nothing is edited in place, its owner makes the menu."""
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    side = table.verticalHeader()
    side.hide()
    side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    side.setMinimumSectionSize(ROW_HEIGHT)
    side.setDefaultSectionSize(ROW_HEIGHT)
    head = table.horizontalHeader()
    head.setFont(font(12, 500))
    head.setFixedHeight(HEADER_HEIGHT)
    head.setHighlightSections(False)
    head.setMinimumSectionSize(_NARROWEST)
    head.setProperty("indent", 4)
