"""One driver in use: calls to it follow each other, are checked, converted, listed, and their errors translated.

Everything that a client's call goes through on its way to the driver and back happens in `Instance.run`. *Stop* and
*safe state* do not wait in the queue: what is queued is cancelled. Beside a running call they run at once where the
driver says that they may (the method has an attribute ``runs_beside`` that is true, or the service is
``concurrent``); else the running call is waited for 2 s. What a driver's ``async`` methods return is run to its end.
Limits: where the driver comes from is the business of `hosting.drivers_in_use`.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from Pyro5.callcontext import current_context

from pyrolab_gui.hosting.bystanders import Bystanders
from pyrolab_gui.hosting.calls import short_text
from pyrolab_gui.hosting.failures import CANCELLED, is_refusal, is_translated, message_of, refusal, translated
from pyrolab_gui.hosting.operation import Operation
from pyrolab_gui.hosting.results import READY, Receiver, converted
from pyrolab_gui.hosting.use import READ, SET
from pyrolab_gui.wire.urgent import SAFE_STATE, WORDS

if TYPE_CHECKING:
    from pyrolab_gui.hosting.calls import Call
    from pyrolab_gui.hosting.operation import Drivers, Surroundings
    from pyrolab_gui.hosting.snapshots import Snapshots
    from pyrolab_gui.hosting.steps import Ramp

URGENT_SECONDS = 2.0
"""How long *stop* and *safe state* wait for a running call that they must not run beside."""
_CLOSE_SECONDS = 1.0


class _NoMutex:
    """Stands for the mutex of a service whose calls may overlap."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        return True

    def release(self) -> None:
        pass


