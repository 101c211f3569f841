"""Which nameservers the registry looks at: one is the first, others may be looked at besides it.

Those of the lab file have names; bookmarks and addresses that were used before are offered too. Limits: what they list
is taken over by whoever derives from this.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress, is_address, parse_address
from pyrolab_gui.viewmodels.registry_watch import NameserverLink, NameserverWatch, WatcherFactory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.settings import Settings

HISTORY_LENGTH = 10


class RegistryNameservers(QObject):
    """The nameservers, and intents about them.

    Parameters
    ----------
    identity, bridge, watcher_factory
        Who asks, the way to Qt's thread, and the network.
    settings
        Where bookmarks and what is looked at are kept; nowhere by default.
    """

    linkChanged = Signal(object)  # NameserverLink of the first nameserver
    nameserversChanged = Signal()
    choicesChanged = Signal()
    startRequested = Signal(str)  # key of a child process

    def __init__(
        self, identity: Identity, bridge: Bridge, watcher_factory: WatcherFactory, settings: Settings | None
    ) -> None:
        super().__init__()
        self._identity = identity
        self._bridge = bridge
        self._watcher_factory = watcher_factory
        self._settings = settings
        self._first: NameserverWatch | None = None
        self._others: dict[str, NameserverWatch] = {}
        self._link = NameserverLink()
        self._lab_nameservers: tuple[NameserverAddress, ...] = ()
        self._history: list[str] = []
        self._bookmarks: list[str] = self.remembered("bookmarks")

    # what is shown

    @property
    def link(self) -> NameserverLink:
        """The link to the first nameserver."""
        return self._link

    @property
    def links(self) -> tuple[NameserverLink, ...]:
        """The links to all nameservers that are looked at, the first one first."""
        return tuple(watch.link for watch in self._watches())

    @property
    def nameserver(self) -> NameserverAddress | None:
        """The first one."""
        return self._link.nameserver

    @property
    def choices(self) -> tuple[NameserverAddress, ...]:
        """What the picker offers: the lab's nameservers, bookmarks, then those used before."""
        known = list(self._lab_nameservers)
        for text in (*self._bookmarks, *self._history):
            address = parse_address(text)
            if all((address.host, address.port) != (item.host, item.port) for item in known):
                known.append(address)
        return tuple(known)

    @property
    def bookmarks(self) -> tuple[str, ...]:
        """Addresses that the user keeps."""
        return tuple(self._bookmarks)

    @property
    def history(self) -> tuple[str, ...]:
        """Addresses used before, newest first; to be kept by the application."""
        return tuple(self._history)

    @property
    def lab_nameservers(self) -> tuple[NameserverAddress, ...]:
        """The nameservers of the lab file."""
        return self._lab_nameservers

    @property
    def own_nameserver(self) -> str:
        """The child key of the lab's nameserver at the first address; empty if the lab has none there."""
        chosen = self._link.nameserver
        name = self._named(chosen).name if chosen is not None else ""
        return f"nameserver/{name}" if name else ""

    # intents

    def choose(self, text: str) -> None:
        """Look at the nameserver at the address that was typed, as the first.

        Raises
        ------
        ValueError
            With a sentence, if it is no address.
        """
        chosen = parse_address(text, self.choices)
        self.set_nameserver(chosen.host, chosen.port)

    def set_nameserver(self, host: str, port: int) -> None:
        """Make another nameserver the first; the rows of the one before go."""
        chosen = self._named(NameserverAddress(host, port))
        if self._first is not None:
            if self._first.address == chosen.address:
                self._first.refresh()
                return
            self._first.close()
        self.look_also(chosen.address, wanted=False)
        self._on_first_changed()
        self._link = replace(self._link, own="")
        self._remember(chosen)
        self._first = self._watch(chosen)
        self._link = self._first.link
        self.linkChanged.emit(self._link)
        self._on_nameservers_changed()
        self.nameserversChanged.emit()

    def look_also(self, text: str, *, wanted: bool = True) -> None:
        """Look at another nameserver besides the first, or look away. Raises `ValueError` if it is no address."""
        chosen = parse_address(text, self.choices)
        known = self._others.get(chosen.address)
        if wanted and known is None and (self._first is None or self._first.address != chosen.address):
            self._others[chosen.address] = self._watch(chosen)
        elif not wanted and known is not None:
            del self._others[chosen.address]
            known.close()
        else:
            return
        self._on_nameservers_changed()
        self.remember("also", list(self._others))
        self.nameserversChanged.emit()

    def look_at_known(self) -> None:
        """Look again at the nameservers that were looked at besides the first when the window was last open."""
        for text in self.remembered("also"):
            if is_address(text):
                self.look_also(text)

    def set_bookmark(self, text: str, *, wanted: bool = True) -> None:
        """Keep an address, or forget it. Raises `ValueError` if it is no address."""
        address = parse_address(text, self.choices).address
        self._bookmarks = [known for known in self._bookmarks if known != address] + ([address] if wanted else [])
        self.remember("bookmarks", self._bookmarks)
        self.choicesChanged.emit()

    def refresh(self) -> None:
        """Look at once."""
        for watch in self._watches():
            watch.refresh()

    def start_own_nameserver(self) -> None:
        """Ask for the lab's nameserver at the first address to be started."""
        if self.own_nameserver:
            self.startRequested.emit(self.own_nameserver)

    def set_lab_nameservers(self, nameservers: Iterable[NameserverAddress]) -> None:
        """Offer the nameservers of the lab file by name."""
        self._lab_nameservers = tuple(nameservers)
        for watch in self._watches():
            nameserver = watch.link.nameserver
            if nameserver is not None:
                named = self._named(NameserverAddress(nameserver.host, nameserver.port))
                watch.link = replace(watch.link, nameserver=named)
        if self._first is not None:
            self._link = self._first.link
            self.linkChanged.emit(self._link)
        self._on_nameservers_changed(renamed=True)
        self.choicesChanged.emit()

    def set_own_state(self, state: str) -> None:
        """Say how the lab's own nameserver at the first address is; empty where the lab has none there."""
        if state != self._link.own and self._first is not None:
            self._link = self._first.link = replace(self._link, own=state)
            self.linkChanged.emit(self._link)
            self._on_nameservers_changed(renamed=True)

    def set_history(self, history: Iterable[str]) -> None:
        """Offer addresses of earlier sessions; what is no address is left out."""
        self._history = [text for text in history if is_address(text)][:HISTORY_LENGTH]
        self.choicesChanged.emit()

    def remembered(self, name: str) -> list[str]:
        """Return what was remembered of how the registry is shown: ``columns``, ``grouping``."""
        return self._settings.get(name, list[str]()) if self._settings is not None else []

    def remember(self, name: str, values: list[str]) -> None:
        """Remember how the registry is shown."""
        if self._settings is not None:
            self._settings.set(name, values)

    def close(self) -> None:
        """End watching."""
        for watch in self._watches():
            watch.close()
        self._first = None
        self._others.clear()
        if self._settings is not None:
            self._settings.save()

    # for whoever takes over what they list

    def _on_first_changed(self) -> None:
        """Another nameserver is about to become the first."""

    def _on_nameservers_changed(self, *, renamed: bool = False) -> None:
        """Others are looked at, or (`renamed`) what is the lab's has changed."""

    def _on_watch_news(self, watch: NameserverWatch) -> None:
        """A nameserver has told something."""
        if watch is self._first and watch.link != self._link:
            self._link = watch.link
            self.linkChanged.emit(self._link)

    # small

    def _watches(self) -> list[NameserverWatch]:
        return ([self._first] if self._first is not None else []) + list(self._others.values())

    def _watch(self, nameserver: NameserverAddress) -> NameserverWatch:
        watch = NameserverWatch(nameserver, self._watcher_factory, self._bridge, self._identity, self._on_watch_news)
        return watch

    def _remember(self, chosen: NameserverAddress) -> None:
        self._history = [chosen.address, *(text for text in self._history if text != chosen.address)][:HISTORY_LENGTH]
        self.choicesChanged.emit()

    def _named(self, address: NameserverAddress) -> NameserverAddress:
        for candidate in self._lab_nameservers:
            if (candidate.host, candidate.port) == (address.host, address.port):
                return candidate
        return address
