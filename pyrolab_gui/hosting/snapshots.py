"""Large arrays that wait to be fetched in parts by the connection that asked for them.

A snapshot ends with its last byte, with its connection, after 30 s without a fetch, or when more than 256 MB are
held: then the one that was touched longest ago goes first. Limits: the newest is kept whatever its size, else an
array above the cap could never be had.
"""

from __future__ import annotations

import threading
import time
import uuid
from typing import Any

IDLE_SECONDS = 30.0
MAX_HELD = 256 << 20


class Snapshots:
    """The snapshots of one service."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS, max_held: int = MAX_HELD) -> None:
        self._idle_seconds = idle_seconds
        self._max_held = max_held
        self._lock = threading.Lock()
        # handle -> [owner, data, last touched]; in the order of the last touch
        self._kept: dict[str, tuple[Any, memoryview, float]] = {}

    @property
    def held(self) -> int:
        """Bytes held at the moment."""
        with self._lock:
            self._expire()
            return sum(len(data) for _, data, _ in self._kept.values())

    def __contains__(self, handle: object) -> bool:
        with self._lock:
            self._expire()
            return handle in self._kept

    def keep(self, owner: Any, data: memoryview) -> str:
        """Keep `data` for the connection `owner` and return a handle."""
        handle = uuid.uuid4().hex
        with self._lock:
            self._expire()
            held = sum(len(kept) for _, kept, _ in self._kept.values())
            while self._kept and held + len(data) > self._max_held:
                oldest = next(iter(self._kept))
                held -= len(self._kept.pop(oldest)[1])
            self._kept[handle] = (owner, data, time.monotonic())
        return handle

    def part(self, owner: Any, handle: str, offset: int, size: int) -> memoryview:
        """Return bytes of a snapshot; the last ones end it.

        Raises
        ------
        LookupError
            If there is no such snapshot of this connection (any more).
        """
        with self._lock:
            self._expire()
            kept = self._kept.get(handle)
            if kept is None or kept[0] is not owner:
                raise LookupError("This array is not held any more; ask for it again.")
            data = kept[1]
            del self._kept[handle]
            part = data[offset : offset + size]
            if offset + size < len(data):
                self._kept[handle] = (owner, data, time.monotonic())
            return part

    def drop(self, owner: Any) -> None:
        """Forget what a connection has not fetched."""
        with self._lock:
            for handle in [handle for handle, kept in self._kept.items() if kept[0] is owner]:
                del self._kept[handle]

    def _expire(self) -> None:
        limit = time.monotonic() - self._idle_seconds
        for handle in [handle for handle, kept in self._kept.items() if kept[2] < limit]:
            del self._kept[handle]
