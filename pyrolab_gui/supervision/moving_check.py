"""Whether an instrument can move to another PC, and what that does: driver, interpreter and port are looked at there.

Nothing is changed and nothing is sent to an instrument: what it is plugged into may be in use here still. Limits: that
it really connects there is found when it moves (`supervision.moving`), and it goes back where it does not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrolab_gui.model import edit
from pyrolab_gui.model.check import LOCAL_HOSTS
from pyrolab_gui.model.lab import Daemon, Lab, Service
from pyrolab_gui.model.resources import is_of_network, resource, resources_of
from pyrolab_gui.model.store import LabFile
from pyrolab_gui.supervision.hit_words import listed
from pyrolab_gui.supervision.plugged import users_of
from pyrolab_gui.wire.child import ChildKind, child_key
from pyrolab_gui.wire.errors import ConfigInvalid, LabError
from pyrolab_gui.wire.plans import DaemonPlan
from pyrolab_gui.wire.serial_ports import names_by_serial, resolved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.supervision.driver_place import DriverPlace
    from pyrolab_gui.wire.child import ChildStatus
    from pyrolab_gui.wire.serial_ports import SerialPort

OWN = ""
"""Instead of a daemon's name: one of its own."""
_IMPORT_SECONDS = 60.0
_CARRIED = (
    "module", "classname", "take_over_seconds", "servertype", "start_level", "restart", "start_seconds",
    "stop_seconds", "environment", "python",
)  # fmt: skip
"""What a daemon of its own is like on the other PC too; where it listens and finds its drivers is that PC's own."""


@dataclass(frozen=True, slots=True)
class Site:
    """One PC: what it is called in a sentence, its supervisor, its ports and drivers."""

    name: str
    supervisor: SupervisorApi
    drivers: DriverPlace

    def status(self, key: str) -> ChildStatus | None:
        """Return how a child there stands."""
        return next((status for status in self.supervisor.statuses() if status.key == key), None)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which instrument is to move, what it is plugged into there, which daemon hosts it, where it is listed."""

    service: str
    parameters: Mapping[str, Any]
    daemon: str = OWN
    nameservers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `good`, or None where it cannot be known before."""

    what: str
    good: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A lab file of one PC as it stood at one moment."""

    file: LabFile
    path: str
    version: str
    lab: Lab

    def text_with(self, lab: Lab) -> str:
        """Return what the file says with another lab in it."""
        return self.file.with_lab(lab).text


@dataclass(frozen=True, slots=True)
class Prepared:
    """A move that was looked at: what was found, what follows in sentences, and all that is needed to do it.

    `leaving` is the lab file here while it moves, `left` afterwards; `arrived` the one there. `daemon` hosts it there.
    """

    wish: Wish
    findings: tuple[Finding, ...]
    effects: tuple[str, ...]
    here: Sheet
    there: Sheet
    service: Service
    daemon: str
    daemon_is_new: bool
    plan: DaemonPlan
    leaving: str
    left: str
    arrived: str

    @property
    def refusals(self) -> tuple[str, ...]:
        """What keeps it from moving."""
        return tuple(finding.sentence for finding in self.findings if finding.good is False)

    @property
    def from_key(self) -> str:
        """The daemon that hosts it here."""
        return child_key(ChildKind.DAEMON, self.service.daemon)

    @property
    def to_key(self) -> str:
        """The daemon that hosts it there."""
        return child_key(ChildKind.DAEMON, self.daemon)


def sheet_of(site: Site) -> Sheet:
    """Return the lab file of a PC.

    Raises
    ------
    LabError
        If it cannot be asked, or the file has mistakes.
    """
    text = site.supervisor.lab()
    if not text.path:
        raise ConfigInvalid(f"No lab file is open on {site.name}.")
    file = LabFile.parse(text.text, Path(text.path))
    if file.lab is None or file.errors:
        raise ConfigInvalid(f"The lab file of {site.name} has mistakes, which must be mended first. {file.errors[0]}")
    return Sheet(file, text.path, text.version, file.lab)


def kept_parameters(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters that say what an instrument is plugged into: they may be others on another PC."""
    named = {key: value for key, value in parameters.items() if isinstance(value, str)}
    return {key: value for key, value in named.items() if names_by_serial(value) or resource(value)}


