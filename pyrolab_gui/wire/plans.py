"""What a child is told about its part of the lab: resolved, validated, plain JSON.

The supervisor (or the command line) resolves the lab file into these; a child reads them without pydantic or YAML,
which would double the time of its start. Nothing here validates: that was done before.
"""

from __future__ import annotations

import json
from dataclasses import asdict, field
from typing import TYPE_CHECKING, Any, TypeAlias

from pyrolab_gui.wire.record import known, record

if TYPE_CHECKING:
    from pyrolab_gui.wire.alarms import AlarmsPlan


@record(frozen=True)
class NameserverAddress:
    """Where a nameserver of the lab is reached; with an authority (`ca`), over TLS and in no other way."""

    name: str
    host: str
    port: int
    ca: str = ""
    certificate: str = ""
    key: str = ""


@record(frozen=True)
class ServicePlan:
    """One service that a daemon is to host. `object_id` is the part of the URI before the ``@``."""

    name: str
    object_id: str
    module: str
    classname: str
    parameters: dict[str, Any] = field(default_factory=dict)
    description: str = ""
    instancemode: str = "session"
    nameservers: tuple[str, ...] = ()
    connect: str = "at-start"
    expose: str = "public"
    concurrent: bool = False
    sampling: dict[str, float] = field(default_factory=dict)
    sampling_when: dict[str, str] = field(default_factory=dict)
    """``idle`` for sampled members that are left out while a client uses the instrument."""
    refresh: dict[str, str] = field(default_factory=dict)
    limits: dict[str, dict[str, float]] = field(default_factory=dict)
    stop: str = ""
    safe_state: str = ""
    alive: str = ""
    """A harmless member whose answer proves that the instrument is there."""
    expect_id: str = ""
    """A part of what the instrument must answer about itself; one that answers otherwise is not used."""
    confirm: tuple[str, ...] = ()
    """Members that a console uses only after a question."""
    outputs: dict[str, str] = field(default_factory=dict)
    """Methods that switch an output ``on`` or ``off``."""
    units: dict[str, str] = field(default_factory=dict)
    """Units to display, by member, where the driver names none."""
    note: str = ""
    power_cycle: str = ""
    """How the instrument is switched off and on again: in words, or as ``service.method``."""
    metadata: tuple[str, ...] = ()


@record(frozen=True)
class DaemonPlan:
    """One daemon child: its network settings and its services."""

    name: str
    host: str = "localhost"
    port: int = 0
    unixsocket: str | None = None
    nathost: str | None = None
    natport: int = 0
    servertype: str = "thread"
    lockable: bool = False
    take_over_seconds: float = 0.0
    """After so long without a call and a recording of its owner a lock passes to the one who asks; 0: never."""
    register_as: str = ""
    """The name under which the daemon object itself is registered; empty where it is not."""
    nameservers: tuple[NameserverAddress, ...] = ()
    """Every nameserver that the daemon or one of its services names."""
    own_nameservers: tuple[str, ...] = ()
    """Those with which the daemon registers itself."""
    services: tuple[ServicePlan, ...] = ()
    search_paths: tuple[str, ...] = ()
    start_level: int = 100
    restart: str = "on-failure"
    start_seconds: float = 1.0
    stop_seconds: float = 5.0
    environment: dict[str, str] = field(default_factory=dict)
    python: str = ""
    tls: dict[str, str] = field(default_factory=dict)
    """Paths of ``certificate``, ``key`` and ``ca``; empty: it serves in plain text."""


@record(frozen=True)
class NameserverPlan:
    """One nameserver child. `storage` is ``memory`` or ``sql:FILE`` with an absolute path."""

    name: str
    host: str = "localhost"
    ns_port: int = 9090
    broadcast: bool = False
    ns_bchost: str | None = None
    ns_bcport: int = 9091
    ns_autoclean: float = 0.0
    storage: str = "memory"
    start_level: int = 0
    restart: str = "on-failure"
    start_seconds: float = 1.0
    stop_seconds: float = 5.0
    environment: dict[str, str] = field(default_factory=dict)
    python: str = ""
    tls: dict[str, str] = field(default_factory=dict)


@record(frozen=True)
class RecordedMember:
    """One reading that is to be recorded, and where its instrument was last found."""

    instrument: str
    member: str
    uri: str = ""


