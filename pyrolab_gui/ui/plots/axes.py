"""The axes of every plot: numbers at round places, or local times of day, painted straight onto the plot.

pyqtgraph's own axis makes a picture at each change of the range, which a plot that moves pays in every frame. Limits:
ticks at round places only; a label that would stand outside the plot is left out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt

from pyrolab_gui.ui.plots.still_text import still_text
from pyrolab_gui.viewmodels.value_text import clock_text, number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

TICK_SIZE = 11
"""Of the labels' font."""
_BESIDE = 12.0
"""Pixels beside the plot in which a label may stand."""
_FEW_DECADES = 2.0


class Axis(pg.AxisItem):  # type: ignore[misc]
    """Ticks across the plot, and their labels."""

    def setRange(self, low: float, high: float) -> None:
        """Take the range of the plot; nothing else is prepared, no prefix looked for."""
        self.range = [low, high]
        self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return the spacing and the places."""
        low, high = min(low, high), max(low, high)
        found = []
        for spacing, _ in self.tickSpacing(low, high, size):
            first, last = math.ceil(low / spacing), math.floor(high / spacing)
            found.append((spacing, [number * spacing for number in range(first, last + 1)]))
        return found

    def paint(self, painter: QPainter, option: Any, widget: Any) -> None:
        """Paint lines and labels for the range of now."""
        view = self.linkedView()
        low, high = self.range
        if view is None or high == low:
            return
        plot: QRectF = view.geometry().translated(-self.pos())
        upright = self.orientation == "left"
        begin, length = (plot.bottom(), -plot.height()) if upright else (plot.left(), plot.width())
        pixel = 1.0 / painter.device().devicePixelRatio()
        lines: list[QRectF] = []
        labels: list[tuple[float, str]] = []
        for spacing, values in self.tickValues(low, high, abs(length)):
            places = [begin + (value - low) / (high - low) * length for value in values]
            whole = [round(place / pixel) * pixel for place in places]
            if upright:
                lines += [QRectF(plot.left(), place, plot.width(), pixel) for place in whole]
            else:
                lines += [QRectF(place, plot.top(), pixel, plot.height()) for place in whole]
            if self.style["showValues"]:
                labels += zip(places, self.tickStrings(values, 1.0, spacing), strict=True)
        painter.setRenderHint(painter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.tickPen().color())
        painter.drawRects(lines)  # a tenth of what lines cost
        painter.setPen(self.textPen())
        painter.setFont(self.style["tickFont"])
        gap = self.style["tickTextOffset"][0 if upright else 1]
        for place, text in labels:
            label = still_text(text, TICK_SIZE)
            size = label.size()
            if not upright:
                if place + size.width() / 2 <= plot.right() + _BESIDE:
                    painter.drawStaticText(QPointF(place - size.width() / 2, plot.bottom() + gap), label)
            elif plot.top() - 6 <= place <= plot.bottom() + 6:
                at = QPointF(plot.left() - gap - size.width(), place - size.height() / 2)
                painter.drawStaticText(at, label)


class TimeAxis(Axis):
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


class NumberAxis(Axis):
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
            return super().tickValues(low, high, size)
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
