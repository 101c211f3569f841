"""Another PC of the lab, added by its address: for one that no nameserver here lists.

Limits: whether it answers is shown in the tree; nothing is waited for here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme.tokens import XL, M
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.button_row import button_row
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.wire.errors import ConfigInvalid

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.hosts_vm import HostsViewModel

_TEXT = (
    "Its supervisor must listen for other PCs, and both PCs need a certificate of the lab. "
    "PCs that the lab's nameservers list appear by themselves."
)


class HostDialog(QDialog):
    """Asks for an address, and adds the PC."""

    added = Signal(str)
    """The key of the PC."""

    def __init__(self, hosts: HostsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hosts = hosts
        self.setObjectName("host-dialog")
        self.setWindowTitle("Another PC")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.address = Field(placeholder="pc7 or pc7.lab:9092")
        self.address.setObjectName("host-address")
        self.address.setAccessibleName("Address of the PC")
        self.problem = TextLabel("", 12, 400, "error", wrap=True)
        self.problem.setMinimumHeight(18)  # the buttons stay where they are when something is said here
        cancel = button("Cancel", kind="ghost")
        cancel.clicked.connect(self.reject)
        self.ok = button("Add", kind="primary")
        self.ok.setObjectName("host-add")
        self.ok.setDefault(True)
        self.ok.setEnabled(False)
        self.ok.clicked.connect(self._add)
        self.address.textChanged.connect(self._on_edited)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, XL)
        column.setSpacing(M)
        column.addWidget(TextLabel("Another PC", 16, 600))
        column.addWidget(TextLabel(_TEXT, 13, 400, "secondary", wrap=True))
        column.addWidget(self.address)
        column.addWidget(self.problem)
        column.addLayout(button_row(cancel, self.ok))
        self.setFixedWidth(460)
        self.address.setFocus()

    def _on_edited(self, text: str) -> None:
        self.problem.setText("")
        self.ok.setEnabled(bool(text.strip()))

    def _add(self) -> None:
        try:
            key = self._hosts.add_by_hand(self.address.text())
        except ConfigInvalid as error:
            self.problem.setText(error.sentence)
            return
        self.accept()
        self.added.emit(key)
