"""The calls of one console: made, waited for, left running, stopped, repeated; and what is known of one under way.

*Stop* and *safe state* do not queue behind a running call: a daemon of ours is asked for them past everybody, and is
ended where it does not answer (`network.safe_state`). Limits: what others call is told by the daemon's list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels.console_layout import URGENT
from pyrolab_gui.viewmodels.runs import Outcome, Run, Runs
from pyrolab_gui.viewmodels.stream import Stream
from pyrolab_gui.wire.errors import LabError, NoReply, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyrolab_gui.network.safe_state import Outcome as UrgentOutcome
    from pyrolab_gui.viewmodels.answers import Answers
    from pyrolab_gui.viewmodels.console_layout import ConsoleLayout
    from pyrolab_gui.viewmodels.instrument_pool import Lease
    from pyrolab_gui.viewmodels.ports import InstrumentPort
    from pyrolab_gui.wire.description import MemberDescription

    MakeUrgently: TypeAlias = Callable[[str, Callable[[UrgentOutcome], None]], object]

CALL_TIMEOUT = 24 * 3600.0
"""Seconds: a person sees a call run and may leave it; the death of its process ends it at once."""
LOOKS_ONLY = "this window only looks"


class ConsoleCalls(QObject):
    """The calls to one instrument.

    Parameters
    ----------
    lease
        The instrument.
    answers
        The way of its answers.
    layout
        Knows after how long a call is given up.
    make_side
        Makes a second connection; None where there is only the queue.
    urgently
        Stops the instrument, or makes it safe (a role), past everybody, and tells the outcome on any thread; None
        where there is no such way.
    answered
        Called with the error of every call that is no *stop*, or with None.
    """

    changed = Signal()
    progressed = Signal()
    """A stream has brought more."""
    finished = Signal(object)

    def __init__(
        self,
        lease: Lease,
        answers: Answers,
        layout: ConsoleLayout,
        make_side: Callable[[], InstrumentPort] | None,
        urgently: MakeUrgently | None,
        answered: Callable[[LabError | None], object],
        read_only: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.runs = Runs()
        self.members: list[MemberDescription] = []
        """The methods that can be called."""
        self.single = False
        """Whether all connections share one driver: a session makes one for each, so there the way is the queue."""
        self.past_all = False
        """Whether its daemon is one of ours, which takes *stop* and *safe state* past everybody."""
        self.silent = False
        """Whether the daemon does not reply."""
        self._lease, self._answers, self._layout = lease, answers, layout
        self._make_side, self._answered, self._read_only = make_side, answered, read_only
        self._urgently = urgently
        self._side: InstrumentPort | None = None

    def close(self) -> None:
        """End the second connection."""
        if self._side is not None:
            self._side.close()

    def call(self, name: str, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None) -> Run:
        """Call a method; `finished` follows."""
        member = self._member(name)
        run = self.runs.begin(name, args, kwargs, member.returns if member is not None else None)
        if self._answers.closed or self._read_only:
            why = LOOKS_ONLY if self._read_only else "its console is closed"
            run.finish("failed", error=Unreachable(f"{self._lease.name}: {why}."))
            return run
        if member is not None and not (args or kwargs) and self.goes_past_all(member):
            self._act_urgently(run, member.role)
            return run
        urgent = member is not None and member.role in URGENT
        if not urgent:
            run.waits_for = next((other.member for other in self.runs.running() if other is not run), "")
        instrument = self.free_connection(run) if urgent else self._lease.instrument

        def done(result: Any, error: LabError | None) -> None:
            if run.outcome != "running":
                return
            run.finish(outcome_of(error), result, error)
            if not urgent:
                self._answered(error)
            self.ended(run)

        timeout = self._layout.patience(name) or CALL_TIMEOUT
        if member is not None and member.streaming:
            stream = Stream(run, self._answers.post, self.progressed.emit)
            future = instrument.call(name, args, kwargs, timeout=timeout, on_item=stream.take)
        else:
            future = instrument.call(name, args, kwargs, timeout=timeout)
        self._answers.then(future, done)
        self.changed.emit()
        return run

    def goes_past_all(self, member: MemberDescription) -> bool:
        """Whether a member is the *stop* or *safe state* that the daemon calls past everybody, hanging or not.

        Each session has a driver of its own, and only its connection reaches that one, as long as it is answered.
        """
        first = next((each for each in self.members if each.role == member.role), None)
        known = member.role in URGENT and member is first and not member.streaming
        return known and self.past_all and self._urgently is not None and (self.single or self.silent)

    def _act_urgently(self, run: Run, role: str) -> None:
        assert self._urgently is not None

        def done(told: UrgentOutcome) -> None:
            if run.outcome != "running" or self._answers.closed:
                return
            if told.done:
                run.said = told.sentence if told.urgent.read_back or told.urgent.restarted else ""
                run.finish("done", told.urgent.returned)
            else:
                run.finish("failed", error=LabError(f"{self._lease.name}: {told.sentence}."))
            self.ended(run)

        self._urgently(role, lambda told: self._answers.post(done, told))
        self.changed.emit()

    def ended(self, run: Run) -> None:
        """Tell that a call, or a value sent, has ended."""
        self.runs.release_old_results()
        self.changed.emit()
        self.finished.emit(run)

    def leave_running(self, run: Run) -> None:
        """Stop waiting for a call; it may go on in the instrument."""
        if run.outcome == "running":
            sentence = f"{run.text} was left running: its result will not be shown, and it may still go on."
            run.finish("left", error=NoReply(sentence))
            self._lease.instrument.abandon()
            self.ended(run)

    def free_connection(self, own: Run | None = None) -> InstrumentPort:
        """Return a connection that no running call (but `own`) blocks: a second one, where it has to be."""
        blocked = any(run is not own for run in self.runs.running())
        if not blocked or not self.single or self._make_side is None:
            return self._lease.instrument
        if self._side is None:
            self._side = self._make_side()
        return self._side

    def stop_member(self) -> str:
        """Return the method that stops the instrument, called with nothing; an empty text where there is none."""
        for member in self.members:
            if member.role == "stop" and not any(parameter.required for parameter in member.parameters):
                return member.name
        return ""

    @property
    def may_halt(self) -> bool:
        """Whether the daemon ends what goes in steps, a ramp or a stream, without the driver."""
        return self.past_all and self.single and self._urgently is not None and not self._read_only

    def halt(self) -> None:
        """End a ramp or a stream; a call that is in the driver goes on."""
        self._act_urgently(self.runs.begin("stop"), "stop")

    def is_method(self, name: str) -> bool:
        """Whether there is a method of this name."""
        return self._member(name) is not None

    def may_go_on(self, run: Run) -> bool:
        """Whether a call may be made again and again: no stream, no stop, and none that asks before each time."""
        member = self._member(run.member)
        free = member is not None and not member.streaming and not member.confirm and member.role not in URGENT
        return free and run.kind == "call" and not self._read_only

    def _member(self, name: str) -> MemberDescription | None:
        return next((member for member in self.members if member.name == name), None)


def outcome_of(error: LabError | None) -> Outcome:
    """Return how a call ended."""
    return "done" if error is None else "left" if isinstance(error, NoReply) else "failed"
