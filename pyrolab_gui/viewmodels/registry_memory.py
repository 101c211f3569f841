"""What the registry remembers: names that are not registered any more, and when each came and went.

The history itself is kept by whoever owns it; without one nothing is remembered. Limits: a failing history is told
once, and never stops the registry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels.registry_rows import RegistryRow, offline_row
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from pyrolab_gui.network.registry import RegistryEntry
    from pyrolab_gui.viewmodels.notifications import Notifications


class MemoryPort(Protocol):
    """What is used of the history of registrations."""

    def seen(self, nameserver: str, entries: Sequence[RegistryEntry], time: float | None = None) -> None:
        """Take what a nameserver lists now."""

    def names(self, nameserver: str, since: float = 0.0) -> Sequence[Any]:
        """Return all names that were ever seen there."""

    def timeline(self, nameserver: str, name: str) -> Sequence[Any]:
        """Return when a name came, moved and went; the oldest first."""


@dataclass(frozen=True, slots=True)
class Event:
    """One coming or going of a name."""

    time: float
    kind: str
    uri: str


class RegistryMemory(QObject):
    """Answers from the history, as rows and events."""

    changed = Signal()

    def __init__(self, port: MemoryPort | None, notifications: Notifications) -> None:
        super().__init__()
        self._port = port
        self._notifications = notifications
        self._shown = False
        self._past: dict[str, list[tuple[str, str, float, float]]] = {}

    @property
    def available(self) -> bool:
        """Whether anything is remembered."""
        return self._port is not None

    @property
    def shown(self) -> bool:
        """Whether names that are not registered any more are among the rows."""
        return self._shown

    def show(self, shown: bool) -> None:
        """Show them, or do not."""
        if shown != self._shown:
            self._shown = shown
            self._past.clear()
            self.changed.emit()

    def seen(self, nameserver: str, entries: Sequence[RegistryEntry], reachable: bool) -> None:
        """Take what a nameserver lists now; one that does not answer tells nothing."""
        if self._port is None or not reachable:
            return
        try:
            self._port.seen(nameserver, entries)
        except LabError as error:
            self._fail(error)
        self._past.pop(nameserver, None)

    def offline(
        self, nameserver: str, there: Container[str], first: str, watched: Container[str]
    ) -> Iterator[RegistryRow]:
        """Yield the rows of names that were once at a nameserver and are not now; none while they are not shown."""
        if not self._shown or self._port is None:
            return
        for name, uri, begun, ended in self._names(nameserver):
            if name not in there:
                key = f"{name}@{first}" if first else name
                yield offline_row(name, uri, begun, ended, nameserver=first, watched=key in watched)

    def timeline(self, nameserver: str, name: str) -> tuple[Event, ...]:
        """Return the comings and goings of a name, the newest first."""
        if self._port is None:
            return ()
        try:
            changes = self._port.timeline(nameserver, name)
        except LabError as error:
            self._fail(error)
            return ()
        return tuple(Event(change.time, str(change.kind), change.uri) for change in reversed(changes))

    def _names(self, nameserver: str) -> list[tuple[str, str, float, float]]:
        known = self._past.get(nameserver)
        if known is None and self._port is not None:
            try:
                past = self._port.names(nameserver, 0.0)
            except LabError as error:
                self._fail(error)
                past = ()
            known = [(entry.name, entry.uri, entry.first_seen, entry.last_seen) for entry in past]
            self._past[nameserver] = known
        return known or []

    def _fail(self, error: LabError) -> None:
        self._port = None
        self._notifications.error(error)
