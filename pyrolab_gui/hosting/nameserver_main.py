"""The main of a nameserver child: Pyro5's nameserver on our hardened host.

Plain Pyro5 and PyroLab clients find and use it as their own. Limits: Pyro5's storage in a file opens it for each
request and has no transactions; broadcast announces an address only on IPv4 and only where the nameserver is bound to
more than this computer itself.
"""

from __future__ import annotations

import logging
import socket
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

from Pyro5 import config, core, errors, nameserver

from pyrolab_gui.hosting.certificate_watch import watch_certificate
from pyrolab_gui.hosting.phonebook import Phonebook
from pyrolab_gui.hosting.runtime import Child, bind_failure, print_failure
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.host import Host

if TYPE_CHECKING:
    from pyrolab_gui.wire.plans import NameserverPlan

_EVERYWHERE = ("0.0.0.0", "::")

log = logging.getLogger(__name__)

_METADATA = {"class:Pyro5.nameserver.NameServer"}
"""As Pyro5's own nameserver describes itself."""


def run(plan: NameserverPlan) -> int:
    """Serve the nameserver of `plan` until somebody asks this process to stop; return the exit status."""
    child = Child("nameserver", plan.name)
    try:
        storage = _storage(plan.storage)
        host = _open_host(plan)
    except LabError as error:
        child.report("starting", error=error.sentence)
        child.close()
        print_failure(error.sentence, error.detail)
        return 1
    phonebook = Phonebook(storage)
    uri = host.register(phonebook, core.NAMESERVER_NAME)
    phonebook.register(core.NAMESERVER_NAME, uri, metadata=_METADATA)
    threading.Thread(target=host.requestLoop, name="requests", daemon=True).start()
    problem = _announce(plan, host) if plan.broadcast else ""
    if plan.ns_autoclean > 0:
        config.NS_AUTOCLEAN = max(plan.ns_autoclean, nameserver.AutoCleaner.min_autoclean_value)
        nameserver.AutoCleaner(_Cleanable(phonebook)).start()
    child.report("running", uri=str(uri), error=problem)
    told = socket.gethostname() if uri.host in _EVERYWHERE else str(uri.host)
    watch_certificate(plan.tls, told, lambda said: child.report("running", uri=str(uri), error=said or problem))
    log.info("Nameserver %s serves at %s with %d entries", plan.name, host.locationStr, phonebook.count())

    log.info("Nameserver %s stops: asked by %s", plan.name, child.wait_for_stop())
    child.report("stopping", uri=str(uri))
    storage.close()
    child.close()
    return 0


def _open_host(plan: NameserverPlan) -> Host:
    try:
        return Host(plan.host, plan.ns_port, tls=plan.tls)
    except OSError as error:
        raise bind_failure(error, plan.host, plan.ns_port) from error


def _storage(storage: str) -> Any:
    if storage == "memory":
        return nameserver.MemoryStorage()
    kind, _, file = storage.partition(":")
    if kind != "sql" or not file:
        raise LabError(f"A nameserver has no storage “{storage}”; it is “memory” or “sql:FILE”.")
    try:
        store = nameserver.SqlStorage(file)
        store.everything(return_metadata=True)
    except (sqlite3.Error, errors.NamingError) as error:
        raise LabError(f"The nameserver's file {file} cannot be used: {error}.") from error
    return store


def _announce(plan: NameserverPlan, host: Host) -> str:
    """Answer broadcasts; return why that is not possible, or nothing."""
    bound = host.sock.getsockname()[0]
    reason = ""
    if host.sock.family == socket.AF_INET6:
        reason = "IPv6 has no broadcast"
    elif bound.startswith("127."):
        reason = f"it is bound to {bound}, which no other computer reaches"
    else:
        try:
            server = nameserver.BroadcastServer(
                host.uriFor(core.NAMESERVER_NAME, nat=False), plan.ns_bchost, plan.ns_bcport
            )
        except OSError as error:
            reason = f"port {plan.ns_bcport} cannot be used: {error.strerror or error}"
        else:
            server.runInThread()
            log.info("Answers broadcasts on %s", server.locationStr)
    if reason:
        log.warning("Broadcasts are not answered: %s", reason)
        return f"Broadcasts are not answered: {reason}."
    return ""


class _Cleanable:
    """The entries that Pyro5's `AutoCleaner` can judge: it tries a TCP port, and ends at an entry without one."""

    def __init__(self, phonebook: nameserver.NameServer) -> None:
        self._phonebook = phonebook
        self.remove = phonebook.remove
        self.count = phonebook.count

    def list(self) -> dict[str, str]:
        return {name: uri for name, uri in self._phonebook.list().items() if _has_port(uri)}


def _has_port(uri: str) -> bool:
    try:
        parsed = core.URI(uri)
    except errors.PyroError:
        return False
    return parsed.protocol == "PYRO" and bool(parsed.host and parsed.port)
