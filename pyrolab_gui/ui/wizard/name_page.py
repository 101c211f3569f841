"""The second step: what the driver needs, what the instrument is called, where it is hosted; a test on request.

What a test said goes when anything that it was about is changed. Limits: limits, readings and notes are edited in the
instrument's form afterwards.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPlainTextEdit, QVBoxLayout, QWidget

from pyrolab_gui.ui.console.parameter_row import ParameterRow
from pyrolab_gui.ui.forms.field_editors import NamesEditor
from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import XL, XS, L, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.form import Form
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.state_label import StateLabel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.ui.wizard.resource_editor import ResourceEditor
from pyrolab_gui.viewmodels.add_instrument_vm import OWN
from pyrolab_gui.viewmodels.driver_choice import is_resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyrolab_gui.viewmodels.add_instrument_vm import AddInstrumentViewModel

_LABEL = 120
_SIDE = 320
_IDN_PARTS = 4
"""Maker, model, serial number, firmware: the answer to ``*IDN?``."""
_STATES = {"running": "starting", "done": "live", "failed": "failed"}


class NamePage(QWidget):
    """Parameters, name and test of an instrument."""

    changed = Signal()

    def __init__(self, vm: AddInstrumentViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vm = vm
        self._for: object = None
        self._named_by_hand = False
        self.rows: dict[str, ParameterRow] = {}
        self._origin = TextLabel("", 12, 400, "secondary")
        self._detect = button("Find", "magnifying-glass", "plain", "Have the driver look for its instruments")
        self._detect.setObjectName("wizard-detect")
        self._detect.clicked.connect(vm.detect)
        self._parameters = QVBoxLayout()
        self._parameters.setSpacing(0)
        self.name = Field()
        self.name.setObjectName("wizard-name")
        self.name.textEdited.connect(self._on_name_edited)
        self.daemon = Combo(width=220)
        self.daemon.setObjectName("wizard-daemon")
        self.daemon.activated.connect(self._on_daemon_chosen)
        self.nameservers = NamesEditor(vm.nameservers())
        self.nameservers.set_value(tuple(vm.nameservers()))
        self.nameservers.edited.connect(self._on_edited)
        self.expected = Field(placeholder="any")
        self.expected.setObjectName("wizard-expected")
        self.expected.textEdited.connect(self._on_connection_edited)
        self._expect = button("Expect this one", kind="ghost", tip="Another instrument on this port is then refused")
        self._expect.setObjectName("wizard-expect")
        self._expect.clicked.connect(self._on_expect_clicked)
        self._stop = button(
            "Stop the test", kind="ghost", tip="Ends the process that tests; the instrument stays as it is"
        )
        self._stop.setObjectName("wizard-stop-test")
        self._stop.clicked.connect(self._on_stop_clicked)
        form = Form(_LABEL)
        self.name_row = form.add_row("Name", self.name)
        self.daemon_row = form.add_row("Hosted by", self.daemon)
        self.daemon_row.set_note("a hang of its driver stops nothing else")
        self.register_row = form.add_row("Listed in", self.nameservers)
        form.add_row(
            "Expected identity",
            self.expected,
            help="A part of what the instrument says of itself. Another one on this port is refused before anything "
            "is set.",
        )
        self.yaml = TextLabel("", 12, mono=True, wrap=True, selectable=True)
        self.test_state = StateLabel()
        self.test_text = TextLabel("", 12, wrap=True, selectable=True)
        self.test_detail = QPlainTextEdit()
        self.test_detail.setReadOnly(True)
        self.test_detail.setFont(font(11, mono=True))
        self.test_detail.setAccessibleName("What stands behind it")
        self.test_detail.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.test_detail.setMinimumHeight(130)
        self._lay_out(form)
        vm.testChanged.connect(self._show_test)
        vm.plugsChanged.connect(self._show_choices)
        vm.detected.connect(self._on_detected)
        self._show_test()

    def begin(self) -> None:
        """Show the driver that was chosen; what was filled in for it before stays."""
        vm = self._vm
        key = (vm.driver, vm.plug)
        if key != self._for:
            self._for = key
            self._build()
            if not self._named_by_hand:
                self.name.setText(vm.wished_name())
        self._show_daemons()
        self._on_edited()
        wrong = next((row for row in self.rows.values() if row.editor.is_empty() and row.parameter.required), None)
        (wrong.editor if wrong is not None else self.name).setFocus()

    def parameters(self) -> dict[str, Any] | None:
        """Return what differs from the driver's defaults; None with what is wrong marked."""
        wrong = [row for row in self.rows.values() if not row.ask()]
        self._show_notes()
        if wrong:
            wrong[0].editor.setFocus()
            self.changed.emit()
            return None
        return {name: row.value() for name, row in self.rows.items() if row.parameter.required or not row.is_default()}

    def wrong_count(self) -> int:
        """Return how many fields are marked as wrong."""
        return self.wrong_parameters() + bool(self.name_row.error)

    def wrong_parameters(self) -> int:
        """Return how many of them are about the connection."""
        return sum(row.is_wrong() for row in self.rows.values())

    def test(self) -> None:
        """Test what is filled in, unless a test is under way."""
        if self._vm.tested.state == "running":
            return
        parameters = self.parameters()
        if parameters is not None:
            self._vm.test(parameters, self.expected.text().strip())

    def add(self) -> str:
        """Add it to the lab; return the key of its node, or an empty text with what is wrong marked."""
        parameters = self.parameters()
        if parameters is None:
            return ""
        try:
            return self._vm.add(self.name.text().strip(), self._values(parameters)).key
        except ValueError as error:
            self.name_row.set_error(str(error))
            self.name.setFocus()
            self.changed.emit()
            return ""

    # building

    def _lay_out(self, form: Form) -> None:
        left = Panel("base")
        column = QVBoxLayout(left)
        column.setContentsMargins(XL, M, L, M)
        column.setSpacing(S)
        column.addWidget(SectionHead("Connection", self._origin, self._detect))
        column.addLayout(self._parameters)
        column.addWidget(SectionHead("Name and place"))
        column.addWidget(form)
        column.addStretch(1)
        right = Panel("alternate")
        side = QVBoxLayout(right)
        side.setContentsMargins(L, M, L, M)
        side.setSpacing(XS)
        side.addWidget(SectionHead("Test", self._expect, self._stop))
        side.addWidget(self.test_state)
        side.addWidget(self.test_text)
        side.addWidget(self.test_detail)
        side.addSpacing(M)
        side.addWidget(SectionHead("Will be written"))
        side.addWidget(self.yaml)
        side.addStretch(1)
        area = scroll_area(right)
        area.setFixedWidth(_SIDE)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(scroll_area(left), 1)
        across.addWidget(Separator(vertical=True))
        across.addWidget(area)

    def _build(self) -> None:
        vm, needs = self._vm, self._vm.needs
        while (item := self._parameters.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = {}
        for parameter in needs.parameters if needs is not None else ():
            editor = ResourceEditor(parameter.type) if is_resource(parameter) else None
            row = ParameterRow(parameter, _LABEL, editor=editor)
            row.editor.setObjectName(f"wizard-parameter-{parameter.name}")
            row.editor.changed.connect(self._on_connection_edited)
            row.editor.submitted.connect(self.test)
            self.rows[parameter.name] = row
            self._parameters.addWidget(row)
        if not self.rows:
            self._parameters.addWidget(TextLabel("The driver needs nothing to be told.", 13, 400, "secondary"))
        self._show_choices()
        if needs is not None and vm.plugged_value:
            self.rows[needs.resource].editor.set_value(vm.plugged_value)
            self.rows[needs.resource].show_problem()
        self._origin.setText(f"from {needs.origin}" if needs is not None else "")
        self._detect.setVisible(needs is not None and needs.detects)
        self._order()

    def _order(self) -> None:
        """Let Tab go from the parameters to the name."""
        before: QWidget = self._detect
        for row in self.rows.values():
            now = row.editor.focusProxy() or row.editor
            QWidget.setTabOrder(before, now)
            before = now
        QWidget.setTabOrder(before, self.name)

    # showing

    def _show_choices(self) -> None:
        for name, row in self.rows.items():
            if isinstance(row.editor, ResourceEditor):
                row.editor.set_choices(self._vm.plugged_in.choices(name))
        self._show_notes()

    def _show_notes(self) -> None:
        """Say beside a port where it is now, and who has it."""
        for row in self.rows.values():
            if isinstance(row.editor, ResourceEditor) and not row.is_wrong():
                note = "" if row.editor.is_empty() else self._vm.plugged_in.note(str(row.editor.value()))
                row.message.set_role("slow" if "in use" in note else "secondary")
                if note:
                    row.message.setText(note)

    def _show_daemons(self) -> None:
        self.daemon.set_items([("a daemon of its own", OWN), *map(self._daemon_item, self._vm.daemons())])
        self.daemon.setCurrentIndex(max(0, self.daemon.findData(self._vm.daemon)))
        alone = self._vm.daemon == OWN or self._vm.is_idle(self._vm.daemon)
        self.daemon_row.set_note("a hang of its driver stops nothing else" if alone else "")

    def _daemon_item(self, name: str) -> tuple[str, str]:
        return f"{name} (hosts nothing yet)" if self._vm.is_idle(name) else name, name

    def _values(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        vm = self._vm
        values: dict[str, Any] = {
            "module": vm.driver.module if vm.driver is not None else "",
            "classname": vm.driver.classname if vm.driver is not None else "",
            "parameters": dict(parameters),
            "daemon": vm.daemon_name(self.name.text().strip()),
            "nameservers": tuple(self.nameservers.value()),
            "instancemode": "single",
        }
        expected = self.expected.text().strip()
        return {**values, **({"expect_id": expected} if expected else {})}

    def _filled(self) -> dict[str, Any]:
        """Return what is filled in so far and can be used."""
        found = {}
        for name, row in self.rows.items():
            if not row.problem() and (row.parameter.required or not row.is_default()):
                found[name] = row.value()
        return found

    def _show_test(self) -> None:
        tested = self._vm.tested
        state, text = tested.state, tested.sentence
        self.test_state.setVisible(bool(state))
        words = {"running": "Testing", "done": tested.sentence, "failed": "Not connected"}
        self.test_state.set_state(_STATES.get(state, "not-asked"), words.get(state, ""))
        if not state:
            text = "Not tested yet. A test opens the instrument for a moment, in a process of its own."
        elif state == "done":
            text = tested.detail
        self.test_text.setText(text)
        self.test_text.set_role("secondary" if not state else "text")
        shown = state == "failed" and bool(tested.detail)
        self.test_detail.setVisible(shown)
        self.test_detail.setPlainText(tested.detail if shown else "")
        self.test_detail.moveCursor(QTextCursor.MoveOperation.End)  # where a traceback says what it was
        self.test_detail.moveCursor(QTextCursor.MoveOperation.StartOfLine)
        if self._stop.hasFocus() and state != "running":
            self.name.setFocus()
        self._stop.setVisible(state == "running")
        self._expect.setVisible(state == "done" and bool(tested.identity) and not self.expected.text())
        self.changed.emit()

    # events

    def _on_edited(self) -> None:
        name = self.name.text().strip()
        self.yaml.setText(self._vm.written(name, self._values(self._filled())))
        self._show_notes()
        self.changed.emit()

    def _on_name_edited(self, text: str) -> None:
        self._named_by_hand = bool(text.strip())
        name = text.strip()
        self.name_row.set_error(self._vm.name_fault(name) if name else "")
        self._show_daemons()
        self._on_edited()

    def _on_daemon_chosen(self, _index: int) -> None:
        self._vm.choose_daemon(str(self.daemon.currentData() or OWN))
        self._show_daemons()
        self._on_edited()

    def _on_connection_edited(self, *_: object) -> None:
        self._vm.forget_test()
        self._on_edited()

    def _on_expect_clicked(self) -> None:
        """Take what the instrument said of itself, but for its firmware; the test holds for that too."""
        parts = self._vm.tested.identity.split(",")
        self.expected.setText(",".join(parts[:3] if len(parts) == _IDN_PARTS else parts).strip())
        self._expect.hide()
        self.expected.setFocus()
        self._on_edited()

    def _on_stop_clicked(self) -> None:
        self.name.setFocus()  # before the button goes, and hands the focus to another
        self._vm.forget_test()

    def _on_detected(self, found: list[Any]) -> None:
        if len(found) == 1:
            self._take(found[0])
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for each in found:
            words = ", ".join(f"{key} {value}" for key, value in each.items()) if isinstance(each, dict) else str(each)
            menu.addAction(words, partial(self._take, each))
        menu.popup(self._detect.mapToGlobal(self._detect.rect().bottomLeft()))

    def _take(self, found: Any) -> None:
        needs = self._vm.needs
        if needs is None:
            return
        first = needs.resource or next(iter(self.rows), "")
        for name, value in (found if isinstance(found, dict) else {first: found}).items():
            if name in self.rows:
                self.rows[name].editor.set_value(value)
                self.rows[name].show_problem()
        self._on_connection_edited()
