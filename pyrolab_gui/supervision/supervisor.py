"""The supervisor: a loop in a thread of its own, and the children of one lab.

It implements `supervision.api.SupervisorApi`. Children outlive it: a later supervisor on the same state folder finds
them by their pid files and is found by them through the address file. Limits: meant for one supervisor per state
folder. Of two at once only the later one starts again what has crashed, and children keep their link to the one they
know; the other sees their processes, but not their states.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from pyrolab_gui.network.trust import Trusts
from pyrolab_gui.supervision.child import Child
from pyrolab_gui.supervision.child_log import LogMark
from pyrolab_gui.supervision.editors import Editors
from pyrolab_gui.supervision.events import EventWatch
from pyrolab_gui.supervision.history import History, NoHistory
from pyrolab_gui.supervision.ident import steady
from pyrolab_gui.supervision.kept_lab import KeptLab
from pyrolab_gui.supervision.lab_text import changes, parts_of, read_lab, read_plan, read_versions, write_lab
from pyrolab_gui.supervision.launch import Command, Launcher, child_command
from pyrolab_gui.supervision.link_server import LinkConnection, LinkServer
from pyrolab_gui.supervision.loop_thread import LoopThread
from pyrolab_gui.supervision.needed import nameservers_for
from pyrolab_gui.supervision.obituary import take_out_of_nameservers
from pyrolab_gui.supervision.orders import Orders
from pyrolab_gui.supervision.plan_keys import key_of, kind_of
from pyrolab_gui.supervision.recordings import Recordings
from pyrolab_gui.supervision.timings import Timings
from pyrolab_gui.supervision.version import version
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus, child_key
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import LabPlan, RelayPlan
from pyrolab_gui.wire.supervision import ChildStatistics, Hit, HitRecording, LogLines, SupervisorInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from pathlib import Path

    from pyrolab_gui.wire.plans import ChildPlan, RecorderPlan
    from pyrolab_gui.wire.supervision import ChildEvent, LabEditor, LabProblem, LabText, PlanChange

_ANSWER = 10.0
"""Seconds within which the supervisor's own thread must answer; it only ever does short things."""
_STEP = 0.5
"""Seconds by which the clock must have been set to be noticed."""
_FORCE = 2.0
"""Seconds of a `close` that are kept for ending by force what did not stop."""

_T = TypeVar("_T")

logger = logging.getLogger(__name__)


