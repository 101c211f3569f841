"""Lists, arrays and bytes: typed as a line, in a table, pasted from a spreadsheet, or loaded from a file.

What is too long for a line is held beside it and told in a few words; typing takes its place. Limits: reads a file in
the background; knows .npy, .csv and text for numbers, any file for bytes.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

from pyrolab_gui.ui.editors.reading import LONG_TEXT, choose_file, read_file, read_text
from pyrolab_gui.ui.editors.text_editor import TextEditor
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.viewmodels.cells import has_cells
from pyrolab_gui.viewmodels.value_check import check
from pyrolab_gui.viewmodels.value_files import table_of
from pyrolab_gui.viewmodels.value_text import is_short, summary

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.wire.description import TypeDescription

LONGEST = 400
"""Characters of a value that still stands in the line."""


class FileEditor(TextEditor):
    """Edits a list, an array or bytes."""

    def __init__(self, type_: TypeDescription, parent: QWidget | None = None) -> None:
        super().__init__(type_, parent)
        self._held: Any = None
        self._holds = False
        self._failure = self._source = ""
        self.table_button = button("", "grid-four", "ghost", "Edit as a table")
        self.table_button.clicked.connect(self.open_table)
        self.table_button.setVisible(has_cells(type_))
        self.load_button = button("", "folder-open", "ghost", "Load from a file")
        self.load_button.clicked.connect(lambda: choose_file(self, type_.kind, self.load))
        self._row.addWidget(self.table_button)
        self._row.addWidget(self.load_button)
        self._plain = self.field.placeholderText()

    def value(self) -> Any:
        """Return what is held, or what the text means."""
        if self._failure:
            raise ValueError(self._failure)
        return self._held if self._holds else super().value()

    def hold(self, value: Any, source: str = "") -> None:
        """Take a value that a person gave otherwise than by typing it."""
        self._failure = check(self.type, value)
        self._show(value, source)
        self.changed.emit()

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self._failure = ""
        self._show(value)

    def _show(self, value: Any, source: str = "") -> None:
        if value is self._held and self._holds and not source:
            return
        self._let_go()
        if is_short(value, LONGEST):
            super().set_value(_plain(value))
            return
        self._held, self._holds = value, True
        words = f"{len(value)} bytes" if isinstance(value, bytes) else summary(value)
        self.field.setText("")
        self.field.setPlaceholderText(f"{words}, {source}" if source else words)

    def clear(self) -> None:
        """Empty the field, and let go of what was held."""
        self._failure = ""
        self._let_go()
        super().clear()

    def is_empty(self) -> bool:
        """Whether nothing was typed or loaded."""
        return not self._holds and not self._failure and super().is_empty()

    def set_name(self, name: str) -> None:
        """Name the field and what stands beside it."""
        super().set_name(name)
        self.table_button.setAccessibleName(f"{name}: edit as a table")
        self.load_button.setAccessibleName(f"{name}: load from a file")

    def _let_go(self) -> None:
        self._held, self._holds = None, False
        self.field.setPlaceholderText(self._plain)

    def _on_field_edited(self, text: str) -> None:
        super()._on_field_edited(text)
        self._failure = ""
        if text:
            self._let_go()

    # -- tables, spreadsheets and files ------------------------------------------------------------------------------

    def open_table(self) -> None:
        """Show the values in rows and columns."""
        from pyrolab_gui.ui.editors.cells_dialog import CellsDialog

        value: Any = None
        if self._holds:
            value = self._held
        elif not self.is_empty():
            try:
                value = super().value()
            except ValueError:
                value = None  # what is typed stays in the line until values are used in its place
        name = self.accessibleName().removeprefix("Set ") or "this list"
        dialog = CellsDialog(self.type, name, value, self)
        dialog.chosen.connect(lambda values: self.hold(values, "from the table"))
        dialog.open()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a table from the clipboard as one, instead of as a line."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            pastes = event.matches(QKeySequence.StandardKey.Paste)
            if pastes and self.paste(QGuiApplication.clipboard().text()):
                return True
        return super().eventFilter(watched, event)

    def paste(self, text: str) -> bool:
        """Take rows and columns of numbers; False for anything else, which is text to type."""
        if self.type.kind == "bytes" or not any(mark in text.strip() for mark in "\t\n"):
            return False
        if len(text) > LONG_TEXT:
            self._wait("reading what was copied")
            read_text(text, self._on_pasted)
            return True
        try:
            table = table_of(text)
        except ValueError:
            return False
        self.hold(table, "pasted")
        return True

    def load(self, path: str) -> None:
        """Read a file in the background; `changed` follows."""
        self._wait("reading the file")
        self._source = f"from {PurePath(path).name}"
        read_file(path, self.type.kind, self._on_read)

    def _wait(self, what: str) -> None:
        self._let_go()
        self.field.setText("")
        self.field.setPlaceholderText(f"{what}…")
        self._failure = f"Wait: {what}."
        self.changed.emit()

    def _on_read(self, value: Any, failure: str) -> None:
        self._take(value, failure, self._source)

    def _on_pasted(self, value: Any, failure: str) -> None:
        self._take(value, failure, "pasted")

    def _take(self, value: Any, failure: str, source: str) -> None:
        if failure:
            self._let_go()
            self._failure = failure
            self.changed.emit()
        else:
            self.hold(value, source)


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value
