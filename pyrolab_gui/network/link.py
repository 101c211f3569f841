"""The socket of a proxy, read with as few system calls as there can be.

Pyro5 reads each message in three pieces of its own, and large ones in pieces of 60 kB that it joins. Here one read
fetches what has come, and a large message goes straight to its place. Limits: for one thread; what `recv` returns of
a large message while `scratch` is on is overwritten by the next one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from Pyro5 import errors, socketutil

if TYPE_CHECKING:
    import socket

_AHEAD = 1 << 16


class Link(socketutil.SocketConnection):  # type: ignore[misc]
    """A connection as Pyro5's proxies use it."""

    def __init__(self, sock: socket.socket, object_id: str) -> None:
        super().__init__(sock, object_id)
        self.scratch = False
        """Whether large messages are put where the last large one was, instead of into new memory."""
        self._room = bytearray()
        self._ahead = bytearray(_AHEAD)
        self._start = self._end = 0

    def recv(self, size: int) -> bytes | memoryview:
        """Return exactly `size` bytes.

        Raises
        ------
        Pyro5.errors.CommunicationError
            If they do not come in time, or the connection ends.
        """
        if self._end - self._start < size <= _AHEAD:
            self._read_ahead(size)
        start, end = self._start, self._start + size
        if end <= self._end:
            self._start = end
            return bytes(memoryview(self._ahead)[start:end])
        return self._large(size)

    def _read_ahead(self, size: int) -> None:
        """Have at least `size` bytes at hand."""
        view = memoryview(self._ahead)
        held = self._end - self._start
        view[:held] = view[self._start : self._end]
        self._start, self._end = 0, held
        while self._end < size:
            self._end += self._into(view[self._end :])

    def _large(self, size: int) -> memoryview:
        if self.scratch:
            if len(self._room) < size:
                self._room = bytearray(size)
            view = memoryview(self._room)[:size]
        else:
            view = memoryview(bytearray(size))
        offset = self._end - self._start
        view[:offset] = memoryview(self._ahead)[self._start : self._end]
        self._start = self._end = 0
        while offset < size:
            offset += self._into(view[offset:])
        return view

    def _into(self, view: memoryview) -> int:
        try:
            count = self.sock.recv_into(view)
        except TimeoutError as error:
            raise errors.TimeoutError("receiving: timeout") from error
        except OSError as error:
            raise errors.ConnectionClosedError(f"receiving: connection lost: {error}") from error
        if not count:
            raise errors.ConnectionClosedError("receiving: not enough data")
        return int(count)
