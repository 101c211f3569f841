"""The memory of the registry: every name that a nameserver ever had, its addresses, its comings and goings.

Kept in an embedded SQLite file by whoever watches the nameserver; with a database in memory, for as long as the
process lives. Only what changes is written, so that ten thousand names cost nothing while they stand still. Limits:
one process writes what is known of a nameserver, all may read it; comings and goings are kept for a year, names for
ever; it removes nothing from a nameserver, it says what is due.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from pyrolab_gui.wire.health import ProcessLink
from pyrolab_gui.wire.names import NAMESERVER_OBJECT
from pyrolab_gui.wire.registry_past import Change, ChangeKind, PastEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyrolab_gui.storage.database import Database

DATABASE = "registry.sqlite"
"""The file in the state folder."""

SCHEMA = (
    """
    CREATE TABLE entries (nameserver TEXT NOT NULL, name TEXT NOT NULL, uri TEXT NOT NULL, metadata TEXT NOT NULL,
                          first_seen REAL NOT NULL, last_seen REAL NOT NULL, since REAL NOT NULL,
                          online INTEGER NOT NULL, lost INTEGER NOT NULL, PRIMARY KEY (nameserver, name));
    CREATE TABLE addresses (nameserver TEXT NOT NULL, name TEXT NOT NULL, uri TEXT NOT NULL, last_seen REAL NOT NULL,
                            PRIMARY KEY (nameserver, name, uri));
    CREATE TABLE changes (nameserver TEXT NOT NULL, name TEXT NOT NULL, time REAL NOT NULL, kind TEXT NOT NULL,
                          uri TEXT NOT NULL);
    CREATE INDEX changes_name ON changes (nameserver, name);
    CREATE INDEX changes_time ON changes (time);
    CREATE TABLE policies (nameserver TEXT PRIMARY KEY, remove_after REAL);
    """,
)

CHANGES_KEPT = 366 * 86400.0
_PRUNE = 86400.0
_HERE = frozenset(("127.0.0.1", "::1", "[::1]", "localhost"))
_ALIVE = frozenset((ProcessLink.LIVE, ProcessLink.SLOW))


def canonical(nameserver: str) -> str:
    """Return the address under which a nameserver is remembered: this computer has one name only."""
    host, _, port = nameserver.rpartition(":")
    return f"localhost:{port}" if host in _HERE else nameserver


class Entry(Protocol):
    """As much of a `RegistryEntry` as is remembered."""

    @property
    def name(self) -> str:
        """The registered name."""

    @property
    def uri(self) -> str:
        """Its address."""

    @property
    def metadata(self) -> tuple[str, ...]:
        """What the nameserver knows besides."""

    @property
    def link(self) -> ProcessLink:
        """From here to its daemon."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A name as it was at the last look; `lost_at` only counts from looks of this process."""

    uri: str
    metadata: str
    since: float
    online: bool
    lost: bool
    alive: bool = False
    lost_at: float | None = None


