"""What the instruments of one simulated bench share, across processes: where the light and the heat are.

Each instrument writes the few numbers that describe it (set-points, and since when they hold) into its own slot of a
small memory-mapped file, and computes what it measures from its own slot and those of the others, at the time of the
reading. So nothing runs in the background, an instrument may live in any process of this computer, and a read costs
microseconds. The file is in the folder for temporary files, one per user and bench name.

A slot has one writer, the instrument's driver (two drivers of one instrument are two remote controls of it: the last
write counts). A sequence number, odd while a write is under way, lets readers see whole slots only.

Limits: one computer. Times are those of the clock; if it is set, movements under way jump.
"""

from __future__ import annotations

import mmap
import os
import struct
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

__all__: list[str] = []  # no instrument, but what they share

_SLOTS = ("laser", "stage", "temperature", "power meter", "oscilloscope")
_SLOT_SIZE = 128
_NUMBERS = 14
_HEADER = struct.Struct("<q")
_BODY = struct.Struct(f"<q{_NUMBERS}d")
_SIZE = _SLOT_SIZE * len(_SLOTS)
_TRIES = 1000


class Bench:
    """The shared state of one bench.

    Parameters
    ----------
    name
        Instruments with the same bench name see each other.
    """

    def __init__(self, name: str = "bench") -> None:
        self.name = name
        path = bench_file(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            if os.fstat(descriptor).st_size < _SIZE:
                os.ftruncate(descriptor, _SIZE)
            self._memory = mmap.mmap(descriptor, _SIZE)
        finally:
            os.close(descriptor)

    def write(self, slot: str, *numbers: float) -> None:
        """Write the numbers of a slot (at most 13); readers see all of them or none."""
        start = _SLOTS.index(slot) * _SLOT_SIZE
        (sequence,) = _HEADER.unpack_from(self._memory, start)
        filled = (float(len(numbers)), *numbers, *(0.0 for _ in range(_NUMBERS - 1 - len(numbers))))
        _HEADER.pack_into(self._memory, start, sequence | 1)
        _BODY.pack_into(self._memory, start, sequence | 1, *filled)
        _HEADER.pack_into(self._memory, start, (sequence | 1) + 1)

    def read(self, slot: str) -> tuple[float, ...]:
        """Return the numbers of a slot; none where the instrument has never been there."""
        start = _SLOTS.index(slot) * _SLOT_SIZE
        for attempt in range(_TRIES):
            (before,) = _HEADER.unpack_from(self._memory, start)
            _, count, *numbers = _BODY.unpack_from(self._memory, start)
            (after,) = _HEADER.unpack_from(self._memory, start)
            if before == after and before % 2 == 0:
                return tuple(numbers[: int(count)])
            if attempt > 10:
                time.sleep(0.0001)
        return tuple(numbers[: int(count)])  # its writer died in the middle of a write

    def close(self) -> None:
        """Let go of the shared memory; what the instruments were set to stays."""
        self._memory.close()


def bench_file(name: str) -> Path:
    """Return the file that a bench lives in."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    return (
        Path(tempfile.gettempdir()) / f"simulated-bench-{quote(str(user), safe='')}" / f"{quote(name, safe='')}.state"
    )
