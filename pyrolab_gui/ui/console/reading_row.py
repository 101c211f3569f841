"""A reading: label, value, unit, the last minute as a small curve, its age or its error, and the way to the plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from pyrolab_gui.ui.console import columns
from pyrolab_gui.ui.console.elided_label import ElidedLabel
from pyrolab_gui.ui.console.link_button import LinkButton
from pyrolab_gui.ui.console.plot_button import PlotButton
from pyrolab_gui.ui.console.value_cells import ValueCells
from pyrolab_gui.ui.plots.dragging import make_draggable
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.details_dialog import show_details
from pyrolab_gui.ui.widgets.sparkline import Sparkline
from pyrolab_gui.ui.widgets.state_label import StateLabel
from pyrolab_gui.viewmodels.member_state import is_number
from pyrolab_gui.viewmodels.plot_channel import Reading
from pyrolab_gui.viewmodels.value_text import age_text
from pyrolab_gui.wire.description import unit_of

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel

SPARK_POINTS = 60
SAID = frozenset(["busy"])
"""Reasons for a missing reading that are said beside its age; others are the banner's."""


class ReadingRow(QWidget):
    """One read-only property of a console."""

    def __init__(
        self,
        console: ConsoleViewModel,
        name: str,
        label_width: int = columns.LABEL,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._console = console
        self._name = name
        self._state = console.members[name]
        self._watched = console.is_watched(self._state.member)
        self._allowed = True
        self.cells = ValueCells(self._state, watched=self._watched, label_width=label_width)
        label = self.cells.label.text()
        self.spark = Sparkline(88, 24)
        self.error = ElidedLabel("", 12, 400, "error")
        self.details = LinkButton("Details")
        self.details.clicked.connect(self._on_details_clicked)
        self.age = StateLabel("stale", "", size=12)
        self.read = button("", "arrow-clockwise", "ghost", f"Read {label} now")
        self.read.setFixedSize(26, 26)
        self.read.clicked.connect(lambda: console.read(name))
        if self._watched:
            self.read.hide()
        self.plot = PlotButton(label)
        make_draggable(self, self._dragged)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.cells)
        row.addSpacing(4)
        row.addWidget(self.spark)
        row.addWidget(self.error, 1)
        row.addWidget(self.details)
        row.addSpacing(4)
        row.addStretch(0)
        row.addWidget(self.age)
        row.addSpacing(4)
        row.addWidget(self.read)
        row.addWidget(self.plot)
        self.setFixedHeight(columns.ROW)
        self.show_state()

    def _dragged(self) -> Reading | None:
        """Return what a drag of this row carries to a plot."""
        if self.plot.isHidden():
            return None
        member = self._state.member
        return Reading(self._console.name, self._name, unit_of(member.returns), member.shown_unit)

    def show_state(self) -> None:
        """Show what is known now."""
        state = self._state
        self.cells.show_value()
        number = self._state.member.returns.is_number or (state.known and is_number(state.value))
        failed = state.error is not None
        curve = [value for _, value in list(state.recent)[-SPARK_POINTS:]]
        self.spark.set_values(curve)
        self.spark.setVisible(number and not failed and len(curve) > 1)
        self.error.setVisible(True)
        self.error.setText(state.error.sentence if state.error is not None else "")
        self.details.setVisible(state.error is not None and bool(state.error.detail))
        self.plot.setVisible(number)
        self.read.setEnabled(not state.reading and self._allowed)
        self.show_age()

    def show_age(self) -> None:
        """Say how old the value is, where it is not fresh."""
        self.cells.show_age()
        age = self.cells.age()
        self.spark.set_quiet(self.cells.value.stale)
        if self._state.waiting in SAID and age is not None:
            self.age.set_state("stale", self._state.waiting, age_text(age))
        elif age is not None:
            self.age.set_state("stale", f"{age_text(age)} old")
        elif not self._state.known and self._watched:
            self.age.set_state("stale", self._state.waiting if self._state.waiting in SAID else "no value yet")
        self.age.setVisible(age is not None or (not self._state.known and self._watched and self._state.error is None))

    def set_usable(self, usable: bool) -> None:
        """Show the value as old at once when the instrument is lost."""
        self.cells.set_lost(not usable)
        self.show_age()

    def set_allowed(self, allowed: bool) -> None:
        """Let it be read on demand, or not (somebody else keeps the instrument)."""
        self._allowed = allowed
        self.read.setEnabled(allowed and not self._state.reading)

    def _on_details_clicked(self) -> None:
        if self._state.error is not None:
            show_details(self, self._state.error.sentence, self._state.error.detail)
