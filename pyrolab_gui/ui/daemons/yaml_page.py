"""The lines of the lab file that an entry has, or will have once the edits are saved; to read and to copy."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import XL, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.text_label import TextLabel


class YamlPage(Panel):
    """Text of an entry."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self.view = QPlainTextEdit()
        self.view.setReadOnly(True)
        self.view.setFont(font(12, mono=True))
        self.view.setAccessibleName("Text of the entry in the lab file")
        self._note = TextLabel("", 12, 400, "secondary")
        copy = button("Copy", "copy", "ghost")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.view.toPlainText()))
        tools = QHBoxLayout()
        tools.setSpacing(S)
        tools.addWidget(self._note)
        tools.addStretch(1)
        tools.addWidget(copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, S, XL, M)
        column.setSpacing(S)
        column.addLayout(tools)
        column.addWidget(self.view, 1)

    def show_text(self, text: str, note: str) -> None:
        """Show lines; a place that was scrolled to stays."""
        self._note.setText(note)
        if self.view.toPlainText() != text:
            place = self.view.verticalScrollBar().value()
            self.view.setPlainText(text)
            self.view.verticalScrollBar().setValue(place)
