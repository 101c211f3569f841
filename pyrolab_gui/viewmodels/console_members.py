"""The properties of one console: read by the feed while it is visible, by a question when asked, and written.

What is read when asked goes by the instrument's own connection, beside the feed's readings; while a call of this window
runs, by another one. Limits: knows nothing of calls; a lost link is told by whoever watches it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels.member_state import MemberState
from pyrolab_gui.wire.names import PASSING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyrolab_gui.viewmodels.answers import Answers
    from pyrolab_gui.viewmodels.instrument_pool import Lease
    from pyrolab_gui.viewmodels.ports import InstrumentPort
    from pyrolab_gui.viewmodels.readings import Readings, Watch
    from pyrolab_gui.wire.columns import Column
    from pyrolab_gui.wire.description import MemberDescription, ServiceDescription, TypeDescription
    from pyrolab_gui.wire.errors import LabError

READING_PERIOD = 1.0
"""Seconds between readings while a console is visible."""
HEAVY_KINDS = frozenset(["list", "tuple", "dict", "array", "any", "union", "bytes"])
"""Kinds that may be large: read when asked, not every second."""
UNSAMPLED_KINDS = frozenset(["datetime", "complex"])
"""Kinds that a daemon's readings do not carry: read when asked."""
UNASKED_KINDS = ("list", "array")
"""Kinds that are not even read once without being asked for."""


class ConsoleMembers(QObject):
    """The state of all properties.

    Parameters
    ----------
    lease
        The instrument.
    readings
        The window's feed.
    answers
        The way of its answers.
    connection
        Returns a connection to read by that no running call blocks.
    heard
        Called when the instrument itself has answered.
    """

    valueChanged = Signal(str)
    pendingChanged = Signal()

    def __init__(
        self,
        lease: Lease,
        readings: Readings,
        answers: Answers,
        connection: Callable[[], InstrumentPort],
        heard: Callable[[], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.states: dict[str, MemberState] = {}
        self._lease, self._readings, self._answers = lease, readings, answers
        self._connection, self._heard = connection, heard
        self._description: ServiceDescription | None = None
        self._watches: dict[str, Watch] = {}
        self._plotted: frozenset[str] = frozenset()
        self._visible = False
        self._passed_before = False

    def describe(self, description: ServiceDescription) -> None:
        """Take another description; what is known of members that are the same stays."""
        self._unwatch()
        self._description = description
        old, self.states = self.states, {}
        for member in description.members:
            if member.kind == "property":
                state = old.get(member.name)
                if state is None or state.member != member:
                    state = MemberState(member)
                    state.find_unit()
                self.states[member.name] = state

    # -- reading ---------------------------------------------------------------------------------------------------

    def is_watched(self, member: MemberDescription) -> bool:
        """Whether a member is read on its own while the console is visible."""
        return (
            self._description is not None
            and self._description.described
            and member.kind == "property"
            and member.readable
            and member.refresh != "never"
            and not {member.returns.kind, _inner_kind(member.returns)} & (HEAVY_KINDS | UNSAMPLED_KINDS)
        )

    def set_visible(self, visible: bool) -> None:
        """Read while somebody looks, and not otherwise."""
        self._visible = visible
        self.watch()

    def set_plotted(self, names: Iterable[str]) -> None:
        """Show the readings of plotted members too, which are read anyway."""
        self._plotted = frozenset(names)
        self.watch()

    def set_busy(self, busy: bool) -> None:
        """Note whether a call keeps the instrument: then a reading that does not come is old sooner."""
        for name, state in self.states.items():
            if state.behind != busy:
                state.behind = busy
                self.valueChanged.emit(name)

    def watch(self) -> None:
        """Watch what is to be watched now, and nothing else."""
        if self._answers.closed or not self._visible:
            self._unwatch()
            return
        known = self._description
        if PASSING not in self._watches and known is not None and (known.described or known.relayed):
            self._passed_before = False
            self._watches[PASSING] = self._readings.watch(
                self._lease.instrument, self._lease.uri, PASSING, READING_PERIOD, self._take_passing
            )
        members = [state.member for state in self.states.values()]
        wanted = [m.name for m in members if self.is_watched(m) or (m.readable and m.name in self._plotted)]
        for name in set(self._watches).difference(wanted, (PASSING,)):
            self._watches.pop(name).close()
        for name in wanted:
            if name not in self._watches:
                self.states[name].streaming = False
                self._watches[name] = self._readings.watch(
                    self._lease.instrument, self._lease.uri, name, READING_PERIOD, self._listener(name)
                )

    def _unwatch(self) -> None:
        watches, self._watches = self._watches, {}
        for watch in watches.values():
            watch.close()

    def _take_passing(self, column: Column) -> None:
        """Show what others read and set, without asking the instrument; the first that comes may be old."""
        late, self._passed_before = not self._passed_before, True
        for when, (name, kind, value, _who) in zip(column.times, column.values, strict=True):
            state = self.states.get(name)
            age = max(0.0, time.time() - when) if late else 0.0
            if state is not None and not self._answers.closed and state.take_passing(kind, value, when, age):
                self.valueChanged.emit(name)

    def _listener(self, name: str) -> Callable[[Any], None]:
        def take(column: Any) -> None:
            state = self.states.get(name)
            if column.times:
                self._heard()
            if state is not None and not self._answers.closed and state.take_column(column):
                self.valueChanged.emit(name)

        return take

    def read_once(self) -> None:
        """Read what the feed does not bring but may be read, so that settings do not start empty."""
        if self._description is None or not self._description.described:
            return
        for name, state in self.states.items():
            member = state.member
            may = member.readable and member.refresh == "auto" and member.returns.kind not in UNASKED_KINDS
            if may and not self.is_watched(member) and not state.known:
                self.read(name)

    def read_all(self) -> None:
        """Read all that may be read without being asked for one by one."""
        for name, state in self.states.items():
            if state.member.readable and state.member.refresh != "never":
                self.read(name)

    def read(self, name: str) -> None:
        """Read one property now; `valueChanged` follows."""
        state = self.states[name]
        if state.reading or not state.member.readable or self._answers.closed:
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

        self._answers.then(self._connection().get(name), done)
        self.valueChanged.emit(name)

    # -- typing and sending ----------------------------------------------------------------------------------------

    def set_pending(self, name: str, pending: bool) -> None:
        """Note that something is typed into a setting's editor and not sent."""
        state = self.states.get(name)
        if state is not None and state.pending != pending:
            state.pending = pending
            self.pendingChanged.emit()

    def pending_count(self) -> int:
        """Return how many settings are typed and not sent."""
        return sum(state.pending and not state.sending for state in self.states.values())

    def forget_refusal(self, name: str) -> None:
        """Let go of the reason of a refusal, when the typing goes on."""
        state = self.states.get(name)
        if state is not None and state.refused is not None:
            state.refused = None
            self.valueChanged.emit(name)

    def send(self, name: str, value: Any, done: Callable[[LabError | None], object]) -> None:
        """Send a value, and read back what the instrument made of it."""
        state = self.states[name]
        state.sending, state.refused = True, None
        self.pendingChanged.emit()

        def sent(_result: Any, error: LabError | None) -> None:
            state.sending, state.refused = False, error
            done(error)
            self.pendingChanged.emit()
            if error is None:
                if state.member.readable:
                    self.read(name)
                else:
                    state.take(value)
            self.valueChanged.emit(name)

        self._answers.then(self._lease.instrument.set(name, value), sent)
        self.valueChanged.emit(name)


def _inner_kind(type_: TypeDescription) -> str:
    return type_.items[0].kind if type_.kind == "optional" and type_.items else type_.kind
