"""The live curves: one plot for each unit, stacked, with one time axis at the bottom.

`draw` takes thinned curves from the view model, `draw_next` for one plot after the other; whoever owns this says when.
Importing this module imports pyqtgraph: do it when the first channel is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pyrolab_gui.ui.plots.frames import Part, is_seen
from pyrolab_gui.ui.plots.styling import LEFT_WIDTH
from pyrolab_gui.ui.plots.unit_plot import UnitPlot
from pyrolab_gui.ui.theme import tokens_of
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.separator import Separator

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.plot_channel import Channel
    from pyrolab_gui.viewmodels.plot_vm import PlotViewModel


LEGEND_MS = 500
"""As often as the list beside it: quicker than that nobody reads a number."""


class LiveStack(Panel):
    """All plots of a page."""

    pointed = Signal(object)
    """The time under the mouse; None when it leaves."""
    clicked = Signal(float)
    """A time that was clicked."""

    _groups: tuple[UnitPlot, ...] | list[UnitPlot] = ()

    def __init__(self, plot: PlotViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._vm = plot
        self._drawn: tuple[Any, ...] = ()
        self._span = (0.0, 0.0)
        self._seen: list[UnitPlot] = []
        self._left: list[UnitPlot] = []
        """Plots that are still to be drawn in this turn."""
        self._pointer: float | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 2, 0, 0)
        self._column.setSpacing(0)
        self._legend_tick = QTimer(self)
        self._legend_tick.setInterval(LEGEND_MS)
        self._legend_tick.timeout.connect(self._on_legend_tick)
        self._legend_tick.start()
        plot.channelsChanged.connect(self.rebuild)
        plot.viewChanged.connect(self._on_view_changed)
        self.rebuild()

    def groups(self) -> list[UnitPlot]:
        """Return the plots, top to bottom."""
        return list(self._groups)

    def rebuild(self) -> None:
        """Show what there is now: a channel came, went or changed its period. Plots of units that stay are kept."""
        known = {group.unit: group for group in self._groups}
        self._seen, self._left = [], []
        self._groups = [
            self._known(known.pop(unit, None), channels) or self._make(unit, channels)
            for unit, channels in self._vm.groups()
        ]
        kept = {widget for group in self._groups for widget in (group.legend, group.plot)}
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget not in kept:
                widget.hide()
                widget.deleteLater()
        for number, group in enumerate(self._groups):
            if number:
                self._column.addWidget(Separator())
            self._column.addWidget(group.legend)
            self._column.addWidget(group.plot, 1)
            group.set_last(number == len(self._groups) - 1)
        self._drawn = ()
        self.draw()

    @staticmethod
    def _known(group: UnitPlot | None, channels: list[Channel]) -> UnitPlot | None:
        if group is not None:
            group.set_channels(channels)
        return group

    def _make(self, unit: str, channels: list[Channel]) -> UnitPlot:
        group = UnitPlot(self._vm, unit, channels)
        group.color(tokens_of(self))
        group.legend.periodChosen.connect(self._vm.set_period)
        group.legend.removeClicked.connect(self._vm.remove)
        group.legend.logChosen.connect(self._vm.set_log)
        hand = group.hand
        hand.moved.connect(self._on_hand_moved)
        hand.zoomed.connect(self.zoom)
        hand.regionChosen.connect(lambda start, end, low, high: self._on_region_chosen(group, start, end, low, high))
        hand.clicked.connect(self.clicked)
        hand.doubleClicked.connect(self.show_all)
        hand.hovered.connect(self.point_at)
        hand.left.connect(lambda: self.point_at(None))
        return group

    # -- the hand ----------------------------------------------------------------------------------------------------

    def _on_hand_moved(self, seconds: float) -> None:
        start, end = self._vm.span()
        self._vm.hold(start + seconds, end + seconds)

    def move_by(self, share: float) -> None:
        """Scroll by a share of what is shown; negative is back in time."""
        start, end = self._vm.span()
        self._on_hand_moved(share * (end - start))

    def zoom(self, around: float, share: float) -> None:
        """Show that share of the time around a moment."""
        start, end = self._vm.span()
        around = min(max(around, start), end)
        self._vm.hold(around - (around - start) * share, around + (end - around) * share)

    def _on_region_chosen(self, group: UnitPlot, start: float, end: float, low: float, high: float) -> None:
        group.fixed = (low, high)
        self._vm.hold(start, end)

    def fit(self) -> None:
        """Let the ranges of values follow the curves again."""
        for group in self._groups:
            group.fit()
        self._drawn = ()
        self.draw()

    def is_fitted(self) -> bool:
        """Whether all ranges of values follow the curves."""
        return all(group.fixed is None for group in self._groups)

    def show_all(self) -> None:
        """Show all that is known, ranges of values too."""
        for group in self._groups:
            group.fit()
        self._vm.hold_all()

    def point_at(self, when: float | None) -> None:
        """Show a moment on all plots."""
        self._pointer = when
        last = self._groups[-1] if self._groups else None
        for group in self._groups:
            group.point_at(when, named=group is last)
        self.pointed.emit(when)

    # -- drawing -----------------------------------------------------------------------------------------------------

    def _on_view_changed(self) -> None:
        self._drawn = ()
        self.draw()

    def _on_legend_tick(self) -> None:
        if self.isVisible():
            for group in self._groups:
                group.legend.show_values()

    def draw(self) -> bool:
        """Draw what changed since the last time; return whether anything did."""
        if not self._begin_round() and not self._left:
            return False
        while self._draw_group():
            pass
        return True

    def draw_next(self) -> Part | None:
        """Draw the next of the plots; None where nothing changed since the last turn of all."""
        if not self._left and not self._begin_round():
            return None
        group = self._left[0]
        self._draw_group()
        return Part(len(self._seen), group.plot.painting)

    def _begin_round(self) -> bool:
        """Look whether anything changed, and have each plot that is seen drawn up to the same moment."""
        if not self._groups:
            return False
        start, end = self._vm.span()
        if not self._vm.paused:
            end += (end - start) * 0.006
        pixels = max(self.width() - LEFT_WIDTH - 12, 50)
        step = (end - start) / pixels
        # What is scrolled out of sight waits until it is seen.
        seen = [group for group in self._groups if is_seen(group.plot)] or list(self._groups)
        moved = max(abs(start - self._span[0]), abs(end - self._span[1])) > step
        state = (self._vm.version(), pixels, self._vm.window, tuple(map(id, seen)))
        if state == self._drawn and not moved:
            return False
        self._drawn, self._span, self._seen, self._left = state, (start, end), seen, list(seen)
        return True

    def _draw_group(self) -> bool:
        """Draw the next plot of a turn; return whether there is another one."""
        group = self._left.pop(0)
        pixels = self._drawn[1]
        group.draw(*self._span, pixels)
        group.choose_stroke(sum(each.length + pixels * len(each.channels) for each in self._seen))
        if self._pointer is not None and not self._left:
            self.point_at(self._pointer)
        return bool(self._left)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for group in self._groups:
                group.color(tokens_of(self))
