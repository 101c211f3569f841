"""One page of the plots on screen: a row of tools, and below it readings over time or against each other, or results.

pyqtgraph is imported when there is something to draw. Limits: chooses files, writes pictures; samples are written by
the view model.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.plots.dragging import is_for_plots
from pyrolab_gui.ui.plots.dropping import take_drop
from pyrolab_gui.ui.plots.frames import Frames, Part, is_seen
from pyrolab_gui.ui.plots.page_menu import export_menu, page_menu, save_picture
from pyrolab_gui.ui.theme.tokens import CONTROL_HEIGHT, TOOL_ROW_HEIGHT
from pyrolab_gui.ui.widgets.button import button, set_icon
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.empty_state import EmptyState
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.segmented import Segmented
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.viewmodels.repeated_call import EVERY
from pyrolab_gui.viewmodels.value_text import clock_text, duration_text
from pyrolab_gui.viewmodels.words import uptime

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent

    from pyrolab_gui.ui.plots.live import LiveStack
    from pyrolab_gui.ui.plots.results_plot import ResultsPlot
    from pyrolab_gui.ui.plots.xy_plot import XyPlot
    from pyrolab_gui.viewmodels.plots_page import PlotPage
    from pyrolab_gui.viewmodels.plots_vm import PlotsViewModel

WINDOWS = {
    60.0: "Last 1 min",
    300.0: "Last 5 min",
    600.0: "Last 10 min",
    1800.0: "Last 30 min",
    3600.0: "Last 1 h",
    21600.0: "Last 6 h",
    86400.0: "Last 24 h",
    math.inf: "All",
}
_STEP = 0.25
NARROWEST = 420
X_WIDTH = 190


class PageView(Panel):
    """A page with its tools."""

    addRequested = Signal()
    """Readings are to be chosen."""
    pointed = Signal(object)
    """The time under the mouse, or None."""
    activated = Signal()
    """It was clicked, or got the keyboard."""
    ownWindowRequested = Signal(bool)
    """Whether it is to stand in a window of its own."""
    besideRequested = Signal()
    """It is to stand beside the other pages, not behind them."""

    def __init__(self, plots: PlotsViewModel, page: PlotPage, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self.vm, self.page = plots, page
        self._stack: LiveStack | None = None
        self._xy: XyPlot | None = None
        self._results: ResultsPlot | None = None
        self.live = Segmented(["Live", "Paused"])
        self.live.currentChanged.connect(lambda index: page.plot.set_paused(index == 1))
        self.window_combo = Combo([(words, seconds) for seconds, words in WINDOWS.items()])
        self.window_combo.setAccessibleName("Time shown")
        self.window_combo.activated.connect(lambda index: page.plot.set_window(list(WINDOWS)[index]))
        self.kind = Segmented(["Over time", "X–Y"])
        self.kind.currentChanged.connect(lambda index: page.set_kind("xy" if index else "time"))
        self.against = Combo(width=X_WIDTH)
        self.against.setAccessibleName("X axis")
        self.against.activated.connect(lambda _index: page.set_against(self.against.currentText()))
        self.again = Combo([("Call once", 0.0), *((f"Every {seconds:g} s", seconds) for seconds in EVERY)])
        self.again.setAccessibleName("How often the newest result is called for")
        self.again.activated.connect(self._on_again_chosen)
        self.mark = button("Mark", "flag", "ghost", "Mark this moment on the plot")
        self.mark.clicked.connect(self._on_mark_clicked)
        self.measure = button("Measure", "crosshair", "ghost", "Click two moments to compare them")
        self.measure.setCheckable(True)
        self.measure.toggled.connect(self._on_measure_toggled)
        self.fit = button("Fit y", "arrows-out-line-vertical", "ghost", "Let the range of values follow the curves")
        self.fit.clicked.connect(self._on_fit_clicked)
        self.add = button("Add…", "plus", "ghost", "Choose readings to plot")
        self.add.clicked.connect(self.addRequested)
        self.export = button("Export…", "download-simple", "plain", "Save the samples or a picture, or copy a script")
        self.export.clicked.connect(lambda: self._open(export_menu(self), self.export))
        self.more = button("", "dots-three", "ghost", "More about this page")
        self.more.clicked.connect(lambda: self._open(page_menu(self), self.more))
        self._bar = bar = QWidget()
        bar.setFixedHeight(TOOL_ROW_HEIGHT)
        self._words = {each: each.text() for each in (self.mark, self.measure, self.fit, self.add, self.export)}
        self._tools = QHBoxLayout(bar)
        self._tools.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)  # a narrow one leaves words out
        self._tools.setContentsMargins(16, 0, 12, 0)
        self._tools.setSpacing(8)
        tools = (self.live, self.window_combo, self.kind, self.against, self.again, self.mark, self.measure, self.fit)
        for widget in tools:
            self._tools.addWidget(widget)
        self._tools.addStretch(1)
        for tool in (self.add, self.export, self.more):
            self._tools.addWidget(tool)
        choose = button("Add readings…", "plus", "primary")
        choose.clicked.connect(self.addRequested)
        self._empty = EmptyState(
            "chart-line",
            "Nothing is plotted here yet",
            "Choose readings, or drag them here from a console.",
            choose,
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(Separator())
        column.addWidget(self.pages, 1)
        self.setMinimumWidth(NARROWEST)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"Plot {page.title}")
        self.frames = Frames(self, page.plot, self._draw)
        page.changed.connect(self._on_page_changed)
        page.repeatChanged.connect(self._show_again)
        page.plot.channelsChanged.connect(self._on_page_changed)
        page.plot.viewChanged.connect(self._on_view_changed)
        self._on_page_changed()
        self._on_view_changed()

    @property
    def stack(self) -> LiveStack | None:
        """The curves over time, once there are any."""
        return self._stack

    @property
    def xy(self) -> XyPlot | None:
        """The curves against each other, once they were asked for."""
        return self._xy

    @property
    def results(self) -> ResultsPlot | None:
        """The results, once there are any."""
        return self._results

    # -- what is shown -------------------------------------------------------------------------------------------------

    def _on_page_changed(self) -> None:
        page = self.page
        channels, results = bool(page.plot.channels), page.kind == "results"
        over_time = channels and page.kind == "time"
        for widget in (self.live, self.window_combo):
            widget.setVisible(channels and not results)
        self.kind.setVisible(not results and len(page.plot.channels) > 1)
        for tool in (self.mark, self.measure, self.fit):
            tool.setVisible(over_time)
        self.export.setVisible(channels or bool(page.results))
        self.add.setVisible(channels and not results)
        self.against.setVisible(page.kind == "xy" and channels)
        self._show_again()
        self.kind.setCurrent(1 if page.kind == "xy" else 0)
        self.against.set_items([channel.label for channel in page.plot.channels])
        x = page.x_channel()
        if x is not None:
            self.against.setCurrentIndex(page.plot.channels.index(x))
        self.pages.setCurrentWidget(self._content())
        self._fit_tools()
        self.frames.look()
        self._draw()

    def _show_again(self) -> None:
        """Offer to call for the newest result again and again, where that can be."""
        repeated = self.page.repeated
        self.again.setVisible(self.page.kind == "results" and bool(self.page.results) and repeated is not None)
        if repeated is not None:
            repeated.seen = lambda: is_seen(self)
            self.again.setToolTip(f"Call {repeated.call.text} again and again, while it is seen")
            self.again.setCurrentIndex(max(0, self.again.findData(repeated.every)))

    def _on_again_chosen(self, index: int) -> None:
        if self.page.repeated is not None:
            self.page.repeated.start(float(self.again.itemData(index)))

    def _content(self) -> QWidget:
        page = self.page
        if page.kind == "results" and page.results:
            if self._results is None:
                from pyrolab_gui.ui.plots.results_plot import ResultsPlot

                self._results = ResultsPlot(page)
                self.pages.addWidget(self._results)
            return self._results
        if page.kind == "results" or not page.plot.channels:
            return self._empty
        if page.kind == "xy":
            if self._xy is None:
                from pyrolab_gui.ui.plots.xy_plot import XyPlot

                self._xy = XyPlot(page)
                self.pages.addWidget(self._xy)
            return self._xy
        if self._stack is None:
            from pyrolab_gui.ui.plots.live import LiveStack

            self._stack = LiveStack(page.plot)
            self._stack.pointed.connect(self.pointed)
            self._stack.clicked.connect(self._on_stack_clicked)
            self._area = scroll_area(self._stack)
            self.pages.addWidget(self._area)
        return self._area

    def _on_view_changed(self) -> None:
        plot = self.page.plot
        if (self.live.current() == 1) != plot.paused:
            self.live.setCurrent(int(plot.paused))
        self._show_window()
        self.fit.setEnabled(self._stack is not None and not self._stack.is_fitted())
        self.measure.setChecked(bool(plot.cursors) or self.measure.isChecked())
        set_icon(self.measure, "crosshair", "accent" if self.measure.isChecked() else "")
        if self._xy is not None and self.isVisible():
            self._xy.draw()

    def _show_window(self) -> None:
        """Say how much time is shown: a choice while the page goes on, else the stretch that is held."""
        plot, combo = self.page.plot, self.window_combo
        if not plot.paused and plot.window in WINDOWS:
            combo.setCurrentIndex(list(WINDOWS).index(plot.window))
            combo.setToolTip("")
            return
        start, end = plot.span()
        combo.setPlaceholderText(duration_text(end - start) if end - start < 3600 else uptime(end - start))
        combo.setToolTip(f"{clock_text(start)} to {clock_text(end)}" if plot.paused else "")
        combo.setCurrentIndex(-1)

    def _draw(self) -> Part | None:
        current = self.pages.currentWidget()
        if current is self._xy and self._xy is not None:
            return Part() if self._xy.draw() else None
        return None if self._stack is None or current is self._empty else self._stack.draw_next()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to draw."""
        super().showEvent(event)
        self.frames.look()

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw nothing while nobody looks."""
        super().hideEvent(event)
        self.frames.look()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words of the tools out where there is no room for them."""
        super().resizeEvent(event)
        self._fit_tools()

    def _fit_tools(self) -> None:
        """Show as many tools with their words as there is room for; what is left out stands in the page's menu too."""
        self.kind.setMaximumWidth(16_777_215)
        self.against.setFixedWidth(X_WIDTH)
        for words in (True, False):
            for tool, text in self._words.items():
                tool.setText(text if words else "")
                tool.setFixedWidth(tool.sizeHint().width() if words else CONTROL_HEIGHT)
            self._tools.invalidate()
            if self._tools.sizeHint().width() <= self.width():
                return
        self.kind.setMaximumWidth(0)
        self.against.setFixedWidth(X_WIDTH // 2)

    # -- tools ---------------------------------------------------------------------------------------------------------

    def _open(self, menu: object, under: QWidget) -> None:
        menu.aboutToHide.connect(menu.deleteLater)  # type: ignore[attr-defined]
        menu.popup(under.mapToGlobal(QPoint(0, under.height())))  # type: ignore[attr-defined]

    def _on_mark_clicked(self) -> None:
        from pyrolab_gui.ui.plots.mark_dialog import ask_for_words

        plot = self.page.plot
        when = plot.cursors[0] if plot.cursors else plot.span()[1] if plot.paused else time.time()
        ask_for_words(self, "Mark", when, lambda words: plot.add_mark(when, words))

    def _on_measure_toggled(self, on: bool) -> None:
        set_icon(self.measure, "crosshair", "accent" if on else "")
        if not on:
            self.page.plot.set_cursors()

    def _on_stack_clicked(self, when: float) -> None:
        self.activated.emit()
        if self.measure.isChecked():
            self.page.plot.place_cursor(when)

    def _on_fit_clicked(self) -> None:
        if self._stack is not None:
            self._stack.fit()
            self.fit.setEnabled(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows scroll and zoom, Space pauses, Home shows all, Escape goes back to now."""
        stack, plot = self._stack, self.page.plot
        if stack is None or self.page.kind != "time":
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Left:
                stack.move_by(-_STEP)
            case Qt.Key.Key_Right:
                stack.move_by(_STEP)
            case Qt.Key.Key_Plus | Qt.Key.Key_Up:
                stack.zoom(sum(plot.span()) / 2, 1 - _STEP)
            case Qt.Key.Key_Minus | Qt.Key.Key_Down:
                stack.zoom(sum(plot.span()) / 2, 1 / (1 - _STEP))
            case Qt.Key.Key_Space:
                plot.set_paused(not plot.paused)
            case Qt.Key.Key_Home:
                stack.show_all()
            case Qt.Key.Key_End | Qt.Key.Key_Escape:
                stack.fit()
                plot.set_paused(False)
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Be the page that new readings go to."""
        super().mousePressEvent(event)
        self.activated.emit()

    def save_picture(self, path: str) -> None:
        """Save what is shown as a picture or a drawing, by the ending of the name."""
        self.vm.note_picture(path, save_picture(self.pages.currentWidget(), path, self.page.title))

    # -- dropping ------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take readings and results."""
        if is_for_plots(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Plot what was dropped."""
        take_drop(event, self.vm, self.page)
