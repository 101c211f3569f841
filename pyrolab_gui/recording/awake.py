"""Keeps this computer from falling asleep while something goes on that must not be interrupted.

Windows: an execution state of the thread; macOS: ``caffeinate``; Linux: ``systemd-inhibit`` where there is one. Each
ends with this process, however that ends. Limits: nothing keeps a laptop awake whose lid is closed or whose battery is
empty; the screen may go dark.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONTINUOUS, _SYSTEM = 0x80000000, 0x00000001
"""Windows' ES_CONTINUOUS and ES_SYSTEM_REQUIRED."""


@contextlib.contextmanager
def kept_awake(why: str) -> Iterator[bool]:
    """Keep the computer awake within the block, to be entered and left by one thread; give whether that is possible.

    Parameters
    ----------
    why
        Shown by the system to whoever wants it to sleep.
    """
    if sys.platform == "win32":
        import ctypes

        state = ctypes.windll.kernel32.SetThreadExecutionState
        done = bool(state(_CONTINUOUS | _SYSTEM))
        try:
            yield done
        finally:
            state(_CONTINUOUS)
        return
    helper = _started(_command(why))
    try:
        yield helper is not None and helper.poll() is None
    finally:
        if helper is not None:
            assert helper.stdin is not None
            helper.stdin.close()
            helper.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                helper.wait(2.0)


def _command(why: str) -> list[str]:
    if sys.platform == "darwin":
        return ["caffeinate", "-i", "-w", str(os.getpid())]
    # cat ends when the pipe to it is closed: with this process, even if that is killed.
    return ["systemd-inhibit", "--what=sleep:idle", "--who=PyroLab GUI", f"--why={why}", "--mode=block", "cat"]


def _started(command: list[str]) -> subprocess.Popen[bytes] | None:
    with contextlib.suppress(OSError):
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=True
        )
    return None
