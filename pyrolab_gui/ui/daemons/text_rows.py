"""A head, and rows of a word and a sentence below it; hidden while there is nothing to say.

A row may have a button that leads to what it is about. Limits: for tens of rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme.tokens import M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from collections.abc import Sequence


class Row(NamedTuple):
    """A word (a time), a sentence, how bad it is (``error`` or nothing), and what its button leads to, if anything."""

    word: str
    text: str
    level: str = ""
    target: Any = None


class TextRows(QWidget):
    """Rows of text.

    Parameters
    ----------
    title
        The head.
    right
        Widgets at the right end of the head.
    button_text, tip
        The button of rows that lead somewhere.
    """

    opened = Signal(object)
    """The target of the row whose button was pressed."""

    def __init__(self, title: str, *right: QWidget, button_text: str = "", tip: str = "") -> None:
        super().__init__()
        self._button_text, self._tip = button_text, tip
        self._rows: list[tuple[TextLabel, TextLabel, QPushButton]] = []
        self._shown: tuple[Row, ...] = ()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(M)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnMinimumWidth(0, 64)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, S)
        column.setSpacing(2)
        column.addWidget(SectionHead(title, *right))
        column.addLayout(self._grid)
        self.hide()

    def texts(self) -> list[str]:
        """Return the sentences that are shown."""
        return [row.text for row in self._shown]

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show rows; unchanged ones are left alone."""
        rows = tuple(rows)
        if rows == self._shown:
            return
        self._shown = rows
        self.setVisible(bool(rows))
        while len(self._rows) < len(rows):
            self._add_row(len(self._rows))
        for number, (word, text, leads) in enumerate(self._rows):
            row = rows[number] if number < len(rows) else None
            for widget in (word, text):
                widget.setVisible(row is not None)
            leads.setVisible(row is not None and row.target is not None)
            if row is not None:
                word.setText(row.word)
                text.setText(row.text)
                text.set_role("error" if row.level in ("error", "critical") else "text")

    def _add_row(self, number: int) -> None:
        word, text = TextLabel("", 12, 400, "secondary"), TextLabel("", 12, wrap=True, selectable=True)
        leads = button(self._button_text or "Show", kind="ghost", tip=self._tip)
        leads.clicked.connect(lambda: self.opened.emit(self._shown[number].target))
        self._grid.addWidget(word, number, 0)
        self._grid.addWidget(text, number, 1)
        self._grid.addWidget(leads, number, 2)
        self._rows.append((word, text, leads))
