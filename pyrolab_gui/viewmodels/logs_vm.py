"""What the window reported and what the children wrote, merged by time; read on while somebody looks.

A line without a time of its own gets that of the line before, a line without a level likewise. Children may be of
several PCs; one that does not answer holds up none of the others. Limits: the last lines of each child, some thousands
in all; files are read by the supervisors.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pyrolab_gui.viewmodels.daemons_tree import node_key, split_key
from pyrolab_gui.viewmodels.log_line import parse_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.viewmodels.notifications import Notice, Notifications
    from pyrolab_gui.wire.supervision import LogLines

WINDOW = "window"
"""The source of what the window itself reported."""

KEPT = 5000
PERIOD = 1000
_LIMIT = 500


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line: when (seconds since the epoch), whose (`WINDOW` or the key of a child), how bad, what, what behind.

    `place` is the name of the PC, where it is another than this.
    """

    time: float
    source: str
    level: str
    text: str
    detail: str = ""
    place: str = ""

    @property
    def name(self) -> str:
        """The source in a word."""
        return _name(self.source, self.place)


@dataclass(slots=True)
class _Part:
    """The children of one PC."""

    supervisor: SupervisorApi
    background: Background
    place: str
    asking: bool = False


class LogsViewModel(QObject):
    """The merged log.

    Parameters
    ----------
    notifications
        What the window reports.
    """

    added = Signal(object)
    """A list of `LogEntry`, to be put at the end."""

    replaced = Signal()
    """The entries are others: a child's past was merged in."""

    sourcesChanged = Signal()

    def __init__(self, notifications: Notifications) -> None:
        super().__init__()
        self._entries: deque[LogEntry] = deque(map(_of_notice, notifications.notices), maxlen=KEPT)
        self._parts: dict[str, _Part] = {}
        self._places: dict[str, str] = {}
        self._last: dict[str, LogEntry] = {}
        self._shown = False
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD)
        self._timer.timeout.connect(self.look)
        notifications.posted.connect(self._on_notice)

    def entries(self) -> tuple[LogEntry, ...]:
        """Return all entries, the oldest first."""
        return tuple(self._entries)

    def sources(self) -> tuple[str, ...]:
        """Return whose lines there are: the window, then the children."""
        return (WINDOW, *self._places)

    def name_of(self, source: str) -> str:
        """Return a source in a word or two."""
        host, _ = split_key(source, self._parts)
        return _name(source, self._parts[host].place if host in self._parts else "")

    def attach(self, supervisor: SupervisorApi, background: Background, host: str = "", place: str = "") -> None:
        """Read what the children of a supervisor write, from now on; `host` and `place` are key and name of its PC."""
        self._parts[host] = _Part(supervisor, background, place)
        self.set_shown(self._shown)

    def detach(self, host: str | None = None) -> None:
        """Read no more of a PC, or of none at all; what was read stays."""
        if host is None:
            self._parts.clear()
        self._parts.pop(host or "", None)
        if not self._parts:
            self._timer.stop()

    def set_shown(self, shown: bool) -> None:
        """Read only while somebody looks."""
        self._shown = shown
        if shown and self._parts:
            self._timer.start()
            self.look()
        else:
            self._timer.stop()

    def look(self) -> None:
        """Ask for what was written since the last look."""
        for host, part in self._parts.items():
            if not part.asking:
                part.asking = True
                self._ask(host, part)

    def _ask(self, host: str, part: _Part) -> None:
        supervisor = part.supervisor
        places = {
            status.key: self._places.get(node_key(host, status.key), "")
            for status in supervisor.statuses()
            if not (host and status.stale)
        }
        part.background.ask(
            lambda: {key: supervisor.log_lines(key, place, _LIMIT) for key, place in places.items()},
            lambda found: self._on_lines(host, part, found),
            lambda _: self._on_lines(host, part, {}),
        )

    def _on_lines(self, host: str, part: _Part, found: dict[str, LogLines]) -> None:
        part.asking = False
        fresh: list[LogEntry] = []
        old = False
        for child, lines in found.items():
            key = node_key(host, child)
            old = old or key not in self._places
            if key not in self._places:
                self._places[key] = ""
                self.sourcesChanged.emit()
            self._places[key] = lines.next
            fresh += self._taken(key, part.place, lines)
        if not fresh:
            return
        fresh.sort(key=lambda entry: entry.time)
        if old:
            self._entries = deque(sorted([*self._entries, *fresh], key=lambda entry: entry.time), maxlen=KEPT)
            self.replaced.emit()
        else:
            self._entries.extend(fresh)
            self.added.emit(fresh)

    def _taken(self, key: str, place: str, lines: LogLines) -> list[LogEntry]:
        found = []
        taken_apart = [parse_line(text) for text in lines.lines]
        # Lines without a time belong to the one before them; the first that are read, to the one after them.
        first = next((parsed.time for parsed in taken_apart if parsed.time), time.time())
        for parsed in taken_apart:
            before = self._last.get(key)
            moment = parsed.time or (before.time if before is not None else first)
            level = parsed.level or (before.level if before is not None else "info")
            self._last[key] = LogEntry(moment, key, level, parsed.text, place=place)
            found.append(self._last[key])
        return found

    def _on_notice(self, notice: Notice) -> None:
        entry = _of_notice(notice)
        self._entries.append(entry)
        self.added.emit([entry])


def _name(source: str, place: str) -> str:
    child = source.partition("/")[2].partition("@")[0] or source
    return f"{child}@{place}" if place else child


def _of_notice(notice: Notice) -> LogEntry:
    return LogEntry(notice.time, WINDOW, notice.kind, notice.sentence, notice.detail)


def as_text(entry: LogEntry, name: Callable[[LogEntry], str] = lambda entry: entry.name) -> str:
    """Return an entry as a line to be copied or exported."""
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.time))
    return f"{when}  {name(entry)}  {entry.level}  {entry.text}"
