"""Numbers and bytes read in the background, out of a file or a long text, for an editor that waits for them.

Limits: what is read is told once, on the thread of the window; it cannot be called off, only not be heard.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal
from PySide6.QtWidgets import QFileDialog

from pyrolab_gui.viewmodels.value_files import read_value, table_of
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

LONG_TEXT = 50_000
"""Characters of a text from which on it is read in the background."""


class _Told(QObject):
    done = Signal(object, str)


class _Reading(QRunnable):
    def __init__(self, read: Callable[[], Any]) -> None:
        super().__init__()
        self._read = read
        self.told = _Told()

    def run(self) -> None:
        try:
            value, failure = self._read(), ""
        except LabError as error:
            value, failure = None, error.sentence
        self.told.done.emit(value, failure)


def read_file(path: str, kind: str, heard: Callable[[Any, str], None]) -> None:
    """Read a file; `heard`, a method of a QObject, gets the value, or None and a sentence."""
    _start(lambda: read_value(Path(path), kind), heard)


def read_text(text: str, heard: Callable[[Any, str], None]) -> None:
    """Read a long text of numbers; `heard` as in `read_file`."""

    def read() -> Any:
        try:
            return table_of(text)
        except ValueError as error:
            raise LabError(f"This is no table of numbers: {error}") from error

    _start(read, heard)


def _start(read: Callable[[], Any], heard: Callable[[Any, str], None]) -> None:
    reading = _Reading(read)
    reading.told.done.connect(heard)
    QThreadPool.globalInstance().start(reading)


def choose_file(parent: QWidget, kind: str, chosen: Callable[[str], None]) -> None:
    """Ask which file a value is to be loaded from."""
    dialog = QFileDialog(parent, "Load a value")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    if kind != "bytes":
        dialog.setNameFilters(["Numbers (*.npy *.csv *.txt *.dat)", "All files (*)"])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    dialog.open()
