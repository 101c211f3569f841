"""The last lines that a child wrote; follows while it is shown and scrolled to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import XL, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHideEvent, QShowEvent

_INTERVAL = 1000
_LINES = 500


class LogPage(Panel):
    """A log.

    Parameters
    ----------
    read
        Returns the last lines of a child: key, number of lines.
    """

    def __init__(self, read: Callable[[str, int], str], parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._read = read
        self._key = ""
        self._text = ""
        self.view = QPlainTextEdit()
        self.view.setReadOnly(True)
        self.view.setFont(font(12, mono=True))
        self.view.setAccessibleName("Log")
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._note = TextLabel("", 12, 400, "secondary")
        copy = button("Copy", "copy", "ghost")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text))
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
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL)
        self._timer.timeout.connect(self.refresh)

    def show_child(self, key: str) -> None:
        """Show the log of another child."""
        if key != self._key:
            self._key, self._text = key, ""
            self.view.clear()
            if self.isVisible():
                self.refresh()

    def refresh(self) -> None:
        """Read again; a reader who scrolled up stays where he is."""
        text = self._read(self._key, _LINES) if self._key else ""
        count = len(text.splitlines())
        following = self._at_end()
        self._note.setText(
            "Nothing was written yet." if not count else "The end of the log, as it is written." if following
            else "Scroll to the end to follow."
        )  # fmt: skip
        if text == self._text:
            return
        bar = self.view.verticalScrollBar()
        place = bar.value()
        if self._text and text.startswith(self._text):
            cursor = self.view.textCursor()
            cursor.movePosition(cursor.MoveOperation.End)
            cursor.insertText(text[len(self._text) :])
        else:
            self.view.setPlainText(text)
        self._text = text
        bar.setValue(bar.maximum() if following else place)

    def showEvent(self, event: QShowEvent) -> None:
        """Follow while shown."""
        super().showEvent(event)
        self.refresh()
        bar = self.view.verticalScrollBar()
        bar.setValue(bar.maximum())
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while hidden."""
        super().hideEvent(event)
        self._timer.stop()

    def _at_end(self) -> bool:
        bar = self.view.verticalScrollBar()
        return bar.value() >= bar.maximum() - 2
