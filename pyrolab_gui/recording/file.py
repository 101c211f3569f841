"""The file of a recording: SQLite in WAL mode, its tables, and how it is opened for writing and for reading.

Unlike the histories that `storage` keeps, a recording is vital: what cannot be used is refused in a sentence, never
set aside and never replaced by memory. Limits: one recorder writes a file at a time; SQLite's WAL needs a local disk
(on a network drive the file falls back to a rollback journal, and readers may have to wait).
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from pyrolab_gui.storage.database import Database
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path

APPLICATION = 0x50594C52
"""Marks the file as ours (``file`` and SQLite show it)."""

SCHEMA = (
    f"""
    PRAGMA application_id = {APPLICATION};
    CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE segments (id INTEGER PRIMARY KEY, started REAL NOT NULL, ended REAL, who TEXT NOT NULL);
    CREATE TABLE channels (id INTEGER PRIMARY KEY, instrument TEXT NOT NULL, member TEXT NOT NULL, unit TEXT NOT NULL,
                           period REAL NOT NULL, UNIQUE (instrument, member));
    CREATE TABLE blocks (id INTEGER PRIMARY KEY, channel INTEGER NOT NULL, number INTEGER NOT NULL,
                         times BLOB NOT NULL, numbers BLOB, texts TEXT);
    CREATE UNIQUE INDEX blocks_place ON blocks (channel, number);
    CREATE TABLE pieces (id INTEGER PRIMARY KEY, channel INTEGER NOT NULL, times BLOB NOT NULL, numbers BLOB,
                         texts TEXT);
    CREATE INDEX pieces_channel ON pieces (channel);
    CREATE TABLE summaries (id INTEGER PRIMARY KEY, channel INTEGER NOT NULL, level INTEGER NOT NULL,
                            number INTEGER NOT NULL, start REAL NOT NULL, stop REAL NOT NULL, count INTEGER NOT NULL,
                            entries BLOB NOT NULL);
    CREATE INDEX summaries_place ON summaries (channel, level, number, start, stop, count);
    CREATE TABLE gaps (channel INTEGER NOT NULL, start REAL NOT NULL, stop REAL NOT NULL, reason TEXT NOT NULL,
                       message TEXT NOT NULL, PRIMARY KEY (channel, start)) WITHOUT ROWID;
    CREATE TABLE notes (time REAL NOT NULL, who TEXT NOT NULL, text TEXT NOT NULL);
    """,
    """
    ALTER TABLE segments ADD COLUMN summary TEXT NOT NULL DEFAULT '';
    CREATE TABLE settings (time REAL NOT NULL, instrument TEXT NOT NULL, member TEXT NOT NULL, value TEXT NOT NULL,
                           who TEXT NOT NULL);
    CREATE TABLE clocks (time REAL NOT NULL, computer TEXT NOT NULL, offset REAL NOT NULL, uncertainty REAL NOT NULL);
    """,
)
"""Samples come to `pieces` with each flush and move to `blocks` when there are enough of them; `summaries` are the
levels of `pyramid`. `settings` has what was read at the beginning (who: empty) and what was set meanwhile, as JSON;
`clocks` how far the clocks of the instruments' computers were ahead of the recorder's. A step that was once released is
never changed."""

ENDS = "ends"
"""The key in `about` of the end that somebody wished while it was recorded: UTC seconds, 0 for none."""
KEEPS_SETTINGS = 2
"""The version from which a file has settings, clocks and summaries."""

_BUSY_SECONDS = 2.0
_SMALLEST = 512
"""Bytes of the smallest file that SQLite looks into."""


class RecordingFile(Database):
    """The file, opened for writing and brought to the newest schema.

    Parameters
    ----------
    path
        An existing recording, or the place of a new one.

    Raises
    ------
    LabError
        If it cannot be written, is something else, or was written by a later version.
    """

    path: Path

    def __init__(self, path: Path) -> None:
        self._exclusive = _claim(path)
        try:
            super().__init__(path, SCHEMA)
        except BaseException:
            self._release()
            raise

    def close(self) -> None:
        """Write everything into the one file and close it."""
        with contextlib.suppress(sqlite3.Error):  # somebody reads it, or the disk is full: the two files stay as good
            if self._exclusive is not None:
                self.rows("PRAGMA journal_mode=DELETE")  # a file of its own again, readable on read-only media
        super().close()
        self._release()

    def _open(self) -> sqlite3.Connection:
        connection = None
        try:
            connection = sqlite3.connect(
                self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            _check(connection, self.path)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")  # two writes a second cost little, and a power cut no more
            self._upgrade(connection)
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")  # the file itself says what it is, from the start
        except BaseException as error:
            if connection is not None:
                connection.close()
            if isinstance(error, sqlite3.Error):
                raise trouble(self.path, error) from error
            raise
        return connection

    def _release(self) -> None:
        exclusive, self._exclusive = self._exclusive, None
        if exclusive is not None:
            exclusive.close()
            with contextlib.suppress(OSError):
                _lock_path(self.path).unlink()


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open a recording to read it, also while it is written.

    Raises
    ------
    LabError
        If it is not there, is no recording, or cannot be read.
    """
    if not path.is_file():
        raise LabError(f"There is no recording {path}.")
    address = path.resolve().as_uri()
    options = ["mode=ro"]
    if not path.with_name(f"{path.name}-wal").exists():
        options.append("mode=ro&immutable=1")  # a folder that cannot be written, where WAL could not be looked at
    for last, option in enumerate(options, 1):
        connection = sqlite3.connect(
            f"{address}?{option}", uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            if not _check(connection, path):
                raise LabError(f"{path} is empty: no recording was begun in it.")
        except sqlite3.Error as error:
            connection.close()
            if last == len(options):
                raise trouble(path, error, "read") from error
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise AssertionError("unreachable")


def trouble(path: Path, error: sqlite3.Error, what: str = "written") -> LabError:
    """Return in words why a recording cannot be used."""
    name = getattr(error, "sqlite_errorname", "") or ""
    detail = f"{name} {error}".strip()
    if name.startswith("SQLITE_FULL"):
        return LabError(f"The disk is full: {path} cannot grow any more.", detail)
    if name.startswith("SQLITE_NOTADB"):
        return LabError(f"{path} is no recording.", detail)
    if name.startswith("SQLITE_CORRUPT"):
        return LabError(f"{path} is damaged.", detail)
    return LabError(f"{path} cannot be {what} ({error}).", detail)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether somebody else only uses the file at this moment."""
    return str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _check(connection: sqlite3.Connection, path: Path) -> bool:
    """Return whether there is a recording in the file; False for an empty one.

    Raises
    ------
    LabError
        If it holds something else, or is too new.
    """
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
        if 0 < path.stat().st_size < _SMALLEST:
            raise LabError(f"{path} is no recording.")  # SQLite takes so few bytes for nothing, and writes over them
        return False
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        raise LabError(f"{path} is no recording.")
    if version > len(SCHEMA):
        raise LabError(f"{path} was written by a later version of PyroLab GUI ({version}); it can be read there.")
    return True


def _claim(path: Path) -> sqlite3.Connection | None:
    """Keep other recorders out for as long as the process lives: a lock that every system lets go of at its end."""
    try:
        connection = sqlite3.connect(_lock_path(path), timeout=0.0, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise LabError(f"{path} cannot be written: its folder is missing or read-only.", str(error)) from error
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        connection.close()
        if is_busy(error):
            raise LabError(f"{path} is being written by another recorder.", str(error)) from error
        raise trouble(path, error) from error
    return connection


def _lock_path(path: Path) -> Path:
    return path.with_name(f"{path.name}-lock")
