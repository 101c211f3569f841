"""The last lines of a child's log, across its numbered files."""

from __future__ import annotations

import os

import pytest

from pyrolab_gui.supervision.child_log import ChildLog, LogMark


@pytest.fixture
def log(tmp_path):
    return ChildLog(tmp_path / "logs" / "daemon-optics.log")


def put(log, text, number=0):
    path = log.path.with_name(f"{log.path.name}.{number}") if number else log.path
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(text if isinstance(text, bytes) else text.encode())


def test_nothing_yet(log):
    assert log.tail(10) == ""
    put(log, "")
    assert log.tail(10) == ""


def test_the_last_lines(log):
    put(log, "one\ntwo\nthree\n")
    assert log.tail(2) == "two\nthree"
    assert log.tail(99) == "one\ntwo\nthree"
    assert log.tail(0) == ""
    put(log, "begun")
    assert log.tail(2) == "three\nbegun"


def test_across_files_in_the_order_of_their_numbers(log):
    put(log, "oldest\n")
    for number in (1, 2, 9, 10):
        put(log, f"file {number}\n", number)
    put(log, "not a part\n", 0)
    (log.path.parent / "daemon-optics.log.old").write_text("stranger\n")
    (log.path.parent / "daemon-optics2.log.11").write_text("stranger\n")
    assert log.tail(3) == "file 2\nfile 9\nfile 10"
    assert log.tail(99).startswith("oldest\nnot a part\nfile 1\n")


def test_only_what_was_written_since(log):
    put(log, "before\n")
    mark = log.mark()
    assert log.tail(10, mark) == ""
    put(log, "after\n")
    put(log, "and on\n", 1)
    assert log.tail(10, mark) == "after\nand on"
    later = log.mark()
    assert later > mark
    put(log, "last\n", 1)
    assert log.tail(10, later) == "last"


def test_a_mark_before_there_is_a_log(log):
    mark = log.mark()
    put(log, "first\n")
    assert log.tail(10, mark) == "first"


def test_long_logs_are_read_from_their_end(log):
    put(log, "".join(f"line {number}\n" for number in range(200_000)))
    lines = log.tail(10_000).splitlines()
    assert (len(lines), lines[0], lines[-1]) == (10_000, "line 190000", "line 199999")


def test_bytes_that_are_no_text_are_shown_anyway(log):
    put(log, b"\xff\xfe broken\nfine\n")
    assert log.tail(5).endswith(" broken\nfine")


def test_output_is_appended_to_the_newest_file(log):
    first = log.open()
    os.write(first, b"a\n")
    os.close(first)
    put(log, "b\n", 3)
    second = log.open()
    os.write(second, b"c\n")
    os.close(second)
    assert log.tail(5) == "a\nb\nc"
    assert log.path.with_name("daemon-optics.log.3").read_text() == "b\nc\n"


def test_following_a_log_gives_each_whole_line_once(log):
    lines, mark = log.lines(None, 10)
    assert lines == []
    put(log, "one\ntwo\nthr")
    lines, mark = log.lines(mark, 10)
    assert lines == ["one", "two"]
    put(log, "ee\n")
    lines, mark = log.lines(mark, 10)
    assert lines == ["three"]
    assert log.lines(mark, 10) == ([], mark)


def test_following_goes_on_in_the_next_file(log):
    put(log, "one\nunfinished")
    _, mark = log.lines(None, 10)
    start = type(mark).from_text("0:0")
    put(log, "two\n", 1)
    assert log.lines(start, 10)[0] == ["one", "unfinished", "two"]
    lines, mark = log.lines(start, 2)
    assert lines == ["one", "unfinished"]
    assert log.lines(mark, 2)[0] == ["two"]
    assert log.lines(type(mark).from_text("7:0"), 10)[0] == []


def test_following_begins_with_the_last_lines(log):
    put(log, "one\ntwo\nthree\nfo")
    lines, mark = log.lines(None, 2)
    assert lines == ["two", "three"]
    assert log.lines(mark, 10)[0] == []
    put(log, "ur\n")
    assert log.lines(mark, 10)[0] == ["four"]


@pytest.mark.parametrize("text", ["", "x", "1", "1:x", ":", "-1:2"])
def test_a_position_that_is_none_begins_anew(text):
    assert LogMark.from_text(text) is None


def test_a_position_as_text():
    assert LogMark.from_text(str(LogMark(3, 17))) == LogMark(3, 17)
