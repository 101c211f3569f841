"""What the lab file said before: the versions that are kept, each with the lines that restoring it would change.

Restoring is an edit like any other: it is reviewed, applied and taken back. Limits: reads the versions when it opens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.daemons.diff_view import DiffView
from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import XL, L, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.button_row import button_row
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.lab_apply import diff_lines

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.lab_vm import LabViewModel

_LIST_WIDTH = 220


class VersionsDialog(QDialog):
    """Versions of the open file."""

    def __init__(self, lab: LabViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._versions = lab.versions()
        name = lab.path.name if lab.path is not None else "the lab"
        title = f"Versions of {name}"
        self.setObjectName("versions-dialog")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(820, 520)
        self.list = QListWidget()
        self.list.setObjectName("versions-list")
        self.list.setAccessibleName(title)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFont(font(13))
        self.list.setFixedWidth(_LIST_WIDTH)
        self.list.addItems([version.words for version in self._versions])
        self.list.currentRowChanged.connect(self._on_row_changed)
        self.diff = DiffView("Lines that restoring changes")
        self.restore = button("Restore", "clock-counter-clockwise", "primary", "As an edit: it is not applied yet")
        self.restore.setObjectName("versions-restore")
        self.restore.clicked.connect(self._on_restore_clicked)
        close = button("Close")
        close.setObjectName("versions-close")
        close.clicked.connect(self.reject)
        close.setDefault(True)
        head = SectionHead("What restoring changes")
        right = QVBoxLayout()
        right.setSpacing(S)
        right.addWidget(head)
        right.addWidget(self.diff, 1)
        across = QHBoxLayout()
        across.setSpacing(L)
        across.addWidget(self.list)
        across.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, L)
        column.setSpacing(M)
        column.addWidget(TextLabel(title, 16, 600))
        words = "The last 20 are kept; each is what stood in the file before it was written."
        column.addWidget(
            TextLabel(words if self._versions else "Nothing was written over it yet.", 12, 400, "secondary")
        )
        column.addLayout(across, 1)
        column.addLayout(button_row(close, self.restore))
        self.list.setCurrentRow(0)
        self._on_row_changed(self.list.currentRow())
        self.list.setFocus()

    def _on_row_changed(self, row: int) -> None:
        there = 0 <= row < len(self._versions)
        lines = diff_lines(self._lab.text, self._versions[row].text) if there else ()
        self.diff.show_lines(lines, "It says what the file says now." if there else "")
        self.restore.setEnabled(bool(lines))

    def _on_restore_clicked(self) -> None:
        version = self._versions[self.list.currentRow()]
        self.accept()
        self._lab.restore(version)
