"""An action of an instrument: a form with one typed editor for each parameter, and the call under way.

*Call* stands in the bar at the top, which stays in sight while the form is scrolled, and keeps its place and the focus
whatever happens; below the fields stand a quiet way to leave the call running, and *Abort* where the driver can. An
action that is to be asked for is called by a second press; *stop* and *safe state* have a button that says so. Limits:
shows how a call ended in a few words; the result itself is the result view's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from pyrolab_gui.ui.console.action_head import ActionHead
from pyrolab_gui.ui.console.argument_line import ArgumentLine
from pyrolab_gui.ui.console.arming import ArmedButton
from pyrolab_gui.ui.console.columns import label_width
from pyrolab_gui.ui.console.elided_label import ElidedLabel
from pyrolab_gui.ui.console.link_button import LinkButton
from pyrolab_gui.ui.console.parameter_row import LABEL_WIDTH, LONGEST_LABEL, ParameterRow
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.console_layout import URGENT
from pyrolab_gui.viewmodels.label_text import humanise, inside, plain_doc, summary_of
from pyrolab_gui.viewmodels.outcome_text import outcome_text
from pyrolab_gui.viewmodels.value_text import elapsed_text
from pyrolab_gui.wire.description import unit_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QResizeEvent

    from pyrolab_gui.ui.editors import Editor
    from pyrolab_gui.ui.widgets.button import Kind
    from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel
    from pyrolab_gui.viewmodels.runs import Run
    from pyrolab_gui.wire.description import MemberDescription

LONGEST_SUMMARY = 56
"""A longer one is cut in the head, and stands whole in the open form."""
BAR = 28


class MethodForm(QWidget):
    """One method of a console."""

    runShown = Signal(object)
    """A person asks to see a call's result."""

    def __init__(
        self,
        console: ConsoleViewModel,
        member: MemberDescription,
        described: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._console = console
        self.member = member
        self._usable = True
        self._ends = False
        self._run: Run | None = None
        self._blocked = ""
        title = humanise(member.name)
        summary, more = summary_of(member.doc)
        if len(summary) > LONGEST_SUMMARY:
            more = plain_doc(member.doc)
        fixed = [p for p in member.parameters if p.kind in ("positional", "keyword")]
        var_args = any(p.kind == "var-positional" for p in member.parameters)
        var_kwargs = any(p.kind == "var-keyword" for p in member.parameters)
        names = [humanise(parameter.name, unit_of(parameter.type)) for parameter in fixed]
        self._label_width = label_width(names, LABEL_WIDTH, LONGEST_LABEL)
        self.rows = [ParameterRow(parameter, self._label_width) for parameter in fixed]
        self.line: ArgumentLine | None = None
        if var_args or var_kwargs or not described:
            self.line = ArgumentLine(positional=var_args or not described, named=var_kwargs or not described)
            self.line.set_name(f"More arguments of {title}" if fixed else f"Arguments of {title}")
        has_form = bool(self.rows or self.line)
        urgent = member.role in URGENT
        kind: Kind = "danger" if urgent else "plain" if member.role == "read" else "act"
        self.head = ActionHead(title, summary, member.role, foldable=has_form, said_below=has_form and bool(more))
        text = f"Call {inside(title)}" if has_form else title if urgent else "Call"
        self.call_button = ArmedButton(text, kind=kind)
        self.call_button.setAccessibleName(f"Call {inside(title)}")
        self.call_button.clicked.connect(self.press)
        self.time = TextLabel("", 13, 500)
        self.abort = LinkButton("Abort", "Call what stops the instrument", color="error")
        self.abort.clicked.connect(console.stop)
        self.leave = LinkButton("leave it running", "Stop waiting here. The instrument goes on with the call.")
        self.leave.clicked.connect(self._on_leave_clicked)
        self.outcome = ElidedLabel("", 12)
        self.show_result = LinkButton("show", "Show the result")
        self.show_result.clicked.connect(self._on_show_clicked)
        self.defaults = LinkButton("defaults", "Put the default values back")
        self.defaults.clicked.connect(self.restore_defaults)
        self.bar = Panel("base", self)
        line = QHBoxLayout(self.bar)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.head, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, BAR, 0, 0)
        column.setSpacing(0)
        self.body = QWidget()
        self.body.hide()
        if has_form:
            self._build_body(more)
            column.addWidget(self.body)
            line.addWidget(self.time)
            self.call_button.hide()
            self.head.toggled.connect(self._on_head_toggled)
        else:
            # The line of the head takes what is left; how the call ended takes no more than its words.
            self.outcome.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            for widget in (self.time, self.abort, self.leave, self.outcome, self.show_result):
                line.addWidget(widget)
            self.defaults.setParent(self)
            self.defaults.hide()
            self.body.setParent(self)
        line.addWidget(self.call_button)
        self._chain()
        self.show_run()

    def _build_body(self, more: str) -> None:
        body = QVBoxLayout(self.body)
        body.setContentsMargins(22, 4, 0, 8)
        body.setSpacing(2)
        if more.strip():
            text = TextLabel(more.strip(), 12, 400, "secondary", wrap=True)
            text.setContentsMargins(self._label_width + 12, 0, 0, 6)
            body.addWidget(text)
        for row in self.rows:
            row.editor.submitted.connect(self.call_button.click)
            row.editor.changed.connect(self._on_edited)
            body.addWidget(row)
        if self.line is not None:
            self.line_message = ElidedLabel("", 12)
            self.line.submitted.connect(self.call_button.click)
            self.line.changed.connect(self._on_edited)
            label = TextLabel("More" if self.rows else "Arguments", 13, 400, "secondary")
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setFixedWidth(self._label_width)
            label.setBuddy(self.line)
            line = QHBoxLayout()
            line.setSpacing(12)
            line.addWidget(label)
            line.addWidget(self.line, 1)
            body.addLayout(line)
            self.line_message.setFixedHeight(16)
            below = QHBoxLayout()
            below.addSpacing(self._label_width + 12)
            below.addWidget(self.line_message, 1)
            body.addLayout(below)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addSpacing(self._label_width + 12)
        foot.addWidget(self.abort)
        foot.addWidget(self.leave)
        foot.addWidget(self.outcome, 1)
        foot.addWidget(self.show_result)
        foot.addWidget(self.defaults)
        body.addLayout(foot)

    def _on_head_toggled(self, opened: bool) -> None:
        self.body.setVisible(opened)
        self.call_button.setVisible(opened)
        self.updateGeometry()

    def _chain(self) -> None:
        """Let Tab come to *Call* after the last field, though it stands above them."""
        last: QWidget = self.rows[-1].editor if self.rows else self.line if self.line is not None else self.head
        QWidget.setTabOrder(last.focusProxy() or last, self.call_button)

    def stick(self, top: int) -> None:
        """Keep the bar in sight where the form begins above it.

        Parameters
        ----------
        top
            The upper edge of what is in sight, in the form's own height.
        """
        self.bar.move(0, max(0, min(top, self.height() - BAR)))
        self.bar.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the bar the whole width."""
        super().resizeEvent(event)
        self.bar.resize(self.width(), BAR)

    # -- filling in ------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Unfold the form."""
        if self.head.isCheckable():
            self.head.setChecked(True)

    def restore_defaults(self) -> None:
        """Put all defaults back."""
        for row in self.rows:
            row.restore()
        if self.line is not None:
            self.line.clear()
        self._on_edited()

    def _on_edited(self) -> None:
        if self.line is not None:
            problem = self.line.problem()
            self.line.set_invalid(bool(problem))
            self.line_message.set_role("error" if problem else "secondary")
            self.line_message.setText(problem)
        if self._run is not None and self._run.outcome != "running":
            self._run = None
        self.show_run()

    def wrong_count(self) -> int:
        """Return how many fields are marked as wrong."""
        count = sum(row.is_wrong() for row in self.rows)
        return count + (self.line is not None and bool(self.line.problem()))

    def arguments(self) -> tuple[list[Any], dict[str, Any]] | None:
        """Return what the call gets, or None with all that is wrong marked."""
        wrong: list[Editor] = [row.editor for row in self.rows if not row.ask()]
        if self.line is not None and self.line.problem():
            wrong.append(self.line)
        if wrong:
            wrong[0].setFocus()
            return None
        more, named = self.line.value() if self.line is not None else ([], {})
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        by_name = False
        for row in self.rows:
            if row.means_default() and not more:
                by_name = True  # a default that has no plain form is the driver's own: what follows goes by name
            elif row.parameter.kind != "keyword" and not by_name:
                args.append(row.value())
            elif row.parameter.kind != "keyword" or not row.is_default() or row.parameter.required:
                kwargs[row.parameter.name] = row.value()
        args.extend(more)
        kwargs.update(named)
        return args, kwargs

    # -- calling ---------------------------------------------------------------------------------------------------

    def press(self) -> None:
        """Take a press of *Call*: where it is to be asked for, the first one arms it."""
        if self.call_button.held or (self.arguments() is not None and not self.call_button.press()):
            return
        self.call()

    def call(self) -> None:
        """Call the method with what is filled in, if it can be."""
        if self.call_button.held or not self.call_button.isEnabled():
            return
        given = self.arguments()
        if given is None:
            self.show_run()
            return
        self.call_with(*given)

    def call_with(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        """Call the method with these arguments, whatever is filled in."""
        if not self.call_button.held:
            self._run = self._console.call(self.member.name, args, kwargs)
            self.show_run()

    def _on_leave_clicked(self) -> None:
        if self._run is not None:
            self.call_button.setFocus()  # the link goes, and must not hand the focus to another action
            self._console.leave_running(self._run)

    def _on_show_clicked(self) -> None:
        if self._run is not None:
            self.runShown.emit(self._run)

    def set_usable(self, usable: bool, *, reaches: bool = False) -> None:
        """Let it be called, or not (the instrument is lost); or let it end the daemon, which does not reply."""
        self._usable, self._ends = usable or reaches, reaches
        self.show_run()

    def set_blocked(self, reason: str) -> None:
        """Let it not be called, because somebody else keeps the instrument; *stop* and *safe state* can be."""
        blocked = reason if self.member.role not in URGENT or self._console.read_only else ""
        if blocked != self._blocked:
            self._blocked = blocked
            self.show_run()

    # -- showing ---------------------------------------------------------------------------------------------------

    def show_run(self) -> None:
        """Show the call under way, or how the last one ended."""
        run = self._run
        running = run is not None and run.outcome == "running"
        wrong = self.wrong_count()
        busy = running and self.member.role not in URGENT
        # Held, not disabled, where it may have the focus: that must not go on to another action's button.
        held = busy or bool(self._blocked) or not self._usable or bool(wrong)
        self.call_button.set_held(held)
        self.call_button.set_asks(self._console.asks_first(self.member))
        self.call_button.setEnabled(not held or busy or self.call_button.hasFocus())
        self.show_time()
        self.show_result.setVisible(run is not None and run.outcome == "done" and run.result is not None)
        if wrong:
            self.say(f"{wrong} field{'s' if wrong > 1 else ''} to correct", "error")
        elif self._blocked and not running:
            self.say(self._blocked, "secondary")
        elif self._ends and not running:
            self.say("restarts its daemon", "slow")
        elif run is None or running:
            self.say(self._note(), "secondary")
        else:
            self.say(outcome_text(run), "error" if run.outcome == "failed" else "secondary")
        changed = any(not row.is_default() for row in self.rows) and any(
            not row.parameter.required for row in self.rows
        )
        self.defaults.setVisible(self.head.isCheckable() and changed and not running)

    def show_time(self) -> None:
        """Show how long the call has been running, and the ways to leave or stop it; nothing while that is a moment."""
        run = self._run
        running = run is not None and run.outcome == "running" and run.elapsed >= 0.15
        self.time.setVisible(running)
        self.leave.setVisible(running)
        self.abort.setVisible(running and self._console.may_halt(self.member) and self.member.role not in URGENT)
        if running and run is not None:
            self.time.setText(elapsed_text(run.elapsed))
            self.say(self._note(), "secondary")

    def _note(self) -> str:
        """Return what is known of a call under way: what it waits for, or how long the last one took."""
        run = self._run
        if run is None or run.outcome != "running" or run.elapsed < 0.15 or not self.head.isCheckable():
            return ""
        return self._console.run_note(run)

    def say(self, text: str, role: str = "secondary") -> None:
        """Say something in the line for how a call ended."""
        self.outcome.set_role(role)
        self.outcome.setText(text)
        self.outcome.setVisible(bool(text) or self.head.isCheckable())
