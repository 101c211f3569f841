"""The registry: what one nameserver knows, kept up to date, with the state of each entry.

Turns the snapshots of the network's watcher into rows and differences of rows on the Qt thread. Limits: one
nameserver at a time; it opens no console and starts no process, it says that somebody wants it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress, parse_address
from pyrolab_gui.viewmodels.registry_rows import RegistryRow, diff, row_of
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.health import Health, ProcessLink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from concurrent.futures import Future

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.registry import RegistrySnapshot
    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.notifications import Notifications
    from pyrolab_gui.wire.description import ServiceDescription

HISTORY_LENGTH = 10


class Watcher(Protocol):
    """What is used of the network's `RegistryWatcher`."""

    def start(self) -> None:
        """Begin to watch."""

    def refresh(self) -> None:
        """Look at once."""

    def close(self) -> None:
        """End, bounded."""


class WatcherFactory(Protocol):
    """Makes a watcher of one nameserver; the callback comes on the watcher's thread."""

    def __call__(
        self, host: str, port: int, on_change: Callable[[RegistrySnapshot], None], *, identity: Identity
    ) -> Watcher:
        """Return a watcher that has not started."""


class Actions(Protocol):
    """What is used of `RegistryActions`."""

    def describe(self, uri: str, name: str) -> Future[ServiceDescription]:
        """Describe one object."""

    def remove(self, nameserver: NameserverAddress, name: str) -> Future[Any]:
        """Take one name out of the nameserver."""

    def reconnect(self, uri: str, name: str) -> Future[Any]:
        """Ask a daemon to open the instrument again, now."""


@dataclass(frozen=True, slots=True)
class NameserverLink:
    """Whether the nameserver answers. `sentence` is empty while all is well; `reason` says why not.

    `own` is the state of the lab's own nameserver at this address, where the lab has one there.
    """

    nameserver: NameserverAddress | None = None
    link: ProcessLink = ProcessLink.UNKNOWN
    reason: str = ""
    own: str = ""

    @property
    def reachable(self) -> bool:
        """Whether its entries can be believed."""
        return self.link in (ProcessLink.LIVE, ProcessLink.SLOW)

    @property
    def starting(self) -> bool:
        """Whether it is the lab's own, which is about to answer."""
        return self.own == ChildState.STARTING and not self.reachable

    @property
    def foreign(self) -> bool:
        """Whether a stranger answers, where the lab's own could not start."""
        return self.reachable and self.own == ChildState.FAILED

    @property
    def shown(self) -> str:
        """The state that its shape and word show."""
        return "starting" if self.starting else "warning" if self.foreign else str(self.link)

    @property
    def sentence(self) -> str:
        """What is wrong, for a person."""
        if self.nameserver is None:
            return "No nameserver is chosen."
        if self.starting:
            return f"The nameserver {self.nameserver.label} is starting."
        if self.foreign:
            return (
                f"A nameserver that is not of this lab answers at {self.nameserver.address}; "
                f"{self.nameserver.name or 'the lab’s own'} could not start there."
            )
        where = f"The nameserver at {self.nameserver.address}"
        if self.reason.startswith(where):
            return self.reason
        because = f": {self.reason.rstrip('.')}" if self.reason else ""
        if self.link is ProcessLink.UNREACHABLE:
            return f"{where} cannot be reached{because}."
        if self.link is ProcessLink.NO_REPLY:
            return f"{where} runs but does not answer{because}."
        return ""


