"""SQLite files: what is kept, what happens to a file that is broken, newer or not writable."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from pyrolab_gui.storage.database import Database

FIRST = "CREATE TABLE notes (time REAL, text TEXT)"
SECOND = "ALTER TABLE notes ADD COLUMN who TEXT NOT NULL DEFAULT ''"


def filled(path: Path, *texts: str) -> None:
    database = Database(path, [FIRST])
    with database.transaction():
        database.run_many("INSERT INTO notes VALUES (?, ?)", [(1.5, text) for text in texts])
    database.close()


def texts(database: Database) -> list[str]:
    return [text for (text,) in database.rows("SELECT text FROM notes")]


def test_what_was_written_is_there_again(tmp_path: Path):
    path = tmp_path / "new folder" / "history.sqlite"
    filled(path, "one", "two")
    database = Database(path, [FIRST])
    assert texts(database) == ["one", "two"]
    assert database.notice == ""
    assert not database.in_memory
    database.close()
    assert [file.name for file in path.parent.iterdir()] == ["history.sqlite"]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes")
def test_only_its_owner_reads_it(tmp_path: Path):
    filled(tmp_path / "history.sqlite")
    assert stat.S_IMODE((tmp_path / "history.sqlite").stat().st_mode) == 0o600


def test_a_transaction_is_kept_whole_or_not_at_all(tmp_path: Path):
    database = Database(tmp_path / "history.sqlite", [FIRST])
    with pytest.raises(ZeroDivisionError), database.transaction():
        database.run("INSERT INTO notes VALUES (1, 'half')")
        raise ZeroDivisionError
    assert texts(database) == []
    with database.transaction():
        assert database.run("INSERT INTO notes VALUES (1, 'whole')") == 1
    assert texts(database) == ["whole"]
    database.close()


def test_it_survives_a_process_that_ends_without_closing(tmp_path: Path):
    database = Database(tmp_path / "history.sqlite", [FIRST])
    with database.transaction():
        database.run("INSERT INTO notes VALUES (1, 'kept')")
    for name in ("history.sqlite", "history.sqlite-wal"):  # the files as a kill leaves them
        (tmp_path / f"copy{name.removeprefix('history')}").write_bytes((tmp_path / name).read_bytes())
    again = Database(tmp_path / "copy.sqlite", [FIRST])
    assert texts(again) == ["kept"]
    again.close()
    database.close()


def test_an_older_file_is_brought_up_to_date_and_keeps_its_rows(tmp_path: Path):
    path = tmp_path / "history.sqlite"
    filled(path, "old")
    database = Database(path, [FIRST, SECOND])
    assert database.rows("SELECT text, who FROM notes") == [("old", "")]
    assert database.rows("PRAGMA user_version") == [(2,)]
    database.close()


@pytest.mark.parametrize(
    "content", [b"not a database, but long enough to be looked at" * 100, b"SQLite format 3\0" * 500]
)
def test_a_file_that_is_no_database_is_set_aside_and_said(tmp_path: Path, content: bytes):
    path = tmp_path / "history.sqlite"
    path.write_bytes(content)
    database = Database(path, [FIRST])
    assert texts(database) == []
    (aside,) = tmp_path.glob("history.broken-*.sqlite")
    assert aside.read_bytes() == content
    assert aside.name in database.notice
    database.close()


def test_a_damaged_page_is_found_at_the_opening(tmp_path: Path):
    path = tmp_path / "history.sqlite"
    filled(path, *["a line of some length " * 10] * 500)
    content = bytearray(path.read_bytes())
    content[8192:40960] = os.urandom(32768)
    path.write_bytes(content)
    database = Database(path, [FIRST])
    assert texts(database) == []
    assert "set aside" in database.notice
    database.close()


def test_a_truncated_file_is_no_obstacle(tmp_path: Path):
    path = tmp_path / "history.sqlite"
    filled(path, *["a line of some length " * 10] * 500)
    path.write_bytes(path.read_bytes()[:5000])
    database = Database(path, [FIRST])
    with database.transaction():
        database.run("INSERT INTO notes VALUES (1, 'new')")
    assert texts(database) == ["new"]
    assert "set aside" in database.notice
    database.close()


def test_an_empty_file_is_a_new_one(tmp_path: Path):
    (tmp_path / "history.sqlite").touch()
    database = Database(tmp_path / "history.sqlite", [FIRST])
    assert texts(database) == []
    assert database.notice == ""
    database.close()


def test_the_file_of_a_later_version_is_kept_and_not_touched(tmp_path: Path):
    path = tmp_path / "history.sqlite"
    filled(path, "from the future")
    with sqlite3.connect(path) as later:
        later.execute("PRAGMA user_version=7")
    later.close()
    database = Database(path, [FIRST])
    (aside,) = tmp_path.glob("history.broken-*.sqlite")
    kept = sqlite3.connect(aside)
    assert kept.execute("SELECT text FROM notes").fetchall() == [("from the future",)]
    kept.close()
    assert texts(database) == []
    database.close()


def test_two_broken_files_in_the_same_second_are_both_kept(tmp_path: Path):
    for number in range(2):
        (tmp_path / "history.sqlite").write_bytes(b"%d" % number * 5000)
        Database(tmp_path / "history.sqlite", [FIRST]).close()
    assert len(list(tmp_path.glob("history.broken-*.sqlite"))) == 2


def test_where_nothing_can_be_written_it_lives_in_memory_and_says_so(tmp_path: Path):
    (tmp_path / "no folder").write_text("a file")
    database = Database(tmp_path / "no folder" / "history.sqlite", [FIRST])
    with database.transaction():
        database.run("INSERT INTO notes VALUES (1, 'for now')")
    assert texts(database) == ["for now"]
    assert database.in_memory
    assert "cannot be written" in database.notice
    database.close()
