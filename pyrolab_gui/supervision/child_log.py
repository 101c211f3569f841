"""The output of one child, as its supervisor reads it: the last lines, across the files of the log.

The child itself writes ``NAME.log``, then ``NAME.log.1``, ``NAME.log.2``…; the highest number is the newest and nothing
is renamed. Here a file is only opened for the output before the child's own log stands, and read from its end.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = 1 << 16
_MOST = 1 << 22
"""Bytes looked through at most for one tail."""


@dataclass(frozen=True, slots=True, order=True)
class LogMark:
    """A place in a log: everything written later comes after it."""

    number: int
    offset: int

    def __str__(self) -> str:
        return f"{self.number}:{self.offset}"

    @classmethod
    def from_text(cls, text: str) -> LogMark | None:
        """Read what `str` wrote; None where it is no mark."""
        number, colon, offset = text.partition(":")
        return cls(int(number), int(offset)) if colon and number.isdigit() and offset.isdigit() else None


class ChildLog:
    """The log files of one child.

    Parameters
    ----------
    path
        The first file, ``NAME.log``; the others carry a number after it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> int:
        """Return a descriptor that appends to the newest file, creating it readable by its owner alone."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        files = self._files()
        newest = files[-1][1] if files else self.path
        return os.open(newest, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def mark(self) -> LogMark:
        """Return the present end."""
        files = self._files()
        if not files:
            return LogMark(0, 0)
        number, path = files[-1]
        return LogMark(number, _size(path))

    def tail(self, lines: int, since: LogMark | None = None) -> str:
        """Return the last `lines` lines, of what was written after `since` where it is given."""
        if lines <= 0:
            return ""
        text = self._end(lines, since)[0].decode("utf-8", "replace")
        return "\n".join(text.splitlines()[-lines:])

    def lines(self, after: LogMark | None, limit: int) -> tuple[list[str], LogMark]:
        """Return up to `limit` whole lines that were written after a mark, and the mark after them.

        Without a mark, the last `limit` lines. A mark in a file that is gone means the oldest one that is there.
        """
        files = self._files()
        if after is None:
            return self._last_lines(limit)
        found: list[str] = []
        place = after
        for number, path in files:
            if number < place.number:
                continue
            if number > place.number:
                place = LogMark(number, 0)
            data = _from(path, place.offset)
            whole = data[: data.rfind(b"\n") + 1] if number == files[-1][0] else data
            lines = whole.splitlines(keepends=True)[: limit - len(found)]
            found += [line.decode("utf-8", "replace").rstrip("\r\n") for line in lines]
            place = LogMark(number, place.offset + sum(map(len, lines)))
            if len(found) >= limit:
                break
        return found, place

    def _last_lines(self, limit: int) -> tuple[list[str], LogMark]:
        data, end = self._end(limit + 1, None)
        whole = data[: data.rfind(b"\n") + 1]
        lines = whole.decode("utf-8", "replace").splitlines()[-limit:] if limit > 0 else []
        return lines, LogMark(end.number, end.offset - (len(data) - len(whole)))

    def _end(self, lines: int, since: LogMark | None) -> tuple[bytes, LogMark]:
        """Return what holds at least the last `lines` lines, and the place at which it ends."""
        data = b""
        end: LogMark | None = None
        for number, path in reversed(self._files()):
            if since is not None and number < since.number:
                break
            start = since.offset if since is not None and number == since.number else 0
            more, place = _last(path, lines - data.count(b"\n"), start)
            data = more + data
            end = end or LogMark(number, place)
            if data.count(b"\n") > lines or len(data) >= _MOST:
                break
        return data, end or LogMark(0, 0)

    def _files(self) -> list[tuple[int, Path]]:
        """Return number and path of each file, the oldest first."""
        found = [(0, self.path)] if self.path.exists() else []
        prefix = self.path.name + "."
        try:
            names = os.listdir(self.path.parent)
        except OSError:
            return found
        for name in names:
            number = name[len(prefix) :]
            if name.startswith(prefix) and number.isdigit():
                found.append((int(number), self.path.parent / name))
        return sorted(found)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _from(path: Path, start: int) -> bytes:
    """Read on from a place in a file, some megabytes at most."""
    try:
        with path.open("rb") as file:
            if start > file.seek(0, os.SEEK_END):
                start = 0  # it was cut off
            file.seek(start)
            return file.read(_MOST)
    except OSError:
        return b""


def _last(path: Path, lines: int, start: int) -> tuple[bytes, int]:
    """Read at least the last `lines` lines of a file, from `start` on at the earliest; return where it ended too."""
    try:
        with path.open("rb") as file:
            end = place = file.seek(0, os.SEEK_END)
            data = b""
            while place > start and data.count(b"\n") <= lines and len(data) < _MOST:
                step = min(_BLOCK, place - start)
                place -= step
                file.seek(place)
                data = file.read(step) + data
            return data[: end - place], end
    except OSError:
        return b"", 0
