"""One supervisor per user and computer: a lock on a file of the state folder, held as long as its process lives.

The system lets go of the lock when the process ends, however it ends; the file stays and says who held it last.
Limits: a state folder that two computers share is one for both.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from typing import TYPE_CHECKING, Self

from pyrolab_gui.supervision.ident import before_this_boot, ident_of
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path

LOCK_FILE = "supervisor.lock"
_BYTE = 1 << 20
"""Windows locks bytes against reading too: this one lies far behind the content."""
_PATIENCE = 0.3
"""Seconds in which who has just got the lock writes who it is."""


class SingleSupervisor:
    """The right to supervise the children of one state folder.

    Attributes
    ----------
    follows_crash
        Whether the one before, since this computer was started, ended without letting go.

    Raises
    ------
    LabError
        If another supervisor has it, with who that is; or if the folder cannot be used.
    """

    def __init__(self, state_dir: Path, version: str) -> None:
        self.path = state_dir / LOCK_FILE
        try:
            state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise LabError(f"The folder {state_dir} cannot be used: {error.strerror or error}.", str(error)) from error
        if not _lock(self._descriptor):
            os.close(self._descriptor)
            raise LabError(_who_runs(self.path), str(self.path))
        self.follows_crash = self._left_by_crash()
        plain = {"pid": os.getpid(), "since": time.time(), "version": version, "ident": ident_of(os.getpid())}
        self._write(json.dumps(plain).encode())

    def release(self) -> None:
        """Let go of it; the end of the process does the same."""
        if self._descriptor >= 0:
            self._write(b"")
            descriptor, self._descriptor = self._descriptor, -1
            _unlock(descriptor)
            os.close(descriptor)

    def _left_by_crash(self) -> bool:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            plain = json.loads(os.read(self._descriptor, 4096))
            return not before_this_boot(str(plain["ident"]), float(plain["since"]))
        return False

    def _write(self, content: bytes) -> None:
        with contextlib.suppress(OSError):  # a full disk: nobody is told who this is, and that is all
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, content)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _unlock(descriptor: int) -> None:
    """Let go at once, also where a process that is just being started still has a copy of the descriptor."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_UN)


def _who_runs(path: Path) -> str:
    deadline = time.monotonic() + _PATIENCE
    while True:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            plain = json.loads(path.read_text("utf-8"))
            since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(float(plain["since"])))
            return (
                f"A supervisor of this user runs already: process {plain['pid']}, since {since}, "
                f"version {plain['version']}."
            )
        if time.monotonic() > deadline:
            return "A supervisor of this user runs already; which process it is cannot be read."
        time.sleep(0.02)
