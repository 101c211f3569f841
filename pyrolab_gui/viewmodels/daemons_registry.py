"""What the registry knows of this computer's lab: its nameservers by name, what it promises, whose daemon an entry is.

Joins two view models; neither knows the other. Limits: one computer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pyrolab_gui.supervision.plan import host_address
from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress
from pyrolab_gui.viewmodels.registry_rows import LabName
from pyrolab_gui.wire.child import ChildKind, ChildState, child_key
from pyrolab_gui.wire.health import Health

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyrolab_gui.viewmodels.daemons_vm import DaemonsViewModel
    from pyrolab_gui.viewmodels.far_daemons import FarDaemons
    from pyrolab_gui.viewmodels.registry_rows import RegistryRow
    from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel

_EVIDENCE = {
    Health.LIVE: "live",
    Health.NOT_ASKED: "not-asked",
    Health.SLOW: "slow",
    Health.FAILED: "failed",
}
"""What the judge of instruments says, as states of the tree; what else it may say, the daemon says better here."""
_THERE = ("localhost", "127.0.0.1", "::1", "public")
_EVERYWHERE = ("0.0.0.0", "::", "")
_WORDS = {
    ChildState.STOPPED: "is stopped",
    ChildState.EXITED: "has ended",
    ChildState.STARTING: "is starting",
    ChildState.STOPPING: "is stopping",
    ChildState.FAILED: "could not start",
    ChildState.BACKOFF: "failed and waits to be started again",
    ChildState.UNRESPONSIVE: "runs but does not answer",
}


def join(daemons: DaemonsViewModel, registry: RegistryViewModel) -> None:
    """Keep the registry's knowledge of the lab up to date, and start its nameserver where the registry asks."""

    def update() -> None:
        nameservers = lab_nameservers(daemons)
        if nameservers != registry.lab_nameservers:
            registry.set_lab_nameservers(nameservers)
        names = lab_entries(daemons)
        registry.set_lab(
            names, _reasons(daemons, names), _ports(daemons, names), _stopped(daemons, names), _hosts(daemons)
        )
        tell_own_state()

    def tell_own_state() -> None:
        own = daemons.status(registry.own_nameserver)
        registry.set_own_state(str(own.state) if own is not None else "")

    def look(key: str) -> None:
        """Look at once when one of ours has come or gone: the next regular look may be seconds away."""
        status = daemons.status(key)
        state = status.state if status is not None else None
        if states.get(key) != state and state is not ChildState.STARTING:
            registry.refresh()
        states[key] = state

    states: dict[str, ChildState | None] = {}
    join_evidence(daemons, registry)
    daemons.statusChanged.connect(look)
    registry.linkChanged.connect(lambda _: tell_own_state())
    daemons.summaryChanged.connect(update)
    daemons.lab.loaded.connect(update)
    registry.startRequested.connect(lambda key: daemons.start([key]))
    update()


def join_evidence(daemons: DaemonsViewModel, registry: RegistryViewModel) -> None:
    """Let the tree of a PC show what the registry knows of its instruments: whether they answer themselves."""

    def tell() -> None:
        daemons.set_evidence(evidence_of(daemons, registry.rows))

    registry.changed.connect(lambda _: tell())
    daemons.statusChanged.connect(lambda _: tell())
    tell()


def join_far(host: FarDaemons, registry: RegistryViewModel) -> None:
    """Let the registry know what another PC of the lab serves, and its tree what the registry knows of that."""

    def update() -> None:
        names = far_names(host)
        away = bool(host.absence[0])  # then nobody knows how its children are
        registry.set_far_lab(
            host.computer,
            names,
            dict.fromkeys(names, f"{host.name} cannot be reached") if away else _reasons(host, names),
            {} if away else _ports(host, names),
            () if away else _stopped(host, names),
        )

    join_evidence(host, registry)
    host.summaryChanged.connect(update)
    host.statusChanged.connect(lambda _: update())
    host.lab.loaded.connect(update)
    update()


def far_names(host: FarDaemons) -> dict[str, LabName]:
    """Return what the lab file of another PC says of each name; until that is here, what its daemons tell."""
    names = {
        name: LabName(status.key, computer=host.computer)
        for status in host.statuses()
        if status.kind is ChildKind.DAEMON
        for name in (status.name, *(service.name for service in status.services))
    }
    lab = host.lab.saved_lab
    places = {
        name: _far_address(entry.host, entry.ns_port, host.host.host)
        for name, entry in (lab.nameservers if lab is not None else {}).items()
    }
    return names | {
        name: replace(
            known, computer=host.computer, nameservers=tuple(places[n] for n in known.nameservers if n in places)
        )
        for name, known in lab_entries(host).items()
    }


