"""What the lab file said before: the versions that are kept, each with the lines that restoring it would change.

Restoring is an edit like any other: it is reviewed, applied and taken back. Those of another PC's file come a moment
later. Limits: asks for the versions when it opens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QListWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from pyrolab_gui.ui.daemons.diff_view import DiffView
from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import XL, L, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.button_row import button_row
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.lab_apply import diff_lines

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.lab_versions import LabVersion
    from pyrolab_gui.viewmodels.lab_vm import LabViewModel

_LIST_WIDTH = 220


class VersionsDialog(QDialog):
    """Versions of the open file."""

    def __init__(self, lab: LabViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._versions: tuple[LabVersion, ...] = ()
        title = f"Versions of {lab.file_name or 'the lab'}"
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
        self.words = TextLabel("Asking for the versions…", 12, 400, "secondary")
        column.addWidget(self.words)
        column.addLayout(across, 1)
        column.addLayout(button_row(close, self.restore))
        self._on_row_changed(-1)
        self.list.setFocus()
        lab.ask_versions(self._show_versions, self._show_failure)

    def _show_versions(self, versions: tuple[LabVersion, ...]) -> None:
        if not isValid(self.list):
            return  # closed before the answer came
        self._versions = versions
        words = "The last 20 are kept; each is what stood in the file before it was written."
        self.words.setText(words if versions else "Nothing was written over it yet.")
        self.list.addItems([version.words for version in versions])
        self.list.setCurrentRow(0)

    def _show_failure(self, sentence: str) -> None:
        if isValid(self.list):
            self.words.setText(sentence)

    def _on_row_changed(self, row: int) -> None:
        there = 0 <= row < len(self._versions)
        lines = diff_lines(self._lab.text, self._versions[row].text) if there else ()
        self.diff.show_lines(lines, "It says what the file says now." if there else "")
        self.restore.setEnabled(bool(lines))

    def _on_restore_clicked(self) -> None:
        version = self._versions[self.list.currentRow()]
        self.accept()
        self._lab.restore(version)
