"""A lab as data: nameservers, daemons, services and what starts with them.

The keys and defaults are those of PyroLab's schema 1.0; keys of our own are optional and listed in `OWN_KEYS`. Every
field carries a title and a help text, because the forms of the window are generated from them; further hints stand in
``json_schema_extra``: ``advanced`` (folded away), ``group`` (section of the form), ``unit``, ``refers_to`` (the value
names an entry of that section), ``multiline``. Limits: each entry is validated by itself; what must agree between
entries is judged by ``check``, so that a lab under construction can be held.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from pyrolab_gui.model.parts import LimitsByMember, Part, SamplingByMember, TlsFiles
from pyrolab_gui.model.values import (
    Address,
    Names,
    OnOrOff,
    OrEmpty,
    Parameters,
    Port,
    Reason,
    Seconds,
    Texts,
    Version,
    WholeNumber,
)

Kind: TypeAlias = Literal["nameservers", "daemons", "services"]
KINDS: tuple[Kind, ...] = ("nameservers", "daemons", "services")

PYROLAB_DAEMON_MODULES = ("pyrolab.server", "pyrolab.daemon")
"""Modules of PyroLab's own daemon classes, which stand for ours."""


class Nameserver(Part):
    """A phonebook: services are found in it by name."""

    host: str = Field(
        "localhost",
        title="Host",
        min_length=1,
        description="The address to listen on: localhost (this PC only), public (this PC's address), or an address.",
        json_schema_extra={"group": "Network"},
    )
    ns_port: Port = Field(
        9090,
        title="Port",
        description="The port to listen on; clients and daemons must know it.",
        json_schema_extra={"group": "Network"},
    )
    broadcast: bool = Field(
        False,
        title="Answer broadcasts",
        description="Lets clients on the same network find this nameserver without knowing its address.",
        json_schema_extra={"group": "Network", "advanced": True},
    )
    ns_bchost: Address = Field(
        None,
        title="Broadcast address",
        description="The address on which broadcasts are answered; empty for all of this PC's.",
        json_schema_extra={"group": "Network", "advanced": True},
    )
    ns_bcport: Port = Field(
        9091,
        title="Broadcast port",
        description="The port on which broadcasts are answered.",
        json_schema_extra={"group": "Network", "advanced": True},
    )
    ns_autoclean: Seconds = Field(
        0.0,
        title="Remove lost entries every",
        description="How often entries whose daemon cannot be reached are removed; 0 keeps them for ever.",
        json_schema_extra={"group": "Registry", "unit": "s"},
    )
    storage: str = Field(
        "memory",
        title="Storage",
        pattern=r"^(memory|(sql|dbm)(:.+)?)$",
        description="Where entries are kept: memory (lost at a restart), or sql:FILE (kept).",
        json_schema_extra={"group": "Registry", "choices": ["memory", "sql"]},
    )
    tls: TlsFiles = Field(
        default_factory=dict,
        title="TLS files",
        description="Files for encrypted connections, relative to the lab file: certificate, key and ca (whose clients "
        "are let in), or a folder that holds certificate.pem, key.pem and ca.pem.",
        json_schema_extra={"group": "Network", "advanced": True},
    )


