"""The look of every plot: no frame, no menu, quiet grid, few ticks, colours of the theme in force."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QFrame

from pyrolab_gui.ui.theme import Tokens, font
from pyrolab_gui.viewmodels.value_text import clock_text, number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEFT_WIDTH = 62
WIDE_LENGTH = 4_000.0
"""Pixels of lines that are drawn with a wide pen; more are drawn with one of a pixel."""
SMOOTH_LENGTH = 60_000.0
"""Pixels of lines that are drawn smooth."""
_FEW_DECADES = 2.0


class TimeAxis(pg.AxisItem):  # type: ignore[misc]
    """Local time of day of UTC seconds."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return spacings that a clock knows."""
        span = max(high - low, 1e-3)
        wanted = span / max(size / 130.0, 1.0)
        for step in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400):
            if step >= wanted:
                return [(float(step), 0.0)]
        return [(float(86400 * math.ceil(wanted / 86400)), 0.0)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return times of day."""
        return [clock_text(value) for value in values]


class NumberAxis(pg.AxisItem):  # type: ignore[misc]
    """Numbers at round places, not more than there is room for.

    With `whole` at whole numbers only; with `log` places are powers of ten; `power` is one that the numbers are
    divided by, since the axis' unit has a prefix.
    """

    whole = False
    log = False
    power = 0

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return one round spacing."""
        upright = self.orientation in ("left", "right")
        most = max(min(size / (26.0 if upright else 90.0), 4.0 if upright else 8.0), 2.0)
        step = round_step((high - low) / most)
        while step > 0 and math.floor(high / step) - math.ceil(low / step) < 1 and step > (high - low) / 10:
            step = round_step(step / 2.5)
        return [(max(step, 1.0) if self.whole or (self.log and high - low > 1) else step, 0.0)]

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return the places; on a logarithmic scale of a few decades 1, 2 and 5 times the powers of ten too."""
        if not self.log or high - low > _FEW_DECADES:
            return list(super().tickValues(low, high, size))
        factors = (1, 2, 5) if high - low > _FEW_DECADES / 4 else range(1, 10)
        places = [
            power + math.log10(factor) for power in range(math.floor(low), math.ceil(high) + 1) for factor in factors
        ]
        return [(1.0, [place for place in places if low <= place <= high])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return numbers with as many decimals as the spacing needs."""
        if self.log:
            return [_scientific(10.0**value) if abs(value) > 4 else f"{10.0**value:.3g}" for value in values]
        values, spacing = [value * 10.0**-self.power for value in values], spacing * 10.0**-self.power
        if not spacing or not math.isfinite(spacing):
            return [number_text(float(value)) for value in values]
        largest = max((abs(value) for value in values), default=0.0)
        if largest >= 1e6 or (largest and largest < 1e-3):
            return [
                f"{0.0 if abs(v) < spacing / 1e3 else v:.6g}".replace("e-0", "e-").replace("-", "−") for v in values
            ]
        decimals = max(0, -math.floor(math.log10(spacing) + 1e-9))
        return [number_text(round(float(value), decimals) + 0.0, decimals) for value in values]


def _scientific(value: float) -> str:
    mantissa, _, exponent = f"{value:.2e}".partition("e")
    return f"{float(mantissa):g}e{int(exponent)}".replace("-", "−")


def round_step(step: float) -> float:
    """Return 1, 2 or 5 times a power of ten, not below `step`."""
    if not step > 0 or not math.isfinite(step):
        return 1.0
    power = 10.0 ** math.floor(math.log10(step))
    return next(
        (factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= step * (1 - 1e-9)), 10.0 * power
    )


def make_plot(*, time: bool = False) -> pg.PlotWidget:
    """Return a plot without decoration."""
    axes: dict[str, Any] = {"left": NumberAxis("left"), "bottom": TimeAxis("bottom") if time else NumberAxis("bottom")}
    widget = pg.PlotWidget(axisItems=axes)
    widget.setFrameShape(QFrame.Shape.NoFrame)
    widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    item = widget.getPlotItem()
    item.hideButtons()
    item.setMenuEnabled(False)
    item.ctrlMenu.setParent(widget, Qt.WindowType.Popup)  # else the menu that nobody opens outlives the plot
    item.layout.setContentsMargins(0, 4, 12, 2)
    box = item.getViewBox()
    box.setDefaultPadding(0.0)
    box.disableAutoRange()
    box.setMouseEnabled(False, False)
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
        axis.setStyle(tickFont=font(11), tickLength=0, tickTextOffset=6)
        axis.setGrid(255)
        axis.setZValue(-100)


def drawn_length(values: NDArray[np.float64], height: float, shown: tuple[float, float]) -> float:
    """Return how many pixels a curve goes up and down, on a plot of a height that shows a range of values."""
    span = shown[1] - shown[0]
    return float(np.nansum(np.abs(np.diff(values)))) / span * height if span > 0 and len(values) > 1 else 0.0


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
