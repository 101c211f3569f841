"""The registry: what nameservers know, kept up to date, with the state of each entry.

Turns the snapshots of the network's watchers into rows and differences of rows on the Qt thread. One nameserver is the
first: its names stand for themselves; those of others carry its address. Limits: it opens no console and starts no
process, it says that somebody wants it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from pyrolab_gui.viewmodels.daemons_tree import node_key
from pyrolab_gui.viewmodels.registry_changes import RegistryChanges
from pyrolab_gui.viewmodels.registry_discovery import Discovery
from pyrolab_gui.viewmodels.registry_inspection import Actions, DoctorPort, Inspection
from pyrolab_gui.viewmodels.registry_maker import Lab, RowMaker
from pyrolab_gui.viewmodels.registry_memory import MemoryPort, RegistryMemory
from pyrolab_gui.viewmodels.registry_nameservers import RegistryNameservers
from pyrolab_gui.viewmodels.registry_rows import RegistryRow, diff
from pyrolab_gui.viewmodels.registry_watch import NameserverLink, NameserverWatch, Watcher, WatcherFactory
from pyrolab_gui.viewmodels.watching import WatchList
from pyrolab_gui.wire.health import Health, ProcessLink
from pyrolab_gui.wire.remedies import Remedy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.slow_ways import SlowWay
    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.notifications import Notifications
    from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress
    from pyrolab_gui.viewmodels.registry_rows import LabName, RowAlarm
    from pyrolab_gui.viewmodels.settings import Settings
    from pyrolab_gui.wire.errors import LabError

__all__ = ["Actions", "NameserverLink", "RegistryViewModel", "Watcher", "WatcherFactory"]

_WITH_LAB = (Remedy.START_DAEMON, Remedy.RESTART_DAEMON, Remedy.CHANGE_HOST, Remedy.REGISTER_AGAIN)
"""Remedies that only the daemon of an entry can bring, so only where it is of this lab."""
_HERE = (Remedy.RECONNECT, Remedy.SHOW_CALLS, Remedy.REMOVE_ENTRY, Remedy.USE_TLS, Remedy.USE_PLAIN)


class RegistryViewModel(RegistryNameservers):
    """Rows of nameservers and intents about them. Keys are those of `RegistryRow.key`.

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
    doctor
        `network.doctor.Doctor`, or a stand-in; without one nothing is examined.
    memory
        The history of what was registered; without one nothing is remembered.
    settings
        Where bookmarks and what is watched are kept; nowhere by default.
    """

    changed = Signal(object)  # RegistryDiff
    countsChanged = Signal(object)  # dict[Health, int]
    consoleRequested = Signal(str, str)  # uri, name
    restartRequested = Signal(str)  # key of a child process; to be asked first
    daemonRequested = Signal(str)  # key of the daemon of an entry
    certificatesChosen = Signal(str)  # a file that was issued for this computer

    def __init__(
        self,
        identity: Identity,
        notifications: Notifications,
        bridge: Bridge,
        watcher_factory: WatcherFactory,
        actions: Actions,
        *,
        doctor: DoctorPort | None = None,
        memory: MemoryPort | None = None,
        settings: Settings | None = None,
    ) -> None:
        super().__init__(identity, bridge, watcher_factory, settings)
        self._notifications = notifications
        self._rows: dict[str, RegistryRow] = {}
        self.inspection = Inspection(notifications, bridge, actions, doctor, self)
        self.described = self.inspection.described
        self.changes = RegistryChanges(notifications, bridge, actions, self.refresh)
        self.memory = RegistryMemory(memory, notifications, bridge)
        self.discovery = Discovery(bridge)
        self.watching = WatchList(notifications, settings)
        self._maker = RowMaker(self.memory, self.watching, self.inspection.refined)
        self.inspection.diagnosed.connect(self._on_inspection_diagnosed)
        self.memory.changed.connect(self._rebuild)
        self.watching.changed.connect(lambda: self._forget_rows())

    # what is shown

    @property
    def rows(self) -> Mapping[str, RegistryRow]:
        """The rows by key: those of the first nameserver in its order, then those of others."""
        return self._rows

    @property
    def counts(self) -> dict[Health, int]:
        """How many entries are in each state; states without entries are left out."""
        return dict(Counter(row.health for row in self._rows.values() if not row.offline))

    @property
    def slow_ways(self) -> tuple[SlowWay, ...]:
        """The computers whose daemons all answer slowly, by name."""
        ways = {way.host: way for watch in self._watches() for way in watch.slow_ways}
        return tuple(ways[host] for host in sorted(ways))

    @property
    def foreign(self) -> frozenset[str]:
        """The keys of what the lab's nameservers list and the lab file does not have."""
        return frozenset(row.key for row in self._rows.values() if row.ours is False)

    def daemon_key(self, key: str) -> str:
        """Return the key of the lab's daemon that has an entry; empty where it is not of this lab."""
        row = self._rows.get(key)
        lab = self._maker.lab.names
        return lab[row.name].daemon_key if row is not None and row.ours and row.name in lab else ""

    def daemon_page(self, key: str) -> str:
        """Return the key of the page of an entry's daemon, on whichever PC of the lab; empty if there is none."""
        row = self._rows.get(key)
        if row is None or not row.ours or row.name in self._maker.lab.names:
            return self.daemon_key(key)
        known = self._maker.far_name(row.name)
        return node_key(known.computer, known.daemon_key) if known is not None else ""

    def address_of(self, key: str) -> NameserverAddress | None:
        """Return the nameserver that has an entry."""
        row = self._rows.get(key)
        if row is None or not row.nameserver:
            return self._link.nameserver
        watch = self._others.get(row.nameserver)
        return watch.link.nameserver if watch is not None else None

    # intents: the lab

    def set_lab(
        self,
        names: Mapping[str, LabName],
        reasons: Mapping[str, str] | None = None,
        ports: Mapping[str, int] | None = None,
        stopped: Iterable[str] = (),
        hosts: Iterable[str] = (),
    ) -> None:
        """Say which names are of the lab, why some cannot be there, on which port each daemon is, which was stopped.

        `hosts` are the names of this PC under which its processes are reached.
        """
        if self._maker.set_lab(
            Lab(dict(names), dict(reasons or {}), dict(ports or {}), frozenset(stopped), frozenset(hosts))
        ):
            self._expect()
            self._forget_rows()

    def set_far_lab(
        self,
        computer: str,
        names: Mapping[str, LabName],
        reasons: Mapping[str, str] | None = None,
        ports: Mapping[str, int] | None = None,
        stopped: Iterable[str] = (),
    ) -> None:
        """Say the same of another PC of the lab; its names tell their nameservers by address."""
        if self._maker.set_far(computer, Lab(dict(names), dict(reasons or {}), dict(ports or {}), frozenset(stopped))):
            self._expect()
            self._forget_rows()

    def set_values(self, values: Mapping[str, str]) -> None:
        """Show the newest readings: key -> text."""
        self._forget_some(self._maker.set_values(values))

    def set_answers(self, answers: Mapping[str, float]) -> None:
        """Say which instruments answered this window lately: key -> when, in seconds since the epoch.

        It counts for those whose server does not tell such things.
        """
        self._forget_some(self._maker.set_answers(answers))

    def set_alarms(self, alarms: Mapping[str, RowAlarm]) -> None:
        """Show about which instruments an alarm stands: name -> alarm."""
        stale = self._maker.set_alarms(alarms)
        self._forget_some([row.key for row in self._rows.values() if row.name in stale] if stale else ())

    def said(self, sentence: str, error: LabError | None) -> None:
        """Tell what came of something that was done with rows."""
        if error is not None:
            self._notifications.error(error)
        else:
            self._notifications.info(sentence)

    # intents: entries

    def open_console(self, key: str) -> None:
        """Ask for the console of one entry."""
        row = self._rows.get(key)
        if row is not None and row.uri and not row.offline:
            self.consoleRequested.emit(row.uri, row.key)

    def show_daemon(self, key: str) -> None:
        """Ask for the page of an entry's daemon."""
        page = self.daemon_page(key)
        if page:
            self.daemonRequested.emit(page)

    def describe(self, key: str) -> None:
        """Ask what an entry can do; `described` brings the answer, at once if it is known."""
        row = self._rows.get(key)
        if row is not None:
            self.inspection.describe(row)

    def examine(self, keys: Iterable[str]) -> None:
        """Find out why entries are as they are; each answer changes its row."""
        for key in keys:
            row, nameserver = self._rows.get(key), self.address_of(key)
            address = nameserver.address if nameserver is not None else ""
            made = self._maker.entry(address, row.name) if row is not None else None
            if made is not None:
                self.inspection.examine(made[1], made[0], address)

    def remedy(self, key: str) -> str:
        """Return what can be done here about an entry's state, as the words of a button; empty if nothing can."""
        row = self._rows.get(key)
        if row is None or not row.verdict.remedy:
            return ""
        remedy = row.verdict.remedy_key
        if remedy in _WITH_LAB:
            possible = bool(self.daemon_key(key))
        elif remedy is Remedy.SHOW_OTHER:
            possible = self.other_entry(key) in self._rows
        else:
            possible = remedy in _HERE
        return row.verdict.remedy if possible else ""

    def other_entry(self, key: str) -> str:
        """Return the key of the entry that the diagnosis of another one speaks of, such as its duplicate."""
        row = self._rows.get(key)
        other = self.inspection.other(key)
        return f"{other}@{row.nameserver}" if row is not None and row.nameserver and other else other

    def apply_remedy(self, key: str) -> None:
        """Do what `remedy` says."""
        row = self._rows.get(key)
        if row is None or not self.remedy(key):
            return
        remedy, daemon = row.verdict.remedy_key, self.daemon_key(key)
        if remedy is Remedy.RECONNECT:
            self.changes.reconnect(row)
        elif remedy is Remedy.START_DAEMON:
            self.startRequested.emit(daemon)
        elif remedy in (Remedy.RESTART_DAEMON, Remedy.REGISTER_AGAIN):
            self.restartRequested.emit(daemon)
        elif remedy is Remedy.CHANGE_HOST:
            self.daemonRequested.emit(daemon)
        elif remedy is Remedy.REMOVE_ENTRY:
            self.remove([key])
        elif remedy is Remedy.USE_PLAIN:
            self._identity.trust.forget(row.host, row.port)
            self.examine([key])

    def remove(self, keys: Iterable[str] | str) -> None:
        """Take entries out of their nameserver; `changes.undo` puts them back."""
        keys = [keys] if isinstance(keys, str) else list(keys)
        rows = [row for key in keys if (row := self._rows.get(key)) is not None and row.uri and not row.offline]
        self.changes.remove([(row, address) for row in rows if (address := self.address_of(row.key)) is not None])

    def close(self) -> None:
        """End watching, asking and remembering."""
        super().close()
        self.inspection.close()
        self.memory.close()

    # news, on the Qt thread

    def _on_first_changed(self) -> None:
        self.inspection.forget()
        self._maker.forget_all()

    def _on_nameservers_changed(self, *, renamed: bool = False) -> None:
        self._expect()
        if renamed:
            self._maker.forget_all()
        self._rebuild()

    def _on_watch_news(self, watch: NameserverWatch) -> None:
        super()._on_watch_news(watch)
        self.memory.look(watch.address)
        self._rebuild()
        self.nameserversChanged.emit()

    def _on_inspection_diagnosed(self, key: str, _diagnosis: object) -> None:
        self._forget_some([key])

    def _forget_rows(self) -> None:
        """Make all rows anew."""
        self._maker.forget_all()
        self._rebuild()

    def _forget_some(self, keys: Collection[str]) -> None:
        """Make these rows anew."""
        first = self._first.address if self._first is not None else ""
        for key in keys:
            row = self._rows.get(key)
            if row is not None:
                self._maker.forget(row.nameserver or first, row.name)
        if keys:
            self._rebuild()

    def _rebuild(self) -> None:
        rows = list(self._maker.rows(self._watches(), self._first))
        difference = diff(self._rows, rows)
        self._rows = {row.key: row for row in rows}
        for row in difference.changed:
            if row.process not in (ProcessLink.LIVE, ProcessLink.SLOW):
                self.inspection.forget(row.uri)
        if difference:
            self.watching.tell(difference, reachable=self._link.reachable)
            self.changed.emit(difference)
            self.countsChanged.emit(self.counts)

    def _expect(self) -> None:
        for watch in self._watches():
            watch.expect(self._maker.expected(watch))
