"""The button that puts a reading on the live plot, and its menu of periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from pyrolab_gui.ui.widgets.button import button, set_icon
from pyrolab_gui.viewmodels.plot_channel import PERIODS

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent


def period_text(period: float) -> str:
    """Return ``0.5 s``."""
    return f"{period:g} s"


class PlotButton(QWidget):
    """Plots a reading with one click; once it is plotted, a click offers other periods and its removal."""

    periodChosen = Signal(float)
    removeChosen = Signal()
    toPlotsChosen = Signal()
    """The reading shall go among the plots, where it stays."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        self._period: float | None = None
        self.button = button("", "chart-line", "ghost", f"Plot {label}")
        self.button.setFixedSize(26, 26)
        self.button.clicked.connect(self._on_button_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        self.setFocusProxy(self.button)

    def set_period(self, period: float | None) -> None:
        """Show that the reading is plotted with that period; None: not plotted."""
        if period == self._period:
            return
        self._period = period
        set_icon(self.button, "chart-line", "" if period is None else "accent")
        tip = f"Plot {self._label}" if period is None else f"{self._label} is plotted every {period_text(period)}"
        self.button.setToolTip(tip)
        self.button.setAccessibleName(tip)

    def _on_button_clicked(self) -> None:
        if self._period is None:
            self.periodChosen.emit(0.5)
        else:
            self.open_menu(self.mapToGlobal(QPoint(0, self.height())))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the periods before it is plotted, too."""
        self.open_menu(event.globalPos())

    def open_menu(self, at: QPoint) -> None:
        """Open the menu of periods."""
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def menu(self) -> QMenu:
        """Return the menu of periods."""
        menu = QMenu(self)
        group = QActionGroup(menu)
        for period in PERIODS:
            action = QAction(f"Plot every {period_text(period)}", menu, checkable=True)
            action.setChecked(period == self._period)
            action.triggered.connect(lambda _checked=False, chosen=period: self.periodChosen.emit(chosen))
            group.addAction(action)
            menu.addAction(action)
        menu.addSeparator()
        plots = QAction("Add to the plots", menu)
        plots.triggered.connect(self.toPlotsChosen)
        menu.addAction(plots)
        if self._period is not None:
            remove = QAction("Take off the plot", menu)
            remove.triggered.connect(self.removeChosen)
            menu.addAction(remove)
        return menu
