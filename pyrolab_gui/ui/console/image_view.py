"""A result of rows and columns of numbers as a picture: to zoom into, and to read off under the mouse.

Importing this module imports pyqtgraph: do it when the first image is shown. Limits: false colours from the smallest to
the greatest value; the first row stands at the top.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pyrolab_gui.ui.plots.styling import color_plot, make_plot
from pyrolab_gui.ui.theme import tokens_of
from pyrolab_gui.viewmodels.value_text import number_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

SQUARE_UP_TO = 8.0
"""Up to this ratio of its sides, a point of the image is a square on the screen; a longer one fills the room."""


class ImageView(QWidget):
    """One image. The wheel zooms, a drag moves, a double click shows all again."""

    readOff = Signal(str)
    """The point under the mouse in words; empty when the mouse leaves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: NDArray[np.float64] = np.zeros((0, 0))
        self._unit = ""
        self.plot = make_plot()
        self.plot.setMinimumHeight(64)
        self.plot.viewport().installEventFilter(self)
        self.plot.setMouseTracking(True)
        item = self.plot.getPlotItem()
        for side in ("left", "bottom"):
            item.getAxis(side).whole = True
        self.item = pg.ImageItem(axisOrder="row-major", autoDownsample=True)
        self.item.setColorMap(pg.colormap.get("viridis"))
        self.plot.addItem(self.item)
        box = item.getViewBox()
        box.setMouseEnabled(True, True)
        box.invertY(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot, 1)
        color_plot(self.plot, tokens_of(self))

    def set_image(self, values: NDArray[np.float64], unit: str = "") -> str:
        """Show an image; return its size and range in words."""
        self._values, self._unit = values, unit
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        self.item.setImage(values, levels=(low, high if high > low else low + 1.0))
        rows, columns = values.shape
        square = max(rows, columns) <= SQUARE_UP_TO * min(rows, columns)
        self.plot.getPlotItem().getViewBox().setAspectLocked(square)
        self.show_all()
        words = f"{rows} × {columns}, {number_text(low)} to {number_text(high)} {unit}".rstrip()
        self.setAccessibleName(f"Image of {words}")
        return words

    def show_all(self) -> None:
        """Show the whole image."""
        rows, columns = self._values.shape
        self.plot.getPlotItem().getViewBox().setRange(xRange=(0, columns), yRange=(0, rows), padding=0.02)

    def at(self, x: float, y: float) -> str:
        """Return the point at a place in words, or an empty text beside the image."""
        row, column = math.floor(y), math.floor(x)
        rows, columns = self._values.shape
        if not (0 <= row < rows and 0 <= column < columns):
            return ""
        value = number_text(float(self._values[row, column]))
        return f"row {row}, column {column}: {value} {self._unit}".rstrip()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            color_plot(self.plot, tokens_of(self))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read off under the mouse; show all on a double click."""
        if event.type() == QEvent.Type.MouseMove:
            at: QPointF = event.position()  # type: ignore[attr-defined]
            place = self.plot.getPlotItem().getViewBox().mapSceneToView(at)
            self.readOff.emit(self.at(place.x(), place.y()))
        elif event.type() == QEvent.Type.Leave:
            self.readOff.emit("")
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            self.show_all()
            return True
        return super().eventFilter(watched, event)
