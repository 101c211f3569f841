"""A setting: the true value, and beside it what is typed and not sent yet.

Enter sends, Esc returns to what the instrument says. What is out of bounds stays as typed, is marked and cannot be
sent; what the instrument refused stays with the reason. A second line of fixed height holds bounds, state and short
errors, so that rows below keep still.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.console import columns
from pyrolab_gui.ui.console.arming import ArmedButton
from pyrolab_gui.ui.console.link_button import LinkButton
from pyrolab_gui.ui.console.plot_button import PlotButton
from pyrolab_gui.ui.console.value_cells import ValueCells
from pyrolab_gui.ui.editors import editor_for
from pyrolab_gui.ui.editors.base import LEAST_FIELD
from pyrolab_gui.ui.editors.optional_editor import OptionalEditor
from pyrolab_gui.ui.editors.text_editor import TextEditor
from pyrolab_gui.ui.plots.dragging import make_draggable
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.details_dialog import show_details
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.console_members import UNASKED_KINDS
from pyrolab_gui.viewmodels.label_text import plain_doc
from pyrolab_gui.viewmodels.member_state import is_number
from pyrolab_gui.viewmodels.plot_channel import Reading
from pyrolab_gui.viewmodels.type_text import bounds_text
from pyrolab_gui.viewmodels.value_check import fits
from pyrolab_gui.viewmodels.value_text import age_text
from pyrolab_gui.wire.description import unit_of

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel
    from pyrolab_gui.wire.description import TypeDescription


_WIDE = frozenset(
    ["dict", "optional", "path", "str", "list", "array", "bytes", "union", "datetime", "tuple", "complex"]
)
TEXT_FOR_NUMBER = "This is not a number, and the value is one. Put it in quotes to send it as text."


class SettingRow(QWidget):
    """One writable property of a console."""

    def __init__(
        self,
        console: ConsoleViewModel,
        name: str,
        label_width: int = columns.LABEL,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._console = console
        self._name = name
        self._state = console.members[name]
        member = self._state.member
        self._enabled = True
        self._problem = ""
        self._shown: Any = None
        self._sent: Any = None
        self._blocked = ""
        watched = console.is_watched(member)
        self.cells = ValueCells(self._state, watched=watched, label_width=label_width)
        label = self.cells.label.text()
        has_read = member.readable and not watched
        width = columns.EDITOR - (columns.BUTTON + 4 if has_read else 0)
        self.editor = editor_for(self._state.edited, widest_choice=width)
        self.editor.set_name(f"Set {label}")
        self.editor.setToolTip(plain_doc(member.doc))
        wide = member.setting.kind in _WIDE
        if not wide:
            self.editor.setFixedWidth(width)
            if isinstance(self.editor, TextEditor):
                self.editor.field.setFixedWidth(width)
        else:
            self.editor.setMinimumWidth(width)
            if isinstance(self.editor, TextEditor):
                self.editor.field.setMinimumWidth(LEAST_FIELD)
            if isinstance(self.editor, OptionalEditor) and isinstance(self.editor.inner, TextEditor):
                self.editor.inner.field.setMinimumWidth(LEAST_FIELD)
                self.editor.inner.field.setMaximumWidth(columns.EDITOR)
        self.editor.changed.connect(self._on_editor_changed)
        self.editor.submitted.connect(self.press)
        self.editor.cancelled.connect(self.give_up)
        self.send_button = ArmedButton("", "paper-plane-right", "ghost", f"Send {label} (Enter)")
        self.send_button.set_asks(console.asks_first(member))
        self.send_button.clicked.connect(self.press)
        self.send_button.armedChanged.connect(self._show_note)
        self.read = button("", "arrow-clockwise", "ghost", f"Read {label} now")
        self.read.setFixedSize(columns.BUTTON, columns.BUTTON)
        self.read.clicked.connect(lambda: console.read(name))
        if not has_read:
            self.read.hide()
        self.plot = PlotButton(label)
        make_draggable(self, self._dragged)
        self.note = TextLabel("", 12, 400, "secondary", wrap=True)
        self.note.setMinimumHeight(columns.NOTE_ROW)
        self.details = LinkButton("Details")
        self.details.setFixedHeight(columns.NOTE_ROW)
        self.details.clicked.connect(self._on_details_clicked)
        self.halt = LinkButton("Stop", f"Leave {label} where it is now", color="error")
        self.halt.setFixedHeight(columns.NOTE_ROW)
        self.halt.clicked.connect(console.stop)
        self.halt.hide()
        top = Qt.AlignmentFlag.AlignTop
        tall = is_tall(member.setting)
        line = QHBoxLayout()
        line.setSpacing(4)
        if not tall:
            line.addWidget(self.editor, int(wide), top)
        line.addWidget(self.send_button, 0, top)
        if tall or not wide:
            line.addStretch(1)
        line.addWidget(self.read, 0, top)
        line.addWidget(self.plot, 0, top)
        notes = QHBoxLayout()
        notes.setSpacing(4)
        notes.addWidget(self.note, 1)
        notes.addWidget(self.details, 0, top)
        notes.addWidget(self.halt, 0, top)
        right = QVBoxLayout()
        right.setSpacing(1)
        right.addLayout(line)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 3)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.cells, 0, 0, top)
        grid.addLayout(right, 0, 1)
        if tall:  # several fields do not stand beside a value: they have the row below it
            below = QVBoxLayout()
            below.setSpacing(1)
            below.setContentsMargins(label_width + 12, 0, 0, 0)
            below.addWidget(self.editor)
            below.addLayout(notes)
            grid.addLayout(below, 1, 0, 1, 2)
        else:
            right.addLayout(notes)
        self.show_state()

    # -- typing ----------------------------------------------------------------------------------------------------

    def _on_editor_changed(self) -> None:
        self._console.forget_refusal(self._name)
        self.send_button.disarm()
        self._problem = "" if self.editor.is_empty() else self._found_problem()
        self._console.set_pending(self._name, self._differs())
        self.show_state()

    def typed(self) -> Any:
        """Return what was typed and not sent, for a row that takes the place of this one; None for nothing."""
        if not self._state.pending or self.editor.is_empty():
            return None
        try:
            return self.editor.value()
        except ValueError:
            return self.editor.text() if type(self.editor) is TextEditor else None

    def retype(self, typed: Any) -> None:
        """Take over what was typed in the row whose place this one takes."""
        if typed is not None and isinstance(typed, str) and type(self.editor) is TextEditor:
            self.editor.field.setText(typed)
        elif typed is not None and fits(self._state.edited, typed):
            self.editor.set_value(typed)
        elif self._state.pending:
            self._console.set_pending(self._name, False)
            self.show_state()
            return
        else:
            return
        self._on_editor_changed()

    def _found_problem(self) -> str:
        problem = self.editor.problem()
        return problem or (TEXT_FOR_NUMBER if self._is_text_for_number(self.editor.value()) else "")

    def _is_text_for_number(self, value: object) -> bool:
        """Whether a number is about to become a text by a slip: of its type only the last value is known."""
        untyped = self._state.member.setting.kind == "any"
        text = self.editor.text().strip() if isinstance(self.editor, TextEditor) else ""
        meant = text[:1] in ("'", '"')
        return untyped and isinstance(value, str) and not meant and self._state.known and is_number(self._state.value)

    def _differs(self) -> bool:
        """Whether what stands in the editor is something else than what the instrument says."""
        if self.editor.is_empty():
            return self._state.known and self._state.value is not None
        try:
            value = self.editor.value()
        except ValueError:
            return True
        return not (self._state.known and (_same(value, self._state.shown) or _same(value, self._shown)))

    def press(self) -> None:
        """Take an Enter or a press of the button: where it is to be asked for, the first one arms it."""
        sendable = self._enabled and not self._blocked and not self._state.sending and not self.editor.problem()
        if not sendable or self.send_button.press():
            self.send()

    def send(self) -> None:
        """Send what stands in the editor, if it can be sent."""
        if not self._enabled or self._blocked or self._state.sending:
            return
        try:
            value = self.editor.value()
            if self._is_text_for_number(value):
                raise ValueError(TEXT_FOR_NUMBER)
        except ValueError as error:
            self._problem = str(error)
            self._console.set_pending(self._name, True)
            self.show_state()
            return
        self._problem = ""
        self._sent = value
        self._console.set_pending(self._name, True)
        self._console.write(self._name, self._state.sent(value))

    def give_up(self) -> None:
        """Return to what the instrument says."""
        self._problem = ""
        self._state.refused = None
        self._console.set_pending(self._name, False)
        self._show_true_value()
        self.show_state()

    # -- showing ---------------------------------------------------------------------------------------------------

    def written(self) -> None:
        """Note that what was sent has been taken: the editor follows the instrument again.

        What was typed becomes the value in the field's own unit, unless the hand has typed on.
        """
        if self._holds_sent():
            self._shown = self._sent
            self.editor.set_value(self._sent)
            self._console.set_pending(self._name, False)
            self._problem = ""

    def _holds_sent(self) -> bool:
        try:
            return _same(self.editor.value(), self._sent)
        except ValueError:
            return False

    def set_usable(self, usable: bool) -> None:
        """Let values be typed and sent, or not (the instrument is lost)."""
        if usable != self._enabled:
            self._enabled = usable
            self.editor.setEnabled(usable)
            self.read.setEnabled(usable)
            self.cells.set_lost(not usable)
            self.show_state()

    def set_blocked(self, reason: str) -> None:
        """Let values be typed but not sent, because somebody else keeps the instrument."""
        if reason != self._blocked:
            self._blocked = reason
            self.read.setEnabled(self._enabled and not reason)
            self.show_state()

    def _show_true_value(self) -> None:
        if self._state.known:
            self._shown = without_noise(self._state.shown)
            self.editor.set_value(self._shown)
        else:
            self.editor.clear()

    def _is_in_hand(self) -> bool:
        """Whether a person is in the editor: then it does not change under the cursor."""
        focus = QApplication.focusWidget()
        inside = focus is not None and (focus is self.editor or self.editor.isAncestorOf(focus))
        return inside and not self.editor.is_empty()

    def _dragged(self) -> Reading | None:
        """Return what a drag of this row carries to a plot."""
        if self.plot.isHidden():
            return None
        member = self._state.member
        return Reading(self._console.name, self._name, unit_of(member.returns), member.shown_unit)

    def show_state(self) -> None:
        """Show what is known now."""
        state = self._state
        self.cells.show_value()
        self.plot.setVisible(state.member.readable and self._is_numeric())
        if not (state.pending or state.sending or state.refused is not None or self._is_in_hand()):
            self._show_true_value()
        wrong = bool(self._problem) or state.refused is not None
        self.editor.set_invalid(wrong)
        ready = self._enabled and not self._blocked and state.pending and not self._problem and not state.sending
        # A disabled button hands the focus on, and Enter would press whatever comes next.
        in_focus = self.send_button.hasFocus()
        self.send_button.setEnabled(ready or in_focus)
        self.send_button.set_held(not ready)
        self._show_note()

    def _is_numeric(self) -> bool:
        return self._state.member.returns.is_number or (self._state.known and is_number(self._state.value))

    def _show_note(self) -> None:
        state = self._state
        text, role = bounds_text(self.editor.type), "secondary"
        if self._problem:
            text, role = self._problem, "error"
        elif state.refused is not None:
            text, role = state.refused.sentence, "error"
        elif self.send_button.armed:
            text, role = "press again, or Enter, to send", "error"
        elif state.sending:
            text, role = self._console.way_note(self._name), "accent"
        elif state.pending and self._blocked:
            text, role = f"cannot be sent: {self._blocked}", "accent"
        elif state.pending:
            text, role = f"not sent · {text or 'Enter sends, Esc returns'}", "accent"
        elif state.error is not None:
            text, role = state.error.sentence, "error"
        elif not state.known and state.member.readable and state.member.returns.kind in UNASKED_KINDS:
            text = "reading…" if state.reading else "not read yet"
        elif (age := self.cells.age()) is not None:
            text = f"{text} · {age_text(age)} old" if text else f"{age_text(age)} old"
        self.note.set_role(role)
        if text != self.note.text():
            self.note.setText(text)
        failure = state.refused or state.error
        self.details.setVisible(role == "error" and failure is not None and bool(failure.detail))
        self.halt.setVisible(state.sending and state.member.ramped and self._console.may_halt(state.member))

    def show_age(self) -> None:
        """Say how old the value is, where it is not fresh."""
        self.cells.show_age()
        self._show_note()

    def _on_details_clicked(self) -> None:
        failure = self._state.refused or self._state.error
        if failure is not None:
            show_details(self, failure.sentence, failure.detail)


def is_tall(type_: TypeDescription) -> bool:
    """Whether the editor of a type has several rows of fields."""
    fields = type_.kind == "dict" and bool(type_.fields)
    return fields or (type_.kind in ("optional", "union") and any(map(is_tall, type_.items)))


def without_noise(value: Any) -> Any:
    """Return a read-back float with eight digits, where its tail is noise: what is offered for editing."""
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.8g}")
    return value


def _same(typed: object, said: object) -> bool:
    """Whether two values are the same and of the same sort: 1 is 1.0, but True is not 1."""
    if typed is said:
        return True
    if isinstance(typed, bool) != isinstance(said, bool):
        return False
    if hasattr(said, "tolist") or hasattr(typed, "tolist"):
        return _same_numbers(typed, said)
    if isinstance(typed, tuple) and isinstance(said, list):
        typed = list(typed)
    return bool(typed == said)


def _same_numbers(one: Any, other: Any) -> bool:
    """Whether two values, one of them an array, are the same numbers in the same shape."""
    import numpy

    try:
        return numpy.array_equal(numpy.asarray(one), numpy.asarray(other))
    except ValueError:  # rows of different lengths are no array
        return False