class Daemon(Part):
    """A process with one port that hosts services."""

    module: str = Field(
        "pyrolab.server",
        title="Module",
        min_length=1,
        description="The module of the daemon's class; PyroLab's own stands for the one of this application.",
        json_schema_extra={"group": "Network", "advanced": True},
    )
    classname: Literal["Daemon", "LockableDaemon"] = Field(
        "Daemon",
        title="Kind",
        description="LockableDaemon lets a client keep an instrument to itself for a while.",
        json_schema_extra={"group": "Lifetime"},
    )
    take_over_seconds: Seconds = Field(
        0.0,
        title="Take over after",
        description="A lock passes to the one who asks for it after so long without a call and a recording; "
        "with 0 only its owner gives it.",
        json_schema_extra={"group": "Lifetime", "advanced": True, "unit": "s"},
    )
    host: str = Field(
        "localhost",
        title="Host",
        min_length=1,
        description="The address to listen on: localhost (this PC only), public (this PC's address), or an address.",
        json_schema_extra={"group": "Network"},
    )
    port: Port = Field(
        0,
        title="Port",
        description="The port to listen on; 0 picks a free one at each start. With a fixed port addresses stay valid.",
        json_schema_extra={"group": "Network"},
    )
    unixsocket: str | None = Field(
        None,
        title="Unix socket",
        description="A socket file to listen on instead of host and port (not on Windows).",
        json_schema_extra={"group": "Network", "advanced": True},
    )
    nathost: str | None = Field(
        None,
        title="NAT host",
        description="The host that clients are told, where they reach this PC through a router.",
        json_schema_extra={"group": "Network", "advanced": True},
    )
    natport: Port = Field(
        0,
        title="NAT port",
        description="The port that clients are told, where they reach this PC through a router.",
        json_schema_extra={"group": "Network", "advanced": True},
    )
    servertype: Literal["thread", "multiplex"] = Field(
        "thread",
        title="Server type",
        description="thread answers clients side by side; multiplex answers one after the other.",
        json_schema_extra={"group": "Network"},
    )
    nameservers: Names = Field(
        (),
        title="Register with",
        description="The nameservers in which the daemon itself is listed, under its own name; its services have lists "
        "of their own.",
        json_schema_extra={"group": "Lifetime", "refers_to": "nameservers"},
    )
    start_level: WholeNumber = Field(
        100,
        title="Start level",
        ge=0,
        description="Daemons with a lower level are started first, and stopped last.",
        json_schema_extra={"group": "Lifetime", "advanced": True},
    )
    restart: Literal["never", "on-failure", "always"] = Field(
        "on-failure",
        title="Restart",
        description="What happens when the process ends without being asked to.",
        json_schema_extra={"group": "Lifetime"},
    )
    start_seconds: Seconds = Field(
        1.0,
        title="Steady after",
        description="A process that ends sooner than this after it was ready counts as a failed start.",
        json_schema_extra={"group": "Lifetime", "advanced": True, "unit": "s"},
    )
    stop_seconds: Seconds = Field(
        5.0,
        title="Stop after",
        description="How long the process may take to close its instruments before it is ended by force.",
        json_schema_extra={"group": "Lifetime", "unit": "s"},
    )
    environment: Texts = Field(
        default_factory=dict,
        title="Environment",
        description="Environment variables for the process.",
        json_schema_extra={"group": "Process", "advanced": True},
    )
    python: str = Field(
        "",
        title="Interpreter",
        description="Another Python to run the process with; empty for the one of this application.",
        json_schema_extra={"group": "Process", "advanced": True},
    )
    search_paths: Names = Field(
        (),
        title="Search paths",
        description="Folders in which drivers are looked for, relative to the lab file.",
        json_schema_extra={"group": "Process", "advanced": True},
    )
    tls: TlsFiles = Field(
        default_factory=dict,
        title="TLS files",
        description="Files for encrypted connections, relative to the lab file: certificate, key and ca (whose clients "
        "are let in), or a folder that holds certificate.pem, key.pem and ca.pem.",
        json_schema_extra={"group": "Network", "advanced": True},
    )

    @property
    def lockable(self) -> bool:
        """Whether clients may lock its services."""
        return self.classname == "LockableDaemon"


class Service(Part):
    """An instrument driver, or any other object, that clients reach over the network."""

    module: str = Field(
        title="Module",
        min_length=1,
        description="The module of the driver, as in an import statement; for example drivers.simulated.laser.",
        json_schema_extra={"group": "Driver"},
    )
    classname: str = Field(
        title="Class",
        min_length=1,
        description="The driver's class in that module; for example TunableLaser.",
        json_schema_extra={"group": "Driver"},
    )
    parameters: Parameters = Field(
        default_factory=dict,
        title="Parameters",
        description="What the driver needs to find its instrument; given to its connect method or to its constructor.",
        json_schema_extra={"group": "Driver"},
    )
    description: str = Field(
        "",
        title="Description",
        description="A few words for the registry: what the instrument is.",
        json_schema_extra={"group": "Driver"},
    )
    instancemode: Literal["session", "single", "percall"] = Field(
        "session",
        title="Instances",
        description="single: all clients share one driver object (right for hardware); session: one for each client; "
        "percall: one for each call.",
        json_schema_extra={"group": "Hosting"},
    )
    daemon: str = Field(
        "default",
        title="Daemon",
        description="The daemon that hosts it.",
        json_schema_extra={"group": "Hosting", "refers_to": "daemons"},
    )
    nameservers: Names = Field(
        (),
        title="Register with",
        description="The nameservers in which clients find it. The daemon's list does not count for it: with none here "
        "it is hosted, but listed nowhere.",
        json_schema_extra={"group": "Hosting", "refers_to": "nameservers"},
    )
    connect: Literal["at-start", "on-demand", "by-client"] = Field(
        "at-start",
        title="Connect",
        description="When the driver opens its instrument: with the daemon, at the first call, or when a client asks.",
        json_schema_extra={"group": "Hosting"},
    )
    expose: Literal["public", "decorated"] = Field(
        "public",
        title="Expose",
        description="What clients may use: all public members, or only those that the driver marks with @expose.",
        json_schema_extra={"group": "Hosting", "advanced": True},
    )
    concurrent: bool = Field(
        False,
        title="Calls side by side",
        description="Lets calls of several clients run at the same time; only for drivers that are made for it.",
        json_schema_extra={"group": "Hosting", "advanced": True},
    )
    sampling: SamplingByMember = Field(
        default_factory=dict,
        title="Sampling",
        description="Readings that the daemon takes by itself: member and period, or {period: 1.0, when: idle}.",
        json_schema_extra={"group": "Readings", "advanced": True, "unit": "s"},
    )
    refresh: Annotated[dict[str, Literal["auto", "idle", "never"]], OrEmpty] = Field(
        default_factory=dict,
        title="Refresh",
        description="How a console may read a member by itself: auto, only while the instrument is idle, or never.",
        json_schema_extra={"group": "Readings", "advanced": True},
    )
    alive: str = Field(
        "",
        title="Sign of life",
        description="A harmless member whose answer proves that the instrument is there.",
        json_schema_extra={"group": "Readings", "advanced": True},
    )
    limits: LimitsByMember = Field(
        default_factory=dict,
        title="Limits",
        description="Bounds for every client, narrower than the driver's: by property, or method.parameter.",
        json_schema_extra={"group": "Safety", "advanced": True},
    )
    confirm: Names = Field(
        (),
        title="Ask before",
        description="Members that a console uses only after a question.",
        json_schema_extra={"group": "Safety", "advanced": True},
    )
    outputs: OnOrOff = Field(
        default_factory=dict,
        title="Outputs",
        description="Methods that switch an output: by method, on or off. Names such as output_on need not be told.",
        json_schema_extra={"group": "Safety", "advanced": True},
    )
    units: Texts = Field(
        default_factory=dict,
        title="Units",
        description="Units to display where the driver names none: by member.",
        json_schema_extra={"group": "Readings", "advanced": True},
    )
    stop: str = Field(
        "",
        title="Stop",
        description="The method that stops a motion or a sweep at once.",
        json_schema_extra={"group": "Safety", "advanced": True},
    )
    safe_state: str = Field(
        "",
        title="Safe state",
        description="The method that brings the instrument into a harmless state; called before it is closed.",
        json_schema_extra={"group": "Safety", "advanced": True},
    )
    expect_id: str = Field(
        "",
        title="Expected identity",
        description="A part of what the instrument must answer about itself, so that a swapped cable is noticed.",
        json_schema_extra={"group": "Safety", "advanced": True},
    )
    note: str = Field(
        "",
        title="Note",
        description="What colleagues should know: where it stands, whom to ask.",
        json_schema_extra={"group": "Notes", "advanced": True, "multiline": True},
    )
    power_cycle: str = Field(
        "",
        title="Power cycle",
        description="How the instrument is switched off and on again: in words, or as service.method.",
        json_schema_extra={"group": "Notes", "advanced": True},
    )
    out_of_service: Reason = Field(
        "",
        title="Out of service",
        description="Why it is not hosted for now; empty while it is in use.",
        json_schema_extra={"group": "Notes", "advanced": True},
    )


