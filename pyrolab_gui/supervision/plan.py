"""From the lab file to what each child is told: names resolved, paths made absolute, nothing left to look up.

A lab that has errors is planned as far as it goes: a service without a daemon, and a reference to a nameserver that is
not there, are left out, so that the rest of the lab starts. Services that are out of service are left out too. As
PyroLab does it, a daemon that names nameservers is listed in them under its own name, and each service is listed in
those of its own list and in no others. Limits: reads no file, opens no connection; only a registry kept in an unnamed
SQLite file is put into the folder for state.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui import paths
from pyrolab_gui.model.check import LOCAL_HOSTS
from pyrolab_gui.supervision.lan import PUBLIC
from pyrolab_gui.wire.child import ChildKind, child_key
from pyrolab_gui.wire.plans import DaemonPlan, LabPlan, NameserverAddress, NameserverPlan, ServicePlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyrolab_gui.model.lab import Daemon, Lab, Nameserver, Service
    from pyrolab_gui.model.parts import TlsFile

_EVERYWHERE = ("0.0.0.0", "::")


def plan_of(lab: Lab, folder: Path) -> LabPlan:
    """Return the plans of all children of a lab.

    Parameters
    ----------
    lab
        The lab.
    folder
        The folder of the lab file, against which relative paths are resolved.
    """
    folder = folder.absolute()
    services = lab.services_by_daemon()
    wanted = [child_key(ChildKind.NAMESERVER, name) for name in lab.autolaunch.nameservers if name in lab.nameservers]
    wanted += [child_key(ChildKind.DAEMON, name) for name in lab.autolaunch.daemons if name in lab.daemons]
    return LabPlan(
        nameservers=tuple(_nameserver_plan(name, entry, folder) for name, entry in lab.nameservers.items()),
        daemons=tuple(_daemon_plan(lab, name, services[name], folder) for name in lab.daemons),
        autolaunch=tuple(dict.fromkeys(wanted)),
    )


def host_address(host: str) -> str:
    """Return what a child binds to: ``public`` becomes this PC's address."""
    return _public_address() if host.lower() == PUBLIC else host


def _public_address() -> str:
    """Return the address of the interface that leads out of this PC; asking sends nothing."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # an address kept for documentation (RFC 5737)
            return str(probe.getsockname()[0])
    except OSError:
        pass
    try:
        return socket.gethostbyname(socket.gethostname())
    except OSError:
        return "localhost"  # no network at all: what listens here can be reached from here only


def _reached_at(name: str, nameserver: Nameserver, folder: Path) -> NameserverAddress:
    host = nameserver.host
    if host in _EVERYWHERE or host.lower() in LOCAL_HOSTS:
        host = "localhost"
    return NameserverAddress(name, host_address(host), nameserver.ns_port, **_tls(nameserver.tls, folder))


def _nameserver_plan(name: str, entry: Nameserver, folder: Path) -> NameserverPlan:
    return NameserverPlan(
        name=name,
        host=host_address(entry.host),
        ns_port=entry.ns_port,
        broadcast=entry.broadcast,
        ns_bchost=entry.ns_bchost,
        ns_bcport=entry.ns_bcport,
        ns_autoclean=entry.ns_autoclean,
        storage=_storage(name, entry.storage, folder),
        tls=_tls(entry.tls, folder),
    )


def _storage(name: str, storage: str, folder: Path) -> str:
    kind, _, file = storage.partition(":")
    if kind == "memory":
        return "memory"
    if kind == "dbm" and file:
        file += ".sqlite"  # Pyro5 has no dbm; a file of that format must not be taken for SQLite's
    return f"sql:{_absolute(file, folder) if file else paths.state_dir() / f'nameserver-{name}.sqlite'}"


def _absolute(path: str, folder: Path) -> str:
    """Return it in full; a link in it stays one, so that where it leads may change without the lab file."""
    return os.path.abspath(folder / Path(path).expanduser())


def _tls(files: Mapping[TlsFile, str], folder: Path) -> dict[str, str]:
    """Return where certificate, key and ca are; a file that is named goes before the one in the folder."""
    if not files:
        return {}
    names = {"certificate": "certificate.pem", "key": "key.pem", "ca": "ca.pem"}
    found = {kind: str(Path(files["folder"]) / name) for kind, name in names.items()} if "folder" in files else {}
    found |= {kind: file for kind, file in files.items() if kind != "folder"}
    return {kind: _absolute(file, folder) for kind, file in found.items()}


def _daemon_plan(lab: Lab, name: str, hosted: Mapping[str, Service], folder: Path) -> DaemonPlan:
    daemon: Daemon = lab.daemons[name]
    services = {key: service for key, service in hosted.items() if not service.out_of_service}
    own = _known(lab, daemon.nameservers)
    used = _known(lab, [*own, *(nameserver for service in services.values() for nameserver in service.nameservers)])
    return DaemonPlan(
        name=name,
        host=host_address(daemon.host),
        port=daemon.port,
        unixsocket=_absolute(daemon.unixsocket, folder) if daemon.unixsocket else None,
        nathost=daemon.nathost,
        natport=daemon.natport,
        servertype=daemon.servertype,
        lockable=daemon.lockable,
        take_over_seconds=daemon.take_over_seconds,
        register_as=name if own else "",
        nameservers=tuple(_reached_at(nameserver, lab.nameservers[nameserver], folder) for nameserver in used),
        own_nameservers=own,
        services=tuple(_service_plan(lab, key, service) for key, service in services.items()),
        search_paths=tuple(_absolute(path, folder) for path in daemon.search_paths),
        start_level=daemon.start_level,
        restart=daemon.restart,
        start_seconds=daemon.start_seconds,
        stop_seconds=daemon.stop_seconds,
        environment=dict(daemon.environment),
        python=str(Path(daemon.python).expanduser()) if daemon.python else "",
        tls=_tls(daemon.tls, folder),
    )


def _service_plan(lab: Lab, name: str, service: Service) -> ServicePlan:
    described = (service.description,) if service.description else ()
    return ServicePlan(
        name=name,
        object_id=name,
        module=service.module,
        classname=service.classname,
        parameters=dict(service.parameters),
        description=service.description,
        instancemode=service.instancemode,
        nameservers=_known(lab, service.nameservers),
        connect=service.connect,
        expose=service.expose,
        concurrent=service.concurrent,
        sampling={member: sampling.period for member, sampling in service.sampling.items()},
        sampling_when={member: "idle" for member, sampling in service.sampling.items() if sampling.when == "idle"},
        refresh=dict(service.refresh),
        limits={member: limits.model_dump(exclude_none=True) for member, limits in service.limits.items()},
        stop=service.stop,
        safe_state=service.safe_state,
        alive=service.alive,
        expect_id=service.expect_id,
        confirm=service.confirm,
        outputs=dict(service.outputs),
        units=dict(service.units),
        note=service.note,
        power_cycle=service.power_cycle,
        metadata=(*described, f"class:{service.module}.{service.classname}"),
    )


def _known(lab: Lab, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name in lab.nameservers))
