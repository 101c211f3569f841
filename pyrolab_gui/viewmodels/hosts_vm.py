"""The lab's other PCs: which are known, and what runs on each; one that is out of reach holds up none.

Known are those that a nameserver lists and those that were added by hand; each has its own supervisor connection,
threads and view model. Limits: this PC is not among them.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.supervision.known_hosts import KnownHost, KnownHosts, found_in
from pyrolab_gui.supervision.lan import place_of
from pyrolab_gui.viewmodels.background import Background
from pyrolab_gui.viewmodels.far_daemons import FarDaemons

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from pyrolab_gui.supervision.remote import RemoteSupervisor
    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.notifications import Notifications
    from pyrolab_gui.wire.supervision import SupervisorInfo


class FarHost:
    """One other PC: its supervisor, and what is shown of it."""

    def __init__(self, daemons: FarDaemons, supervisor: RemoteSupervisor, background: Background) -> None:
        self.daemons = daemons
        self.supervisor = supervisor
        self.background = background

    @property
    def key(self) -> str:
        """What tells it from others."""
        return self.daemons.host.key

    def close(self) -> None:
        """Let go of it; what runs there goes on. Nothing is waited for."""
        self.daemons.close()
        self.background.close()
        threading.Thread(
            target=self.supervisor.close, kwargs={"stop_children": False}, name="letting go of a PC", daemon=True
        ).start()


class HostsViewModel(QObject):
    """All other PCs.

    Parameters
    ----------
    folder
        Where they are written down.
    connect
        Makes the connection to one.
    own
        Says which supervisor is this PC's own: that is not another PC.
    notifications, bridge, me
        As for `DaemonsViewModel`.
    """

    changed = Signal()
    """Another PC came or went, or a tree is another."""

    added = Signal(object)
    """A `FarHost` came."""

    removed = Signal(str)
    """The one with this key went."""

    def __init__(
        self,
        folder: Path,
        connect: Callable[[str, int], RemoteSupervisor],
        own: Callable[[], SupervisorInfo],
        notifications: Notifications,
        bridge: Bridge,
        me: str = "",
    ) -> None:
        super().__init__()
        self._known = KnownHosts(folder)
        self._connect = connect
        self._own = own
        self._notifications = notifications
        self._bridge = bridge
        self._me = me
        self._hosts: dict[str, FarHost] = {}
        self._closed = False

    @property
    def hosts(self) -> tuple[FarHost, ...]:
        """All that are known, in the order in which they became known."""
        return tuple(self._hosts.values())

    def host(self, key: str) -> FarHost | None:
        """Return the one with this key."""
        return self._hosts.get(key)

    def begin(self) -> None:
        """Look for all that were known before."""
        for host in self._known.all():
            self._take_in(host)

    def add_by_hand(self, text: str) -> str:
        """Add a PC by ``HOST`` or ``HOST:PORT``; return its key.

        Raises
        ------
        ConfigInvalid
            If that is no address.
        """
        host = KnownHost(*place_of(text), by_hand=True)
        self._known.add(host)
        self._take_in(host)
        self._save()
        return host.key

    def forget(self, key: str) -> None:
        """Take a PC out; one that a nameserver lists comes back."""
        self._known.forget(key)
        self._drop(key)
        self._save()

    def on_entries(self, entries: Iterable[tuple[str, str]]) -> None:
        """Take in what a nameserver lists, as pairs of name and URI."""
        fresh = [host for host in found_in(entries) if host.key != self._own().address and self._known.add(host)]
        if not fresh or self._closed:
            return
        keys = {host.key for host in self._known.all()}
        for key in [key for key in self._hosts if key not in keys]:
            self._drop(key)  # it was started anew, and listens elsewhere now
        for host in fresh:
            self._take_in(host)
        self._save()

    def close(self) -> None:
        """Let go of all, and write down when each was seen."""
        self._closed = True
        for host in self.hosts:
            self._known.add(replace(host.daemons.host, seen=host.daemons.last_seen))
            host.close()
        self._hosts.clear()
        if self._known.all():
            self._save()

    def _take_in(self, host: KnownHost) -> None:
        if host.key in self._hosts or host.key == self._own().address:
            return
        supervisor = self._connect(host.host, host.port)
        background = Background(self._bridge, self._notifications)
        daemons = FarDaemons(host, supervisor, self._notifications, self._bridge, background, self._me)
        found = self._hosts[host.key] = FarHost(daemons, supervisor, background)
        daemons.treeChanged.connect(lambda _: self.changed.emit())
        daemons.summaryChanged.connect(lambda: self._on_summary_changed(host.key))
        self.added.emit(found)
        self.changed.emit()

    def _on_summary_changed(self, key: str) -> None:
        """Leave out what turns out to be this PC's own supervisor, under another address."""
        found = self._hosts.get(key)
        if found is None:
            return
        theirs, mine = found.supervisor.info(), self._own()
        if theirs.pid and (theirs.host, theirs.pid, theirs.started) == (mine.host, mine.pid, mine.started):
            self._known.forget(key)
            self._drop(key)
        else:
            self.changed.emit()

    def _drop(self, key: str) -> None:
        found = self._hosts.pop(key, None)
        if found is not None:
            found.close()
            self.removed.emit(key)
            self.changed.emit()

    def _save(self) -> None:
        try:
            self._known.save()
        except OSError as error:
            self._notifications.warning(f"The known PCs cannot be written down: {error.strerror or error}.")
