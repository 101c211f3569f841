"""Watches nameservers, remembers what they had, and takes out what was lost for too long where somebody wants that.

The supervisor owns one for the nameservers of its lab, each window one for what it looks at. They share a file; who
claims a nameserver first watches and remembers it, the others read what it writes, and one of them goes on when it
ends. All writing is done on one thread of its own: a slow disk delays no watcher. Limits: what cannot be written is
said once and lost.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Protocol

from pyrolab_gui.network.nameserver import remove_entry
from pyrolab_gui.network.registry import RegistryWatcher
from pyrolab_gui.storage.database import Database
from pyrolab_gui.supervision.registry_claims import RegistryClaims
from pyrolab_gui.supervision.registry_history import SCHEMA, RegistryHistory, canonical
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.health import ProcessLink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.registry_entry import RegistryEntry, RegistrySnapshot

TURN = 10.0
"""Seconds between two looks at what is due, and between two notes of who still answers."""

_OLD_NEWS = 5.0
"""Seconds; a list is asked for more often than that."""

logger = logging.getLogger(__name__)


class Remove(Protocol):
    """Takes a name out of a nameserver if it still has this address; returns whether it did."""

    def __call__(self, host: str, port: int, name: str, uri: str) -> bool:
        """Take it out."""


class RegistryKeeper:
    """The memory of several nameservers.

    Parameters
    ----------
    file
        The SQLite file; None for a memory that ends with the process.
    identity
        Who asks.
    turn
        Seconds between two looks at what is due.
    clock
        Seconds since the epoch.
    on_notice
        Called with a sentence where something could not be written or removed, on a thread of the keeper.
    remove
        Takes a name out; None to ask the nameserver itself.
    """

    def __init__(
        self,
        file: Path | None,
        identity: Identity,
        *,
        turn: float = TURN,
        clock: Callable[[], float] = time.time,
        on_notice: Callable[[str], None] = logger.warning,
        remove: Remove | None = None,
    ) -> None:
        self._identity, self._turn, self._clock = identity, turn, clock
        self._on_notice, self._remove = on_notice, remove or partial(remove_entry, trust=identity.trust)
        self._database = Database(file, SCHEMA)
        self.history = RegistryHistory(self._database)
        """What is remembered; may be asked from any thread."""
        self._claims = RegistryClaims(file.parent if file is not None and not self._database.in_memory else None)
        self._lock = threading.Lock()
        self._wanted: set[tuple[str, int]] = set()
        self._watchers: dict[tuple[str, int], RegistryWatcher] = {}
        self._work: queue.SimpleQueue[tuple[tuple[str, int], RegistrySnapshot] | None] = queue.SimpleQueue()
        self._taken: dict[tuple[str, str, str], float] = {}
        """Nameserver, name and address of what was just taken out, and until when older lists may still have it."""
        self._failing = False
        self._closed = False
        if self._database.notice:
            on_notice(self._database.notice)
        self._thread = threading.Thread(target=self._run, name="registry history", daemon=True)
        self._thread.start()

    def watch(self, nameservers: Iterable[tuple[str, int]]) -> None:
        """Watch these nameservers (host and port), and no others any more."""
        with self._lock:
            self._wanted = set(nameservers) if not self._closed else set()
            for key in self._watchers.keys() - self._wanted:
                self._watchers.pop(key).close()
                if not self._closed:
                    self._claims.release(_address(key))
            self._begin()

    def remembers(self, host: str, port: int) -> bool:
        """Whether this keeper is the one that writes what is known of a nameserver."""
        return (host, port) in self._watchers

    def close(self, timeout: float = 5.0) -> None:
        """Write the last of it and end; a second call does nothing."""
        if self._closed:
            return
        with self._lock:
            self._closed = True
            watchers = list(self._watchers.values())
        self.watch(())
        for watcher in watchers:
            watcher.join(timeout)
        self._work.put(None)
        self._thread.join(timeout)
        self._claims.close()

    def _begin(self) -> None:
        """Watch what is wanted and claimed by nobody else."""
        for key in self._wanted - self._watchers.keys():
            if not self._claims.take(_address(key)):
                continue
            self.history.resume(_address(key))
            watcher = RegistryWatcher(*key, partial(self._on_change, key), identity=self._identity)
            self._watchers[key] = watcher
            watcher.start()

    def _on_change(self, key: tuple[str, int], snapshot: RegistrySnapshot) -> None:
        self._work.put((key, snapshot))

    def _run(self) -> None:
        next_turn = time.monotonic() + self._turn
        while True:
            try:
                work = self._work.get(timeout=max(next_turn - time.monotonic(), 0.0))
            except queue.Empty:
                next_turn = time.monotonic() + self._turn
                self._guarded(lambda: self.history.flush(self._clock()))
                self._clean()
                with self._lock:
                    self._begin()
                continue
            if work is None:
                break
            (host, port), snapshot = work
            if snapshot.link in (ProcessLink.LIVE, ProcessLink.SLOW):
                address = _address((host, port))
                self._guarded(partial(self.history.seen, address, self._there(address, snapshot), self._clock()))
        self._guarded(lambda: self.history.flush(self._clock()))
        self._database.close()

    def _clean(self) -> None:
        """Take out what was lost for too long."""
        for host, port in tuple(self._watchers):
            address = _address((host, port))
            for name, uri in self.history.due(address, self._clock()):
                try:
                    taken = self._remove(host, port, name, uri)
                except LabError as error:
                    self._on_notice(f"{name} was not taken out of the nameserver at {address}: {error.sentence}")
                    break
                if taken:
                    self._taken[address, name, uri] = time.monotonic() + _OLD_NEWS
                    if (watcher := self._watchers.get((host, port))) is not None:
                        watcher.refresh()
                    logger.info("%s was unreachable for too long and is taken out of %s", name, address)
                    self._guarded(partial(self.history.removed, address, name, self._clock()))

    def _there(self, address: str, snapshot: RegistrySnapshot) -> list[RegistryEntry]:
        """Return the entries without those just taken out: a list from before that would let them appear again."""
        now = time.monotonic()
        self._taken = {key: until for key, until in self._taken.items() if until > now}
        return [entry for entry in snapshot.entries if (address, entry.name, entry.uri) not in self._taken]

    def _guarded(self, write: Callable[[], None]) -> None:
        try:
            write()
            self._failing = False
        except sqlite3.Error as error:
            if not self._failing:
                self._failing = True
                self._on_notice(f"The history of the registry cannot be written: {error}.")


def _address(key: tuple[str, int]) -> str:
    return canonical(f"{key[0]}:{key[1]}")
