"""The recordings that are at work on one other PC, as its supervisor tells of them.

Limits: the file stays there and is not read, so how many samples and gaps it has is not known; what has ended there is
told once, and listed no more.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pyrolab_gui.viewmodels.recordings_rows import far_row, key_of
from pyrolab_gui.wire.child import ChildKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.viewmodels.ports import BridgePort
    from pyrolab_gui.viewmodels.recordings_rows import RecordingRow
    from pyrolab_gui.wire.child import ChildStatus
    from pyrolab_gui.wire.errors import LabError
    from pyrolab_gui.wire.plans import RecorderPlan


class FarRecordings:
    """What is recorded on one PC.

    Parameters
    ----------
    pc
        What it is called.
    supervisor, background
        Who is asked there, and threads of its own: a PC that is off holds up nothing else.
    changed
        Called when the rows are others.
    ended
        Called with the PC and the plan of what has ended.
    """

    def __init__(
        self,
        pc: str,
        supervisor: SupervisorApi,
        background: Background,
        bridge: BridgePort,
        changed: Callable[[], object],
        ended: Callable[[str, RecorderPlan], object],
    ) -> None:
        self.pc, self.supervisor, self.background = pc, supervisor, background
        self._changed, self._ended = changed, ended
        self._plans: tuple[RecorderPlan, ...] = ()
        self._statuses: dict[str, ChildStatus] = {}
        self._changed_ends: dict[str, float] = {}
        self._reachable = False
        self._asking = self._again = False
        self._ends = (
            supervisor.subscribe(lambda status: bridge.post(self._on_status, status)),
            supervisor.subscribe_link(lambda reachable, _: bridge.post(self._on_link, reachable)),
        )

    def rows(self) -> list[RecordingRow]:
        """Return what is recorded there, waits, or has failed; without its state while the PC does not answer."""
        known = self._statuses if self._reachable else {}
        ends = self._changed_ends
        return [far_row(plan, known.get(key_of(plan)), self.pc, ends.get(key_of(plan))) for plan in self._plans]

    def change_end(self, key: str, ends: float) -> None:
        """Let one end at another time; what was told is remembered, because only the file there knows it."""

        def told(_: object) -> None:
            self._changed_ends[key] = ends
            self._changed()

        self.background.ask(partial(self.supervisor.tell, key, {"ends": ends}), told)

    def look(self) -> None:
        """Ask what is recorded there, if the PC answers at all."""
        if not self._reachable:
            return
        if self._asking:
            self._again = True
            return
        self._asking = True
        self.background.ask(self._ask, self._on_answer, self._on_none)

    def close(self) -> None:
        """Listen no more."""
        for end in self._ends:
            end()

    def _ask(self) -> tuple[tuple[RecorderPlan, ...], dict[str, ChildStatus]]:
        plans = self.supervisor.recordings()
        recorders = (status for status in self.supervisor.statuses() if status.kind is ChildKind.RECORDER)
        return plans, {status.key: status for status in recorders}

    def _on_answer(self, answer: tuple[tuple[RecorderPlan, ...], dict[str, ChildStatus]]) -> None:
        self._asking = False
        plans, statuses = answer
        left = {plan.client or plan.file for plan in plans}
        gone = [plan for plan in self._plans if (plan.client or plan.file) not in left]
        changed = (plans, statuses) != (self._plans, self._statuses)
        self._plans, self._statuses = plans, statuses
        for plan in gone:
            self._changed_ends.pop(key_of(plan), None)
            self._ended(self.pc, plan)
        if changed:
            self._changed()
        self._ask_again()

    def _on_none(self, _error: LabError) -> None:
        self._asking = False  # it is away, or too old: what is known is kept
        self._ask_again()

    def _ask_again(self) -> None:
        if self._again:
            self._again = False
            self.look()

    def _on_status(self, status: ChildStatus) -> None:
        if status.kind is ChildKind.RECORDER and not status.stale:
            self.look()

    def _on_link(self, reachable: bool) -> None:
        self._reachable = reachable
        if self._plans:
            self._changed()
        self.look()
