"""A small curve of the last values, without axes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pyrolab_gui.ui.theme import disc, saved, stroke, tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def spark_path(values: Sequence[float | None], rect: QRectF) -> tuple[QPainterPath, QPointF | None]:
    """Return the curve of `values` fitted into `rect`, and its last point if the last value is one.

    None and what is not finite are gaps. Values that are all the same lie in the middle.
    """
    finite = [value for value in values if value is not None and math.isfinite(value)]
    path = QPainterPath()
    if not finite:
        return path, None
    low, span = min(finite), max(finite) - min(finite)
    width, height = rect.width() - 4, rect.height() - 4
    step = width / max(1, len(values) - 1)
    down, last = False, None
    for index, value in enumerate(values):
        last = None
        if value is None or not math.isfinite(value):
            down = False
            continue
        share = (value - low) / span if span > 0 and math.isfinite(span) else 0.5
        last = QPointF(rect.left() + 2 + step * index, rect.bottom() - 2 - height * share)
        if down:
            path.lineTo(last)
        else:
            path.moveTo(last)
        down = True
    return path, last


def paint_spark(painter: QPainter, path: QPainterPath, last: QPointF | None, color: QColor) -> None:
    """Paint what `spark_path` returned."""
    with saved(painter):
        painter.setPen(stroke(color, 1.3))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        if last is not None:
            disc(painter, last.x(), last.y(), 2.0, color)


class Sparkline(QWidget):
    """The last values as a curve; quiet when they are old."""

    def __init__(self, width: int = 112, height: int = 22, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = QSize(width, height)
        self._values: tuple[float | None, ...] = ()
        self._quiet = False
        self._cache: tuple[QPainterPath, QPointF | None] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Last values")

    def sizeHint(self) -> QSize:
        """Return the size given at the start."""
        return self._hint

    def values(self) -> tuple[float | None, ...]:
        """Return what is shown."""
        return self._values

    def set_values(self, values: Sequence[float | None]) -> None:
        """Show other values; None is a gap."""
        self._values = tuple(values)
        self._cache = None
        self.update()

    def set_quiet(self, quiet: bool) -> None:
        """Show the curve as old, or as fresh."""
        if quiet != self._quiet:
            self._quiet = quiet
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the curve again."""
        self._cache = None
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the curve."""
        if self._cache is None:
            self._cache = spark_path(self._values, QRectF(self.rect()))
        quiet = self._quiet or not self.isEnabled()
        color = tokens_of(self).color("spark_quiet" if quiet else "spark")
        with QPainter(self) as painter:
            paint_spark(painter, *self._cache, color)
