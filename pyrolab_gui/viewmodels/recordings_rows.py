"""The recordings as rows: files, those that run, wait or failed, found by a search, each with its state in words.

Limits: pure; what is known of files is `recordings_catalogue`, of running ones the supervisor's.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui.viewmodels.recordings_catalogue import Facts
from pyrolab_gui.viewmodels.value_text import count_text
from pyrolab_gui.wire.child import ChildKind, ChildState, child_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pyrolab_gui.wire.child import ChildStatus
    from pyrolab_gui.wire.plans import RecorderPlan

RECORDING, WAITING, STILL, FAILED, AWAY = "recording", "waiting", "still", "failed", "away"
NO_ANSWER = "no-answer"
_BEGINS = "It begins"
STANDS = "has not grown"
"""In what a recorder says when its file does not grow."""
COMPLETE, INTERRUPTED, UNREADABLE = "complete", "interrupted", "unreadable"
LOOKS = {
    RECORDING: "recording", WAITING: "backoff", STILL: "alarm", FAILED: "failed", AWAY: "connecting",
    COMPLETE: "stopped", INTERRUPTED: "warning", UNREADABLE: "failed", NO_ANSWER: "unknown",
}  # fmt: skip
WORDS = {
    RECORDING: "recording", WAITING: "waits", STILL: "does not grow", FAILED: "stopped by a failure",
    AWAY: "being started", COMPLETE: "complete", INTERRUPTED: "was interrupted", UNREADABLE: "cannot be read",
    NO_ANSWER: "no answer",
}  # fmt: skip
RUNNING = (RECORDING, WAITING, STILL, AWAY)
"""States of what somebody would have to stop."""


@dataclass(frozen=True)
class RecordingRow:
    """One recording; `plan` and `status` where a recorder is at work on it, or failed; `pc` if that is another one."""

    facts: Facts
    plan: RecorderPlan | None = None
    status: ChildStatus | None = None
    pc: str = ""

    @property
    def path(self) -> Path:
        """Its file."""
        return self.facts.path

    @property
    def name(self) -> str:
        """The name of the file without its ending."""
        return self.plan.name if self.pc and self.plan is not None else self.path.stem

    @property
    def title(self) -> str:
        """Its name, and the PC that it is on unless that is this one."""
        return f"{self.name}@{self.pc}" if self.pc else self.name

    @property
    def place(self) -> tuple[str, Path]:
        """What tells it from all others."""
        return self.pc, self.path

    @property
    def readable(self) -> bool:
        """Whether its file can be read from here, and has something in it."""
        return bool(self.facts.started) and not self.facts.problem and not self.pc

    @property
    def key(self) -> str:
        """The key of its recorder; empty where there is none."""
        return key_of(self.plan) if self.plan is not None else ""

    @property
    def state(self) -> str:
        """Where it stands."""
        if self.plan is None:
            if self.facts.problem:
                return UNREADABLE
            return COMPLETE if self.facts.ended is not None else INTERRUPTED
        state = self.status.state if self.status is not None else ChildState.STARTING
        if self.pc and (self.status is None or self.status.stale):
            return NO_ANSWER
        if state is ChildState.FAILED:
            return FAILED
        if state is not ChildState.RUNNING:
            return AWAY
        if self.pc and self.status is not None:  # its file is not seen from here, only what its recorder says
            begun = not self.status.error.startswith(_BEGINS) or bool(self.facts.started)
            return WAITING if not begun else STILL if STANDS in self.status.error else RECORDING
        if not self.facts.started:
            return WAITING
        return STILL if self.status is not None and self.status.error else RECORDING

    @property
    def running(self) -> bool:
        """Whether a recorder is at work on it."""
        return self.state in RUNNING

    @property
    def who(self) -> str:
        """Whose it is."""
        return self.facts.who or (self.plan.who if self.plan is not None else "")

    @property
    def purpose(self) -> str:
        """Why it was made."""
        return self.facts.purpose or (self.plan.purpose if self.plan is not None else "")

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of what is recorded."""
        if self.facts.channels or self.plan is None:
            return self.facts.channels
        return tuple(f"{member.instrument}.{member.member}" for member in self.plan.members)

    @property
    def sentence(self) -> str:
        """What is to be said of it now."""
        if self.facts.problem:
            return self.facts.problem
        if self.plan is None:
            return self.facts.summary
        if self.state == NO_ANSWER:
            return f"{self.pc} does not answer. Whether it is recorded there is not known."
        trouble = self.status.error if self.status is not None else ""
        if trouble:
            return trouble
        words = end_text(self.plan, self.facts.started, self.facts.ends)
        told = self.facts.ends is not None or not self.pc
        return words if told else f"As it was begun: {words[:1].lower()}{words[1:]}"

    def seconds(self, now: float) -> float:
        """Return how long it is, of one that goes on until now."""
        if self.running and self.facts.started:
            return max(now - self.facts.started, 0.0)
        return self.facts.seconds

    def matches(self, words: Sequence[str]) -> bool:
        """Whether all words of a search stand in it."""
        if not words:
            return True
        notes = (note.text for note in self.facts.notes)
        day = time.strftime("%Y-%m-%d %A %B", time.localtime(self.facts.started)) if self.facts.started else ""
        text = " ".join((self.title, self.purpose, self.who, day, WORDS[self.state], *self.channels, *notes)).casefold()
        return all(word in text for word in words)


