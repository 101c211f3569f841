"""The live curves: one plot for each unit, stacked, with one time axis at the bottom.

`draw` takes thinned curves from the view model; whoever owns this says when. Importing this module imports pyqtgraph:
do it when the first channel is shown.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, Qt, QTimer
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QGraphicsRectItem, QSizePolicy, QVBoxLayout, QWidget

from pyrolab_gui.ui.plots.legend import Legend
from pyrolab_gui.ui.plots.styling import LEFT_WIDTH, color_plot, curve_pen, make_plot, padded
from pyrolab_gui.ui.theme import font, tokens_of
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.viewmodels.plot_vm import gap_text
from pyrolab_gui.viewmodels.series import SeriesGap, merged

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.plot_vm import Channel, PlotViewModel

MOST_GAPS = 40
LABEL_PIXELS = 64
FINE_POINTS = 4_000
"""Above so many drawn points the pens become thin: a wide smooth pen is slow."""


class _Gaps:
    """Hatched regions where there was no reading, taken from a pool."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._regions: list[tuple[QGraphicsRectItem, pg.TextItem]] = []
        self._brush = QBrush()

    def color(self, brush: QBrush, text: Any, ground: Any) -> None:
        self._brush, self._text, self._ground = brush, text, ground
        for region, label in self._regions:
            region.setBrush(brush)
            label.setColor(text)
            label.fill = QBrush(ground)

    def show(self, gaps: list[SeriesGap], bottom: float, top: float, per_pixel: float) -> None:
        wide = [gap for gap in gaps if gap.end - gap.start > 2 * per_pixel][-MOST_GAPS:]
        while len(self._regions) < len(wide):
            region = QGraphicsRectItem()
            region.setPen(pg.mkPen(None))
            region.setBrush(self._brush)
            region.setZValue(-50)
            label = pg.TextItem("", color=self._text, anchor=(0.5, 0))
            label.setFont(font(11))
            label.fill = QBrush(self._ground)
            for item in (region, label):
                self._plot.addItem(item, ignoreBounds=True)
            self._regions.append((region, label))
        for place, (region, label) in enumerate(self._regions):
            shown = place < len(wide)
            region.setVisible(shown)
            label.setVisible(shown and wide[place].end - wide[place].start > LABEL_PIXELS * per_pixel)
            if shown:
                region.setRect(QRectF(wide[place].start, bottom, wide[place].end - wide[place].start, top - bottom))
                text = gap_text(wide[place])
                if label.toPlainText() != text:
                    label.setText(text)
                label.setPos((wide[place].start + wide[place].end) / 2, top)


class _Group:
    """The plot of one unit."""

    def __init__(self, unit: str, channels: list[Channel]) -> None:
        self.unit, self.channels = unit, list(channels)
        self.legend = Legend(unit, channels)
        self.plot = make_plot(time=True)
        self.plot.setMinimumHeight(72)
        self.plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.curves = [pg.PlotCurveItem(antialias=True, connect="finite") for _ in channels]
        self.dots = [pg.ScatterPlotItem(size=6, pen=pg.mkPen(None)) for _ in channels]
        for item in (*self.curves, *self.dots):
            self.plot.addItem(item)
        self.gaps = _Gaps(self.plot)
        self.ranged = False

    def set_last(self, last: bool) -> None:
        """Only the lowest plot writes the times."""
        axis = self.plot.getPlotItem().getAxis("bottom")
        axis.setStyle(showValues=last)
        axis.setHeight(22 if last else 4)

    def color(self, widget: QWidget) -> None:
        tokens = tokens_of(widget)
        color_plot(self.plot, tokens)
        hatch = QBrush(tokens.color("field", 60), Qt.BrushStyle.BDiagPattern)
        self.gaps.color(hatch, tokens.color("secondary"), tokens.color("base"))
        for channel, curve, dot in zip(self.channels, self.curves, self.dots, strict=True):
            curve.setPen(curve_pen(tokens.channel(channel.color)))
            dot.setBrush(pg.mkBrush(tokens.channel(channel.color)))