class Instance:
    """Runs calls on a driver, one after another."""

    __slots__ = (
        "_bystanders", "_epoch", "_halted", "_last_urgent", "_urgent", "drivers", "facade", "mutex", "progress",
        "ramping", "running", "shared", "streaming",
    )  # fmt: skip

    def __init__(self, shared: Surroundings, drivers: Drivers, *, concurrent: bool = False) -> None:
        self.shared = shared
        self.drivers = drivers
        self.mutex: Any = _NoMutex() if concurrent else threading.RLock()
        self.running: Call | None = None
        self.ramping: Call | None = None
        """A call that goes to its end in steps, with the instrument free between them; `progress` is its part done."""
        self.progress = 0.0
        self.streaming: list[Call] = []
        """Calls whose values are fetched one by one, with the instrument free between them."""
        self.facade: Any = None
        self._bystanders = Bystanders()
        self._epoch = 0
        """Counts stops and safe states: what was asked for before the last one is not done after it."""
        self._halted = threading.Condition()
        """Told when it counts on."""
        self._urgent = self._last_urgent = ""

    def run(self, operation: Operation, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run one call of the client in `current_context` and return what is to be sent.

        Raises
        ------
        Exception
            Of a builtin class, as `hosting.failures` makes them.
        """
        shared = self.shared
        conn = current_context.client
        epoch = self._epoch
        text = short_text(args, kwargs)
        call = shared.calls.begin(conn.who, operation.name, f"= {text}" if operation.writes else text, conn.person)
        failure = ""
        shared.use.begin(call, conn.client_id)
        try:
            if shared.seen is not None:
                shared.seen(conn)
            if shared.lock is not None and not operation.urgent:
                shared.lock.check(conn.person)
            if operation.acts:
                self._allow(operation, conn.client_id)
            if operation.check is not None:
                args, kwargs = operation.check(args, kwargs)
            self.drivers.ready()
            result = self._run(operation, args, kwargs, conn, call, epoch)
            if operation.writes:
                shared.use.passed(operation.name, SET, args[0], conn.who)
            elif operation.role == "read" and not args and not kwargs:
                shared.use.passed(operation.name, READ, result, conn.who)
            if operation.role != "read" and shared.unknown_since:
                shared.unknown_since = 0.0  # somebody has taken it in hand
            return result
        except (Exception, SystemExit) as error:
            travelling = translated(error)
            failure = str(travelling) or type(travelling).__name__
            call.refused = is_refusal(travelling)
            if travelling is error:
                raise
            raise travelling from error
        finally:
            call.end(failure)
            shared.use.end(call)

    def read(self, operation: Operation, timeout: float) -> tuple[float | None, Any]:
        """Take a reading for the sampler; one that may run beside others waits for nobody.

        Returns
        -------
        began, value
            When the instrument was asked (monotonic); (None, None) when it was busy for longer than `timeout`.

        Raises
        ------
        Exception
            What the driver raises.
        """
        if not operation.beside and not self.mutex.acquire(timeout=timeout):
            return None, None
        try:
            driver = self.drivers.take()
            began = time.monotonic()
            try:
                return began, self._timed(operation, driver)
            finally:
                self.drivers.give_back(driver)
        finally:
            if not operation.beside:
                self.mutex.release()

    def _timed(self, operation: Operation, driver: Any) -> Any:
        """Read, and tell the pulse how that went."""
        pulse = self.shared.pulse
        if pulse is None:
            return self.shared.finish(operation.perform(driver))
        began = time.monotonic()
        failure = ""
        pulse.begin(operation.name)
        try:
            return self.shared.finish(operation.perform(driver))
        except (Exception, SystemExit) as error:
            failure = message_of(error) or type(error).__name__
            raise
        finally:
            pulse.end(operation.name, time.monotonic() - began, failure)

    def begin_urgently(self, operation: Operation, client_id: str, who: str) -> bool | None:
        """Cancel what is queued and make way for a stop or safe state.

        Returns whether the mutex is held now; None where the running call has not ended in time and the method must
        not run beside it.
        """
        self.cancel(WORDS[operation.role])
        self._urgent = WORDS[operation.role]
        if operation.role == SAFE_STATE:
            self._bystanders.safe_state(client_id, who)
        try:
            if self.mutex.acquire(timeout=0.0 if operation.beside else URGENT_SECONDS):
                return True
        finally:
            self._urgent = ""
        return False if operation.beside else None

    def occupied(self) -> str:
        """Return what holds the instrument up, in words."""
        running = self.running
        what = f"{self.shared.name}.{running.member}" if running is not None else "the running call"
        return f"{what} has not ended within {URGENT_SECONDS:g} s"

    def _allow(self, operation: Operation, client_id: str) -> None:
        if self.shared.awaits:
            sentence = f"{operation.label} was refused: the {self.shared.awaits} of {self.shared.name} comes first."
            raise refusal(RuntimeError, CANCELLED, sentence)
        self._bystanders.acts(client_id, operation.label)

    def _run(self, operation: Operation, args: Any, kwargs: Any, conn: Any, call: Call, epoch: int) -> Any:
        ramp: Ramp | None = None
        held = self._enter(operation, epoch, conn)
        try:
            if self.shared.lock is not None and not operation.urgent:
                self.shared.lock.check(conn.person)
            driver = self.drivers.take()
            keep = False
            call.waited = time.monotonic() - call.begun
            if held:
                self.running = call
            try:
                if operation.ways:
                    from pyrolab_gui.hosting.steps import ramp_of

                    ramp = ramp_of(operation.ways, driver, args, kwargs)
                if ramp is None:
                    result = operation.perform(driver, *args, **kwargs)
                    if type(result) in READY:
                        return result
                    result = self.shared.finish(result)
                    if result is driver:
                        return self.facade
                    if isinstance(result, Iterator) and not isinstance(result, io.IOBase):
                        keep = True
                        return self._stream(result, driver, operation, conn, call, epoch)
                    return converted(result, self._receiver(conn), operation.label)
            finally:
                if self.running is call:
                    self.running = None
                if not keep:
                    self.drivers.give_back(driver)
        finally:
            if held:
                self.mutex.release()
        return self._ramped(operation, ramp, conn, call, epoch)

    def _ramped(self, operation: Operation, ramp: Ramp, conn: Any, call: Call, epoch: int) -> Any:
        """Make a change in steps; a stop or safe state ends it where it is."""
        step_of = Operation(operation.name, operation.label, operation.perform, role=operation.role)
        result = None
        ramp.begin(conn.who)
        self.ramping, self.progress = call, 0.0
        try:
            for step in ramp.calls:
                due = time.monotonic() + ramp.pause
                result = self._run(step_of, step.args, step.kwargs, conn, call, epoch)
                self.progress = step.progress
                if step.progress < 1.0 and self._is_over(epoch, due - time.monotonic()):
                    sentence = f"{operation.label} was cancelled at {step.value:.6g}: {self._last_urgent}."
                    raise refusal(RuntimeError, CANCELLED, sentence)
        finally:
            self.ramping = None
            ramp.end()
        return result

    def _is_over(self, epoch: int, seconds: float) -> bool:
        """Wait for a stop or safe state for so long; whether there was one."""
        with self._halted:
            return self._halted.wait_for(lambda: self._epoch != epoch, max(0.0, seconds))

    def cancel(self, word: str) -> None:
        """Cancel what is queued, a ramp and streams; a call that is in the driver goes on."""
        with self._halted:
            self._epoch += 1
            self._last_urgent = word
            self._halted.notify_all()

    def _stream(
        self, iterator: Iterator[Any], driver: Any, operation: Operation, conn: Any, call: Call, epoch: int
    ) -> Iterator[Any]:
        failure = ""
        call.duration = None
        self.streaming.append(call)
        self.shared.use.begin(call, conn.client_id)
        try:
            while True:
                self._enter(operation, epoch, conn)
                self.running = call
                try:
                    if self.shared.lock is not None:
                        self.shared.lock.check(conn.person)
                    item = next(iterator)
                    item = self.facade if item is driver else converted(item, self._receiver(conn), operation.label)
                except StopIteration:
                    return
                except (Exception, SystemExit) as error:
                    if is_translated(error):
                        raise
                    raise translated(error) from error
                finally:
                    if self.running is call:
                        self.running = None
                    self.mutex.release()
                yield item
        except Exception as error:
            failure = str(error) or type(error).__name__
            raise
        finally:
            self.shared.use.end(call)
            self.streaming.remove(call)
            call.end(failure)
            # Its end may come from a lost connection, while another call runs: do not wait for that for long.
            held = self.mutex.acquire(timeout=_CLOSE_SECONDS)
            try:
                close = getattr(iterator, "close", None)
                if callable(close):
                    close()
                self.drivers.give_back(driver)
            finally:
                if held:
                    self.mutex.release()

    def _enter(self, operation: Operation, epoch: int, conn: Any) -> bool:
        """Wait for the instance to be free; return whether its mutex is held now."""
        if operation.urgent:
            held = self.begin_urgently(operation, conn.client_id, conn.who)
            if held is None:
                sentence = f"{operation.label} could not run: {self.occupied()}. Restart the daemon to interrupt it."
                raise refusal(TimeoutError, CANCELLED, sentence)
            return held
        self.mutex.acquire()
        if self._epoch != epoch or self._urgent:
            self.mutex.release()
            raise refusal(RuntimeError, CANCELLED, f"{operation.label} was cancelled: {self._last_urgent}.")
        return True

    def _receiver(self, conn: Any) -> Receiver:
        return Receiver(current_context.serializer_id, conn.arrays, _KeptFor(conn, self.shared.snapshots))


class _KeptFor:
    """The store of large arrays, bound to the connection that will fetch them."""

    __slots__ = ("_conn", "_snapshots")

    def __init__(self, conn: Any, snapshots: Snapshots) -> None:
        self._conn = conn
        self._snapshots = snapshots

    def keep(self, data: memoryview) -> str:
        return self._snapshots.keep(self._conn, data)
