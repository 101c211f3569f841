"""The socket of a proxy: requests out, answers in, as quickly as it can be done.

Does what a proxy of Pyro5 does for each call, without what we have no use for, and takes one part of a large array
straight to its place. Limits: for one thread; one-way calls have no answer, and whoever sends several requests must
take their answers in that order.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from Pyro5 import errors, protocol, socketutil

from pyrolab_gui.wire.incoming import Incoming
from pyrolab_gui.wire.names import PART_ANNOTATION

if TYPE_CHECKING:
    import socket

_HEADER = struct.Struct("!4sHBBHHII16sHH")
"""Of Pyro5's messages: tag, version, kind, serializer, flags, sequence, two sizes, correlation, reserved, magic."""
_CHUNK = struct.Struct("!4sI")
_NO_CORRELATION = bytes(16)
_MAGIC = 0x4DC5


class Link(socketutil.SocketConnection):  # type: ignore[misc]
    """A connection as Pyro5's proxies use it."""

    def __init__(self, sock: socket.socket, object_id: str) -> None:
        super().__init__(sock, object_id)
        self._incoming = Incoming(sock)
        self.recv = self._incoming.recv
        self._sequence = 0

    @property
    def lately(self) -> bytes:
        """What came last, whether it was taken or not."""
        return self._incoming.lately

    def send(self, data: bytes) -> None:
        """Send all of it.

        Raises
        ------
        Pyro5.errors.CommunicationError
            If it cannot be sent in time, or the connection has ended.
        """
        try:
            self.sock.sendall(data)
        except TimeoutError as error:
            raise errors.TimeoutError("sending: timeout") from error
        except OSError as error:
            raise errors.ConnectionClosedError(f"sending: connection lost: {error}") from error

    def request(self, serializer_id: int, data: bytes, flags: int = 0) -> int:
        """Send a call and return its number. Raises what `send` raises."""
        sequence, message = self.message(serializer_id, data, flags)
        self.send(message)
        return sequence

    def message(self, serializer_id: int, data: bytes, flags: int = 0) -> tuple[int, bytes]:
        """Return the number of a call and the message that makes it, to be sent before the next one is made."""
        self._sequence = sequence = (self._sequence + 1) & 0xFFFF
        header = _HEADER.pack(
            b"PYRO", protocol.PROTOCOL_VERSION, protocol.MSG_INVOKE, serializer_id, flags, sequence,
            len(data), 0, _NO_CORRELATION, 0, _MAGIC,
        )  # fmt: skip
        return sequence, header + data

    def answer(self, sequence: int, room: memoryview | None = None) -> Any:
        """Return the message that answers a call; where it brings a part of just that size, that is put into `room`.

        Raises
        ------
        Pyro5.errors.CommunicationError
            If it does not come in time, the connection ends, or it is no answer to that call.
        """
        message = protocol.ReceivingMessage(self.recv(_HEADER.size))
        if message.type != protocol.MSG_RESULT or message.seq != sequence:
            raise errors.ProtocolError(f"a message of type {message.type} and number {message.seq} came as an answer")
        if room is None or message.annotations_size != _CHUNK.size + len(room):
            message.add_payload(self.recv(message.annotations_size + message.data_size))
            return message
        name, size = _CHUNK.unpack(self.recv(_CHUNK.size))
        if name != PART_ANNOTATION.encode() or size != len(room):
            raise errors.ProtocolError("a part of an array came under another name")
        self._incoming.fill(room)
        message.annotations = {PART_ANNOTATION: room}
        message.data = self.recv(message.data_size)
        return message
