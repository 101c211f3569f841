"""Registers an object by hand, for servers that do not do it themselves. A name that is taken is never overwritten."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme.tokens import XL, M
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.button_row import button_row
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.form import Form
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel

_URI = re.compile(r"^PYRO:[^\s@]+@(\[[0-9A-Fa-f:.]+\]|[\w.-]+):([0-9]{1,5})$")
_TEXT = (
    "For an object of a server that does not register itself. Daemons of a lab file write their entries themselves. "
    "A name that is taken already stays as it is."
)


class RegisterDialog(QDialog):
    """Name, address and metadata of one object."""

    def __init__(self, vm: RegistryViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm = vm
        self._asked = ""
        self.setObjectName("register-dialog")
        self.setWindowTitle("Register an object")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.name = Field(placeholder="lab.instrument")
        self.uri = Field(placeholder="PYRO:object@host:port")
        self.metadata = Field(placeholder="class:Laser, loaned")
        self.nameserver = Combo()
        links = [link.nameserver for link in vm.links if link.nameserver is not None]
        self.nameserver.set_items([(found.label, found) for found in links])
        form = Form(96)
        self.name_row = form.add_row("Name", self.name)
        self.uri_row = form.add_row("Address", self.uri, help="As its server prints it: PYRO:object@host:port.")
        form.add_row("Metadata", self.metadata, help="Words separated by commas, or nothing.")
        form.add_row("Nameserver", self.nameserver)
        self.confirm = button("Register", "plus", "primary")
        self.confirm.setObjectName("register-confirm")
        self.confirm.setDefault(True)
        self.confirm.clicked.connect(self._on_confirm)
        cancel = button("Cancel")
        cancel.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, M)
        column.setSpacing(M)
        column.addWidget(TextLabel("Register an object", 16, 600))
        column.addWidget(TextLabel(_TEXT, 13, 400, "secondary", wrap=True))
        column.addWidget(form)
        column.addStretch(1)
        column.addLayout(button_row(cancel, self.confirm))
        self.resize(520, 340)
        vm.changes.registered.connect(self._on_registered)
        self.name.setFocus()

    def _on_confirm(self) -> None:
        name, uri = self.name.text().strip(), self.uri.text().strip()
        match = _URI.match(uri)
        self.name_row.set_error(
            "" if name and not re.search(r"[\s@]", name) else "A name without spaces and without @."
        )
        good = match is not None and 0 < int(match[2]) < 65536
        self.uri_row.set_error("" if good else "An address is written PYRO:object@host:port.")
        nameserver = self.nameserver.currentData()
        if self.name_row.error or self.uri_row.error or nameserver is None:
            return
        self._asked = name
        self.confirm.setEnabled(False)
        words = [word.strip() for word in self.metadata.text().split(",") if word.strip()]
        self._vm.changes.register(nameserver, name, uri, words)

    def _on_registered(self, name: str, error: str) -> None:
        if name != self._asked:
            return
        self.confirm.setEnabled(True)
        if error:
            self.name_row.set_error(error)
            self.name.setFocus()
        else:
            self.accept()
