"""What is known of the selected entry: verdict and remedy, address, daemon, members, last calls, comings and goings.

Limits: shows what it is given; asks for nothing.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from pyrolab_gui.ui.registry.columns import ALARM_STATES
from pyrolab_gui.ui.registry.inspector_parts import CallTable, MemberRow, Pairs, TimeLine
from pyrolab_gui.ui.theme import STATE_WORDS
from pyrolab_gui.ui.theme.tokens import L, M, S
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.ui.widgets.button import button, set_icon
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.state_label import StateLabel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.registry_rows import moment
from pyrolab_gui.viewmodels.value_text import age_text
from pyrolab_gui.wire.health import Health, ProcessLink

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.registry_inspection import CallLine, DaemonFacts
    from pyrolab_gui.viewmodels.registry_rows import RegistryRow
    from pyrolab_gui.wire.description import ServiceDescription
    from pyrolab_gui.wire.registry_past import Change

WIDTH = 338
_MOST_MEMBERS = 60
_QUIET = (Health.LIVE, Health.NOT_ASKED, Health.UNKNOWN, Health.CONNECTING)
_REMEDY_ICONS = {"reconnect": "arrow-clockwise", "start-daemon": "play", "restart-daemon": "arrow-clockwise"}


class Inspector(Panel):
    """The panel at the right of the table."""

    consoleRequested = Signal(str)
    daemonRequested = Signal(str)
    remedyRequested = Signal(str)
    watchRequested = Signal(str, bool)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("alternate", parent)
        self.setMinimumWidth(WIDTH)
        self._name = ""
        self._uri = ""
        self._watched = False
        self._title = TextLabel("", 16, 600, selectable=True)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._star = button("", "star", "ghost", "Tell me when it goes or returns")
        self._star.setObjectName("registry-watch")
        self._star.clicked.connect(lambda: self.watchRequested.emit(self._name, not self._watched))
        close = button("", "x", "ghost", "Close inspector")
        close.clicked.connect(self.closed)
        self._state = StateLabel()
        self._links = Pairs(("Process", "Instrument"))
        self._alarm = Banner("alarm", "")
        self._alarm.setObjectName("registry-alarm")
        self._alarm.hide()
        self._banner = Banner("live", "")
        self._remedy = button("Connect again", "arrow-clockwise", "plain")
        self._remedy.setObjectName("registry-remedy")
        self._remedy.clicked.connect(lambda: self.remedyRequested.emit(self._name))
        self._banner.set_buttons([self._remedy])
        self._open = button("Open console", "sliders-horizontal", "primary")
        self._open.setObjectName("registry-open-console")
        self._open.clicked.connect(lambda: self.consoleRequested.emit(self._name))
        self._daemon_button = button("Show daemon", "hard-drives", "plain")
        self._daemon_button.setObjectName("registry-show-daemon")
        self._daemon_button.clicked.connect(lambda: self.daemonRequested.emit(self._name))
        copy = button("", "copy", "ghost", "Copy the URI")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._uri))
        self._address = Pairs(
            (
                "Model",
                "Object",
                "Host",
                "Nameserver",
                "Since",
                "URI",
                "Metadata",
                "Description",
                "In use by",
                "Last seen",
            )
        )
        self._daemon = _Part(SectionHead("Daemon"), Pairs(("Name", "Process", "Connected", "Who", "Called by")))
        self._members_head = SectionHead("Members")
        self._members_text = TextLabel("", 12, 400, "secondary", wrap=True)
        self._members = QVBoxLayout()
        self._members.setSpacing(0)
        self.calls = _Part(SectionHead("Recent calls"), CallTable())
        self._times = _Part(SectionHead("Comings and goings"), TimeLine())
        self._callers: tuple[str, ...] = ()
        self._lay_out(close, copy)

    def _lay_out(self, close: QWidget, copy: QWidget) -> None:
        head = QHBoxLayout()
        head.setSpacing(S)
        head.addWidget(self._title, 1)
        head.addWidget(self._star)
        head.addWidget(close)
        acts = QHBoxLayout()
        acts.setSpacing(S)
        acts.addWidget(self._open)
        acts.addWidget(self._daemon_button)
        acts.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, 12, L, M)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._state)
        column.addSpacing(S)
        column.addWidget(self._links)
        column.addSpacing(M)
        column.addWidget(self._alarm)
        column.addSpacing(S)
        column.addWidget(self._banner)
        column.addSpacing(S)
        column.addLayout(acts)
        column.addSpacing(M)
        column.addWidget(SectionHead("Address", copy))
        column.addWidget(self._address)
        column.addWidget(self._daemon)
        column.addWidget(self.calls)
        column.addWidget(self._times)
        column.addSpacing(M)
        column.addWidget(self._members_head)
        column.addWidget(self._members_text)
        column.addLayout(self._members)
        column.addStretch(1)

    @property
    def name(self) -> str:
        """The key of the entry that is shown."""
        return self._name

    def show_row(self, row: RegistryRow, remedy: str, *, has_daemon: bool = False) -> None:
        """Show an entry; what is known of it besides stays while it is the same entry."""
        if row.key != self._name:
            self.show_members(None, "")
            self.show_calls(())
            self.show_daemon(None)
            self.show_timeline(())
        if row.missing:
            self.show_daemon(None)  # what its process told was of one that is gone
        self._name, self._uri, self._watched = row.key, row.uri, row.watched
        self._title.setText(row.name)
        self._title.setToolTip(row.name)
        set_icon(self._star, "star-fill" if row.watched else "star", "accent" if row.watched else "text2")
        self._star.setToolTip("Do not tell any more" if row.watched else "Tell me when it goes or returns")
        self._star.setAccessibleName(self._star.toolTip())
        extra = f"last seen {row.seen}" if row.seen and row.seen != "now" else ""
        self._state.set_state(row.look, STATE_WORDS.get(row.state, row.state), extra)
        self._links.show_values({"Process": _process(row), "Instrument": row.connection})
        self._alarm.setVisible(row.alarm is not None)
        if row.alarm is not None:
            self._alarm.set_content(ALARM_STATES.get(row.alarm.level, "alarm"), row.alarm.text)
        quiet = row.health in _QUIET and not row.used
        self._banner.setVisible(not quiet)
        if not quiet:
            self._banner.set_content(row.look, row.verdict.sentence)
            self._remedy.setVisible(bool(remedy))
            self._remedy.setText(remedy or self._remedy.text())
            self._remedy.setAccessibleName(self._remedy.text())
            set_icon(self._remedy, _REMEDY_ICONS.get(row.verdict.remedy_key, "arrow-right"))
        self._open.setEnabled(bool(row.uri) and not row.offline)
        self._daemon_button.setVisible(has_daemon)
        self._address.show_values(
            {
                "Model": row.model,
                "Object": row.object_id if row.object_id != row.name else "",
                "Host": f"{row.host} : {row.port}" if row.port else row.host,
                "Nameserver": row.place if row.place == row.nameserver else f"{row.place} · {row.nameserver}",
                "Since": row.appeared,
                "URI": row.uri,
                "Metadata": "\n".join(word for word in row.metadata if word != row.description),
                "Description": row.description,
                "In use by": row.used,
                "Last seen": row.seen if row.seen != "now" else "",
            }
        )

    def show_daemon(self, facts: DaemonFacts | None) -> None:
        """Show what the daemon tells of itself; nothing where it does not tell."""
        self._daemon.setVisible(facts is not None)
        if facts is None:
            return
        up = f"up {age_text(time.time() - facts.started)}" if facts.started else ""
        pid = f"process {facts.pid}" if facts.pid is not None else ""
        connections = facts.connections
        connected = "" if connections is None else "1 connection" if connections == 1 else f"{connections} connections"
        self._daemon.body.show_values(
            {
                "Name": facts.name,
                "Process": " · ".join(word for word in (pid, up) if word),
                "Connected": connected,
                "Who": "\n".join(facts.clients),
                "Called by": ", ".join(self._callers),
            }
        )

    def show_calls(self, calls: tuple[CallLine, ...]) -> None:
        """Show the last calls, the newest first; who called is who uses it."""
        self.calls.setVisible(bool(calls))
        self.calls.body.show_calls(calls)
        self._callers = tuple(dict.fromkeys(f"{call.who} ({moment(call.time)})" for call in _newest(calls)))

    def show_timeline(self, events: tuple[Change, ...]) -> None:
        """Show when the name came and went."""
        self._times.setVisible(bool(events))
        self._times.body.show_events(events)

    def show_members(self, description: ServiceDescription | None, note: str) -> None:
        """Show what the entry can do, or a note why that is not known."""
        while (item := self._members.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        members = description.members if description is not None else ()
        self._members_head.set_count(len(members) if description is not None else None)
        text = note
        if description is not None and not note:
            words = [description.class_name, description.instance_mode if description.described else ""]
            text = " · ".join(word for word in words if word)
            summary = description.doc.strip().split("\n\n", 1)[0].replace("\n", " ")
            text = f"{text}\n{summary}" if summary else text
        self._members_text.setText(text)
        self._members_text.setVisible(bool(text))
        for member in members[:_MOST_MEMBERS]:
            self._members.addWidget(MemberRow(member))
        if len(members) > _MOST_MEMBERS:
            self._members.addWidget(
                TextLabel(f"and {len(members) - _MOST_MEMBERS} more, in the console", 12, 400, "secondary")
            )


_Body = TypeVar("_Body", bound=QWidget)


class _Part(QWidget, Generic[_Body]):
    """A section that is not there while there is nothing to say in it."""

    def __init__(self, head: SectionHead, body: _Body) -> None:
        super().__init__()
        self.head = head
        self.body = body
        column = QVBoxLayout(self)
        column.setContentsMargins(0, M, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(body)
        self.hide()


def _process(row: RegistryRow) -> str:
    """Return the link from here to the process in words."""
    if row.process is ProcessLink.UNKNOWN:
        return ""
    if row.seen == "now":
        return f"answers{' slowly' if row.process is ProcessLink.SLOW else ''} in {row.delay}"
    return str(row.process)


def _newest(calls: tuple[CallLine, ...]) -> list[CallLine]:
    """Return the newest call of each caller."""
    newest: dict[str, CallLine] = {}
    for call in calls:
        newest.setdefault(call.who, call)
    return list(newest.values())
