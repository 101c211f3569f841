"""The calls of one console: those that run, and the list of those that are over.

Limits: this window's calls only; values of the newest results are kept, those of older ones are let go.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pyrolab_gui.viewmodels.value_text import call_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyrolab_gui.wire.description import TypeDescription
    from pyrolab_gui.wire.errors import LabError

Outcome: TypeAlias = Literal["running", "done", "failed", "left"]
KEPT = 300
KEPT_RESULTS = 20


@dataclass(slots=True, eq=False)
class Run:
    """One call, or one value sent.

    Attributes
    ----------
    text
        As the history shows it.
    outcome
        *left* means that this window stopped waiting; the call itself may still run.
    """

    member: str
    text: str
    started: float = field(default_factory=time.time)
    outcome: Outcome = "running"
    result: Any = None
    returns: TypeDescription | None = None
    error: LabError | None = None
    duration: float = 0.0
    released: bool = False
    _clock: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Seconds since the call began, or that it took."""
        return time.monotonic() - self._clock if self.outcome == "running" else self.duration

    def finish(self, outcome: Outcome, result: Any = None, error: LabError | None = None) -> None:
        """Note how it ended."""
        self.duration = time.monotonic() - self._clock
        self.outcome, self.result, self.error = outcome, result, error


class Runs:
    """The newest calls of a console, newest first."""

    def __init__(self) -> None:
        self._all: deque[Run] = deque(maxlen=KEPT)

    def begin(
        self,
        member: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        returns: TypeDescription | None = None,
    ) -> Run:
        """Note a call that begins."""
        run = Run(member, call_text(member, args, kwargs), returns=returns)
        self._all.appendleft(run)
        return run

    def begin_write(self, member: str, text: str) -> Run:
        """Note a value that is sent."""
        run = Run(member, f"{member} = {text}")
        self._all.appendleft(run)
        return run

    def running(self, member: str = "") -> list[Run]:
        """Return the calls under way, oldest first."""
        return [run for run in reversed(self._all) if run.outcome == "running" and member in ("", run.member)]

    def recent(self) -> list[Run]:
        """Return all kept calls, newest first."""
        return list(self._all)

    def release_old_results(self) -> None:
        """Let go of the values of all but the newest results."""
        kept = 0
        for run in self._all:
            if run.result is None or run.released:
                continue
            kept += 1
            if kept > KEPT_RESULTS:
                run.result, run.released = None, True
