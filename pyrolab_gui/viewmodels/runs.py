"""The calls to one console's instrument: those of this window, and those that its daemon says others made.

Limits: values of the newest results are kept, those of older ones are let go; of others only what the daemon's list
tells is known, and successive readings of one member by one person are one line.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pyrolab_gui.viewmodels.value_text import age_text, call_text, count_text, duration_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyrolab_gui.wire.description import TypeDescription
    from pyrolab_gui.wire.errors import LabError

Outcome: TypeAlias = Literal["running", "done", "failed", "left"]
Kind: TypeAlias = Literal["call", "write", "read"]
KEPT = 300
KEPT_RESULTS = 20
WORTH_SAYING = 1.0
"""Seconds: how long a call took the last time is not said of a shorter one."""
_EARLIEST = 0.02
"""How long a call will still take is not said before so much of it is done."""


@dataclass(slots=True, eq=False)
class Run:
    """One call, one value sent, or (of others) one or more readings.

    Attributes
    ----------
    text
        As the history shows it.
    outcome
        *left* means that this window stopped waiting; the call itself may still run.
    args, kwargs
        What was given, of this window's own calls; a value that is sent is the one argument.
    who
        Who made it, where that is somebody else.
    count
        How many readings stand behind it.
    listed
        Whether the daemon's list of calls is known to hold it.
    runs_there
        Whether the daemon's list has no end of it yet, where it was left running.
    waits_for
        The call of this window that was under way when it was made: the instrument takes one after the other.
    progress
        Which part (0 to 1) is done, where the driver or the daemon says so; below 0 where nobody knows.
    came
        How many values a stream has brought so far; they are its `result` already.
    said
        How it ended, in words, where there is more to say than the result.
    """

    member: str
    text: str
    kind: Kind = "call"
    started: float = field(default_factory=time.time)
    outcome: Outcome = "running"
    result: Any = None
    returns: TypeDescription | None = None
    error: LabError | None = None
    duration: float = 0.0
    released: bool = False
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    who: str = ""
    count: int = 1
    listed: bool = False
    runs_there: bool = False
    waits_for: str = ""
    progress: float = -1.0
    came: int = 0
    said: str = ""
    _clock: float = field(default_factory=time.monotonic)

    @property
    def ours(self) -> bool:
        """Whether this window made it."""
        return not self.who

    @property
    def left(self) -> float:
        """Seconds that are left by what is done of it; below 0 where nobody knows."""
        if self.progress < _EARLIEST or self.elapsed < WORTH_SAYING:
            return -1.0
        return self.elapsed / self.progress * (1.0 - self.progress)

    @property
    def elapsed(self) -> float:
        """Seconds since the call began, or that it took."""
        if self.outcome != "running" and not (self.outcome == "left" and self.runs_there):
            return self.duration
        return time.monotonic() - self._clock if self.ours else max(0.0, time.time() - self.started)

    def finish(self, outcome: Outcome, result: Any = None, error: LabError | None = None) -> None:
        """Note how it ended."""
        self.duration = time.monotonic() - self._clock
        self.outcome, self.result, self.error = outcome, result, error


def progress_text(run: Run) -> str:
    """Return how far a call under way is: the part done and what is left, and how many values came; may be empty."""
    parts = []
    if run.progress >= 0:
        parts.append(f"{run.progress:.0%}".replace("%", " %"))
        if run.left >= WORTH_SAYING:
            parts.append(f"about {age_text(run.left)} left")
    if run.came:
        parts.append(count_text(run.came, "value"))
    return ", ".join(parts)


class Runs:
    """The newest calls, newest first."""

    def __init__(self) -> None:
        self._own: deque[Run] = deque(maxlen=KEPT)
        self._others: deque[Run] = deque(maxlen=KEPT)

    def begin(
        self,
        member: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        returns: TypeDescription | None = None,
    ) -> Run:
        """Note a call that begins."""
        run = Run(member, call_text(member, args, kwargs), args=tuple(args), kwargs=dict(kwargs or {}), returns=returns)
        self._own.appendleft(run)
        return run

    def begin_write(self, member: str, text: str, value: Any = None) -> Run:
        """Note a value that is sent."""
        run = Run(member, f"{member} = {text}", "write", args=(value,))
        self._own.appendleft(run)
        return run

    def add_other(self, run: Run) -> None:
        """Note a call of somebody else, in the order in which the daemon lists them."""
        self._others.appendleft(run)

    def running(self, member: str = "") -> list[Run]:
        """Return this window's calls under way, oldest first."""
        return [run for run in reversed(self._own) if run.outcome == "running" and member in ("", run.member)]

    def running_others(self) -> list[Run]:
        """Return the calls of others under way, as far as is known, oldest first."""
        return [run for run in reversed(self._others) if run.outcome == "running"]

    def occupying(self) -> list[Run]:
        """Return all that keeps the instrument busy: calls of this window, those that it left, those of others."""
        left = [run for run in reversed(self._own) if run.outcome == "left" and run.runs_there]
        return [*self.running(), *left, *self.running_others()]

    def note(self, run: Run) -> str:
        """Return what is known of a call under way: how far it is, what it waits for, or how long the last one took."""
        if said := progress_text(run):
            return said
        before = [other for other in self.running() if other is not run and other.started <= run.started]
        if run.waits_for and before:
            return f"waits for {before[-1].member}"
        theirs = self.running_others()
        if theirs:
            return f"waits for {theirs[0].member} of {theirs[0].who}"
        for other in self._own:
            if other.outcome == "done" and (other.member, other.args, other.kwargs) == (
                run.member,
                run.args,
                run.kwargs,
            ):
                return f"last time {duration_text(other.duration)}" if other.duration >= WORTH_SAYING else ""
        return ""

    def note_progress(self, member: str, who: str, part: float) -> bool:
        """Note which part of the call that runs in the daemon is done; return whether that is news."""
        for run in self.occupying():
            if run.member == member and (run.ours or run.who == who):
                changed = run.progress != part
                run.progress = part
                return changed
        return False

    def own(self) -> list[Run]:
        """Return this window's calls, newest first."""
        return list(self._own)

    def recent(self) -> list[Run]:
        """Return all kept calls, newest first."""
        if not self._others:
            return list(self._own)
        return sorted([*self._own, *self._others], key=lambda run: run.started, reverse=True)

    def release_old_results(self) -> None:
        """Let go of the values of all but the newest results."""
        kept = 0
        for run in self._own:
            if run.result is None or run.released:
                continue
            kept += 1
            if kept > KEPT_RESULTS:
                run.result, run.released = None, True