def prepare(source: Site, target: Site, wish: Wish) -> Prepared:
    """Look whether an instrument can move; blocks for some seconds, and changes nothing.

    Raises
    ------
    LabError
        If one of the PCs cannot be asked, its lab file has mistakes, or there is no such instrument.
    """
    here, there = sheet_of(source), sheet_of(target)
    service = here.lab.services.get(wish.service)
    if service is None:
        raise ConfigInvalid(f"There is no {wish.service} in the lab file of {source.name} any more.")
    findings = [*_names(wish, target, there.lab)]
    values = _own_daemon(here.lab, service, there.lab) if wish.daemon == OWN else there.lab.daemons[wish.daemon]
    daemon = wish.daemon or edit.free_name(there.lab, "daemons", _wished(here.lab, wish.service, service))
    plan = DaemonPlan(
        daemon,
        search_paths=tuple(values.search_paths),
        python=values.python,
        environment=dict(values.environment),
    )
    drivers, path = _driver(service, plan, target, _paths(here.lab, service, there.lab))
    findings += drivers
    if path:
        values = values.model_copy(update={"search_paths": (*values.search_paths, path)})
        plan = replace(plan, search_paths=(*plan.search_paths, path))
    findings += _plugged(wish, target, there.lab)
    starts = service.daemon in here.lab.autolaunch.daemons
    moved = service.model_copy(
        update={"parameters": dict(wish.parameters), "daemon": daemon, "nameservers": tuple(wish.nameservers)}
    )
    alone = _is_alone(here.lab, wish.service, service)
    leaving = edit.replace(
        here.lab,
        "services",
        wish.service,
        service.model_copy(update={"out_of_service": service.out_of_service or f"Moving to {target.name}."}),
    )
    left = edit.remove(here.lab, "services", wish.service)
    if alone:
        left = edit.remove(left, "daemons", service.daemon)
    known = wish.service not in there.lab.services
    return Prepared(
        wish=wish,
        findings=tuple(findings),
        effects=tuple(_effects(wish, service, source, target, here.lab, values, daemon, alone)),
        here=here,
        there=there,
        service=moved.model_copy(update={"daemon": service.daemon}),
        daemon=daemon,
        daemon_is_new=wish.daemon == OWN,
        plan=plan,
        leaving=here.text_with(leaving),
        left=here.text_with(left),
        arrived=there.text_with(_with(there.lab, wish, moved, daemon, values, starts)) if known else "",
    )


def _with(lab: Lab, wish: Wish, service: Service, daemon: str, values: Daemon, starts: bool) -> Lab:
    """Return the lab of the other PC with the instrument in it."""
    if wish.daemon == OWN:
        lab = edit.add(lab, "daemons", daemon, values)
        if starts:
            names = (*lab.autolaunch.daemons, daemon)
            lab = lab.model_copy(update={"autolaunch": lab.autolaunch.model_copy(update={"daemons": names})})
    else:
        lab = edit.replace(lab, "daemons", daemon, values)
    return edit.add(lab, "services", wish.service, service)


def _own_daemon(here: Lab, service: Service, there: Lab) -> Daemon:
    """Return the daemon of its own that an instrument gets there: as its own here, reached as others there are."""
    before = here.daemons.get(service.daemon, Daemon())
    carried: dict[str, Any] = {name: getattr(before, name) for name in _CARRIED if name in before.model_fields_set}
    model = next((daemon for daemon in there.daemons.values() if daemon.host.lower() not in LOCAL_HOSTS), None)
    if model is not None:
        carried["host"] = model.host
        if model.tls:
            carried["tls"] = model.tls
    elif before.host.lower() not in LOCAL_HOSTS:
        carried["host"] = "public"
    return Daemon.model_validate(carried)


def _wished(lab: Lab, name: str, service: Service) -> str:
    """Return what its own daemon is to be called: as now, where it hosts nothing else."""
    return service.daemon if _is_alone(lab, name, service) else name


def _is_alone(lab: Lab, name: str, service: Service) -> bool:
    others = lab.services_by_daemon().get(service.daemon, {}).keys() - {name}
    return service.daemon in lab.daemons and not others


def _paths(here: Lab, service: Service, there: Lab) -> tuple[str, ...]:
    """Return where else the driver may be found there: in the folders of that PC's daemons, or where it is here."""
    own = here.daemons[service.daemon].search_paths if service.daemon in here.daemons else ()
    return tuple(dict.fromkeys((*own, *(path for daemon in there.daemons.values() for path in daemon.search_paths))))


def _names(wish: Wish, target: Site, lab: Lab) -> Iterator[Finding]:
    fault = edit.new_name_fault(lab, "services", wish.service)
    if fault:
        yield Finding("Name", False, f"{target.name} has an instrument called {wish.service} already.")
    else:
        yield Finding("Name", True, f"Nothing else on {target.name} is called {wish.service}; it keeps its name.")
    if wish.daemon != OWN and wish.daemon not in lab.daemons:
        raise ConfigInvalid(f"There is no daemon {wish.daemon} on {target.name} any more.")
    for name in wish.nameservers:
        if name not in lab.nameservers:
            yield Finding("Name", False, f"The lab file of {target.name} has no nameserver {name}.")


