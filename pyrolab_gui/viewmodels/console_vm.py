"""One instrument's console: its description, values, settings, calls, lock and health, as Qt signals.

Everything is asked through futures and answered by signals on the Qt thread; nothing here waits. Readings come from
the window's feed while the console is visible and from nowhere while it is hidden. Limits: knows an instrument by its
description alone; how it is drawn is the console view's matter.
"""

from __future__ import annotations

import time
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from pyrolab_gui.viewmodels import units
from pyrolab_gui.viewmodels.console_layout import URGENT, ConsoleLayout
from pyrolab_gui.viewmodels.console_peers import LOCK_MEMBERS, Peers
from pyrolab_gui.viewmodels.lock_state import LockState
from pyrolab_gui.viewmodels.member_state import MemberState
from pyrolab_gui.viewmodels.runs import Run, Runs
from pyrolab_gui.viewmodels.value_text import short_literal, value_text
from pyrolab_gui.wire.errors import LabError, Locked, NoReply, Unreachable
from pyrolab_gui.wire.health import Health, Links, ProcessLink, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pyrolab_gui.viewmodels.instrument_pool import Lease
    from pyrolab_gui.viewmodels.ports import BridgePort, InstrumentPort
    from pyrolab_gui.viewmodels.readings import Readings, Watch
    from pyrolab_gui.wire.description import MemberDescription, ServiceDescription, TypeDescription

READING_PERIOD = 1.0
"""Seconds between readings while a console is visible."""

LOCK_PERIOD_MS = 3000

LOOKS_ONLY = "this window only looks"

CALL_TIMEOUT = 24 * 3600.0
"""Seconds: a person sees a call run and may leave it; the death of its process ends it at once."""

HEAVY_KINDS = frozenset(["list", "tuple", "dict", "array", "any", "union", "bytes"])
"""Kinds that may be large: read when asked, not every second."""
UNSAMPLED_KINDS = frozenset(["datetime", "complex"])
"""Kinds that a daemon's readings do not carry: read when asked."""


def _inner_kind(type_: TypeDescription) -> str:
    return type_.items[0].kind if type_.kind == "optional" and type_.items else type_.kind


