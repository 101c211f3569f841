"""Text: a line, or as many lines as it takes, unfolded by a button or by a text that has them.

In several lines Enter begins a new one, and Ctrl+Enter sends. Limits: plain text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from pyrolab_gui.ui.editors.text_editor import TextEditor
from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.viewmodels.typed_text import parse

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.wire.description import TypeDescription

HEIGHT = 84


class LinesEditor(TextEditor):
    """Edits a text."""

    def __init__(self, type_: TypeDescription, parent: QWidget | None = None) -> None:
        super().__init__(type_, parent)
        self.lines = QPlainTextEdit()
        self.lines.setFont(font(13))
        self.lines.setFixedHeight(HEIGHT)
        self.lines.setTabChangesFocus(True)
        self.lines.setPlaceholderText("Ctrl+Enter sends")
        self.lines.textChanged.connect(self._on_lines_changed)
        self.lines.installEventFilter(self)
        self.lines.hide()
        self.unfold = button("", "arrows-out-line-vertical", "ghost", "Several lines")
        self.unfold.setCheckable(True)
        self.unfold.clicked.connect(self._on_unfold_clicked)
        top = Qt.AlignmentFlag.AlignTop
        self._row.insertWidget(1, self.lines, 1)
        self._row.addWidget(self.unfold, 0, top)
        self._silent = False

    def text(self) -> str:
        """Return exactly what stands in it."""
        return self.lines.toPlainText() if self._folded_out() else super().text()

    def value(self) -> Any:
        """Return what the text means."""
        return parse(self.type, self.text())

    def set_value(self, value: Any) -> None:
        """Show a text, in as many lines as it has."""
        text = "" if value is None else str(value)
        if "\n" in text and not self._folded_out():
            self._fold(False)
        if self._folded_out():
            self._touched = value is not None
            if text != self.lines.toPlainText():
                self._silent = True
                self.lines.setPlainText(text)
                self._silent = False
        else:
            super().set_value(value)

    def clear(self) -> None:
        """Empty it."""
        self._silent = True
        self.lines.clear()
        self._silent = False
        super().clear()

    def is_empty(self) -> bool:
        """Whether nothing was typed; an empty text that was given is a value."""
        return not self._touched and not self.text()

    def set_name(self, name: str) -> None:
        """Name both."""
        super().set_name(name)
        self.lines.setAccessibleName(name)

    def set_invalid(self, invalid: bool) -> None:
        """Mark it."""
        super().set_invalid(invalid)
        self.lines.setProperty("invalid", invalid)

    def _folded_out(self) -> bool:
        return self.unfold.isChecked()

    def _on_unfold_clicked(self, _checked: bool) -> None:
        text = self.lines.toPlainText() if self.field.isHidden() else self.field.text()
        self._fold(not self._folded_out())
        touched = self._touched
        self.set_value(text if self._folded_out() else " ".join(text.split("\n")))
        self._touched = touched
        (self.lines if self._folded_out() else self.field).setFocus()
        if "\n" in text:
            self.changed.emit()

    def _fold(self, folded: bool) -> None:
        self.unfold.setChecked(not folded)
        self.lines.setVisible(not folded)
        self.field.setVisible(folded)
        self.setFocusProxy(self.field if folded else self.lines)

    def _on_lines_changed(self) -> None:
        if not self._silent:
            self._touched = True
            self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Enter begin a line; Ctrl+Enter and Esc are as everywhere."""
        if watched is self.lines and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                return False
        return super().eventFilter(watched, event)
