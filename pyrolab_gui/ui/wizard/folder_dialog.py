"""A folder of drivers on another PC, by its path there: what is on that PC's disks cannot be browsed from here.

Limits: whether there is such a folder is found when drivers are looked for in it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme.tokens import XL, M
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.button_row import button_row
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.text_label import TextLabel


class FolderDialog(QDialog):
    """Asks for a path on the PC called `pc`."""

    chosen = Signal(str)

    def __init__(self, pc: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("folder-dialog")
        self.setWindowTitle(f"A folder of drivers on {pc}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.path = Field(placeholder="drivers, or /home/lab/drivers")
        self.path.setObjectName("folder-path")
        self.path.setAccessibleName("Folder")
        cancel = button("Cancel", kind="ghost")
        cancel.clicked.connect(self.reject)
        self.ok = button("Look there", kind="primary")
        self.ok.setObjectName("folder-ok")
        self.ok.setDefault(True)
        self.ok.setEnabled(False)
        self.ok.clicked.connect(self._on_ok_clicked)
        self.path.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))
        words = f"The path as {pc} writes it; one without a beginning starts at the folder of its lab file."
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, XL)
        column.setSpacing(M)
        column.addWidget(TextLabel(f"A folder of drivers on {pc}", 16, 600, wrap=True))
        column.addWidget(TextLabel(words, 13, 400, "secondary", wrap=True))
        column.addWidget(self.path)
        column.addLayout(button_row(cancel, self.ok))
        self.setFixedWidth(460)
        self.path.setFocus()

    def _on_ok_clicked(self) -> None:
        self.chosen.emit(self.path.text().strip())
        self.accept()
