"""`Lab`: a nameserver and its instruments for scripts and notebooks, each call made on the caller's own thread.

    with Lab("localhost:9090") as lab:
        laser = lab["bench.laser"]
        laser.power = 2.5
        trace = laser.scan(1550.0, 1560.0)

Any number of threads may share one: a call borrows the connection under a mutex. Limits: calls to one instrument wait
for each other here; errors are those of `wire.errors`, except AttributeError for a name that the service does not have.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.connection import Connection
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.nameserver import DEFAULT_PORT, NameserverClient
from pyrolab_gui.network.signatures import doc_of, documented
from pyrolab_gui.wire.description import service_from_plain
from pyrolab_gui.wire.errors import LabError, RemoteFailure, Unreachable
from pyrolab_gui.wire.names import SERVERS
from pyrolab_gui.wire.urgent import SAFE_STATE

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from pyrolab_gui.network.lab_lock import LabLock
    from pyrolab_gui.network.safe_state import Interrupt, Outcome
    from pyrolab_gui.network.trust import Security
    from pyrolab_gui.wire.description import MemberDescription

_NO_INSTRUMENTS = tuple(f"PYRO:{server}" for server in SERVERS)
_LOOK_AFTER = 1.0
"""A connection that was idle for so long is looked at before it is used."""


class Lab:
    """The instruments that a nameserver knows.

    Parameters
    ----------
    nameserver
        ``host:port`` or ``host``.
    timeout
        Seconds that a call may take.
    user
        Whose script it is: a lock belongs to a person, whose windows and scripts share it. Without it, the one who
        gave a name on this account, else the account itself.
    trust
        Certificates for servers that speak TLS; None for those that are installed on this computer.
    """

    def __init__(
        self,
        nameserver: str = "localhost",
        *,
        timeout: float = 120.0,
        user: str = "",
        identity: Identity | None = None,
        trust: Security | None = None,
    ) -> None:
        host, port = split_address(nameserver)
        self._identity = identity or Identity.here(user=user)
        self._timeout, self._trust = timeout, trust or self._identity.trust
        self._nameserver = NameserverClient(host, port, hello=self._identity.hello(), trust=self._trust)
        self._lock = threading.Lock()
        self._services: dict[str, Service] = {}

    def names(self) -> list[str]:
        """Return the names that are registered.

        Raises
        ------
        LabError
            If the nameserver cannot be asked.
        """
        with self._lock:
            return sorted(self._nameserver.entries())

    def __getitem__(self, name: str) -> Service:
        """Return the instrument registered under `name`, connected.

        Raises
        ------
        LabError
            If the nameserver does not know it, or it cannot be reached.
        """
        with self._lock:
            service = self._services.get(name)
        if service is None:
            made = _described(_Line(name, lambda: self._lookup(name), self._identity, self._timeout, self._trust))
            with self._lock:
                service = self._services.setdefault(name, made)
            if service is not made:  # another thread was first
                _line_of(made).close()
        _line_of(service).connect()
        return service

    def lock_of(self, name: str) -> LabLock:
        """Return the lock of the instrument registered under `name`: to take, to ask for, to answer.

        Raises
        ------
        LabError
            As ``lab[name]`` does.
        """
        from pyrolab_gui.network.lab_lock import LabLock

        return LabLock(_line_of(self[name]))

    def safe_state(self, *names: str, role: str = SAFE_STATE, interrupt: Interrupt | None = None) -> list[Outcome]:
        """Bring instruments into their safe state, or stop them, past whoever uses them; all of them by default.

        Parameters are those of `network.safe_state.make_safe`, and so are the outcomes: nothing that fails is raised.

        Raises
        ------
        LabError
            If the nameserver cannot be asked, or does not know a name.
        """
        from pyrolab_gui.network.safe_state import Target, make_safe

        with self._lock:
            known = {name: uri for name, (uri, _) in self._nameserver.entries().items()}
        if missing := [name for name in names if name not in known]:
            raise LabError(f"The nameserver at {self._nameserver.address} knows no “{missing[0]}”.")
        wanted = names or [name for name, uri in known.items() if uri.partition("@")[0] not in _NO_INSTRUMENTS]
        targets = [Target(name, known[name], lambda name=name: self._lookup(name), self._trust) for name in wanted]  # type: ignore[misc]
        return make_safe(targets, self._identity, role=role, interrupt=interrupt)

    def close(self) -> None:
        """Drop all connections."""
        with self._lock:
            services, self._services = list(self._services.values()), {}
            self._nameserver.close()
        for service in services:
            _line_of(service).close()

    def __enter__(self) -> Lab:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _lookup(self, name: str) -> str:
        with self._lock:
            return self._nameserver.lookup(name)


class Service:
    """One instrument: its properties are attributes, its methods are called."""

    _line: _Line

    def __init__(self, line: _Line) -> None:
        object.__setattr__(self, "_line", line)

    def __getattr__(self, member: str) -> Any:
        line = self._line
        methods, attributes = line.connect()
        if member in attributes:
            return line.get(member)
        if member not in methods:
            raise AttributeError(f"{line.name} has no property or method “{member}”")
        method = line.method(member)
        object.__setattr__(self, member, method)  # found without this function from now on
        return method

    def __setattr__(self, member: str, value: Any) -> None:
        line = self._line
        if isinstance(known := getattr(type(self), member, None), property) and known.fset is not None:
            line.set(member, value)
            return
        if member not in line.connect()[1]:
            raise AttributeError(f"{line.name} has no property “{member}”")
        line.set(member, value)

    def __dir__(self) -> list[str]:
        methods, attributes = self._line.connect()
        return sorted(methods | attributes)

    def __repr__(self) -> str:
        return f"<{self._line.name} at {self._line.uri or 'an address not asked for yet'}>"


def _described(line: _Line) -> Service:
    """Return the instrument as an object of a class of its own: its members, with their docs and signatures."""
    members: dict[str, Any] = {}
    for member in line.describe():
        if member.name in ("_line",) or member.name.startswith("__"):
            continue
        if member.kind == "method":
            members[member.name] = staticmethod(documented(line.method(member.name), member))
        else:
            members[member.name] = _property(line, member)
    namespace = {"__module__": __name__, "__doc__": line.doc, **members}
    made: Service = type(line.class_name or "Service", (Service,), namespace)(line)
    return made


def _property(line: _Line, member: MemberDescription) -> property:
    name = member.name
    getter = (lambda _self: line.get(name)) if member.readable else None
    setter = (lambda _self, value: line.set(name, value)) if member.writable else None
    return property(getter, setter, doc=doc_of(member))


class _Line:
    """The connection of one `Service`, borrowed by whichever thread calls."""

    def __init__(
        self, name: str, lookup: Callable[[], str], identity: Identity, timeout: float, trust: Security | None
    ) -> None:
        self.name = name
        self.uri = ""
        self.class_name = self.doc = ""
        self._lookup, self._identity, self._timeout, self._trust = lookup, identity, timeout, trust
        self._mutex = threading.Lock()
        self._connection: Connection | None = None
        self._members: tuple[set[str], set[str]] = (set(), set())
        self._used = 0.0
        self._closed = False

    def connect(self) -> tuple[set[str], set[str]]:
        """Connect if need be and return the names of methods and properties."""
        with self._mutex:
            self._borrowed()
            return self._members

    def describe(self) -> tuple[MemberDescription, ...]:
        """Return what the instrument tells of its members; nothing where its server tells only names."""
        with self._mutex:
            connection = self._borrowed()
            if not connection.ours:
                return ()
            try:
                description = service_from_plain(connection.daemon("describe", connection.object_id))
            except (RemoteFailure, KeyError, TypeError, ValueError, AttributeError):
                return ()  # an older or newer daemon: names are enough to work with
        self.class_name, self.doc = description.class_name, description.doc
        return description.members

    def method(self, member: str) -> Callable[..., Any]:
        """Return a function that calls a method."""

        def call(*args: Any, **kwargs: Any) -> Any:
            with self._mutex:
                return self._borrowed().call(member, args, kwargs)

        call.__name__ = call.__qualname__ = member
        return call

    def get(self, member: str) -> Any:
        """Read a property."""
        with self._mutex:
            return self._borrowed().get(member)

    def set(self, member: str, value: Any) -> None:
        """Write a property."""
        with self._mutex:
            self._borrowed().put(member, value)

    def get_lock(self, *args: Any) -> bool:
        """Take the lock; see `lab_lock.LockLine`."""
        return bool(self.method("lock")(*args))

    def give_lock(self) -> bool:
        """Give the lock back."""
        return bool(self.method("unlock")())

    @property
    def object_id(self) -> str:
        """The id of the object at its daemon."""
        with self._mutex:
            return self._borrowed().object_id

    def daemon(self, member: str, *args: Any, object_id: bool = True) -> Any:
        """Call a method of the object's daemon, with the object's id first where that is wanted."""
        with self._mutex:
            connection = self._borrowed()
            return connection.daemon(member, *([connection.object_id] if object_id else []), *args)

    def close(self) -> None:
        """Drop the connection for good."""
        with self._mutex:
            self._closed = True
            self._drop()

    def _borrowed(self) -> Connection:
        """Return the connection, owned by this thread; the mutex is held."""
        if self._closed:
            raise Unreachable(f"The lab through which {self.name} was reached is closed.")
        connection, now = self._connection, time.monotonic()
        if connection is not None:
            if not connection.open_here or (now - self._used > _LOOK_AFTER and connection.ended):
                self._drop()
                connection = None
        if connection is None:
            self.uri = self._lookup()
            connection = Connection.open(self.uri, self.name, hello=self._identity.hello(), trust=self._trust)
            connection.set_timeout(self._timeout)
            self._connection = connection
            self._members = connection.methods, connection.attributes
        self._used = now
        return connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _line_of(service: Service) -> _Line:
    line = object.__getattribute__(service, "_line")
    assert isinstance(line, _Line)
    return line


def split_address(address: str) -> tuple[str, int]:
    """Read ``host``, ``host:port`` or ``[v6]:port``.

    Raises
    ------
    LabError
        If it is no such thing.
    """
    host, colon, port = address.strip().rpartition(":")
    if not colon or (":" in host and not host.endswith("]")):
        host, port = address.strip(), str(DEFAULT_PORT)
    try:
        number = int(port)
        if not host or not 0 < number < 65536:
            raise ValueError
    except ValueError:
        raise LabError(f"“{address}” is not the address of a nameserver (host or host:port).") from None
    return host.strip("[]"), number
