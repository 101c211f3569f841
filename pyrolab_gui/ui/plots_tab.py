"""The tab of plots: the readings of the current page at the left, the pages beside or behind each other, or in windows.

Pages are docks: their heads are dragged to put them beside or behind each other. Limits: what a page shows is its own
view; what is remembered is the view model's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.plots.channel_list import ChannelList
from pyrolab_gui.ui.plots.channel_menu import channel_menu
from pyrolab_gui.ui.plots.dragging import is_for_plots
from pyrolab_gui.ui.plots.dropping import take_drop
from pyrolab_gui.ui.plots.page_dock import PageDock
from pyrolab_gui.ui.plots.page_view import PageView
from pyrolab_gui.ui.plots.preload import preload
from pyrolab_gui.ui.plots.reading_picker import ReadingPicker
from pyrolab_gui.ui.plots.statistics_view import StatisticsView
from pyrolab_gui.ui.theme.tokens import TOOL_ROW_HEIGHT
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.empty_state import EmptyState
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.value_text import NOTHING, clock_text, count_text, duration_text, number_text

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QShowEvent

    from pyrolab_gui.viewmodels.plot_channel import Channel, Reading
    from pyrolab_gui.viewmodels.plots_page import PlotPage
    from pyrolab_gui.viewmodels.plots_vm import PlotsViewModel

SIDE_WIDTH = 276
TICK_MS = 500
_WHAT_FOR = (
    "Readings of all instruments over time, against each other, and results to compare. Choose some here, or drag a "
    "reading from a console."
)
_NO_READINGS = ("No readings on this plot yet.", "This page shows results, no readings.")
_AREA, _BESIDE = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


class PlotsTab(Panel):
    """All plots."""

    consolesRequested = Signal()
    """Another step of the empty state: readings are dragged from a console."""

    def __init__(self, plots: PlotsViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self.setAcceptDrops(True)
        self._vm = plots
        self._docks: dict[PlotPage, PageDock] = {}
        self._pointed: float | None = None
        self.filter = Field(icon="funnel", placeholder="Filter readings")
        self.add = button("", "plus", "ghost", "Choose readings to plot")
        self.add.clicked.connect(self.choose_readings)
        self.list = ChannelList()
        self.filter.textChanged.connect(self.list.channels.set_filter)
        self.list.toggled.connect(self._on_list_toggled)
        self.list.removeRequested.connect(self._on_list_remove)
        self.list.menuRequested.connect(self._on_list_menu)
        self.list.chosen.connect(lambda _channel: self._show_values())
        self.moment = TextLabel("", 12, 400, "secondary")
        self.moment.setContentsMargins(14, 8, 12, 2)
        self.statistics = StatisticsView()
        self._side = self._build_side()
        self.docks = QMainWindow()
        self.docks.setWindowFlags(Qt.WindowType.Widget)
        self.docks.setDockNestingEnabled(True)
        self.docks.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.docks.setDocumentMode(True)
        first = button("Add readings…", "plus", "primary")
        first.clicked.connect(self.choose_readings)
        self._empty = EmptyState("chart-line", "No plots yet", _WHAT_FOR, first)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._empty)
        self.stack.addWidget(self.docks)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._side)
        whole.addWidget(self._side_line)
        whole.addWidget(self.stack, 1)
        self._arrange_soon = QTimer(self)
        self._arrange_soon.setSingleShot(True)
        self._arrange_soon.timeout.connect(self._arrange)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._ticks = 0
        self._tick.timeout.connect(self._on_tick)
        plots.pageAdded.connect(self._on_page_added)
        plots.pageRemoved.connect(self._on_page_removed)
        plots.currentChanged.connect(self._on_current_changed)
        plots.closing.connect(self._on_closing)
        for page in plots.pages:
            self._on_page_added(page)
        layout = QByteArray.fromBase64(QByteArray(plots.layout().encode()))
        if not layout.isEmpty():
            self.docks.restoreState(layout)
        self._arrange()
        self._on_current_changed()

    def _build_side(self) -> Panel:
        side = Panel("alternate")
        side.setFixedWidth(SIDE_WIDTH)
        self._side_line = Separator(vertical=True)
        tools = QWidget()
        tools.setFixedHeight(TOOL_ROW_HEIGHT)
        row = QHBoxLayout(tools)
        row.setContentsMargins(12, 0, 8, 0)
        row.addWidget(self.filter)
        row.addWidget(self.add)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (tools, Separator(), self.moment):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        column.addWidget(Separator())
        column.addWidget(self.statistics)
        return side

    def layout_text(self) -> str:
        """Return how the pages stand, to be remembered."""
        return bytes(self.docks.saveState().toBase64().data()).decode()

    def _on_closing(self) -> None:
        self._vm.set_layout(self.layout_text())

    def view_of(self, page: PlotPage) -> PageView | None:
        """Return the widgets of a page."""
        dock = self._docks.get(page)
        return None if dock is None else dock.view

    # -- pages ---------------------------------------------------------------------------------------------------------

    def _on_page_added(self, page: PlotPage) -> None:
        view = PageView(self._vm, page)
        dock = PageDock(view)
        self._docks[page] = dock
        view.addRequested.connect(lambda: self._choose_for(page))
        view.pointed.connect(self._on_pointed)
        view.activated.connect(lambda: self._vm.set_current(page))
        view.besideRequested.connect(lambda: self._place_beside(page))
        view.ownWindowRequested.connect(lambda own: self._set_own_window(page, own))
        dock.seen.connect(lambda: self._on_dock_seen(page))
        dock.dockLocationChanged.connect(self._arrange_soon.start)
        page.plot.channelsChanged.connect(self._on_channels_changed)
        page.changed.connect(self._arrange)
        others = [
            other
            for other in self._docks.values()
            if other is not dock and not other.is_out and self.docks.dockWidgetArea(other) is _AREA
        ]
        self.docks.addDockWidget(_AREA, dock)
        if others:
            self.docks.tabifyDockWidget(others[-1], dock)
        if page.own_window:
            dock.take_out(self)
        self._arrange()
        dock.raise_()

    def _on_page_removed(self, page: PlotPage) -> None:
        dock = self._docks.pop(page)
        dock.take_back()
        self.docks.removeDockWidget(dock)
        dock.hide()
        dock.deleteLater()
        self._arrange()

    def _on_current_changed(self) -> None:
        page = self._vm.current
        dock = self._docks.get(page) if page is not None else None
        if dock is not None:
            dock.come_forward()
        self._on_channels_changed()

    def _on_dock_seen(self, page: PlotPage) -> None:
        if page in self._docks:
            self._docks[page].view.frames.look()
            self._vm.set_current(page)

    def _place_beside(self, page: PlotPage) -> None:
        """Put a page into the right column, below those that are there; the others stay at the left."""
        dock = self._docks[page]
        left = [
            other
            for other in self._docks.values()
            if other is not dock and not other.is_out and self.docks.dockWidgetArea(other) is not _BESIDE
        ]
        if left:
            self.docks.addDockWidget(_BESIDE, dock)
            half = self.docks.width() // 2
            self.docks.resizeDocks([left[0], dock], [half, half], Qt.Orientation.Horizontal)
            dock.come_forward()
            self._arrange()

    def _set_own_window(self, page: PlotPage, own: bool) -> None:
        page.own_window = own
        dock = self._docks[page]
        if own:
            dock.take_out(self)
        else:
            dock.take_back()
        self._arrange()
        if not own:
            dock.raise_()  # else it would stand behind the others, with the list at the left its own already

    def _arrange(self) -> None:
        """Show what there is: the empty state, one page without a head, or several with theirs."""
        inside = [dock for dock in self._docks.values() if not dock.is_out]
        self.stack.setCurrentWidget(self.docks if inside else self._empty)
        if self._docks and not inside:
            self._empty.set_text("All plots stand in windows of their own", "Closing such a window puts it back here.")
        else:
            self._empty.set_text("No plots yet", _WHAT_FOR)
        for dock in inside:  # behind others it has its tab, alone it needs none
            dock.set_head(len(inside) > 1 and not self.docks.tabifiedDockWidgets(dock))
        has = bool(self._docks)
        self._side.setVisible(has)
        self._side_line.setVisible(has)

    # -- readings ------------------------------------------------------------------------------------------------------

    def choose_readings(self) -> ReadingPicker:
        """Ask which readings are to be plotted on the current page."""
        return self._choose_for(self._vm.current)

    def _choose_for(self, page: PlotPage | None) -> ReadingPicker:
        def pick(reading: Reading) -> None:
            self._vm.add_reading(reading, page if page in self._vm.pages else None)

        picker = ReadingPicker(self._vm, self)
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.picked.connect(pick)
        picker.open()
        return picker

    def _on_channels_changed(self) -> None:
        page = self._vm.current
        channels = [] if page is None else page.plot.channels
        chosen = self.list.current()
        self.list.channels.set_channels(channels)
        if channels and self.list.current() is None:
            self.list.choose(chosen if chosen in channels else channels[0])
        self.filter.setPlaceholderText(
            f"Filter {count_text(len(channels), 'reading')}" if channels else "Filter readings"
        )
        self._show_values()

    def _on_list_toggled(self, channel: Channel) -> None:
        if self._vm.current is not None:
            self._vm.current.plot.set_shown(channel, not channel.shown)

    def _on_list_remove(self, channel: Channel) -> None:
        if self._vm.current is not None:
            self._vm.current.plot.remove(channel)

    def _on_list_menu(self, channel: Channel, at: QPoint) -> None:
        if self._vm.current is not None:
            menu = channel_menu(self, self._vm.current.plot, channel)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(at)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take readings and results, where there is no page yet too."""
        if is_for_plots(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Plot what was dropped beside the pages."""
        take_drop(event, self._vm)

    # -- values --------------------------------------------------------------------------------------------------------

    def _on_pointed(self, when: float | None) -> None:
        self._pointed = when
        self._show_values()

    def _on_tick(self) -> None:
        """Show newer values; those whose curves are hidden every other time."""
        self._ticks += 1
        self._show_values(all_of_them=self._ticks % 2 == 0)

    def _show_values(self, *, all_of_them: bool = True) -> None:
        page = self._vm.current
        if page is None or not self.isVisible():
            return
        cursors = sorted(page.plot.cursors)
        if self._pointed is not None:
            when = self._pointed
            self.moment.setText(f"Values at {clock_text(when)}")
            self.list.show_values(lambda channel: _value(channel, channel.series.at(when)[1]))
        elif len(cursors) == 2:
            first, second = cursors
            self.moment.setText(f"Differences, A to B: {duration_text(second - first)}")
            self.list.show_values(
                lambda channel: _value(channel, channel.series.at(second)[1] - channel.series.at(first)[1], sign=True)
            )
        else:
            self.moment.setText("Newest values" if page.plot.channels else _NO_READINGS[page.kind == "results"])
            self.list.show_values(lambda channel: channel.quantity(), all_of_them=all_of_them)
        self.statistics.show_channel(page.plot, self.list.current())

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to show values."""
        super().showEvent(event)
        preload()
        self._tick.start()
        self._show_values()

    def hideEvent(self, event: QHideEvent) -> None:
        """Show nothing while nobody looks."""
        super().hideEvent(event)
        self._tick.stop()


def _value(channel: Channel, value: float, *, sign: bool = False) -> tuple[str, str]:
    newest, unit = channel.quantity()
    if sign and unit.startswith("dB"):
        unit = "dB"  # of two levels; the reference has gone
    if value != value:
        return NOTHING, unit
    value = channel.prefix.shown(value)
    decimals = len(newest.partition(".")[2])
    text = number_text(value, decimals) if 1e-4 < abs(value) < 1e7 else number_text(float(f"{value:.4g}"))
    return f"+{text}" if sign and value > 0 else text, unit
