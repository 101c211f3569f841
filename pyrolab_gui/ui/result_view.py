"""How a call ended: a number in large figures, a text, a tree, a curve, an image, or a sentence with its details.

What can be seen in two ways has a switch: a curve and its values, an image and its rows, JSON and its text. Limits:
asks for files and copies, but writes none: `saveChosen` says where a result shall go; plots nothing: `plotChosen` asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pyrolab_gui.ui.console.elided_label import ElidedLabel
from pyrolab_gui.ui.console.link_button import LinkButton
from pyrolab_gui.ui.console.point_table import PointTable
from pyrolab_gui.ui.console.value_tree import ValueTree
from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.details_dialog import show_details
from pyrolab_gui.ui.widgets.segmented import Segmented
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.export import curve_tsv
from pyrolab_gui.viewmodels.result_shape import curve_of, image_of, json_of, shape_of
from pyrolab_gui.viewmodels.value_text import (
    bytes_text,
    clock_text,
    count_text,
    duration_text,
    literal_text,
    value_text,
)

if TYPE_CHECKING:
    from pyrolab_gui.ui.console.image_view import ImageView
    from pyrolab_gui.ui.plots.curve import CurvePlot
    from pyrolab_gui.viewmodels.runs import Run
    from pyrolab_gui.wire.description import TypeDescription

_LONGEST_TEXT = 200_000
_COPY_LIMIT = 5_000_000
_COPY_POINTS = 200_000


class ResultView(QWidget):
    """Shows one call's result or error."""

    saveChosen = Signal(object, str)
    """A `Run`, and the path of the file."""
    plotChosen = Signal(object)
    """A `Run` whose result shall go among the plots."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run: Run | None = None
        self._points = ""
        self._plot: CurvePlot | None = None
        self._image: ImageView | None = None
        self._pair: tuple[QWidget, ...] = ()
        """The two ways to see the result."""
        self._offers_plot = False
        self.copy = LinkButton("Copy", "Copy the result")
        self.copy.clicked.connect(self._on_copy_clicked)
        self.save = LinkButton("Save…", "Save the result to a file")
        self.save.clicked.connect(self._on_save_clicked)
        self.to_plots = LinkButton("Plot this", "Put it among the plots")
        self.to_plots.clicked.connect(lambda: self.plotChosen.emit(self.run))
        self.mode = Segmented(["Curve", "Values"])
        self.mode.currentChanged.connect(self._on_mode_changed)
        self.tools = QWidget()
        """What can be done with the result; whoever shows this view gives it a place."""
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.mode, self.to_plots, self.copy, self.save):
            row.addWidget(widget)
            widget.hide()
        self.caption = ElidedLabel("", 12)
        self.caption.setFixedHeight(18)
        self.scalar = TextLabel("", 18, 500, selectable=True, wrap=True)
        self.scalar.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setFont(font(12, mono=True))
        self.text.setAccessibleName("Result")
        self.tree = ValueTree()
        self.points = PointTable()
        self.banner = Banner("failed", "")
        self._banner_page = QWidget()
        column = QVBoxLayout(self._banner_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.banner)
        column.addStretch(1)
        self.pages = QStackedWidget()
        self.pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        for page in (self.scalar, self.text, self.tree, self.points, self._banner_page):
            self.pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.caption)
        layout.addWidget(self.pages, 1)
        self.setAccessibleName("Last result")

    @property
    def plot(self) -> CurvePlot:
        """The curve's plot; pyqtgraph is imported for the first one."""
        if self._plot is None:
            from pyrolab_gui.ui.plots.curve import CurvePlot

            self._plot = CurvePlot()
            self._plot.readOff.connect(self._say)
            self.pages.addWidget(self._plot)
        return self._plot

    @property
    def image(self) -> ImageView:
        """The image; pyqtgraph is imported for the first one."""
        if self._image is None:
            from pyrolab_gui.ui.console.image_view import ImageView

            self._image = ImageView()
            self._image.readOff.connect(self._say)
            self.pages.addWidget(self._image)
        return self._image

    def offer_plot(self) -> None:
        """Offer to put curves and images among the plots: there is somebody who does it."""
        self._offers_plot = True

    def show_run(self, run: Run) -> None:
        """Show how a call ended."""
        self.run = run
        self._points = ""
        self._pair = ()
        self.to_plots.hide()
        self._say("")
        if run.error is not None:
            self._show_error(run)
        elif run.released:
            self._show_scalar("The values of this result are no longer kept.", large=False)
        else:
            self._show_value(run)
        has_value = run.error is None and run.result is not None
        self.copy.setVisible(has_value)
        self.save.setVisible(has_value)

    def _say(self, point: str) -> None:
        """Say what is shown, or the point under the mouse."""
        run = self.run
        if run is None:
            return
        parts = [clock_text(run.started), run.text]
        if run.outcome != "running":
            parts.append(duration_text(run.duration))
        if self._points:
            parts.append(self._points)
        self.caption.setText(point or "   ".join(parts))
        self.caption.set_role("text" if point else "secondary")

    def _show_error(self, run: Run) -> None:
        error = run.error
        assert error is not None
        self.mode.hide()
        self.banner.set_content("failed" if run.outcome == "failed" else "warning", error.sentence)
        buttons = []
        if error.detail:
            details = button("Details", kind="plain")
            details.clicked.connect(lambda: show_details(self, error.sentence, error.detail))
            buttons = [details]
        self.banner.set_buttons(buttons)
        self.pages.setCurrentWidget(self._banner_page)

    def _show_value(self, run: Run) -> None:
        shape = shape_of(run.result, run.returns)
        self.mode.hide()
        self.to_plots.setVisible(self._offers_plot and shape in ("curve", "image"))
        if shape == "curve":
            curve = curve_of(run.result, run.returns)
            assert curve is not None
            self._points = count_text(len(curve.y), "point")
            self.plot.set_curve(curve)
            self.points.set_curve(curve)
            self._show_pair(("Curve", self.plot), ("Values", self.points))
        elif shape == "image":
            image = image_of(run.result)
            assert image is not None
            self._points = self.image.set_image(image, _item_unit(run.returns))
            self.tree.set_value(run.result)
            self._show_pair(("Image", self.image), ("Values", self.tree))
        elif shape == "tree" and isinstance(run.result, str):
            self.tree.set_value(json_of(run.result))
            self.text.setPlainText(_long_text(run.result))
            self._show_pair(("Tree", self.tree), ("Text", self.text))
        elif shape == "tree":
            self.tree.set_value(run.result)
            self.pages.setCurrentWidget(self.tree)
        elif shape == "text":
            self.text.setPlainText(_long_text(run.result))
            self.pages.setCurrentWidget(self.text)
        elif shape == "nothing":
            self._show_scalar("Done; it returns nothing.", large=False)
        else:
            unit = run.returns.unit if run.returns is not None else ""
            self._show_scalar(f"{value_text(run.result, run.returns)} {unit}".rstrip(), large=True)

    def _show_scalar(self, text: str, *, large: bool) -> None:
        self.mode.hide()
        self.scalar.setFont(font(18, 500) if large else font(13))
        self.scalar.set_role("text" if large else "secondary")
        self.scalar.setText(text)
        self.pages.setCurrentWidget(self.scalar)

    def _show_pair(self, *ways: tuple[str, QWidget]) -> None:
        """Offer two ways to see the result, and keep to the one that was chosen last."""
        words = [word for word, _ in ways]
        index = self.mode.current()
        if self.mode.options() != words:
            self.mode.set_options(words)
            self.mode.setCurrent(index)
        self._pair = tuple(page for _, page in ways)
        self._say("")
        self.mode.show()
        self._on_mode_changed(self.mode.current())

    def _on_mode_changed(self, index: int) -> None:
        if self._pair and index >= 0:
            self.pages.setCurrentWidget(self._pair[index])

    def _on_copy_clicked(self) -> None:
        if self.run is not None:
            QGuiApplication.clipboard().setText(copy_text(self.run.result, self.run.returns))

    def _on_save_clicked(self) -> None:
        run = self.run
        if run is None:
            return
        kinds = "CSV (*.csv);;NumPy (*.npy);;JSON (*.json);;Text (*.txt)"
        if shape_of(run.result, run.returns) in ("text", "scalar", "tree"):
            kinds = "JSON (*.json);;Text (*.txt);;CSV (*.csv)"
        if isinstance(run.result, bytes | bytearray | memoryview):
            kinds = "All bytes as they are (*.bin);;JSON (*.json)"
        dialog = QFileDialog(self, "Save the result", f"{run.member}.csv" if kinds.startswith("CSV") else run.member)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(kinds.split(";;"))
        dialog.setDefaultSuffix(kinds.partition("*.")[2].partition(")")[0])
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix(chosen.partition("*.")[2].partition(")")[0])
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.saveChosen.emit(run, path))
        dialog.open()


def copy_text(value: Any, returns: TypeDescription | None = None) -> str:
    """Return what the clipboard gets: columns for a spreadsheet of a curve, the text itself, or a literal."""
    curve = curve_of(value, returns)
    if curve is not None and len(curve.y) <= _COPY_POINTS:
        return curve_tsv(curve)
    if isinstance(value, str):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex(" ")
    return literal_text(value)[:_COPY_LIMIT]


def _item_unit(returns: TypeDescription | None) -> str:
    """Return the unit of the numbers in an array."""
    return returns.items[0].unit if returns is not None and len(returns.items) == 1 else ""


def _long_text(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes_text(bytes(value), 4096)
    text = str(value)
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "\n… (save it to see the rest)"