class RegistryHistory:
    """Remembers the entries of nameservers. May be used from any thread.

    Parameters
    ----------
    database
        Opened with `SCHEMA`; the history does not close it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._known: dict[str, dict[str, _Known]] = {}
        self._pruned = float("-inf")

    # -- what it is told ---------------------------------------------------------------------------------------------

    def seen(self, nameserver: str, entries: Iterable[Entry], time: float) -> None:
        """Take the entries of a nameserver as they are now.

        Parameters
        ----------
        nameserver
            ``host:port``.
        entries
            All of them; what is left out has gone. Not to be called while the nameserver does not answer.
        time
            Of the look, in seconds since the epoch.

        Raises
        ------
        sqlite3.Error
            If it could not be written; it is then told again by the next look.
        """
        nameserver = canonical(nameserver)
        with self._lock:
            before = self._of(nameserver)
            after, changes = _compared(before, entries, time)
            rows = [(name, known) for name, known in after.items() if before.get(name) is not known]
            if rows:
                with self._database.transaction():
                    self._write(nameserver, rows, changes, time)
            self._known[nameserver] = after

    def flush(self, time: float) -> None:
        """Note that what answered at the last look still does; to be called now and then, and at the end.

        Raises
        ------
        sqlite3.Error
            If it could not be written.
        """
        with self._lock, self._database.transaction():
            for nameserver, known in self._known.items():
                rows = [(time, nameserver, name) for name, one in known.items() if one.alive]
                self._database.run_many(
                    "UPDATE entries SET last_seen = max(last_seen, ?) WHERE nameserver = ? AND name = ?", rows
                )
            if time - self._pruned > _PRUNE:
                self._pruned = time
                self._database.run("DELETE FROM changes WHERE time < ?", (time - CHANGES_KEPT,))

    def removed(self, nameserver: str, name: str, time: float) -> None:
        """Note that a name was taken out because it was lost for too long."""
        nameserver = canonical(nameserver)
        with self._lock:
            known = self._of(nameserver)
            one = known.get(name)
            if one is None or not one.online:
                return
            with self._database.transaction():
                gone = replace(one, online=False, lost=False, alive=False, lost_at=None)
                self._write(nameserver, [(name, gone)], [(name, ChangeKind.REMOVED, one.uri)], time)
            known[name] = gone

    def resume(self, nameserver: str) -> None:
        """Begin anew with what the file says of a nameserver: another process has written it until now."""
        nameserver = canonical(nameserver)
        with self._lock:
            self._known.pop(nameserver, None)

    def forget(self, nameserver: str, name: str) -> None:
        """Forget a name that is not registered any more, and all that happened to it."""
        nameserver = canonical(nameserver)
        with self._lock:
            if (one := self._of(nameserver).get(name)) is not None and one.online:
                return
            with self._database.transaction():
                for table in ("entries", "addresses", "changes"):
                    self._database.run(f"DELETE FROM {table} WHERE nameserver = ? AND name = ?", (nameserver, name))
            self._of(nameserver).pop(name, None)

    # -- what it is asked --------------------------------------------------------------------------------------------

    def names(self, nameserver: str, since: float = 0.0) -> list[PastEntry]:
        """Return all names of a nameserver that were there after a time, sorted, those of today among them."""
        nameserver = canonical(nameserver)
        with self._lock:
            addresses: dict[str, list[str]] = {}
            for name, uri in self._database.rows(
                "SELECT name, uri FROM addresses WHERE nameserver = ? ORDER BY last_seen DESC, rowid DESC",
                (nameserver,),
            ):
                addresses.setdefault(name, []).append(uri)
            rows = self._database.rows(
                "SELECT name, uri, first_seen, last_seen, online, lost, since, metadata FROM entries "
                "WHERE nameserver = ? AND (online OR last_seen >= ?) ORDER BY name",
                (nameserver, since),
            )
        return [
            PastEntry(
                name, uri, first, last, bool(online), tuple(addresses.get(name, ())), bool(lost), at, _split(metadata)
            )
            for name, uri, first, last, online, lost, at, metadata in rows
        ]

    def timeline(self, nameserver: str, name: str) -> list[Change]:
        """Return what happened to a name, the oldest first."""
        nameserver = canonical(nameserver)
        with self._lock:
            rows = self._database.rows(
                "SELECT time, kind, uri FROM changes WHERE nameserver = ? AND name = ? ORDER BY time, rowid",
                (nameserver, name),
            )
        return [Change(*row) for row in rows]

    def since(self, nameserver: str, name: str, uri: str) -> float | None:
        """Return since when a name has had this address; None if it had not when it was last seen."""
        nameserver = canonical(nameserver)
        with self._lock:
            rows = self._database.rows(
                "SELECT since FROM entries WHERE nameserver = ? AND name = ? AND uri = ? AND online",
                (nameserver, name, uri),
            )
        return rows[0][0] if rows else None

    # -- what is done about entries that stay lost -------------------------------------------------------------------

    def remove_after(self, nameserver: str) -> float | None:
        """Return after how many minutes unreachable a name is to be removed; None: it is kept."""
        nameserver = canonical(nameserver)
        with self._lock:
            rows = self._database.rows("SELECT remove_after FROM policies WHERE nameserver = ?", (nameserver,))
        return rows[0][0] if rows else None

    def set_remove_after(self, nameserver: str, minutes: float | None) -> None:
        """Keep what is lost (None), or remove it after so many minutes without a break.

        Raises
        ------
        ValueError
            If that is not more than nothing.
        sqlite3.Error
            If it could not be written.
        """
        nameserver = canonical(nameserver)
        if minutes is not None and not minutes > 0:
            raise ValueError("A time to remove entries after must be more than 0 minutes.")
        with self._lock, self._database.transaction():
            self._database.run("INSERT OR REPLACE INTO policies VALUES (?, ?)", (nameserver, minutes))

    def due(self, nameserver: str, time: float) -> list[tuple[str, str]]:
        """Return name and URI of what has been lost for too long, as seen by this process without a break."""
        nameserver = canonical(nameserver)
        minutes = self.remove_after(nameserver)
        if minutes is None:
            return []
        with self._lock:
            return [
                (name, one.uri)
                for name, one in self._of(nameserver).items()
                if one.online
                and one.lost_at is not None
                and time - one.lost_at >= minutes * 60
                and name != NAMESERVER_OBJECT
            ]

    # -- inside ------------------------------------------------------------------------------------------------------

    def _of(self, nameserver: str) -> dict[str, _Known]:
        """Return what is known of a nameserver's names, read from the file at first."""
        known = self._known.get(nameserver)
        if known is None:
            rows = self._database.rows(
                "SELECT name, uri, metadata, since, online, lost FROM entries WHERE nameserver = ?", (nameserver,)
            )
            known = {
                name: _Known(uri, metadata, since, bool(online), bool(lost))
                for name, uri, metadata, since, online, lost in rows
            }
            self._known[nameserver] = known
        return known

    def _write(
        self,
        nameserver: str,
        rows: list[tuple[str, _Known]],
        changes: list[tuple[str, ChangeKind, str]],
        time: float,
    ) -> None:
        self._database.run_many(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (nameserver, name) DO UPDATE SET "
            "uri = excluded.uri, metadata = excluded.metadata, since = excluded.since, online = excluded.online, "
            "lost = excluded.lost, last_seen = CASE WHEN ? THEN max(last_seen, excluded.last_seen) ELSE last_seen END",
            [
                (nameserver, name, one.uri, one.metadata, time, time, one.since, one.online, one.lost, one.alive)
                for name, one in rows
            ],
        )
        self._database.run_many(
            "INSERT OR REPLACE INTO addresses VALUES (?, ?, ?, ?)",
            [(nameserver, name, one.uri, time) for name, one in rows if one.online],
        )
        self._database.run_many(
            "INSERT INTO changes VALUES (?, ?, ?, ?, ?)",
            [(nameserver, name, time, str(kind), uri) for name, kind, uri in changes],
        )


