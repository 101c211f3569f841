"""Curves and dots of a plot over time, painted in pixels: what pyqtgraph's own items cost, a live plot pays each frame.

Limits: x rises; bounds are those of the plot, so that nothing is looked for in the samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QTransform
from PySide6.QtWidgets import QGraphicsItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QColor, QPainter

    Floats = NDArray[np.float64]


class LiveCurve(pg.PlotCurveItem):  # type: ignore[misc]
    """A curve with holes where a value is no number."""

    _area = QRectF()

    def show_samples(self, times: Floats, values: Floats) -> None:
        """Show other samples."""
        self.xData, self.yData = times, values

    def set_area(self, area: QRectF) -> None:
        """Tell what the plot shows."""
        self.prepareGeometryChange()
        self._area = area

    def boundingRect(self) -> QRectF:
        """Return what the plot shows."""
        return self._area

    def viewTransformChanged(self) -> None:
        """Nothing is kept that depends on it."""

    def paint(self, painter: QPainter, option: Any, widget: Any) -> None:
        """Paint lines from sample to sample."""
        times, values = self.xData, self.yData
        if times is None or len(times) < 2:
            return
        at = painter.worldTransform()
        x, y = times * at.m11() + at.dx(), values * at.m22() + at.dy()
        painter.setRenderHint(painter.RenderHint.Antialiasing, self.opts["antialias"])
        painter.setPen(self.opts["pen"])
        painter.setWorldTransform(QTransform())
        for begin, end in _runs(y):
            painter.drawPolyline(arrayToQPolygonF(x[begin:end], y[begin:end]))
        painter.setWorldTransform(at)


class Dots(QGraphicsItem):
    """A few dots, each in its colour.

    Parameters
    ----------
    size
        Of each, in pixels.
    """

    def __init__(self, size: float) -> None:
        super().__init__()
        self._size = size
        self._area = QRectF()
        self.dots: list[tuple[float, float, QColor]] = []

    def show_dots(self, dots: Sequence[tuple[float, float, QColor]], area: QRectF) -> None:
        """Show dots (x, y, colour) on a plot that shows `area`."""
        if area != self._area:
            self.prepareGeometryChange()
            self._area = area
        self.dots = list(dots)
        self.update()

    def boundingRect(self) -> QRectF:
        """Return what the plot shows."""
        return self._area

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        """Paint them."""
        at = painter.worldTransform()
        painter.setRenderHint(painter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setWorldTransform(QTransform())
        for x, y, color in self.dots:
            painter.setBrush(QBrush(color))
            painter.drawEllipse(at.map(QPointF(x, y)), self._size / 2, self._size / 2)
        painter.setWorldTransform(at)


def _runs(values: Floats) -> list[tuple[int, int]]:
    """Return where stretches of numbers begin and end."""
    numbers = np.isfinite(values)
    if numbers.all():
        return [(0, len(values))]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], numbers, [False]]))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))
