"""An overview page over the whole screen, for the wall or the rack: read-only, readable from three metres.

Escape or Ctrl+Q closes it; nothing else in it can be done. Limits: one page.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.pages.tiles import NoteTile, PlotTile, ReadingTile
from pyrolab_gui.ui.theme.tokens import L, M
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.pages_vm import PageViewModel

_LOOK_MS = 250


class PageWindow(QWidget):
    """The window of a page.

    Parameters
    ----------
    name
        Its name, shown until the page is there.
    """

    closed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("page-window")
        self.setWindowTitle(f"{name} – PyroLab GUI")
        self.page: PageViewModel | None = None
        self._tiles: list[ReadingTile | PlotTile] = []
        self.title = TextLabel(name, 22, 600)
        self.word = TextLabel("Opening…", 18, 400, "secondary", wrap=True)  # on a wall nobody asks for a tip
        self.clock = TextLabel("", 22, 500, "secondary")
        head = QHBoxLayout()
        head.setSpacing(L)
        head.addWidget(self.title)
        head.addWidget(self.word, 1)
        head.addWidget(self.clock)
        self.grid = QGridLayout()
        self.grid.setSpacing(M)
        ground = Panel("window")
        column = QVBoxLayout(ground)
        column.setContentsMargins(L, M, L, L)
        column.setSpacing(M)
        column.addLayout(head)
        column.addLayout(self.grid, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ground)
        for keys in ("Escape", "Ctrl+Q", "Ctrl+W"):
            QShortcut(QKeySequence(keys), self, self.close)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self.resize(1280, 800)
        self.look()

    def set_page(self, page: PageViewModel) -> None:
        """Show the page."""
        self.page = page
        columns = max(1, math.ceil(math.sqrt(len(page.tiles))))
        for number, tile in enumerate(page.tiles):
            widget: QWidget
            if tile.kind == "reading":
                widget = ReadingTile(page, number)
                self._tiles.append(widget)
            elif tile.kind == "plot":
                names = ", ".join(f"{instrument}.{member}" for instrument, member in tile.readings)
                widget = PlotTile(page.plot(number), names)
                self._tiles.append(widget)
            else:
                widget = NoteTile(tile.text)
            self.grid.addWidget(widget, number // columns, number % columns)
        for place in range(columns):
            self.grid.setColumnStretch(place, 1)
        for place in range(math.ceil(len(page.tiles) / columns)):
            self.grid.setRowStretch(place, 1)
        self.set_word("")
        self.look()

    def set_word(self, text: str, role: str = "secondary") -> None:
        """Say something beside the title: what is wrong, what calls."""
        self.word.setText(text)
        self.word.set_role(role)

    def look(self) -> None:
        """Show what is there now."""
        self.clock.setText(time.strftime("%H:%M:%S"))
        for tile in self._tiles:
            tile.look()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Read no more, and tell it."""
        self._timer.stop()
        if self.page is not None:
            self.page.close()
            self.page = None
            self._tiles = []
        event.accept()
        self.closed.emit()
