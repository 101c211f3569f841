"""A new entry of the lab file: a name and what it cannot do without; the rest is edited in its form.

A name that cannot be used is said while it is typed; what else is wrong when *Add* was pressed, and while it is
corrected. Limits: looks at no driver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from pyrolab_gui.model.lab import ENTRY_TYPES, KINDS, Kind
from pyrolab_gui.ui.forms.field_editors import TextEditor
from pyrolab_gui.ui.forms.model_form import model_form
from pyrolab_gui.ui.theme.tokens import XL, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.button_row import button_row
from pyrolab_gui.ui.widgets.form import Form
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.lab_draft import Entry
    from pyrolab_gui.viewmodels.lab_vm import LabViewModel

_TITLES: dict[Kind, str] = {
    "nameservers": "Add a nameserver",
    "daemons": "Add a daemon",
    "services": "Add an instrument",
}
_WISHES: dict[Kind, str] = {"nameservers": "main", "daemons": "daemon", "services": "instrument"}
_TEXTS: dict[Kind, str] = {
    "nameservers": "A phonebook in which clients find instruments by name.",
    "daemons": "A process of its own with one port, which hosts instruments.",
    "services": "A driver, hosted by a daemon and registered under its name.",
}
_ONLY: dict[Kind, tuple[str, ...]] = {
    "nameservers": ("host", "ns_port", "storage"),
    "daemons": ("host", "port", "nameservers", "restart"),
    "services": ("module", "classname", "parameters", "daemon", "nameservers", "instancemode"),
}


class AddDialog(QDialog):
    """Asks for a new entry and adds it to the lab.

    Parameters
    ----------
    daemon
        The daemon that is to host a new service.
    """

    added = Signal(str)
    """The key of the new entry's node."""

    def __init__(self, lab: LabViewModel, kind: Kind, daemon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._kind = kind
        self._tried = False
        self.setObjectName("add-dialog")
        self.setWindowTitle(_TITLES[kind])
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(560)
        self.name = TextEditor()
        self.name.setObjectName("add-name")
        self.name.set_value(lab.free_name(kind, _WISHES[kind]))
        self.name.edited.connect(self._on_name_edited)
        head = Form(120)
        self.name_row = head.add_row("Name", self.name)
        choices: dict[str, list[str]] = {section: list(lab.entries(section)) for section in KINDS}
        self.form = model_form(ENTRY_TYPES[kind], self._defaults(choices, daemon), choices, only=_ONLY[kind])
        self.form.edited.connect(self._on_edited)
        self.add = button("Add", "plus", "primary")
        self.add.setObjectName("add-confirm")
        self.add.setDefault(True)
        self.add.clicked.connect(self._on_add_clicked)
        cancel = button("Cancel")
        cancel.setObjectName("add-cancel")
        cancel.clicked.connect(self.reject)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(S)
        inner.addWidget(head)
        inner.addWidget(self.form)
        inner.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, M)
        column.setSpacing(M)
        column.addWidget(TextLabel(_TITLES[kind], 16, 600))
        column.addWidget(TextLabel(_TEXTS[kind], 13, 400, "secondary", wrap=True))
        column.addWidget(scroll_area(content), 1)
        column.addLayout(button_row(cancel, self.add))
        self.resize(600, 470 if kind == "services" else 340)
        self.name.setFocus()

    def values(self) -> dict[str, Any]:
        """Return the values of the new entry."""
        return self.form.values()

    def _defaults(self, choices: dict[str, list[str]], daemon: str) -> dict[str, Any]:
        fields = ENTRY_TYPES[self._kind].model_fields
        values = {
            name: "" if fields[name].is_required() else fields[name].get_default(call_default_factory=True)
            for name in _ONLY[self._kind]
        }
        if "nameservers" in values:
            values["nameservers"] = tuple(choices["nameservers"])
        if self._kind == "services":
            values["daemon"] = daemon or next(iter(choices["daemons"]), "")
            values["instancemode"] = "single"
        return values

    def _errors(self) -> dict[str, str]:
        return self._lab.check_values(self._kind, self.values())

    def _on_edited(self, *_: object) -> None:
        if self._tried:
            self.form.set_errors(self._errors())

    def _on_name_edited(self) -> None:
        name = str(self.name.value()).strip()
        self.name_row.set_error(self._lab.name_fault(self._kind, name) if name else "")

    def _on_add_clicked(self) -> None:
        self._tried = True
        errors = self._errors()
        self.form.set_errors(errors)
        if errors:
            self.form.focus_field(next(iter(errors)))
            return
        try:
            entry: Entry = self._lab.add(self._kind, str(self.name.value()).strip(), self.values())
        except ValueError as error:
            self.name_row.set_error(str(error))
            self.name.setFocus()
            return
        self.added.emit(entry.key)
        self.accept()
