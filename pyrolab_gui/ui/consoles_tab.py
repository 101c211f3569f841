"""The tab of consoles: the instruments at the left, the console of one of them, and the live plot below.

Limits: opens what is clicked through its view model; builds a console's widgets when it is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.console.instrument_list import InstrumentList
from pyrolab_gui.ui.console_view import ConsoleView
from pyrolab_gui.ui.plot_panel import BAR_HEIGHT, PlotPanel
from pyrolab_gui.ui.plots.dragging import DraggedResult, make_draggable
from pyrolab_gui.ui.plots.preload import preload
from pyrolab_gui.ui.theme.tokens import TOOL_ROW_HEIGHT
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.empty_state import EmptyState
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.repeated_call import Call
from pyrolab_gui.viewmodels.value_text import count_text

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel
    from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
    from pyrolab_gui.viewmodels.plot_channel import Reading
    from pyrolab_gui.viewmodels.runs import Run

SIDE_WIDTH = 236
PLOT_HEIGHT = 240
LEAST_PLOT = 140
MOST_OF_WHOLE = 32
"""Share of the height, in percent, that the plot takes by itself in a low window."""


class ConsolesTab(Panel):
    """All consoles."""

    registryRequested = Signal()
    """The next step of the empty state: see what the nameserver lists."""
    instrumentRequested = Signal()
    """The next step where there is none yet: add one to the lab."""
    startRequested = Signal()
    """The next step where the lab's instruments are not registered: start it."""
    remedyRequested = Signal(str, str)
    """The name of an instrument, and the remedy that its banner offers."""
    readingChosen = Signal(object)
    """A `Reading` that shall go among the plots."""
    resultChosen = Signal(object)
    """A result is to be plotted: a `DraggedResult`."""
    """A result that shall go among the plots: where it comes from, its value, and what is known of its type."""

    def __init__(self, consoles: ConsolesViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._vm = consoles
        self._views: dict[ConsoleViewModel, ConsoleView] = {}
        self._why_not: EmptyState | None = None
        self.filter = Field(icon="funnel", placeholder="Filter instruments")
        self.filter.textChanged.connect(self._on_filter_changed)
        self.list = InstrumentList()
        self.list.instrumentChosen.connect(self._on_instrument_chosen)
        self._nothing = TextLabel("", 12, 400, "secondary", wrap=True)
        self._nothing.setContentsMargins(14, 12, 12, 12)
        self.stack = QStackedWidget()
        to_registry = button("Open the registry", "list-bullets", "primary")
        to_registry.clicked.connect(self.registryRequested)
        add = button("Add an instrument…", "plus")
        add.setObjectName("consoles-add-instrument")
        add.setEnabled(not consoles.read_only)
        add.clicked.connect(self.instrumentRequested)
        self._no_instruments = EmptyState(
            "sliders-horizontal",
            "No instruments yet",
            "Consoles show what your instruments read and do. Add one, or pick a nameserver in the registry.",
            to_registry,
            add,
        )
        start = button("Start all", "play", "primary")
        start.setObjectName("consoles-start-all")
        start.clicked.connect(self.startRequested)
        self._not_started = EmptyState(
            "sliders-horizontal", "The lab is stopped", "Its instruments are here as soon as it runs.", start
        )
        self._nothing_there = self._no_instruments
        self._none_open = EmptyState(
            "sliders-horizontal", "Choose an instrument", "Click one at the left to read, set and call it."
        )
        self.stack.addWidget(self._no_instruments)
        self.stack.addWidget(self._not_started)
        self.stack.addWidget(self._none_open)
        self.plot = PlotPanel(consoles.plot)
        self.plot.foldClicked.connect(self._on_fold_clicked)
        self.plot.csvChosen.connect(consoles.save_plot)
        self.plot.readingDropped.connect(self._on_reading_dropped)
        self.plot.pictureSaved.connect(consoles.note_picture)
        self._side = side = Panel("alternate")
        side.setFixedWidth(SIDE_WIDTH)
        tools = QWidget()
        tools.setFixedHeight(TOOL_ROW_HEIGHT)
        row = QHBoxLayout(tools)
        row.setContentsMargins(12, 0, 12, 0)
        row.addWidget(self.filter)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(tools)
        column.addWidget(Separator())
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.stack)
        self.split.addWidget(self.plot)
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 0)
        self.split.splitterMoved.connect(self._on_split_moved)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(side)
        whole.addWidget(Separator(vertical=True))
        whole.addWidget(self.split, 1)
        self._had_channels = self._dragged = False
        self._set_folded(True)
        consoles.rowsChanged.connect(self._on_rows_changed)
        consoles.opened.connect(self._on_opened)
        consoles.closed.connect(self._on_closed)
        consoles.currentChanged.connect(self._on_current_changed)
        consoles.plot.channelsChanged.connect(self._on_channels_changed)
        for console in consoles.consoles():
            self._on_opened(console)
        self._on_rows_changed()
        self._on_current_changed(consoles.current)

    def offer_start(self, can_start: bool) -> None:
        """Say, where nothing is registered, whether that is because the lab's own instruments are not started."""
        before, self._nothing_there = self._nothing_there, self._not_started if can_start else self._no_instruments
        if self.stack.currentWidget() is before:
            self.stack.setCurrentWidget(self._nothing_there)

    # -- list ------------------------------------------------------------------------------------------------------

    def _on_rows_changed(self) -> None:
        rows = self._vm.rows()
        self.list.instruments.set_rows(rows)
        words = f"Filter {count_text(len(rows), 'instrument')}" if rows else "Filter instruments"
        self.filter.setPlaceholderText(words)
        self._show_nothing()
        if self._vm.current is None:
            if self._why_not is None or self.stack.currentWidget() is not self._why_not:
                self.stack.setCurrentWidget(self._none_open if rows else self._nothing_there)
        else:
            self.list.show_current(self._vm.current.name)

    def _on_filter_changed(self, text: str) -> None:
        self.list.instruments.set_filter(text)
        self._show_nothing()
        if self._vm.current is not None:
            self.list.show_current(self._vm.current.name)

    def _show_nothing(self) -> None:
        empty = self.list.instruments.instrument_count() == 0
        filtered = bool(self.filter.text().strip())
        self._nothing.setVisible(empty)
        self._nothing.setText("No instrument fits this filter." if filtered else "No instruments are registered.")

    def _on_instrument_chosen(self, name: str) -> None:
        if self._vm.open_known(name) is None:
            self._show_why_not(name)

    def _show_why_not(self, name: str) -> None:
        """Say why an instrument that the lab file takes out of use cannot be opened."""
        row = next((row for row in self._vm.rows() if row.name == name), None)
        if row is None or not row.out_of_service:
            return
        self._vm.set_current(None)
        page = EmptyState("prohibit", f"{name} is out of service", row.out_of_service)
        old, self._why_not = self._why_not, page
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        if old is not None:
            self.stack.removeWidget(old)
            old.deleteLater()

    # -- consoles --------------------------------------------------------------------------------------------------

    def view_of(self, console: ConsoleViewModel) -> ConsoleView | None:
        """Return the widgets of an open console."""
        return self._views.get(console)

    def _on_opened(self, console: ConsoleViewModel) -> None:
        preload()
        view = ConsoleView(console, self._vm.plot, self._vm)
        view.closeClicked.connect(lambda: self._vm.close(console.name))
        view.remedyClicked.connect(lambda remedy: self.remedyRequested.emit(console.name, remedy))
        view.result.saveChosen.connect(self._vm.save_result)
        view.result.plotChosen.connect(lambda run: self._on_plot_chosen(console, run))
        view.result.offer_plot()
        view.plotsChosen.connect(self.readingChosen)
        make_draggable(view.result.caption, lambda: _dragged(console, view.result.run))
        self._views[console] = view
        self.stack.addWidget(view)

    def _on_reading_dropped(self, reading: Reading) -> None:
        lease = self._vm.lease(reading.instrument)
        if lease is not None:
            self._vm.plot.add(lease, reading.member, reading.unit, shown_unit=reading.shown_unit)
            lease.close()

    def _on_plot_chosen(self, console: ConsoleViewModel, run: Run) -> None:
        dragged = _dragged(console, run)
        if dragged is not None:
            self.resultChosen.emit(dragged)

    def _on_closed(self, console: ConsoleViewModel) -> None:
        view = self._views.pop(console, None)
        if view is not None:
            self.stack.removeWidget(view)
            view.hide()
            view.deleteLater()

    def _on_current_changed(self, console: ConsoleViewModel | None) -> None:
        view = None if console is None else self._views.get(console)
        if view is not None and console is not None:
            self.stack.setCurrentWidget(view)
            self.list.show_current(console.name)
        else:
            self.stack.setCurrentWidget(self._none_open if self._vm.rows() else self._nothing_there)
            self.list.clearSelection()

    # -- keyboard --------------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, next: bool) -> bool:
        """Go from the list through the console to the plot: a console is made later than what stands below it."""
        order = [*tab_stops(self._side), *tab_stops(self.stack), *tab_stops(self.plot)]
        focus = QApplication.focusWidget()
        place = order.index(focus) + (1 if next else -1) if focus in order else -1
        if not 0 <= place < len(order):
            return super().focusNextPrevChild(next)
        order[place].setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
        return True

    # -- plot ------------------------------------------------------------------------------------------------------

    def _on_channels_changed(self) -> None:
        has = bool(self._vm.plot.channels)
        if has and not self._had_channels and self.plot.is_folded():
            self._set_folded(False)
        elif not has and self._had_channels:
            self._set_folded(True)
        elif has and not self.plot.is_folded() and not self._dragged:
            self._set_folded(False)  # another unit may need more room
        self._had_channels = has

    def _on_fold_clicked(self) -> None:
        self._set_folded(not self.plot.is_folded())

    def _set_folded(self, folded: bool) -> None:
        self.plot.set_folded(folded)
        low = BAR_HEIGHT + 1
        self.plot.setMaximumHeight(low if folded else 16_777_215)
        self.plot.setMinimumHeight(low if folded else LEAST_PLOT)
        if folded:
            self.split.setSizes([max(self.split.height() - low, low), low])
        else:
            whole = max(self.split.height(), 2 * LEAST_PLOT)
            high = min(self._vm.memory.size("plot_height", 0) or self._usual_height(whole), whole - LEAST_PLOT)
            self.split.setSizes([whole - high, high])

    def _usual_height(self, whole: int) -> int:
        """Return the plot's height where nobody dragged it: in a low window no more than a share, by its plots."""
        share = MOST_OF_WHOLE + 10 * min(max(len(self._vm.plot.groups()) - 1, 0), 1)
        return min(PLOT_HEIGHT, max(whole * share // 100, LEAST_PLOT))

    def _on_split_moved(self, _position: int, _index: int) -> None:
        if not self.plot.is_folded():
            self._dragged = True
            self._vm.memory.remember_size("plot_height", self.plot.height())


def _dragged(console: ConsoleViewModel, run: Run | None) -> DraggedResult | None:
    """Return the result of a call as what goes among the plots; None where there is none."""
    if run is None or run.error is not None or run.released or run.result is None:
        return None
    call = Call(console.name, run.member, run.args, run.kwargs) if console.may_go_on(run) else None
    return DraggedResult(f"{console.name}.{run.member}", run.result, run.returns, call)


def tab_stops(part: QWidget) -> list[QWidget]:
    """Return the widgets inside a part that Tab reaches, in order."""
    found: list[QWidget] = []
    widget = part.nextInFocusChain()
    while widget is not None and widget is not part:
        takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus.value)
        if takes and widget.focusProxy() is None and widget.isVisible() and widget.isEnabled():
            if part.isAncestorOf(widget):
                found.append(widget)
        widget = widget.nextInFocusChain()
    return found
