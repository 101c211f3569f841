"""Bringing instruments into their safe state from the window: who has one and what it does, and how it went.

What each will do is asked beforehand, of all at once; nothing waits for these answers. The call itself goes past
queues, locks and taken connections (`network.safe_state`), on threads of its own. Limits: daemons of ours; it is no
emergency stop.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels.answers import Answers
from pyrolab_gui.viewmodels.label_text import humanise, summary_of
from pyrolab_gui.wire.urgent import SAFE_STATE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.network.safe_state import Outcome, Target
    from pyrolab_gui.viewmodels.instrument_pool import Lease
    from pyrolab_gui.viewmodels.ports import BridgePort
    from pyrolab_gui.wire.description import MemberDescription, ServiceDescription
    from pyrolab_gui.wire.errors import LabError

    MakeSafe: TypeAlias = Callable[[Sequence[Target], Callable[[Outcome], None]], object]

State: TypeAlias = Literal["asking", "has", "none", "silent", "calling", "done", "failed"]


@dataclass(frozen=True, slots=True)
class SafeLine:
    """One instrument in the list."""

    name: str
    state: State = "asking"
    does: str = ""
    """What its safe state is, in the driver's words."""
    said: str = ""
    """How it went."""


class SafeStateViewModel(QObject):
    """The safe states of some instruments.

    Parameters
    ----------
    lease
        Returns the right to use an instrument by its name.
    target
        Returns where an instrument is called, by its name.
    make_safe
        Calls the safe states, blocking; tells each outcome as it comes, on any thread.
    """

    linesChanged = Signal()
    finished = Signal()

    def __init__(
        self,
        lease: Callable[[str], Lease | None],
        target: Callable[[str], Target | None],
        make_safe: MakeSafe,
        bridge: BridgePort,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._lease, self._target, self._make_safe, self._bridge = lease, target, make_safe, bridge
        self.lines: list[SafeLine] = []
        self.running = False
        self._asked: list[tuple[Lease, Answers]] = []
        self._closed = False

    def close(self) -> None:
        """Take no answer any more; a call that was made goes on."""
        self._closed = True
        self._stop_asking()

    def look(self, names: Sequence[str]) -> None:
        """Ask these instruments what their safe state is; `linesChanged` follows."""
        self._stop_asking()
        self.lines = [SafeLine(name) for name in names]
        for name in names:
            lease = self._lease(name)
            if lease is None:
                self._put(SafeLine(name, "silent", "it is not there"))
                continue
            answers = Answers(name, self._bridge, lambda error: None)
            self._asked.append((lease, answers))
            answers.then(lease.instrument.describe(), partial(self._on_described, name))
        self.linesChanged.emit()

    def _stop_asking(self) -> None:
        asked, self._asked = self._asked, []
        for lease, answers in asked:
            answers.close()
            lease.close()

    def _on_described(self, name: str, description: ServiceDescription | None, error: LabError | None) -> None:
        if self.running:
            return
        if description is None:
            said = error.sentence if error is not None else "it does not answer"
            self._put(SafeLine(name, "silent", said))
        elif (member := _member(description, "safe-state")) is not None:
            self._put(SafeLine(name, "has", _does(member)))
        else:
            stop = _member(description, "stop")
            more = f"; it has {humanise(stop.name)}" if stop is not None else ""
            self._put(SafeLine(name, "none", f"has no safe state{more}"))
        self.linesChanged.emit()

    def act(self) -> None:
        """Bring all of them into their safe state now; `linesChanged` follows each, `finished` the last."""
        if self.running:
            return
        self.running = True
        targets = []
        for line in list(self.lines):
            target = self._target(line.name)
            if line.state == "none":
                continue
            if target is None:
                self._put(replace(line, state="failed", said="not done, because it is not there"))
                continue
            targets.append(target)
            self._put(replace(line, state="calling", said=""))
        self.linesChanged.emit()
        tell = partial(self._bridge.post, self._on_outcome)

        def work() -> None:
            try:
                self._make_safe(targets, tell)
            finally:
                self._bridge.post(self._on_end)

        threading.Thread(target=work, name="safe state", daemon=True).start()

    def _on_outcome(self, outcome: Outcome) -> None:
        if self._closed:
            return
        for line in self.lines:
            if line.name == outcome.name:
                state: State = "done" if outcome.done else "none" if outcome.has_none else "failed"
                does = "has no safe state" if outcome.has_none else line.does
                self._put(replace(line, state=state, does=does, said="" if outcome.has_none else outcome.sentence))
        self.linesChanged.emit()

    def _on_end(self) -> None:
        self.running = False
        if self._closed:
            return
        for line in self.lines:
            if line.state == "calling":
                self._put(replace(line, state="failed", said="not done, because nothing was heard of it"))
        self.linesChanged.emit()
        self.finished.emit()

    def _put(self, line: SafeLine) -> None:
        self.lines = [line if each.name == line.name else each for each in self.lines]

    def count(self, *states: State) -> int:
        """Return how many instruments are in one of these states."""
        return sum(line.state in states for line in self.lines)


def _member(description: ServiceDescription, role: str) -> MemberDescription | None:
    return next((member for member in description.members if member.role == role), None)


def _does(member: MemberDescription) -> str:
    first, _ = summary_of(member.doc)
    return f"{humanise(member.name)}: {first}" if first else humanise(member.name)


def network_make_safe(
    identity: Any, interrupt: Callable[[str, list[dict[str, Any]]], str] | None = None, role: str = SAFE_STATE
) -> MakeSafe:
    """Return the real function that calls safe states, or stops.

    Parameters
    ----------
    interrupt
        Has a daemon that answers nobody ended; see `network.safe_state.make_safe`.
    role
        *safe-state* or *stop*.
    """

    def make(targets: Sequence[Target], tell: Callable[[Outcome], None]) -> object:
        from pyrolab_gui.network.safe_state import make_safe

        return make_safe(targets, identity, role=role, interrupt=interrupt, on_outcome=tell)

    return make