def _driver(service: Service, plan: DaemonPlan, target: Site, paths: Sequence[str]) -> tuple[list[Finding], str]:
    """Find the driver there; return the search path too that the daemon lacks for it."""
    request = {"module": service.module, "classname": service.classname}
    failure: LabError | None = None
    for path in ("", *(path for path in paths if path not in plan.search_paths)):
        asked = replace(plan, search_paths=(*plan.search_paths, path)) if path else plan
        try:
            target.drivers.child(asked, "import", request, lambda news: None).ask(_IMPORT_SECONDS)
        except LabError as error:
            failure = failure or error
            continue
        where = f", found in {path}" if path else ""
        whose = f"with the interpreter {plan.python}" if plan.python else "with its own interpreter"
        said = f"{service.module}.{service.classname} can be imported there{where}, {whose}."
        return [Finding("Driver", True, said)], path
    assert failure is not None
    return [Finding("Driver", False, failure.sentence)], ""


def _plugged(wish: Wish, target: Site, lab: Lab) -> Iterator[Finding]:
    kept = kept_parameters(wish.parameters)
    if not kept and not any(True for _ in resources_of(wish.parameters)):
        yield Finding("Connection", None, "Its parameters name nothing that could be looked at.")
        return
    try:
        ports = target.drivers.ports()
    except LabError as error:
        yield Finding("Connection", None, error.sentence)
        return
    now: dict[str, Any] = dict(wish.parameters)
    for key, value in kept.items():
        try:
            now[key] = resolved(value, ports)
        except LabError as error:
            yield Finding("Connection", False, f"On {target.name}: {error.sentence}")
    users = users_of({name: dict(other.parameters) for name, other in lab.services.items()}, ports)
    held = target.drivers.holders(
        [value for value in now.values() if isinstance(value, str) and value in _devices(ports)]
    )
    for key, named in resources_of(now):
        if names_by_serial(now[key]):
            continue  # said above
        words = f"{now[key]}" if key in kept else named
        user = users.get(named, "") or held.get(str(now[key]), "")
        if user:
            yield Finding("Connection", False, f"{words} is in use by {user} on {target.name}.")
        elif is_of_network(named):
            yield Finding("Connection", None, f"{words} is reached over the network; it is tried when it moves.")
        elif named in {resource(device) for device in _devices(ports)}:
            yield Finding("Connection", True, f"{words} is plugged in at {target.name}, and nobody uses it.")
        elif named.startswith("COM") or named.startswith(("/dev/ttyUSB", "/dev/ttyACM", "/dev/ttyS")):
            yield Finding("Connection", False, f"{words} is not plugged in at {target.name}.")
        else:
            yield Finding(
                "Connection", None, f"{words} is no serial port that {target.name} lists; it is tried when it moves."
            )


def _devices(ports: Sequence[SerialPort]) -> tuple[str, ...]:
    return tuple(port.device for port in ports)


def _effects(
    wish: Wish, service: Service, source: Site, target: Site, here: Lab, values: Daemon, daemon: str, alone: bool
) -> Iterator[str]:
    name = wish.service
    status = source.status(child_key(ChildKind.DAEMON, service.daemon))
    runs = status is not None and status.state.alive
    others = [other for other in here.services_by_daemon().get(service.daemon, {}) if other != name]
    if not runs:
        yield f"{name} does not run on {source.name} now, and is not started on {target.name}."
    elif alone:
        yield f"On {source.name} daemon {service.daemon} stops: it hosts nothing else, and leaves the lab file too."
    else:
        yield (
            f"On {source.name} daemon {service.daemon} restarts without {name}: clients of {listed(others)} lose their "
            "connection until it is back."
        )
    there = target.status(child_key(ChildKind.DAEMON, daemon))
    if wish.daemon == OWN:
        yield f"On {target.name} daemon {daemon} is new, and hosts {name} alone."
    elif there is not None and there.state.alive and runs:
        hosted = [item.name for item in there.services]
        hit = f": clients of {listed(hosted)} lose their connection until it is back" if hosted else ""
        yield f"On {target.name} daemon {daemon} restarts with {name}{hit}."
    elif runs:
        yield f"On {target.name} daemon {daemon} starts."
    if values.host.lower() in LOCAL_HOSTS:
        yield f"Daemon {daemon} listens for {target.name} only (localhost): {name} is not reached from other PCs then."
    if runs:
        yield (
            f"{name} keeps its name: who looks it up finds it on {target.name}. An address that was copied "
            "(PYRO:…) leads nowhere then."
        )
        yield f"If it does not connect on {target.name}, it goes back to {source.name} as it was."
