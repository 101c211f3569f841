"""What a supervisor tells beside the states of its children: events, statistics, what a stop hits, the lab file.

Plain frozen data with `to_plain` and `from_plain`, because a supervisor lives in another process than the window or
command that shows it, and may be older or newer: unknown keys are ignored. Limits: no behaviour beyond reading and
writing; states of children are `wire.child`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import Any, NamedTuple, Self

from pyrolab_gui.wire.names import SUPERVISOR_OBJECT
from pyrolab_gui.wire.record import known, record

SUPERVISOR_NAME = "pyrolab.supervisor."
"""What a supervisor is called in a nameserver, followed by the name of its PC."""

TOKEN_KEY = "token"
"""Where the handshake carries the secret."""


class Plain:
    """A dataclass whose fields are plain already; others override `from_plain`."""

    __slots__ = ()

    def to_plain(self) -> dict[str, Any]:
        """Return a JSON-ready dict."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Read what `to_plain` wrote, ignoring unknown keys."""
        return cls(**known(cls, plain))


class EventKind(StrEnum):
    """What happened. *Lost*: it ended while no supervisor ran, *restarted*: after a crash, a loss or on request.

    The last two are about a service.
    """

    STARTED = "started"
    CRASHED = "crashed"
    LOST = "lost"
    RESTARTED = "restarted"
    STOPPED = "stopped"
    FAILED = "failed"
    UNRESPONSIVE = "unresponsive"
    BACK = "back"
    ADOPTED = "adopted"
    NOT_CONNECTED = "not-connected"
    CONNECTED = "connected"


@record(frozen=True)
class ChildEvent(Plain):
    """One thing that happened: when (seconds since the epoch), to whom, why in a sentence, and on whose order."""

    time: float
    key: str
    kind: EventKind
    reason: str = ""
    who: str = ""

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> ChildEvent:
        """Read what `to_plain` wrote."""
        own = known(cls, plain)
        return cls(**{**own, "kind": EventKind(own["kind"])})


class Span(NamedTuple):
    """A state that lasted from `start` to `end`."""

    start: float
    end: float
    state: str


@record(frozen=True)
class ChildStatistics(Plain):
    """Numbers of one child: states of the last 12 h, resources now and of late, calls.

    The calls are sentences (``laser.power, 3 s, by ada@bench``), empty where there is none or where it is not known.
    Histories are pairs of time and value. None where nothing is measured.
    """

    strip: tuple[Span, ...] = ()
    crashes: int = 0
    restarts: int = 0
    cpu_percent: float | None = None
    memory_bytes: int | None = None
    cpu_history: tuple[tuple[float, float], ...] = ()
    memory_history: tuple[tuple[float, float], ...] = ()
    connections: int | None = None
    running_call: str = ""
    last_call: str = ""

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> ChildStatistics:
        """Read what `to_plain` wrote."""
        own = known(cls, plain)
        own["strip"] = tuple(Span(*part) for part in own.get("strip", ()))
        for name in ("cpu_history", "memory_history"):
            own[name] = tuple((float(time), float(value)) for time, value in own.get(name, ()))
        return cls(**own)


class HitCall(NamedTuple):
    """A call that runs: on which service, which member, for whom, since when."""

    service: str
    member: str
    who: str
    since: float


class HitLock(NamedTuple):
    """A lock that is held."""

    service: str
    owner: str
    since: float


class HitRecording(NamedTuple):
    """A reading that somebody records."""

    service: str
    member: str
    who: str


class HitOutput(NamedTuple):
    """An output that is on, as far as the daemon has seen; an empty member stands for the whole instrument."""

    service: str
    member: str
    since: float = 0.0

    @property
    def name(self) -> str:
        """What is on, in words."""
        return f"{self.service}.{self.member}" if self.member else self.service


class HitClient(NamedTuple):
    """A window or script that is connected: whose, which program and process, as it says; empty where it does not."""

    who: str
    program: str = ""
    process: int = 0


