"""Processor and memory of children, their own child processes included, measured between two looks.

Limits: a look reads the list of all processes once (some milliseconds), so it belongs into a thread; processes of
other users, and those that end meanwhile, are left out.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Use:
    """What a child uses: `cpu` in percent of one core since the last look (0 at the first), `memory` in bytes."""

    cpu: float
    memory: int


class ResourceMeter:
    """Measures the use of processes.

    Parameters
    ----------
    clock
        Seconds that never jump.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked = 0.0
        self._spent: dict[tuple[int, float], float] = {}

    def look(self, pids: Mapping[str, int]) -> dict[str, Use]:
        """Return the use of each named process that lives."""
        now = self._clock()
        seconds, self._looked = now - self._looked, now
        before, self._spent = self._spent, {}
        children = _children() if pids else {}
        found: dict[str, Use] = {}
        for name, pid in pids.items():
            spent, memory, lives = 0.0, 0, False
            for member in _family(pid, children):
                measured = self._measure(member, before)
                if measured is not None:
                    spent += measured[0]
                    memory += measured[1]
                    lives = lives or member == pid
            if lives:
                found[name] = Use(max(0.0, 100.0 * spent / seconds) if seconds > 0 else 0.0, memory)
        return found

    def _measure(self, pid: int, before: Mapping[tuple[int, float], float]) -> tuple[float, int] | None:
        try:
            process = psutil.Process(pid)
            with process.oneshot():
                times = process.cpu_times()
                memory: int = process.memory_info().rss
                which = (pid, process.create_time())
        except (psutil.Error, OSError):
            return None
        spent: float = times.user + times.system
        self._spent[which] = spent
        return spent - before.get(which, spent), memory


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for process in psutil.process_iter():
        try:
            found.setdefault(process.ppid(), []).append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


def _family(pid: int, children: Mapping[int, Iterable[int]]) -> list[int]:
    family, rest = [], [pid]
    while rest:
        member = rest.pop()
        if member not in family:
            family.append(member)
            rest.extend(children.get(member, ()))
    return family
