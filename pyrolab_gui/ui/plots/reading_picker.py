"""Where readings are chosen for a plot: the instruments, and what each has to plot. Nothing is dragged.

Limits: an instrument is asked when it is chosen, in the background; what is added stays in the dialog, to add more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.plot_channel import Reading
    from pyrolab_gui.viewmodels.plots_vm import PlotsViewModel

_READING = int(Qt.ItemDataRole.UserRole)


class ReadingPicker(QDialog):
    """Lists instruments at the left and the readings of one at the right."""

    picked = Signal(object)
    """A `Reading`."""

    def __init__(self, plots: PlotsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm = plots
        self._open = True
        self.finished.connect(self._on_finished)
        self.setWindowTitle("Add readings to the plot")
        self.resize(560, 400)
        self.filter = Field(icon="funnel", placeholder="Filter instruments")
        self.filter.textChanged.connect(self._on_filter_changed)
        self.instruments = _plain_list("Instruments")
        self.readings = _plain_list("Readings")
        self.readings.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.instruments.currentItemChanged.connect(self._on_instrument_changed)
        self.readings.itemActivated.connect(self._pick)
        self.readings.itemSelectionChanged.connect(self._on_selection_changed)
        self.hint = TextLabel("Choose an instrument.", 12, 400, "secondary", wrap=True)
        self.add = button("Add to the plot", "plus", "primary")
        self.add.clicked.connect(self._on_add_clicked)
        self.add.setEnabled(False)
        close = button("Close")
        close.clicked.connect(self.accept)
        lists = QHBoxLayout()
        lists.setSpacing(0)
        lists.addWidget(self.instruments, 1)
        lists.addWidget(Separator(vertical=True))
        lists.addWidget(self.readings, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.hint, 1)
        foot.addWidget(close)
        foot.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.filter)
        column.addWidget(Separator())
        column.addLayout(lists, 1)
        column.addWidget(Separator())
        column.addLayout(foot)
        self._names = plots.instruments()
        self._on_filter_changed("")
        if not self._names:
            self.hint.setText("No instruments are registered. Start the lab's daemons first.")

    def _on_filter_changed(self, text: str) -> None:
        words = text.casefold().split()
        self.instruments.clear()
        self.instruments.addItems([name for name in self._names if all(word in name.casefold() for word in words)])

    def _on_instrument_changed(self, item: QListWidgetItem | None, _before: QListWidgetItem | None = None) -> None:
        self.readings.clear()
        if item is None:
            return
        name = item.text()
        self.hint.setText(f"Asking {name}…")
        self._vm.find_readings(name, lambda readings: self._show(name, readings))

    def _show(self, name: str, readings: list[Reading]) -> None:
        item = self.instruments.currentItem() if self._open else None
        if item is None or item.text() != name:
            return
        self.readings.clear()
        for reading in readings:
            row = QListWidgetItem(f"{reading.member}  {reading.shown_unit or reading.unit}".rstrip())
            row.setData(_READING, reading)
            self.readings.addItem(row)
        self.hint.setText("" if readings else f"{name} has no readings that are numbers, or does not answer.")
        if readings:
            self.readings.setCurrentRow(0)

    def _on_finished(self) -> None:
        self._open = False

    def _on_selection_changed(self) -> None:
        count = len(self.readings.selectedItems())
        self.add.setEnabled(count > 0)

    def _on_add_clicked(self) -> None:
        for item in self.readings.selectedItems():
            self._pick(item)

    def _pick(self, item: QListWidgetItem) -> None:
        reading: Reading = item.data(_READING)
        self.picked.emit(reading)
        self.hint.setText(f"{reading.label} is on the plot.")


def _plain_list(name: str) -> QListWidget:
    result = QListWidget()
    result.setFrameShape(QFrame.Shape.NoFrame)
    result.setAccessibleName(name)
    return result
