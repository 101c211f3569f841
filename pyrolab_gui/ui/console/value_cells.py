"""Label, value and unit of a property: the left part that readings and settings share, always the true value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from pyrolab_gui.ui.console import columns
from pyrolab_gui.ui.console.elided_label import ElidedLabel
from pyrolab_gui.ui.console.value_label import ValueLabel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.label_text import humanise, plain_doc
from pyrolab_gui.viewmodels.member_state import is_number
from pyrolab_gui.viewmodels.steady_quantity import SteadyPrefix
from pyrolab_gui.viewmodels.value_text import NOTHING, Steady, value_text
from pyrolab_gui.wire.description import unit_of

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.member_state import MemberState

STALE_AFTER = 4.0
"""Seconds after which a value that is read every second is old."""
STALE_DURING_CALLS = 1.5
"""The same while a call keeps the instrument: what stands there may be from before it."""


class ValueCells(QWidget):
    """Shows the value of a property.

    Parameters
    ----------
    watched
        Whether it is read on its own, so that a value of some seconds is old.
    label_width
        The width of the column of labels.
    """

    def __init__(
        self, state: MemberState, *, watched: bool, label_width: int = columns.LABEL, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._watched = watched
        self._lost = False
        type_ = state.member.returns
        inner = type_.items[0] if type_.kind == "optional" and type_.items else type_
        self._steady, self._prefix = Steady(), SteadyPrefix()
        self._figures = inner.kind in ("int", "float")
        name = humanise(state.member.name, unit_of(type_))
        self.label = ElidedLabel(name, 13)
        self.label.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.label.setFixedWidth(label_width)
        self.label.set_tip(plain_doc(state.member.doc))
        self.value = ValueLabel(self._value_width(self._figures), words=not self._figures)
        self.value.setAccessibleName(name)
        self.unit = TextLabel(state.unit, 13, 400, "secondary")
        self.unit.setFixedWidth(columns.UNIT)
        self.unit.setContentsMargins(0, 3, 0, 0)
        if not self._figures:
            self.unit.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.label)
        row.addSpacing(12)
        row.addWidget(self.value)
        row.addSpacing(6)
        row.addWidget(self.unit)
        self.setFixedWidth(label_width + 12 + columns.VALUE + 6 + columns.UNIT)
        self.show_value()

    @staticmethod
    def _value_width(figures: bool) -> int:
        return columns.VALUE if figures else columns.VALUE + columns.UNIT

    def show_value(self) -> None:
        """Show what is known now."""
        state = self._state
        value = state.shown if state.known else None
        figures = self._figures or is_number(value)
        if figures != self.unit.isVisibleTo(self):
            self.unit.setVisible(figures)
            self.value.set_words(not figures)
            self.value.setFixedWidth(self._value_width(figures))
        unit = state.unit
        if not state.known:
            text = NOTHING
        elif value is not None and is_number(value) and not state.member.returns.choices:
            if self._takes_prefix and isinstance(value, float):
                unit = self._prefix.take(value, unit)
                value = self._prefix.shown(value)
            text = self._steady.text(value)
        else:
            text = self._words(value)
        self.value.setText(text)
        whole = self._whole() if state.known else "Not read yet"
        self.value.setToolTip("\n".join(line for line in (whole, state.alarm_text) if line))
        self.value.set_alarm(state.alarm)
        self.unit.setText(unit if text != "none" else "")
        self.show_age()

    @property
    def _takes_prefix(self) -> bool:
        """Whether a small or large value is shown with a prefix: not where it is typed, nor where the lab chose."""
        return not self._state.member.writable and self._state.conversion is None

    def _whole(self) -> str:
        """Return the value with all its digits, as the driver said it."""
        return f"{str(self._state.value)[:200]} {unit_of(self._state.member.returns)}".rstrip()

    def _words(self, value: object) -> str:
        """Return a value that is no number: one line of it, and a state that nobody switches as yes or no."""
        if isinstance(value, bool) and not self._state.member.writable:
            return "Yes" if value else "No"
        first, more, _ = value_text(value, self._state.member.returns).partition("\n")
        return f"{first} …" if more else first

    def age(self) -> float | None:
        """Return the age to show, or None for a value that is fresh or was never read."""
        age = self._state.age()
        fresh_for = STALE_DURING_CALLS if self._state.behind else STALE_AFTER
        if age is None or (self._watched and not self._lost and age < fresh_for) or age < 1.0:
            return None
        return age

    def set_lost(self, lost: bool) -> None:
        """Show every value as old at once, because its instrument cannot be reached, or as the age says."""
        self._lost = lost
        self.show_age()

    def show_age(self) -> None:
        """Grey a value that is old."""
        age = self.age()
        self.value.set_stale(not self._state.known or self._lost or (self._watched and age is not None))
