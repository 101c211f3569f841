"""One SQLite file: opened in WAL mode, brought to the newest schema, checked; a broken one is moved aside.

What is kept in such a file (histories, statistics) is welcome but never vital, so opening it never fails: a file that
cannot be used is renamed and a new one begun, and where no file can be written the database lives in memory; `notice`
then says so in a sentence. Limits: one connection, for one thread; only one process writes a file.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_COMPANIONS = ("", "-wal", "-shm")
"""What SQLite puts beside a file; they belong together."""

_BUSY_SECONDS = 2.0
"""Waiting for somebody who reads the file from outside (a backup, a curious person)."""


class Database:
    """An open SQLite file.

    Parameters
    ----------
    path
        The file; it and its folder are made where they are missing, readable by their owner alone. None for a
        database in memory.
    schema
        The steps that lead to the present schema, oldest first: each a script of SQL statements. A step that was once
        released is never changed; new ones are appended. The number of steps is the version of the file.

    Attributes
    ----------
    notice
        What is to be told about the opening: a broken file moved aside, or nothing kept; empty as a rule.
    """

    def __init__(self, path: Path | None, schema: Sequence[str]) -> None:
        self.path = path
        self.notice = ""
        self._schema = schema
        self._connection = self._open()

    @property
    def in_memory(self) -> bool:
        """Whether nothing of it is kept on disk."""
        return not self._connection.execute("PRAGMA database_list").fetchone()[2]

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a query, as tuples."""
        return self._connection.execute(sql, values).fetchall()

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run a statement and return how many rows it touched."""
        return self._connection.execute(sql, values).rowcount

    def run_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each row."""
        self._connection.executemany(sql, rows)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what the block does one step: all of it is kept, or nothing.

        Raises
        ------
        sqlite3.Error
            If it could not be written, for instance on a full disk; the file is then as it was before.
        """
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # SQLite may have rolled back by itself
                self._connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Write everything into the one file and close it; a second call does nothing."""
        self._connection.close()

    # -- opening -----------------------------------------------------------------------------------------------------

    def _open(self) -> sqlite3.Connection:
        path = self.path
        if path is None:
            return self._open_memory()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                return self._open_file(path)
            except sqlite3.DatabaseError as error:
                if not _is_broken(error):
                    raise
                aside = _move_aside(path)
                self.notice = f"{path.name} could not be read and was set aside as {aside}; a new one is begun."
                return self._open_file(path)
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or error
            self.notice = f"{path} cannot be written ({reason}), so what it should keep ends with this process."
            return self._open_memory()

    def _open_memory(self) -> sqlite3.Connection:
        connection = _connect(":memory:")
        self._upgrade(connection)
        return connection

    def _open_file(self, path: Path) -> sqlite3.Connection:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite itself would let others read it
        connection = _connect(str(path))
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")  # a power cut may cost the last seconds, never the file
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise _Broken(found)
            self._upgrade(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _upgrade(self, connection: sqlite3.Connection) -> None:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(self._schema):
            raise _Broken(f"it was written by a later version ({version})")
        for number, step in enumerate(self._schema[version:], version + 1):
            try:
                connection.executescript(f"BEGIN IMMEDIATE; {step}; PRAGMA user_version={number}; COMMIT;")
            except sqlite3.OperationalError as error:
                if _is_full_or_locked(error):
                    raise
                raise _Broken(str(error)) from error  # tables that its version does not have, or lacks


def _move_aside(path: Path) -> str:
    stem = f"{path.stem}.broken-{time.strftime('%Y%m%d-%H%M%S')}"
    number, name = 1, f"{stem}{path.suffix}"
    while path.with_name(name).exists():
        number, name = number + 1, f"{stem}-{number}{path.suffix}"
    for companion in _COMPANIONS:
        with contextlib.suppress(FileNotFoundError):
            os.replace(f"{path}{companion}", f"{path.with_name(name)}{companion}")
    return name


class _Broken(sqlite3.DatabaseError):
    """The file can be opened, but not used."""


def _connect(where: str) -> sqlite3.Connection:
    return sqlite3.connect(where, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _is_broken(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is the trouble: a full disk or a missing right is not."""
    return not isinstance(error, sqlite3.OperationalError) or any(
        word in str(error) for word in ("malformed", "file format")
    )


def _is_full_or_locked(error: sqlite3.OperationalError) -> bool:
    return any(word in str(error) for word in ("full", "locked", "readonly", "unable to open", "I/O"))
