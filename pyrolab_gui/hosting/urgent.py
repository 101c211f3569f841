"""Stop and safe state of a daemon's services: they wait for no queue, no lock and no free connection.

`Urgent` belongs to one service. A running call is waited for 2 s; beside it the method runs at once where the driver
says that it may (`hosting.instance`). Where neither helps, `run_all` has the supervisor end this process and the next
one make the calls (`Urgent.first`). A driver without a stop has its ramps and streams stopped all the same. After the
method has run, settings that are on or off, and those that the lab file has confirmed, are read back. Limits: an
interpreter that a vendor's library holds up answers nobody, so that clients ask the supervisor themselves
(`network.safe_state`).
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.failures import reason_of
from pyrolab_gui.hosting.instance import URGENT_SECONDS
from pyrolab_gui.hosting.outputs import is_output
from pyrolab_gui.hosting.results import READY
from pyrolab_gui.wire.urgent import DONE, FAILED, INTERRUPTING, NONE, STOP, WORDS, UrgentOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyrolab_gui.hosting.facade import Operations
    from pyrolab_gui.hosting.instance import Instance
    from pyrolab_gui.hosting.operation import Operation, Surroundings
    from pyrolab_gui.wire.plans import ServicePlan

    Interrupt = Callable[[Sequence[dict[str, Any]], str], bool]

CONNECT_SECONDS = 60.0
"""How long a process that was started for it tries to reach the instrument."""
_OTHERS_SECONDS = 10.0
"""How long what goes on in the same process may take before that is ended for one that is stuck."""
_READ_BACK_SECONDS = 1.0
_MOST_READ_BACK = 8
_LOOK = 0.02


class Stuck(Exception):  # noqa: N818 - a state, not a fault
    """A running call lets the method not through; the text says which."""


class Urgent:
    """Stop and safe state of one service.

    Parameters
    ----------
    plan
        What the lab file says.
    operations
        Those of the service.
    shared
        What its instances share.
    instances
        Returns the instances that have or may have a driver.
    connected
        Whether the service is connected to its instrument.
    """

    def __init__(
        self,
        plan: ServicePlan,
        operations: Operations,
        shared: Surroundings,
        instances: Callable[[], list[Instance]],
        connected: Callable[[], bool],
    ) -> None:
        self._plan = plan
        self._shared = shared
        self._instances = instances
        self._connected = connected
        self._methods: dict[str, Operation] = {}
        for operation in operations.run.values():
            if operation.urgent:
                self._methods.setdefault(operation.role, operation)
        names = [name for name in operations.set if name in operations.run and is_output(name, plan)]
        self._read_back = [operations.run[name] for name in names[:_MOST_READ_BACK]]
        self._can_act = bool(operations.set or self._methods)
        self._last: UrgentOutcome | None = None

    def to_plain(self) -> dict[str, Any]:
        """Return ``urgent`` (the last outcome, or None) and ``unknown_since`` (0: the state is known)."""
        return {
            "urgent": self._last.to_plain() if self._last is not None else None,
            "unknown_since": self._shared.unknown_since,
        }

    def after_crash(self) -> None:
        """Note that the process before this one ended without bringing the instrument to rest."""
        if self._can_act:
            self._shared.unknown_since = time.time()

    def expect(self, role: str) -> None:
        """Refuse actions from now on, until `first` has made its call."""
        self._shared.awaits = WORDS.get(role, role)

    def first(self, role: str, who: str, ticket: str) -> None:
        """Make the call for which this process was started, as soon as the instrument is connected."""
        deadline = time.monotonic() + CONNECT_SECONDS
        try:
            while not self._connected() and time.monotonic() < deadline and self._plan.instancemode == "single":
                time.sleep(_LOOK)
            try:
                self.run(role, who, ticket, restarted=True)
            except Stuck as stuck:
                self._note(self._outcome(role, FAILED, who, ticket, because=str(stuck), restarted=True))
        finally:
            self._shared.awaits = ""

    def run(self, role: str, who: str, ticket: str = "", client_id: str = "", *, restarted: bool = False) -> Any:
        """Make the call now and return its outcome.

        Raises
        ------
        Stuck
            If a running call does not let it through.
        """
        operation = self._methods.get(role)
        if operation is None and role == STOP and self._cancelled():
            return self._note(self._outcome(role, DONE, who, ticket, restarted=restarted))
        if operation is None:
            words = WORDS.get(role, role)
            because = f"it has no {words}: neither the lab file nor the driver names a method for it"
            return self._outcome(role, NONE, who, ticket, because=because)
        state, because, returned = DONE, "", None
        read_back: list[tuple[str, Any]] = []
        try:
            instances = self._instances()
            if not instances:
                state, because = FAILED, "nobody uses it, so there is no driver to call"
            for instance in instances:
                returned, read = self._on(instance, operation, who, client_id)
                read_back.extend(read)
        except Stuck:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a driver may raise anything
            state, because = FAILED, reason_of(error)
        if state == DONE:
            self._shared.unknown_since = 0.0
        return self._note(
            self._outcome(
                role, state, who, ticket, because=because, returned=returned, restarted=restarted,
                read_back=tuple(read_back),
            )
        )  # fmt: skip

    def _cancelled(self) -> bool:
        """End what goes in steps, without the driver; whether there was anything."""
        going = [instance for instance in self._instances() if instance.ramping is not None or instance.streaming]
        for instance in going:
            instance.cancel(WORDS[STOP])
        return bool(going)

    def _outcome(self, role: str, state: str, who: str, ticket: str, **more: Any) -> UrgentOutcome:
        operation = self._methods.get(role)
        member = operation.name if operation is not None else ""
        return UrgentOutcome(
            self._plan.object_id, role, state, member, time=time.time(), who=who, ticket=ticket, **more
        )

    def interrupting(self, role: str, who: str, ticket: str) -> UrgentOutcome:
        """Return the outcome of a call that the next process will make."""
        return self._outcome(role, INTERRUPTING, who, ticket)

    def failed(self, role: str, who: str, ticket: str, because: str) -> UrgentOutcome:
        """Return, and keep, the outcome of a call that could not be made."""
        return self._note(self._outcome(role, FAILED, who, ticket, because=because))

    def _note(self, outcome: UrgentOutcome) -> UrgentOutcome:
        self._last = outcome
        return outcome

    def _on(
        self, instance: Instance, operation: Operation, who: str, client_id: str
    ) -> tuple[Any, list[tuple[str, Any]]]:
        shared = self._shared
        call = shared.calls.begin(who, operation.name, "")
        failure = ""
        try:
            instance.drivers.ready()
            held = instance.begin_urgently(operation, client_id, who)
            if held is None:
                raise Stuck(instance.occupied())
            try:
                driver = instance.drivers.take()
                try:
                    if held:
                        instance.running = call
                        result = shared.finish(operation.perform(driver))
                    else:
                        result = self._beside(instance, operation, driver)
                    return result if type(result) in READY else None, self._look_again(instance, driver, held)
                finally:
                    if instance.running is call:
                        instance.running = None
                    instance.drivers.give_back(driver)
            finally:
                if held:
                    instance.mutex.release()
        except (Exception, SystemExit) as error:
            failure = str(error) or type(error).__name__
            raise
        finally:
            call.end(failure)

    def _beside(self, instance: Instance, operation: Operation, driver: Any) -> Any:
        """Run the method beside a call that runs; give up where neither of the two ends."""
        done = threading.Event()
        result: list[Any] = []
        failed: list[BaseException] = []

        def perform() -> None:
            try:
                result.append(self._shared.finish(operation.perform(driver)))
            except (Exception, SystemExit) as error:  # noqa: BLE001 - handed over
                failed.append(error)
            done.set()

        running = instance.running
        threading.Thread(target=perform, name=f"{operation.name} of {self._plan.name}", daemon=True).start()
        if not done.wait(URGENT_SECONDS) and running is not None and instance.running is running:
            raise Stuck(f"{operation.name} has not ended within {URGENT_SECONDS:g} s, nor has {running.member}")
        done.wait()  # it is the only one now: a magnet takes its time to come down
        if failed:
            raise failed[0]
        return result[0]

    def _look_again(self, instance: Instance, driver: Any, held: bool) -> list[tuple[str, Any]]:
        """Read what is switched on or off, where the instrument is ours alone."""
        if not held:
            held = instance.mutex.acquire(timeout=_READ_BACK_SECONDS)
            if not held:
                return []
            try:
                return self._look_again(instance, driver, True)
            finally:
                instance.mutex.release()
        found: list[tuple[str, Any]] = []
        deadline = time.monotonic() + _READ_BACK_SECONDS
        for operation in self._read_back:
            if time.monotonic() > deadline:
                break
            try:
                value = self._shared.finish(operation.perform(driver))
            except (Exception, SystemExit) as error:  # noqa: BLE001 - it was made safe all the same
                value = f"not read: {reason_of(error)}"
            value = bool(value) if type(value).__name__ == "bool_" else value
            found.append((operation.name, value if type(value) in READY else repr(value)))
        return found


def run_all(
    urgents: Mapping[str, Urgent | None],
    role: str,
    ticket: str,
    who: str,
    client_id: str,
    interrupt: Interrupt | None,
) -> list[UrgentOutcome]:
    """Make the call on several services of this process at once, and have the process ended where one is stuck.

    Parameters
    ----------
    urgents
        By object id; None where the service has no driver.
    role
        *stop* or *safe-state*.
    ticket
        Under which the status tells the outcome.
    who, client_id
        Who wants it.
    interrupt
        Has the supervisor end this process and the next one make calls; False where there is none.
    """
    outcomes: dict[str, UrgentOutcome] = {}
    stuck: dict[str, str] = {}

    def run(object_id: str, urgent: Urgent) -> None:
        try:
            outcomes[object_id] = urgent.run(role, who, ticket, client_id)
        except Stuck as error:
            stuck[object_id] = str(error)

    threads = [
        threading.Thread(target=run, args=item, name=f"urgent {item[0]}", daemon=True)
        for item in urgents.items()
        if item[1] is not None
    ]
    for thread in threads:
        thread.start()
    give_up = 0.0
    while any(thread.is_alive() for thread in threads):
        for thread in threads:
            thread.join(_LOOK)
        give_up = give_up or (time.monotonic() + _OTHERS_SECONDS if stuck else 0.0)
        if give_up and time.monotonic() > give_up:
            break
    for object_id, urgent in urgents.items():
        if urgent is None:
            outcomes[object_id] = UrgentOutcome(object_id, role, FAILED, because="its driver could not be loaded")
    if not stuck:
        return [outcomes[object_id] for object_id in urgents]
    again = [key for key, urgent in urgents.items() if urgent and getattr(outcomes.get(key), "state", "") != NONE]
    calls = [{"object_id": object_id, "role": role, "ticket": ticket} for object_id in again]
    accepted = interrupt is not None and interrupt(calls, who)
    for object_id in again:
        urgent = urgents[object_id]
        assert urgent is not None
        if accepted:
            outcomes[object_id] = urgent.interrupting(role, who, ticket)
        elif object_id in stuck or object_id not in outcomes:
            because = (
                f"{stuck.get(object_id, 'it has not ended yet')}, and no supervisor is there to restart the daemon"
            )
            outcomes[object_id] = urgent.failed(role, who, ticket, because)
    return [outcomes[object_id] for object_id in urgents]
