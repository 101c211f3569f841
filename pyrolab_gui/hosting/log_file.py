"""A child's own log: everything that the process says, in numbered files of a bounded size.

`LogFile` puts the file under descriptors 1 and 2, so that what C libraries and grandchildren print is kept too, and
goes on in the next file when one is full: ``NAME.log``, ``NAME.log.1``, ``NAME.log.2``…, the highest number being the
newest. Nothing is renamed (Windows refuses that for open files) and no pipe leads to anybody whose end would end the
child. Limits: what Python prints is counted as it is written; what others write is looked at once a second, and more
often while it is much, so a flood out of C may exceed the size for a second: the middle of a file that became twice as
large as it should is left out then, and it says so. A grandchild keeps writing to the file that it was started with.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

FILE_BYTES = 5_000_000
FILES_KEPT = 5
CHECK_SECONDS = 1.0
FLOOD_SECONDS = 0.02
"""The same while a tenth of a file or more is written between two looks."""

_FORMAT = "%(asctime)s.%(msecs)03d %(levelname)s %(message)s"
_DATE = "%Y-%m-%d %H:%M:%S"


class LogFile:
    """The log of this process.

    Parameters
    ----------
    path
        The first file; later ones carry a number after its name.
    file_bytes, files_kept
        When to go on in the next file, and how many there are at most.
    """

    def __init__(self, path: str, *, file_bytes: int = FILE_BYTES, files_kept: int = FILES_KEPT) -> None:
        self._path = os.path.abspath(path)
        self._file_bytes = file_bytes
        self._files_kept = files_kept
        self._number = 0
        self._stopped = threading.Event()
        self._rotating = threading.Lock()
        self._written = 0
        """Bytes that Python has printed since the size was looked at."""

    def open(self) -> None:
        """Send descriptors 1 and 2 into the newest file, read nothing from 0, and watch the size.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        os.makedirs(os.path.dirname(self._path), exist_ok=True)
        self._number = max(self._numbers(), default=0)
        self._redirect()
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        if null > 2:
            os.close(null)
        sys.stdout, sys.stderr = self._text(1, sys.stdout), self._text(2, sys.stderr)
        threading.Thread(target=self._watch, name="log", daemon=True).start()

    def close(self) -> None:
        """Stop watching; the descriptors stay."""
        self._stopped.set()

    def rotate_if_full(self) -> bool:
        """Go on in the next file if this one is full; return whether it was."""
        self._written = 0
        if os.fstat(1).st_size < self._file_bytes or not self._rotating.acquire(blocking=False):
            return False
        try:
            full = self._file(self._number)
            self._number += 1
            self._redirect()
            with contextlib.suppress(OSError):
                self._shorten(full)
            self._prune()
        finally:
            self._rotating.release()
        return True

    def _watch(self) -> None:
        seen, pause = 0, CHECK_SECONDS
        while not self._stopped.wait(pause):
            with contextlib.suppress(OSError):  # a full disk must not end the child; it is tried again
                size = os.fstat(1).st_size
                is_flood = self.rotate_if_full() or size - seen > self._file_bytes // 10
                seen, pause = os.fstat(1).st_size, min(FLOOD_SECONDS, CHECK_SECONDS) if is_flood else CHECK_SECONDS

    def _on_written(self, size: int) -> None:
        self._written += size
        if self._written >= self._file_bytes // 10:
            with contextlib.suppress(OSError):
                self.rotate_if_full()

    def _text(self, descriptor: int, before: TextIO | None) -> TextIO:
        """Return the stream of a descriptor, a line at a time; a frozen program without a console has none `before`."""
        if before is not None:
            with contextlib.suppress(OSError, ValueError):
                before.flush()
        raw = _Counted(descriptor, self._on_written)
        return io.TextIOWrapper(
            io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", line_buffering=True
        )

    def _redirect(self) -> None:
        file = os.open(self._file(self._number), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, 1)
        os.dup2(file, 2)
        if file > 2:
            os.close(file)

    def _shorten(self, path: str) -> None:
        """Leave out the middle of a file that became much too large before anybody looked."""
        kept = self._file_bytes // 2
        with open(path, "r+b") as file:
            size = file.seek(0, os.SEEK_END)
            if size <= 2 * self._file_bytes:
                return
            file.seek(size - kept)
            end = file.read(kept)
            file.seek(kept)
            file.write(b"\n[%d bytes are left out here: too much was written at once]\n" % (size - 2 * kept) + end)
            file.truncate()

    def _prune(self) -> None:
        for number in sorted(self._numbers())[: -self._files_kept]:
            with contextlib.suppress(OSError):  # Windows: a grandchild may hold it
                os.unlink(self._file(number))

    def _file(self, number: int) -> str:
        return f"{self._path}.{number}" if number else self._path

    def _numbers(self) -> list[int]:
        folder, name = os.path.split(self._path)
        prefix = name + "."
        numbers = [0] if os.path.exists(self._path) else []
        for name in os.listdir(folder):
            if name.startswith(prefix) and name[len(prefix) :].isdigit():
                numbers.append(int(name[len(prefix) :]))
        return numbers


def log_to_stderr(level: int = logging.INFO) -> None:
    """Write log records as ``2026-11-24 14:01:46.880 INFO text`` to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(_FORMAT, _DATE))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)


class _Counted(io.FileIO):
    """Writes to a descriptor that is not its own, and tells how much."""

    def __init__(self, descriptor: int, on_written: Callable[[int], None]) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self._on_written = on_written

    def write(self, data: Any) -> int:
        """Write what the system takes of it; see `io.RawIOBase.write`."""
        size = super().write(data)
        self._on_written(size)
        return size
