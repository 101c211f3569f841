"""Lines of a unified diff to read: what is taken away in red, what comes in green, each with its sign.

Limits: shows lines; who made them decides from what to what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from pyrolab_gui.ui.theme import font, tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_TINTS = {"+": "live_tint", "-": "error_tint"}
_COLORS = {"+": "live", "-": "error", "@": "secondary"}


class DiffView(QPlainTextEdit):
    """A diff."""

    def __init__(self, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFont(font(12, mono=True))
        self.setAccessibleName(spoken)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)

    def show_lines(self, lines: Sequence[str], nothing: str = "Nothing differs.") -> None:
        """Show the lines; `nothing` where there are none."""
        self.setPlainText("\n".join(lines) if lines else nothing)
        self._paint()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def _paint(self) -> None:
        tokens = tokens_of(self)
        marks = []
        block = self.document().firstBlock()
        while block.isValid():
            sign = block.text()[:1]
            if sign in _COLORS:
                mark = QTextEdit.ExtraSelection()
                form = QTextCharFormat()
                form.setForeground(tokens.color(_COLORS[sign]))
                form.setProperty(QTextFormat.Property.FullWidthSelection, True)
                if sign in _TINTS:
                    form.setBackground(tokens.color(_TINTS[sign]))
                mark.format = form
                mark.cursor = QTextCursor(block)
                marks.append(mark)
            block = block.next()
        self.setExtraSelections(marks)
