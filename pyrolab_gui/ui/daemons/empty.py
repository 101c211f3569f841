"""What stands in the Daemons tab while there is no lab to show.

No file is open: what one is for, and three ways to begin. Its text cannot be used: why, and how to go on.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme.tokens import S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.empty_state import EmptyState


class NoLab(QWidget):
    """No lab is open, or none that can be used."""

    editRequested = Signal()
    readRequested = Signal()
    openRequested = Signal()
    newRequested = Signal()
    demoRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = EmptyState("flask", "")
        edit = button("Open in the editor", "pencil-simple", tip="Open the file in the program for text files")
        edit.setObjectName("empty-edit")
        edit.clicked.connect(self.editRequested)
        read = button("Read again", "arrow-clockwise", "primary", "Read the file again, now that it is mended")
        read.setObjectName("empty-read")
        read.clicked.connect(self.readRequested)
        demo = button("Try the simulated bench", "flask", "primary")
        demo.setObjectName("empty-demo")
        demo.clicked.connect(self.demoRequested)
        open_ = button("Open a lab file…", "folder-open")
        open_.setObjectName("empty-open")
        open_.clicked.connect(self.openRequested)
        new = button("New lab…", "file-plus")
        new.setObjectName("empty-new")
        new.clicked.connect(self.newRequested)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addStretch(1)
        for widget in (edit, open_, new, demo, read):
            row.addWidget(widget)
        self._beginning, self._mending = (new, demo), (edit, read)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(2)
        column.addWidget(self._state, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(row)
        column.addStretch(3)
        self.show_reason()

    def show_reason(self, title: str = "", text: str = "") -> None:
        """Say why nothing of the open file is shown; without a title, that no file is open."""
        for widget in (*self._beginning, *self._mending):
            widget.setVisible((widget in self._mending) == bool(title))
        self._state.set_text(
            title or "No lab is open",
            text
            or "A lab file says which instruments this computer hosts, in which processes. "
            "Open one, PyroLab's own included, or begin a new one.",
        )
