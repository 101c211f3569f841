"""The plot of one unit over time: its curves, and what lies over them.

Importing this module imports pyqtgraph. Limits: draws when it is told; the stretch of time is the stack's.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QSizePolicy

from pyrolab_gui.ui.plots.hand import Hand
from pyrolab_gui.ui.plots.items import Dots, LiveCurve
from pyrolab_gui.ui.plots.legend import Legend
from pyrolab_gui.ui.plots.overlays import Gaps, Limits, Lines
from pyrolab_gui.ui.plots.styling import Stroke, color_plot, curve_pen, drawn_length, make_plot, padded
from pyrolab_gui.viewmodels.plot_vm import Mark
from pyrolab_gui.viewmodels.series import SeriesGap, merged
from pyrolab_gui.viewmodels.value_text import clock_text, prefixed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QColor

    from pyrolab_gui.ui.theme import Tokens
    from pyrolab_gui.viewmodels.plot_channel import Channel
    from pyrolab_gui.viewmodels.plot_vm import PlotViewModel

_CURSORS = ("A", "B")


class UnitPlot:
    """One of the stacked plots.

    Parameters
    ----------
    unit
        Of all its channels.
    channels
        Whose curves it shows.
    """

    def __init__(self, plot: PlotViewModel, unit: str, channels: Sequence[Channel]) -> None:
        self._vm = plot
        self.unit = unit
        self.channels: list[Channel] = []
        self.curves: list[LiveCurve] = []
        self.legend = Legend(unit, ())
        self.plot = make_plot(time=True)
        self.plot.setMinimumHeight(72)
        self.plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.hand = Hand(self.plot)
        self.newest, self._read = Dots(6), Dots(8)
        for item in (self.newest, self._read):
            item.setZValue(1)
            self.plot.addItem(item, ignoreBounds=True)
        self.gaps = Gaps(self.plot)
        self.limits = Limits(self.plot)
        self._marks = Lines(self.plot, "accent", dash=True)
        self._cursors = Lines(self.plot, "text", dash=False)
        self._pointer = Lines(self.plot, "secondary", dash=False)
        self.fixed: tuple[float, float] | None = None
        """The range of values that was chosen by hand, as drawn; None to follow the curves."""
        self.length = 0.0
        """Pixels that the lines go up and down."""
        self._log = False
        self._ranged = False
        self._stroke = Stroke()
        self._tokens: Tokens | None = None
        self.set_channels(channels)

    def set_channels(self, channels: Sequence[Channel]) -> None:
        """Show other channels; the curves of those that stay are kept."""
        known = dict(zip(self.channels, self.curves, strict=True))
        self.channels = list(channels)
        self.curves = [known.pop(channel) if channel in known else self._curve(channel) for channel in channels]
        for old in known.values():
            self.plot.removeItem(old)
        self.legend.set_channels(channels)

    def _curve(self, channel: Channel) -> LiveCurve:
        curve = LiveCurve(antialias=self._stroke.smooth, connect="finite")
        self.plot.addItem(curve, ignoreBounds=True)
        if self._tokens is not None:
            curve.setPen(curve_pen(self._tokens.channel(channel.color), self._stroke.width))
        return curve

    def set_last(self, last: bool) -> None:
        """Only the lowest plot writes the times."""
        axis = self.plot.getPlotItem().getAxis("bottom")
        axis.setStyle(showValues=last)
        axis.setHeight(22 if last else 4)

    def color(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        color_plot(self.plot, tokens)
        for overlay in (self.gaps, self.limits, self._marks, self._cursors, self._pointer):
            overlay.color(tokens)
        for channel, curve in zip(self.channels, self.curves, strict=True):
            curve.setPen(curve_pen(tokens.channel(channel.color), self._stroke.width))

    def choose_stroke(self, length: float) -> None:
        """Draw the curves with the pen for so many pixels of lines on the page."""
        if self._stroke.choose(length) and self._tokens is not None:
            for channel, curve in zip(self.channels, self.curves, strict=True):
                curve.opts["antialias"] = self._stroke.smooth
                curve.setPen(curve_pen(self._tokens.channel(channel.color), self._stroke.width))

    def fit(self) -> None:
        """Follow the curves again."""
        self.fixed, self._ranged = None, False

    def draw(self, start: float, end: float, pixels: int) -> None:
        """Draw a stretch of time."""
        log = self.unit in self._vm.log_units
        if log != self._log:
            self._log, self._ranged, self.fixed = log, False, None
            self.plot.getPlotItem().getAxis("left").log = log
        box = self.plot.getPlotItem().getViewBox()
        low, high = math.inf, -math.inf
        drawn = []
        gaps: list[SeriesGap] = []
        dots: list[tuple[float, float, QColor]] = []
        for channel, curve in zip(self.channels, self.curves, strict=True):
            times, values = channel.series.curve(start, end, pixels)
            values = self._scaled(values)
            drawn.append(values)
            curve.show_samples(times, values)
            if len(values):
                lowest, highest = _ends(values)
                low, high = min(low, lowest), max(high, highest)
            last, newest = channel.series.last_time, self._scaled_one(channel.series.last_value)
            stale = channel.is_stale()
            if start <= last <= end and math.isfinite(newest) and self._tokens is not None:
                color = self._tokens.color("stale") if stale else self._tokens.channel(channel.color)
                dots.append((last, newest, color))
            gaps += channel.series.gaps_between(start, end)
            if stale and not self._vm.paused and math.isfinite(last):
                gaps.append(SeriesGap(last, self._vm.newest(), channel.trouble))
        self._range(start, end, low, high)
        area = box.viewRect()
        for curve in self.curves:
            curve.set_area(area)
        self.newest.show_dots(dots, area)
        bottom, top = box.viewRange()[1]
        self.gaps.show(merged(gaps), bottom, top, (end - start) / pixels)
        self._draw_over(box, bottom, top)
        box.prepareForPaint()  # else the painting itself moves what is in the box, and all is painted twice
        self.length = sum(drawn_length(values, self.plot.height(), (bottom, top)) for values in drawn)

    def _range(self, start: float, end: float, low: float, high: float) -> None:
        """Follow the curves: at once when one leaves the range, and back only when it is far too large."""
        box = self.plot.getPlotItem().getViewBox()
        shown = None
        if self.fixed is not None:
            shown = self.fixed
        elif low <= high:
            bottom, top = padded(low, high)
            shown_low, shown_high = box.viewRange()[1]
            edge = 0.02 * (shown_high - shown_low)
            outside = low < shown_low + edge or high > shown_high - edge
            if outside or not self._ranged or (shown_high - shown_low) > 1.6 * (top - bottom):
                self._ranged = True
                shown = (bottom, top)
        box.setRange(xRange=(start, end), yRange=shown, padding=0, disableAutoRange=False)
        self._name_axis(box.viewRange()[1])

    def _name_axis(self, shown: Sequence[float]) -> None:
        """Write the numbers with an SI prefix where the unit has one and the numbers are very large or small."""
        axis = self.plot.getPlotItem().getAxis("left")
        power, unit = (0, self.unit) if self._log else prefixed(max(abs(shown[0]), abs(shown[1])), self.unit)
        if power != axis.power:
            axis.power = power
            axis.update()
        self.legend.set_title(unit, log=self._log)

    def _draw_over(self, box: Any, bottom: float, top: float) -> None:
        limits = [
            (limit.side, limit.kind, self._scaled_one(limit.value), limit.text(channel.unit))
            for channel in self.channels
            for limit in channel.limits()
        ]
        self.limits.show([limit for limit in limits if math.isfinite(limit[2])], box.viewRect())
        self._marks.show(self._vm.marks, top)
        named = [Mark(when, name) for when, name in zip(sorted(self._vm.cursors), _CURSORS, strict=False)]
        self._cursors.show(named, top)

    def point_at(self, when: float | None, *, named: bool = False) -> None:
        """Show where the mouse is, with a dot on each curve; None for nowhere."""
        if when is None:
            self._pointer.show([], 0.0)
            self._read.show_dots([], QRectF())
            return
        box = self.plot.getPlotItem().getViewBox()
        top = box.viewRange()[1][1]
        self._pointer.show([Mark(when, clock_text(when) if named else "")], top)
        places = [channel.series.at(when) for channel in self.channels]
        seen = [
            (at, self._scaled_one(value), channel)
            for (at, value), channel in zip(places, self.channels, strict=True)
            if math.isfinite(self._scaled_one(value))
        ]
        tokens = self._tokens
        dots = [(at, value, tokens.channel(channel.color)) for at, value, channel in seen if tokens]
        self._read.show_dots(dots, box.viewRect())

    def _scaled(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        if not self._log:
            return values
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(values > 0, np.log10(values), np.nan)

    def _scaled_one(self, value: float) -> float:
        return value if not self._log else math.log10(value) if value > 0 else math.nan


def _ends(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the lowest and the highest number; (inf, -inf) where there is none."""
    low, high = float(values.min()), float(values.max())
    if math.isfinite(low) and math.isfinite(high):
        return low, high
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else (math.inf, -math.inf)
