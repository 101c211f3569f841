"""Which process a number means: a process id that cannot be mistaken for a later process with the same number.

Linux: the boot and the start in clock ticks; elsewhere the start time that the system keeps. Linux's start in seconds
since the epoch is not used: it moves when the clock is set.
"""

from __future__ import annotations

import sys
from pathlib import Path

import psutil


def ident_of(pid: int) -> str:
    """Return the identity of the process that has this number now.

    Raises
    ------
    ValueError
        If there is no such process.
    """
    try:
        if sys.platform == "linux":
            boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
            # The name of the program stands in brackets and may hold anything; the start is the 20th field after it.
            fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            if fields[0] in "ZX":
                raise ValueError(f"process {pid} has ended")
            return f"{boot} {fields[19]}"
        return repr(psutil.Process(pid).create_time())
    except (OSError, IndexError, psutil.Error) as error:
        raise ValueError(f"there is no process {pid}") from error
