"""A page of lines to read and to copy, with a note above them: what the pages of the log and of the YAML share."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import XL, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.text_label import TextLabel


class TextPage(Panel):
    """Read-only text (`view`), a note (`note`) and *Copy*.

    Parameters
    ----------
    spoken
        Accessible name of the text.
    """

    def __init__(self, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self.view = QPlainTextEdit()
        self.view.setReadOnly(True)
        self.view.setFont(font(12, mono=True))
        self.view.setAccessibleName(spoken)
        self.note = TextLabel("", 12, 400, "secondary")
        copy = button("Copy", "copy", "ghost")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.view.toPlainText()))
        tools = QHBoxLayout()
        tools.setSpacing(S)
        tools.addWidget(self.note)
        tools.addStretch(1)
        tools.addWidget(copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, S, XL, M)
        column.setSpacing(S)
        column.addLayout(tools)
        column.addWidget(self.view, 1)
