"""A hosted service: its class, its drivers, its facade, and what the daemon tells of it.

`HostedService` is made from a plan and a class. Limits: opens no port and knows no nameserver; registering the facade
class and telling of disconnects is the daemon's business.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from Pyro5.callcontext import current_context

from pyrolab_gui.hosting import lifecycle
from pyrolab_gui.hosting.busy import busy_with
from pyrolab_gui.hosting.calls import Call, CallLog
from pyrolab_gui.hosting.connector import CONNECTED, Connector
from pyrolab_gui.hosting.coroutines import Coroutines
from pyrolab_gui.hosting.drivers_in_use import OneForAll, OnePerCall, OnePerSession, State
from pyrolab_gui.hosting.facade import Facade, build_facade
from pyrolab_gui.hosting.failed_service import FailedService
from pyrolab_gui.hosting.heartbeat import Heartbeat
from pyrolab_gui.hosting.host_methods import host_methods
from pyrolab_gui.hosting.instance import Instance
from pyrolab_gui.hosting.loading import load_class
from pyrolab_gui.hosting.locks import LOCK_MEMBERS, ServiceLock
from pyrolab_gui.hosting.members import members_of
from pyrolab_gui.hosting.opening import open_driver
from pyrolab_gui.hosting.operation import Drivers, Surroundings
from pyrolab_gui.hosting.operations import operations_of
from pyrolab_gui.hosting.outputs import Outputs
from pyrolab_gui.hosting.presence import LEASE_SECONDS, Presence
from pyrolab_gui.hosting.pulse import Pulse
from pyrolab_gui.hosting.snapshots import Snapshots
from pyrolab_gui.hosting.urgent import Urgent
from pyrolab_gui.hosting.use import Use
from pyrolab_gui.wire.child import ServiceStatus
from pyrolab_gui.wire.names import PASSING, RECORDING
from pyrolab_gui.wire.urgent import SAFE_STATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.hosting.sampler import Sampler
    from pyrolab_gui.wire.columns import Column
    from pyrolab_gui.wire.description import ServiceDescription
    from pyrolab_gui.wire.plans import ServicePlan

__all__ = ["FailedService", "HostedService", "load_class"]

log = logging.getLogger(__name__)

_QUIET_SECONDS = 0.5
_SAFE_SECONDS = 2.0
_SESSION_SECONDS = 60.0
_FRESH_SECONDS = 10.0
_FRESH_PERIODS = 3.0


class HostedService:
    """One service of a daemon.

    Parameters
    ----------
    plan
        What the lab file says.
    cls
        The driver's class.
    lockable
        Whether clients may lock it; a service whose driver has such members of its own, or is another one for each
        call, cannot be.
    on_state
        Called with the new status whenever the link to the instrument changes, on any thread.
    lease_seconds
        How long locks and sessions of clients of ours outlive their last connection.
    take_over_seconds
        See `hosting.locks.ServiceLock`.
    """

    def __init__(
        self,
        plan: ServicePlan,
        cls: type,
        *,
        lockable: bool = False,
        on_state: Callable[[ServiceStatus], None] | None = None,
        lease_seconds: float = LEASE_SECONDS,
        take_over_seconds: float = 0.0,
    ) -> None:
        self.plan = plan
        self.cls = cls
        self.calls = CallLog()
        self.pulse = Pulse(self.calls, self._is_reading, self._is_of_instrument)
        self.snapshots = Snapshots()
        self._on_state = on_state
        self._coroutines = Coroutines(plan.name)
        self._state = State(plan.name, self._state_changed)
        self._members = members_of(cls, expose=plan.expose, connect=plan.connect)
        self._single = plan.instancemode == "single"
        self.lock: ServiceLock | None = None
        own = any(hasattr(cls, name) or name in self._members for name in LOCK_MEMBERS)
        if lockable and plan.instancemode != "percall" and not own:
            self.lock = ServiceLock(plan.name, self.calls, self._is_recorded, take_over_seconds, lease_seconds)
        self._presence = Presence(self._client_gone, self._client_holds, lease_seconds)
        self._operations = operations_of(
            cls, plan, self._members, lambda: self._state.set(CONNECTED), self._coroutines.finish
        )
        self._outputs = (
            Outputs(plan, self._operations, self._members, self._coroutines.finish) if self._single else None
        )
        tracked = self.lock is not None or plan.instancemode == "session"
        self._shared = Surroundings(
            plan.name,
            self.calls,
            self.snapshots,
            self.lock,
            self._note if tracked else None,
            self._coroutines.finish,
            self.pulse,
            Use(plan.object_id),
        )
        self._sessions: dict[str, Instance] = {}
        self._sessions_lock = threading.Lock()
        self._closing = threading.Event()
        self._connector = Connector(plan.name, self._make, self._state.set, dispose=self._dispose)
        answers_autoconnect = plan.connect != "by-client" and hasattr(cls, "connect")
        self.facade_class = build_facade(
            cls.__name__,
            self._members,
            self._operations,
            (plan.instancemode, self._create),
            host_methods(self.lock, self._operations.autoconnect if answers_autoconnect else None),
        )
        self._one: Instance | None = None
        if self._single:
            self._one = self._instance(OneForAll(self._connector, self._state, on_demand=plan.connect != "at-start"))
        elif plan.instancemode == "percall":
            self._one = self._instance(OnePerCall(self._make, self._state, self._dispose))
        self.urgent = Urgent(
            plan, self._operations, self._shared, self._instances, lambda: self._connector.driver is not None
        )
        self._safe_state = next(
            (name for name, operation in self._operations.run.items() if operation.role == SAFE_STATE), plan.safe_state
        )
        self._heartbeat: Heartbeat | None = None
        self._sampler: Sampler | None = None
        self._sampler_lock = threading.Lock()

    # -- what the daemon calls

    @property
    def object_id(self) -> str:
        """The part of the URI before the ``@``."""
        return self.plan.object_id

    def start(self) -> None:
        """Begin to connect where the lab file says so; does not wait."""
        if self._single and self.plan.connect != "on-demand":
            self._connector.ask()
        for member, period in self.plan.sampling.items() if self._single else ():
            with contextlib.suppress(Exception):  # a member that is not there is shown as such by its console
                self._sampling().keep(member, period, self.plan.sampling_when.get(member, "always"))
        alive = self._operations.run.get(self.plan.alive)
        if self.plan.alive and self._one is not None and self._single:
            self._heartbeat = Heartbeat(self.plan.name, self._one, alive, self.pulse, self._is_free)
            self._heartbeat.start()

    def reconnect(self) -> None:
        """Try again at once where the last attempt to connect failed."""
        if self._single:
            self._connector.ask()

    def warm_up(self) -> None:
        """Import what checks arguments, so that the first call with arguments need not wait for it.

        Waits for a moment first, because imports would hold up the first calls after the start of the daemon.
        """
        if self._closing.wait(_QUIET_SECONDS):
            return
        for operation in (*self._operations.run.values(), *self._operations.set.values()):
            prepare = getattr(operation.check, "prepare", None)
            if callable(prepare):
                prepare()
        for problem in self.problems():
            log.warning("Service %s: %s", self.plan.name, problem)

    def problems(self) -> list[str]:
        """Return what the lab file says of this service and its driver does not bear out."""
        return self._problems

    def disconnected(self, conn: Any) -> None:
        """Let go of what belongs to a connection that has ended."""
        self.snapshots.drop(conn)
        if self._sampler is not None:
            self._sampler.disconnected(conn)
        self._presence.ended(conn)
        if self.lock is not None:
            self.lock.ended(conn)

    def sample(self, member: str, period: float, conn: Any, when: str = "always") -> str:
        """Read a member at a period for the client of `conn` from now on, and return the channel's name.

        With `when` *idle* it is left out while somebody else uses the instrument.

        Raises
        ------
        Exception
            Marked ``BadArgument``, where that cannot be.
        """
        return self._sampling().sample(member, period, conn.client_id, conn, when)

    def since(self, channel: str, cursor: int, conn: Any) -> Column | None:
        """Return what is new on a channel, or None where it is not known."""
        if channel.partition("\n")[2] == PASSING:
            return self._shared.use.since(cursor)
        if self._sampler is None:
            return None
        return self._sampler.since(channel, cursor, conn.client_id, conn)

    def judge(
        self, owner: str, name: str, member: str, period: float, take: Callable[[float, Any], None] | None
    ) -> None:
        """Read a member at a period for an alarm of that name, and hand each reading to `take`; None ends that.

        Raises
        ------
        Exception
            Marked ``BadArgument``, where that cannot be.
        """
        if take is not None or self._sampler is not None:
            self._sampling().judge(member, period, f"alarm {name} of {owner}", take)

    def trouble(self, member: str) -> str:
        """Return why there is no reading of a member now, in words; empty where there is one."""
        told = self._state.error if self._state.state != CONNECTED else ""
        return told or (self._sampler.trouble(member) if self._sampler is not None else "")

    def readings(self) -> list[dict[str, Any]]:
        """Return the newest fresh values of what the lab file wants sampled."""
        found = []
        for member, period in self.plan.sampling.items() if self._sampler is not None else ():
            newest = self._sampler.newest(member) if self._sampler is not None else None
            if newest is None or time.time() - newest[0] > max(_FRESH_SECONDS, _FRESH_PERIODS * period):
                continue
            if isinstance(newest[1], int | float | str):
                found.append({"member": member, "value": newest[1], "unit": self.unit_of(member)})
        return found

    def seen(self, conn: Any) -> None:
        """Note that the client of `conn` is there, though it called something else."""
        if self._shared.seen is not None:
            self._shared.seen(conn)

    def close(self) -> None:
        """Bring the instruments into their safe state and close them; waits briefly for running calls."""
        self._closing.set()
        if self._heartbeat is not None:
            self._heartbeat.close()
        if self._sampler is not None:
            self._sampler.close()
        self._presence.close()
        if self.lock is not None:
            self.lock.close()
        instances = self._instances()
        with self._sessions_lock:
            self._sessions = {}
        for instance in instances:
            self._end(instance)
        self._coroutines.close()

    # -- what the daemon tells

    def description(self) -> ServiceDescription:
        """Return the description; it is made when first asked for."""
        return self._description

    def describe(self) -> Any:
        """Return the description as plain data."""
        from pyrolab_gui.wire.description import to_plain

        return to_plain(self._description)

    def state(self) -> ServiceStatus:
        """Return the link to the instrument."""
        state = self._state
        return ServiceStatus(self.plan.name, state.state, state.error, state.detail, state.retry_at)

    def status(self) -> dict[str, Any]:
        """Return the link to the instrument and what runs at the moment, as plain data."""
        outputs = self._outputs.on() if self._outputs is not None else {}
        return {
            "name": self.plan.name,
            "object_id": self.plan.object_id,
            "state": self._state.state,
            "error": self._state.error,
            "detail": self._state.detail,
            "busy": busy_with(self._one, self._members) if self._one is not None else None,
            **self.urgent.to_plain(),
            "problems": self.__dict__.get("_problems", []),  # made after the start, and not for a status
            "outputs": list(outputs),
            "outputs_since": outputs,
            "sampled": self._sampler.watchers() if self._sampler is not None else [],
        }

    def cancel(self) -> None:
        """Cancel what is queued, a ramp and streams; a call that is in the driver goes on."""
        for instance in self._instances():
            instance.cancel("stop")

    # -- inside

    @cached_property
    def _problems(self) -> list[str]:
        from pyrolab_gui.hosting.lab_words import problems_of

        return problems_of(self.cls, self.plan, self._members)

    @cached_property
    def _description(self) -> ServiceDescription:
        from pyrolab_gui.hosting.describe import describe_service

        return describe_service(self.cls, self.plan, self._members, lockable=self.lock is not None)

    def _sampling(self) -> Sampler:
        from pyrolab_gui.hosting.sampler import Sampler

        with self._sampler_lock:
            if self._sampler is None:
                shared = self._one if self._single else None
                self._sampler = Sampler(
                    self.plan.object_id,
                    self.plan.name,
                    shared,
                    self._operations.run,
                    use=self._shared.use,
                    locked_by=lambda: self.lock.client if self.lock is not None else None,
                )
            return self._sampler

    def _make(self) -> Any:
        connect = self.plan.connect != "by-client"
        plan = self.plan
        return open_driver(self.cls, plan.parameters, plan.expect_id, self._coroutines.finish, connect=connect)

    def _dispose(self, driver: Any) -> None:
        lifecycle.dispose(driver, self._coroutines.finish)

    def _create(self, _facade_class: type) -> Facade:
        if self._one is not None:
            return self._one.facade  # type: ignore[no-any-return]
        return self._session_of(current_context.client).facade  # type: ignore[no-any-return]

    def _session_of(self, conn: Any) -> Instance:
        """Return the instance of the client of a connection."""
        with self._sessions_lock:
            instance = self._sessions.get(conn.client_id)
            if instance is None:
                instance = self._instance(self._session_drivers())
                if not self._closing.is_set():
                    self._sessions[conn.client_id] = instance
        self._presence.seen(conn)
        return instance

    def running(self) -> list[Call]:
        """Return the calls that run now; waits for nothing."""
        instances = [*list(self._sessions.values()), *([self._one] if self._one is not None else [])]
        return [call for instance in instances if (call := instance.running) is not None]

    def _session_drivers(self) -> Drivers:
        return OnePerSession(self._make, self._state)

    def _instances(self) -> list[Instance]:
        """Return all that have or may have a driver."""
        with self._sessions_lock:
            return [*self._sessions.values(), *([self._one] if self._one is not None else [])]

    def _instance(self, drivers: Drivers) -> Instance:
        concurrent = self.plan.concurrent or self.plan.instancemode == "percall"
        instance = Instance(self._shared, drivers, concurrent=concurrent)
        instance.facade = self.facade_class(instance)
        return instance

    def _end(self, instance: Instance) -> None:
        at_the_end = self._closing.is_set()
        safe_state = self._operations.run.get(self._safe_state) if at_the_end else None
        if safe_state is not None and safe_state.beside:
            self._make_safe(instance.drivers.held())  # may end a running call, which is then not waited for in vain
        # At the end of the process a driver that is stuck in a call is closed all the same.
        held = instance.mutex.acquire(timeout=_SAFE_SECONDS if at_the_end else _SESSION_SECONDS)
        try:
            driver = instance.drivers.close()
            if driver is None:
                return
            if at_the_end:
                self._make_safe(driver)
            self._dispose(driver)
        finally:
            if held:
                instance.mutex.release()

    def _make_safe(self, driver: Any) -> None:
        safe_state = getattr(driver, self._safe_state, None) if self._safe_state else None
        if callable(safe_state):
            lifecycle.attempt(safe_state, f"the safe state of {self.plan.name}", self._coroutines.finish)

    def _is_reading(self, name: str) -> bool:
        member = self._members.get(name)
        return member is not None and member.is_property

    def _is_of_instrument(self, name: str) -> bool:
        """Whether a member asks the driver for more than what it has in memory."""
        member = self._members.get(name)
        return member is not None and not member.is_attribute

    def _is_free(self) -> bool:
        """Whether the daemon itself may ask the instrument now: it is connected, and nobody keeps or uses it."""
        one = self._one
        unused = one is not None and one.running is None and not (self.lock is not None and self.lock.locked)
        unused = unused and not self._shared.use.busy
        return unused and self._state.state == CONNECTED

    def unit_of(self, member: str) -> str:
        """Return the unit of a member as the driver tells it; empty where it tells none."""
        try:
            return self._description.member(member).returns.unit
        except Exception:  # noqa: BLE001 - a reading without its unit is better than no status
            return ""

    def _note(self, conn: Any) -> None:
        """Note that a client is there."""
        if not self._single:
            self._presence.seen(conn)
        if self.lock is not None:
            self.lock.seen(conn)

    def _is_recorded(self) -> bool:
        """Whether somebody records this service."""
        watchers = self._sampler.watchers() if self._sampler is not None else []
        return any(watcher["who"].endswith(f"({RECORDING})") for watcher in watchers)

    def _client_holds(self, client_id: str) -> bool:
        return client_id in self._sessions

    def _client_gone(self, client_id: str) -> None:
        with self._sessions_lock:
            instance = self._sessions.pop(client_id, None)
        if instance is not None:
            self._end(instance)

    def _state_changed(self) -> None:
        if self._outputs is not None and self._state.state != CONNECTED:
            self._outputs.forget()
        if self._heartbeat is not None and self._state.state == CONNECTED:
            self._heartbeat.ask()
        if self._on_state is not None:
            self._on_state(self.state())
