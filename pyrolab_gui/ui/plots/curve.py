"""A result as a curve: of any length, thinned to the pixels that show it, to zoom into and to read off.

Importing this module imports pyqtgraph: do it when the first curve is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pyrolab_gui.ui.plots.styling import color_plot, curve_pen, make_plot, padded
from pyrolab_gui.ui.theme import tokens_of
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.series import thin
from pyrolab_gui.viewmodels.value_text import number_text

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QResizeEvent

    from pyrolab_gui.viewmodels.result_shape import Curve


FINE_POINTS = 1_000
"""Above so many drawn points the pen becomes thin: a wide smooth one takes 60 ms for a noisy curve."""


class CurvePlot(QWidget):
    """One curve. The wheel zooms, a drag moves, a double click shows all again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve: Curve | None = None
        self._rising = False
        self._fine = False
        self.plot = make_plot()
        self.plot.setMinimumHeight(96)
        self.plot.viewport().installEventFilter(self)
        self.plot.setMouseTracking(True)
        self.item = pg.PlotCurveItem(antialias=True, connect="finite")
        self.plot.addItem(self.item)
        box = self.plot.getPlotItem().getViewBox()
        box.setMouseEnabled(True, False)
        box.sigXRangeChanged.connect(self._draw)
        self.caption = TextLabel("", 12, 400, "secondary")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addWidget(self.plot, 1)
        self._color()

    def set_curve(self, curve: Curve) -> None:
        """Show a curve from end to end."""
        self._curve = curve
        self._rising = bool(len(curve.x) > 1 and np.all(np.diff(curve.x) >= 0))
        self.caption.setText(curve.caption)
        self.show_all()

    def show_all(self) -> None:
        """Show the whole curve."""
        if self._curve is None:
            return
        x, y = self._curve.x, self._curve.y
        finite_x, finite_y = x[np.isfinite(x)], y[np.isfinite(y)]
        box = self.plot.getPlotItem().getViewBox()
        if len(finite_y):
            box.setYRange(*padded(float(finite_y.min()), float(finite_y.max())), padding=0)
        if len(finite_x):
            low, high = float(finite_x.min()), float(finite_x.max())
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
        fine = len(x) > FINE_POINTS
        if fine != self._fine:
            self._fine = fine
            self._color()
        self.item.setData(x, y, connect="finite", antialias=not fine)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Thin to the new width."""
        super().resizeEvent(event)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._color()

    def _color(self) -> None:
        tokens = tokens_of(self)
        color_plot(self.plot, tokens)
        self.item.setPen(curve_pen(tokens.channel(0), 1.0 if self._fine else 1.3))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read off under the mouse; show all on a double click."""
        if event.type() == QEvent.Type.MouseMove:
            self._read_off(event.position())  # type: ignore[attr-defined]
        elif event.type() == QEvent.Type.Leave and self._curve is not None:
            self.caption.setText(self._curve.caption)
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
        else:
            index = int(np.nanargmin(np.abs(curve.x - x)))
        there = f"{number_text(float(curve.x[index]))} {curve.x_unit}".strip()
        value = f"{number_text(float(curve.y[index]))} {curve.y_unit}".strip()
        self.caption.setText(f"at {there}: {value}")
