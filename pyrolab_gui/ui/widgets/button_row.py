"""The row of buttons at the foot of a dialog: at its right edge, in the order given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from pyrolab_gui.ui.theme.tokens import S

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def button_row(*buttons: QWidget) -> QHBoxLayout:
    """Return the row, to be added to the dialog's layout."""
    row = QHBoxLayout()
    row.setSpacing(S)
    row.addStretch(1)
    for one in buttons:
        row.addWidget(one)
    return row
