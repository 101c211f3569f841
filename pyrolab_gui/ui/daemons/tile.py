"""One number with its name, its unit and a small curve of the last hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme.tokens import XS
from pyrolab_gui.ui.widgets.sparkline import Sparkline
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 140


class Tile(QWidget):
    """A number that is looked at in passing.

    Parameters
    ----------
    title
        What it is the number of.
    curve
        Whether it has a curve.
    """

    def __init__(self, title: str, *, curve: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._value = TextLabel("–", 18, 500)
        self._unit = TextLabel("", 12, 400, "secondary")
        self.curve = Sparkline(118, 22)
        self.setFixedWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout()
        line.setSpacing(XS + 1)
        line.addWidget(self._value)
        line.addWidget(self._unit)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(TextLabel(title, 12, 400, "secondary"))
        column.addLayout(line)
        column.addWidget(self.curve)
        self.curve.setVisible(curve)
        self.show_value("–")

    @property
    def text(self) -> str:
        """Number and unit."""
        return f"{self._value.text()} {self._unit.text()}".strip()

    def show_value(self, value: str, unit: str = "", history: Sequence[float | None] = ()) -> None:
        """Show a number; a dash where it is not known."""
        self._value.setText(value)
        self._unit.setText(unit)
        self.curve.set_values(history)
        self.setAccessibleName(f"{self._title}: {self.text}")