@record(frozen=True)
class Hit(Plain):
    """What the stop or restart of a child hits; `error` says why that is not known.

    `clients` are so many, `who` names them, each name once; `present` has each of them, where the daemon tells.
    """

    key: str
    clients: int = 0
    calls: tuple[HitCall, ...] = ()
    locks: tuple[HitLock, ...] = ()
    error: str = ""
    who: tuple[str, ...] = ()
    recordings: tuple[HitRecording, ...] = ()
    outputs: tuple[HitOutput, ...] = ()
    unknown: tuple[HitOutput, ...] = ()
    """Instruments whose outputs may be on: their daemon crashed, and nobody has set anything on them since."""
    present: tuple[HitClient, ...] = ()

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Hit:
        """Read what `to_plain` wrote."""
        own = known(cls, plain)
        own["calls"] = tuple(HitCall(*item) for item in own.get("calls", ()))
        own["locks"] = tuple(HitLock(*item) for item in own.get("locks", ()))
        own["who"] = tuple(own.get("who", ()))
        own["recordings"] = tuple(HitRecording(*item) for item in own.get("recordings", ()))
        own["outputs"] = tuple(HitOutput(*item) for item in own.get("outputs", ()))
        own["unknown"] = tuple(HitOutput(*item) for item in own.get("unknown", ()))
        own["present"] = tuple(HitClient(*item) for item in own.get("present", ()))
        return cls(**own)


@record(frozen=True)
class LabText(Plain):
    """A lab file as it stands on the supervisor's computer; all empty where it has none.

    `version` names the text: whoever gives a new one says which it is based on.
    """

    text: str = ""
    path: str = ""
    version: str = ""


@record(frozen=True)
class LabEditor(Plain):
    """A client with edits of a lab file that are not saved: its id, who it is, since when (seconds since the epoch)."""

    client: str
    who: str = ""
    since: float = 0.0


@record(frozen=True)
class LabProblem(Plain):
    """One thing that is wrong with a lab file; `severity` is ``error`` or ``warning``."""

    sentence: str
    path: tuple[str | int, ...] = ()
    line: int | None = None
    severity: str = "error"

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> LabProblem:
        """Read what `to_plain` wrote."""
        own = known(cls, plain)
        return cls(**{**own, "path": tuple(own.get("path", ()))})

    def __str__(self) -> str:
        place = ".".join(map(str, self.path))
        return f"{place}: {self.sentence}" if place else self.sentence


@record(frozen=True)
class PlanChange(Plain):
    """What a reload did with one child (`action`: start, stop, restart or none) and why, in a sentence."""

    key: str
    action: str
    reason: str


@record(frozen=True)
class LogLines(Plain):
    """Lines of a child's output, and the position after them, to ask on from."""

    lines: tuple[str, ...] = ()
    next: str = ""

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> LogLines:
        """Read what `to_plain` wrote."""
        own = known(cls, plain)
        return cls(**{**own, "lines": tuple(own.get("lines", ()))})


@record(frozen=True)
class SupervisorInfo(Plain):
    """Which supervisor this is: its computer, process, version, since when it runs, and whether a lab is loaded.

    `address` is where it listens for other PCs (empty: for its own only), `problem` why it cannot.
    """

    host: str = ""
    pid: int = 0
    version: str = ""
    started: float = 0.0
    knows_lab: bool = False
    address: str = ""
    problem: str = ""


@record(frozen=True)
class ServiceAddress(Plain):
    """Where a supervisor's interface listens, and the secret that its clients must say."""

    host: str
    port: int
    token: str
    pid: int
    version: str = ""

    @property
    def uri(self) -> str:
        """The address of its object."""
        return f"PYRO:{SUPERVISOR_OBJECT}@{self.host}:{self.port}"

    def to_json(self) -> str:
        """Write the content of the file."""
        return json.dumps(self.to_plain())

    @classmethod
    def from_json(cls, text: str) -> ServiceAddress:
        """Read the content of the file.

        Raises
        ------
        ValueError
            If it is not such a file (it may be half written).
        """
        try:
            plain = json.loads(text)
            return cls(
                str(plain["host"]), int(plain["port"]), str(plain["token"]), int(plain["pid"]), str(plain["version"])
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError("not an address file of a supervisor") from error
