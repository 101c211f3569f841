"""Results on a page: waveforms over each other, or one image with its scale of colours.

Importing this module imports pyqtgraph. Limits: the newest image alone; waveforms share their axes, so those of other
units are said in the title line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.plots.curve import CurvePlot
from pyrolab_gui.ui.plots.flow_layout import FlowLayout
from pyrolab_gui.ui.plots.legend import Swatch
from pyrolab_gui.ui.plots.styling import color_plot, make_plot
from pyrolab_gui.ui.theme import font, tokens_of
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.value_text import clock_text, number_text

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.plots_page import PlotPage, Result

COLORS = "viridis"


class ResultsPlot(Panel):
    """Waveforms or an image."""

    def __init__(self, page: PlotPage, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._page = page
        self.curves = CurvePlot()
        self.image = ImagePlot()
        self.read_off = TextLabel("", 12, 400, "secondary")
        self.problem = TextLabel("", 12, 400, "error", wrap=True)
        self.curves.readOff.connect(self.read_off.setText)
        self.image.readOff.connect(self.read_off.setText)
        self._head = QWidget()
        self._flow = FlowLayout(self._head)
        self._flow.setContentsMargins(16, 4, 8, 0)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.curves)
        self._pages.addWidget(self.image)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 12, 6)
        foot.addWidget(self.read_off)
        foot.addWidget(self.problem)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._head)
        column.addWidget(self._pages, 1)
        column.addLayout(foot)
        self._when: TextLabel | None = None
        page.changed.connect(self.show_results)
        page.refreshed.connect(self._show_refreshed)
        page.repeatChanged.connect(self._show_problem)
        self.show_results()

    def show_results(self) -> None:
        """Show what is on the page now."""
        results = self._page.results
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        titles = []
        for number, result in enumerate(results):
            if result.curve is not None:
                self._flow.addWidget(Swatch(number))
            titles.append(TextLabel(_title(result), 12, 600))
            self._flow.addWidget(titles[-1])
        self._when = titles[0] if titles else None
        self._show_problem()
        self.read_off.setText("")
        if not results:
            return
        image = results[0].image
        if image is not None:
            self.image.set_image(image, results[0].unit)
            self._pages.setCurrentWidget(self.image)
            return
        curves = [result.curve for result in results if result.curve is not None]
        self.curves.set_curve(curves[0], curves[1:])
        self._pages.setCurrentWidget(self.curves)

    def _show_problem(self) -> None:
        repeated = self._page.repeated
        problem = repeated.problem if repeated is not None else ""
        ended = "" if repeated is not None and repeated.every else "It is called for no more: "
        self.problem.setText(f"{ended}{problem}" if problem else "")
        self.problem.setVisible(bool(problem))

    def _show_refreshed(self) -> None:
        """Show what the newest result is now, in its place."""
        newest = self._page.results[0]
        if self._when is not None:
            self._when.setText(_title(newest))
        if newest.image is not None:
            self.image.refresh(newest.image)
        elif newest.curve is not None:
            self.curves.refresh(newest.curve)


def _title(result: Result) -> str:
    unit = f" ({result.unit})" if result.unit else ""
    return f"{result.label}{unit}, {clock_text(result.when)}"


class ImagePlot(Panel):
    """Numbers in two dimensions as colours; rows go down, as in the array."""

    readOff = Signal(str)
    """The point under the mouse in words; empty when it is outside."""

    _made = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._data: np.ndarray | None = None
        self._unit = ""
        self.plot = make_plot()
        self.plot.setMouseTracking(True)
        self.item = pg.ImageItem(axisOrder="row-major")
        self.item.setColorMap(pg.colormap.get(COLORS))
        self.plot.addItem(self.item)
        for side in ("left", "bottom"):
            self.plot.getPlotItem().getAxis(side).whole = True
        box = self.plot.getPlotItem().getViewBox()
        box.invertY(True)
        box.setMouseEnabled(True, True)
        box.setMenuEnabled(False)
        self.bar = pg.ColorBarItem(colorMap=COLORS, interactive=False, width=14)
        self.bar.ctrlMenu.setParent(self, Qt.WindowType.Popup)  # as in `make_plot`
        self.bar.setImageItem(self.item, insert_in=self.plot.getPlotItem())
        self.plot.scene().sigMouseMoved.connect(self._on_mouse_moved)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.addWidget(self.plot)
        self.setToolTip("Wheel and drag zoom and move")
        self._made = True
        self._color()

    def refresh(self, data: np.ndarray) -> None:
        """Show another state of the image; what was zoomed stays so."""
        if self._data is None or data.shape != self._data.shape:
            self.set_image(data, self._unit)
        else:
            self._paint(data)

    def _paint(self, data: np.ndarray) -> None:
        self._data = data
        finite = data[np.isfinite(data)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        high = high if high > low else low + 1.0
        self.item.setImage(data, autoLevels=False, levels=(low, high))
        self.bar.setLevels((low, high))

    def set_image(self, data: np.ndarray, unit: str) -> None:
        """Show an array, shape (rows, columns)."""
        self._unit = unit
        self._paint(data)
        box = self.plot.getPlotItem().getViewBox()
        box.setXRange(0, data.shape[1], padding=0)
        box.setYRange(0, data.shape[0], padding=0)
        self.setAccessibleName(f"Image of {data.shape[0]} rows and {data.shape[1]} columns")

    def _on_mouse_moved(self, point: QPointF) -> None:
        if self._data is None:
            return
        place = self.plot.getPlotItem().getViewBox().mapSceneToView(point)
        row, column = int(np.floor(place.y())), int(np.floor(place.x()))
        inside = 0 <= row < self._data.shape[0] and 0 <= column < self._data.shape[1]
        value = f"{number_text(float(self._data[row, column]))} {self._unit}".rstrip() if inside else ""
        self.readOff.emit(f"row {row}, column {column}: {value}" if inside else "")

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._made:
            self._color()

    def _color(self) -> None:
        tokens = tokens_of(self)
        color_plot(self.plot, tokens)
        axis = self.bar.axis
        axis.setStyle(tickFont=font(11), tickLength=0, tickTextOffset=6)
        axis.setPen(pg.mkPen(None))
        axis.setTextPen(pg.mkPen(tokens.color("secondary")))
