"""A supervisor in another process, as windows and commands use it: `SupervisorApi` over its own interface.

One thread follows the changes of all statuses and finds the supervisor again when it was lost; one gives orders, in
their order; questions are asked on the thread of who asks. Limits: only the supervisor of this computer can be started
from here; those of other PCs are asked as soon as they can be reached.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyrolab_gui import paths
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.supervision.calling import Caller
from pyrolab_gui.supervision.places import LocalPlace
from pyrolab_gui.supervision.plan_keys import kind_of
from pyrolab_gui.supervision.version import version
from pyrolab_gui.wire.child import ChildState, ChildStatus
from pyrolab_gui.wire.errors import ConfigInvalid, LabError, NoReply, Unreachable
from pyrolab_gui.wire.plans import LabPlan, lab_to_plain, recorder_from_plain, recorder_to_plain
from pyrolab_gui.wire.supervision import (
    ChildEvent,
    ChildStatistics,
    Hit,
    LabEditor,
    LabProblem,
    LabText,
    LogLines,
    PlanChange,
    SupervisorInfo,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pyrolab_gui.supervision.detached import DetachedStarter
    from pyrolab_gui.supervision.driver_place import DriversThere
    from pyrolab_gui.supervision.places import Place
    from pyrolab_gui.wire.plans import RecorderPlan

_PATIENCE = 10.0
"""Seconds for which an order waits for a supervisor that cannot be reached; then it is given up, and said."""
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0
_FAR_PAUSE = 3.0
"""Another PC may be off for the night, and is not to be knocked at each second."""
_CHANGES = 8.0
"""Seconds within which a supervisor that lives says at least that nothing has changed; its end is seen at once."""
_FAR_CHANGES = 3.0
"""The same for another PC: one that is switched off, or whose cable is pulled, ends no connection."""
_ENDING = 2.0
_LOOKED_FOR = "The supervisor is being looked for."

logger = logging.getLogger(__name__)


class RemoteSupervisor:
    """The supervisor of one computer, wherever its process is in its life.

    Parameters
    ----------
    state_dir
        Where its address file is; None for the user's.
    identity
        Who asks; an event tells who ordered it.
    start
        Start one, detached, whenever there is none; True, or who has begun with that already.
    place
        Where it is, of one on another PC.
    """

    def __init__(
        self,
        state_dir: Path | None = None,
        *,
        identity: Identity | None = None,
        start: bool | DetachedStarter = False,
        place: Place | None = None,
    ) -> None:
        self._caller = Caller(place or LocalPlace(state_dir or paths.state_dir()), identity or Identity.here())
        self._longest_pause = _LONGEST_PAUSE if place is None else _FAR_PAUSE
        self._is_far = place is not None
        self._answered = 0.0
        self._starter = _starter() if start is True else start or None
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        """Told of each change of a status, or of whether the supervisor answers."""
        self._subscribers: list[Callable[[ChildStatus], None]] = []
        self._link_subscribers: list[Callable[[bool, str], None]] = []
        self._statuses: dict[str, ChildStatus] = {}
        self._loading: dict[str, ChildStatus] = {}
        self._lab: tuple[dict[str, Any], str] | None = None
        self._info = SupervisorInfo()
        self._said = (False, _LOOKED_FOR)
        self._reachable = threading.Event()
        self._closing = threading.Event()
        self._orders: queue.SimpleQueue[tuple[str, tuple[Any, ...]] | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._follow, name="supervisor changes", daemon=True),
            threading.Thread(target=self._give_orders, name="supervisor orders", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @classmethod
    def connect(
        cls,
        state_dir: Path | None = None,
        *,
        identity: Identity | None = None,
        start: bool | DetachedStarter = False,
        timeout: float = 20.0,
        place: Place | None = None,
    ) -> RemoteSupervisor:
        """Return one that is connected; blocks until it is.

        Raises
        ------
        Unreachable
            If no supervisor runs (with `start`: can be started), or it does not answer.
        """
        found = cls(state_dir, identity=identity, start=start, place=place)
        settled = threading.Event()
        seen: list[str] = []

        def on_link(reachable: bool, sentence: str) -> None:
            seen.append(sentence)
            if reachable or (not start and sentence != _LOOKED_FOR):
                settled.set()

        found.subscribe_link(on_link)
        settled.wait(timeout)
        if found.reachable:
            return found
        found.close(stop_children=False)
        raise Unreachable(seen[-1])

    # -- SupervisorApi: orders and statuses ------------------------------------------------------------------------

    @property
    def reachable(self) -> bool:
        """Whether the supervisor answers."""
        return self._reachable.is_set()

    @property
    def last_seen(self) -> float:
        """When it answered last, in seconds since the epoch; 0 if it never did."""
        return self._answered

    def load(self, plan: LabPlan, path: str = "") -> None:
        """Take over a lab; see `SupervisorApi.load`."""
        from pyrolab_gui.supervision.lab_text import parts_of  # most commands load none

        with self._lock:
            parts = parts_of(plan)
            fresh = {key: ChildStatus(kind_of(part), part.name) for key, part in parts.items()}
            self._loading = fresh
            self._lab = (lab_to_plain(plan), path)
            left = {key: status for key, status in self._statuses.items() if status.state.alive}
            self._statuses = {**{key: self._statuses.get(key, status) for key, status in fresh.items()}, **left}
            self._orders.put(("load", self._lab))

    def start(self, keys: Sequence[str]) -> None:
        """Start children."""
        self._orders.put(("start", (list(keys),)))

    def stop(self, keys: Sequence[str]) -> None:
        """Stop children."""
        self._orders.put(("stop", (list(keys),)))

    def restart(self, keys: Sequence[str]) -> None:
        """Restart children."""
        self._orders.put(("restart", (list(keys),)))

    def interrupt(self, location: str, calls: list[dict[str, Any]]) -> str:
        """End a daemon and start it again, with calls to make first; see `SupervisorApi.interrupt`."""
        return str(self._caller.ask("interrupt", location, calls))

    def record(self, plan: RecorderPlan) -> None:
        """Begin a recording; see `SupervisorApi.record`."""
        _unless_error(self._caller.ask("record", recorder_to_plain(plan)))

    def recordings(self) -> tuple[RecorderPlan, ...]:
        """Return the plans of the recordings that are not over."""
        return tuple(recorder_from_plain(item) for item in self._caller.ask("recordings"))

    def relay(self) -> str:
        """Return the URI of the relay of this computer; see `SupervisorApi.relay`."""
        return str(_unless_error(self._caller.ask("relay"))["uri"])

    def tell(self, key: str, what: dict[str, Any]) -> None:
        """Tell a child something about its own work."""
        _unless_error(self._caller.ask("tell", key, what))

    def statuses(self) -> tuple[ChildStatus, ...]:
        """Return all children as they were told last."""
        with self._lock:
            return tuple(self._statuses.values())

    def subscribe(self, callback: Callable[[ChildStatus], None]) -> Callable[[], None]:
        """Call `callback` on a thread of this object with each new status; return what ends that."""
        return self._subscribed(self._subscribers, callback)

    def subscribe_link(self, callback: Callable[[bool, str], None]) -> Callable[[], None]:
        """Call `callback` now and at each change; see `SupervisorApi.subscribe_link`."""
        with self._lock:
            callback(*self._said)
            return self._subscribed(self._link_subscribers, callback)

    # -- SupervisorApi: questions ----------------------------------------------------------------------------------

    def info(self) -> SupervisorInfo:
        """Return which supervisor this is, as far as is known."""
        with self._lock:
            return self._info

    def log_tail(self, key: str, lines: int = 200) -> str:
        """Return the last lines of a child's output."""
        return str(self._caller.ask("log_tail", key, lines))

    def log_lines(self, key: str, after: str = "", limit: int = 1000) -> LogLines:
        """Return what a child wrote after a position."""
        return LogLines.from_plain(self._caller.ask("log_lines", key, after, limit))

    def lab(self) -> LabText:
        """Return the lab file."""
        return LabText.from_plain(_unless_error(self._caller.ask("lab")))

    def lab_versions(self) -> tuple[LabText, ...]:
        """Return what the lab file said before."""
        return tuple(LabText.from_plain(item) for item in self._caller.ask("lab_versions"))

    def set_lab(self, text: str, path: str, based_on: str) -> tuple[LabProblem, ...]:
        """Write the lab file and take it over."""
        return tuple(LabProblem.from_plain(item) for item in self._caller.ask("set_lab", text, path, based_on))

    def editing(self, path: str, changes: int) -> tuple[LabEditor, ...]:
        """Say how many edits are not saved here; return who else has some."""
        return tuple(LabEditor.from_plain(item) for item in self._caller.ask("editing", path, changes))

    def planned(self) -> tuple[PlanChange, ...]:
        """Return what `reload` would do now."""
        said = _unless_error(self._caller.ask("planned"))
        return tuple(PlanChange.from_plain(item) for item in said["changes"])

    def reload(self) -> tuple[PlanChange, ...]:
        """Take over the lab file as it stands now."""
        said = _unless_error(self._caller.ask("reload"))
        return tuple(PlanChange.from_plain(item) for item in said["changes"])

    def events(self, after: float = 0.0) -> tuple[ChildEvent, ...]:
        """Return what happened after a time."""
        return tuple(ChildEvent.from_plain(item) for item in self._caller.ask("events", after))

    def statistics(self, key: str) -> ChildStatistics:
        """Return the numbers of a child."""
        return ChildStatistics.from_plain(self._caller.ask("statistics", key))

    def hits(self, keys: Sequence[str]) -> tuple[Hit, ...]:
        """Return what a stop or restart hits."""
        return tuple(Hit.from_plain(item) for item in self._caller.ask("hits", list(keys)))

    def drivers(self, name: str) -> DriversThere:
        """Return what asks the drivers of its computer, which is called `name` in sentences."""
        from pyrolab_gui.supervision.driver_place import DriversThere

        return DriversThere(self._caller, name)

    # -- the end ---------------------------------------------------------------------------------------------------

    def close(self, *, stop_children: bool, timeout: float = 15.0) -> None:
        """Let go of the supervisor; with `stop_children` see `SupervisorApi.close`. A second call does nothing."""
        if self._closing.is_set():
            return
        self._starter = None
        if stop_children:
            deadline = time.monotonic() + timeout
            try:
                if self._caller.ask("leave"):
                    self._await(lambda: not self.reachable, deadline)
                else:
                    self.stop([status.key for status in self.statuses()])
                    self._await(lambda: not any(status.state.alive for status in self.statuses()), deadline)
            except LabError as error:
                logger.warning("the children could not be stopped: %s", error)
        self._orders.put(None)
        if self.reachable:
            self._threads[1].join(_ENDING)  # what was ordered is told first
        self._closing.set()
        self._caller.close()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(_ENDING)

    def shutdown(self, *, stop_children: bool, timeout: float = 15.0) -> bool:
        """End the supervisor process, and with `stop_children` every child; return whether it has ended in time.

        Raises
        ------
        LabError
            If it cannot be asked.
        """
        self._starter = None  # it is meant to be gone
        self._caller.ask("shutdown", stop_children)
        return self._await(lambda: not self.reachable, time.monotonic() + timeout)

    def _await(self, reached: Callable[[], bool], deadline: float) -> bool:
        """Wait until a change makes it so; return whether one has in time."""
        with self._changed:
            return self._changed.wait_for(reached, max(0.0, deadline - time.monotonic()))

    # -- the thread that follows changes ---------------------------------------------------------------------------

    def _follow(self) -> None:
        pause = _FIRST_PAUSE
        while not self._closing.is_set():
            try:
                with self._caller.connection(_FAR_CHANGES if self._is_far else _CHANGES) as proxy:
                    self._info = SupervisorInfo.from_plain(proxy.info())
                    number = 0
                    while not self._closing.is_set():
                        answer = proxy.changes(number)
                        self._answered = time.time()
                        number = int(answer["number"])
                        self._take(answer)
                        if not self._reachable.is_set():
                            self._hand_over_lab()
                            self._tell_link(True, _introduced(self._info))
                            pause = _FIRST_PAUSE
            except LabError as error:
                self._lost(error)
            except Exception as error:  # noqa: BLE001 - whatever it was, the supervisor is looked for again
                self._lost(LabError("The supervisor answers what this version does not understand.", repr(error)))
            self._closing.wait(pause)
            pause = min(pause * 1.5, _FIRST_PAUSE if self._starter is not None else self._longest_pause)

    def _hand_over_lab(self) -> None:
        """Tell the lab to a supervisor that knows none: the one before was lost with all that it knew."""
        with self._lock:
            if self._lab is not None and not self._loading and not self._info.knows_lab:
                self._orders.put(("load", self._lab))

    def _lost(self, error: LabError) -> None:
        if self._closing.is_set():
            with self._changed:
                self._reachable.clear()
                self._changed.notify_all()
            return
        sentence = error.sentence
        if self._starter is not None and not isinstance(error, NoReply):  # one that is silent keeps all others out
            try:
                reason = self._starter.ensure()
                sentence = reason or f"{sentence} A supervisor is being started."
            except OSError as failure:
                sentence = f"No supervisor can be started: {failure.strerror or failure}."
        self._tell_link(False, sentence)
        with self._lock:
            stale = [status for status in self._statuses.values() if not status.stale]
        for status in stale:
            self._put(replace(status, stale=True))

    def _take(self, answer: dict[str, Any]) -> None:
        if "all" in answer:
            self._take_all([ChildStatus.from_plain(item) for item in answer["all"]])
            return
        for change in answer["changes"]:
            self._put(ChildStatus.from_plain(change["status"]), gone=bool(change["gone"]))

    def _take_all(self, statuses: list[ChildStatus]) -> None:
        with self._lock:
            before = self._statuses
            told = {status.key: status for status in statuses}
            waiting = {key: before.get(key, status) for key, status in self._loading.items() if key not in told}
            self._statuses = {**told, **waiting}
            self._changed.notify_all()
            changed = [status for status in statuses if before.get(status.key) != status]
            gone = [status for key, status in before.items() if key not in self._statuses]
        for status in changed:
            self._tell(status)
        for status in gone:
            self._tell(replace(status, state=ChildState.STOPPED, pid=0, started=0.0, changed=True, stale=False))

    def _put(self, status: ChildStatus, *, gone: bool = False) -> None:
        with self._lock:
            if gone:
                self._statuses.pop(status.key, None)
            else:
                self._statuses[status.key] = status
            self._changed.notify_all()
        self._tell(status)

    def _tell(self, status: ChildStatus) -> None:
        with self._lock:
            subscribers = list(self._subscribers)
        for tell in subscribers:
            try:
                tell(status)
            except Exception:
                logger.exception("a subscriber failed")

    def _tell_link(self, reachable: bool, sentence: str) -> None:
        with self._lock:
            if reachable:
                self._reachable.set()
            else:
                self._reachable.clear()
            self._changed.notify_all()
            if self._said == (reachable, sentence):
                return
            self._said = (reachable, sentence)
            subscribers = list(self._link_subscribers)
        for tell in subscribers:
            try:
                tell(reachable, sentence)
            except Exception:
                logger.exception("a subscriber failed")

    # -- the thread that gives orders ------------------------------------------------------------------------------

    def _give_orders(self) -> None:
        while (order := self._orders.get()) is not None:
            name, arguments = order
            deadline = time.monotonic() + _PATIENCE
            while not self._closing.is_set() and not self._reachable.is_set() and time.monotonic() < deadline:
                self._reachable.wait(0.1)
            try:
                self._caller.ask(name, *arguments)
            except LabError as error:
                words = f"“{name}” could not be told to the supervisor: {error.sentence}"
                logger.warning("%s", words)
                self._tell_link(self.reachable, words)
            if name == "load":
                with self._lock:
                    self._loading = {}

    def _subscribed(self, subscribers: list[Any], callback: Any) -> Callable[[], None]:
        with self._lock:
            subscribers.append(callback)

        def end() -> None:
            with self._lock:
                if callback in subscribers:
                    subscribers.remove(callback)

        return end


def _starter() -> DetachedStarter:
    from pyrolab_gui.supervision.detached import DetachedStarter  # most commands start none

    return DetachedStarter()


def _introduced(info: SupervisorInfo) -> str:
    words = f"Supervised by process {info.pid} on {info.host}, version {info.version}"
    mine = version()
    return f"{words}." if info.version == mine else f"{words}; this program is version {mine}."


def _unless_error(answer: dict[str, Any]) -> dict[str, Any]:
    if "error" not in answer:
        return answer
    kind = ConfigInvalid if answer.get("class") == "ConfigInvalid" else LabError
    raise kind(str(answer["error"]), str(answer.get("detail") or ""))
