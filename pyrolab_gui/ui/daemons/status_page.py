"""How a child is: what is wrong and what to do, its services with their instruments, its numbers, its last output.

Limits: shows what it is given; acts are signals.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from pyrolab_gui.ui.daemons.figures_view import FiguresView
from pyrolab_gui.ui.daemons.rows import Line, StateRows
from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import XL, L, S
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.daemons_tree import service_key
from pyrolab_gui.viewmodels.registry_rows import clock
from pyrolab_gui.viewmodels.words import uptime
from pyrolab_gui.wire.child import ChildKind, ChildState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.viewmodels.service_rows import ServiceRow
    from pyrolab_gui.wire.child import ChildStatus

_OUTPUT_LINES = 12
_SERVICE_HINTS = {
    "unsaved": "This entry is not saved yet. Save the lab, then start its daemon.",
    "stopped": "Its daemon does not run. Start the daemon to reach it.",
    "lost": "Its daemon has failed. Look there for the reason.",
    "not-asked": "Its daemon runs; nobody has asked for this instrument yet.",
    "stale": "Its daemon does not answer; this is not known at the moment.",
    "connecting": "The driver is opening its instrument.",
    "connected": "The driver has its instrument; whether that answers is not known here.",
    "live": "The instrument answers.",
}


_NOTHING = "The lab has no nameserver and no daemon yet. Add one with the + above."


class StatusPage(Panel):
    """One child's state."""

    startRequested = Signal()
    restartRequested = Signal()
    logRequested = Signal()
    serviceOpened = Signal(str)
    linesRequested = Signal(float)
    """The lines of its log around a time; 0 for the end."""

    crashUnderstood = Signal()
    reconnectRequested = Signal()
    addRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self.banner = Banner("failed", "")
        self._start = button("Start again", "play")
        self._start.setObjectName("status-start")
        self._start.clicked.connect(self.startRequested)
        self._restart = button("Restart…", "arrow-clockwise")
        self._restart.setObjectName("status-restart")
        self._restart.clicked.connect(self.restartRequested)
        self._reconnect = button("Try now", "arrow-clockwise")
        self._reconnect.setObjectName("status-reconnect")
        self._reconnect.clicked.connect(self.reconnectRequested)
        self._log = button("Show log", "terminal-window", "ghost")
        self._log.clicked.connect(self.logRequested)
        self._understood = button("Understood", "check", "ghost")
        self._understood.setObjectName("status-understood")
        self._understood.clicked.connect(self.crashUnderstood)
        self.banner.set_buttons([self._start, self._restart, self._reconnect, self._log, self._understood])
        self.figures = FiguresView()
        self.figures.logRequested.connect(self._on_log_wanted)
        self._hint = TextLabel("", 13, 400, "secondary", wrap=True)
        self.add = button("Add instrument", "plus", "act")
        self.add.setObjectName("status-add-instrument")
        self.add.clicked.connect(self.addRequested)
        self._services_head = SectionHead("Services")
        self.services = StateRows()
        self.services.opened.connect(self.serviceOpened)
        self._output_head = SectionHead("Last output")
        self.output = QPlainTextEdit()
        self.output.setReadOnly(True)
        self.output.setFont(font(12, mono=True))
        self.output.setAccessibleName("Last output")
        self.output.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.output.setMinimumHeight(140)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, L, XL, L)
        column.setSpacing(S)
        for widget in (self.banner, self._hint, self._output_head, self.output, self._services_head, self.services):
            column.addWidget(widget)
        column.insertWidget(2, self.add)
        column.addSpacing(S)
        column.addWidget(self.figures)
        column.addStretch(1)

    def _on_log_wanted(self, moment: float) -> None:
        if moment:
            self.linesRequested.emit(moment)
        else:
            self.logRequested.emit()

    def show_status(self, status: ChildStatus | None, services: Sequence[ServiceRow], crash: str = "") -> None:
        """Show a child; None for an entry that is not saved yet. `crash`: how it crashed, until that is understood."""
        self.figures.setVisible(status is not None)
        self._show_banner(status, crash)
        self._show_rows(
            "Services",
            tuple(Line(service_key(row.name), row.name, row.driver, row.state, row.error) for row in services),
        )
        ended = status is not None and status.state in (ChildState.FAILED, ChildState.BACKOFF, ChildState.EXITED)
        detail = status.detail if status is not None and ended else ""
        self._show_output("" if status is not None and detail.strip() == status.error else detail)
        self.add.setVisible(not services and status is not None and status.kind is ChildKind.DAEMON)
        self._hint.setText(_hint(status, bool(services)))
        self._hint.setVisible(bool(self._hint.text()))

    def show_service(self, state: str, error: str, detail: str, retry_at: float = 0.0) -> None:
        """Show one service: whether its driver has its instrument, and when it tries again by itself."""
        self.figures.hide()
        self.add.hide()
        self._understood.hide()
        self.banner.setVisible(bool(error))
        if error:
            again = f"It tries again by itself, next at {clock(retry_at)}. " if retry_at else ""
            self.banner.set_content(state, error, f"{again}The other instruments of its daemon are not touched.")
            self._reconnect.setVisible(bool(retry_at))
            self._start.hide()
            self._restart.hide()
        self._show_rows("Services", ())
        self._show_output(detail)
        self._hint.setText(_SERVICE_HINTS.get(state, "") if not error else "")
        self._hint.setVisible(bool(self._hint.text()))

    def show_children(
        self, lines: tuple[Line, ...], absence: str = "", since: str = "", problem: str = "", *, bare: bool = False
    ) -> None:
        """Show the children of a computer.

        Parameters
        ----------
        lines
            The children.
        absence, since
            Why another PC cannot be asked, and when it was seen.
        problem
            What its supervisor cannot do.
        bare
            Whether its lab has no instrument yet.
        """
        self.figures.hide()
        self.banner.setVisible(bool(absence or problem))
        for act in (self._start, self._restart, self._log, self._understood):
            act.hide()
        if absence:
            known = "What is shown is what was known then. " if lines else ""
            when = f"{since[:1].upper()}{since[1:]}. " if since.startswith("last") else ""
            self.banner.set_content("lost", absence, f"{when}{known}It is tried again all the time.")
            for act in (self._start, self._restart, self._reconnect, self._log, self._understood):
                act.hide()
        self._show_rows("Processes", lines)
        self._show_output("")
        self.add.setVisible(bare)
        self._hint.setText("The lab has no instrument yet." if bare else "" if lines or since else _NOTHING)
        self._hint.setVisible(bool(self._hint.text()))

    def _show_rows(self, title: str, lines: tuple[Line, ...]) -> None:
        self._services_head.set_text(title)
        self._services_head.set_count(len(lines))
        self._services_head.setVisible(bool(lines))
        self.services.setVisible(bool(lines))
        self.services.show_lines(lines)

    def _show_output(self, text: str) -> None:
        output = "\n".join(text.splitlines()[-_OUTPUT_LINES:])
        self._output_head.setVisible(bool(output))
        self.output.setVisible(bool(output))
        if self.output.toPlainText() != output:
            self.output.setPlainText(output)

    def _show_banner(self, status: ChildStatus | None, crash: str) -> None:
        self.banner.setVisible(False)
        self._reconnect.hide()
        self._understood.setVisible(bool(crash))
        if status is None:
            return
        state, name = status.state, status.name
        title, text = "", ""
        if state is ChildState.FAILED:
            title, text = status.error or f"{name} has failed.", _exit_words(status)
        elif state is ChildState.BACKOFF:
            title = status.error or f"{name} ended without being asked to."
            when = f" at {clock(status.retry_at)}" if status.retry_at else ""
            text = f"It will be started again{when}. {_exit_words(status)}".strip()
        elif state is ChildState.UNRESPONSIVE:
            title = status.error or f"The process of {name} runs but does not answer."
            text = "It is not restarted by itself: a restart ends the calls that are running."
        elif crash:
            title = crash
        elif status.changed and state.alive:
            title = "The lab file says something else than what runs."
            text = "A restart applies it."
        elif status.error and state.alive:
            title = status.error
        if not title:
            return
        calm = status.changed and state is ChildState.RUNNING
        self.banner.set_content("warning" if title == crash else "info" if calm else str(state), title, text)
        self._start.setVisible(state in (ChildState.FAILED, ChildState.BACKOFF))
        self._start.setText("Try now" if state is ChildState.BACKOFF else "Start again")
        self._restart.setVisible(state in (ChildState.UNRESPONSIVE, ChildState.RUNNING) and title != crash)
        self._log.setVisible(True)
        self.banner.setVisible(True)


def facts(status: ChildStatus | None, now: float | None = None) -> list[tuple[str, str]]:
    """Return what the header says of a child: pairs of word and value."""
    if status is None:
        return []
    found = []
    if status.pid:
        found.append(("pid", str(status.pid)))
    if status.started and status.state.alive:
        found.append(("up", uptime((time.time() if now is None else now) - status.started)))
    location = status.uri.partition("@")[2]
    if location and status.state.alive:
        found.append(("address", location))
    if status.stale:
        found.append(("as last known;", "the supervisor cannot be asked"))
    return found


def _exit_words(status: ChildStatus) -> str:
    if status.exit_code is None:
        return ""
    return f"Its exit status was {status.exit_code}."


def _hint(status: ChildStatus | None, hosts: bool) -> str:
    if status is None:
        return "This entry is not saved yet. Save the lab, then it can be started."
    if status.state is ChildState.STOPPED:
        return "It is stopped. Start makes it reachable."
    if status.kind is ChildKind.DAEMON and not hosts:
        return "It hosts nothing yet."
    return ""
