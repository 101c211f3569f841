"""Readings against each other: each value of y at the moment of an x, over the shown stretch of time.

Where two readings were not taken at the same moments, y is interpolated between its neighbours, and left out inside a
gap. Limits: the samples that are kept as they are; what is older is on the plot over time.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pyrolab_gui.ui.plots.flow_layout import FlowLayout
from pyrolab_gui.ui.plots.legend import Swatch
from pyrolab_gui.ui.plots.styling import color_plot, curve_pen, make_plot, padded
from pyrolab_gui.ui.theme import tokens_of
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.plots_page import against
from pyrolab_gui.viewmodels.series import thin

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.plots_page import PlotPage

FINE_POINTS = 2_000


class XyPlot(Panel):
    """One plot for all readings of a page that are not x."""

    _made = False

    def __init__(self, page: PlotPage, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._page = page
        self._drawn: tuple[object, ...] = ()
        self._curves: list[pg.PlotCurveItem] = []
        self._dots = pg.ScatterPlotItem(size=7, pen=pg.mkPen(None))
        self._names: tuple[object, ...] = ()
        self.plot = make_plot()
        self.plot.addItem(self._dots)
        self._head = QWidget()
        self._flow = FlowLayout(self._head)
        self._flow.setContentsMargins(16, 4, 8, 0)
        self.x_title = TextLabel("", 12, 600)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self.plot, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 0, 12, 0)
        foot.addWidget(self.x_title)
        column.addLayout(foot)
        self._made = True
        self._color()

    def points(self, number: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Return what is drawn of a reading."""
        x, y = self._curves[number].getData()
        return (np.empty(0), np.empty(0)) if x is None else (x, y)

    def draw(self) -> bool:
        """Draw what changed since the last time; return whether anything did."""
        page = self._page
        start, end = page.plot.span()
        x = page.x_channel()
        ys = page.y_channels()
        step = (end - start) / 1000
        state = (page.plot.version(), round(start / step), round(end / step), x, tuple(ys))
        if state == self._drawn or x is None:
            return False
        self._drawn = state
        if (x, *ys) != self._names:
            self._build()
        xs: list[float] = []
        lows: list[float] = []
        ends = []
        for curve, channel in zip(self._curves, ys, strict=True):
            across, up = against(x, channel, start, end)
            if len(across):
                ends.append((across[-1], up[-1], channel.color))
                xs += [float(np.nanmin(across)), float(np.nanmax(across))]
                if not np.isnan(up).all():
                    lows += [float(np.nanmin(up)), float(np.nanmax(up))]
            across, up = thin(across, up, max(self.plot.width(), 100) * 2)
            curve.setData(across, up, connect="finite", antialias=len(across) <= FINE_POINTS)
        tokens = tokens_of(self)
        ends = [each for each in ends if math.isfinite(each[1])]
        brushes = [pg.mkBrush(tokens.channel(color)) for _, _, color in ends]
        self._dots.setData([at for at, _, _ in ends], [up for _, up, _ in ends], brush=brushes)
        box = self.plot.getPlotItem().getViewBox()
        if xs and lows:
            box.setXRange(*padded(min(xs), max(xs)), padding=0)
            box.setYRange(*padded(min(lows), max(lows)), padding=0)
        return True

    def _build(self) -> None:
        page = self._page
        x, ys = page.x_channel(), page.y_channels()
        self._names = (x, *ys)
        for curve in self._curves:
            self.plot.removeItem(curve)
        self._curves = [pg.PlotCurveItem(connect="finite") for _ in ys]
        for curve in self._curves:
            self.plot.addItem(curve)
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for channel in ys:
            self._flow.addWidget(Swatch(channel.color))
            self._flow.addWidget(
                TextLabel(f"{channel.label} ({channel.unit})" if channel.unit else channel.label, 12, 600)
            )
        words = f"{x.label} ({x.unit})" if x is not None and x.unit else "" if x is None else x.label
        self.x_title.setText(f"x: {words}")
        self.setAccessibleName(f"{', '.join(channel.label for channel in ys) or 'Nothing'} against {words}")
        self._color()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._made:
            self._color()

    def _color(self) -> None:
        tokens = tokens_of(self)
        color_plot(self.plot, tokens)
        for curve, channel in zip(self._curves, self._page.y_channels(), strict=False):
            curve.setPen(curve_pen(tokens.channel(channel.color), 1.0))
