"""Which clients are there, judged by the connections that were seen to carry a call of theirs.

Clients of ours name themselves in the handshake, so that what belongs to them survives a lost connection for the
time of a lease; any other client is its connection, and ends with it. Limits: a connection that never calls is not
seen.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

LEASE_SECONDS = 15.0


class Presence:
    """Tells of clients whose last connection ended and whose lease ran out.

    Parameters
    ----------
    on_gone
        Called with the id of a client that is gone.
    holds
        Whether a client has anything that a lease is worth.
    lease_seconds
        How long it outlives the last connection.
    key
        The attribute of a connection that says whose it is: a client, or a person with several clients.
    """

    def __init__(
        self,
        on_gone: Callable[[str], None],
        holds: Callable[[str], bool] = bool,
        lease_seconds: float = LEASE_SECONDS,
        key: str = "client_id",
    ) -> None:
        self._key = key
        self._on_gone = on_gone
        self._holds = holds
        self._lease_seconds = lease_seconds
        self._lock = threading.Lock()
        self._connections: dict[str, set[Any]] = {}
        self._leases: dict[str, threading.Timer] = {}

    def seen(self, conn: Any) -> None:
        """Note that a client called over `conn`."""
        client_id = getattr(conn, self._key)
        connections = self._connections.get(client_id)
        if connections is not None and conn in connections:
            return
        if conn.fileno() < 0:
            return  # a one-way call that outlived its connection
        with self._lock:
            self._connections.setdefault(client_id, set()).add(conn)
            lease = self._leases.pop(client_id, None)
        if lease is not None:
            lease.cancel()

    def ended(self, conn: Any) -> None:
        """Note that `conn` has been closed; gone at once is a client that is nothing but this connection."""
        client_id = getattr(conn, self._key, "")
        with self._lock:
            connections = self._connections.get(client_id)
            if connections is None or conn not in connections:
                return
            connections.discard(conn)
            if connections:
                return
            del self._connections[client_id]
            if not self._holds(client_id):
                return
            if names_itself(client_id) and self._lease_seconds > 0:
                lease = threading.Timer(self._lease_seconds, self._expired, (client_id,))
                lease.name, lease.daemon = "lease", True
                self._leases[client_id] = lease
                lease.start()
                return
        self._on_gone(client_id)

    def is_there(self, client_id: str) -> bool:
        """Whether a client has a connection that was seen, or had one a moment ago."""
        with self._lock:
            return client_id in self._connections or client_id in self._leases

    def close(self) -> None:
        """End all leases without telling anybody."""
        with self._lock:
            leases, self._leases = list(self._leases.values()), {}
        for lease in leases:
            lease.cancel()

    def _expired(self, client_id: str) -> None:
        with self._lock:
            if self._leases.pop(client_id, None) is None:
                return
        self._on_gone(client_id)


def names_itself(client_id: str) -> bool:
    """Whether an id was brought by a client of ours (`wire.host` marks those) and may have several connections."""
    return client_id.startswith(".")