def _compared(
    before: dict[str, _Known], entries: Iterable[Entry], time: float
) -> tuple[dict[str, _Known], list[tuple[str, ChangeKind, str]]]:
    """Return what is known after a look, and what has happened since the last one."""
    after: dict[str, _Known] = {}
    changes: list[tuple[str, ChangeKind, str]] = []
    for entry in entries:
        known = before.get(entry.name)
        here = known is not None and known.online
        moved = known is None or known.uri != entry.uri
        if not here:
            changes.append((entry.name, ChangeKind.APPEARED, entry.uri))
        elif moved:
            changes.append((entry.name, ChangeKind.MOVED, entry.uri))
        lost = _is_lost(entry.link, known if here and not moved else None)
        if known is not None and here and not moved and lost != known.lost:
            changes.append((entry.name, ChangeKind.LOST if lost else ChangeKind.BACK, entry.uri))
        elif lost and (moved or not here):
            changes.append((entry.name, ChangeKind.LOST, entry.uri))
        fresh = _Known(
            entry.uri,
            "\n".join(entry.metadata),
            known.since if known is not None and here and not moved else time,
            online=True,
            lost=lost,
            alive=entry.link in _ALIVE,
            lost_at=_lost_at(entry.link, known if here and not moved else None, time),
        )
        after[entry.name] = known if known == fresh and known is not None else fresh
    for name, known in before.items():
        if name in after:
            continue
        if known.online:
            changes.append((name, ChangeKind.GONE, known.uri))
            known = replace(known, online=False, lost=False, alive=False, lost_at=None)
        after[name] = known
    return after, changes


def _is_lost(link: ProcessLink, known: _Known | None) -> bool:
    """Whether a daemon is lost; one that has not been asked yet is as it was."""
    if link is ProcessLink.UNKNOWN:
        return known is not None and known.lost
    return link is ProcessLink.UNREACHABLE


def _lost_at(link: ProcessLink, known: _Known | None, time: float) -> float | None:
    if link is not ProcessLink.UNREACHABLE:
        return None
    return known.lost_at if known is not None and known.lost_at is not None else time


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()
