"""A file path: a line of text with a button that opens the file dialog.

The path is one of the instrument's PC, which need not be this one; so it can always be typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from pyrolab_gui.ui.editors.text_editor import TextEditor
from pyrolab_gui.ui.widgets.button import button

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.wire.description import TypeDescription


class PathEditor(TextEditor):
    """Edits a path."""

    def __init__(self, type_: TypeDescription, parent: QWidget | None = None) -> None:
        super().__init__(type_, parent)
        self.choose = button("Choose…", tip="Choose a file on this PC")
        self.choose.clicked.connect(self._on_choose_clicked)
        self._row.addWidget(self.choose)

    def _on_choose_clicked(self) -> None:
        dialog = QFileDialog(self, "Choose a file", self.text())
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_file_selected)
        dialog.open()

    def _on_file_selected(self, path: str) -> None:
        self.set_value(path)
        self.changed.emit()
