"""The hand on a plot over time: wheel zooms, a drag moves, a drag with the right button (or Shift) zooms to a region.

A double click shows all again. What is done holds the plot; *Live* lets it go on. Limits: turns movements into wishes;
one hand for each plot of a stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QRubberBand

if TYPE_CHECKING:
    import pyqtgraph as pg
    from PySide6.QtGui import QMouseEvent, QWheelEvent

SHORTEST_DRAG = 4
"""Pixels that are a click yet, no drag."""
_STEP = 0.8


class Hand(QObject):
    """Listens to the mouse over one plot; times are UTC seconds, values as drawn."""

    moved = Signal(float)
    """By how many seconds the shown stretch is to move."""
    zoomed = Signal(float, float)
    """Around which time, and to which share of the stretch."""
    regionChosen = Signal(float, float, float, float)
    """Start, end, lowest, highest."""
    clicked = Signal(float)
    doubleClicked = Signal()
    hovered = Signal(float)
    left = Signal()

    def __init__(self, plot: pg.PlotWidget) -> None:
        super().__init__(plot)
        self._plot = plot
        self._pressed: QPoint | None = None
        self._button = Qt.MouseButton.NoButton
        self._region = False
        self._band: QRubberBand | None = None
        self._from = QPoint()
        plot.setMouseTracking(True)
        plot.viewport().setMouseTracking(True)
        plot.viewport().installEventFilter(self)

    def at(self, point: QPoint | QPointF) -> QPointF:
        """Return time and value under a point of the viewport."""
        point = point.toPoint() if isinstance(point, QPointF) else point
        place: QPointF = self._plot.getPlotItem().getViewBox().mapSceneToView(self._plot.mapToScene(point))
        return place

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is meant for the plot."""
        match event.type():
            case QEvent.Type.Wheel:
                self._wheel(event)  # type: ignore[arg-type]
            case QEvent.Type.MouseButtonPress:
                self._press(event)  # type: ignore[arg-type]
            case QEvent.Type.MouseMove:
                self._move(event)  # type: ignore[arg-type]
            case QEvent.Type.MouseButtonRelease:
                self._release(event)  # type: ignore[arg-type]
            case QEvent.Type.MouseButtonDblClick:
                self._pressed = None
                self.doubleClicked.emit()
            case QEvent.Type.Leave:
                self.left.emit()
                return False
            case _:
                return False
        return True

    def _wheel(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if abs(turned.x()) > abs(turned.y()):
            rect = self._plot.getPlotItem().getViewBox().viewRect()
            self.moved.emit(-turned.x() / 1200 * rect.width())
        elif turned.y():
            self.zoomed.emit(self.at(event.position()).x(), _STEP ** (turned.y() / 120))
        event.accept()

    def _press(self, event: QMouseEvent) -> None:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        self._pressed = self._from = event.position().toPoint()
        self._button = event.button()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._region = shift or event.button() == Qt.MouseButton.RightButton

    def _move(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._pressed is None:
            self.hovered.emit(self.at(point).x())
            return
        if (point - self._from).manhattanLength() < SHORTEST_DRAG and self._band is None and point != self._from:
            return
        if self._region:
            if self._band is None:
                self._band = QRubberBand(QRubberBand.Shape.Rectangle, self._plot.viewport())
                self._band.show()
            self._band.setGeometry(QRect(self._from, point).normalized())
        else:
            self.moved.emit(self.at(self._pressed).x() - self.at(point).x())
            self._pressed = point

    def _release(self, event: QMouseEvent) -> None:
        if self._pressed is None or event.button() != self._button:
            return
        point, band = event.position().toPoint(), self._band
        self._pressed = self._band = None
        if band is not None:
            area = band.geometry()
            band.deleteLater()
            if area.size().expandedTo(QSize(SHORTEST_DRAG, SHORTEST_DRAG)) == area.size():
                one, other = self.at(area.bottomLeft()), self.at(area.topRight())
                self.regionChosen.emit(one.x(), other.x(), one.y(), other.y())
        elif event.button() == Qt.MouseButton.LeftButton and (point - self._from).manhattanLength() < SHORTEST_DRAG:
            self.clicked.emit(self.at(point).x())
