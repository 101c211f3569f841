"""Readings of all instruments with a box each: those that are ticked are to be recorded.

Limits: an instrument is asked what it has when it is unfolded; one that does not answer says so.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QTreeWidget, QTreeWidgetItem, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyrolab_gui.viewmodels.plot_channel import Reading
    from pyrolab_gui.viewmodels.plots_vm import PlotsViewModel

_READING = int(Qt.ItemDataRole.UserRole)


class ReadingTree(QTreeWidget):
    """Instruments, and below each its readings."""

    changed = Signal()
    """Another set is ticked."""

    def __init__(self, plots: PlotsViewModel, ticked: Iterable[Reading], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plots = plots
        self._open = True
        self._asked: set[str] = set()
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Readings to record")
        self._heads: dict[str, QTreeWidgetItem] = {}
        for name in plots.instruments():
            head = self._heads[name] = QTreeWidgetItem([name])
            head.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
            self.addTopLevelItem(head)
        for reading in ticked:
            if reading.instrument in self._heads:
                self._add(self._heads[reading.instrument], reading, ticked=True)
        self.itemExpanded.connect(self._on_item_expanded)
        self.itemChanged.connect(lambda *_: self.changed.emit())
        for head in self._heads.values():
            if head.childCount():
                head.setExpanded(True)

    def ticked(self) -> tuple[Reading, ...]:
        """Return the readings that are ticked, in the order of the list."""
        return tuple(
            child.data(0, _READING)
            for head in self._heads.values()
            for child in _children(head)
            if child.checkState(0) is Qt.CheckState.Checked and child.data(0, _READING) is not None
        )

    def tick(self, label: str, ticked: bool = True) -> bool:
        """Tick a reading (``INSTRUMENT.MEMBER``) that is listed; return whether it is."""
        for head in self._heads.values():
            for child in _children(head):
                reading = child.data(0, _READING)
                if reading is not None and reading.label == label:
                    child.setCheckState(0, Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
                    return True
        return False

    def set_filter(self, text: str) -> None:
        """Show only what holds all words of a text; what is ticked stays in sight."""
        words = text.casefold().split()
        for name, head in self._heads.items():
            whole = all(word in name.casefold() for word in words)
            shown = False
            for child in _children(head):
                label = f"{name}.{child.text(0)}".casefold()
                fits = whole or all(word in label for word in words) or child.checkState(0) is Qt.CheckState.Checked
                child.setHidden(not fits)
                shown = shown or fits
            head.setHidden(not (whole or shown))

    def end(self) -> None:
        """Take no answers any more."""
        self._open = False

    def _on_item_expanded(self, head: QTreeWidgetItem) -> None:
        name = head.text(0)
        if name in self._asked or name not in self._heads:
            return
        self._asked.add(name)
        if not head.childCount():
            head.addChild(_words("asking…"))
        self._plots.find_readings(name, partial(self._show, name))

    def _show(self, name: str, readings: list[Reading]) -> None:
        if not self._open:
            return
        head = self._heads[name]
        ticked = {reading.label for reading in self.ticked()}
        self.blockSignals(True)
        if readings:
            head.takeChildren()
            for reading in readings:
                self._add(head, reading, ticked=reading.label in ticked)
        else:
            self._asked.discard(name)  # it may answer next time
            for child in _children(head):
                if child.data(0, _READING) is None:
                    child.setText(0, "nothing to record, or no answer")
        self.blockSignals(False)
        self.viewport().update()
        self.changed.emit()

    def _add(self, head: QTreeWidgetItem, reading: Reading, *, ticked: bool) -> None:
        child = QTreeWidgetItem([f"{reading.member}  {reading.unit}".rstrip()])
        child.setData(0, _READING, reading)
        child.setCheckState(0, Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        head.addChild(child)


def _children(head: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (head.child(number) for number in range(head.childCount()))
    return [child for child in found if child is not None]


def _words(text: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem([text])
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    return item
