"""The main of a daemon child: hosts the services of its plan on one port, and tells how they do.

The order is the point: classes are loaded (one that fails becomes a service that says why, the others serve), the port
is opened, requests are served and *running* is told, and only then instruments are connected, names registered and
slow libraries loaded. Limits: a driver that blocks while it is imported holds up the whole daemon.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import stat
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING, TypeAlias

from Pyro5 import socketutil

from pyrolab_gui.hosting.busy import longest
from pyrolab_gui.hosting.certificate_watch import watch_certificate
from pyrolab_gui.hosting.daemon_object import make_daemon_object
from pyrolab_gui.hosting.registration import Entry, Registrar
from pyrolab_gui.hosting.runtime import Child, bind_failure, print_failure
from pyrolab_gui.hosting.service import FailedService, HostedService, load_class
from pyrolab_gui.hosting.service_host import ServiceHost
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.names import DAEMON_OBJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyrolab_gui.wire.child import ServiceStatus
    from pyrolab_gui.wire.host import Host
    from pyrolab_gui.wire.plans import DaemonPlan, NameserverAddress, ServicePlan

Service: TypeAlias = HostedService | FailedService

log = logging.getLogger(__name__)

_DEREGISTER_SECONDS = 1.0
_WARM_UP_AFTER = 0.5
_RESERVED_SECONDS = 0.5
"""Of `stop_seconds`, what is left after instruments are closed: the supervisor then ends the process."""


def run(plan: DaemonPlan) -> int:
    """Serve the daemon of `plan` until somebody asks this process to stop; return the exit status."""
    if plan.nameservers:
        from pyrolab_gui.network import connect  # noqa: F401 - one that is held has the time for it
    child = Child("daemon", plan.name, servertype=plan.servertype)
    state = _State(child)
    sys.path[:0] = [path for path in plan.search_paths if path not in sys.path]
    services = {service.object_id: _load(service, plan, state.on_service) for service in plan.services}
    child.tell_running(lambda: longest(services.values()))
    threading.Thread(target=_begin, args=(child, services), name="first calls", daemon=True).start()
    try:
        host = _open_host(plan, services, child)
    except LabError as error:
        state.tell(problem=error.sentence)
        child.close()
        print_failure(error.sentence, error.detail)
        return 1
    for object_id, service in services.items():
        host.register(service.facade_class, object_id)
    threading.Thread(target=host.requestLoop, name="requests", daemon=True).start()
    state.tell("running", uri=str(host.uriFor(DAEMON_OBJECT)))
    many = "1 service" if len(services) == 1 else f"{len(services)} services"
    log.info("Daemon %s serves %s at %s", plan.name, many, host.locationStr)

    for service in services.values():
        service.start()
    registrar = Registrar(_entries(plan, host), lambda problem: state.tell(problem=problem))
    registrar.start()
    watch_certificate(plan.tls, str(host.uriFor(DAEMON_OBJECT).host), state.warn)
    threading.Thread(target=_warm_up, args=(list(services.values()), state), name="warm-up", daemon=True).start()

    log.info("Daemon %s stops: asked by %s", plan.name, child.wait_for_stop())
    state.tell("stopping")
    deadline = time.monotonic() + max(_RESERVED_SECONDS, plan.stop_seconds - _RESERVED_SECONDS)
    leaving = threading.Thread(target=registrar.close, args=(_DEREGISTER_SECONDS,), daemon=True)
    leaving.start()
    _close(services.values(), deadline)
    leaving.join(_DEREGISTER_SECONDS)
    if plan.unixsocket:
        with contextlib.suppress(OSError):
            os.unlink(plan.unixsocket)
    child.close()
    return 0


class _State:
    """What the supervisor is told, put together from what several threads know."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._lock = threading.Lock()
        self._state = "starting"
        self._uri = ""
        self._problem = self._warning = ""
        self._words = ""
        self._services: dict[str, ServiceStatus] = {}

    def tell(self, state: str | None = None, *, uri: str | None = None, problem: str | None = None) -> None:
        with self._lock:
            self._state = self._state if state is None else state
            self._uri = self._uri if uri is None else uri
            self._problem = self._problem if problem is None else problem
            self._report()

    def warn(self, warning: str) -> None:
        """Tell what is wrong besides; an empty text takes it back."""
        with self._lock:
            self._warning = warning
            self._report()

    def tell_words(self, words: str) -> None:
        """Tell what the lab file says wrongly; a problem that keeps the daemon from its work is the better news."""
        with self._lock:
            self._words = words
            self._report()

    def on_service(self, status: ServiceStatus) -> None:
        with self._lock:
            before = self._services.get(status.name)
            self._services[status.name] = status
            self._report()
        told = ("not-asked", "") if before is None else (before.state, before.error)
        if told != (status.state, status.error):
            level = logging.WARNING if status.error else logging.INFO
            log.log(level, "Service %s: %s%s", status.name, status.state, f": {status.error}" if status.error else "")

    def _report(self) -> None:
        error = self._problem or self._warning or self._words
        self._child.report(self._state, uri=self._uri, error=error, services=tuple(self._services.values()))


