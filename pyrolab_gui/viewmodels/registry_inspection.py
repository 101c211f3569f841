"""What is found out about single entries on request: description, last calls, daemon, and the doctor's diagnosis.

Nothing here uses an instrument's own connection: the daemon is asked. Limits: keeps the newest answer of each kind;
an answer that comes after its entry has changed is dropped.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels.registry_changes import error_of
from pyrolab_gui.wire.health import Health, ProcessLink, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from pyrolab_gui.network.doctor import Diagnosis
    from pyrolab_gui.network.registry import RegistryEntry
    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.notifications import Notifications
    from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress
    from pyrolab_gui.viewmodels.registry_rows import RegistryRow
    from pyrolab_gui.wire.description import ServiceDescription

_ANSWERS = (ProcessLink.LIVE, ProcessLink.SLOW)
SHOWN_CALLS = 12


class Actions(Protocol):
    """What is used of `RegistryActions`. Errors of the futures are `LabError`."""

    def describe(self, uri: str, name: str) -> Future[ServiceDescription]:
        """Describe one object."""

    def remove(self, nameserver: NameserverAddress, name: str) -> Future[Any]:
        """Take one name out of the nameserver."""

    def register(self, nameserver: NameserverAddress, name: str, uri: str, metadata: Sequence[str]) -> Future[Any]:
        """Put one name into the nameserver, unless it is taken."""

    def reconnect(self, uri: str, name: str) -> Future[Any]:
        """Ask a daemon to open the instrument again, now."""

    def calls(self, uri: str, name: str) -> Future[list[dict[str, Any]]]:
        """Ask a daemon for the last calls to an object."""

    def daemon_status(self, uri: str, name: str) -> Future[dict[str, Any]]:
        """Ask the daemon of an object how it is."""


class DoctorPort(Protocol):
    """What is used of `network.doctor.Doctor`."""

    def examine(self, entry: RegistryEntry | str, name: str = "", nameserver: str = "") -> Future[Diagnosis]:
        """Begin to examine an entry; the future never holds an exception."""

    def close(self) -> None:
        """End; returns at once."""


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call as the inspector lists it. `duration` is None while it runs; `error` is empty where it worked."""

    time: float
    who: str
    call: str
    duration: float | None
    error: str


@dataclass(frozen=True, slots=True)
class DaemonFacts:
    """What a daemon tells of itself; None or empty where it does not tell.

    `started` in seconds since the epoch; `clients` are who is connected to it, each with how many connections.
    """

    name: str = ""
    pid: int | None = None
    started: float | None = None
    connections: int | None = None
    services: int | None = None
    clients: tuple[str, ...] = ()


