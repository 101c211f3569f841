"""`Host`: the hardened base of every server of ours (daemon, nameserver, supervisor).

It withstands peers that are silent, slow, too big or speak what is not taken, and knows who is connected. Limits: it
authenticates nobody (that is the handshake's validator of a subclass, and TLS); a multiplex server still waits for
one peer at a time. TLS belongs to one host: a process may serve in plain text beside it. `configure` is called by the
main of a process and by nothing else, because Pyro5's settings are one global object.
`wire.serializers.register` belongs before it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import ssl
import threading
import time
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from Pyro5 import config, errors, protocol, server
from Pyro5.callcontext import current_context

from pyrolab_gui.wire.names import URGENT_KEY
from pyrolab_gui.wire.reserve import GREETING_SECONDS, IDLE_SECONDS, Reserve, is_reserved
from pyrolab_gui.wire.tls import Doorman, server_context

if TYPE_CHECKING:
    from collections.abc import Mapping

BEFORE_HANDSHAKE_BYTES = 1 << 20
BEFORE_HANDSHAKE_COMPRESSED = 4096
"""A compressed greeting may grow a thousandfold."""
BEFORE_HANDSHAKE_SECONDS = 5.0
DENIED_SECONDS = 0.2
"""A peer that is turned away is answered by the thread that accepts all others."""
MULTIPLEX_SECONDS = 1.0

_HEADER_SIZE = 40
_FLAGS_AT = slice(8, 10)


class ClientInfo(NamedTuple):
    """Who is at the other end of a connection.

    `client_id` is the same for all connections of one window or script of ours, and unique to the connection for all
    others. `person` is the same for all clients of one person, who are known by nothing but their own word; of a client
    that names nobody it is the `client_id`. A lock belongs to it. Never show either to other clients, show `who`, and
    the `program` and `process` that it says it is.
    """

    client_id: str
    who: str
    arrays: bool = False
    person: str = ""
    program: str = ""
    process: int = 0


LOCAL = ClientInfo("local", "this process", person="local")


def configure(*, servertype: str = "thread", threadpool_size: int = 500) -> None:
    """Set Pyro5's global settings for a process that serves.

    Call it in the main of a process, before a `Host` is made.
    """
    config.SERVERTYPE = servertype
    config.THREADPOOL_SIZE = threadpool_size
    config.COMMTIMEOUT = 0.0
    config.ITER_STREAM_LINGER = 0.0
    config.SOCK_NODELAY = True
    # Windows would let a second program share the port; POSIX needs it to restart at once on a fixed port.
    config.SOCK_REUSE = os.name != "nt"


class Host(server.Daemon):  # type: ignore[misc]
    """A Pyro5 daemon that no peer can stop.

    Parameters
    ----------
    args, kwargs
        Those of `Pyro5.server.Daemon`.
    tls
        Paths of ``certificate``, ``key`` and ``ca``: only clients with a certificate of that authority are taken.

    Raises
    ------
    OSError
        If the address cannot be bound.
    ConfigInvalid
        If the files of TLS cannot be used.
    """

    def __init__(self, *args: Any, tls: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        self._connections: set[Any] = set()
        self._connections_lock = threading.Lock()
        self._doorman = Doorman()
        context = server_context(tls) if tls else None
        super().__init__(*args, **kwargs)
        if (pool := getattr(self.transportServer, "pool", None)) is not None:
            pool.process = Reserve(pool.process)
        _require_listening(self.transportServer.sock)
        if context is not None:
            _speak_tls(self.transportServer, context)

    @property
    def connections(self) -> int:
        """How many clients are connected."""
        return len(self._connections)

    @property
    def clients(self) -> list[str]:
        """Who is connected, each once, sorted: as clients of ours say, others by their address."""
        with self._connections_lock:
            return sorted({str(conn.who) for conn in self._connections})

    @property
    def guests(self) -> list[dict[str, Any]]:
        """Each client with its id, who it is, its program and process, and how many connections it has."""
        with self._connections_lock:
            counted = Counter((str(c.client_id), str(c.who), c.program, c.process) for c in self._connections)
        return [
            {"client": client, "who": who, "program": program, "process": process, "connections": count}
            for (client, who, program, process), count in sorted(counted.items())
        ]

    def disconnect(self, client_id: str) -> int:
        """Close all connections of a client; return how many there were. It may come back at once."""
        with self._connections_lock:
            connections = [conn for conn in self._connections if conn.client_id == client_id]
        for conn in connections:
            with contextlib.suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RDWR)  # its worker sees the end, and cleans up
        return len(connections)

    @staticmethod
    def client_of(conn: Any) -> ClientInfo:
        """Return who is at the other end of `conn` (``current_context.client``); None is this process itself."""
        if conn is None:
            return LOCAL
        return ClientInfo(conn.client_id, conn.who, conn.arrays, conn.person, conn.program, conn.process)

    def on_disconnect(self, conn: Any) -> None:
        """Do what a client's end requires; for subclasses."""

    def on_rename(self, conn: Any, person: str, who: str) -> None:
        """Do what it requires that the client of `conn` is another person from now on; for subclasses."""

    def validateHandshake(self, conn: Any, data: Any) -> Any:  # noqa: N802 - Pyro5's name
        """Accept a client and note on `conn` who it is: our own clients say so, others get a name of their own."""
        if is_reserved(conn) and not (isinstance(data, dict) and data.get(URGENT_KEY) is True):
            raise ConnectionRefusedError("no free workers: all connections are taken")
        info = _introduction(conn, data)
        conn.client_id, conn.who, conn.arrays, conn.person, conn.program, conn.process = info
        with self._connections_lock:
            before = [other for other in self._connections if other.client_id == info.client_id]
        for other in before:
            if other.person != info.person:
                self.on_rename(other, info.person, info.who)
            other.who, other.person = info.who, info.person
        return "hello"

    def clientDisconnect(self, conn: Any) -> None:  # noqa: N802 - Pyro5's name
        """Forget the client and tell `on_disconnect`."""
        with self._connections_lock:
            self._connections.discard(conn)
        self.on_disconnect(conn)

    def handleRequest(self, conn: Any) -> None:  # noqa: N802 - Pyro5's name
        """Serve one request; annotations that an earlier call left in this thread go to nobody."""
        current_context.response_annotations = {}
        super().handleRequest(conn)

    def _handshake(self, conn: Any, denied_reason: str | None = None) -> bool:
        """Greet a new peer within limits of time and size; whatever it does, nothing is raised."""
        current_context.response_annotations = {}
        seconds = MULTIPLEX_SECONDS if config.SERVERTYPE == "multiplex" else BEFORE_HANDSHAKE_SECONDS
        if is_reserved(conn):
            seconds = min(seconds, GREETING_SECONDS)
        conn.recv = _Greeting(conn.sock, DENIED_SECONDS if denied_reason else seconds, self._doorman).recv
        try:
            accepted: bool = super()._handshake(conn, denied_reason)
            conn.settimeout(IDLE_SECONDS if is_reserved(conn) else None)
        except Exception:  # noqa: BLE001 - a peer may send anything, and in the accepting thread it would end the host
            return False
        finally:
            del conn.recv
        if accepted:
            with self._connections_lock:
                self._connections.add(conn)
        return accepted

    def _Daemon__deserializeBlobArgs(self, _message: Any) -> Any:  # noqa: N802 - takes the place of Pyro5's private one
        # Pyro5's own runs marshal on bytes of the peer.
        raise errors.SerializeError("serialized blobs are not taken")