def _load(service: ServicePlan, plan: DaemonPlan, on_state: Callable[[ServiceStatus], None]) -> Service:
    try:
        cls = load_class(service.module, service.classname)
        hosted: Service = HostedService(
            service, cls, lockable=plan.lockable, on_state=on_state, take_over_seconds=plan.take_over_seconds
        )
    except LabError as error:
        hosted = FailedService(service, error, on_state)
    except Exception as error:  # noqa: BLE001 - a class may be odd in any way; the other services are to serve
        sentence = f"The class {service.classname} cannot be hosted: {type(error).__name__}: {error}."
        hosted = FailedService(service, LabError(sentence, traceback.format_exc()), on_state)
    on_state(hosted.state())
    return hosted


def _begin(child: Child, services: dict[str, Service]) -> None:
    """Do what the supervisor wants of a process that follows one that was ended.

    After a crash nothing is called blindly: the state of its instruments is unknown, and told so. A stop or safe state
    that the process before did not let through is called.
    """
    told = child.wait_for_beginning()
    who, calls = str(told.get("who") or ""), told.get("calls") or ()
    first = [
        (urgent, str(call.get("role")), str(call.get("ticket") or ""))
        for call in calls
        if (service := services.get(str(call.get("object_id")))) and (urgent := service.urgent) is not None
    ]
    for urgent, role, _ in first:
        urgent.expect(role)
    if told.get("after_crash"):
        for service in services.values():
            if service.urgent is not None:
                service.urgent.after_crash()
    for urgent, role, ticket in first:
        name = f"first {role}"
        threading.Thread(target=urgent.first, args=(role, who, ticket), name=name, daemon=True).start()


def _open_host(plan: DaemonPlan, services: dict[str, Service], child: Child) -> Host:
    interface = make_daemon_object(services, name=plan.name, interrupt=child.interrupt)
    nathost = plan.nathost or _address_to_tell(plan.host)
    nat = {"nathost": nathost, "natport": plan.natport} if nathost else {}
    try:
        if plan.unixsocket:
            _remove_stale(plan.unixsocket)
            return ServiceHost(services, unixsocket=plan.unixsocket, interface=interface, tls=plan.tls)
        return ServiceHost(services, host=plan.host, port=plan.port, interface=interface, tls=plan.tls, **nat)
    except OSError as error:
        raise bind_failure(error, plan.host, plan.port, plan.unixsocket) from error


def _address_to_tell(host: str) -> str:
    """Return what clients are told instead of 0.0.0.0, which leads each of them to its own computer."""
    if host != "0.0.0.0":
        return ""
    with contextlib.suppress(OSError):
        return str(socketutil.get_ip_address("", workaround127=True))
    return ""


def _remove_stale(path: str) -> None:
    """Remove the socket file that a killed daemon left; one that is served stays."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(os.stat(path).st_mode):
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(1.0)
            try:
                probe.connect(path)
            except ConnectionRefusedError:
                os.unlink(path)


def _entries(plan: DaemonPlan, host: Host) -> dict[NameserverAddress, list[Entry]]:
    """Return what each nameserver is to know."""
    entries: dict[NameserverAddress, list[Entry]] = {address: [] for address in plan.nameservers}
    for address, wanted in entries.items():
        if plan.register_as and address.name in plan.own_nameservers:
            wanted.append(Entry(plan.register_as, str(host.uriFor(DAEMON_OBJECT))))
        wanted.extend(
            Entry(service.name, str(host.uriFor(service.object_id)), service.metadata)
            for service in plan.services
            if address.name in service.nameservers
        )
    return entries


def _close(services: Iterable[Service], deadline: float) -> None:
    """Close all instruments at once, for so long."""
    closing = [threading.Thread(target=service.close, name="close", daemon=True) for service in services]
    for thread in closing:
        thread.start()
    for thread in closing:
        thread.join(max(0.0, deadline - time.monotonic()))


def _warm_up(services: list[Service], state: _State) -> None:
    """Load what the first call with arguments needs, so that it is not the one to wait; not while names are made."""
    time.sleep(_WARM_UP_AFTER)
    found: list[str] = []
    for service in services:
        try:
            service.warm_up()
            found.extend(f"{service.plan.name}: {problem}" for problem in service.problems())
        except Exception:  # the call itself will say what is wrong
            log.debug("warming up %s failed", service.object_id, exc_info=True)
    if found:
        more = f" ({len(found) - 1} more in its log.)" if len(found) > 1 else ""
        state.tell_words(f"The lab file: {found[0]}{more}")
