"""A result as a curve: of any length, thinned to the pixels that show it, to zoom into and to read off.

Importing this module imports pyqtgraph: do it when the first curve is shown.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pyrolab_gui.ui.plots.styling import Stroke, color_plot, curve_pen, drawn_length, make_plot, padded
from pyrolab_gui.ui.theme import tokens_of
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.series import thin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QMouseEvent, QResizeEvent

    from pyrolab_gui.viewmodels.result_shape import Curve


class CurvePlot(QWidget):
    """One curve. The wheel zooms, a drag moves, a double click shows all again."""

    readOff = Signal(str)
    """The point under the mouse in words; empty when the mouse leaves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve: Curve | None = None
        self._rising = False
        self._stroke = Stroke(1.3)
        self.plot = make_plot()
        self.plot.setMinimumHeight(64)
        self.plot.viewport().installEventFilter(self)
        self.plot.setMouseTracking(True)
        self.item = pg.PlotCurveItem(antialias=True, connect="finite")
        self._others: list[tuple[Curve, pg.PlotCurveItem]] = []
        self.line = pg.InfiniteLine(angle=90, movable=False)
        self.dot = pg.ScatterPlotItem(size=8, pen=pg.mkPen(None))
        for item in (self.item, self.line, self.dot):
            self.plot.addItem(item, ignoreBounds=True)
        self._show_cursor(None)
        box = self.plot.getPlotItem().getViewBox()
        box.setMouseEnabled(True, False)
        box.sigXRangeChanged.connect(self._draw)
        self.x_title = TextLabel("", 11, 400, "secondary", parent=self)
        self.y_title = TextLabel("", 11, 400, "secondary", parent=self)
        for title in (self.x_title, self.y_title):
            title.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            title.setAutoFillBackground(True)
            title.setBackgroundRole(QPalette.ColorRole.Base)
            title.setContentsMargins(4, 0, 2, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot, 1)
        for title in (self.x_title, self.y_title):
            title.raise_()
        self._color()

    def set_curve(self, curve: Curve, others: Sequence[Curve] = ()) -> None:
        """Show a curve from end to end, and others with it to be compared; what is read off is the first."""
        self._curve = curve
        for _, item in self._others:
            self.plot.removeItem(item)
        self._others = [(other, pg.PlotCurveItem(antialias=False, connect="finite")) for other in others]
        for _, item in self._others:
            item.setZValue(-1)
            self.plot.addItem(item, ignoreBounds=True)
        self._color()
        self._rising = not curve.against or bool(len(curve.x) > 1 and np.all(np.diff(curve.x) >= 0))
        self.plot.getPlotItem().getAxis("bottom").whole = not curve.against
        self.x_title.setText(curve.x_title)
        self.y_title.setText(curve.y_title)
        self.y_title.setVisible(bool(curve.y_title))
        self.setAccessibleName(f"{curve.y_title or 'Values'} over {curve.x_title}")
        self._show_cursor(None)
        self._place_titles()
        self.show_all()

    def refresh(self, curve: Curve) -> None:
        """Show another state of the first curve; what was zoomed stays so, and the range moves only where it must."""
        box = self.plot.getPlotItem().getViewBox()
        before, (shown, up) = self._curve, box.viewRange()
        whole = before is None or (shown[0] <= _limits(before.x)[0] and shown[1] >= _limits(before.x)[1])
        self._curve = curve
        self._rising = not curve.against or bool(len(curve.x) > 1 and np.all(np.diff(curve.x) >= 0))
        low, high = _limits(np.concatenate([curve.y, *(other.y for other, _ in self._others)]))
        if whole and (before is None or _limits(curve.x) != _limits(before.x)):
            self.show_all()
        elif low <= high and (low < up[0] or high > up[1] or up[1] - up[0] > 1.6 * (high - low)):
            box.setYRange(*padded(low, high), padding=0)
        self._draw()

    def _place_titles(self) -> None:
        """Put the axes' titles where no curve is: above the left axis and at the end of the lower one."""
        for title in (self.x_title, self.y_title):
            title.adjustSize()
        self.y_title.move(0, 0)
        self.x_title.move(self.width() - self.x_title.width() - 2, self.height() - self.x_title.height() - 3)

    def show_all(self) -> None:
        """Show the whole curve."""
        if self._curve is None:
            return
        curves = [self._curve, *(other for other, _ in self._others)]
        x, y = (np.concatenate([getattr(curve, axis) for curve in curves]) for axis in ("x", "y"))
        box = self.plot.getPlotItem().getViewBox()
        low, high = _limits(y)
        if low <= high:
            box.setYRange(*padded(low, high), padding=0)
        low, high = _limits(x)
        if low <= high:
            box.setXRange(*((low, high) if high > low else padded(low, high)), padding=0)
        self._draw()

    def point_count(self) -> int:
        """Return how many points are drawn."""
        x, _ = self.item.getData()
        return 0 if x is None else len(x)

    def _draw(self) -> None:
        curve = self._curve
        if curve is None:
            return
        x, y = curve.x, curve.y
        if self._rising:
            low, high = self.plot.getPlotItem().getViewBox().viewRange()[0]
            first = max(int(np.searchsorted(x, low)) - 1, 0)
            last = min(int(np.searchsorted(x, high, side="right")) + 1, len(x))
            x, y = x[first:last], y[first:last]
        x, y = thin(x, y, max(self.plot.width() - 70, 100))
        others = [thin(other.x, other.y, max(self.plot.width() - 70, 100)) for other, _ in self._others]
        box = self.plot.getPlotItem().getViewBox()
        shown = tuple(box.viewRange()[1])
        length = sum(drawn_length(values, self.plot.height(), shown) for values in (y, *(up for _, up in others)))
        if self._stroke.choose(length + self.plot.width()):
            self._color()
        self.item.setData(x, y, connect="finite", antialias=self._stroke.smooth)
        for (_, item), (across, up) in zip(self._others, others, strict=True):
            item.setData(across, up, connect="finite", antialias=self._stroke.smooth)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Thin to the new width."""
        super().resizeEvent(event)
        self._place_titles()
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._color()

    def _color(self) -> None:
        tokens = tokens_of(self)
        color_plot(self.plot, tokens)
        self.item.setPen(curve_pen(tokens.channel(0), self._stroke.width))
        for number, (_, item) in enumerate(self._others, 1):
            item.setPen(curve_pen(tokens.channel(number), self._stroke.width))
        self.line.setPen(curve_pen(tokens.color("secondary", 170), 1.0))
        self.dot.setBrush(pg.mkBrush(tokens.channel(0)))

    # -- reading off -----------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read off under the mouse; show all on a double click."""
        if event.type() == QEvent.Type.MouseMove:
            self._read_off(event.position())  # type: ignore[attr-defined]
        elif event.type() == QEvent.Type.Leave:
            self._show_cursor(None)
            self.readOff.emit("")
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            mouse: QMouseEvent = event  # type: ignore[assignment]
            if mouse.button() == Qt.MouseButton.LeftButton:
                self.show_all()
                return True
        return super().eventFilter(watched, event)

    def _read_off(self, at: QPointF) -> None:
        curve = self._curve
        if curve is None or not len(curve.x):
            return
        x = self.plot.getPlotItem().getViewBox().mapSceneToView(at).x()
        if self._rising:
            index = int(np.clip(np.searchsorted(curve.x, x), 0, len(curve.x) - 1))
            if index and abs(curve.x[index - 1] - x) < abs(curve.x[index] - x):
                index -= 1
        elif np.isfinite(curve.x).any():
            index = int(np.nanargmin(np.abs(curve.x - x)))
        else:
            return
        self._show_cursor(index)
        self.readOff.emit(curve.at(index))

    def _show_cursor(self, index: int | None) -> None:
        curve = self._curve
        self.line.setVisible(index is not None)
        if curve is None or index is None or not math.isfinite(curve.y[index]):
            self.dot.setData([], [])
        else:
            self.dot.setData([curve.x[index]], [curve.y[index]])
        if curve is not None and index is not None:
            self.line.setValue(float(curve.x[index]))


def _limits(values: np.ndarray) -> tuple[float, float]:
    """Return the smallest and largest finite value; (inf, -inf) where there is none."""
    if not len(values):
        return math.inf, -math.inf
    low, high = float(values.min()), float(values.max())
    if math.isfinite(low) and math.isfinite(high):
        return low, high
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else (math.inf, -math.inf)