class _Greeting:
    """Reads from a peer that is not accepted yet: so many bytes and seconds altogether, and no more."""

    def __init__(self, sock: socket.socket, seconds: float, doorman: Doorman) -> None:
        self._sock, self._doorman = sock, doorman
        self._deadline = time.monotonic() + seconds
        self._head = b""
        self._left = BEFORE_HANDSHAKE_BYTES

    def recv(self, size: int) -> bytes:
        if size > self._left:
            raise errors.ConnectionClosedError("too much before the handshake")
        self._left -= size
        data = bytearray()
        while len(data) < size:
            remaining = self._deadline - time.monotonic()
            if remaining <= 0:
                raise errors.ConnectionClosedError("too slow before the handshake")
            self._sock.settimeout(remaining)
            try:
                chunk = self._sock.recv(min(65536, size - len(data)))
            except OSError as error:
                if isinstance(error, ssl.SSLError):
                    self._doorman.turn_away(self._sock, error)
                raise errors.ConnectionClosedError(f"lost before the handshake: {error}") from error
            if not chunk:
                raise errors.ConnectionClosedError("closed before the handshake")
            data += chunk
        self._watch_header(bytes(data))
        return bytes(data)

    def _watch_header(self, data: bytes) -> None:
        if len(self._head) >= _HEADER_SIZE:
            return
        self._head += data
        if len(self._head) >= _HEADER_SIZE:
            flags = int.from_bytes(self._head[_FLAGS_AT], "big")
            if flags & protocol.FLAGS_COMPRESSED:
                self._left = min(self._left, BEFORE_HANDSHAKE_COMPRESSED)


def _introduction(conn: Any, data: Any) -> ClientInfo:
    peer = _peer(conn.sock)
    if isinstance(data, dict) and "pyrolab_gui" in data:
        client, who = data.get("client"), data.get("who")
        if isinstance(client, str) and 0 < len(client) <= 200:
            # "." keeps ids that we make apart from those that clients bring.
            name = data.get("person")
            name = " ".join(name.split()).casefold()[:200] if isinstance(name, str) else ""
            person = f".person {name}" if name else "." + client
            program, process = str(data.get("program") or "")[:100], data.get("process")
            return ClientInfo(
                "." + client,
                str(who or peer)[:200],
                data.get("arrays") is True,
                person,
                program,
                process if isinstance(process, int) else 0,
            )
    unnamed = uuid.uuid4().hex
    return ClientInfo(unnamed, peer, False, unnamed)


def _peer(sock: socket.socket) -> str:
    try:
        address = sock.getpeername()
    except OSError:
        return "unknown"
    if isinstance(address, tuple):
        return f"[{address[0]}]:{address[1]}" if ":" in address[0] else f"{address[0]}:{address[1]}"
    return "this computer"


def _speak_tls(server: Any, context: ssl.SSLContext) -> None:
    """Let a server that listens speak TLS; the handshake is made by whoever reads first from a client's socket.

    Pyro5's own way is one setting for the whole process, and makes the handshake while it accepts: there one silent
    peer would keep everybody else out.
    """
    selector = getattr(server, "_selector", None) or server.selector
    key = selector.unregister(server.sock)
    server.sock = context.wrap_socket(server.sock, server_side=True, do_handshake_on_connect=False)
    selector.register(server.sock, key.events, key.data)


def _require_listening(sock: socket.socket) -> None:
    # Pyro5 swallows a failing listen(): of two that bound one port at the same moment, one would serve nobody.
    if hasattr(socket, "SO_ACCEPTCONN") and os.name == "posix":
        try:
            listening = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        except OSError:
            return
        if not listening:
            sock.close()
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
