"""Stand-ins at the network's seam: an instrument that answers when told to, a feed that brings what it is given."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from pyrolab_gui.wire.columns import Column, Gap, channel_name
from pyrolab_gui.wire.description import (
    Choice,
    MemberDescription,
    ParameterDescription,
    ServiceDescription,
    TypeDescription,
)
from pyrolab_gui.wire.errors import NoReply
from pyrolab_gui.wire.health import InstrumentLink, Links, ProcessLink, Verdict, judge
from pyrolab_gui.wire.names import PASSING

FLOAT = TypeDescription("float")
NONE = TypeDescription("none")
MODES = (Choice("constant power", "APC"), Choice("constant current", "ACC"))
URI = "PYRO:laser@127.0.0.1:4711"


def done(value: Any = None) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(value)
    return future


def failed(error: Exception) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_exception(error)
    return future


class FakeInstrument:
    """Answers reads and writes from `values` at once; a method answers from `answers`, or waits for `settle`."""

    def __init__(self, description: ServiceDescription | Exception, values: dict[str, Any] | None = None) -> None:
        self.description = description
        self.values = dict(values or {})
        self.answers: dict[str, Any] = {}
        self.refuse: dict[str, Exception] = {}
        self.slow: set[str] = set()
        """Properties that are set when `settle` says so."""
        self.calls: list[tuple[str, list[Any], dict[str, Any]]] = []
        self.timeouts: list[float | None] = []
        self.sets: list[tuple[str, Any]] = []
        self.gets: list[str] = []
        self.waiting: list[Future[Any]] = []
        self.described = 0
        self.closed = False

    def describe(self) -> Future[ServiceDescription]:
        self.described += 1
        return failed(self.description) if isinstance(self.description, Exception) else done(self.description)

    def call(
        self,
        member: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        on_item: Callable[[Any], None] | None = None,
    ) -> Future[Any]:
        self.on_item = on_item
        self.calls.append((member, list(args), dict(kwargs or {})))
        self.timeouts.append(timeout)
        if member in self.refuse:
            return failed(self.refuse[member])
        if member in self.answers:
            return done(self.answers[member])
        future: Future[Any] = Future()
        self.waiting.append(future)
        return future

    def get(self, member: str) -> Future[Any]:
        self.gets.append(member)
        value = self.values.get(member)
        return failed(value) if isinstance(value, Exception) else done(value)

    def set(self, member: str, value: Any) -> Future[None]:
        self.sets.append((member, value))
        if member in self.refuse:
            return failed(self.refuse[member])
        self.values[member] = value
        if member in self.slow:
            self.waiting.append(Future())
            return self.waiting[-1]
        return done()

    def abandon(self) -> None:
        for future in self.waiting:
            if not future.done():
                future.set_exception(NoReply("left"))

    def settle(self, value: Any = None, error: Exception | None = None) -> None:
        future = self.waiting.pop(0)
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeSubscription:
    instrument: Any
    member: str
    period: float
    closed: bool = False

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeFeed:
    on_columns: Callable[[list[Column]], None]
    subscriptions: list[FakeSubscription] = field(default_factory=list)
    closed: bool = False

    def subscribe(self, instrument: Any, member: str, period: float) -> FakeSubscription:
        self.subscriptions.append(FakeSubscription(instrument, member, period))
        return self.subscriptions[-1]

    def open_members(self) -> list[str]:
        """Return what the instrument is asked for; what passes by itself is not."""
        return [each.member for each in self.subscriptions if not each.closed and each.member != PASSING]

    def bring(
        self,
        member: str,
        values: list[Any],
        times: list[float],
        gaps: tuple[Gap, ...] = (),
        object_id: str = "laser",
        period: float = 1.0,
    ) -> None:
        numbers = all(isinstance(value, float) for value in values)
        packed = array("d", values) if numbers else values
        self.on_columns(
            [Column(channel_name(object_id, member), 0, len(values), array("d", times), packed, gaps, period)]
        )

    def close(self) -> None:
        self.closed = True


class DirectBridge:
    """Runs at once, on the same thread."""

    def post(self, fn: Callable[..., object], *args: Any) -> None:
        fn(*args)


class FakeNotices:
    def __init__(self) -> None:
        self.said: list[str] = []

    def error(self, error: Any, detail: str = "") -> None:
        self.said.append(str(error))

    def info(self, sentence: str, detail: str = "") -> None:
        self.said.append(sentence)


@dataclass(frozen=True)
class FakeEntry:
    """As much of a registry entry as the consoles read."""

    name: str
    uri: str
    object_id: str = "obj"
    host: str = "127.0.0.1"
    port: int = 4711
    link: ProcessLink = ProcessLink.LIVE
    reason: str = ""
    last_seen: float | None = None
    instrument: InstrumentLink = InstrumentLink.CONNECTED
    error: str = ""
    detail: str = ""
    fresh: bool = True

    def links(self, last_seen: str = "") -> Links:
        return Links(self.link, self.instrument, self.reason, self.error, self.detail, last_seen, fresh=self.fresh)

    def verdict(self, last_seen: str = "") -> Verdict:
        return judge(self.name, self.links(last_seen))


@dataclass
class FakeControl:
    host: str
    port: int
    on_state: Callable[[ProcessLink, str], None]
    closed: bool = False

    def close(self) -> None:
        self.closed = True


def prop(name: str, type_: TypeDescription = FLOAT, *, writable: bool = False, **more: Any) -> MemberDescription:
    return MemberDescription(name, "property", type_, readable=True, writable=writable, role="read", **more)


def method(
    name: str, *parameters: ParameterDescription, returns: TypeDescription = NONE, **more: Any
) -> MemberDescription:
    return MemberDescription(name, "method", returns, parameters=parameters, **more)


def laser() -> ServiceDescription:
    """A tunable laser much like one of a real lab."""
    nm = TypeDescription("float", unit="nm", ge=1500.0, le=1630.0)
    return ServiceDescription(
        "optics.laser",
        "TunableLaser",
        "A tunable laser.",
        "single",
        lockable=True,
        members=(
            prop("power", TypeDescription("float", unit="mW", ge=0.1, le=13.0), writable=True, doc="Output power."),
            prop("wavelength", nm, writable=True, doc="Wavelength in vacuum."),
            prop("temperature", TypeDescription("float", unit="°C"), doc="Temperature of the diode."),
            prop("output", TypeDescription("bool"), writable=True),
            prop(
                "mode",
                TypeDescription(
                    "enum", name="Mode", choices=(Choice("constant power", "APC"), Choice("constant current", "ACC"))
                ),
                writable=True,
            ),
            prop("serial", TypeDescription("str"), refresh="never"),
            method(
                "sweep",
                ParameterDescription("start", nm, doc="Where it begins."),
                ParameterDescription("stop", nm),
                ParameterDescription("repeats", TypeDescription("int", ge=1), default=1),
                returns=TypeDescription("list", items=(FLOAT,)),
                doc="Scan the wavelength.\n\nThe output must be on.",
            ),
            method("identify", returns=TypeDescription("str"), role="read", doc="*IDN?"),
            method("halt", role="stop", doc="End a sweep."),
            method("lock", ParameterDescription("user", TypeDescription("str"), default="")),
            method("unlock"),
            method("islocked"),
        ),
    )
