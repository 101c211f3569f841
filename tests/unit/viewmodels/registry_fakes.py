"""Stand-ins for what the registry's view model uses of the network, and makers of its data."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from pyrolab_gui.network.registry_entry import RegistryEntry, RegistrySnapshot
from pyrolab_gui.wire.description import MemberDescription, ParameterDescription, ServiceDescription, TypeDescription
from pyrolab_gui.wire.health import ProcessLink


def Entry(name: str, uri: str = "", *, host: str = "localhost", port: int = 41231, **values: Any) -> RegistryEntry:  # noqa: N802
    """Return an entry as the network tells it; what is not said is that of a healthy one."""
    values = {"link": ProcessLink.LIVE, "latency": 0.0008, "last_seen": 1_790_000_000.0, "fresh": True, **values}
    object_id = values.pop("object_id", name)
    return RegistryEntry(name, uri or f"PYRO:{name}@{host}:{port}", object_id, host, port, **values)


class Watcher:
    """A watcher that tells what the test says."""

    def __init__(self, host, port, on_change, *, identity):
        self.host, self.port, self.on_change, self.identity = host, port, on_change, identity
        self.started = self.closed = False
        self.refreshed = 0
        self.expected: frozenset[str] = frozenset()

    def start(self):
        self.started = True

    def refresh(self):
        self.refreshed += 1

    def expect(self, names):
        self.expected = frozenset(names)

    def close(self):
        self.closed = True

    def tell(self, *entries, link=ProcessLink.LIVE, reason="", time=0.0, missing=(), **security):
        address = f"{self.host}:{self.port}"
        self.on_change(RegistrySnapshot(address, link, reason, entries, time, missing, **security))


class Watchers:
    """A factory that keeps the watchers it made."""

    def __init__(self):
        self.made: list[Watcher] = []

    def __call__(self, host, port, on_change, *, identity):
        self.made.append(Watcher(host, port, on_change, identity=identity))
        return self.made[-1]

    @property
    def last(self):
        return self.made[-1]


@dataclass
class Actions:
    """Keeps the questions; the test answers them."""

    described: list[tuple[str, str, Future[Any]]] = field(default_factory=list)
    removed: list[tuple[str, str, Future[Any]]] = field(default_factory=list)
    reconnected: list[tuple[str, str, Future[Any]]] = field(default_factory=list)
    registered: list[tuple[str, str, str, tuple[str, ...], Future[Any]]] = field(default_factory=list)
    called: list[tuple[str, str, Future[Any]]] = field(default_factory=list)
    asked: list[tuple[str, str, Future[Any]]] = field(default_factory=list)

    def describe(self, uri, name):
        future: Future[Any] = Future()
        self.described.append((uri, name, future))
        return future

    def reconnect(self, uri, name):
        future: Future[Any] = Future()
        self.reconnected.append((uri, name, future))
        return future

    def register(self, nameserver, name, uri, metadata):
        future: Future[Any] = Future()
        self.registered.append((nameserver.address, name, uri, tuple(metadata), future))
        return future

    def calls(self, uri, name):
        future: Future[Any] = Future()
        self.called.append((uri, name, future))
        return future

    def daemon_status(self, uri, name):
        future: Future[Any] = Future()
        self.asked.append((uri, name, future))
        return future

    def remove(self, nameserver, name):
        future: Future[Any] = Future()
        self.removed.append((nameserver.address, name, future))
        return future


@dataclass
class Notifications:
    """Keeps what was told."""

    errors: list[Any] = field(default_factory=list)
    infos: list[str] = field(default_factory=list)
    posted: list[Any] = field(default_factory=list)

    def error(self, error, detail=""):
        self.errors.append(error)

    def info(self, sentence, detail=""):
        self.infos.append(sentence)

    def post(self, notice):
        self.posted.append(notice)


class DirectBridge:
    """Calls at once, as everything in such a test is on one thread."""

    def post(self, fn, *args):
        fn(*args)


NUMBER = TypeDescription("float", unit="nm", ge=1500.0, le=1630.0)
LASER = ServiceDescription(
    "bench.laser",
    "TunableLaser",
    doc="A tunable laser.",
    instance_mode="single",
    members=(
        MemberDescription("wavelength", "property", NUMBER, role="write", readable=True, writable=True),
        MemberDescription("power", "property", TypeDescription("float", unit="mW"), role="read", readable=True),
        MemberDescription(
            "sweep",
            "method",
            TypeDescription("list", items=(TypeDescription("float"),)),
            parameters=(
                ParameterDescription("start", NUMBER),
                ParameterDescription("stop", NUMBER),
                ParameterDescription("repeats", TypeDescription("int"), default=1),
            ),
        ),
    ),
)
