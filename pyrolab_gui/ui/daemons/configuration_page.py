"""The form of one entry of the lab file: its name, whether it starts with the lab, and its model's fields.

Every keystroke goes to the view model; what comes back are errors, marks and values that changed elsewhere. Limits: one
entry at a time, rebuilt for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pyrolab_gui.model.lab import ENTRY_TYPES, KINDS
from pyrolab_gui.ui.daemons.rows import Line, StateRows
from pyrolab_gui.ui.forms.model_form import ModelForm, model_form
from pyrolab_gui.ui.theme.tokens import XL, L, S
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.form import Form, FormRow
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.switch import Switch
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.daemons_tree import service_key

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.daemons_vm import DaemonsViewModel
    from pyrolab_gui.viewmodels.lab_draft import Entry

_NAME_WIDTH = 220
_BROKEN = "Mend it there, or take it back; until then the forms cannot be edited."


class ConfigurationPage(Panel):
    """The form of an entry."""

    addServiceRequested = Signal(str)
    """The name of the daemon that is to host it."""
    serviceOpened = Signal(str)
    textRequested = Signal()

    def __init__(self, vm: DaemonsViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._vm = vm
        self._lab = vm.lab
        self._entry: Entry | None = None
        self.form: ModelForm | None = None
        self.name = Field(width=_NAME_WIDTH)
        self.name.setObjectName("entry-name")
        self.name.editingFinished.connect(self._on_name_entered)
        self.autolaunch = Switch(words=("no", "yes"))
        self.autolaunch.setObjectName("entry-autolaunch")
        self.autolaunch.clicked.connect(self._on_autolaunch_clicked)
        show = button("Show the text", "code")
        show.clicked.connect(self.textRequested)
        self.banner = Banner("failed", "The text of the lab file has a mistake.", _BROKEN, (show,))
        self._head = head = Form(120)
        self.name_row: FormRow = head.add_row("Name", self.name, help="References from other entries follow.")
        self._autolaunch_row = head.add_row(
            "Start with the lab", self.autolaunch, help="Starts together with the others when the lab is brought up."
        )
        self._ports_of: object = None
        self._ports_row = TextLabel("", 12, 400, "secondary", wrap=True)
        self._ports_row.setObjectName("ports-now")
        self._ports_row.hide()
        self._place = QVBoxLayout()
        self._add = add = button("Add instrument", "plus", "act")
        add.setObjectName("add-instrument")
        add.clicked.connect(self._on_add_clicked)
        self._services_head = SectionHead("Services", add)
        self.services = StateRows()
        self.services.opened.connect(self.serviceOpened)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, L, XL, L)
        column.setSpacing(L)
        column.addWidget(self.banner)
        column.addWidget(head)
        column.addWidget(self._ports_row)
        column.addLayout(self._place)
        below = QVBoxLayout()
        below.setSpacing(S)
        below.addWidget(self._services_head)
        below.addWidget(self.services)
        column.addLayout(below)
        column.addStretch(1)

    @property
    def entry(self) -> Entry | None:
        """The entry that is shown."""
        return self._entry

    def show_entry(self, entry: Entry) -> None:
        """Show an entry; the same one again only brings its news."""
        if entry != self._entry:
            self._entry = entry
            self.name.setText(entry.name)
            self.name_row.set_error("")
            self._build(entry)
        self.refresh()

    def renamed(self, entry: Entry) -> None:
        """Follow the shown entry to its new name, keeping the form as it is."""
        self._entry = entry
        if not self.name.hasFocus():
            self.name.setText(entry.name)

    def refresh(self) -> None:
        """Take over values, errors and marks from the view model."""
        entry, form = self._entry, self.form
        if entry is None or form is None or not self._lab.has(entry):
            return
        form.set_choices(self._choices())
        form.set_values(self._lab.values(entry))
        problems = self._lab.field_problems(entry)
        form.set_warnings({name: item.sentence for name, item in problems.items() if item.severity == "warning"})
        form.set_errors({name: item.sentence for name, item in problems.items() if item.severity == "error"})
        form.set_saved(self._lab.saved_values(entry))
        self._show_ports(entry)
        broken = bool(self._lab.text_problems)
        self.banner.setVisible(broken)
        for widget in (self._head, form):
            widget.setEnabled(not broken and not self._lab.read_only)
        self._add.setEnabled(not self._lab.read_only)
        self._autolaunch_row.set_shown(entry.kind != "services")
        self.autolaunch.setChecked(self._lab.starts_with_lab(entry))
        hosts = entry.kind == "daemons"
        self._services_head.setVisible(hosts)
        self.services.setVisible(hosts)
        if hosts:
            rows = self._vm.services(entry.key)
            self._services_head.set_count(len(rows))
            self.services.show_lines(
                tuple(Line(service_key(row.name), row.name, row.driver, row.state, row.error) for row in rows)
            )

    def _show_ports(self, entry: Entry) -> None:
        """Say below the parameters where a port is now that is kept by serial number."""
        parameters = self._lab.values(entry).get("parameters") if entry.kind == "services" else None
        key = (entry, repr(parameters))
        if key == self._ports_of:
            return
        self._ports_of = key
        self._ports_row.setVisible(False)
        if isinstance(parameters, Mapping):
            self._vm.ask_ports(parameters, lambda words: self._on_ports(key, words))

    def _on_ports(self, key: object, words: str) -> None:
        if key == self._ports_of:
            self._ports_row.setText(f"Plugged in: {words}" if words else "")
            self._ports_row.setVisible(bool(words))

    def focus_field(self, name: str) -> None:
        """Go to a field; to the name if it is none."""
        if self.form is not None and name in self.form.editors:
            self.form.focus_field(name)
        else:
            self.name.setFocus()
            self.name.selectAll()

    def _build(self, entry: Entry) -> None:
        if self.form is not None:
            self._place.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
        self.form = model_form(ENTRY_TYPES[entry.kind], self._lab.values(entry), self._choices())
        self.form.edited.connect(self._on_edited)
        self._place.addWidget(self.form)

    def _choices(self) -> dict[str, list[str]]:
        return {kind: list(self._lab.entries(kind)) for kind in KINDS}

    def _on_edited(self, field: str, value: object) -> None:
        if self._entry is not None:
            self._lab.set_value(self._entry, field, value)

    def _on_name_entered(self) -> None:
        entry, name = self._entry, self.name.text().strip()
        if entry is None or name == entry.name:
            self.name_row.set_error("")
            return
        try:
            self._lab.rename(entry, name)
        except ValueError as error:
            self.name_row.set_error(str(error))
        else:
            self.name_row.set_error("")

    def _on_autolaunch_clicked(self, on: bool) -> None:
        if self._entry is not None:
            self._lab.set_starts_with_lab(self._entry, on)

    def _on_add_clicked(self) -> None:
        if self._entry is not None:
            self.addServiceRequested.emit(self._entry.name)
