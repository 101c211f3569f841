"""Setting alarms up: alarms, whom to tell, the mail server, in the forms of their models; and *Send a test*.

Limits: edits a draft (`viewmodels.alarm_edits`), which one button saves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from pyrolab_gui.model.alarms import Alarm, Alarms, MailServer, Recipient
from pyrolab_gui.ui.forms.model_form import ModelForm, model_form
from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import L, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.form import Form
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.alarm_edits import ALARM, MAIL, RECIPIENT, RULE_FIELDS, RULES

if TYPE_CHECKING:
    from pydantic import BaseModel

    from pyrolab_gui.viewmodels.alarm_edits import AlarmEdits

_MODELS: dict[str, type[BaseModel]] = {ALARM: Alarm, RECIPIENT: Recipient, MAIL: MailServer, RULES: Alarms}
_LIST_WIDTH = 230
_PLACE = Qt.ItemDataRole.UserRole


class SetupPage(QWidget):
    """The list of what is set up, and the form of one entry."""

    def __init__(self, edits: AlarmEdits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edits = edits
        self._at: tuple[str, str] = ("", "")  # the first there is
        self._form: ModelForm | None = None
        self._name: Field | None = None
        self._name_error = ""
        self.list = QListWidget()
        self.list.setObjectName("alarm-entries")
        self.list.setAccessibleName("Alarms, recipients and the mail server")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFont(font(13))
        self.list.setFixedWidth(_LIST_WIDTH)
        self.list.currentItemChanged.connect(self._on_current_changed)
        self.add_alarm = button("Add alarm", "plus", "ghost")
        self.add_alarm.clicked.connect(self._on_add_alarm)
        self.add_recipient = button("Add recipient", "plus", "ghost")
        self.add_recipient.clicked.connect(self._on_add_recipient)
        left = QVBoxLayout()
        left.setSpacing(S)
        left.addWidget(self.list, 1)
        left.addWidget(self.add_alarm)
        left.addWidget(self.add_recipient)
        self._content = QWidget()
        self._body = QVBoxLayout(self._content)
        self._body.setContentsMargins(M, 0, M, 0)
        self._body.setSpacing(M)
        self.test = button("Send a test", "paper-plane-tilt", tip="With what the form says now, saved or not")
        self.test.setObjectName("alarm-test")
        self.test.clicked.connect(self._on_test)
        self.tested = TextLabel("", 12, 400, "secondary", wrap=True, selectable=True)
        self.remove = button("Delete", "trash", "ghost")
        self.remove.clicked.connect(self._on_remove)
        foot = QHBoxLayout()
        foot.setSpacing(S)
        foot.addWidget(self.test)
        foot.addWidget(self.tested, 1)
        foot.addWidget(self.remove)
        right = QVBoxLayout()
        right.setSpacing(S)
        right.addWidget(scroll_area(self._content), 1)
        right.addLayout(foot)
        across = QHBoxLayout()
        across.setSpacing(L)
        across.addLayout(left)
        across.addLayout(right, 1)
        self.problem = TextLabel("", 12, 400, "error", wrap=True, selectable=True)
        self.discard = button("Discard", kind="ghost", tip="Back to what the file says")
        self.discard.clicked.connect(self._on_discard)
        self.save = button("Save", "check", "primary")
        self.save.setObjectName("alarm-save")
        self.save.clicked.connect(self._on_save)
        end = QHBoxLayout()
        end.setSpacing(S)
        end.addWidget(self.problem, 1)
        end.addWidget(self.discard)
        end.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        column.addLayout(across, 1)
        column.addLayout(end)
        for widget in (self.add_alarm, self.add_recipient, self.remove):
            widget.setEnabled(not edits.read_only)
        edits.changed.connect(self._show)
        edits.tested.connect(self._on_tested)
        self._fill()

    def go_to(self, kind: str, name: str) -> None:
        """Show an entry."""
        self._at = (kind, name)
        self._fill()

    # what is shown

    def _fill(self) -> None:
        edits = self._edits
        with QSignalBlocker(self.list):
            self.list.clear()
            for kind, head in ((ALARM, "ALARMS"), (RECIPIENT, "WHO IS TOLD")):
                self._add_item(head, None)
                for name in edits.names(kind):
                    self._add_item(name, (kind, name))
            self._add_item("FOR ALL", None)
            self._add_item("Repeat and pass on", (RULES, ""))
            self._add_item("Mail server", (MAIL, ""))
            places = [self.list.item(row).data(_PLACE) for row in range(self.list.count())]
            if self._at not in places:
                self._at = next(place for place in places if place is not None)
            self.list.setCurrentRow(places.index(self._at))
        self._build()

    def _add_item(self, text: str, place: tuple[str, str] | None) -> None:
        item = QListWidgetItem(text if place is None else f"   {text}")
        item.setData(_PLACE, place)
        if place is None:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setFont(font(11, 600))
        self.list.addItem(item)

    def _build(self) -> None:
        while (item := self._body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        kind, name = self._at
        self._name, self._name_error = None, ""
        if kind in (ALARM, RECIPIENT):
            self._name = Field(name)
            self._name.setObjectName("alarm-name")
            self._name.textEdited.connect(self._on_name_edited)
            head = Form(120)
            self._name_row = head.add_row("Name", self._name)
            self._body.addWidget(head)
        choices = {"instruments": self._edits.instruments(), "recipients": self._edits.names(RECIPIENT)}
        only = RULE_FIELDS if kind == RULES else self._fields_of(kind)
        self._form = model_form(_MODELS[kind], self._edits.values(kind, name), choices, only=only)
        self._form.edited.connect(self._on_edited)
        self._form.setEnabled(not self._edits.read_only)
        self._body.addWidget(self._form)
        self._body.addStretch(1)
        self.test.setVisible(kind == RECIPIENT)
        self.tested.setText("")
        self.remove.setVisible(kind in (ALARM, RECIPIENT))
        self._show()

    def _fields_of(self, kind: str) -> tuple[str, ...]:
        """Return the fields in one column; how a recipient is told leaves the other way out."""
        if kind != RECIPIENT:
            return tuple(_MODELS[kind].model_fields)
        by_mail = self._edits.values(kind, self._at[1])["kind"] == "mail"
        return ("kind", "to") if by_mail else ("kind", "url", "template")

    def _show(self) -> None:
        edits, (kind, name) = self._edits, self._at
        if self._form is not None and (kind in (RULES, MAIL) or name in edits.names(kind)):
            errors = edits.errors(kind, name)
            shown = {field: sentence for field, sentence in errors.items() if field in self._form.rows}
            if (whole := errors.get("")) and kind == RECIPIENT:
                shown.setdefault("to" if "to" in self._form.rows else "url", whole)
            self._form.set_errors(shown)
        problems = edits.problems()
        self.problem.setText(edits.problem or (problems[0] if problems else ""))
        self.problem.set_role("error" if edits.problem or edits.is_wrong else "secondary")
        self.save.setEnabled(edits.may_save)
        self.discard.setEnabled(edits.edited)
        self.test.setEnabled(kind == RECIPIENT and not edits.errors(kind, name) if kind == RECIPIENT else False)

    # what is done

    def _on_current_changed(self, item: QListWidgetItem | None) -> None:
        place = item.data(_PLACE) if item is not None else None
        if place is not None and tuple(place) != self._at:
            self._at = (str(place[0]), str(place[1]))
            self._build()

    def _on_edited(self, field: str, value: object) -> None:
        kind, name = self._at
        self.tested.setText("")
        self._edits.set(kind, name, field, value)
        if (kind, field) == (RECIPIENT, "kind"):
            self._build()

    def _on_name_edited(self, text: str) -> None:
        kind, name = self._at
        error = self._edits.rename(kind, name, text)
        self._name_row.set_error(error)
        if not error:
            self._at = (kind, text.strip())
            row = self.list.currentItem()
            if row is not None:
                row.setText(f"   {text.strip()}")
                row.setData(_PLACE, self._at)

    def _on_add_alarm(self) -> None:
        instruments = self._edits.instruments()
        first = instruments[0] if len(instruments) == 1 else ""
        self.go_to(ALARM, self._edits.add(ALARM, instrument=first))
        self._focus_name()

    def _on_add_recipient(self) -> None:
        self.go_to(RECIPIENT, self._edits.add(RECIPIENT))
        self._focus_name()

    def _focus_name(self) -> None:
        if self._name is not None:
            self._name.setFocus()
            self._name.selectAll()

    def _on_remove(self) -> None:
        self._edits.remove(*self._at)
        self._fill()

    def _on_discard(self) -> None:
        self._edits.read()
        self._fill()

    def _on_save(self) -> None:
        self.problem.setText(self._edits.save())

    def _on_test(self) -> None:
        self.tested.setText("Sending…")
        self.test.setEnabled(False)
        self._edits.test(self._at[1])

    def _on_tested(self, name: str, trouble: str) -> None:
        if name != self._at[1]:
            return
        self._show()
        self.tested.setText(trouble or f"Sent. Look whether {name} has it.")
