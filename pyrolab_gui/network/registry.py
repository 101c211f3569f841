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
from functools import partial
from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.control import ControlLink
from pyrolab_gui.network.hub import Hub
from pyrolab_gui.network.nameserver import NameserverClient
from pyrolab_gui.network.registry_entry import (
    Busy,
    RegistryEntry,
    RegistrySnapshot,
    new_entry,
    running_call,
    visible,
    with_service,
    without_service,
)
from pyrolab_gui.network.slow_ways import LOCAL, SlowWay, slow_ways
from pyrolab_gui.wire.errors import LabError, NoReply, NotSecure
from pyrolab_gui.wire.health import ProcessLink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.nameserver import Entries
    from pyrolab_gui.network.trust import Security

HURRY = 0.4
"""Seconds between two questions while a daemon that lives may register a new address."""
HURRY_FOR = 15.0
TIMEOUT = 2.0
__all__ = ["Busy", "RegistryEntry", "RegistrySnapshot", "RegistryWatcher"]


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
    trust
        Certificates, where nameserver and daemons use TLS; None for those of `identity`.
    known_since
        Returns since when a name has had an address, from a history; asked for names that are there at first.
    """

    def __init__(
        self,
        host: str,
        port: int,
        on_change: Callable[[RegistrySnapshot], None],
        *,
        identity: Identity,
        period: float = 2.0,
        trust: Security | None = None,
        known_since: Callable[[str, str], float | None] | None = None,
    ) -> None:
        self._host, self._port = host, port
        self._known_since = known_since
        self._on_change = on_change
        self._identity, self._trust = identity, trust or identity.trust
        self._period = period
        self._client = NameserverClient(host, port, timeout=TIMEOUT, hello=identity.hello(), trust=self._trust)
        self._hub = Hub(f"links of the registry {host}:{port}")
        self._links: dict[tuple[str, int], ControlLink] = {}
        self._entries: dict[str, RegistryEntry] = {}
        self._names: dict[tuple[str, int], list[str]] = {}
        self._calls: dict[str, Busy] = {}
        """Calls that ran at the last look."""
        self._listed: Entries = {}
        self._listed_once = False
        self._expected: frozenset[str] = frozenset()
        self._nameserver = (ProcessLink.UNKNOWN, "")
        self._insecure = False
        self._slow_ways: dict[str, SlowWay] = {}
        self._told: tuple[tuple[ProcessLink, str], frozenset[str]] | None = None
        self._changed = False
        self._wake = threading.Event()
        self._dirty: set[tuple[str, int]] = set()
        """Daemons of which there is news; filled on other threads."""
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

    def expect(self, names: Iterable[str]) -> None:
        """Say which names a lab file promises: their entries are marked, and those that are not there are *missing*."""
        self._expected = frozenset(names)
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
                self._find_slow_ways()
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
            self._nameserver, self._insecure = (state, error.sentence), isinstance(error, NotSecure)
            return
        self._nameserver, self._insecure = (ProcessLink.LIVE, ""), False
        if listed != self._listed:
            self._listed = listed
            self._take(listed)
        # A daemon whose status does not change tells nothing anew, and then its call has become a long one.
        self._dirty.update((self._entries[name].host, self._entries[name].port) for name in self._calls)

    def _find_slow_ways(self) -> None:
        found = slow_ways(self._links)
        if found != self._slow_ways:
            changed = {way.host for way in {*found.values()} ^ {*self._slow_ways.values()}}
            self._slow_ways, self._changed = found, True
            self._dirty.update(key for key in self._links if key[0] in changed)

    def _take(self, listed: Entries) -> None:
        """Keep what is the same, make what is new, and watch the daemons that are named now."""
        entries: dict[str, RegistryEntry] = {}
        new = []
        for name in sorted(listed):
            uri, metadata = listed[name]
            known = self._entries.get(name)
            if known is not None and known.uri == uri and known.metadata == metadata:
                entries[name] = known
                continue
            entries[name] = new_entry(name, uri, metadata, self._since(name, uri, known), name in self._expected)
            new.append(name)
        self._entries = entries
        self._calls = {name: call for name, call in self._calls.items() if name in entries}
        self._listed_once = self._changed = True
        self._names = {}
        for entry in entries.values():
            self._names.setdefault((entry.host, entry.port), []).append(entry.name)
        wanted = {key for key in self._names if key[1]}
        for key in [key for key in self._links if key not in wanted]:
            self._links.pop(key).close()
        for host, port in wanted - self._links.keys():
            self._links[host, port] = ControlLink(
                host,
                port,
                partial(self._on_link, (host, port)),
                identity=self._identity,
                on_status=partial(self._on_status, (host, port)),
                trust=self._trust,
                hub=self._hub,
            )
        self._look_at(new)

    def _since(self, name: str, uri: str, before: RegistryEntry | None) -> float | None:
        """Return since when a name has had an address: what was there at first has had it for longer than is known."""
        if before is not None and before.uri == uri:
            return before.since
        known = self._known_since(name, uri) if self._known_since is not None else None
        return known if known is not None or not self._listed_once else time.time()

    def _on_link(self, key: tuple[str, int], state: ProcessLink, _reason: str) -> None:
        if state is ProcessLink.UNREACHABLE:
            now = time.monotonic()
            self._hurry_until = now + HURRY_FOR
            self._poll_at = min(self._poll_at, now + HURRY)
        self._news_of(key)

    def _on_status(self, key: tuple[str, int], _status: dict[str, Any]) -> None:
        self._news_of(key)

    def _news_of(self, key: tuple[str, int]) -> None:
        self._dirty.add(key)
        self._wake.set()

    def _publish(self) -> None:
        """Tell what changed, if anything did."""
        while self._dirty:
            self._look_at(self._names.get(self._dirty.pop(), ()))
        expected = self._expected
        told = (self._nameserver, expected)
        if (told == self._told and not self._changed) or self._closed:
            return
        if self._told is None or self._told[1] != expected:
            self._mark(expected)
        self._told, self._changed = told, False
        state, reason = self._nameserver
        missing = tuple(sorted(expected - self._entries.keys())) if self._listed_once else ()
        self._on_change(
            RegistrySnapshot(
                f"{self._host}:{self._port}",
                state,
                reason,
                tuple(self._entries.values()),
                time.time(),
                missing,
                secure=self._client.secure,
                insecure=self._insecure,
                slow_ways=tuple(self._slow_ways.values()),
            )
        )

    def _mark(self, expected: frozenset[str]) -> None:
        for name, entry in self._entries.items():
            if entry.expected != (name in expected):
                self._entries[name] = dataclasses.replace(entry, expected=name in expected)

    def _look_at(self, names: Iterable[str]) -> None:
        """Take what is known of the daemons of these names into their entries."""
        told: dict[tuple[str, int], dict[str, dict[str, Any]]] = {}
        for name in names:
            before = self._entries[name]
            key = (before.host, before.port)
            link = self._links.get(key)
            services = told.get(key)
            if services is None:
                services = told[key] = _services(link) if link is not None else {}
            entry = self._seen(before, link, services.get(before.object_id, {}))
            if entry is not before:
                self._entries[name] = entry
                self._changed = self._changed or visible(entry) != visible(before)

    def _seen(self, entry: RegistryEntry, link: ControlLink | None, service: dict[str, Any]) -> RegistryEntry:
        if link is None:
            return dataclasses.replace(entry, reason="it is on a Unix socket of its own machine")
        state, reason = link.state, link.reason
        if state is ProcessLink.LIVE and link.ours and link.status is None:
            state = ProcessLink.UNKNOWN  # its process answers; how its instruments are comes with its next word
        if state is ProcessLink.SLOW and entry.host in self._slow_ways:
            state, reason = ProcessLink.LIVE, ""  # the way to its computer is slow, which is said once
        if state is ProcessLink.UNREACHABLE and entry.host in LOCAL and self._host not in LOCAL:
            reason = f"it is registered as {entry.host}, which is this machine and not its own"
        if service:
            entry = with_service(entry, service)
            entry = dataclasses.replace(entry, busy=self._long_call(entry.name, running_call(service)))
        elif state is ProcessLink.UNREACHABLE:
            entry = without_service(entry)
        figures = (state, reason, link.latency, link.last_seen)
        if figures == (entry.link, entry.reason, entry.latency, entry.last_seen):
            return entry
        return dataclasses.replace(entry, link=state, reason=reason, latency=link.latency, last_seen=link.last_seen)

    def _long_call(self, name: str, running: Busy | None) -> Busy | None:
        """Return the call that runs if it did so at the last look: others come and go and are not worth telling."""
        before = self._calls.pop(name, None)
        if running is not None:
            self._calls[name] = running
        return running if running == before else None


def _services(link: ControlLink) -> dict[str, dict[str, Any]]:
    status = link.status
    services = status.get("services") if status else None
    if not isinstance(services, list):
        return {}
    return {str(service.get("object_id")): service for service in services if isinstance(service, dict)}