class Inspection(QObject):
    """Questions about entries, and their answers as signals."""

    described = Signal(str, object, str)  # key, ServiceDescription | None, error sentence
    callsTold = Signal(str, object)  # key, tuple[CallLine, ...]; the newest first
    daemonTold = Signal(str, object)  # key, DaemonFacts | None
    diagnosed = Signal(str, object)  # key, Diagnosis

    def __init__(
        self,
        notifications: Notifications,
        bridge: Bridge,
        actions: Actions,
        doctor: DoctorPort | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._notifications = notifications
        self._bridge = bridge
        self._actions = actions
        self._doctor = doctor
        self._descriptions: dict[str, ServiceDescription] = {}
        self._diagnoses: dict[str, tuple[object, Verdict, str]] = {}
        self._examined: set[str] = set()

    @property
    def can_examine(self) -> bool:
        """Whether there is a doctor."""
        return self._doctor is not None

    def describe(self, row: RegistryRow) -> None:
        """Ask what an entry can do; `described` brings the answer, at once if it is known."""
        known = self._descriptions.get(row.uri)
        if known is not None:
            self.described.emit(row.key, known, "")
            return

        def answered(done: Future[ServiceDescription]) -> None:
            error = error_of(done)
            if error is None:
                self._descriptions[row.uri] = done.result()
                self.described.emit(row.key, done.result(), "")
            else:
                self.described.emit(row.key, None, error.sentence)

        self._actions.describe(row.uri, row.name).add_done_callback(lambda done: self._bridge.post(answered, done))

    def look(self, row: RegistryRow) -> None:
        """Ask the daemon of an entry how it is, and for the last calls."""
        if row.process not in _ANSWERS:
            self.daemonTold.emit(row.key, None)
            return

        def told(done: Future[dict[str, Any]]) -> None:
            self.daemonTold.emit(row.key, _facts(done.result()) if error_of(done) is None else None)

        def listed(done: Future[list[dict[str, Any]]]) -> None:
            self.callsTold.emit(row.key, _calls(done.result()) if error_of(done) is None else ())

        self._actions.daemon_status(row.uri, row.name).add_done_callback(lambda done: self._bridge.post(told, done))
        self._actions.calls(row.uri, row.name).add_done_callback(lambda done: self._bridge.post(listed, done))

    def examine(self, row: RegistryRow, entry: RegistryEntry, nameserver: str) -> None:
        """Let the doctor find out why an entry is as it is."""
        if self._doctor is None or row.key in self._examined:
            return
        self._examined.add(row.key)
        signs = _signs(row)

        def answered(done: Future[Diagnosis]) -> None:
            self._examined.discard(row.key)
            if error_of(done) is not None:
                return
            found = done.result()
            health = row.health if found.health is Health.UNKNOWN else found.health
            verdict = Verdict(health, found.sentence, found.remedy, found.detail, found.remedy_key)
            self._diagnoses[row.key] = (signs, verdict, found.other)
            self.diagnosed.emit(row.key, found)

        future = self._doctor.examine(entry, row.name, nameserver)
        future.add_done_callback(lambda done: self._bridge.post(answered, done))

    def refined(self, row: RegistryRow) -> RegistryRow:
        """Return the row with the doctor's verdict, while it is as it was when it was examined."""
        known = self._diagnoses.get(row.key)
        if known is None:
            return row
        if known[0] != _signs(row):
            del self._diagnoses[row.key]
            return row
        return replace(row, verdict=known[1])

    def other(self, key: str) -> str:
        """Return the name or the address that the diagnosis of an entry speaks of; empty if there is none."""
        known = self._diagnoses.get(key)
        return known[2] if known is not None else ""

    def forget(self, uri: str = "") -> None:
        """Forget what an object can do, or all."""
        if uri:
            self._descriptions.pop(uri, None)
        else:
            self._descriptions.clear()
            self._diagnoses.clear()

    def close(self) -> None:
        """End what is examined."""
        if self._doctor is not None:
            self._doctor.close()


def _signs(row: RegistryRow) -> object:
    """Return what must stay the same for a diagnosis to hold."""
    return (row.uri, row.process, row.connection)


def _facts(status: Any) -> DaemonFacts | None:
    if not isinstance(status, dict):
        return None
    pid, started, connections, services = (status.get(k) for k in ("pid", "started", "connections", "services"))
    return DaemonFacts(
        str(status.get("name") or ""),
        pid if isinstance(pid, int) else None,
        float(started) if isinstance(started, int | float) else None,
        connections if isinstance(connections, int) else None,
        len(services) if isinstance(services, list) else None,
        _clients(status.get("clients")),
    )


def _clients(told: Any) -> tuple[str, ...]:
    counted = Counter(str(who) for who in told) if isinstance(told, list) else Counter[str]()
    return tuple(f"{who} ({count})" if count > 1 else who for who, count in sorted(counted.items()))


def _calls(told: Any) -> tuple[CallLine, ...]:
    lines: list[CallLine] = []
    for call in reversed(told if isinstance(told, list) else []):
        if isinstance(call, dict) and len(lines) < SHOWN_CALLS:
            duration = call.get("duration_s")
            lines.append(
                CallLine(
                    float(call.get("time") or 0.0),
                    str(call.get("who") or ""),
                    _call_text(str(call.get("member") or ""), str(call.get("arguments") or "")),
                    float(duration) if isinstance(duration, int | float) else None,
                    str(call.get("error") or ""),
                )
            )
    return tuple(lines)


def _call_text(member: str, arguments: str) -> str:
    if arguments.startswith("= "):
        return f"{member} {arguments}"
    return f"{member}({arguments})" if arguments else member
