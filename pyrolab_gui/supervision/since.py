"""The first look of the day: what came back, what waits, what happened and why, gaps, who holds what, what is on.

Made of events and of states as they stand. Limits: reads nothing itself; of recordings it knows who makes them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pyrolab_gui.supervision.when import duration_text, moment_text
from pyrolab_gui.wire.child import ChildKind, ChildState, child_key
from pyrolab_gui.wire.supervision import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyrolab_gui.wire.child import ChildStatus
    from pyrolab_gui.wire.supervision import ChildEvent, Hit

_ENDS = {EventKind.CRASHED, EventKind.LOST, EventKind.FAILED, EventKind.STOPPED, EventKind.UNRESPONSIVE}
_RECORDER = child_key(ChildKind.RECORDER, "")
_SERVES = {EventKind.STARTED, EventKind.RESTARTED, EventKind.BACK, EventKind.ADOPTED}
_TROUBLE = {EventKind.CRASHED, EventKind.LOST, EventKind.FAILED, EventKind.UNRESPONSIVE, EventKind.NOT_CONNECTED}
_RECOVERED = {EventKind.STARTED, EventKind.RESTARTED, EventKind.BACK, EventKind.CONNECTED}
_WAITS = {
    ChildState.BACKOFF: "crashed and waits for its next start",
    ChildState.FAILED: "has failed",
    ChildState.UNRESPONSIVE: "runs but does not answer",
    ChildState.STARTING: "is starting",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the report; `time` in seconds since the epoch, 0 for what holds now."""

    time: float
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which a child did not serve; `end` is None while it lasts."""

    key: str
    start: float
    end: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class SinceReport:
    """What a lab manager wants to know in the morning."""

    since: float
    until: float
    came_back: tuple[Entry, ...]
    waits: tuple[Entry, ...]
    happened: tuple[Entry, ...]
    gaps: tuple[Gap, ...]
    held: tuple[Entry, ...]

    def to_plain(self) -> dict[str, Any]:
        """Return a JSON-ready dict."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return the report as text; a part with nothing in it says so."""
        parts = [
            ("Came back", [self._line(entry) for entry in self.came_back]),
            ("Waits", [self._line(entry) for entry in self.waits]),
            ("Happened", [self._line(entry) for entry in self.happened]),
            ("Gaps", [self._gap(gap) for gap in self.gaps]),
            ("Held", [self._line(entry) for entry in self.held]),
        ]
        found = [f"Since {moment_text(self.since, self.until)} ({duration_text(self.until - self.since)} ago)"]
        for title, lines in parts:
            found += ["", title, *(f"  {line}" for line in lines or ["nothing"])]
        return found

    def _line(self, entry: Entry) -> str:
        return f"{moment_text(entry.time, self.until)}  {entry.text}" if entry.time else entry.text

    def _gap(self, gap: Gap) -> str:
        begun = moment_text(gap.start, self.until)
        seconds = (self.until if gap.end is None else gap.end) - gap.start
        lasted = duration_text(seconds) if seconds >= 1 else "less than 1 s"
        end = "now" if gap.end is None else moment_text(gap.end, self.until)
        return f"{begun} – {end}  {_name(gap.key)} did not serve for {lasted}" + (
            f": {gap.reason}" if gap.reason else ""
        )


def since_report(
    since: float,
    now: float,
    statuses: Sequence[ChildStatus],
    events: Sequence[ChildEvent],
    hits: Sequence[Hit] = (),
) -> SinceReport:
    """Return the report.

    Parameters
    ----------
    since, now
        Seconds since the epoch.
    statuses
        All children as they stand.
    events
        What happened, the oldest first; what is older than `since` is left out.
    hits
        What the children are doing, of those that could be asked.
    """
    events = [event for event in events if event.time >= since]
    return SinceReport(
        since,
        now,
        came_back=tuple(_came_back(statuses, events)),
        waits=tuple(_waits(statuses, events, now)),
        happened=tuple(Entry(event.time, event.key, event_text(event)) for event in events),
        gaps=tuple(_gaps(events)),
        held=tuple(_held(hits, now)),
    )


