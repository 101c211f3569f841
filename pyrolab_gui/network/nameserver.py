"""What is asked of a nameserver: which names are there, where is one of them, write one down, take one out.

Limits: a connection of its own for each function, kept by `NameserverClient` for who asks again and again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.connect import TIMEOUT
from pyrolab_gui.network.connection import Connection
from pyrolab_gui.network.tls_faults import TlsCause
from pyrolab_gui.wire.errors import LabError, NotRegistered, NotSecure, RemoteFailure, Unreachable
from pyrolab_gui.wire.names import NAMESERVER_OBJECT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyrolab_gui.network.trust import Security

DEFAULT_PORT = 9090
Entries = dict[str, tuple[str, tuple[str, ...]]]
"""Name -> URI and metadata (sorted)."""


class NameTaken(LabError):  # noqa: N818 - a state of affairs
    """A name has an address already: `held`."""

    def __init__(self, sentence: str, detail: str = "", held: str = "") -> None:
        super().__init__(sentence, detail)
        self.held = held


class NameserverClient:
    """A connection to one nameserver, made on first use and again after it was lost. For one thread at a time."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        timeout: float = TIMEOUT,
        hello: object | None = None,
        trust: Security | None = None,
    ) -> None:
        self.address = f"{host}:{port}"
        self._name = f"The nameserver at {self.address}"
        self._uri = f"PYRO:{NAMESERVER_OBJECT}@{host}:{port}"
        self._timeout, self._hello, self._trust = timeout, hello, trust
        self._serializer = "msgpack"
        self._connection: Connection | None = None
        self.secure: bool | None = None
        """Whether it speaks TLS; None as long as nobody knows."""

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
        found = self._find(name)
        if found is None:
            raise NotRegistered(f"The nameserver at {self.address} knows no “{name}”.")
        return found

    def register(self, name: str, uri: str, metadata: Iterable[str] = (), *, overwrite: bool = False) -> None:
        """Write a name down; one that has an address already keeps it, unless `overwrite` says otherwise.

        Raises
        ------
        NameTaken
            If the name has another address.
        LabError
            If the nameserver cannot be asked, or refuses.
        """
        words = sorted(metadata)
        try:
            self._ask("register", name, uri, safe=not overwrite, metadata=words or None)
        except RemoteFailure as error:
            if error.class_name != "NamingError":
                raise
            held = self.lookup(name)
            if held != uri:
                sentence = f"“{name}” is registered already: it is {held}."
                raise NameTaken(sentence, error.detail, held) from error

    def remove(self, name: str, uri: str = "") -> bool:
        """Take a name out; with `uri`, only if that is still its address. Return whether it was there.

        Raises
        ------
        LabError
            If the nameserver cannot be asked, or refuses.
        """
        if uri and self._find(name) != uri:
            return False
        return bool(self._ask("remove", name))

    def close(self) -> None:
        """Drop the connection. The thread that closes need not be the one that asked."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _find(self, name: str) -> str | None:
        try:
            return str(self._ask("lookup", name))
        except RemoteFailure as error:
            if error.class_name == "NamingError":
                return None
            raise

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
                if isinstance(error, NotSecure):
                    self.secure = error.cause not in (TlsCause.NO_TLS, TlsCause.FILES)
                raise type(error)(f"{self._name} cannot be reached. {error.sentence}", error.detail) from error
            self.close()
            self._connection, self.secure = connection, connection.secure
        return connection.call(member, args, kwargs)


def list_entries(host: str, port: int, *, timeout: float = TIMEOUT, trust: Security | None = None) -> Entries:
    """Return all names of the nameserver at `host`:`port`. Raises `LabError`."""
    client = NameserverClient(host, port, timeout=timeout, trust=trust)
    try:
        return client.entries()
    finally:
        client.close()


def lookup(host: str, port: int, name: str, *, timeout: float = TIMEOUT, trust: Security | None = None) -> str:
    """Return the URI of `name` at the nameserver at `host`:`port`. Raises `LabError`."""
    client = NameserverClient(host, port, timeout=timeout, trust=trust)
    try:
        return client.lookup(name)
    finally:
        client.close()


def register_entry(
    host: str,
    port: int,
    name: str,
    uri: str,
    metadata: Iterable[str] = (),
    *,
    overwrite: bool = False,
    timeout: float = TIMEOUT,
    trust: Security | None = None,
) -> None:
    """Write `name` down at the nameserver at `host`:`port`. Raises `NameTaken` and `LabError`."""
    client = NameserverClient(host, port, timeout=timeout, trust=trust)
    try:
        client.register(name, uri, metadata, overwrite=overwrite)
    finally:
        client.close()


def remove_entry(
    host: str, port: int, name: str, uri: str = "", *, timeout: float = TIMEOUT, trust: Security | None = None
) -> bool:
    """Take `name` out of the nameserver at `host`:`port`, with `uri` only if it still has it. Raises `LabError`."""
    client = NameserverClient(host, port, timeout=timeout, trust=trust)
    try:
        return client.remove(name, uri)
    finally:
        client.close()


def _entry(value: Any) -> tuple[str, tuple[str, ...]]:
    if isinstance(value, list | tuple) and len(value) == 2:
        uri, metadata = value
        return str(uri), tuple(sorted(str(item) for item in metadata or ()))
    return str(value), ()
