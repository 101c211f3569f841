"""What happened to the children, told from one status to the next: started, crashed, stopped, silent, back.

Statuses say how things stand; a history needs what happened, why and at whose wish. Limits: keeps the last status of
each child and nothing else (`supervision.statistics` writes the events down); needs the statuses of a child in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pyrolab_gui.supervision.exit_words import exit_words
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus
from pyrolab_gui.wire.supervision import ChildEvent, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

_Happened: TypeAlias = tuple[EventKind, str, str]
"""What, why, and on whose order."""

_SERVES = (ChildState.RUNNING, ChildState.UNRESPONSIVE)
_NOT_CONNECTED = "not-connected"
_CONNECTED = "connected"


@dataclass(slots=True)
class _Life:
    """What is remembered of one child."""

    status: ChildStatus | None = None
    order: str = ""
    who: str = ""
    crash: str = ""
    """Why it crashed, until it serves again."""
    adopted: bool = False


class EventWatch:
    """Turns statuses into events.

    Parameters
    ----------
    began
        When this supervisor began: a child that is older was adopted.
    """

    def __init__(self, began: float) -> None:
        self._began = began
        self._lives: dict[str, _Life] = {}
        self._waiting: set[tuple[str, str]] = set()
        """Services, by child and name, whose instrument is missing."""

    def ordered(self, keys: Sequence[str], order: str, who: str) -> None:
        """Remember who wants what (``start``, ``stop`` or ``restart``) of children, for the events that follow."""
        for key in keys:
            life = self._lives.setdefault(key, _Life())
            life.order, life.who = order, who

    def note(self, status: ChildStatus, time: float) -> list[ChildEvent]:
        """Take the next status of a child and return what happened; nothing where only details changed."""
        life = self._lives.setdefault(status.key, _Life())
        before, life.status = life.status, status
        if before is None and status.state.alive and 0 < status.started < self._began:
            life.adopted = True
            happened: list[_Happened] = [
                (EventKind.ADOPTED, f"{status.name} was found running (process {status.pid}).", "")
            ]
            if status.state is ChildState.RUNNING:
                life.adopted = False
        elif before is None and not status.state.alive and not life.order:
            happened = []  # it ended under a former supervisor, which has told of it
        else:
            happened = _states(life, before, status)
        happened += self._services(status)
        return [ChildEvent(time, status.key, kind, reason, who) for kind, reason, who in happened]

    def _services(self, status: ChildStatus) -> list[_Happened]:
        """Return which services lost their instrument, and which have it again."""
        found: list[_Happened] = []
        for service in status.services:
            which = (status.key, service.name)
            if service.state == _NOT_CONNECTED and which not in self._waiting:
                self._waiting.add(which)
                reason = f": {service.error}" if service.error else "."
                found.append(
                    (EventKind.NOT_CONNECTED, f"{service.name} is not connected to its instrument{reason}", "")
                )
            elif service.state == _CONNECTED and which in self._waiting:
                self._waiting.discard(which)
                found.append((EventKind.CONNECTED, f"{service.name} is connected to its instrument again.", ""))
        return found


def _states(life: _Life, before: ChildStatus | None, now: ChildStatus) -> list[_Happened]:
    old = before.state if before is not None else ChildState.STOPPED
    found: list[_Happened] = []
    if _crashed(before, now):
        life.crash = now.error or _noted(now) or f"{now.name} {exit_words(now.exit_code)}."
        found.append((EventKind.CRASHED, life.crash, ""))
    if now.state is old:
        return found
    if now.state is ChildState.RUNNING:
        found += _serves(life, old, now)
    elif now.state is ChildState.UNRESPONSIVE:
        found.append((EventKind.UNRESPONSIVE, now.error, ""))
    elif now.state is ChildState.FAILED:
        if old in _SERVES:
            found.append((EventKind.CRASHED, now.error, ""))
        found.append((EventKind.FAILED, now.error, ""))
        life.crash = ""
    elif now.state is ChildState.EXITED:
        last = now.detail.strip().rpartition("\n")[2] if now.kind is ChildKind.RECORDER else ""
        found.append((EventKind.STOPPED, last or f"{now.name} {exit_words(now.exit_code)}.", ""))
    elif now.state is ChildState.STOPPED and (old.alive or old is ChildState.BACKOFF):
        found.append((EventKind.STOPPED, now.error, life.who if life.order in ("stop", "restart") else ""))
        life.crash = ""
        if life.order == "stop":
            life.order = life.who = ""
    return found


def _crashed(before: ChildStatus | None, now: ChildStatus) -> bool:
    """Whether a process ended that was not to end: it waits for its next start, or was started again at once."""
    if before is None or before.state not in (*_SERVES, ChildState.STARTING):
        return False
    return now.state is ChildState.BACKOFF or (now.state.alive and now.restarts > before.restarts)


def _serves(life: _Life, old: ChildState, now: ChildStatus) -> list[_Happened]:
    if old is ChildState.UNRESPONSIVE:
        return [(EventKind.BACK, f"{now.name} answers again.", "")]
    adopted, life.adopted = life.adopted, False
    crash, life.crash = life.crash, ""
    if crash:
        return [(EventKind.RESTARTED, crash, "")]
    if adopted:
        return []
    order, who, life.order, life.who = life.order, life.who, "", ""
    return [(EventKind.RESTARTED if order == "restart" else EventKind.STARTED, "", who)]


def _noted(status: ChildStatus) -> str:
    """Return the sentence that a child started again at once carries as its first line, without the time."""
    return status.detail.partition("\n")[0].partition(" ")[2]
