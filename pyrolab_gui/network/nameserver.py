"""Questions to a nameserver: which names are there, and where is one of them.

Limits: read only; a connection of its own for each function, kept by `NameserverClient` for who asks again and again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.connect import TIMEOUT
from pyrolab_gui.network.connection import Connection
from pyrolab_gui.wire.errors import LabError, RemoteFailure, Unreachable
from pyrolab_gui.wire.names import NAMESERVER_OBJECT

if TYPE_CHECKING:
    from pyrolab_gui.network.trust import Trust

DEFAULT_PORT = 9090
Entries = dict[str, tuple[str, tuple[str, ...]]]
"""Name -> URI and metadata (sorted)."""


class NameserverClient:
    """A connection to one nameserver, made on first use and again after it was lost. For one thread at a time."""

    def __init__(
        self, host: str, port: int, *, timeout: float = TIMEOUT, hello: object | None = None, trust: Trust | None = None
    ) -> None:
        self.address = f"{host}:{port}"
        self._name = f"The nameserver at {self.address}"
        self._uri = f"PYRO:{NAMESERVER_OBJECT}@{host}:{port}"
        self._timeout, self._hello, self._trust = timeout, hello, trust
        self._serializer = "msgpack"
        self._connection: Connection | None = None

    def entries(self) -> Entries:
        """Return all names.

        Raises
        ------
        LabError
            If it cannot be asked.
        """
        try:
            answer = self._ask("list", return_metadata=True)
        except RemoteFailure as error:
            if error.class_name != "SerializeError" or self._serializer == "serpent":
                raise
            # Pyro5's own nameserver puts a frozenset into its answer, which its msgpack cannot write.
            self._serializer = "serpent"
            self.close()
            answer = self._ask("list", return_metadata=True)
        if not isinstance(answer, dict):
            raise Unreachable(f"What listens at {self.address} is no nameserver.", repr(answer)[:200])
        return {str(name): _entry(value) for name, value in answer.items()}

    def lookup(self, name: str) -> str:
        """Return the URI of one name.

        Raises
        ------
        LabError
            If it cannot be asked, or does not know the name.
        """
        try:
            return str(self._ask("lookup", name))
        except RemoteFailure as error:
            if error.class_name == "NamingError":
                raise LabError(f"The nameserver at {self.address} knows no “{name}”.", error.detail) from error
            raise

    def close(self) -> None:
        """Drop the connection. The thread that closes need not be the one that asked."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _ask(self, member: str, *args: Any, **kwargs: Any) -> Any:
        connection = self._connection
        if connection is None or connection.ended:
            try:
                connection = Connection.open(
                    self._uri,
                    self._name,
                    timeout=self._timeout,
                    serializer=self._serializer,
                    hello=self._hello,
                    trust=self._trust,
                )
            except Unreachable as error:
                raise type(error)(f"{self._name} cannot be reached. {error.sentence}", error.detail) from error
            self.close()
            self._connection = connection
        return connection.call(member, args, kwargs)


def list_entries(host: str, port: int, *, timeout: float = TIMEOUT, trust: Trust | None = None) -> Entries:
    """Return all names of the nameserver at `host`:`port`. Raises `LabError`."""
    client = NameserverClient(host, port, timeout=timeout, trust=trust)
    try:
        return client.entries()
    finally:
        client.close()


def lookup(host: str, port: int, name: str, *, timeout: float = TIMEOUT, trust: Trust | None = None) -> str:
    """Return the URI of `name` at the nameserver at `host`:`port`. Raises `LabError`."""
    client = NameserverClient(host, port, timeout=timeout, trust=trust)
    try:
        return client.lookup(name)
    finally:
        client.close()


def _entry(value: Any) -> tuple[str, tuple[str, ...]]:
    if isinstance(value, list | tuple) and len(value) == 2:
        uri, metadata = value
        return str(uri), tuple(sorted(str(item) for item in metadata or ()))
    return str(value), ()