def _far_address(host: str, port: int, computer: str) -> str:
    """Return where a nameserver of another PC's lab file is, seen from here."""
    own = host in _EVERYWHERE or host.lower() in _THERE
    return NameserverAddress(computer if own else host, port).address


def evidence_of(daemons: DaemonsViewModel, rows: Mapping[str, RegistryRow]) -> dict[str, tuple[str, str]]:
    """Return what the registry's rows say of the services that daemons of this PC serve."""
    found = {}
    for status in daemons.statuses():
        place = status.uri.partition("@")[2]
        for service in status.services:
            row = rows.get(service.name)
            if row is not None and f"{row.host}:{row.port}" == place and row.health in _EVIDENCE:
                state = _EVIDENCE[row.health]
                found[service.name] = (state, row.verdict.sentence if state in ("slow", "failed") else "")
    return found


def lab_nameservers(daemons: DaemonsViewModel) -> tuple[NameserverAddress, ...]:
    """Return where the lab's nameservers are reached; those whose port is picked at their start, while they run."""
    lab = daemons.lab.saved_lab
    found = []
    for name, entry in (lab.nameservers if lab is not None else {}).items():
        status = daemons.status(child_key(ChildKind.NAMESERVER, name))
        port = entry.ns_port or _port(status.uri if status is not None else "")
        if port:
            host = "localhost" if entry.host in _EVERYWHERE else host_address(entry.host)
            found.append(NameserverAddress(host, port, name))
    return tuple(found)


def lab_entries(daemons: DaemonsViewModel) -> dict[str, LabName]:
    """Return what the lab file says of each name that its daemons register; nobody waits for a daemon's own name."""
    lab = daemons.lab.saved_lab
    if lab is None:
        return {}
    known = frozenset(lab.nameservers)
    names = {
        name: LabName(child_key(ChildKind.DAEMON, name), daemon.classname, f"the daemon {name}")
        for name, daemon in lab.daemons.items()
        if daemon.nameservers
    }
    for name, service in lab.services.items():
        listed = () if service.out_of_service else tuple(n for n in service.nameservers if n in known)
        key = child_key(ChildKind.DAEMON, service.daemon)
        names[name] = LabName(key, service.classname.rpartition(".")[2], service.description, listed)
    return names


def lab_names(daemons: DaemonsViewModel) -> dict[str, str]:
    """Return registered name -> key of its child process, for all that the lab registers."""
    return {name: known.daemon_key for name, known in lab_entries(daemons).items()}


def _reasons(daemons: DaemonsViewModel, names: dict[str, LabName]) -> dict[str, str]:
    """Return why names cannot be registered, as far as the state of their daemon says it."""
    reasons = {}
    for name, known in names.items():
        status = daemons.status(known.daemon_key)
        if status is not None and status.state in _WORDS:
            reasons[name] = f"its daemon {known.daemon} {_WORDS[status.state]}"
    return reasons


def _stopped(daemons: DaemonsViewModel, names: dict[str, LabName]) -> list[str]:
    """Return the names whose daemon was stopped or not started yet, as somebody wanted it."""
    states = {name: daemons.status(known.daemon_key) for name, known in names.items()}
    return [name for name, status in states.items() if status is not None and status.state is ChildState.STOPPED]


def _ports(daemons: DaemonsViewModel, names: dict[str, LabName]) -> dict[str, int]:
    """Return on which port the daemon of each name listens, of those that run."""
    ports = {}
    for name, known in names.items():
        status = daemons.status(known.daemon_key)
        if status is not None and status.state is ChildState.RUNNING and (port := _port(status.uri)):
            ports[name] = port
    return ports


def _hosts(daemons: DaemonsViewModel) -> set[str]:
    """Return under which names the processes of this PC are reached."""
    places = (status.uri.partition("@")[2] for status in daemons.statuses() if status.state.alive)
    return {place.rpartition(":")[0].strip("[]") for place in places if place}


def _port(uri: str) -> int:
    port = uri.rpartition(":")[2]
    return int(port) if port.isdigit() else 0
