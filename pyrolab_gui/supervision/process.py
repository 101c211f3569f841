"""One operating-system process with its descendants: started or adopted, its end as an event, ended by force.

Of a process that somebody else started, the exit status cannot be known on POSIX. Limits: it neither asks a child to
stop (that goes over the link) nor decides anything. psutil, as slow to load as a small child, is loaded at need.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from pyrolab_gui.supervision.exit_watch import watch_exit
from pyrolab_gui.supervision.ident import ident_of, is_process, started_of

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import psutil


class ChildProcess:
    """A process that is watched; made by `start` or `adopt`.

    `on_exit` is called once, on the loop, with the exit status (None where it is not known), after what the process
    left behind in its process group was ended.
    """

    def __init__(
        self,
        pid: int,
        popen: subprocess.Popen[bytes] | None,
        loop: asyncio.AbstractEventLoop,
        on_exit: Callable[[int | None], None],
        ident: str = "",
    ) -> None:
        self.pid = pid
        self._ident = ident
        self._popen = popen
        self._on_exit = on_exit
        self._known = _process(pid) if sys.platform == "win32" else None
        self._leader = popen is not None or _leads_group(pid)
        self._call_off = watch_exit(pid, loop, self._ended, self._wait)

    @classmethod
    def start(
        cls,
        command: Sequence[str],
        environment: Mapping[str, str],
        output: int,
        loop: asyncio.AbstractEventLoop,
        on_exit: Callable[[int | None], None],
    ) -> ChildProcess:
        """Start `command` in a session of its own, its output going to the descriptor `output`.

        Raises
        ------
        OSError
            If there is no such program, or the system refuses another process.
        """
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
            # Only where our own job allows it: else the start fails with "access denied", and it goes without.
            for more in (subprocess.CREATE_BREAKAWAY_FROM_JOB, 0):
                with contextlib.suppress(PermissionError):
                    popen = subprocess.Popen(
                        command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                        creationflags=flags | more,
                    )  # fmt: skip
                    return cls(popen.pid, popen, loop, on_exit)
            raise PermissionError("Windows does not allow another process")
        popen = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
        return cls(popen.pid, popen, loop, on_exit)

    @classmethod
    def adopt(
        cls, pid: int, ident: str, loop: asyncio.AbstractEventLoop, on_exit: Callable[[int | None], None]
    ) -> ChildProcess | None:
        """Watch a process that runs already; None if there is none with this identity."""
        if not is_process(pid, ident):
            return None
        process = cls(pid, None, loop, on_exit, ident)
        if is_process(pid, ident):
            return process
        process.release()  # it ended, and the number may belong to another one
        return None

    @property
    def started(self) -> float:
        """When it was started, in seconds since the epoch; 0 where that cannot be told."""
        return started_of(self.pid)

    def is_or_started(self, pid: int) -> bool:
        """Whether `pid` is this process, or one that it started (Windows: the interpreter behind a venv's launcher)."""
        if pid == self.pid:
            return True
        process = _process(pid)
        if process is not None:
            with _suppress_errors():
                return process.ppid() == self.pid
        return False

    def terminate(self) -> None:
        """Ask the system to end it: SIGTERM; on Windows that is the same as `kill`."""
        if sys.platform == "win32":
            self.kill()
        else:
            self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it and all its descendants at once, those in sessions of their own too."""
        family: list[psutil.Process] = []
        if (own := self._process()) is not None:
            with _suppress_errors():
                family = own.children(recursive=True)
            if sys.platform == "win32":
                with _suppress_errors():
                    own.kill()
            else:
                self._signal(signal.SIGKILL)
        self._kill_group()
        for process in family:
            with _suppress_errors():
                process.kill()

    def release(self) -> None:
        """Stop watching; the process goes on."""
        self._call_off()
        if self._popen is not None and self._popen.returncode is None:
            self._popen.returncode = 0  # its __del__ would warn of a child that still runs: that is intended here

    def _ended(self) -> None:
        # The process is not reaped yet, so its number cannot belong to another group.
        self._kill_group()
        self._leader = False
        code: int | None = None
        if self._popen is not None:
            code = self._popen.wait()
        elif sys.platform == "win32" and self._known is not None:
            with _suppress_errors():
                code = self._known.wait(0)
        self._on_exit(code)

    def _signal(self, number: int) -> None:
        # psutil would take it for another process when the clock was set meanwhile.
        if not self._is_another():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(self.pid, number)

    def _is_another(self) -> bool:
        """Whether an adopted process has ended and its number belongs to another one now: that is never touched."""
        if self._popen is not None:
            return False
        try:
            return ident_of(self.pid) != self._ident
        except ValueError:
            return False

    def _kill_group(self) -> None:
        if sys.platform != "win32" and self._leader and not self._is_another():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    def _wait(self, timeout: float) -> bool:
        if self._popen is not None:
            try:
                self._popen.wait(timeout)
            except subprocess.TimeoutExpired:
                return False
        elif (process := self._process()) is not None:
            from psutil import TimeoutExpired

            try:
                with _suppress_errors():
                    process.wait(timeout)
            except TimeoutExpired:
                return False
        return True

    def _process(self) -> psutil.Process | None:
        """Return it as psutil knows it; None where it has ended, and its number may belong to another one."""
        if self._known is None and not self._is_another():
            self._known = _process(self.pid)
        return self._known


def _process(pid: int) -> psutil.Process | None:
    import psutil

    try:
        return psutil.Process(pid)
    except (psutil.Error, ValueError):
        return None


@contextlib.contextmanager
def _suppress_errors() -> Iterator[None]:
    """Do nothing about what psutil cannot do: the process has ended, or belongs to somebody else."""
    import psutil

    try:
        yield
    except psutil.TimeoutExpired:
        raise
    except psutil.Error:
        pass


def _leads_group(pid: int) -> bool:
    if sys.platform == "win32":
        return False
    try:
        return os.getpgid(pid) == pid
    except OSError:
        return False
