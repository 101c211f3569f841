"""Bytes that come in on a blocking socket, with as few system calls and copies as there can be.

Pyro5 reads each message in three pieces, and large ones in pieces of 60 kB that it joins. Here one read fetches what
has come, and what is large goes straight to its place. Limits: for one thread; it may hold more than was asked for, so
that nothing else may read from the socket, and select() knows nothing of what is held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from Pyro5 import errors

if TYPE_CHECKING:
    import socket

_AHEAD = 1 << 13


class Incoming:
    """What comes in on one socket."""

    __slots__ = ("_end", "_held", "_sock", "_start", "_view")

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._held = bytearray(_AHEAD)
        self._view = memoryview(self._held)
        self._start = self._end = 0

    @property
    def lately(self) -> bytes:
        """What came last, whether it was taken or not."""
        return bytes(self._view[: self._end])

    def recv(self, size: int) -> bytes | memoryview:
        """Return exactly `size` bytes.

        Raises
        ------
        Pyro5.errors.CommunicationError
            If they do not come in time, or the connection ends.
        """
        start = self._start
        if self._end - start < size:
            if size > _AHEAD:
                room = memoryview(bytearray(size))
                self.fill(room)
                return room
            self._read_ahead(size)
            start = 0
        self._start = start + size
        return bytes(self._view[start : start + size])

    def fill(self, room: memoryview) -> None:
        """Fill `room` with the next bytes. Raises what `recv` raises."""
        offset = min(self._end - self._start, len(room))
        room[:offset] = self._view[self._start : self._start + offset]
        self._start += offset
        while offset < len(room):
            offset += self._into(room[offset:])

    def _read_ahead(self, size: int) -> None:
        """Have at least `size` bytes at hand, from the start of what is held."""
        held = self._end - self._start
        if held:
            self._view[:held] = self._view[self._start : self._end]
        self._start, self._end = 0, held
        while self._end < size:
            self._end += self._into(self._view[self._end :])

    def _into(self, view: memoryview) -> int:
        try:
            count = self._sock.recv_into(view)
        except TimeoutError as error:
            raise errors.TimeoutError("receiving: timeout") from error
        except OSError as error:
            raise errors.ConnectionClosedError(f"receiving: connection lost: {error}") from error
        if not count:
            raise errors.ConnectionClosedError("receiving: not enough data")
        return count
