"""The few strokes that styles, widgets and delegates share. Each leaves the painter as it found it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from pyrolab_gui.ui.theme.tokens import RADIUS

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_PEN = Qt.PenStyle.NoPen


@contextmanager
def saved(painter: QPainter, *, smooth: bool = True) -> Iterator[QPainter]:
    """Save the painter and restore it whatever happens: a painter left changed spoils what is drawn after it."""
    painter.save()
    try:
        if smooth:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        yield painter
    finally:
        painter.restore()


def stroke(color: QColor, width: float = 1.0, *, flat: bool = False) -> QPen:
    """Return a pen with round ends and corners, or with flat ends (a dash pattern needs them)."""
    cap = Qt.PenCapStyle.FlatCap if flat else Qt.PenCapStyle.RoundCap
    return QPen(QBrush(color), width, Qt.PenStyle.SolidLine, cap, Qt.PenJoinStyle.RoundJoin)


def rounded(
    painter: QPainter,
    rect: QRect | QRectF,
    fill: QColor | None,
    border: QColor | None = None,
    *,
    radius: float = RADIUS,
    width: float = 1.0,
) -> None:
    """Paint a rectangle with round corners whose border lies inside `rect`."""
    area = QRectF(rect)
    if border is not None:
        area = area.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    if area.width() <= 0 or area.height() <= 0:
        return
    with saved(painter):
        painter.setPen(QPen(border, width) if border is not None else QPen(_NO_PEN))
        painter.setBrush(QBrush(fill) if fill is not None else QBrush(Qt.BrushStyle.NoBrush))
        painter.drawRoundedRect(area, radius, radius)


def chevron(
    painter: QPainter, x: float, y: float, color: QColor, *, direction: str = "down", size: float = 3.2
) -> None:
    """Paint a chevron around (x, y), pointing down, up, right or left."""
    half = size / 2
    points = {
        "down": ((-size, -half), (0.0, half), (size, -half)),
        "up": ((-size, half), (0.0, -half), (size, half)),
        "right": ((-half, -size), (half, 0.0), (-half, size)),
        "left": ((half, -size), (-half, 0.0), (half, size)),
    }[direction]
    with saved(painter):
        painter.setPen(stroke(color, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in points]))


def tick(painter: QPainter, x: float, y: float, color: QColor) -> None:
    """Paint the tick of a check box around (x, y)."""
    with saved(painter):
        painter.setPen(stroke(color, 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([QPointF(x - 3.6, y + 0.2), QPointF(x - 1, y + 2.8), QPointF(x + 3.8, y - 2.8)]))


def disc(painter: QPainter, x: float, y: float, radius: float, color: QColor) -> None:
    """Paint a filled circle around (x, y)."""
    with saved(painter):
        painter.setPen(_NO_PEN)
        painter.setBrush(color)
        painter.drawEllipse(QPointF(x, y), radius, radius)