def key_of(plan: RecorderPlan) -> str:
    """Return the key of a recording's child."""
    return child_key(ChildKind.RECORDER, plan.name)


def rows_of(
    facts: Iterable[Facts], plans: Iterable[RecorderPlan], statuses: Mapping[str, ChildStatus], search: str = ""
) -> list[RecordingRow]:
    """Return the rows: what is at work, then the newest; of a recording in several files the newest is at work."""
    files = sorted(facts, key=lambda one: one.started, reverse=True)
    left = {plan.client or plan.file: plan for plan in plans}
    rows = []
    for one in files:
        plan = left.pop(one.id, None) if one.id else None
        rows.append(RecordingRow(one, plan, statuses.get(key_of(plan)) if plan is not None else None))
    begun = [RecordingRow(Facts(Path(plan.file)), plan, statuses.get(key_of(plan))) for plan in left.values()]
    words = search.casefold().split()
    found = [row for row in (*begun, *rows) if row.matches(words)]
    return sorted(found, key=lambda row: not (row.running or row.state == FAILED))


def far_row(plan: RecorderPlan, status: ChildStatus | None, pc: str, ends: float | None = None) -> RecordingRow:
    """Return the row of a recording of another PC, whose file is not read; `ends`: what it was changed to from here."""
    known = status is not None and status.state is ChildState.RUNNING and not status.restarts and not plan.begins_when
    began = max(status.started, plan.begins) if status is not None and known else 0.0
    facts = Facts(Path(plan.file), started=began if began <= time.time() else 0.0, ends=ends)
    return RecordingRow(facts, plan, status, pc)


def end_text(plan: RecorderPlan, started: float, changed: float | None = None) -> str:
    """Return when a recording ends, in words; `changed` is the end that was wished later than the plan's."""
    ends = plan.ends if changed is None else changed
    seconds = plan.seconds if changed is None else 0.0
    if seconds and started:
        ends = min(ends or float("inf"), started + seconds)
    parts = []
    if ends:
        parts.append(f"ends {moment_text(ends)}")
    elif seconds:
        parts.append(f"ends {clock_duration(plan.seconds)} after its beginning")
    if plan.ends_when:
        parts.append(f"ends when {plan.ends_when}")
    words = " or ".join(parts) or "goes on until somebody stops it"
    return words[:1].upper() + words[1:] + "."


def moment_text(when: float, now: float | None = None) -> str:
    """Return a time: ``at 14:05``, on another day ``on 2026-11-24 at 14:05``."""
    there = time.localtime(when)
    today = time.localtime(time.time() if now is None else now)
    same = there[:3] == today[:3]
    return time.strftime("at %H:%M" if same else "on %Y-%m-%d at %H:%M", there)


def clock_duration(seconds: float) -> str:
    """Return ``00:42:10``, from a day on ``3 d 04:00:00``."""
    whole = max(0, int(seconds))
    days, rest = divmod(whole, 86_400)
    return f"{f'{days} d ' if days else ''}{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"


def size_text(size: float) -> str:
    """Return a size: ``4.2 MB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError("unreachable")


def gaps_text(row: RecordingRow) -> str:
    """Return how many gaps there are: ``none``, ``2 gaps``."""
    if row.facts.problem or not row.facts.started:
        return ""
    return count_text(row.facts.gaps, "gap") if row.facts.gaps else "none"