class LiveStack(Panel):
    """All live plots."""

    _groups: tuple[_Group, ...] | list[_Group] = ()

    def __init__(self, plot: PlotViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._vm = plot
        self._drawn: tuple[Any, ...] = ()
        self._span = (0.0, 0.0)
        self._width = 1.6
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 2, 0, 0)
        self._column.setSpacing(0)
        self._legend_tick = QTimer(self)
        self._legend_tick.setInterval(250)
        self._legend_tick.timeout.connect(self._on_legend_tick)
        self._legend_tick.start()
        plot.channelsChanged.connect(self.rebuild)
        plot.viewChanged.connect(self._on_view_changed)
        self.rebuild()

    def groups(self) -> list[_Group]:
        """Return the plots, top to bottom."""
        return list(self._groups)

    def rebuild(self) -> None:
        """Make the plots anew: a channel came, went or changed its period."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._groups = [_Group(unit, channels) for unit, channels in self._vm.groups()]
        for number, group in enumerate(self._groups):
            if number:
                self._column.addWidget(Separator())
            group.legend.periodChosen.connect(self._vm.set_period)
            group.legend.removeClicked.connect(self._vm.remove)
            self._column.addWidget(group.legend)
            self._column.addWidget(group.plot, 1)
            group.set_last(number == len(self._groups) - 1)
            group.color(self)
        self._drawn = ()
        self.draw()

    def _on_view_changed(self) -> None:
        for group in self._groups:
            group.plot.getPlotItem().getViewBox().setMouseEnabled(self._vm.paused, False)
        self._drawn = ()
        self.draw()

    def _on_legend_tick(self) -> None:
        if self.isVisible():
            for group in self._groups:
                group.legend.show_values()

    def draw(self) -> bool:
        """Draw what changed since the last time; return whether anything did."""
        if not self._groups:
            return False
        start, end = self._vm.span()
        end += (end - start) * 0.006
        held = self._vm.paused and bool(self._drawn)
        if held:  # the hand moves and zooms it
            start, end = self._groups[0].plot.getPlotItem().getViewBox().viewRange()[0]
        pixels = max(self.width() - LEFT_WIDTH - 12, 50)
        step = (end - start) / pixels
        seen = [group for group in self._groups if not group.plot.viewport().visibleRegion().isEmpty()] or self._groups
        moved = max(abs(start - self._span[0]), abs(end - self._span[1])) > step / 2
        state = (self._vm.version(), pixels, self._vm.window, tuple(map(id, seen)))
        if state == self._drawn and not moved:
            return False
        self._drawn, self._span = state, (start, end)
        points = 0
        for group in seen:  # what is scrolled out of sight waits until it is seen
            if not held:
                group.plot.getPlotItem().getViewBox().setXRange(start, end, padding=0)
            points += self._draw_group(group, start, end, pixels)
        self._set_width(1.0 if points > FINE_POINTS else 1.6)
        return True

    def _draw_group(self, group: _Group, start: float, end: float, pixels: int) -> int:
        low, high, points = math.inf, -math.inf, 0
        gaps: list[SeriesGap] = []
        for channel, curve, dot in zip(group.channels, group.curves, group.dots, strict=True):
            times, values = channel.series.curve(start, end, pixels)
            points += len(times)
            curve.setData(times, values, connect="finite")
            finite = values[np.isfinite(values)]
            if len(finite):
                low, high = min(low, float(finite.min())), max(high, float(finite.max()))
            last = channel.series.last_time
            if start <= last <= end and math.isfinite(channel.series.last_value):
                dot.setData([last], [channel.series.last_value])
            else:
                dot.setData([], [])
            gaps += channel.series.gaps_between(start, end)
            if channel.is_stale() and not self._vm.paused and math.isfinite(last):
                gaps.append(SeriesGap(last, self._vm.now(), channel.trouble))
        box = group.plot.getPlotItem().getViewBox()
        if low <= high:
            bottom, top = padded(low, high)
            shown_low, shown_high = box.viewRange()[1]
            span = top - bottom
            # The range follows at once when a curve leaves it, and shrinks only when it has become far too large.
            edge = 0.02 * (shown_high - shown_low)
            outside = low < shown_low + edge or high > shown_high - edge
            if outside or not group.ranged or (shown_high - shown_low) > 1.6 * span:
                group.ranged = True
                box.setYRange(bottom, top, padding=0)
        bottom, top = box.viewRange()[1]
        group.gaps.show(merged(gaps), bottom, top, (end - start) / pixels)
        return points

    def _set_width(self, width: float) -> None:
        if width != self._width:
            self._width = width
            tokens = tokens_of(self)
            for group in self._groups:
                for channel, curve in zip(group.channels, group.curves, strict=True):
                    curve.setPen(curve_pen(tokens.channel(channel.color), width))
                    curve.opts["antialias"] = width > 1.0

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for group in self._groups:
                group.color(self)