class Supervisor:
    """Starts, watches, restarts and stops the children of this computer.

    Parameters
    ----------
    state_dir
        Folder for the address file and the children's plans.
    log_dir
        Folder for the children's logs.
    timings
        Waits.
    command
        How the command line of a child is made.
    history
        What remembers; closed with the supervisor.
    keeps_plan
        Write down the lab that was loaded, for `recover` of the next supervisor.
    trust
        Certificates for children that speak TLS; those of the lab that is loaded are added.

    Raises
    ------
    LabError
        If it cannot listen for its children or write to its folder.
    """

    def __init__(
        self,
        state_dir: Path,
        log_dir: Path,
        *,
        timings: Timings | None = None,
        command: Command = child_command,
        history: History | None = None,
        keeps_plan: bool = False,
        trust: Trusts | None = None,
    ) -> None:
        self._timings = timings or Timings()
        self._history = history or NoHistory()
        self._trust = trust or Trusts()
        self._info = SupervisorInfo(socket.gethostname(), os.getpid(), version(), time.time())
        self._watch = EventWatch(self._info.started)
        self._path = ""
        self._kept = KeptLab(state_dir) if keeps_plan else None
        self._recordings = Recordings(state_dir)
        self._editors = Editors()
        self._helpers: dict[str, ChildPlan] = {}
        """Plans of children that belong to the lab, but are not in its file."""
        self._clock = time.time() - steady()
        self._on_load: list[Callable[[], None]] = []
        self._thread = LoopThread("supervisor")
        link_file = state_dir / "supervisor.json"
        self._link = LinkServer(link_file, self._on_hello)
        self._launcher = Launcher(state_dir, log_dir, link_file, self._thread.loop, command, self._link.in_charge)
        self._orders = Orders()
        self._children: dict[str, Child] = {}
        self._subscribers: list[Callable[[ChildStatus], None]] = []
        self._lock = threading.Lock()
        self._statuses: dict[str, ChildStatus] = {}
        self._plans: dict[str, ChildPlan] = {}
        self._closed = False
        self._ticker: asyncio.Task[None] | None = None
        self._thread.start()
        try:
            self._thread.ask(self._begin(), _ANSWER)
        except (OSError, TimeoutError) as error:
            self._thread.end(_ANSWER)
            raise LabError("The supervisor cannot start: its folder or its port cannot be used.", str(error)) from error

    # -- SupervisorApi ---------------------------------------------------------------------------------------------

    def load(self, plan: LabPlan, path: str = "") -> None:
        """Take over a lab; see `SupervisorApi.load`."""

        async def load() -> None:
            self._load(plan, path)

        if self._thread.is_current:
            self._load(plan, path)
        elif not self._closed:
            self._thread.ask(load(), _ANSWER)

    def recover(self, plan: LabPlan | None = None, path: str = "", *, after_boot: bool = False) -> None:
        """Take up what a former supervisor left: its lab (or `plan`), children that run, children that ended unwatched.

        The latter are started again as their restart policy says; those that ended with the computer only where
        `after_boot` says so.
        """
        if plan is None and self._kept is not None:
            plan, path = self._kept.read()
        self._recordings.recall()
        self.load(plan or LabPlan(), path)
        self._thread.ask(self._recover(after_boot), _ANSWER)

    def start(self, keys: Sequence[str], *, who: str = "") -> None:
        """Start children, the lowest start level first; `who` wants it is remembered.

        The nameservers of this PC with which they register are started with them.
        """
        self._order("start", self._orders.start, self._with_nameservers(keys), who)

    def stop(self, keys: Sequence[str], *, who: str = "") -> None:
        """Stop children, the highest start level first."""
        self._order("stop", self._orders.stop, keys, who)

    def restart(self, keys: Sequence[str], *, who: str = "") -> None:
        """Stop those that run, then start all of them."""
        self._recordings.restarts(list(keys))
        self._order("restart", self._orders.restart, self._with_nameservers(keys), who)

    def interrupt(self, location: str, calls: list[dict[str, Any]], *, who: str = "") -> str:
        """End the daemon at ``host:port`` and start it anew, with calls to make first; see `SupervisorApi`."""

        async def interrupt() -> str:
            for child in self._children.values():
                if child.status.uri.rpartition("@")[2] == location:
                    return self._on_interrupt(child, calls, who)
            return f"no daemon of this computer is at {location}"

        return self._ask(interrupt())

    def record(self, plan: RecorderPlan, *, who: str = "") -> None:
        """Begin a recording; see `SupervisorApi.record`."""

        async def begin() -> str:
            key = key_of(plan)
            if key in self._children:
                return f"A recording called “{plan.name}” is there already."
            self._recordings.add(plan)
            self._start_helper(plan, who)
            return ""

        if reason := self._ask(begin()):
            raise LabError(reason)

    def recordings(self) -> tuple[RecorderPlan, ...]:
        """Return the plans of the recordings that are not over."""
        return tuple(self._recordings.plans.values())

    def relay(self) -> str:
        """Return the URI of the relay of this computer, started where none runs; see `SupervisorApi.relay`."""

        async def ready() -> ChildStatus:
            plan = RelayPlan()
            child = self._children.get(key_of(plan))
            if child is not None and child.state is ChildState.STOPPING:
                await child.until(lambda state: not state.alive)
            if child is None or not child.state.alive:
                child = self._start_helper(plan, "")
            await child.until(lambda state: state not in (ChildState.STOPPED, ChildState.STARTING))
            status = child.status
            child.set_plan(None)  # whoever needs it asks for it again; one that has ended is of no interest
            self._forget_if_over(child)
            self._publish()
            return status

        status = self._ask(ready(), "The relay of this computer does not start.")
        if not status.uri:
            raise LabError(f"The relay of this computer does not run: {status.error or status.state}", status.detail)
        return status.uri

    def tell(self, key: str, what: dict[str, Any]) -> None:
        """Tell a child something about its own work; see `SupervisorApi.tell`."""

        async def tell() -> str:
            child = self._children.get(key)
            return child.tell(what) if child is not None else f"There is no {key} here any more."

        if reason := self._ask(tell()):
            raise LabError(reason)

    def keep(self, plan: ChildPlan) -> None:
        """Have a helper run: a child that no lab file names. One that runs with another plan is started again."""

        async def keep() -> None:
            key = key_of(plan)
            child = self._children.get(key)
            if child is not None and self._helpers.get(key) == plan:
                return
            self._helpers[key] = plan
            child = self._helper(plan)
            if not child.state.alive:
                self._orders.start([child])
            elif child.status.changed:
                self._orders.restart([child])

        if not self._closed:
            self._thread.ask(keep(), _ANSWER)

    def drop(self, key: str) -> None:
        """Have a helper no longer; one that runs is stopped."""

        async def drop() -> None:
            self._helpers.pop(key, None)
            child = self._children.get(key)
            if child is not None and child.plan is not None:
                child.set_plan(None)
            if child is not None and child.state.alive:
                self._orders.stop([child])
            elif child is not None:
                self._forget_if_over(child)
                self._publish()

        if not self._closed:
            self._thread.ask(drop(), _ANSWER)

    @property
    def lab_path(self) -> str:
        """Where the lab file is; empty where none is loaded."""
        return self._path

    def statuses(self) -> tuple[ChildStatus, ...]:
        """Return all children as they stand."""
        with self._lock:
            return tuple(self._statuses.values())

    def info(self) -> SupervisorInfo:
        """Return which supervisor this is."""
        return replace(self._info, knows_lab=bool(self._plans))

    def plans(self) -> tuple[ChildPlan, ...]:
        """Return the plans of the children of the lab that is loaded."""
        return tuple(self._plans.values())

    def log_tail(self, key: str, lines: int = 200) -> str:
        """Return the last lines of a child's output; empty if there is none."""
        return self._launcher.log(key).tail(lines)

    def log_lines(self, key: str, after: str = "", limit: int = 1000) -> LogLines:
        """Return what a child wrote after a position; see `SupervisorApi.log_lines`."""
        lines, mark = self._launcher.log(key).lines(LogMark.from_text(after), limit)
        return LogLines(tuple(lines), str(mark))

    def lab(self) -> LabText:
        """Return the lab file as it stands."""
        return read_lab(self._path)

    def lab_versions(self) -> tuple[LabText, ...]:
        """Return what the lab file said before."""
        return read_versions(self._path)

    def set_lab(self, text: str, path: str, based_on: str) -> tuple[LabProblem, ...]:
        """Write the lab file and take it over; see `SupervisorApi.set_lab`."""
        plan, problems = write_lab(text, path, based_on)
        if plan is not None:
            self.load(plan, path)
        return problems

    def editing(self, path: str, changes: int, *, client: str = "", who: str = "") -> tuple[LabEditor, ...]:
        """Note how many edits of a lab file a client has that are not saved; return who else has some."""
        return self._editors.say(path, client, who, changes)

    def planned(self) -> tuple[PlanChange, ...]:
        """Return what `reload` would do now."""
        return self._changes(read_plan(self._path))

    def reload(self, *, who: str = "") -> tuple[PlanChange, ...]:
        """Take over the lab file as it stands now; see `SupervisorApi.reload`."""
        plan = read_plan(self._path)
        done = self._changes(plan)
        self.load(plan, self._path)
        for action, order in (("stop", self.stop), ("restart", self.restart), ("start", self.start)):
            order([change.key for change in done if change.action == action], who=who)
        return done

    def events(self, after: float = 0.0) -> tuple[ChildEvent, ...]:
        """Return what happened after a time."""
        return self._history.events(after)

    def statistics(self, key: str) -> ChildStatistics:
        """Return the numbers of a child."""
        status = next((status for status in self.statuses() if status.key == key), None)
        return self._history.statistics(status) if status is not None else ChildStatistics()

    def hits(self, keys: Sequence[str]) -> tuple[Hit, ...]:
        """Return what the stop or restart of these children hits."""
        from pyrolab_gui.supervision.hits import ask_hits  # it speaks to daemons, and is not to delay their start

        wanted = set(keys)
        alive = [status for status in self.statuses() if status.key in wanted and status.state.alive]
        recordings = {key: self._recordings.plans[key] for key in wanted & self._recordings.plans.keys()}
        ends = tuple(Hit(key, recordings=(HitRecording(one.name, "", one.who),)) for key, one in recordings.items())
        return ends + ask_hits([status for status in alive if status.key not in recordings], trust=self._trust)

    def subscribe_link(self, callback: Callable[[bool, str], None]) -> Callable[[], None]:
        """Call `callback` once: a supervisor in this process is always reachable."""
        callback(True, "")
        return lambda: None

    def subscribe_loads(self, callback: Callable[[], None]) -> None:
        """Call `callback` on the supervisor's thread whenever another plan has been taken over."""
        self._on_load.append(callback)

    def subscribe(self, callback: Callable[[ChildStatus], None]) -> Callable[[], None]:
        """Call `callback` on the supervisor's thread with each new status; return what ends that."""
        with self._lock:
            self._subscribers.append(callback)

        def end() -> None:
            with self._lock, contextlib.suppress(ValueError):
                self._subscribers.remove(callback)

        return end

    def close(self, *, stop_children: bool, timeout: float = 15.0) -> None:
        """End the supervision, and with `stop_children` every child; a second call does nothing."""
        if self._closed:
            return
        self._closed = True
        try:
            self._thread.ask(self._end(stop_children, timeout), timeout + _FORCE)
        except TimeoutError:
            logger.warning("closing took longer than %g s", timeout)
        self._thread.end(_FORCE)
        self._history.close()

    def _ask(self, coroutine: Coroutine[Any, Any, _T], otherwise: str = "The supervisor does not answer.") -> _T:
        """Return the answer of the supervisor's thread.

        Raises
        ------
        LabError
            If there is none: the supervisor has ended, or (`otherwise`) it takes too long.
        """
        if self._closed:
            coroutine.close()
            raise LabError("The supervisor has ended.")
        try:
            return self._thread.ask(coroutine, _ANSWER)
        except TimeoutError as error:
            raise LabError(otherwise, f"no answer within {_ANSWER:g} s") from error
        except RuntimeError as error:
            raise LabError("The supervisor has ended.", str(error)) from error

    # -- on the supervisor's thread --------------------------------------------------------------------------------

    async def _begin(self) -> None:
        await self._link.start()
        self._ticker = asyncio.get_running_loop().create_task(self._tick(), name="ping")

    async def _recover(self, after_boot: bool) -> None:
        for key in self._launcher.recorded():
            if key not in self._children:  # not in the lab: shown and stoppable until it ends
                kind, _, name = key.partition("/")
                child = self._children[key] = self._new(ChildKind(kind), name)
                child.set_plan(None)
                self._forget_if_over(child)
        ended = []
        for key, child in self._children.items():
            when = "" if child.plan is None or child.state.alive else self._launcher.ended_unwatched(key)
            if child.plan is None or not when:
                continue
            how = "ended with this computer" if when == "before" else "ended while no supervisor ran"
            self._history.on_lost(key, f"{child.status.name} {how}.")
            started_by_itself = when == "now" or after_boot or child.status.kind is ChildKind.RECORDER
            if started_by_itself and child.plan.restart != "never":
                child.unclean = True
                ended.append(child)
        self._publish()
        self._on_order([child.key for child in ended], "restart", "the supervisor")
        self._orders.start(ended)

    async def _end(self, stop_children: bool, seconds: float) -> None:
        await self._orders.end()
        if self._ticker is not None:
            self._ticker.cancel()
        children = [child for child in self._children.values() if stop_children or child.held]
        if children:
            try:
                async with asyncio.timeout(max(seconds - _FORCE, 0.0)):
                    await self._orders.stop_now(children)
            except TimeoutError:
                for child in children:
                    child.kill()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_FORCE):
                        await asyncio.gather(*(child.until(lambda state: not state.alive) for child in children))
        for child in self._children.values():
            child.release()
        await self._link.close()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(self._timings.ping)
            self._link.keep_address()
            self._watch_clock()
            for child in list(self._children.values()):
                child.tick()

    def _watch_clock(self) -> None:
        clock = time.time() - steady()
        stepped, self._clock = clock - self._clock, clock
        if abs(stepped) > _STEP:
            logger.info("the clock was set by %.1f s", stepped)
            for child in list(self._children.values()):
                child.clock_was_set(stepped)

    def _load(self, plan: LabPlan, path: str) -> None:
        wanted = self._plans = parts_of(plan)
        self._trust.learn(plan)
        self._path = path or self._path
        old = self._children
        self._children = {}
        for key, part in {**wanted, **self._recordings.plans, **self._helpers}.items():
            self._children[key] = old.pop(key) if key in old else self._new(kind_of(part), part.name)
            self._children[key].set_plan(part)
        for key, child in old.items():
            child.set_plan(None)
            if child.state.alive:
                self._children[key] = child
        if self._kept is not None:
            self._kept.write(plan, self._path)
        self._publish()
        for tell in self._on_load:
            tell()

    def _new(self, kind: ChildKind, name: str) -> Child:
        return Child(
            kind, name, self._launcher, self._timings, self._on_change, take_out_of_nameservers, self._on_interrupt
        )

    def _helper(self, plan: ChildPlan) -> Child:
        """Return a child that no lab file names, with this plan; it is made where there is none."""
        key = key_of(plan)
        child = self._children[key] = self._children.get(key) or self._new(kind_of(plan), plan.name)
        child.set_plan(plan)
        self._publish()
        return child

    def _start_helper(self, plan: ChildPlan, who: str) -> Child:
        child = self._helper(plan)
        child.asked_by = who
        self._on_order([child.key], "start", who)
        self._orders.start([child])
        return child

    def _on_interrupt(self, child: Child, calls: list[dict[str, Any]], who: str) -> str:
        what = ", ".join(f"{call.get('object_id')}: {call.get('role')}" for call in calls)
        self._on_order([child.key], "restart", f"{who} ({what})" if who else what)
        return child.interrupt(calls, who)

    def _with_nameservers(self, keys: Sequence[str]) -> list[str]:
        """Return these children and the nameservers that they register with and that do not run."""
        with self._lock:
            alive = {key for key, status in self._statuses.items() if status.state.alive}
        return [*(key for key in nameservers_for(keys, self._plans) if key not in alive), *keys]

    def _order(self, name: str, order: Callable[[Sequence[Child]], None], keys: Sequence[str], who: str) -> None:
        wanted = tuple(dict.fromkeys(keys))

        def give() -> None:
            children = [self._children[key] for key in wanted if key in self._children]
            for child in children:
                child.asked_by = who
            if children:
                self._on_order([child.key for child in children], name, who)
                order(children)

        if not self._closed:
            self._thread.loop.call_soon_threadsafe(give)

    def _on_order(self, keys: Sequence[str], order: str, who: str) -> None:
        if not keys:
            return
        self._watch.ordered(keys, order, who)
        logger.info("%s %s%s", order, ", ".join(keys), f", asked by {who}" if who else "")

    def _on_hello(self, hello: dict[str, Any], connection: LinkConnection) -> str:
        try:
            kind, name, pid = ChildKind(hello["kind"]), str(hello["name"]), int(hello["pid"])
            ident = str(hello.get("ident") or "")
        except (KeyError, ValueError, TypeError):
            return "the hello is not complete"
        key = child_key(kind, name)
        child = self._children.get(key)
        if child is None:  # started for another lab file: shown and stoppable until it ends
            child = self._children[key] = self._new(kind, name)
        refusal = child.hello(pid, ident, connection)
        self._forget_if_over(child)
        return refusal

    def _on_change(self, child: Child) -> None:
        if self._children.get(child.key) is not child:
            return  # not taken up yet: `_load` publishes it
        if self._recordings.note(child.key, child.state):
            child.set_plan(None)
            self._launcher.discard(child.key)
        self._forget_if_over(child)
        with self._lock:
            if child.key in self._children:
                self._statuses[child.key] = child.status
            else:
                self._statuses.pop(child.key, None)
            subscribers = list(self._subscribers)
        self._history.on_status(child.status)
        for event in self._watch.note(child.status, time.time()):
            self._history.on_event(event)
        for tell in subscribers:
            try:
                tell(child.status)
            except Exception:
                logger.exception("a subscriber failed")

    def _forget_if_over(self, child: Child) -> None:
        if child.plan is None and not child.state.alive:
            self._children.pop(child.key, None)
            self._history.forget(child.key)

    def _changes(self, plan: LabPlan) -> tuple[PlanChange, ...]:
        of_lab = [status for status in self.statuses() if status.kind in (ChildKind.NAMESERVER, ChildKind.DAEMON)]
        return changes(self._plans, plan, {status.key: status.state for status in of_lab})

    def _publish(self) -> None:
        with self._lock:
            self._statuses = {key: child.status for key, child in self._children.items()}