@record(frozen=True)
class RecorderPlan:
    """One recording: what, how often, into which file, from when to when, and whose it is.

    Times are seconds since the epoch, 0 where there is none. It ends at the earliest of `ends`, `seconds` after its
    beginning, and the condition `ends_when`; without them when somebody stops it.
    """

    name: str
    file: str = ""
    members: tuple[RecordedMember, ...] = ()
    period: float = 1.0
    nameservers: tuple[NameserverAddress, ...] = ()
    who: str = ""
    purpose: str = ""
    lab: str = ""
    client: str = ""
    """The same for every process of this recording: what it asked the daemons for is its own after a restart too."""
    begins: float = 0.0
    begins_when: str = ""
    ends: float = 0.0
    seconds: float = 0.0
    ends_when: str = ""
    new_file_seconds: float = 0.0
    """A new file is begun after so long; 0: never."""
    new_file_bytes: int = 0
    keep_files: int = 0
    """How many of its files are kept, the newest; 0: all."""
    start_level: int = 200
    restart: str = "on-failure"
    start_seconds: float = 1.0
    stop_seconds: float = 10.0
    environment: dict[str, str] = field(default_factory=dict)
    python: str = ""
    tls: dict[str, str] = field(default_factory=dict)


@record(frozen=True)
class RelayPlan:
    """The relay of a computer, which stands between our clients and foreign servers; its part is told to it later."""

    name: str = "relay"
    idle_seconds: float = 600.0
    """For so long it stays when nobody uses it."""
    start_level: int = 200
    restart: str = "on-failure"
    start_seconds: float = 10.0
    stop_seconds: float = 3.0
    environment: dict[str, str] = field(default_factory=dict)
    python: str = ""
    tls: dict[str, str] = field(default_factory=dict)


ChildPlan: TypeAlias = "NameserverPlan | DaemonPlan | RecorderPlan | RelayPlan | AlarmsPlan"


@record(frozen=True)
class LabPlan:
    """All children of one lab file, and those that start with it (keys as in `wire.child.child_key`)."""

    nameservers: tuple[NameserverPlan, ...] = ()
    daemons: tuple[DaemonPlan, ...] = ()
    autolaunch: tuple[str, ...] = ()


def to_json(plan: ChildPlan) -> str:
    """Write the plan of one child."""
    return json.dumps(asdict(plan), separators=(",", ":"))


def nameserver_from_json(text: str) -> NameserverPlan:
    """Read what `to_json` wrote of a `NameserverPlan`, ignoring unknown keys."""
    return NameserverPlan(**known(NameserverPlan, json.loads(text)))


def daemon_from_json(text: str) -> DaemonPlan:
    """Read what `to_json` wrote of a `DaemonPlan`, ignoring unknown keys."""
    return daemon_from_plain(json.loads(text))


def daemon_from_plain(plain: dict[str, Any]) -> DaemonPlan:
    """Read a `DaemonPlan` made plain, ignoring unknown keys."""
    return _daemon(known(DaemonPlan, plain))


def relay_from_json(text: str) -> RelayPlan:
    """Read what `to_json` wrote of a `RelayPlan`, ignoring unknown keys."""
    return RelayPlan(**known(RelayPlan, json.loads(text)))


def recorder_from_json(text: str) -> RecorderPlan:
    """Read what `to_json` wrote of a `RecorderPlan`, ignoring unknown keys."""
    return recorder_from_plain(json.loads(text))


def recorder_to_plain(plan: RecorderPlan) -> dict[str, Any]:
    """Return the plan of a recording as a JSON-ready dict."""
    return asdict(plan)


def recorder_from_plain(plain: dict[str, Any]) -> RecorderPlan:
    """Read what `recorder_to_plain` wrote, ignoring unknown keys."""
    own = known(RecorderPlan, plain)
    own["members"] = tuple(RecordedMember(**item) for item in own.get("members", ()))
    own["nameservers"] = tuple(NameserverAddress(**item) for item in own.get("nameservers", ()))
    return RecorderPlan(**own)


def lab_to_plain(plan: LabPlan) -> dict[str, Any]:
    """Return the plan of a whole lab as a JSON-ready dict."""
    return asdict(plan)


def lab_from_plain(plain: dict[str, Any]) -> LabPlan:
    """Read what `lab_to_plain` wrote, ignoring unknown keys."""
    own = known(LabPlan, plain)
    return LabPlan(
        tuple(NameserverPlan(**known(NameserverPlan, item)) for item in own.get("nameservers", ())),
        tuple(_daemon(known(DaemonPlan, item)) for item in own.get("daemons", ())),
        tuple(own.get("autolaunch", ())),
    )


def _daemon(own: dict[str, Any]) -> DaemonPlan:
    own["nameservers"] = tuple(NameserverAddress(**item) for item in own.get("nameservers", ()))
    own["own_nameservers"] = tuple(own.get("own_nameservers", ()))
    own["search_paths"] = tuple(own.get("search_paths", ()))
    own["services"] = tuple(_service(item) for item in own.get("services", ()))
    return DaemonPlan(**own)


def _service(plain: dict[str, Any]) -> ServicePlan:
    own = known(ServicePlan, plain)
    own["nameservers"] = tuple(own.get("nameservers", ()))
    own["confirm"] = tuple(own.get("confirm", ()))
    own["metadata"] = tuple(own.get("metadata", ()))
    return ServicePlan(**own)
