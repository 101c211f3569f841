"""Move an instrument to another PC: where it is plugged in there, what was found there, what follows, and the move.

Limits: modal to its page; closed while it moves, the move goes on, and what became of it is told as a notice.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.forms.field_editors import NamesEditor
from pyrolab_gui.ui.theme.tokens import XL, XS, L, M, S
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.details_dialog import show_details
from pyrolab_gui.ui.widgets.form import Form, FormRow
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.state_label import StateLabel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.ui.wizard.resource_editor import ResourceEditor
from pyrolab_gui.viewmodels.label_text import humanise
from pyrolab_gui.viewmodels.move_vm import OWN
from pyrolab_gui.wire.description import TypeDescription

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.move_vm import MoveViewModel
    from pyrolab_gui.wire.errors import LabError

_SIZE = (680, 620)
_LABEL = 112
_WORD = 104
_STATES = {True: "live", False: "failed", None: "not-asked"}
_NOBODY = "Nobody works with it now."


class MoveDialog(QDialog):
    """The dialog; the view model is its own."""

    def __init__(self, vm: MoveViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.vm = vm
        title = f"Move {vm.service} to {vm.to_name}"
        self.setObjectName("move-dialog")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.daemon = Combo(width=220)
        self.daemon.setObjectName("move-daemon")
        self.daemon.set_items([("a daemon of its own", OWN), *((name, name) for name in vm.daemons())])
        self.daemon.activated.connect(lambda _index: vm.set_daemon(str(self.daemon.currentData() or OWN)))
        self.nameservers = NamesEditor(vm.nameserver_names())
        self.nameservers.set_value(vm.nameservers)
        self.nameservers.edited.connect(lambda: vm.set_nameservers(tuple(self.nameservers.value())))
        self._form = Form(_LABEL)
        self._form.add_row("Hosted by", self.daemon)
        self.ports: dict[str, tuple[ResourceEditor, FormRow]] = {}
        for name, value in vm.kept.items():
            editor = ResourceEditor(TypeDescription("str"))
            editor.setObjectName(f"move-parameter-{name}")
            editor.set_value(value)
            editor.changed.connect(partial(self._on_port_edited, name))
            self.ports[name] = editor, self._form.add_row(humanise(name), editor)
        if vm.nameserver_names():
            self._form.add_row("Listed in", self.nameservers)
        self._found = QGridLayout()
        self.effects = TextLabel("", 13, wrap=True, selectable=True)
        self.effects.setObjectName("move-effects")
        self.hits = TextLabel("", 13, wrap=True, selectable=True)
        self.hits.setObjectName("move-hits")
        self._follows = SectionHead("What follows")
        self._trouble = QVBoxLayout()
        self.step = TextLabel("", 13, 500, wrap=True)
        self.cancel = button("Cancel", kind="ghost")
        self.cancel.setObjectName("move-cancel")
        self.cancel.clicked.connect(self.reject)
        self.again = button("Look again", "arrow-clockwise", "ghost", f"Look again what there is on {vm.to_name}")
        self.again.setObjectName("move-again")
        self.again.clicked.connect(vm.begin)
        self.move_now = button("Move", kind="danger")
        self.move_now.setObjectName("move-now")
        self.move_now.clicked.connect(self._on_move_clicked)
        self._lay_out(title)
        self.cancel.setDefault(True)
        self.cancel.setFocus()
        vm.changed.connect(self._show)
        vm.portsChanged.connect(self._show_ports)
        vm.finished.connect(self._on_finished)
        self.finished.connect(lambda _result: vm.leave())
        self._show()
        vm.begin()

    def _lay_out(self, title: str) -> None:
        body = Panel("base")
        column = QVBoxLayout(body)
        column.setContentsMargins(XL, L, XL, L)
        column.setSpacing(S)
        column.addLayout(self._trouble)
        column.addWidget(self._form)
        column.addSpacing(S)
        column.addWidget(SectionHead(f"Looked at on {self.vm.to_name}", self.again))
        self._found.setContentsMargins(0, 0, 0, 0)
        self._found.setHorizontalSpacing(M)
        self._found.setVerticalSpacing(XS)
        self._found.setColumnMinimumWidth(0, _WORD)
        self._found.setColumnStretch(1, 1)
        column.addLayout(self._found)
        column.addSpacing(S)
        column.addWidget(self._follows)
        column.addWidget(self.effects)
        column.addWidget(self.hits)
        column.addStretch(1)
        foot = Panel("window")
        buttons = QHBoxLayout(foot)
        buttons.setContentsMargins(XL, M, XL, M)
        buttons.setSpacing(S)
        buttons.addWidget(self.step, 1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.move_now)
        head = QHBoxLayout()
        head.setContentsMargins(XL, M, XL, M)
        head.setSpacing(M)
        head.addWidget(TextLabel(title, 16, 600))
        head.addWidget(TextLabel(f"from {self.vm.from_name}", 13, 400, "secondary"))
        head.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(Separator())
        whole.addWidget(scroll_area(body), 1)
        whole.addWidget(Separator())
        whole.addWidget(foot)
        self.resize(*_SIZE)

    # showing

    def _show(self) -> None:
        vm, prepared = self.vm, self.vm.prepared
        self._form.setEnabled(not vm.moving)
        self.again.setEnabled(not vm.moving)
        if not vm.may_move and self.move_now.hasFocus():
            self.cancel.setFocus()
        self.move_now.setEnabled(vm.may_move)
        self.cancel.setText("Close" if vm.moving else "Cancel")
        self.cancel.setToolTip("The move goes on, and you are told what became of it" if vm.moving else "")
        self.step.setText(vm.step)
        _clear(self._trouble)
        if vm.failure is not None:
            details = button("Details…", kind="ghost")
            details.setVisible(bool(vm.failure.detail))
            details.clicked.connect(partial(self._show_details, vm.failure))
            said = vm.failure.sentence.removeprefix(f"{vm.service} was not moved. ")
            self._trouble.addWidget(Banner("failed", f"{vm.service} was not moved", said, (details,)))
        _clear(self._found)
        if prepared is None:
            said = vm.problem.sentence if vm.problem is not None else f"Looking at {vm.to_name}…"
            role = "error" if vm.problem is not None else "secondary"
            self._found.addWidget(TextLabel(said, 13, 400, role, wrap=True, selectable=True), 0, 0, 1, 2)
        for number, finding in enumerate(prepared.findings if prepared is not None else ()):
            state = StateLabel(_STATES[finding.good], finding.what)
            self._found.addWidget(state, number, 0, Qt.AlignmentFlag.AlignTop)
            role = "error" if finding.good is False else "text"
            self._found.addWidget(TextLabel(finding.sentence, 13, 400, role, wrap=True, selectable=True), number, 1)
        self.effects.setText("\n".join(prepared.effects) if prepared is not None and not prepared.refusals else "")
        self._follows.setVisible(prepared is not None)
        asked = "Asking who works with it…" if vm.hits is None else vm.hits or _NOBODY
        self.hits.setText(asked if self.effects.text() else "Nothing: it cannot move as it is.")
        self.hits.setVisible(prepared is not None)

    def _show_ports(self) -> None:
        for name, (editor, row) in self.ports.items():
            editor.set_choices(self.vm.plugged_in.choices(name))
            row.set_note(self.vm.plugged_in.note(str(editor.value())) if not editor.is_empty() else "")

    # events

    def _on_port_edited(self, name: str) -> None:
        editor, row = self.ports[name]
        value = "" if editor.is_empty() else str(editor.value())
        row.set_note(self.vm.plugged_in.note(value) if value else "")
        self.vm.set_parameter(name, value)

    def _on_move_clicked(self) -> None:
        self.cancel.setFocus()
        self.vm.move()

    def _show_details(self, error: LabError) -> None:
        show_details(self, error.sentence, error.detail)

    def _on_finished(self, moved: bool) -> None:
        if moved:
            self.accept()


def _clear(layout: QVBoxLayout | QGridLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