class ConsoleViewModel(QObject):
    """The state of one instrument's console.

    Parameters
    ----------
    lease
        The instrument, closed with the console unless a plot still needs it.
    make_side
        Makes a second connection, for stop and safe state while a call runs.
    make_daemon
        Makes a connection to the daemon object at an address, to learn what others do.
    find
        Returns the instrument's newest address.
    layout
        How it is arranged; by default as the driver does.
    read_only
        Whether this window only looks.
    """

    described = Signal()
    valueChanged = Signal(str)
    runsChanged = Signal()
    runFinished = Signal(object)
    lockChanged = Signal()
    verdictChanged = Signal()
    pendingChanged = Signal()

    def __init__(
        self,
        lease: Lease,
        readings: Readings,
        bridge: BridgePort,
        who: str = "",
        make_side: Callable[[], InstrumentPort] | None = None,
        make_daemon: Callable[[str], InstrumentPort] | None = None,
        find: Callable[[], str] | None = None,
        layout: ConsoleLayout | None = None,
        read_only: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.name = lease.name
        self.layout = layout or ConsoleLayout()
        self.read_only = read_only
        self.uri = lease.uri
        self.lease = lease
        self.description: ServiceDescription | None = None
        self.describe_error: LabError | None = None
        self.members: dict[str, MemberState] = {}
        self.runs = Runs()
        self.lock = LockState()
        self.verdict = judge(self.name, Links())
        self.verdict_since = time.time()
        self._readings = readings
        self._bridge = bridge
        self._who = who
        self._make_side = make_side
        self._side: InstrumentPort | None = None
        self._watches: dict[str, Watch] = {}
        self._plotted: frozenset[str] = frozenset()
        self._visible = False
        self._closed = False
        self._describing = False
        self._links = Links()
        self.answered: float | None = None
        """When the instrument itself answered this window last, in seconds since the epoch."""
        self._peers: Peers | None = None
        if make_daemon is not None:
            self._peers = Peers(
                find or (lambda: self.uri), make_daemon, bridge, self.runs, who, lambda name: name in self.members, self
            )
            self._peers.changed.connect(self.runsChanged)
            self._peers.lockTold.connect(self._on_lock_told)
        self._lock_timer = QTimer(self)
        self._lock_timer.setInterval(LOCK_PERIOD_MS)
        self._lock_timer.timeout.connect(self._ask_lock_again)
        self.lockChanged.connect(self._on_lock_changed)

    # -- life ------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Ask for the description; `described` follows."""
        self._describe()

    def close(self) -> None:
        """End the console: readings, connections, waiting calls."""
        if self._closed:
            return
        self._closed = True
        self._lock_timer.stop()
        self._unwatch()
        if self._peers is not None:
            self._peers.stop()
        if self._side is not None:
            self._side.close()
        self.lease.close()

    def set_visible(self, visible: bool) -> None:
        """Start or end the readings of all members that may be read on their own."""
        if visible == self._visible or self._closed:
            return
        self._visible = visible
        if visible:
            self._watch()
            self._watch_others()
        else:
            self._unwatch()
            if self._peers is not None:
                self._peers.stop()

    # -- description -----------------------------------------------------------------------------------------------

    def _describe(self) -> None:
        if not self._describing and not self._closed:
            self._describing = True
            self._then(self.lease.instrument.describe(), self._on_described)

    def _on_described(self, description: ServiceDescription | None, error: LabError | None) -> None:
        self._describing = False
        if description is None:
            self.describe_error = error
            self.described.emit()
            return
        self.describe_error = None
        if not self._find_units(description):
            return
        if description != self.description:
            self._unwatch()
            self.description = description
            old, self.members = self.members, {}
            for member in self.properties():
                state = old.get(member.name)
                if state is None or state.member != member:
                    state = MemberState(member)
                    state.find_unit()
                self.members[member.name] = state
            self.described.emit()
        if self._visible:
            self._watch()
            self._watch_others()
        self._read_unwatched_once()
        self.refresh_lock()

    def _find_units(self, description: ServiceDescription) -> bool:
        """Look up the units that the lab wants to see; False if that takes a moment, and the description waits."""
        if all(MemberState(member).find_unit() for member in description.members):
            return True
        self._describing = True
        units.load(lambda: self._bridge.post(self._on_described, description, None))
        return False

    def properties(self) -> list[MemberDescription]:
        """Return the properties, in the driver's order."""
        return [] if self.description is None else [m for m in self.description.members if m.kind == "property"]

    def methods(self) -> list[MemberDescription]:
        """Return the methods that get a form: all but the lock's own, which have their place in the header."""
        if self.description is None:
            return []
        hidden = LOCK_MEMBERS if self.description.lockable else frozenset()
        return [m for m in self.description.members if m.kind == "method" and m.name not in hidden]

    def is_watched(self, member: MemberDescription) -> bool:
        """Whether a member is read on its own while the console is visible."""
        return (
            self.description is not None
            and self.description.described
            and member.kind == "property"
            and member.readable
            and member.refresh != "never"
            and not {member.returns.kind, _inner_kind(member.returns)} & (HEAVY_KINDS | UNSAMPLED_KINDS)
        )

    # -- readings --------------------------------------------------------------------------------------------------

    def set_plotted(self, names: Iterable[str]) -> None:
        """Show the readings of plotted members too, which are read anyway."""
        self._plotted = frozenset(names)
        if self._visible:
            self._watch()

    def _watch(self) -> None:
        """Watch what is to be watched now, and nothing else."""
        if self._closed:
            return
        wanted = [m.name for m in self.properties() if self.is_watched(m) or (m.readable and m.name in self._plotted)]
        for name in set(self._watches).difference(wanted):
            self._watches.pop(name).close()
        for name in wanted:
            if name not in self._watches:
                self.members[name].streaming = False
                self._watches[name] = self._readings.watch(
                    self.lease.instrument, self.uri, name, READING_PERIOD, self._listener(name)
                )

    def _unwatch(self) -> None:
        watches, self._watches = self._watches, {}
        for watch in watches.values():
            watch.close()

    def _listener(self, name: str) -> Callable[[Any], None]:
        def take(column: Any) -> None:
            state = self.members.get(name)
            if column.times:
                self._heard()
            if state is not None and not self._closed and state.take_column(column):
                self.valueChanged.emit(name)

        return take

    def _read_unwatched_once(self) -> None:
        """Read once what the feed does not bring but may be read, so that settings do not start empty."""
        for name, state in self.members.items():
            member = state.member
            may = member.readable and member.refresh == "auto" and self.description is not None
            if may and not self.is_watched(member) and member.returns.kind not in ("list", "array") and not state.known:
                if self.description is not None and self.description.described:
                    self.read(name)

    def read(self, name: str) -> None:
        """Read one property now; `valueChanged` follows."""
        state = self.members[name]
        if state.reading or not state.member.readable or self._closed:
            return
        state.reading = True

        def done(value: Any, error: LabError | None) -> None:
            state.reading = False
            if error is None:
                state.take(value)
                self._heard()
            else:
                state.error = error
            self.valueChanged.emit(name)

        self._then(self.lease.instrument.get(name), done)
        self.valueChanged.emit(name)

    def refresh(self) -> None:
        """Read all properties that may be read without being asked for one by one, and the lock."""
        if self.description is None or self.describe_error is not None:
            self._describe()
            return
        for name, state in self.members.items():
            if state.member.readable and state.member.refresh != "never":
                self.read(name)
        self.refresh_lock()

    # -- settings --------------------------------------------------------------------------------------------------

    def set_pending(self, name: str, pending: bool) -> None:
        """Note that something is typed into a setting's editor and not sent."""
        state = self.members.get(name)
        if state is not None and state.pending != pending:
            state.pending = pending
            self.pendingChanged.emit()

    def pending_count(self) -> int:
        """Return how many settings are typed and not sent."""
        return sum(state.pending for state in self.members.values())

    def write(self, name: str, value: Any) -> None:
        """Send a value; `valueChanged` follows, with `MemberState.refused` telling why it was not taken."""
        state = self.members[name]
        if self._closed or self.read_only:
            return
        type_ = state.member.setting
        text = value_text(value, type_) if type_.choices or isinstance(value, bool) else short_literal(value)
        run = self.runs.begin_write(name, text, value)
        state.sending, state.refused = True, None

        def done(_result: Any, error: LabError | None) -> None:
            state.sending, state.refused = False, error
            run.finish("done" if error is None else self._outcome(error), error=error)
            self._note_answer(error)
            if error is None:
                if state.member.readable:
                    self.read(name)
                else:
                    state.take(value)
            self.valueChanged.emit(name)
            self._run_ended(run)

        self._then(self.lease.instrument.set(name, value), done)
        self.valueChanged.emit(name)
        self.runsChanged.emit()

    def forget_refusal(self, name: str) -> None:
        """Let go of the reason of a refusal, when the typing goes on."""
        state = self.members.get(name)
        if state is not None and state.refused is not None:
            state.refused = None
            self.valueChanged.emit(name)

    # -- calls -----------------------------------------------------------------------------------------------------

    def call(self, name: str, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None) -> Run:
        """Call a method; `runFinished` follows. Stop and safe state do not queue behind a running call."""
        member = self.description.member(name) if self.description is not None else None
        run = self.runs.begin(name, args, kwargs, member.returns if member is not None else None)
        if self._closed:
            run.finish("failed", error=Unreachable(f"The console of {self.name} is closed."))
            return run
        if self.read_only:
            run.finish("failed", error=LabError(f"{self.name}: {LOOKS_ONLY}."))
            return run
        urgent = member is not None and member.role in URGENT
        patience = self.layout.patience(name)
        if not urgent:
            run.waits_for = next((other.member for other in self.runs.running() if other is not run), "")
        instrument = self._free_connection(run) if urgent else self.lease.instrument

        def done(result: Any, error: LabError | None) -> None:
            if run.outcome != "running":
                return
            run.finish("done" if error is None else self._outcome(error), result, error)
            if not urgent:
                self._note_answer(error)
            self._run_ended(run)

        self._then(instrument.call(name, args, kwargs, timeout=patience or CALL_TIMEOUT), done)
        self.runsChanged.emit()
        return run

    # -- about calls -----------------------------------------------------------------------------------------------

    def asks_first(self, member: MemberDescription) -> bool:
        """Whether a member is to be armed before it acts: the lab file says so, or a person of every action."""
        return member.confirm or (self.layout.ask_first and member.kind == "method" and member.role == "action")

    @property
    def may_stop(self) -> bool:
        """Whether the driver has a method that stops it, called with nothing."""
        return self._stop_member() is not None

    def stop(self) -> None:
        """Call what stops the instrument, beside whatever runs."""
        name = self._stop_member()
        if name is not None:
            self.call(name)

    def _stop_member(self) -> str | None:
        for member in self.methods():
            if member.role == "stop" and not any(parameter.required for parameter in member.parameters):
                return member.name
        return None

    def run_note(self, run: Run) -> str:
        """Return what is known of a call under way: what it waits for, or how long the last one like it took."""
        return self.runs.note(run)

    def leave_running(self, run: Run) -> None:
        """Stop waiting for a call; it may go on in the instrument."""
        if run.outcome == "running":
            run.finish(
                "left",
                error=NoReply(f"{run.text} was left running: its result will not be shown, and it may still go on."),
            )
            self.lease.instrument.abandon()
            self._run_ended(run)

    def _run_ended(self, run: Run) -> None:
        self.runs.release_old_results()
        self.runsChanged.emit()
        self.runFinished.emit(run)

    @staticmethod
    def _outcome(error: LabError) -> Any:
        return "left" if isinstance(error, NoReply) else "failed"

    def _free_connection(self, own: Run | None = None) -> InstrumentPort:
        """Return a connection that no running call (but `own`) blocks: a second one, where it has to be.

        A session service makes an instance per connection, so there the only way is the queue.
        """
        blocked = any(run is not own for run in self.runs.running())
        single = self.description is not None and self.description.instance_mode == "single"
        if not blocked or not single or self._make_side is None:
            return self.lease.instrument
        if self._side is None:
            self._side = self._make_side()
        return self._side

    def repeat(self, run: Run) -> None:
        """Do a call of this window again, with the same arguments."""
        if run.kind == "write":
            self.write(run.member, run.args[0])
        elif run.kind == "call":
            self.call(run.member, run.args, run.kwargs)

    def may_repeat(self, run: Run) -> bool:
        """Whether a line of the history can be done again from here."""
        if not run.ours or run.outcome == "running" or self.description is None:
            return False
        return run.member in self.members if run.kind == "write" else any(m.name == run.member for m in self.methods())

    # -- lock ------------------------------------------------------------------------------------------------------

    @property
    def blocked(self) -> str:
        """Why nothing can be sent or called for now, or an empty text: somebody else has it, or this window looks."""
        return LOOKS_ONLY if self.read_only else self.lock.blocks

    def _watch_others(self) -> None:
        """Learn what others do, where the daemon is one of ours."""
        if self._peers is not None and self.description is not None and self.description.described:
            self._peers.start()

    def _note_answer(self, error: LabError | None) -> None:
        """Learn of the lock, and of the instrument's life, from how a call or a value sent fared."""
        if error is None:
            self._heard()
        if isinstance(error, Locked):
            self.refresh_lock()
        elif error is None and self.lock.holder == "other":
            self.lock.told(False)
            self.lockChanged.emit()

    def _ask_lock_again(self) -> None:
        """Ask whether the other one has given it back, where the daemon has no list that tells."""
        watched = self._peers is not None and self._peers.watches
        if self.lock.holder == "other" and self._visible and not watched and not self.lock.busy:
            self.refresh_lock()

    def _on_lock_told(self, told: tuple[str, float] | None) -> None:
        lockable = self.description is not None and self.description.lockable
        if lockable and self.lock.listed(*(told or ("", 0.0)), self._who):
            self.lockChanged.emit()

    def _on_lock_changed(self) -> None:
        if self.lock.holder == "other" and not self._closed:
            self._lock_timer.start()
        else:
            self._lock_timer.stop()

    def refresh_lock(self) -> None:
        """Ask who holds the lock."""
        if self.description is not None and self.description.lockable and not self._closed:
            self._then(self._free_connection().call("islocked"), self._on_lock_asked)

    def take_lock(self) -> None:
        """Lock the instrument for this window."""
        if not self._closed:
            self.lock.asking()
            self._then(self._free_connection().call("lock", [self._who]), self._on_locked)
            self.lockChanged.emit()

    def give_lock(self) -> None:
        """Unlock it."""
        if not self._closed:
            self.lock.asking()
            self._then(self._free_connection().call("unlock"), self._on_unlocked)
            self.lockChanged.emit()

    def _on_lock_asked(self, locked: Any, error: LabError | None) -> None:
        if error is None:
            self.lock.told(bool(locked))
            self.lockChanged.emit()

    def _on_locked(self, taken: Any, error: LabError | None) -> None:
        self.lock.answered_lock(bool(taken) and error is None, error)
        self.lockChanged.emit()

    def _on_unlocked(self, freed: Any, error: LabError | None) -> None:
        self.lock.answered_unlock(bool(freed) and error is None, error)
        self.lockChanged.emit()

    # -- health ----------------------------------------------------------------------------------------------------

    def set_links(self, links: Links) -> None:
        """Take what is known about the two links; a process that comes back is described again."""
        if links == self._links or self._closed:
            return
        old, self._links = self._links, links
        away = (ProcessLink.UNREACHABLE, ProcessLink.NO_REPLY)
        was_away = old.process in away or self.describe_error is not None
        self._judge()
        if was_away and links.process in (ProcessLink.LIVE, ProcessLink.SLOW):
            if self._peers is not None:
                self._peers.stop()  # its next start finds where the daemon is now
            self._describe()

    def _judge(self) -> None:
        verdict = judge(self.name, self._links.with_answer(self.answered))
        if verdict != self.verdict:
            if verdict.health != self.verdict.health:
                self.verdict_since = time.time()
            self.verdict = verdict
            self.verdictChanged.emit()

    def _heard(self) -> None:
        """Note an answer of the instrument itself."""
        self.answered = time.time()
        if not self._links.fresh and self.verdict.health is Health.NOT_ASKED:
            self._judge()

    def _hear(self, error: LabError | None) -> None:
        """Take an answer, or its absence, for what it says about the link when nobody else watches it."""
        process = self._links.process
        if error is None and process is ProcessLink.UNKNOWN:
            self.set_links(Links(ProcessLink.LIVE))
        elif isinstance(error, Unreachable) and not isinstance(error, NoReply) and process is ProcessLink.UNKNOWN:
            self.set_links(Links(ProcessLink.UNREACHABLE, detail=error.detail))

    # -- futures ---------------------------------------------------------------------------------------------------

    def _then(self, future: Future[Any], done: Callable[[Any, LabError | None], None]) -> None:
        """Run ``done(result, error)`` on the Qt thread when the future ends."""
        future.add_done_callback(lambda ended: self._bridge.post(self._on_future, ended, done))

    def _on_future(self, future: Future[Any], done: Callable[[Any, LabError | None], None]) -> None:
        if self._closed:
            return
        try:
            result = future.result()
        except LabError as error:
            self._hear(error)
            done(None, error)
        except CancelledError:
            done(None, Unreachable(f"The call to {self.name} was given up."))
        except Exception as error:  # noqa: BLE001 - whatever a worker raised is shown, never swallowed
            done(None, LabError(f"{self.name}: {error or type(error).__name__}", repr(error)))
        else:
            self._hear(None)
            done(result, None)
