"""What a nameserver does about entries that cannot be reached: keep them, or take them out after some minutes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from pyrolab_gui.ui.theme.tokens import XS
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.field import Field

_KEEP, _REMOVE = "keep", "remove"
_USUAL = "60"


class PolicyEditor(QWidget):
    """A choice, and a number of minutes where one is needed.

    Signals
    -------
    changed
        Minutes, or None for *keep*.
    """

    changed = Signal(object)

    def __init__(self, address: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = Combo([("keep lost entries", _KEEP), ("remove them after", _REMOVE)], width=166)
        self.choice.setAccessibleName(f"Lost entries of {address}")
        self.choice.activated.connect(self._on_chosen)
        self.minutes = Field(_USUAL, unit="min", number=True, width=80)
        self.minutes.setAccessibleName(f"Minutes after which {address} loses entries")
        self.minutes.editingFinished.connect(self._tell)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(XS)
        row.addWidget(self.choice)
        row.addWidget(self.minutes)
        self.show_minutes(None)

    def show_minutes(self, minutes: float | None) -> None:
        """Show what is so; what is being typed stays."""
        self.choice.setCurrentIndex(0 if minutes is None else 1)
        self.minutes.setEnabled(minutes is not None)
        if minutes is not None and not self.minutes.hasFocus():
            self.minutes.setText(f"{minutes:g}")

    def _on_chosen(self) -> None:
        wanted = self.choice.currentData() == _REMOVE
        self.minutes.setEnabled(wanted)
        if wanted:
            self.minutes.setFocus()
        self._tell()

    def _tell(self) -> None:
        if self.choice.currentData() == _KEEP:
            self.changed.emit(None)
            return
        try:
            minutes = float(self.minutes.text().replace(",", "."))
        except ValueError:
            minutes = 0.0
        valid = 0 < minutes < 1e6
        self.minutes.set_invalid(not valid)
        self.minutes.setToolTip("" if valid else "A number of minutes, more than 0.")
        if valid:
            self.changed.emit(minutes)
