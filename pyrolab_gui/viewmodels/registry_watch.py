"""One nameserver that the registry looks at: its entries, what the lab misses there, whether it answers.

Snapshots of the network's watcher arrive here on the Qt thread. Limits: judges nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.health import ProcessLink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.registry import RegistryEntry, RegistrySnapshot
    from pyrolab_gui.network.slow_ways import SlowWay
    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress


class Watcher(Protocol):
    """What is used of the network's `RegistryWatcher`."""

    def start(self) -> None:
        """Begin to watch."""

    def refresh(self) -> None:
        """Look at once."""

    def expect(self, names: Iterable[str]) -> None:
        """Say which names must be there."""

    def close(self) -> None:
        """End, bounded."""


class WatcherFactory(Protocol):
    """Makes a watcher of one nameserver; the callback comes on the watcher's thread."""

    def __call__(
        self, host: str, port: int, on_change: Callable[[RegistrySnapshot], None], *, identity: Identity
    ) -> Watcher:
        """Return a watcher that has not started."""


@dataclass(frozen=True, slots=True)
class NameserverLink:
    """Whether the nameserver answers. `sentence` is empty while all is well; `reason` says why not.

    `own` is the state of the lab's own nameserver at this address, where the lab has one there. `secure` says whether
    it speaks TLS, None as long as nobody knows; `insecure`, that the two ends do not agree on it.
    """

    nameserver: NameserverAddress | None = None
    link: ProcessLink = ProcessLink.UNKNOWN
    reason: str = ""
    own: str = ""
    secure: bool | None = None
    insecure: bool = False

    @property
    def reachable(self) -> bool:
        """Whether its entries can be believed."""
        return self.link in (ProcessLink.LIVE, ProcessLink.SLOW)

    @property
    def security(self) -> str:
        """How the connection is protected, in a word; empty while nobody knows."""
        return "" if self.secure is None else "TLS" if self.secure else "no TLS"

    @property
    def starting(self) -> bool:
        """Whether it is the lab's own, which is about to answer."""
        return self.own == ChildState.STARTING and not self.reachable

    @property
    def foreign(self) -> bool:
        """Whether a stranger answers, where the lab's own could not start."""
        return self.reachable and self.own == ChildState.FAILED

    @property
    def stopped(self) -> bool:
        """Whether it is the lab's own, which does not run because nobody wants it to."""
        return self.own in (ChildState.STOPPED, ChildState.EXITED) and not self.reachable and not self.insecure

    @property
    def shown(self) -> str:
        """The state that its shape and word show."""
        if self.starting or self.stopped:
            return self.own
        return "warning" if self.foreign else str(self.link)

    @property
    def sentence(self) -> str:
        """What is wrong, for a person."""
        if self.nameserver is None:
            return "No nameserver is chosen."
        if self.starting:
            return f"The nameserver {self.nameserver.label} is starting."
        if self.stopped:
            return f"The nameserver {self.nameserver.label} is stopped."
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


class NameserverWatch:
    """Watches one nameserver from the moment it is made until `close`.

    Parameters
    ----------
    nameserver
        Where it is.
    factory, bridge, identity
        The watcher, the way to the Qt thread, and who asks.
    on_news
        Called on the Qt thread after each snapshot.
    """

    def __init__(
        self,
        nameserver: NameserverAddress,
        factory: WatcherFactory,
        bridge: Bridge,
        identity: Identity,
        on_news: Callable[[NameserverWatch], None],
    ) -> None:
        self.link = NameserverLink(nameserver)
        self.entries: tuple[RegistryEntry, ...] = ()
        self.missing: tuple[str, ...] = ()
        self.slow_ways: tuple[SlowWay, ...] = ()
        self.time = 0.0
        self._on_news = on_news
        self._closed = False
        self._expected: frozenset[str] = frozenset()
        self._watcher = factory(
            nameserver.host,
            nameserver.port,
            lambda snapshot: bridge.post(self._on_watcher_snapshot, snapshot),
            identity=identity,
        )
        self._watcher.start()

    @property
    def address(self) -> str:
        """``host:port``."""
        nameserver = self.link.nameserver
        return nameserver.address if nameserver is not None else ""

    def expect(self, names: Iterable[str]) -> None:
        """Say which names the lab promises here."""
        expected = frozenset(names)
        if expected != self._expected:
            self._expected = expected
            self._watcher.expect(expected)

    def refresh(self) -> None:
        """Look at once."""
        self._watcher.refresh()

    def close(self) -> None:
        """End watching; no news comes any more."""
        self._closed = True
        self._watcher.close()

    def _on_watcher_snapshot(self, snapshot: RegistrySnapshot) -> None:
        if self._closed:
            return
        link = self.link
        self.link = NameserverLink(
            link.nameserver, snapshot.link, snapshot.reason, link.own, snapshot.secure, snapshot.insecure
        )
        self.slow_ways = snapshot.slow_ways
        self.entries, self.missing, self.time = snapshot.entries, snapshot.missing, snapshot.time
        self._on_news(self)
