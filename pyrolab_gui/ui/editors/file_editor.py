"""Lists, arrays and bytes: typed as a line, pasted from a spreadsheet, or loaded from a file.

What is too long for a line is held beside it and told in a few words; typing takes its place. Limits: reads a file in
the background; knows .npy, .csv and text for numbers, any file for bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QRunnable, Qt, QThreadPool, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog

from pyrolab_gui.ui.editors.text_editor import TextEditor
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.viewmodels.value_check import check
from pyrolab_gui.viewmodels.value_files import read_value, table_of
from pyrolab_gui.viewmodels.value_text import summary
from pyrolab_gui.wire.errors import LabError

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
        self._failure = ""
        self.load_button = button("", "folder-open", "ghost", "Load from a file")
        self.load_button.clicked.connect(self._on_load_clicked)
        self._row.addWidget(self.load_button)
        self._plain = self.field.placeholderText()

    def value(self) -> Any:
        """Return what is held, or what the text means."""
        if self._failure:
            raise ValueError(self._failure)
        if not self._holds:
            return super().value()
        problem = "" if self.type.kind == "bytes" or self.type.kind == "array" else check(self.type, _plain(self._held))
        if problem:
            raise ValueError(problem)
        return self._held if self.type.kind in ("array", "bytes") else _plain(self._held)

    def hold(self, value: Any, source: str = "") -> None:
        """Take a value that is too long to be typed."""
        self._failure = ""
        if self.type.kind != "bytes" and len(repr(_plain(value))) <= LONGEST:
            self.set_value(_plain(value))
        else:
            self._held, self._holds = value, True
            words = f"{len(value)} bytes" if isinstance(value, bytes) else summary(value)
            self.field.setText("")
            self.field.setPlaceholderText(f"{words}, {source}" if source else words)
        self.changed.emit()

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self._let_go()
        super().set_value(value)

    def clear(self) -> None:
        """Empty the field, and let go of what was held."""
        self._let_go()
        super().clear()

    def is_empty(self) -> bool:
        """Whether nothing was typed or loaded."""
        return not self._holds and not self._failure and super().is_empty()

    def _let_go(self) -> None:
        self._held, self._holds, self._failure = None, False, ""
        self.field.setPlaceholderText(self._plain)

    def _on_field_edited(self, text: str) -> None:
        super()._on_field_edited(text)
        if text:
            self._let_go()

    # -- spreadsheet and files -------------------------------------------------------------------------------------

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
        try:
            table = table_of(text)
        except ValueError:
            return False
        self.hold(table, "pasted")
        return True

    def _on_load_clicked(self) -> None:
        dialog = QFileDialog(self, "Load a value")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        if self.type.kind != "bytes":
            dialog.setNameFilters(["Numbers (*.npy *.csv *.txt *.dat)", "All files (*)"])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.load)
        dialog.open()

    def load(self, path: str) -> None:
        """Read a file in the background; `changed` follows."""
        reading = _Reading(Path(path), self.type.kind)
        reading.told.done.connect(self._on_read)
        QThreadPool.globalInstance().start(reading)

    def _on_read(self, value: Any, failure: str, name: str) -> None:
        if failure:
            self._let_go()
            self._failure = failure
            self.changed.emit()
        else:
            self.hold(value, f"from {name}")


class _Told(QObject):
    done = Signal(object, str, str)


class _Reading(QRunnable):
    def __init__(self, path: Path, kind: str) -> None:
        super().__init__()
        self._path, self._kind = path, kind
        self.told = _Told()

    def run(self) -> None:
        try:
            value, failure = read_value(self._path, self._kind), ""
        except LabError as error:
            value, failure = None, error.sentence
        self.told.done.emit(value, failure, self._path.name)


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value
