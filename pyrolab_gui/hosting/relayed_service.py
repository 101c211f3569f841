"""A service that stands for a foreign object: each client has a foreign connection, and with it a session, of its own.

All the rest is as for a driver: calls follow each other, who called is listed, what is sampled is read once for all
who watch. It is read over the connection of one of those who watch, because a server may have another object for each
connection; over the next one's, where the server has it locked for that one. Limits: a foreign server does not tell
whether it has one object or many; nothing is done to the instrument when a relay or a client ends.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from pyrolab_gui.hosting.drivers_in_use import OnePerSession
from pyrolab_gui.hosting.failures import LOCKED
from pyrolab_gui.hosting.foreign import ForeignLine, foreign_class
from pyrolab_gui.hosting.roles import role_of
from pyrolab_gui.hosting.sampler import Sampler
from pyrolab_gui.hosting.service import HostedService
from pyrolab_gui.network.foreign import foreign_description
from pyrolab_gui.wire.plans import ServicePlan

if TYPE_CHECKING:
    from pyrolab_gui.hosting.instance import Instance
    from pyrolab_gui.hosting.operation import Drivers, Operation
    from pyrolab_gui.wire.description import MemberDescription, ServiceDescription


class Names(NamedTuple):
    """What the metadata of a foreign object holds."""

    methods: set[str]
    attributes: set[str]
    oneway: set[str]


class RelayedService(HostedService):
    """One foreign object.

    Parameters
    ----------
    uri
        Where it is.
    name
        What errors and lists call it.
    names
        What its server says that it has.
    known
        The description of its class, where the lab file names it and it could be had.
    """

    def __init__(self, uri: str, name: str, names: Names, known: ServiceDescription | None = None) -> None:
        self.uri, self.names, self.known = uri, names, known
        object_id = uri.partition(":")[2].partition("@")[0]
        plan = ServicePlan(name, object_id, "", "", instancemode="session", connect="by-client")
        super().__init__(plan, foreign_class(names.methods, names.attributes, names.oneway, known))
        self._safe_state = ""  # the end of a relay is no end of an instrument

    def sample(self, member: str, period: float, conn: Any, when: str = "always") -> str:
        """Read a member at a period for a client; see `HostedService.sample`."""
        self._session_of(conn)
        return super().sample(member, period, conn, when)

    def _sampling(self) -> Sampler:
        with self._sampler_lock:
            if self._sampler is None:
                sessions: Any = _Watched(self)
                self._sampler = Sampler(
                    self.plan.object_id, self.plan.name, sessions, self._operations.run, use=self._shared.use
                )
            return self._sampler

    def _make(self) -> Any:
        line = ForeignLine(self.uri, self.plan.name)
        line.connect()
        return self.cls(line)

    def _dispose(self, driver: Any) -> None:
        driver._line.close()  # noqa: SLF001 - private to clients, not to the host

    def _session_drivers(self) -> Drivers:
        return _ForeignSession(self._make, self._state)

    def sessions_of_watchers(self) -> list[Instance]:
        """Return the sessions of those for whom something is sampled."""
        watchers = self._shared.use.watchers
        with self._sessions_lock:
            return [instance for client, instance in self._sessions.items() if client in watchers]

    @cached_property
    def _description(self) -> ServiceDescription:
        names = self.names
        found = foreign_description(self.plan.name, names.methods, names.attributes, names.oneway)
        known = {member.name: member for member in self.known.members} if self.known is not None else {}
        members = tuple(known.get(member.name) or self._with_role(member) for member in found.members)
        return replace(self.known or found, name=found.name, members=members, lockable=found.lockable, relayed=True)

    def _with_role(self, member: MemberDescription) -> MemberDescription:
        """Say what a method is for where its name tells: a stop, a safe state, a reading."""
        return replace(member, role=role_of(self._members[member.name], self.plan))


class _ForeignSession(OnePerSession):
    """The foreign connection of one client."""

    def ready(self) -> None:
        """Let go of a call that its client has given up, before this one queues behind it."""
        driver = self.held()
        if driver is not None:
            driver._line.forsake()  # noqa: SLF001


class _Watched:
    """What the sampler reads, in the place of an instance: the session of one of those who watch."""

    def __init__(self, service: RelayedService) -> None:
        self._service = service
        self._last: Instance | None = None
        self.drivers = self

    def ready_now(self) -> None:
        """Do nothing: the reading itself connects."""

    @property
    def running(self) -> Any:
        """The call that is in the way."""
        return next((instance.running for instance in self._service.sessions_of_watchers() if instance.running), None)

    def read(self, operation: Operation, timeout: float) -> tuple[float | None, Any]:
        """Take a reading; see `Instance.read`."""
        sessions = self._service.sessions_of_watchers()
        if self._last in sessions:
            sessions.sort(key=lambda instance: instance is not self._last)
        failure: Exception | None = None
        for instance in sessions:
            try:
                read = instance.read(operation, timeout)
            except Exception as error:
                if getattr(error, "remote_class", "") != LOCKED:
                    raise
                failure = error
                continue
            self._last = instance
            return read
        if failure is not None:
            raise failure
        return None, None