class RegistryViewModel(QObject):
    """Rows of one nameserver and intents about them.

    Parameters
    ----------
    identity
        Who asks.
    notifications
        Where failures are told.
    bridge
        Brings callbacks of network threads to the Qt thread.
    watcher_factory
        `network.registry.RegistryWatcher`, or a stand-in.
    actions
        `RegistryActions`, or a stand-in.
    """

    changed = Signal(object)  # RegistryDiff
    linkChanged = Signal(object)  # NameserverLink
    countsChanged = Signal(object)  # dict[Health, int]
    choicesChanged = Signal()
    described = Signal(str, object, str)  # name, ServiceDescription | None, error sentence
    consoleRequested = Signal(str, str)  # uri, name
    startRequested = Signal(str)  # child key of the lab's own nameserver
    daemonRequested = Signal(str)  # child key of the daemon of an entry

    def __init__(
        self,
        identity: Identity,
        notifications: Notifications,
        bridge: Bridge,
        watcher_factory: WatcherFactory,
        actions: Actions,
    ) -> None:
        super().__init__()
        self._identity = identity
        self._notifications = notifications
        self._bridge = bridge
        self._watcher_factory = watcher_factory
        self._actions = actions
        self._watcher: Watcher | None = None
        self._generation = 0
        self._rows: dict[str, RegistryRow] = {}
        self._link = NameserverLink()
        self._lab_nameservers: tuple[NameserverAddress, ...] = ()
        self._lab_daemons: dict[str, str] = {}
        self._history: list[str] = []
        self._descriptions: dict[str, ServiceDescription] = {}

    # what is shown

    @property
    def rows(self) -> Mapping[str, RegistryRow]:
        """The rows by name, in the nameserver's order."""
        return self._rows

    @property
    def link(self) -> NameserverLink:
        """The link to the nameserver."""
        return self._link

    @property
    def counts(self) -> dict[Health, int]:
        """How many entries are in each state; states without entries are left out."""
        return dict(Counter(row.health for row in self._rows.values()))

    @property
    def nameserver(self) -> NameserverAddress | None:
        """The one that is watched."""
        return self._link.nameserver

    @property
    def choices(self) -> tuple[NameserverAddress, ...]:
        """What the picker offers: the lab's nameservers, then those used before."""
        known = list(self._lab_nameservers)
        for text in self._history:
            address = parse_address(text)
            if all((address.host, address.port) != (item.host, item.port) for item in known):
                known.append(address)
        return tuple(known)

    @property
    def history(self) -> tuple[str, ...]:
        """Addresses used before, newest first; to be kept by the application."""
        return tuple(self._history)

    @property
    def own_nameserver(self) -> str:
        """The child key of the lab's nameserver at the watched address; empty if the lab has none there."""
        chosen = self._link.nameserver
        if chosen is None:
            return ""
        for candidate in self._lab_nameservers:
            if (candidate.host, candidate.port) == (chosen.host, chosen.port):
                return f"nameserver/{candidate.name}"
        return ""

    # intents

    def choose(self, text: str) -> None:
        """Watch the nameserver at the address that was typed.

        Raises
        ------
        ValueError
            With a sentence, if it is no address.
        """
        chosen = parse_address(text, self.choices)
        self.set_nameserver(chosen.host, chosen.port)

    def set_nameserver(self, host: str, port: int) -> None:
        """Watch another nameserver; the rows of the one before go."""
        chosen = self._named(NameserverAddress(host, port))
        if self._watcher is not None:
            current = self._link.nameserver
            if current is not None and (current.host, current.port) == (host, port):
                self._watcher.refresh()
                return
            self._watcher.close()
        self._generation += 1
        generation = self._generation
        self._descriptions.clear()
        self._update((), NameserverLink(chosen))
        self._remember(chosen)
        self._watcher = self._watcher_factory(
            host,
            port,
            lambda snapshot: self._bridge.post(self._on_watcher_snapshot, generation, snapshot),
            identity=self._identity,
        )
        self._watcher.start()

    def refresh(self) -> None:
        """Look at once."""
        if self._watcher is not None:
            self._watcher.refresh()

    def set_lab_nameservers(self, nameservers: Iterable[NameserverAddress]) -> None:
        """Offer the nameservers of the lab file by name."""
        self._lab_nameservers = tuple(nameservers)
        if self._link.nameserver is not None:
            bare = NameserverAddress(self._link.nameserver.host, self._link.nameserver.port)
            self._link = replace(self._link, nameserver=self._named(bare))
            self.linkChanged.emit(self._link)
        self.choicesChanged.emit()

    @property
    def lab_nameservers(self) -> tuple[NameserverAddress, ...]:
        """The nameservers of the lab file."""
        return self._lab_nameservers

    def set_own_state(self, state: str) -> None:
        """Say how the lab's own nameserver at the watched address is; empty where the lab has none there."""
        if state != self._link.own:
            self._link = replace(self._link, own=state)
            self.linkChanged.emit(self._link)

    def set_lab_daemons(self, daemons: Mapping[str, str]) -> None:
        """Say which registered names are of the lab: name -> key of its daemon."""
        self._lab_daemons = dict(daemons)

    def set_history(self, history: Iterable[str]) -> None:
        """Offer addresses of earlier sessions; what is no address is left out."""
        self._history = [text for text in history if _is_address(text)][:HISTORY_LENGTH]
        self.choicesChanged.emit()

    def start_own_nameserver(self) -> None:
        """Ask for the lab's nameserver at the watched address to be started."""
        if self.own_nameserver:
            self.startRequested.emit(self.own_nameserver)

    def open_console(self, name: str) -> None:
        """Ask for the console of one entry."""
        row = self._rows.get(name)
        if row is not None:
            self.consoleRequested.emit(row.uri, row.name)

    def describe(self, name: str) -> None:
        """Ask what an entry can do; `described` brings the answer, at once if it is known."""
        row = self._rows.get(name)
        if row is None:
            return
        known = self._descriptions.get(row.uri)
        if known is not None:
            self.described.emit(name, known, "")
            return
        future = self._actions.describe(row.uri, row.name)
        future.add_done_callback(lambda done: self._bridge.post(self._on_description, row, done))

    def remedy(self, name: str) -> str:
        """Return what can be done here about an entry's state, as the words of a button; empty if nothing can."""
        row = self._rows.get(name)
        if row is None or not row.verdict.remedy:
            return ""
        if row.health is Health.NOT_CONNECTED:
            return row.verdict.remedy
        return "Show its daemon" if name in self._lab_daemons else ""

    def apply_remedy(self, name: str) -> None:
        """Do what `remedy` says."""
        row = self._rows.get(name)
        if row is None:
            return
        if row.health is Health.NOT_CONNECTED:
            future = self._actions.reconnect(row.uri, row.name)
            future.add_done_callback(lambda done: self._bridge.post(self._on_reconnected, row.name, done))
        elif name in self._lab_daemons:
            self.daemonRequested.emit(self._lab_daemons[name])

    def remove(self, name: str) -> None:
        """Take an entry out of the nameserver."""
        nameserver = self._link.nameserver
        if nameserver is None or name not in self._rows:
            return
        future = self._actions.remove(nameserver, name)
        future.add_done_callback(lambda done: self._bridge.post(self._on_removed, name, done))

    def close(self) -> None:
        """End watching."""
        self._generation += 1
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None

    # events, on the Qt thread

    def _on_watcher_snapshot(self, generation: int, snapshot: RegistrySnapshot) -> None:
        if generation != self._generation:
            return
        link = replace(self._link, link=snapshot.link, reason=snapshot.reason)
        self._update([row_of(entry) for entry in snapshot.entries], link)

    def _on_description(self, row: RegistryRow, done: Future[ServiceDescription]) -> None:
        error = _error_of(done)
        if error is None:
            self._descriptions[row.uri] = done.result()
            self.described.emit(row.name, done.result(), "")
        else:
            self.described.emit(row.name, None, error.sentence)

    def _on_removed(self, name: str, done: Future[Any]) -> None:
        error = _error_of(done)
        if error is not None:
            self._notifications.error(LabError(f"{name} was not removed: {error.sentence}", error.detail))
        self.refresh()

    def _on_reconnected(self, name: str, done: Future[Any]) -> None:
        error = _error_of(done)
        if error is not None:
            self._notifications.error(LabError(f"{name} was not connected: {error.sentence}", error.detail))
        self.refresh()

    def _update(self, rows: Iterable[RegistryRow], link: NameserverLink) -> None:
        rows = list(rows)
        difference = diff(self._rows, rows)
        self._rows = {row.name: row for row in rows}
        for row in difference.changed:
            if row.process not in (ProcessLink.LIVE, ProcessLink.SLOW):
                self._descriptions.pop(row.uri, None)
        if link != self._link:
            self._link = link
            self.linkChanged.emit(link)
        if difference:
            self.changed.emit(difference)
            self.countsChanged.emit(self.counts)

    def _remember(self, chosen: NameserverAddress) -> None:
        self._history = [chosen.address, *(text for text in self._history if text != chosen.address)][:HISTORY_LENGTH]
        self.choicesChanged.emit()

    def _named(self, address: NameserverAddress) -> NameserverAddress:
        for candidate in self._lab_nameservers:
            if (candidate.host, candidate.port) == (address.host, address.port):
                return candidate
        return address


def _is_address(text: str) -> bool:
    try:
        parse_address(text)
    except ValueError:
        return False
    return True


def _error_of(done: Future[Any]) -> LabError | None:
    if done.cancelled():
        return LabError("the question was given up")
    error = done.exception()
    if error is None or isinstance(error, LabError):
        return error
    return LabError(str(error) or type(error).__name__, repr(error))
