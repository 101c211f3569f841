"""The host of a daemon: tells its services of the end of a client, and sends parts of large arrays without copies.

Limits: a multiplex server reads its requests as Pyro5 does, because it waits for a socket to be readable and knows
nothing of what has been read ahead.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from Pyro5 import config, errors

from pyrolab_gui.wire.host import Host
from pyrolab_gui.wire.incoming import Incoming
from pyrolab_gui.wire.names import PART_ANNOTATION

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from pyrolab_gui.hosting.failed_service import FailedService
    from pyrolab_gui.hosting.service import HostedService

_HEADER_SIZE = 40
_SIZE_OF_ANNOTATIONS = struct.Struct("!I")
_AT = 16
"""Where that stands in the header of a message."""
_CHUNK = struct.Struct("!4sI")


class ServiceHost(Host):
    """A host of services.

    Parameters
    ----------
    services
        By object id; looked up when needed, so it may be filled later.
    args, kwargs
        As for `Host`.
    """

    def __init__(self, services: Mapping[str, HostedService | FailedService], *args: Any, **kwargs: Any) -> None:
        self._services = services
        super().__init__(*args, **kwargs)

    def on_disconnect(self, conn: Any) -> None:
        """Tell all services."""
        for service in tuple(self._services.values()):
            service.disconnected(conn)

    def on_rename(self, conn: Any, person: str, who: str) -> None:
        """Tell the locks of all services."""
        for service in tuple(self._services.values()):
            if service.lock is not None:
                service.lock.renamed(conn, person, who)

    def _handshake(self, conn: Any, denied_reason: str | None = None) -> bool:
        accepted = super()._handshake(conn, denied_reason)
        if accepted:
            conn.outgoing = Outgoing(conn.sock)
            conn.send = conn.outgoing.send
            if config.SERVERTYPE != "multiplex":
                conn.recv = Incoming(conn.sock).recv
        return accepted


class Outgoing:
    """What goes out on the socket of one client.

    A message with a part of an array would be put together by Pyro5 in three copies, each in new memory; so the part
    stays out of it (`part`) and is sent from where it lies.
    """

    __slots__ = ("_sock", "part")

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.part: memoryview | None = None
        """The part of an array that belongs into the next message, as its annotation."""

    def send(self, data: bytes) -> None:
        """Send a message.

        Raises
        ------
        Pyro5.errors.CommunicationError
            If the client has gone.
        """
        part, self.part = self.part, None
        try:
            if part is None:
                self._sock.sendall(data)
                return
            head = bytearray(data[:_HEADER_SIZE])
            (others,) = _SIZE_OF_ANNOTATIONS.unpack_from(head, _AT)
            _SIZE_OF_ANNOTATIONS.pack_into(head, _AT, others + _CHUNK.size + len(part))
            head += _CHUNK.pack(PART_ANNOTATION.encode(), len(part))
            self._send_all(head, part, data[_HEADER_SIZE:])
        except TimeoutError as error:
            raise errors.TimeoutError("sending: timeout") from error
        except OSError as error:
            raise errors.ConnectionClosedError(f"sending: connection lost: {error}") from error

    def _send_all(self, *pieces: bytes | bytearray | memoryview) -> None:
        sent = 0
        if hasattr(self._sock, "sendmsg") and not hasattr(self._sock, "getpeercert"):  # not on Windows, not with TLS
            sent = self._sock.sendmsg(pieces)
        for piece in pieces:
            if sent < len(piece):
                self._sock.sendall(memoryview(piece)[sent:])
            sent = max(0, sent - len(piece))
