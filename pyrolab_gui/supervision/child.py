"""The state machine of one child: what happens to its state when it is ordered, reports, goes silent or ends.

All of it runs on the supervisor's loop. When a child that ended is started again is `supervision.backoff`. One that
cannot start says why and ends with status 1: trying again would not help, so its first start fails at once; only a
start that follows a crash is tried again.
A child that goes silent is shown as unresponsive, never ended. Limits: orders over several children are
`supervision.orders`.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from pyrolab_gui.supervision.backoff import Backoff
from pyrolab_gui.supervision.exit_words import exit_words
from pyrolab_gui.supervision.ident import is_process
from pyrolab_gui.supervision.records import Ending
from pyrolab_gui.wire.child import GIVEN_UP, ChildKind, ChildState, ChildStatus, ServiceStatus, child_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.supervision.child_log import LogMark
    from pyrolab_gui.supervision.launch import Launcher
    from pyrolab_gui.supervision.link_server import LinkConnection
    from pyrolab_gui.supervision.process import ChildProcess
    from pyrolab_gui.supervision.timings import Timings
    from pyrolab_gui.wire.plans import ChildPlan

_TAIL = 50
"""Output lines that are shown with a failure."""

_LAST_WORDS = 0.1
"""Seconds for which the link of a process that has ended is still listened to; its end comes at once as a rule."""

_SERVICE_TEXTS = {field.name for field in fields(ServiceStatus)} - {"retry_at"}


class Child:
    """One child, running or not.

    Parameters
    ----------
    kind, name
        Which child.
    launcher
        Starts and adopts processes.
    timings
        Waits.
    on_change
        Called with each new status.
    on_death
        Called with the plan and the URI of a process that ended without having said so.
    on_interrupt
        Called when the process asks to be ended and followed by one that makes these calls first.
    """

    def __init__(
        self,
        kind: ChildKind,
        name: str,
        launcher: Launcher,
        timings: Timings,
        on_change: Callable[[Child], None],
        on_death: Callable[[ChildPlan | None, str], None] = lambda plan, uri: None,
        on_interrupt: Callable[[Child, list[dict[str, Any]], str], object] = lambda child, calls, who: None,
    ) -> None:
        self.key = child_key(kind, name)
        self.status = ChildStatus(kind, name)
        self._plan: ChildPlan | None = None
        self._launcher = launcher
        self._timings = timings
        self._on_change = on_change
        self._on_death = on_death
        self._on_interrupt = on_interrupt
        self._loop = asyncio.get_running_loop()
        self._process: ChildProcess | None = None
        self._connection: LinkConnection | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: list[asyncio.Future[None]] = []
        self._mark: LogMark | None = None
        self.unclean = False
        """Whether its last process ended without having brought its instruments to rest."""
        self._fresh = False
        self._first_calls: tuple[list[dict[str, Any]], str] = ([], "")
        self._asked = self._announced = self._again = False
        self._ended: tuple[ChildProcess, int | None] | None = None
        self._verdict = ""
        self._backoff = Backoff(timings)
        self._ready_since: float | None = None
        self._running: dict[str, Any] = {}
        self._unanswered = 0
        self._own_error = ""
        self.held = False
        """Whether its process waits to be let go."""
        self.asked_by = ""
        """Who gave the last order."""

    # -- what others ask -------------------------------------------------------------------------------------------

    @property
    def plan(self) -> ChildPlan | None:
        """What it is started with; None for one that the lab does not (or no longer) know."""
        return self._plan

    @property
    def state(self) -> ChildState:
        """Where it stands."""
        return self.status.state

    @property
    def level(self) -> int:
        """Its start level."""
        if self._plan is not None:
            return self._plan.start_level
        return 0 if self.status.kind is ChildKind.NAMESERVER else 100

    async def until(self, done: Callable[[ChildState], bool]) -> None:
        """Wait until its state is such that `done`."""
        while not done(self.state):
            changed: asyncio.Future[None] = self._loop.create_future()
            self._waiting.append(changed)
            await changed

    def set_plan(self, plan: ChildPlan | None) -> None:
        """Take another plan; what runs goes on with its own. A child that a former supervisor left is adopted."""
        self._plan = plan
        if plan is None and self.state is ChildState.BACKOFF:
            self.stop()
        if self._process is None and (record := self._launcher.orphan(self.key)):
            self._adopt(record.pid, record.restarts)
        elif plan is not None and self.status == ChildStatus(self.status.kind, self.status.name):
            ending = self._launcher.ending(plan)
            if ending is not None:
                self._set(**{field.name: getattr(ending, field.name) for field in fields(ending)})
        self._set(changed=self.state.alive and self._differs())

    # -- orders ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start it, unless it runs; one that is stopping is started when it has ended."""
        if self.state is ChildState.STOPPING:
            self._again = True
        elif self.held:
            self._let_go()
        elif not self.state.alive and self._plan is not None:
            self._backoff.reset()
            self._launch(restarts=0)

    def prepare(self) -> None:
        """Start its process early, to be held until `start`; nothing happens where that must wait or there is one."""
        if not self.state.alive and self._plan is not None:
            self._backoff.reset()
            self._launch(restarts=0, held=True)

    def stop(self) -> None:
        """Ask it to stop; what does not stop in time is ended by force."""
        self._again = False
        if self._process is None:
            self._cancel_timer()
            if self.state is not ChildState.STOPPED:
                self._launcher.forget(self.key)
                self._set(state=ChildState.STOPPED, retry_at=0.0, error="", detail="")
        elif not self._asked:
            self._asked = True
            self._set(state=ChildState.STOPPING, error="")
            if self._connection is None:
                self._terminate()
                return
            self._connection.send("stop", who=self.asked_by)
            seconds = self._plan.stop_seconds if self._plan is not None else 5.0
            self._after(seconds, self._stop_is_late, seconds)

    def kill(self) -> None:
        """End it and its descendants now."""
        self._again = False
        if self._process is None:
            self.stop()
            return
        self._asked = True
        self._cancel_timer()
        self._process.kill()

    def interrupt(self, calls: list[dict[str, Any]], who: str = "") -> str:
        """End its process now and start another one, which makes these calls before all else; return why not.

        For a stop or a safe state that a running call does not let through: the calls are those of
        `hosting.urgent`, `who` wants them.
        """
        if self._plan is None:
            return f"{self.status.name} is not in the lab file, so it could not be started again"
        self._first_calls = (calls, who)
        if self._process is None:
            self.start()
        else:
            self.kill()
            self._again = True
        return ""

    def tell(self, what: dict[str, Any]) -> str:
        """Tell its process something about its own work; return why that cannot be."""
        if self._connection is None:
            return f"{self.status.name} does not run, or does not answer."
        self._connection.send("tell", what=what)
        return ""

    def release(self) -> None:
        """Let go of it: what runs goes on, unwatched."""
        self._cancel_timer()
        self._drop_connection()
        if self._process is not None:
            self._process.release()
            self._process = None

    # -- what the child says ---------------------------------------------------------------------------------------

    def hello(self, pid: int, ident: str, connection: LinkConnection) -> str:
        """Take the connection of a process that says it is this child; return why not, or an empty string."""
        if ident and not is_process(pid, ident):
            return f"process {pid} is another one"
        if self._process is None:
            if not self._adopt(pid, 0):
                return f"there is no process {pid}"
        elif not self._process.is_or_started(pid):
            return f"{self.key} runs already as process {self._process.pid}"
        self._drop_connection()
        self._connection = connection
        self._unanswered = 0
        connection.on_message = self._on_message
        connection.on_lost = lambda: self._on_lost(connection)
        if not self.held:
            self._loop.call_soon(connection.send, "go")  # after the welcome; a former supervisor may hold it
        if self._asked:
            self._loop.call_soon(partial(connection.send, "stop", who=self.asked_by))
        elif self._fresh:
            self._fresh = False
            (calls, who), self._first_calls = self._first_calls, ([], "")
            if calls or self.unclean:
                begin = partial(connection.send, "begin", after_crash=self.unclean, calls=calls, who=who)
                self._loop.call_soon(begin)
        return ""

    def clock_was_set(self, seconds: float) -> None:
        """Keep times true: the clock of the computer was set forward by so much."""
        started = self.status.started + seconds if self.status.started else 0.0
        retry_at = self.status.retry_at + seconds if self.status.retry_at else 0.0
        self._set(started=started, retry_at=retry_at)

    def tick(self) -> None:
        """Ping it; called every `Timings.ping` seconds."""
        if self.state is not ChildState.RUNNING or self._process is None:
            return
        if self._unanswered >= self._timings.unanswered:
            self._set(
                state=ChildState.UNRESPONSIVE, error=f"{self.status.name} runs but does not answer{self._call()}."
            )
            return
        self._unanswered += 1
        if self._connection is not None:
            self._connection.send("ping")

    def _call(self) -> str:
        """Return which call ran when it answered last, in words that go on in a sentence."""
        with contextlib.suppress(KeyError, TypeError, ValueError):
            call = self._running
            since = time.strftime("%H:%M:%S", time.localtime(float(call["since"])))
            return f": {call['service']}.{call['member']} has been running for {call['who']} since {since}"
        return ""

    def _on_message(self, message: dict[str, Any]) -> None:
        self._unanswered = 0
        if message["message"] == "pong":
            self._running = message.get("running") or {}
        if message["message"] == "state":
            self._on_state(message)
        elif message["message"] == "interrupt" and not self._asked:
            self._on_interrupt(self, _calls(message.get("calls")), str(message.get("who") or ""))
        if self.state is ChildState.UNRESPONSIVE:
            back = ChildState.STARTING if self._ready_since is None else ChildState.RUNNING
            self._set(state=back, error=self._own_error)

    def _on_state(self, message: dict[str, Any]) -> None:
        self._own_error = str(message.get("error") or "")
        changes: dict[str, Any] = {
            "uri": str(message.get("uri") or ""),
            "services": _services(message.get("services")),
        }
        said = message.get("state")
        if said == ChildState.STOPPING:
            self._announced = True
            changes["state"] = ChildState.STOPPING
        elif said == ChildState.RUNNING and not self._asked:
            changes.update(state=ChildState.RUNNING, error=self._own_error)
            if self._ready_since is None:
                self._ready_since = self._loop.time()
                self._cancel_timer()
        self._set(**changes)

    def _on_lost(self, connection: LinkConnection) -> None:
        # Usually the process has ended, and that event follows. If not, it is silent until it connects again.
        if self._connection is connection:
            self._connection = None
            if self._ended is not None:
                self._judge(*self._ended)

    # -- starting and ending ---------------------------------------------------------------------------------------

    def _launch(self, *, restarts: int, note: str = "", held: bool = False) -> None:
        assert self._plan is not None
        self._cancel_timer()
        if record := self._launcher.orphan(self.key):
            self._adopt(record.pid, record.restarts)
            return
        self._reset()
        self._mark = self._launcher.log(self.key).mark()
        try:
            self._process = self._launcher.start(self._plan, self._on_exit, restarts, held=held)
        except (OSError, ValueError) as error:  # ValueError: a name or value that no environment can hold
            reason = getattr(error, "strerror", None) or error
            sentence = f"{self.status.name} could not be started: {reason}."
            self._set(state=ChildState.FAILED, pid=0, started=0.0, error=sentence, detail=str(error), retry_at=0.0)
            return
        self._fresh = True
        self._set(
            state=ChildState.STARTING, pid=self._process.pid, started=self._process.started or time.time(), uri="",
            restarts=restarts, exit_code=None if not restarts else self.status.exit_code, error="", detail=note,
            retry_at=0.0, changed=False, services=(),
        )  # fmt: skip
        self.held = held
        if not held:
            self._limit_start()

    def _let_go(self) -> None:
        self.held = False
        if self._connection is not None:
            self._connection.send("go")
        self._limit_start()

    def _limit_start(self) -> None:
        limit = max(self._timings.ready, self._plan.start_seconds if self._plan is not None else 0.0)
        self._after(limit, self._start_is_late, limit)

    def _adopt(self, pid: int, restarts: int) -> bool:
        process = self._launcher.adopt(self.key, pid, restarts, self._on_exit)
        if process is None:
            return False
        self._reset()
        self._fresh = False
        self._process = process
        self._mark = None
        self._set(
            state=ChildState.STARTING, pid=pid, started=process.started, uri="", restarts=restarts, exit_code=None,
            error="", detail="", retry_at=0.0, changed=self._differs(), services=(),
        )  # fmt: skip
        self._after(self._timings.adopted, self._adopted_is_silent)
        return True

    def _reset(self) -> None:
        self.held = False
        self._asked = self._announced = self._again = False
        self._verdict = self._own_error = ""
        self._running = {}
        self._ready_since = None
        self._unanswered = 0

    def _start_is_late(self, limit: float) -> None:
        self._verdict = f"{self.status.name} was not ready within {limit:g} s and was ended."
        if self._process is not None:
            self._process.kill()

    def _adopted_is_silent(self) -> None:
        sentence = f"{self.status.name} was started earlier and runs, but has not reported here."
        self._set(state=ChildState.UNRESPONSIVE, error=sentence)

    def _stop_is_late(self, seconds: float) -> None:
        self._verdict = f"{self.status.name} did not stop within {seconds:g} s and was ended."
        self._terminate()

    def _terminate(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._after(self._timings.terminate, self._process.kill)

    def _on_exit(self, code: int | None) -> None:
        if self._process is None:
            return
        self._ended = (self._process, code)
        if self._connection is None and (self._asked or self._ready_since is not None):
            self._judge(*self._ended)
        else:  # what it said last may be on its way, its hello even: the link's end calls the judge sooner
            self._loop.call_later(_LAST_WORDS, self._judge, *self._ended)

    def _judge(self, process: ChildProcess, code: int | None) -> None:
        if self._process is not process:
            return  # judged already
        if not self._announced or code:
            self._on_death(self._plan, self.status.uri)
        was_ready = self._ready_since is not None
        lived = self._loop.time() - self._ready_since if self._ready_since is not None else None
        self._backoff.ended(lived, self._plan.start_seconds if self._plan is not None else 0.0)
        self._cancel_timer()
        self._drop_connection()
        self._process = self._ended = None
        self.held = False
        if self._announced and not code:
            self.unclean = False
        elif self._ready_since is not None:
            self.unclean = True
        gone = replace(self.status, pid=0, started=0.0, uri="", services=(), exit_code=code, changed=False, error="")
        if self._asked or self._again:
            again = self._again
            self._over(gone, ChildState.STOPPED, self._verdict, "")
            if again:
                self.start()
            return
        output = self._launcher.log(self.key).tail(_TAIL, self._mark)
        if code == GIVEN_UP and gone.kind is ChildKind.RECORDER:  # elsewhere a driver may end its process with any
            self._over(gone, ChildState.FAILED, output.strip().rpartition("\n")[2].strip(), output)
            return
        sentence = self._verdict or f"{gone.name} {exit_words(code)}."
        clean = code == 0 or (code is None and self._announced)
        policy = self._plan.restart if self._plan is not None else "never"
        if not was_ready and self._backoff.fresh:
            spoken = output.strip().rpartition("\n")[2].strip() if code == 1 else ""
            if spoken or self._verdict:
                self._over(gone, ChildState.FAILED, self._verdict or spoken, output)
                return
        if policy == "never" or (policy == "on-failure" and clean):
            state = ChildState.EXITED if clean else ChildState.FAILED
            self._over(gone, state, "" if clean else sentence, output)
            return
        if self._backoff.exhausted:
            sentence = f"{sentence[:-1]}, {self._backoff.failed_starts} times in a row before it had run for a while; "
            self._over(gone, ChildState.FAILED, f"{sentence}it is not tried again.", output)
            return
        if not self._launcher.in_charge():  # two that start it again would run it twice on one instrument
            sentence += " Another window supervises now; it is not started again from here."
            self._set(gone, state=ChildState.FAILED, error=sentence, detail=output)
            return
        self._retry(gone, sentence, output, was_ready=was_ready)

    def _over(self, gone: ChildStatus, state: ChildState, error: str, detail: str) -> None:
        """It has ended and is not started again by itself: a later supervisor need not look for it, but shows how."""
        failed = state in (ChildState.FAILED, ChildState.EXITED)
        ending = Ending(state, gone.exit_code, error, detail, gone.restarts) if failed else None
        self._launcher.forget(self.key, ending)
        self._set(gone, state=state, error=error, detail=detail)

    def _retry(self, gone: ChildStatus, sentence: str, output: str, *, was_ready: bool) -> None:
        delay = self._backoff.delay(was_ready=was_ready)
        restarts = gone.restarts + 1
        note = f"{time.strftime('%H:%M:%S')} {sentence}\n{output}"
        self.status = gone
        if not delay:
            self._launch(restarts=restarts, note=note)
            return
        self._set(gone, state=ChildState.BACKOFF, error=sentence, detail=output, retry_at=time.time() + delay)
        self._after(delay, lambda: self._launch(restarts=restarts, note=note))

    # -- small things ----------------------------------------------------------------------------------------------

    def _differs(self) -> bool:
        """Whether what runs is not what the plan says."""
        return self._plan is None or not self._launcher.runs_as(self._plan)

    def _after(self, seconds: float, call: Callable[..., None], *arguments: object) -> None:
        self._cancel_timer()
        self._timer = self._loop.call_later(seconds, call, *arguments)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.on_message = lambda message: None
            connection.close()

    def _set(self, status: ChildStatus | None = None, /, **changes: Any) -> None:
        new = replace(status or self.status, **changes)
        if new == self.status and status is None:
            return
        self.status = new
        self._on_change(self)
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)


def _calls(plain: Any) -> list[dict[str, Any]]:
    return [item for item in plain if isinstance(item, dict)] if isinstance(plain, list) else []


def _services(plain: Any) -> tuple[ServiceStatus, ...]:
    if not isinstance(plain, list):
        return ()
    return tuple(
        ServiceStatus(
            **{name: str(value) for name, value in item.items() if name in _SERVICE_TEXTS},
            retry_at=_moment(item.get("retry_at")),
        )
        for item in plain
        if isinstance(item, dict) and "name" in item
    )


def _moment(plain: Any) -> float:
    return float(plain) if isinstance(plain, int | float) else 0.0
