"""A nameserver watched: its entries, and for each whether its daemon lives and its driver has its instrument.

The list is asked for every `period`; each daemon (host and port) has one control link for all its entries, so a death
shows at once and not at the next poll. A nameserver that is lost leaves its last list standing: the links to the
daemons do not go through it. Limits: entries on Unix sockets cannot be checked; the time and latency in a snapshot are
those of its making.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from Pyro5 import core, errors

from pyrolab_gui.network.control import ControlLink
from pyrolab_gui.network.hub import Hub
from pyrolab_gui.network.nameserver import NameserverClient
from pyrolab_gui.wire.errors import LabError, NoReply
from pyrolab_gui.wire.health import InstrumentLink, ProcessLink

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.nameserver import Entries
    from pyrolab_gui.network.trust import Trust

HURRY = 0.4
"""Seconds between two questions while a daemon that lives may register a new address."""
HURRY_FOR = 15.0
TIMEOUT = 2.0
_LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """One name, and what is known of what stands behind it.

    `link` is from here to the daemon's process, with its `reason`; `instrument` from the driver to its instrument,
    with `error` and `detail`. `latency` in seconds, `last_seen` in seconds since the epoch.
    """

    name: str
    uri: str
    object_id: str = ""
    host: str = ""
    port: int = 0
    metadata: tuple[str, ...] = ()
    link: ProcessLink = ProcessLink.UNKNOWN
    reason: str = ""
    latency: float | None = None
    last_seen: float | None = None
    instrument: InstrumentLink = InstrumentLink.UNKNOWN
    error: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RegistrySnapshot:
    """The nameserver at one moment: the link to it (`reason` says why it is down), its entries sorted by name."""

    address: str
    link: ProcessLink
    reason: str
    entries: tuple[RegistryEntry, ...]
    time: float


class RegistryWatcher:
    """Watches one nameserver on threads of its own.

    Parameters
    ----------
    host, port
        Where the nameserver is.
    on_change
        Called with a snapshot, on a thread of the watcher, when something changed, and once at first.
    identity
        Who this client is.
    period
        Seconds between two questions to the nameserver.
    """

    def __init__(
        self,
        host: str,
        port: int,
        on_change: Callable[[RegistrySnapshot], None],
        *,
        identity: Identity,
        period: float = 2.0,
        trust: Trust | None = None,
    ) -> None:
        self._host, self._port = host, port
        self._on_change = on_change
        self._identity, self._trust = identity, trust
        self._period = period
        self._client = NameserverClient(host, port, timeout=TIMEOUT, hello=identity.hello(), trust=trust)
        self._hub = Hub(f"links of the registry {host}:{port}")
        self._links: dict[tuple[str, int], ControlLink] = {}
        self._entries: dict[str, RegistryEntry] = {}
        self._listed: Entries = {}
        self._nameserver = (ProcessLink.UNKNOWN, "")
        self._last_key: object = None
        self._wake = threading.Event()
        self._dirty = threading.Event()
        self._poll_at = 0.0
        self._hurry_until = 0.0
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=f"registry {host}:{port}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def refresh(self) -> None:
        """Ask the nameserver now."""
        self._poll_at = 0.0
        self._wake.set()

    def close(self) -> None:
        """End; `on_change` is not called any more once the call that may run has returned. See `join`."""
        self._closed = True
        self._wake.set()
        self._hub.close()

    def join(self, timeout: float) -> bool:
        """Wait for the end of a closed watcher; return whether it came."""
        deadline = time.monotonic() + timeout
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive() and self._hub.join(max(deadline - time.monotonic(), 0.0))

    def _work(self) -> None:
        while not self._closed:
            now = time.monotonic()
            if now >= self._poll_at:
                self._poll()
                wait = HURRY if time.monotonic() < self._hurry_until else self._period
                self._poll_at = time.monotonic() + wait
            self._publish()
            self._wake.wait(max(self._poll_at - time.monotonic(), 0.0))
            self._wake.clear()
        self._client.close()

    def _poll(self) -> None:
        try:
            listed = self._client.entries()
        except LabError as error:
            state = ProcessLink.NO_REPLY if isinstance(error, NoReply) else ProcessLink.UNREACHABLE
            self._nameserver = (state, error.sentence)
            return
        self._nameserver = (ProcessLink.LIVE, "")
        if listed != self._listed:
            self._listed = listed
            self._take(listed)

    def _take(self, listed: Entries) -> None:
        """Keep what is the same, make what is new, and watch the daemons that are named now."""
        entries: dict[str, RegistryEntry] = {}
        for name in sorted(listed):
            uri, metadata = listed[name]
            known = self._entries.get(name)
            if known is not None and known.uri == uri:
                entries[name] = dataclasses.replace(known, metadata=metadata) if known.metadata != metadata else known
            else:
                object_id, host, port = _parts(uri)
                entries[name] = RegistryEntry(name, uri, object_id, host, port, metadata)
        self._entries = entries
        wanted = {(entry.host, entry.port) for entry in entries.values() if entry.port}
        for key in [key for key in self._links if key not in wanted]:
            self._links.pop(key).close()
        for host, port in wanted - self._links.keys():
            self._links[host, port] = ControlLink(
                host,
                port,
                self._on_link,
                identity=self._identity,
                on_status=self._on_status,
                trust=self._trust,
                hub=self._hub,
            )
        self._dirty.set()

    def _on_link(self, state: ProcessLink, _reason: str) -> None:
        if state is ProcessLink.UNREACHABLE:
            now = time.monotonic()
            self._hurry_until = now + HURRY_FOR
            self._poll_at = min(self._poll_at, now + HURRY)
        self._dirty.set()
        self._wake.set()

    def _on_status(self, _status: dict[str, Any]) -> None:
        self._dirty.set()
        self._wake.set()

    def _publish(self) -> None:
        """Tell what changed, if anything did."""
        if self._dirty.is_set() or self._last_key is None:
            self._dirty.clear()
            services = {key: _services(link) for key, link in self._links.items()}
            self._entries = {name: self._judged(entry, services) for name, entry in self._entries.items()}
        entries = tuple(self._entries.values())
        key = (self._nameserver, tuple(map(_visible, entries)))
        if key == self._last_key or self._closed:
            return
        self._last_key = key
        state, reason = self._nameserver
        self._on_change(RegistrySnapshot(f"{self._host}:{self._port}", state, reason, entries, time.time()))

    def _judged(
        self, entry: RegistryEntry, services: dict[tuple[str, int], dict[str, dict[str, Any]]]
    ) -> RegistryEntry:
        if not entry.port:
            return dataclasses.replace(entry, reason="it is on a Unix socket of its own machine")
        link = self._links[entry.host, entry.port]
        state, reason = link.state, link.reason
        if state is ProcessLink.UNREACHABLE and entry.host in _LOCAL and self._host not in _LOCAL:
            reason = f"it is registered as {entry.host}, which is this machine and not its own"
        known = services[entry.host, entry.port].get(entry.object_id, {})
        instrument, error, detail = entry.instrument, entry.error, entry.detail
        if known:
            instrument = _instrument(known.get("state"))
            error, detail = str(known.get("error") or ""), str(known.get("detail") or "")
        elif state is ProcessLink.UNREACHABLE:
            instrument, error, detail = InstrumentLink.UNKNOWN, "", ""
        return dataclasses.replace(
            entry,
            link=state,
            reason=reason,
            latency=link.latency,
            last_seen=link.last_seen,
            instrument=instrument,
            error=error,
            detail=detail,
        )


def _visible(entry: RegistryEntry) -> tuple[object, ...]:
    """What makes an entry another one: all but the figures that move at every answer."""
    return (
        entry.name,
        entry.uri,
        entry.metadata,
        entry.link,
        entry.reason,
        entry.instrument,
        entry.error,
        entry.detail,
    )


def _services(link: ControlLink) -> dict[str, dict[str, Any]]:
    status = link.status
    services = status.get("services") if status else None
    if not isinstance(services, list):
        return {}
    return {str(service.get("object_id")): service for service in services if isinstance(service, dict)}


def _instrument(state: object) -> InstrumentLink:
    try:
        return InstrumentLink(str(state))
    except ValueError:
        return InstrumentLink.UNKNOWN


def _parts(uri: str) -> tuple[str, str, int]:
    """Return object, host and port of a URI; port 0 where it is no address that can be watched."""
    try:
        parsed = core.URI(uri)
    except errors.PyroError:
        return "", "", 0
    if parsed.protocol != "PYRO" or parsed.sockname or not parsed.port:
        return str(parsed.object), str(parsed.sockname or parsed.host or ""), 0
    return str(parsed.object), str(parsed.host), int(parsed.port)
