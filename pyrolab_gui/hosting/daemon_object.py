"""What a daemon answers about itself and its services, as ``PYRO:Pyro.Daemon@host:port``.

Descriptions, the last calls, readings since a cursor, parts of large arrays, locks, state. Limits: every client may
ask all of it; a method that an older daemon does not have is missing there, which is not an error.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from Pyro5 import protocol, server
from Pyro5.callcontext import current_context

from pyrolab_gui.hosting.failures import BAD_ARGUMENT, refusal
from pyrolab_gui.hosting.urgent import run_all
from pyrolab_gui.hosting.vitals import vitals
from pyrolab_gui.wire.names import PROTOCOL
from pyrolab_gui.wire.urgent import SAFE_STATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyrolab_gui.hosting.alarms import AlarmWatch
    from pyrolab_gui.hosting.failed_service import FailedService
    from pyrolab_gui.hosting.locks import ServiceLock
    from pyrolab_gui.hosting.service import HostedService
    from pyrolab_gui.hosting.urgent import Interrupt


_TOLD = ("who", "program", "process")
"""What everybody is told of a client; its id is its own."""


def make_daemon_object(
    services: Mapping[str, HostedService | FailedService], name: str, interrupt: Interrupt | None = None
) -> type[server.DaemonObject]:
    """Return the class for ``Daemon(interface=...)``.

    Parameters
    ----------
    services
        By object id; looked up at every question, so it may be filled later.
    name
        Of the daemon.
    interrupt
        Has this process ended and the next one make calls (`hosting.urgent`); None where nobody can.
    """
    started = time.time()
    alarms: list[AlarmWatch] = []

    @server.expose  # type: ignore[untyped-decorator, unused-ignore]
    class LabDaemonObject(server.DaemonObject):  # type: ignore[misc]
        """The daemon's own object, for one daemon's services."""

        def describe(self, object_id: str) -> dict[str, Any]:
            """Return the description of a service (`wire.description`)."""
            return {"version": PROTOCOL, **_service(object_id).describe()}

        def calls(self, object_id: str, after: int = 0) -> list[dict[str, Any]]:
            """Return the last calls to a service after number `after`."""
            return _service(object_id).calls.after(after)

        def sample(self, object_id: str, member: str, period: float, when: str = "always") -> str:
            """Read a member at a period for this client; return the channel's name.

            With `when` *idle* it is left out while somebody else uses the instrument.
            """
            return _service(object_id).sample(member, period, _client(), when)

        def since(self, cursors: dict[str, int]) -> dict[str, Any]:
            """Return what is new on channels; the bytes are in an annotation (`wire.columns`)."""
            from pyrolab_gui.wire.columns import ANNOTATION, pack

            conn = _client()
            columns = []
            for channel, cursor in cursors.items():
                service = services.get(channel.partition("\n")[0])
                column = service and service.since(channel, int(cursor), conn)
                if column:
                    columns.append(column)
            header, blob = pack(columns)
            current_context.response_annotations[ANNOTATION] = blob
            return {"version": PROTOCOL, "columns": header}

        def fetch(self, handle: str, offset: int, size: int) -> None:
            """Send a part of a large array, in an annotation."""
            if current_context.msg_flags & protocol.FLAGS_ONEWAY:
                return  # there is no answer that it could travel with
            for service in tuple(services.values()):
                if handle in service.snapshots:
                    conn = current_context.client
                    conn.outgoing.part = service.snapshots.part(conn, handle, int(offset), int(size))
                    return
            raise LookupError("This array is not held any more; ask for it again.")

        def locks(self) -> list[dict[str, Any]]:
            """Return the locks that are held (`hosting.locks.ServiceLock.told_to`)."""
            person = _client().person
            found = []
            for object_id, service in tuple(services.items()):
                held = service.lock.told_to(person) if service.lock is not None else None
                if held is not None:
                    found.append({"object_id": object_id, **held})
            return found

        def ask_for_lock(self, object_id: str, note: str = "") -> bool:
            """Ask whoever holds a lock for it; return whether it is this client's now. It is to be asked for once."""
            return _lock(object_id).ask(_client(), str(note))

        def withdraw_request(self, object_id: str) -> None:
            """Ask for a lock no more."""
            _lock(object_id).withdraw(_client().person)

        def answer_request(self, object_id: str, number: int, give: bool) -> bool:
            """Give a lock to one who asks, or keep it; False where it is not this client's to give."""
            return _lock(object_id).answer(_client().person, int(number), bool(give))

        def status(self) -> dict[str, Any]:
            """Return the state of the daemon and of its services."""
            _client()
            return {
                "version": PROTOCOL,
                "name": name,
                "pid": os.getpid(),
                "started": started,
                "time": time.time(),
                "services": [{**service.status(), **vitals(service)} for service in tuple(services.values())],
                "connections": getattr(self.daemon, "connections", 0),
                "clients": getattr(self.daemon, "clients", []),
                "present": [{key: guest[key] for key in _TOLD} for guest in getattr(self.daemon, "guests", ())],
            }

        def urgent(self, object_ids: list[str], role: str = SAFE_STATE, ticket: str = "") -> dict[str, Any]:
            """Stop services or bring them into their safe state, past everybody who waits (`wire.urgent`)."""
            conn = _client()
            urgents = {object_id: _service(object_id).urgent for object_id in object_ids}
            outcomes = run_all(urgents, role, ticket, conn.who, conn.client_id, interrupt)
            return {"version": PROTOCOL, "outcomes": [outcome.to_plain() for outcome in outcomes]}

        def watch(self, owner: str, object_id: str, alarms: list[dict[str, Any]], version: str) -> list[str]:
            """Judge alarms on a service's readings from now on (`hosting.alarms`); return which cannot be, and why."""
            return _alarms().watch(owner, object_id, alarms, version)

        def judged(self, owner: str, object_id: str, version: str) -> list[dict[str, Any]] | None:
            """Return how the alarms stand that were given as `version`; None where they are not known (any more)."""
            return _alarms().judged(owner, object_id, version)

        def release(self, owner: str, object_id: str, name: str) -> None:
            """Let go of a latched alarm."""
            _alarms().release(owner, object_id, name)

        def cancel(self, object_id: str) -> None:
            """Cancel what is queued for a service, a ramp and streams; a call that is in the driver goes on."""
            _client()
            _service(object_id).cancel()

        def guests(self) -> list[dict[str, Any]]:
            """Return who is connected: ``client`` (an id), ``who``, and the number of ``connections``."""
            _client()
            return list(getattr(self.daemon, "guests", []))

        def disconnect(self, client_id: str) -> int:
            """Close all connections of a client; return how many. What it locked is free when its lease has run out."""
            _client()
            return int(self.daemon.disconnect(client_id))

        def reconnect(self, object_id: str) -> None:
            """Try at once to connect a service that is not connected to its instrument."""
            _service(object_id).reconnect()

        def ping(self) -> None:
            """Answer; it also keeps what belongs to this client."""
            _client()

    def _service(object_id: str) -> HostedService | FailedService:
        service = services.get(object_id)
        if service is None:
            raise refusal(LookupError, BAD_ARGUMENT, f"The daemon {name} has no service '{object_id}'.")
        return service

    def _lock(object_id: str) -> ServiceLock:
        lock = _service(object_id).lock
        if lock is None:
            raise refusal(LookupError, BAD_ARGUMENT, f"'{object_id}' cannot be locked.")
        return lock

    def _alarms() -> AlarmWatch:
        if not alarms:
            from pyrolab_gui.hosting.alarms import AlarmWatch  # most daemons have none

            alarms.append(AlarmWatch(services))
        return alarms[0]

    def _client() -> Any:
        conn = current_context.client
        for service in tuple(services.values()):
            service.seen(conn)
        return conn

    return LabDaemonObject