class Autolaunch(Part):
    """What starts together with the lab."""

    nameservers: Names = Field(
        (),
        title="Nameservers",
        description="Nameservers that start with the lab.",
        json_schema_extra={"refers_to": "nameservers"},
    )
    daemons: Names = Field(
        (),
        title="Daemons",
        description="Daemons that start with the lab.",
        json_schema_extra={"refers_to": "daemons"},
    )


class Lab(Part):
    """A whole lab file."""

    version: Version = Field("1.0", title="Version", description="The version of the file's schema.")
    nameservers: Annotated[dict[str, Nameserver], OrEmpty] = Field(
        default_factory=dict, title="Nameservers", description="The phonebooks of this PC."
    )
    daemons: Annotated[dict[str, Daemon], OrEmpty] = Field(
        default_factory=dict, title="Daemons", description="The processes of this PC that host services."
    )
    services: Annotated[dict[str, Service], OrEmpty] = Field(
        default_factory=dict, title="Services", description="The instruments of this PC."
    )
    autolaunch: Annotated[Autolaunch, OrEmpty] = Field(
        default_factory=Autolaunch, title="Start with the lab", description="What starts together with the lab."
    )

    def entries(self, kind: Kind) -> dict[str, Part]:
        """Return the entries of one section by name."""
        return dict(getattr(self, kind))

    def services_by_daemon(self) -> dict[str, dict[str, Service]]:
        """Return the services of all daemons at once, those of daemons that the lab has not included."""
        found: dict[str, dict[str, Service]] = {name: {} for name in self.daemons}
        for name, service in self.services.items():
            found.setdefault(service.daemon, {})[name] = service
        return found


ENTRY_TYPES: dict[Kind, type[Part]] = {"nameservers": Nameserver, "daemons": Daemon, "services": Service}

OWN_KEYS: dict[Kind, frozenset[str]] = {
    "nameservers": frozenset(("tls",)),
    "daemons": frozenset(
        (
            "start_level", "restart", "start_seconds", "stop_seconds", "environment", "python", "search_paths", "tls",
            "take_over_seconds",
        )
    ),
    "services": frozenset(
        (
            "connect", "expose", "concurrent", "sampling", "refresh", "alive", "limits", "confirm", "outputs", "units",
            "stop", "safe_state", "expect_id", "note", "power_cycle", "out_of_service",
        )
    ),
}  # fmt: skip
"""Keys that PyroLab does not know: written only where they differ from their default, dropped by its export."""
