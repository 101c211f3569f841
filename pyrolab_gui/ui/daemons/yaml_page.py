"""The lines of the lab file that an entry has, or will have once the edits are saved; to read and to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.ui.daemons.text_page import TextPage

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class YamlPage(TextPage):
    """Text of an entry."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Text of the entry in the lab file", parent)

    def show_text(self, text: str, note: str) -> None:
        """Show lines; a place that was scrolled to stays."""
        self.note.setText(note)
        if self.view.toPlainText() != text:
            place = self.view.verticalScrollBar().value()
            self.view.setPlainText(text)
            self.view.verticalScrollBar().setValue(place)
