"""Which process a number means: a process id that cannot be mistaken for a later process with the same number.

Linux: the boot and the start in clock ticks; elsewhere the start time that the system keeps. Linux's start in seconds
since the epoch is not used: it moves when the clock is set.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

_TOLERANCE = 2.0
"""Seconds by which two readings of one start time may differ where it is a time."""


def ident_of(pid: int) -> str:
    """Return the identity of the process that has this number now.

    Raises
    ------
    ValueError
        If there is no such process.
    """
    try:
        return f"{_boot()} {_start_ticks(pid)}" if sys.platform == "linux" else repr(_created(pid))
    except (OSError, IndexError) as error:
        raise ValueError(f"there is no process {pid}") from error


def is_process(pid: int, ident: str) -> bool:
    """Whether the process that has this number now is the one that was meant."""
    try:
        found = ident_of(pid)
    except (ValueError, OverflowError):
        return False
    if found == ident or sys.platform == "linux":
        return found == ident
    try:
        return abs(float(found) - float(ident)) < _TOLERANCE
    except ValueError:
        return False


def started_of(pid: int) -> float:
    """Return when a process was started, in seconds since the epoch of the clock as it is set now; 0 if unknown."""
    try:
        if sys.platform == "linux":
            return time.time() - steady() + _start_ticks(pid) / os.sysconf("SC_CLK_TCK")
        return _created(pid)
    except (OSError, IndexError, ValueError):
        return 0.0


def steady() -> float:
    """Return seconds that nobody can set, sleep of the computer included where the system counts it."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def before_this_boot(ident: str, written: float) -> bool:
    """Whether a process ran before the computer was started last, given when its identity was written down."""
    if sys.platform == "linux":
        return not ident.startswith(_boot())
    import psutil

    return written < float(psutil.boot_time())


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()


def _created(pid: int) -> float:
    import psutil  # commands on Linux do without it

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error as error:
        raise ValueError(f"there is no process {pid}") from error


def _start_ticks(pid: int) -> int:
    # The name of the program stands in brackets and may hold anything; the start is the 20th field after it.
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    if fields[0] in "ZX":
        raise ValueError(f"process {pid} has ended")
    return int(fields[19])
