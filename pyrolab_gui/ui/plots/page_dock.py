"""The dock that holds a page: beside or behind others in the tab, or in a window of its own.

Limits: a window of its own is a plain one of the desktop, not a floating dock, so that it can stand on another screen
and be made as large as that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme import icon
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from pyrolab_gui.ui.plots.page_view import PageView

_WINDOW = QSize(900, 600)


class PageDock(QDockWidget):
    """A dock with one page."""

    seen = Signal()
    """It came to the front, or its window did."""

    def __init__(self, view: PageView) -> None:
        super().__init__(view.page.title)
        self.view = view
        self.setObjectName(f"plot-{view.page.key}")  # by which its place is remembered
        self.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetMovable)
        self._window: _PageWindow | None = None
        self._title = TextLabel(view.page.title, 12, 600)
        self._head = Panel("window", self)
        self._head.hide()
        row = QHBoxLayout(self._head)
        row.setContentsMargins(16, 4, 12, 4)
        row.addWidget(self._title)
        row.addStretch(1)
        self._no_head = QWidget(self)
        self.setWidget(view)
        view.page.changed.connect(self._on_page_changed)
        self.visibilityChanged.connect(self._on_visibility_changed)

    @property
    def is_out(self) -> bool:
        """Whether the page stands in a window of its own."""
        return self._window is not None

    def set_head(self, shown: bool) -> None:
        """Show the head by which it is dragged, or not."""
        head = self._head if shown else self._no_head
        if self.titleBarWidget() is not head:
            self.setTitleBarWidget(head)
            self._head.setVisible(shown)

    def take_out(self, owner: QWidget) -> None:
        """Put the page into a window of its own."""
        if self._window is None:
            self._window = _PageWindow(self, owner)
            self.hide()
            self._window.show()

    def take_back(self) -> None:
        """Put the page back into the dock."""
        window, self._window = self._window, None
        if window is not None:
            self.setWidget(self.view)
            self.view.show()
            self.show()
            window.hide()
            window.deleteLater()

    def come_forward(self) -> None:
        """Be seen."""
        if self._window is not None:
            self._window.raise_()
        else:
            self.show()
            self.raise_()

    def _on_page_changed(self) -> None:
        title = self.view.page.title
        self.setWindowTitle(title)
        self._title.setText(title)
        if self._window is not None:
            self._window.setWindowTitle(title)

    def _on_visibility_changed(self, visible: bool) -> None:
        if visible and not self.is_out and self.isVisible():
            self.seen.emit()


class _PageWindow(QWidget):
    """A window for one page; closing it puts the page back."""

    def __init__(self, dock: PageDock, owner: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.Window)
        self._dock = dock
        self.setWindowTitle(dock.view.page.title)
        self.setWindowIcon(icon("chart-line", None, "accent"))
        self.resize(_WINDOW)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(dock.view)
        dock.view.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self._dock.view.ownWindowRequested.emit(False)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._dock.seen.emit()
