"""What must agree between the entries of a lab: references, ports, names; and traps that are worth a warning.

A function of the model alone, used by the store, by forms and by the command line. Limits: looks at no other PC, opens
no port and imports no driver.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from pyrolab_gui.model.lab import KINDS, PYROLAB_DAEMON_MODULES, Kind, Lab, Service
from pyrolab_gui.model.names import name_fault
from pyrolab_gui.model.problems import MOST, KeyPath, Problem
from pyrolab_gui.model.resources import resources_of
from pyrolab_gui.model.sentences import meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LOCAL_HOSTS = frozenset(("localhost", "127.0.0.1", "::1"))
_EVERYWHERE = frozenset(("0.0.0.0", "::"))
_KIND_WORDS: dict[Kind, str] = {"nameservers": "nameserver", "daemons": "daemon", "services": "service"}


def problems_of(lab: Lab) -> list[Problem]:
    """Return the findings, errors first, each kind in the order of the file; `MOST` of a kind."""
    looks = (_names, _references, _ports, _registered_twice, _limits, _tls, _open_to_all, _shared, _traps)
    found = [problem for look in looks for problem in islice(look(lab), MOST)]
    return sorted(found, key=lambda problem: problem.severity != "error")


def _names(lab: Lab) -> Iterator[Problem]:
    for kind in KINDS:
        for name in lab.entries(kind):
            fault = name_fault(kind, name)
            if fault:
                yield Problem((kind, name), None, fault)


def _references(lab: Lab) -> Iterator[Problem]:
    for name, service in lab.services.items():
        path: KeyPath = ("services", name)
        if service.daemon not in lab.daemons:
            default = " (the default, as no daemon is named)" if "daemon" not in service.model_fields_set else ""
            sentence = f"The lab has no daemon '{service.daemon}'{default}."
            yield Problem((*path, "daemon"), None, sentence + _choice(service.daemon, lab.daemons))
        yield from _listed(lab, (*path, "nameservers"), service.nameservers, "nameservers")
    for name, daemon in lab.daemons.items():
        yield from _listed(lab, ("daemons", name, "nameservers"), daemon.nameservers, "nameservers")
    yield from _listed(lab, ("autolaunch", "nameservers"), lab.autolaunch.nameservers, "nameservers")
    yield from _listed(lab, ("autolaunch", "daemons"), lab.autolaunch.daemons, "daemons")


def _listed(lab: Lab, path: KeyPath, names: tuple[str, ...], kind: Kind) -> Iterator[Problem]:
    known = lab.entries(kind)
    for index, name in enumerate(names):
        if name not in known:
            yield Problem((*path, index), None, f"The lab has no {_KIND_WORDS[kind]} '{name}'.{_choice(name, known)}")
        elif name in names[:index]:
            yield Problem((*path, index), None, f"'{name}' stands twice in this list.", "warning")


def _choice(name: str, known: Iterable[str]) -> str:
    some = ", ".join(islice(known, 8))
    return meant(name, known) or (f" It has: {some}." if some else " It has none at all.")


def _ports(lab: Lab) -> Iterator[Problem]:
    """Find entries that cannot listen side by side."""
    taken: list[tuple[str, str, int]] = []
    listening: list[tuple[KeyPath, str, str, int]] = [
        (("nameservers", name, "ns_port"), f"nameserver '{name}'", entry.host, entry.ns_port)
        for name, entry in lab.nameservers.items()
    ]
    listening += [
        (("daemons", name, "port"), f"daemon '{name}'", entry.host, entry.port)
        for name, entry in lab.daemons.items()
        if not entry.unixsocket
    ]
    for path, word, host, port in listening:
        if not port:
            continue
        other = next((o for o, h, p in taken if p == port and _same_host(h, host)), "")
        if other:
            yield Problem(path, None, f"Port {port} is also that of the {other}; the two cannot run side by side.")
        taken.append((word, host, port))
    sockets: dict[str, str] = {}
    for name, daemon in lab.daemons.items():
        if daemon.unixsocket and sockets.setdefault(daemon.unixsocket, name) != name:
            sentence = f"The socket is also that of the daemon '{sockets[daemon.unixsocket]}'."
            yield Problem(("daemons", name, "unixsocket"), None, sentence)


def _same_host(one: str, other: str) -> bool:
    one, other = one.lower(), other.lower()
    return one == other or {one, other} <= LOCAL_HOSTS or bool({one, other} & _EVERYWHERE)


def _registered_twice(lab: Lab) -> Iterator[Problem]:
    for name, daemon in lab.daemons.items():
        service = lab.services.get(name)
        shared = set(daemon.nameservers) & set(service.nameservers) if service else set()
        if shared:
            sentence = (
                f"A service has the same name, and both register with '{min(shared)}', where one would hide the other."
            )
            yield Problem(("daemons", name, "nameservers"), None, sentence)


def _limits(lab: Lab) -> Iterator[Problem]:
    for name, service in lab.services.items():
        for member, limits in service.limits.items():
            low = max((b for b in (limits.ge, limits.gt) if b is not None), default=None)
            high = min((b for b in (limits.le, limits.lt) if b is not None), default=None)
            if low is not None and high is not None and low > high:
                sentence = f"The lower limit {low:g} lies above the upper limit {high:g}; no value would be accepted."
                yield Problem(("services", name, "limits", member), None, sentence)


def _tls(lab: Lab) -> Iterator[Problem]:
    for kind in ("nameservers", "daemons"):
        for name, entry in getattr(lab, kind).items():
            if entry.tls and not {"folder", "ca"} & entry.tls.keys():
                sentence = "TLS needs the lab's authority too (ca, or a folder), by which clients are known."
                yield Problem((kind, name, "tls"), None, sentence)
            elif entry.tls and getattr(entry, "unixsocket", None):
                sentence = "A Unix socket leaves no computer and is served without TLS; take one of the two out."
                yield Problem((kind, name, "tls"), None, sentence)


def _open_to_all(lab: Lab) -> Iterator[Problem]:
    """Find what other computers reach, and anybody on them may use."""
    services = lab.services_by_daemon()
    for kind in ("nameservers", "daemons"):
        for name, entry in getattr(lab, kind).items():
            if entry.host.lower() in LOCAL_HOSTS or entry.tls or getattr(entry, "unixsocket", None):
                continue
            used = kind == "nameservers" or services[name]
            if used:
                sentence = (
                    f"Every computer that reaches {entry.host} may use this {_KIND_WORDS[kind]}, and what is said can "
                    "be read on the way. With TLS files only the lab's own computers may."
                )
                yield Problem((kind, name, "host"), None, sentence, "warning")


def _shared(lab: Lab) -> Iterator[Problem]:
    """Find instruments that two services open."""
    known: dict[str, str] = {}
    for name, service in lab.services.items():
        if service.out_of_service:
            continue
        for key, instrument in resources_of(service.parameters):
            other = known.setdefault(instrument, name)
            if other != name:
                sentence = f"{instrument} is also opened by the service '{other}'; most instruments let in only one."
                yield Problem(("services", name, "parameters", key), None, sentence, "warning")


def named_twice(lab: Lab, ports: Mapping[str, str]) -> list[Problem]:
    """Return the instruments that two services name in two ways: by port, and by serial number.

    Parameters
    ----------
    lab
        The lab.
    ports
        Parameters that name a port by its serial number, and the port's name of now.
    """
    known: dict[str, tuple[str, str]] = {}
    found = []
    for name, service in lab.services.items() if ports else ():
        if service.out_of_service:
            continue
        parameters = service.parameters
        now = {key: ports.get(value, value) if isinstance(value, str) else value for key, value in parameters.items()}
        written = dict(resources_of(service.parameters))
        for key, instrument in resources_of(now):
            other, word = known.setdefault(instrument, (name, written.get(key, "")))
            if other != name and word != written.get(key, ""):
                sentence = f"This is {instrument} now, which the service '{other}' opens too, by another name for it."
                found.append(Problem(("services", name, "parameters", key), None, sentence, "warning"))
    return found[:MOST]


def _traps(lab: Lab) -> Iterator[Problem]:
    for name, nameserver in lab.nameservers.items():
        if nameserver.storage.startswith("dbm"):
            sentence = "Pyro5 has no dbm storage; entries are kept in an SQLite file instead. Write sql to agree."
            yield Problem(("nameservers", name, "storage"), None, sentence, "warning")
        if not nameserver.ns_port:
            sentence = "With port 0 the nameserver has another port at each start, and nobody can know it."
            yield Problem(("nameservers", name, "ns_port"), None, sentence, "warning")
    services = lab.services_by_daemon()
    for name, daemon in lab.daemons.items():
        path: KeyPath = ("daemons", name)
        if daemon.module not in PYROLAB_DAEMON_MODULES and not daemon.module.startswith("pyrolab_gui."):
            sentence = f"The daemon class of '{daemon.module}' is not used; the daemon of this application is."
            yield Problem((*path, "module"), None, sentence, "warning")
        if daemon.natport and not daemon.nathost:
            sentence = "A NAT port does nothing without a NAT host."
            yield Problem((*path, "natport"), None, sentence, "warning")
        yield from _hidden(lab, name, services[name].values())
    for name, service in lab.services.items():
        yield from _service_traps(name, service)


def _hidden(lab: Lab, name: str, services: Iterable[Service]) -> Iterator[Problem]:
    daemon = lab.daemons[name]
    if daemon.host.lower() not in LOCAL_HOSTS or daemon.nathost:
        return
    used = {*daemon.nameservers, *(n for service in services for n in service.nameservers)}
    for nameserver in sorted(used & set(lab.nameservers)):
        if lab.nameservers[nameserver].host.lower() not in LOCAL_HOSTS:
            sentence = (
                f"Nameserver '{nameserver}' can be reached from other computers, but this daemon listens on localhost: "
                "they would find its services and not reach them. Use public, or an address."
            )
            yield Problem(("daemons", name, "host"), None, sentence, "warning")
            return


def _service_traps(name: str, service: Service) -> Iterator[Problem]:
    path: KeyPath = ("services", name)
    if service.instancemode == "session":
        sentence = (
            "In session mode every client gets its own driver object, all on the same hardware; "
            "an instrument wants instancemode: single."
        )
        yield Problem((*path, "instancemode"), None, sentence, "warning")
    for key, value in service.parameters.items():
        yield from _odd_keys(value, (*path, "parameters", key))


def _odd_keys(value: Any, path: KeyPath) -> Iterator[Problem]:
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                sentence = f"The key {key} is a text when it reaches the driver: '{key}'."
                yield Problem((*path, key), None, sentence, "warning")
            yield from _odd_keys(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _odd_keys(item, (*path, index))
