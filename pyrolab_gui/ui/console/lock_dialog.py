"""All about one instrument's lock: whose it is, for what, until when; taking it, asking for it, answering who asks.

It follows what the daemon tells, and waits for nothing. Limits: who somebody is, is what they said.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QDialog, QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.console.link_button import LinkButton
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.lock_words import lock_rows, moment, passing_words
from pyrolab_gui.wire.clock_time import seconds_until

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel
    from pyrolab_gui.viewmodels.lock_state import Asking
    from pyrolab_gui.viewmodels.me import Me

ENDS = {
    "I give it back or am gone for 15 s": 0.0,
    "an hour from now, in any case": 3600.0,
    "8 hours from now, in any case": 8 * 3600.0,
    "24 hours from now, in any case": 24 * 3600.0,
    "3 days from now, in any case": 72 * 3600.0,
}
AT = "a time, in any case…"
_WIDTH = 300


class LockDialog(QDialog):
    """The lock of one console's instrument."""

    def __init__(self, console: ConsoleViewModel, me: Me | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lock-dialog")
        self.setWindowTitle(f"Use of {console.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._console, self._me = console, me
        self._shown: object = None
        self.title = TextLabel("", 16, 600, wrap=True)
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(4)
        self.name = Field(me.name if me is not None else "", width=_WIDTH)
        self.name.setAccessibleName("Your name")
        self.name.setCompleter(QCompleter(me.names() if me is not None else [], self))
        self.other_name = LinkButton("", "Give another name: your locks go with it")
        self.other_name.setAccessibleName("Give another name")
        self.other_name.clicked.connect(self._on_other_name_clicked)
        self._naming = False
        self.shared = QCheckBox("Several people use this account: ask at every start")
        self.shared.setChecked(me is not None and me.shared)
        self.purpose = Field(
            console.lock.purpose if console.lock.holder == "ours" else "",
            placeholder="what for (others see it)",
            width=_WIDTH,
        )
        self.purpose.setAccessibleName("What for")
        self.until = QComboBox()
        self.until.setAccessibleName("Until when")
        self.until.addItems([*ENDS, AT])
        self.until.setFixedWidth(_WIDTH)
        self.until.currentTextChanged.connect(lambda _text: self._show())
        self.time = Field(placeholder="18:30, or 2026-03-01 18:30", width=_WIDTH)
        self.time.setAccessibleName("The time until when")
        self.time.textChanged.connect(lambda _text: self._show())
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(8)
        self._form.addRow(_word("Your name"), self.name)
        self._form.addRow("", self.shared)
        self._form.addRow(_word("For"), self.purpose)
        self._form.addRow(_word("Until"), self.until)
        self._form.addRow("", self.time)
        self.asking = QVBoxLayout()
        self.asking.setSpacing(8)
        self.answers: list[QWidget] = []
        self.message = TextLabel("", 12, 400, "secondary", wrap=True)
        self.act = button("Lock", kind="primary")
        self.act.clicked.connect(self._on_act_clicked)
        close = button("Close")
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(self.other_name)
        foot.addStretch(1)
        foot.addWidget(close)
        foot.addWidget(self.act)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addLayout(self._facts)
        column.addLayout(self.asking)
        column.addLayout(self._form)
        column.addWidget(self.message)
        column.addStretch(1)
        column.addLayout(foot)
        self.setFixedWidth(520)
        for field in (self.name, self.purpose, self.time):
            field.returnPressed.connect(self.act.click)
        console.lockChanged.connect(self._show)
        self._show()
        (self.purpose if self._named else self.name).setFocus()

    @property
    def _named(self) -> bool:
        return self._me is None or (self._me.asked and not self._naming)

    def _on_other_name_clicked(self) -> None:
        self._naming = True
        self._show()
        self.name.selectAll()
        self.name.setFocus()

    def _show(self) -> None:
        """Show what is so now; what is typed stays."""
        console, lock = self._console, self._console.lock
        holder = lock.holder
        names = {"ours": f"{console.name} is yours", "other": f"{console.name} is in use"}
        self.title.setText(names.get(holder, f"Keep {console.name} for yourself"))
        rows, asking = lock_rows(lock), lock.asking
        if (rows, asking, holder) != self._shown:
            self._shown = (rows, asking, holder)
            while self._facts.rowCount():
                self._facts.removeRow(0)
            for word, text in rows:
                self._facts.addRow(_word(word), TextLabel(text, 13, wrap=True, selectable=True))
            self._show_asking(asking if holder == "ours" else ())
        asked, read_only = lock.asked, console.read_only
        self.other_name.setText(f"You are {self._me.who}" if self._me is not None else "")
        self.other_name.setVisible(self._me is not None and self._named and not read_only)
        may_say = holder != "other" or (console.may_ask and asked is None)
        self._form.setRowVisible(0, not self._named and not read_only)
        self._form.setRowVisible(1, not self._named and not read_only)
        plain = console.foreign_lock  # its server takes a name, beside which a purpose can stand
        self._form.setRowVisible(2, may_say and not read_only)
        may_end = holder != "other" and (console.may_ask or holder == "free")
        may_end = may_end and not read_only and not plain
        self._form.setRowVisible(3, may_end)
        self._form.setRowVisible(4, may_end and self.until.currentText() == AT)
        verbs = {"ours": "Save", "other": "Ask no more" if asked is not None else "Ask for it"}
        self.act.setText(verbs.get(holder, "Lock"))
        self.act.setVisible(not read_only and (holder != "other" or console.may_ask))
        wrong = self._wrong_time() if self._form.isRowVisible(4) else ""
        self.act.setEnabled(not wrong and bool(self.time.text().strip() or not self._form.isRowVisible(4)))
        self.time.set_invalid(bool(wrong))
        self.message.set_role("error" if wrong else "secondary")
        self.message.setText(wrong or self._words())
        self.message.setVisible(bool(self.message.text()))

    def _wrong_time(self) -> str:
        """Return what is wrong with the time that is typed; nothing where none is."""
        try:
            if self.time.text().strip():
                seconds_until(self.time.text())
        except ValueError as error:
            return str(error)
        return ""

    def _seconds(self) -> float:
        """Return for how long it is taken in any case."""
        chosen = self.until.currentText()
        return seconds_until(self.time.text()) if chosen == AT else ENDS[chosen]

    def _words(self) -> str:
        lock = self._console.lock
        if lock.holder == "other" and self._console.may_ask:
            kept = f"It was kept at {moment(lock.kept)}. " if lock.kept and lock.asked is None else ""
            when = f"You asked at {moment(lock.asked.since)}. " if lock.asked is not None else ""
            return f"{kept}{when}{passing_words(lock)} Who takes it over, and from whom, is on record."
        if lock.holder == "free" and self._console.foreign_lock:
            return "This window alone can use it then, until you give it back or close the window."
        if lock.holder == "free":
            return "Your windows and scripts can use it then, others can watch. Stop and safe state stay free to all."
        return ""

    def _show_asking(self, asking: tuple[Asking, ...]) -> None:
        _empty(self.asking)
        self.answers = []
        for each in asking:
            since = time.strftime("%H:%M", time.localtime(each.since))
            note = f": “{each.note}”" if each.note else ""
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            row.addWidget(TextLabel(f"{each.who} asks for it since {since}{note}", 13, 500, wrap=True), 1)
            for text, give in (("Keep it", False), ("Give it", True)):
                answer = button(text, kind="plain")
                answer.setAccessibleName(f"{text}: {each.who} asks")
                answer.clicked.connect(lambda _=False, n=each.number, g=give: self._console.answer_request(n, g))
                row.addWidget(answer)
                self.answers.append(answer)
            self.asking.addWidget(line)

    def _on_act_clicked(self) -> None:
        console, lock = self._console, self._console.lock
        if self._me is not None and not self._named:
            self._me.be(self.name.text(), shared=self.shared.isChecked())
            self._naming = False
        if lock.holder != "other":
            console.take_lock(self.purpose.text().strip(), 0.0 if console.foreign_lock else self._seconds())
            self.close()
        elif lock.asked is not None:
            console.withdraw_request()
        else:
            console.ask_for_lock(self.purpose.text().strip())


def _word(text: str) -> TextLabel:
    return TextLabel(text, 13, 400, "secondary")


def _empty(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
