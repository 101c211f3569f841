"""The client side of one service, ours or not: Futures for reads, writes and calls, in the order they were asked.

One thread and one connection behind it (a session, and a lock of a foreign server, belong to the connection). After
a lost connection the next call connects again, asking `resolve` where the service is now. A server that is not ours is
reached through the relay of this computer, where there is one. Limits: a Future may come late, never not at all; a
remote call that was given up may still run there.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from pyrolab_gui.network.connection import Connection
from pyrolab_gui.network.foreign import foreign_description, foreign_words
from pyrolab_gui.network.relays import NoRelay
from pyrolab_gui.network.worker import IDLE_SECONDS, Worker
from pyrolab_gui.wire.description import ServiceDescription, service_from_plain
from pyrolab_gui.wire.errors import LabError, NoReply, Unreachable
from pyrolab_gui.wire.names import SERVERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.relays import Relays
    from pyrolab_gui.network.trust import Security

T = TypeVar("T")

CALL_TIMEOUT = 120.0
"""A method may be slow; the death of its process is an event and does not wait for this."""
RAMP_TIMEOUT = 3_600.0
READ_TIMEOUT = 20.0
"""A property may wait while another client's call is running."""


class Instrument:
    """One service.

    Parameters
    ----------
    uri
        Its direct address.
    name
        What errors call it.
    identity
        Who this client is.
    resolve
        Returns the address anew (asks the nameserver), because a restarted daemon may have another port; may raise
        `LabError`.
    relays
        The way to servers that are not ours; without it they are talked to directly.
    """

    def __init__(
        self,
        uri: str,
        name: str,
        identity: Identity,
        *,
        resolve: Callable[[], str] | None = None,
        trust: Security | None = None,
        idle: float = IDLE_SECONDS,
        relays: Relays | None = None,
    ) -> None:
        self.name = name
        self.identity = identity
        self.trust = trust or identity.trust
        self._uri = uri
        self._relays = relays
        self._foreign = self._lost = False
        self.relayed = ""
        """Its address at the relay through which it is reached; empty where it is reached directly."""
        self.direct_because = ""
        """Why a foreign server is reached directly though there should be a relay."""
        self._resolve = resolve
        self._serializer = "msgpack"
        self._description: ServiceDescription | None = None
        self._locked = False
        self._lock = threading.Lock()
        self._worker = Worker(name, self._connect, keep=self._must_stay_connected, idle=idle)

    @property
    def uri(self) -> str:
        """Where it was last found: at the relay, if it is reached through one."""
        return self.relayed or self._uri

    @property
    def description(self) -> ServiceDescription | None:
        """What `describe` last returned."""
        return self._description

    @property
    def connected(self) -> bool:
        """Whether its connection is open at this moment; an idle one is closed, which means nothing bad."""
        return self._worker.connected

    def describe(self) -> Future[ServiceDescription]:
        """Ask the service what it is; for a server that is not ours, what Pyro5's metadata tells."""
        return self._worker.submit(self._describe, READ_TIMEOUT)

    def call(
        self,
        member: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        on_item: Callable[[Any], None] | None = None,
    ) -> Future[Any]:
        """Call a method. `timeout` is in seconds, for the answer.

        With `on_item` the values of a stream are handed over as they come, on the worker's thread.
        """

        def run(connection: Connection) -> Any:
            result = connection.call(member, args, kwargs, on_item)
            self._note_lock(member, result)
            return result

        return self._submit(run, CALL_TIMEOUT if timeout is None else timeout)

    def get(self, member: str) -> Future[Any]:
        """Read a property."""
        return self._submit(lambda connection: connection.get(member), READ_TIMEOUT)

    def set(self, member: str, value: Any) -> Future[None]:
        """Write a property; one that the lab has ramped is set when the ramp has ended."""
        limit = RAMP_TIMEOUT if self._is_ramped(member) else READ_TIMEOUT
        return self._submit(lambda connection: connection.put(member, value), limit)

    def reconnect(self) -> Future[None]:
        """Ask the daemon to try at once to connect the service to its instrument. Daemons of ours only."""
        return self._worker.submit(
            lambda connection: connection.daemon("reconnect", connection.object_id), READ_TIMEOUT
        )

    def calls(self, after: int = 0) -> Future[list[dict[str, Any]]]:
        """Ask for the last calls that any client made, after number `after`. Daemons of ours only."""
        return self._worker.submit(
            lambda connection: connection.daemon("calls", connection.object_id, after), READ_TIMEOUT
        )

    def abandon(self) -> None:
        """Stop waiting for the running call: its Future fails with `NoReply`; the next call connects anew."""
        self._worker.abandon()

    def close(self) -> None:
        """End thread and connection; what still waits fails. Returns at once (see `join`)."""
        self._worker.close()

    def join(self, timeout: float) -> bool:
        """Wait until nothing of a closed instrument runs any more; return whether that is so."""
        return self._worker.join(timeout)

    def resolve(self) -> str:
        """Return where the service is now: ask `resolve`, else what is known. May wait for the network.

        Raises
        ------
        LabError
            If the nameserver cannot be asked or does not know the name, or the relay cannot reach it.
        """
        self._look_up()
        known = self._description
        if self._relays is not None and (self.relayed or (known is not None and known.relayed)):
            self.relayed = self._relays.through(self._uri, self.name)
        return self.uri

    def _look_up(self) -> str:
        if self._resolve is not None:
            uri = self._resolve()
            with self._lock:
                self._uri = uri
        return self._uri

    def _submit(self, run: Callable[[Connection], T], timeout: float) -> Future[T]:
        def watched(connection: Connection) -> T:
            try:
                return run(connection)
            except NoReply:
                raise
            except Unreachable:
                if self.relayed and connection.open_here:  # the relay says so of the server: it may have moved
                    self._lost = True
                    connection.close()
                raise

        return self._worker.submit(watched, timeout)

    def _connect(self) -> Connection:
        if self._lost:
            self._lost = False
            with contextlib.suppress(LabError):
                self._look_up()
        try:
            connection = self._open(self._uri)
        except Unreachable:
            before = self._uri
            if self._resolve is None:
                raise
            try:
                moved = self._look_up() != before
            except LabError:
                moved = False  # the nameserver is away too: what is known of the service itself is the better news
            if not moved:
                raise
            connection = self._open(self._uri)
        self._serializer = connection.serializer
        self._locked = False
        return connection

    def _open(self, uri: str) -> Connection:
        """Connect: directly to a server of ours, to any other through the relay where there is one."""
        if self._relays is None:
            return self._open_at(uri)
        direct = None if self._foreign else self._open_at(uri)
        if direct is not None and (direct.secure or direct.ours or _is_server(uri)):
            self.relayed = ""
            if direct.secure:  # a relay would let everybody on this computer through with these certificates
                self.direct_because = "its server wants certificates, which a relay would lend to everybody here."
            return direct
        self._foreign = True
        try:
            self.relayed, self.direct_because = self._relays.through(uri, self.name), ""
            return self._open_at(self.relayed)
        except NoRelay as error:
            self.relayed, self.direct_because, self._foreign = "", error.sentence, False
            connection, direct = direct or self._open_at(uri), None
            return connection
        finally:
            if direct is not None:
                direct.close()

    def _open_at(self, uri: str) -> Connection:
        hello = self.identity.hello()
        return Connection.open(uri, self.name, serializer=self._serializer, hello=hello, trust=self.trust)

    def _describe(self, connection: Connection) -> ServiceDescription:
        if connection.ours:
            plain = connection.daemon("describe", connection.object_id)
            try:
                description = service_from_plain(plain)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise LabError(f"{self.name} describes itself in a way that cannot be read.", repr(error)) from error
        else:
            description = foreign_description(self.name, connection.methods, connection.attributes, connection.oneway)
        if not connection.ours or description.relayed:
            untyped = self._relays.untyped.get(self.name, "") if self._relays is not None else ""
            words = foreign_words(description, untyped, self.direct_because)
            description = replace(description, note="\n".join(filter(None, (description.note, words))))
        self._description = description
        return description

    def _is_ramped(self, member: str) -> bool:
        known = self._description
        if known is None:
            return False
        return any(item.ramped for item in known.members if item.name == member)

    def _note_lock(self, member: str, result: Any) -> None:
        if member == "lock" and result is not False:
            self._locked = True
        elif member == "unlock":
            self._locked = False

    def _must_stay_connected(self) -> bool:
        description = self._description
        if self._locked or description is None or not description.described:
            return True  # it may hold a session or a lock that ends with the connection
        return description.instance_mode == "session"


def _is_server(uri: str) -> bool:
    """Whether it is the object of a nameserver or a daemon."""
    return uri.partition("@")[0].removeprefix("PYRO:") in SERVERS