def event_text(event: ChildEvent) -> str:
    """Return an event in words: ``optics crashed: optics was killed (SIGKILL).``."""
    name, who = _name(event.key), f" by {event.who}" if event.who else ""
    words = {
        EventKind.STARTED: f"{name} was started{who}",
        EventKind.CRASHED: f"{name} crashed",
        EventKind.RESTARTED: f"{name} was restarted{who}",
        EventKind.STOPPED: f"{name} was stopped{who}",
        EventKind.FAILED: f"{name} failed",
        EventKind.UNRESPONSIVE: f"{name} did not answer",
        EventKind.BACK: f"{name} answered again",
        EventKind.ADOPTED: f"{name} was taken over",
    }
    if event.kind not in words:  # the reason is the whole sentence
        return event.reason or f"{name}: {event.kind}"
    says_more = event.reason and event.kind not in (EventKind.UNRESPONSIVE, EventKind.BACK)
    return f"{words[event.kind]}: {event.reason}" if says_more else f"{words[event.kind]}."


def _came_back(statuses: Iterable[ChildStatus], events: Sequence[ChildEvent]) -> Iterable[Entry]:
    for status in statuses:
        mine = [event for event in events if event.key == status.key]
        trouble = [event for event in mine if event.kind in _TROUBLE]
        back = [event for event in mine if event.kind in _RECOVERED and trouble and event.time >= trouble[0].time]
        if status.state is not ChildState.RUNNING or not back or back[-1].time < trouble[-1].time:
            continue
        times = "once" if len(trouble) == 1 else f"{len(trouble)} times"
        reason = f", last: {trouble[-1].reason}" if trouble[-1].reason else "."
        yield Entry(back[-1].time, status.key, f"{status.name} serves again; it was in trouble {times}{reason}")


def _waits(statuses: Iterable[ChildStatus], events: Sequence[ChildEvent], now: float) -> Iterable[Entry]:
    last = {event.key: event for event in events}
    for status in statuses:
        if status.state is ChildState.STOPPED and status.key in last and last[status.key].kind is EventKind.LOST:
            yield Entry(0.0, status.key, f"{last[status.key].reason} It has not been started since.")
        if status.state in _WAITS:
            text = f"{status.name} {_WAITS[status.state]}"
            if status.error.startswith(text):  # it says that itself, and more
                text = ""
            if status.state is ChildState.BACKOFF and status.retry_at > now:
                text += f" in {duration_text(status.retry_at - now)}"
            yield Entry(0.0, status.key, ": ".join(filter(None, (text, status.error))) if status.error else f"{text}.")
        for service in status.services:
            if service.state == "not-connected":
                reason = f": {service.error}" if service.error else "."
                yield Entry(0.0, status.key, f"{service.name} is not connected to its instrument{reason}")


def _gaps(events: Iterable[ChildEvent]) -> Iterable[Gap]:
    found: list[Gap] = []
    open_gaps: dict[str, Gap] = {}
    for event in events:
        if event.key.startswith(_RECORDER):
            continue  # what a recording lacks stands in its file
        if event.kind in _ENDS:
            reason = event.reason or (f"{_name(event.key)} was stopped by {event.who}." if event.who else "")
            open_gaps.setdefault(event.key, Gap(event.key, event.time, None, reason))
        elif event.kind in _SERVES and event.key in open_gaps:
            gap = open_gaps.pop(event.key)
            found.append(Gap(gap.key, gap.start, event.time, gap.reason))
    return sorted([*found, *open_gaps.values()], key=lambda gap: gap.start)


def _held(hits: Iterable[Hit], now: float) -> Iterable[Entry]:
    for hit in hits:
        for output in hit.outputs:
            lasts = f", for {duration_text(now - output.since)}" if output.since else ""
            yield Entry(output.since, hit.key, f"{output.name} is on{lasts}")
        for output in hit.unknown:
            text = f"The state of {output.name} is not known since its crash; an output may be on"
            yield Entry(output.since, hit.key, text)
        for lock in hit.locks:
            yield Entry(lock.since, hit.key, f"{lock.owner} holds {lock.service} for {duration_text(now - lock.since)}")
        for call in hit.calls:
            lasts = duration_text(now - call.since)
            yield Entry(call.since, hit.key, f"{call.who} has {call.service}.{call.member} running for {lasts}")
        for recording in dict.fromkeys(hit.recordings):  # one reading may be in two recordings
            what = f"{recording.service}.{recording.member}" if recording.member else f"“{recording.service}”"
            yield Entry(0.0, hit.key, f"{recording.who} records {what}")


def _name(key: str) -> str:
    return key.partition("/")[2]
