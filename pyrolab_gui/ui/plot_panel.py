"""The live plot at the bottom of the consoles: it stays while one switches between them.

pyqtgraph is imported when the first reading is put on it. Redrawn only when something changed
and somebody sees it. Limits: chooses files, writes the picture; samples are written by the view model.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.plots.dragging import reading_in
from pyrolab_gui.ui.plots.frames import Frames
from pyrolab_gui.ui.widgets.button import button, set_icon
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.empty_state import EmptyState
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.segmented import Segmented
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.plot_vm import WINDOWS
from pyrolab_gui.viewmodels.value_text import count_text

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QShowEvent

    from pyrolab_gui.ui.plots.frames import Part
    from pyrolab_gui.ui.plots.live import LiveStack
    from pyrolab_gui.viewmodels.plot_vm import PlotViewModel

BAR_HEIGHT = 40
WINDOW_WORDS = {60.0: "Last 1 min", 300.0: "Last 5 min", 1800.0: "Last 30 min", math.inf: "All"}


class PlotPanel(Panel):
    """The live plot with its tool row."""

    foldClicked = Signal()
    csvChosen = Signal(str)
    """The path of the file into which all samples shall go."""
    pictureSaved = Signal(str, bool)
    """A path, and whether the picture is there."""
    readingDropped = Signal(object)
    """A reading that is to be plotted."""

    def __init__(self, plot: PlotViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._vm = plot
        self.setAcceptDrops(True)
        self._stack: LiveStack | None = None
        self.live = Segmented(["Live", "Paused"])
        self.live.currentChanged.connect(lambda index: plot.set_paused(index == 1))
        self.window_combo = Combo([(WINDOW_WORDS[seconds], seconds) for seconds in WINDOWS])
        self.window_combo.setAccessibleName("Time shown")
        self.window_combo.setCurrentIndex(WINDOWS.index(plot.window))
        self.window_combo.activated.connect(lambda index: plot.set_window(WINDOWS[index]))
        self.count = TextLabel("", 12, 400, "secondary")
        self.export = button("Export…", "download-simple", "ghost", "Save the samples or a picture")
        self.export.clicked.connect(self._on_export_clicked)
        self.clear = button("Clear", "", "ghost", "Take everything off the plot")
        self.clear.clicked.connect(plot.clear)
        self.fold = button("", "caret-down", "ghost", "Fold the plot")
        self.fold.clicked.connect(self.foldClicked)
        self._title = TextLabel("Live plot", 11, 600, "secondary", caps=True)
        bar = QWidget()
        bar.setFixedHeight(BAR_HEIGHT)
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(8)
        for widget in (self._title, self.live, self.window_combo, self.count):
            row.addWidget(widget)
        row.addStretch(1)
        for each in (self.export, self.clear, self.fold):
            row.addWidget(each)
        self.pages = QStackedWidget()
        self._empty = EmptyState(
            "chart-line", "Nothing is plotted yet", "The small curve beside a reading puts it here, live."
        )
        self.pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.pages, 1)
        self._frame = Frames(self.pages, plot, self._draw)
        plot.channelsChanged.connect(self._on_channels_changed)
        plot.viewChanged.connect(self._on_view_changed)
        self._on_channels_changed()

    @property
    def stack(self) -> LiveStack | None:
        """The curves, once there are any."""
        return self._stack

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take readings."""
        if reading_in(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Have a reading plotted."""
        reading = reading_in(event.mimeData())
        if reading is not None:
            event.acceptProposedAction()
            self.readingDropped.emit(reading)

    def _on_channels_changed(self) -> None:
        count = len(self._vm.channels)
        if count and self._stack is None:
            from pyrolab_gui.ui.plots.live import LiveStack

            self._stack = LiveStack(self._vm)
            self._area = scroll_area(self._stack)
            self.pages.addWidget(self._area)
        self.pages.setCurrentWidget(self._area if count else self._empty)
        self.count.setText(count_text(count, "channel") if count else "")
        for widget in (self.live, self.window_combo, self.export, self.clear):
            widget.setVisible(count > 0)
        self._frame.look()

    def _on_view_changed(self) -> None:
        if (self.live.current() == 1) != self._vm.paused:
            self.live.setCurrent(int(self._vm.paused))

    def set_folded(self, folded: bool) -> None:
        """Show the tool row alone, or all."""
        self.pages.setVisible(not folded)
        set_icon(self.fold, "caret-up" if folded else "caret-down")
        tip = "Unfold the plot" if folded else "Fold the plot"
        self.fold.setToolTip(tip)
        self.fold.setAccessibleName(tip)
        self._frame.look()

    def is_folded(self) -> bool:
        """Whether only the tool row is shown."""
        return self.pages.isHidden()

    def _draw(self) -> Part | None:
        return None if self._stack is None else self._stack.draw_next()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to draw."""
        super().showEvent(event)
        self._frame.look()

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw nothing while nobody looks."""
        super().hideEvent(event)
        self._frame.look()

    # -- export ----------------------------------------------------------------------------------------------------

    def _on_export_clicked(self) -> None:
        menu = QMenu(self)
        menu.addAction("Samples as CSV…", lambda: self._choose("csv"))
        menu.addAction("Picture as PNG…", lambda: self._choose("png"))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.export.mapToGlobal(QPoint(0, self.export.height())))

    def _choose(self, ending: str) -> None:
        dialog = QFileDialog(self, "Export the plot", f"plot.{ending}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["CSV (*.csv)"] if ending == "csv" else ["PNG (*.png)"])
        dialog.setDefaultSuffix(ending)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.csvChosen if ending == "csv" else self.save_picture)
        dialog.open()

    def save_picture(self, path: str) -> None:
        """Save what is shown as a picture."""
        if self._stack is not None:
            self.pictureSaved.emit(path, self._stack.grab().save(path))
