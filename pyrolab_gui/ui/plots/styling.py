"""The look of every plot: no frame, no menu, quiet grid, few ticks, colours of the theme in force."""

from __future__ import annotations

import math
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QFrame, QGraphicsScene

from pyrolab_gui.ui.plots.axes import TICK_SIZE, NumberAxis, TimeAxis
from pyrolab_gui.ui.theme import Tokens, font

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

LEFT_WIDTH = 62
WIDE_LENGTH = 4_000.0
"""Pixels of lines that are drawn with a wide pen; more are drawn with one of a pixel."""
SMOOTH_LENGTH = 60_000.0
"""Pixels of lines that are drawn smooth."""


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """A plot that knows how long it takes to paint it; all of it is painted at once, for all of it moves."""

    painting = 0.0
    """Seconds that the last painting took."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.setCacheMode(self.CacheModeFlag.CacheNone)
        self.setViewportUpdateMode(self.ViewportUpdateMode.FullViewportUpdate)
        self.scene().setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        begun = perf_counter()
        super().paintEvent(event)
        self.painting = perf_counter() - begun


def make_plot(*, time: bool = False) -> Plot:
    """Return a plot without decoration."""
    axes: dict[str, Any] = {"left": NumberAxis("left"), "bottom": TimeAxis("bottom") if time else NumberAxis("bottom")}
    widget = Plot(axisItems=axes, enableMenu=False)  # a third of what a plot costs is menus that nobody opens
    widget.setFrameShape(QFrame.Shape.NoFrame)
    widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    item = widget.getPlotItem()
    item.hideButtons()
    item.ctrlMenu.setParent(widget, Qt.WindowType.Popup)  # else the menu that nobody opens outlives the plot
    item.layout.setContentsMargins(0, 4, 12, 2)
    box = item.getViewBox()
    box.setDefaultPadding(0.0)
    box.disableAutoRange()
    box.setMouseEnabled(False, False)
    for side in ("top", "right"):
        item.getAxis(side).unlinkFromView()  # they are hidden, and would reckon prefixes at each change of the range
    item.getAxis("left").setWidth(LEFT_WIDTH)
    return widget


def color_plot(widget: pg.PlotWidget, tokens: Tokens) -> None:
    """Give a plot the colours of a theme."""
    widget.setBackground(tokens.color("base"))
    for side in ("left", "bottom"):
        axis = widget.getPlotItem().getAxis(side)
        axis.setPen(pg.mkPen(None))
        axis.setTextPen(pg.mkPen(tokens.color("secondary")))
        axis.setTickPen(pg.mkPen(tokens.color("grid")))
        axis.setStyle(tickFont=font(TICK_SIZE), tickLength=0, tickTextOffset=6)
        axis.setGrid(255)
        axis.setZValue(-100)


def drawn_length(values: NDArray[np.float64], height: float, shown: tuple[float, float]) -> float:
    """Return how many pixels a curve goes up and down, on a plot of a height that shows a range of values."""
    span = shown[1] - shown[0]
    if not span > 0 or len(values) < 2:
        return 0.0
    steps = np.abs(values[1:] - values[:-1])
    length = float(steps.sum())
    return (length if math.isfinite(length) else float(steps[np.isfinite(steps)].sum())) / span * height


class Stroke:
    """How curves are drawn: smooth and wide while that is cheap, else thin.

    A wide smooth pen costs with the length of the line: 1,000 points of noise took 540 ms, with one of a pixel 3 ms.
    """

    def __init__(self, wide: float = 1.6) -> None:
        self._wide = wide
        self.width = wide
        self.smooth = True

    def choose(self, length: float) -> bool:
        """Choose for so many pixels of lines; return whether the choice changed. It does not flicker between two."""
        before = (self.width, self.smooth)
        margin = 1.0 if self.width > 1.0 else 0.6
        self.width = self._wide if length <= WIDE_LENGTH * margin else 1.0
        self.smooth = length <= SMOOTH_LENGTH * (1.0 if self.smooth else 0.6)
        return before != (self.width, self.smooth)


def curve_pen(color: QColor, width: float = 1.6) -> QPen:
    """Return the pen of a curve."""
    pen = pg.mkPen(color, width=width)
    assert isinstance(pen, QPen)
    return pen


def padded(low: float, high: float, share: float = 0.08) -> tuple[float, float]:
    """Return a range with room above and below; one that is not empty."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    span = high - low
    if span <= abs(high) * 1e-12:
        room = abs(high) * 0.05 or 1.0
        return low - room, high + room
    return low - span * share, high + span * share
