"""One instrument's console: its description, values, settings, calls, lock and health, as Qt signals.

Everything is asked through futures and answered by signals on the Qt thread; nothing here waits. What it is made of
stands in modules of its own: properties, calls, the lock, what others do. Limits: knows an instrument by its
description alone; how it is drawn is the console view's matter.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels import units
from pyrolab_gui.viewmodels.answers import Answers
from pyrolab_gui.viewmodels.console_calls import LOOKS_ONLY, ConsoleCalls, outcome_of
from pyrolab_gui.viewmodels.console_layout import ConsoleLayout
from pyrolab_gui.viewmodels.console_lock import ConsoleLock
from pyrolab_gui.viewmodels.console_members import ConsoleMembers
from pyrolab_gui.viewmodels.console_peers import LOCK_MEMBERS, Peers
from pyrolab_gui.viewmodels.member_state import MemberState
from pyrolab_gui.viewmodels.runs import progress_text
from pyrolab_gui.viewmodels.value_text import short_literal, value_text
from pyrolab_gui.wire.errors import LabError, Locked, NoReply, Unreachable
from pyrolab_gui.wire.health import Health, Links, ProcessLink, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pyrolab_gui.viewmodels.console_calls import MakeUrgently
    from pyrolab_gui.viewmodels.instrument_pool import Lease
    from pyrolab_gui.viewmodels.lock_state import LockState
    from pyrolab_gui.viewmodels.ports import BridgePort, InstrumentPort
    from pyrolab_gui.viewmodels.readings import Readings
    from pyrolab_gui.viewmodels.runs import Run, Runs
    from pyrolab_gui.wire.description import MemberDescription, ServiceDescription


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
    urgently
        Stops the instrument, or makes it safe, past everybody (`console_calls.ConsoleCalls`).
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
    progressChanged = Signal()
    """How far a call is, or what a stream has brought so far."""
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
        urgently: MakeUrgently | None = None,
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
        self.verdict = judge(self.name, Links())
        self.verdict_since = time.time()
        self.answered: float | None = None
        """When the instrument itself answered this window last, in seconds since the epoch."""
        self.unknown_since = 0.0
        """Since when nobody knows the state of the instrument, because its daemon crashed; 0 where it is known."""
        self._links = Links()
        self._visible = self._closed = self._describing = False
        self._away = False
        """Whether its process was away, and has not been seen to live since: for a moment, nobody knows."""
        self._answers = Answers(lease.name, bridge, self._hear)
        self._calls = ConsoleCalls(
            lease, self._answers, self.layout, make_side, urgently, self._note_answer, read_only, self
        )
        self._calls.changed.connect(self.runsChanged)
        self._calls.finished.connect(self.runFinished)
        self._calls.progressed.connect(self.progressChanged)
        self._table = ConsoleMembers(lease, readings, self._answers, self._calls.free_connection, self._heard, self)
        self._table.valueChanged.connect(self.valueChanged)
        self._table.pendingChanged.connect(self.pendingChanged)
        self._lock = ConsoleLock(self._calls.free_connection, self._answers, who, self._must_ask_for_lock, self)
        self._lock.changed.connect(self.lockChanged)
        self._peers: Peers | None = None
        if make_daemon is not None:
            found = find or (lambda: self.uri)

            def daemon_of() -> str:
                return getattr(lease.instrument, "relayed", "") or found()

            self._peers = Peers(daemon_of, make_daemon, bridge, self.runs, who, lambda name: name in self.members, self)
            self._peers.changed.connect(self.runsChanged)
            self._peers.lockTold.connect(self._on_lock_told)
            self._peers.unknownTold.connect(self._on_unknown_told)
            self._peers.progressTold.connect(self._on_progress_told)
            self.runsChanged.connect(self._peers.watch_progress)
        self.runsChanged.connect(self._on_runs_changed)

    def _on_lock_told(self, line: Any) -> None:
        if not self.foreign_lock:  # that one is not the relay's to list
            self._lock.told(line)

    def _on_unknown_told(self, since: float) -> None:
        self.unknown_since = since
        self.verdictChanged.emit()

    def _on_progress_told(self, member: str, who: str, part: float) -> None:
        if self.runs.note_progress(member, who, part):
            self.progressChanged.emit()

    # -- life ------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Ask for the description; `described` follows."""
        self._describe()

    def close(self) -> None:
        """End the console: readings, connections, waiting calls."""
        if self._closed:
            return
        self._closed = True
        self._answers.close()
        self._lock.close()
        self._table.watch()
        if self._peers is not None:
            self._peers.stop()
        self._calls.close()
        self.lease.close()

    def set_visible(self, visible: bool) -> None:
        """Start or end the readings of all members that may be read on their own."""
        if visible == self._visible or self._closed:
            return
        self._visible = visible
        self._table.set_visible(visible)
        if visible:
            self._watch_others()
        elif self._peers is not None:
            self._peers.stop()

    # -- description -----------------------------------------------------------------------------------------------

    def _describe(self) -> None:
        if not self._describing and not self._closed:
            self._describing = True
            self._answers.then(self.lease.instrument.describe(), self._on_described)

    def _on_described(self, description: ServiceDescription | None, error: LabError | None) -> None:
        self._describing = False
        if description is None:
            self.describe_error = error
            self.described.emit()
            return
        self.describe_error = None
        if self._closed or not self._find_units(description):
            return
        if description != self.description:
            self.description = description
            self._table.describe(description)
            self._calls.members = self.methods()
            self._calls.single = description.instance_mode == "single" or description.relayed
            self._calls.past_all = description.described and not description.relayed
            self._lock.lockable = description.lockable
            self.described.emit()
        self._table.watch()
        if self._visible:
            self._watch_others()
        self._table.read_once()
        self.refresh_lock()

    def _find_units(self, description: ServiceDescription) -> bool:
        """Look up the units that the lab wants to see; False if that takes a moment, and the description waits."""
        if all(MemberState(member).find_unit() for member in description.members):
            return True
        self._describing = True
        units.load(lambda: self._answers.post(self._on_described, description, None))
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

    # -- properties ------------------------------------------------------------------------------------------------

    @property
    def members(self) -> dict[str, MemberState]:
        """What is known of each property."""
        return self._table.states

    def is_watched(self, member: MemberDescription) -> bool:
        """Whether a member is read on its own while the console is visible."""
        return self._table.is_watched(member)

    def set_plotted(self, names: Iterable[str]) -> None:
        """Show the readings of plotted members too, which are read anyway."""
        self._table.set_plotted(names)

    def read(self, name: str) -> None:
        """Read one property now; `valueChanged` follows."""
        self._table.read(name)

    def refresh(self) -> None:
        """Read all properties that may be read without being asked for one by one, and the lock."""
        if self.description is None or self.describe_error is not None:
            self._describe()
            return
        self._table.read_all()
        self.refresh_lock()

    def set_pending(self, name: str, pending: bool) -> None:
        """Note that something is typed into a setting's editor and not sent."""
        self._table.set_pending(name, pending)

    def pending_count(self) -> int:
        """Return how many settings are typed and not sent."""
        return self._table.pending_count()

    def forget_refusal(self, name: str) -> None:
        """Let go of the reason of a refusal, when the typing goes on."""
        self._table.forget_refusal(name)

    def write(self, name: str, value: Any) -> None:
        """Send a value; `valueChanged` follows, with `MemberState.refused` telling why it was not taken."""
        if self._closed or self.read_only:
            return
        type_ = self.members[name].member.setting
        text = value_text(value, type_) if type_.choices or isinstance(value, bool) else short_literal(value)
        run = self.runs.begin_write(name, text, value)

        def done(error: LabError | None) -> None:
            run.finish(outcome_of(error), error=error)
            self._note_answer(error)
            self.valueChanged.emit(name)
            self._calls.ended(run)

        self._table.send(name, value, done)
        self.runsChanged.emit()

    # -- calls -----------------------------------------------------------------------------------------------------

    @property
    def runs(self) -> Runs:
        """The calls of this window and of others."""
        return self._calls.runs

    def call(self, name: str, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None) -> Run:
        """Call a method; `runFinished` follows. Stop and safe state do not queue behind a running call."""
        return self._calls.call(name, args, kwargs)

    def asks_first(self, member: MemberDescription) -> bool:
        """Whether a member is to be armed before it acts: the lab file says so, or a person of every action."""
        return member.confirm or (self.layout.ask_first and member.kind == "method" and member.role == "action")

    def reaches(self, member: MemberDescription) -> bool:
        """Whether a member can be called though the daemon does not reply: that one is ended, and the next calls it."""
        return self._calls.silent and self._calls.goes_past_all(member) and not self.read_only

    @property
    def may_stop(self) -> bool:
        """Whether the driver has a method that stops it, called with nothing."""
        return bool(self._calls.stop_member())

    def may_halt(self, member: MemberDescription) -> bool:
        """Whether a running call of a member, or a value on its way, can be stopped: by the driver or in its steps."""
        in_steps = member.streaming or member.ramped
        return self.may_stop or (in_steps and self._calls.may_halt)

    def stop(self) -> None:
        """Stop the instrument, beside whatever runs: by its driver, else what goes in steps ends after this one."""
        if self.may_stop:
            self.call(self._calls.stop_member())
        elif self._calls.may_halt:
            self._calls.halt()

    def run_note(self, run: Run) -> str:
        """Return what is known of a call under way: what it waits for, or how long the last one like it took."""
        return self.runs.note(run)

    def way_note(self, name: str) -> str:
        """Return what is known of a value that is sent: how far it is, where the daemon brings it there in steps."""
        run = next(iter(self.runs.running(name)), None)
        if run is None or not self.members[name].member.ramped:
            return "sending…"
        return " · ".join(filter(None, ("on its way", progress_text(run))))

    def leave_running(self, run: Run) -> None:
        """Stop waiting for a call; it may go on in the instrument."""
        self._calls.leave_running(run)

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
        return run.member in self.members if run.kind == "write" else self._calls.is_method(run.member)

    def may_go_on(self, run: Run) -> bool:
        """Whether a call may be made again and again."""
        return self._calls.may_go_on(run) and self.may_repeat(run)

    def _on_runs_changed(self) -> None:
        self._table.set_busy(any(run.kind == "call" for run in self.runs.occupying()))

    # -- lock and others -------------------------------------------------------------------------------------------

    @property
    def lock(self) -> LockState:
        """Whose it is."""
        return self._lock.state

    @property
    def blocked(self) -> str:
        """Why nothing can be sent or called for now, or an empty text: somebody else has it, or this window looks."""
        return LOOKS_ONLY if self.read_only else self.lock.blocks

    @property
    def foreign_lock(self) -> bool:
        """Whether the lock is one of a server that is not ours: it belongs to a connection, and tells no more."""
        return self.description is not None and (self.description.relayed or not self.description.described)

    def refresh_lock(self) -> None:
        """Ask who holds the lock."""
        self._lock.refresh()

    def take_lock(self, purpose: str = "", seconds: float = 0.0) -> None:
        """Lock the instrument for this person; for so many seconds in any case, where any are given."""
        self._lock.take(purpose, seconds, foreign=self.foreign_lock)

    def give_lock(self) -> None:
        """Unlock it."""
        self._lock.give()

    @property
    def may_ask(self) -> bool:
        """Whether its daemon knows of purposes, ends, and of those who ask for a lock."""
        return self.lock.told_use and self._peers is not None and self._peers.watches and not self.read_only

    def ask_for_lock(self, note: str) -> None:
        """Ask whoever has it to give it to this person."""
        if self._peers is not None:
            self._peers.tell("ask_for_lock", note)

    def withdraw_request(self) -> None:
        """Ask no more."""
        if self._peers is not None:
            self._peers.tell("withdraw_request")

    def answer_request(self, number: int, give: bool) -> None:
        """Give the lock to one who asks, or keep it."""
        if self._peers is not None:
            self._peers.tell("answer_request", number, give)

    def set_who(self, who: str) -> None:
        """Note what this window is called from now on."""
        self._lock.set_who(who)
        if self._peers is not None:
            self._peers.set_who(who)

    def _watch_others(self) -> None:
        """Learn what others do, where the daemon is one of ours."""
        known = self.description
        if self._peers is not None and known is not None and (known.described or known.relayed):
            self._peers.start()

    def _must_ask_for_lock(self) -> bool:
        """Whether only a question tells that the other one has given it back: the daemon has no list that does."""
        return self._visible and (self.foreign_lock or not (self._peers is not None and self._peers.watches))

    def _note_answer(self, error: LabError | None) -> None:
        """Learn of the lock, and of the instrument's life, from how a call or a value sent fared."""
        if error is None:
            self._heard()
            self._lock.was_let_in()
        elif isinstance(error, Locked):
            self.refresh_lock()

    # -- health ----------------------------------------------------------------------------------------------------

    def set_links(self, links: Links) -> None:
        """Take what is known about the two links; a process that comes back is described again."""
        if links == self._links or self._closed:
            return
        self._links = links
        self._calls.silent = links.process is ProcessLink.NO_REPLY
        self._away = self._away or links.process in (ProcessLink.UNREACHABLE, ProcessLink.NO_REPLY)
        self._judge()
        if (self._away or self.describe_error is not None) and links.process in (ProcessLink.LIVE, ProcessLink.SLOW):
            self._away = False
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
