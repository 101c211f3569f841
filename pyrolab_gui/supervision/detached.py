"""Starting a supervisor as a process of its own, which outlives the window that starts it.

Limits: whether it may run (there is only one) decides that process; here it is only started and asked why it ended.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from pyrolab_gui import paths
from pyrolab_gui.wire.frozen import program, unfreeze

if TYPE_CHECKING:
    from pathlib import Path

LOG_FILE = "supervisor.log"
_LARGEST_LOG = 5 << 20
_PAUSE = 5.0
"""Seconds between two starts of one that ends at once: it is not tried without end."""
_LIVED = 1.0
"""Seconds after which one that ends had worked; then another one is started at once."""


def supervisor_command(*arguments: str) -> list[str]:
    """Return the command line of a supervisor process: this program again."""
    return [*program(), "supervisor", *arguments]


class DetachedStarter:
    """Starts a supervisor when there is none, again and again if need be, but not without a pause."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._started = float("-inf")
        self._ended = float("-inf")
        self._log: Path | None = None
        self._place = 0

    def ensure(self) -> str:
        """Start a supervisor unless one is on its way; return why the last one ended, where that is known.

        Raises
        ------
        OSError
            If it cannot be started.
        """
        if self._process is not None and self._process.poll() is None:
            return ""
        refused = self._process is not None and (self._process.returncode or 0) > 0
        reason = self._last_words() if refused else ""
        worked = self._ended - self._started > _LIVED
        if worked or time.monotonic() - self._started > _PAUSE:
            self._started = time.monotonic()
            self._start("--detached")
        return reason

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """Start one now, with pipes as its standard input and output.

        Raises
        ------
        OSError
            If it cannot be started.
        """
        self._started = time.monotonic()
        return self._start("--detached", *words, pipes=True)

    def _start(self, *words: str, pipes: bool = False) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if not name.upper().startswith("PYRO_")}
        unfreeze(environment)
        self._log = paths.log_dir() / LOG_FILE
        with contextlib.suppress(OSError):
            if self._log.stat().st_size > _LARGEST_LOG:
                self._log.replace(self._log.with_name(f"{LOG_FILE}.1"))
        output = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._place = os.fstat(output).st_size
            process = _popen(supervisor_command(*words), environment, output, pipes=pipes)
        finally:
            os.close(output)
        self._process = process
        # Somebody must take its exit status while this process lives; who waits also keeps it from being complained of.
        threading.Thread(target=self._wait, args=(process,), name="supervisor process", daemon=True).start()
        return process

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self._ended = time.monotonic()

    def _last_words(self) -> str:
        """Return the last line that it wrote."""
        try:
            assert self._log is not None
            with self._log.open("rb") as file:
                file.seek(self._place)
                lines = file.read(1 << 16).decode("utf-8", "replace").strip().splitlines()
        except (OSError, AssertionError):
            return ""
        return lines[-1] if lines else ""


def _popen(command: list[str], environment: dict[str, str], log: int, *, pipes: bool) -> subprocess.Popen[bytes]:
    source, sink = (subprocess.PIPE, subprocess.PIPE) if pipes else (subprocess.DEVNULL, log)
    if sys.platform != "win32":
        return subprocess.Popen(
            command, env=environment, stdin=source, stdout=sink, stderr=log, start_new_session=True
        )  # fmt: skip
    flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    # Out of the window's job where that allows it: else the supervisor would end with it.
    for more in (subprocess.CREATE_BREAKAWAY_FROM_JOB, 0):
        with contextlib.suppress(PermissionError):
            return subprocess.Popen(
                command, env=environment, stdin=source, stdout=sink, stderr=log, creationflags=flags | more
            )
    raise PermissionError("Windows does not allow another process")
