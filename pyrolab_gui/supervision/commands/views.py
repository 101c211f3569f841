"""The commands that show something: ps, status, logs, since. Limits: they change nothing."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pyrolab_gui.supervision.commands.names import child_of
from pyrolab_gui.supervision.commands.table import child_row, supervisor_row, table
from pyrolab_gui.supervision.hit_words import hit_sentences
from pyrolab_gui.supervision.since import event_text, since_report
from pyrolab_gui.supervision.when import duration_text, moment_text
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.errors import LabError, Unreachable
from pyrolab_gui.wire.supervision import LogLines, SupervisorInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.wire.child import ChildStatus
    from pyrolab_gui.wire.supervision import ChildEvent, ChildStatistics

_FOLLOW = 0.25
_WATCH = 1.0
_EVENTS_SHOWN = 10
_DAY = 86400.0
_CLEAR = "\x1b[H\x1b[J"


class Overview:
    """Several PCs at once: their supervisors, or why one cannot be reached."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, SupervisorApi | LabError, float]] = []

    def add(self, host: str, found: SupervisorApi | LabError, seen: float = 0.0) -> None:
        """Take in a PC. `seen`: when it answered last."""
        self._parts.append((host, found, seen))

    def drop_twins(self) -> None:
        """Leave out what is this very supervisor, found once more in a nameserver."""
        mine = self._parts[0][1]
        if not isinstance(mine, LabError):
            me = _identity(mine)
            twins = [part for part in self._parts[1:] if not isinstance(part[1], LabError) and _identity(part[1]) == me]
            for part in twins:
                self._parts.remove(part)
                _close(part[1])

    def rows(self, now: float) -> list[dict[str, Any]]:
        """Return a row for each supervisor and one for each child.

        Raises
        ------
        LabError
            If this PC is the only one, and its supervisor cannot be reached.
        """
        if len(self._parts) == 1 and isinstance(self._parts[0][1], LabError):
            raise self._parts[0][1]
        found: list[dict[str, Any]] = []
        for host, api, seen in self._parts:
            if isinstance(api, LabError):
                sentence = api.sentence + (f" Last seen {moment_text(seen, now)}." if seen else "")
                lost = supervisor_row(SupervisorInfo(host), now, reachable=False)
                found.append({**lost, "error": sentence})
            else:
                found += _rows(host, api, now)
        return found

    def subscribe(self, changed: Callable[[ChildStatus], None]) -> Callable[[], None]:
        """Call `changed` with each new status; return what ends that."""
        ends = [api.subscribe(changed) for _, api, _ in self._parts if not isinstance(api, LabError)]

        def end() -> None:
            for stop in ends:
                stop()

        return end

    def close(self) -> None:
        """Let go of all supervisors; what they supervise goes on."""
        for _, api, _ in self._parts:
            _close(api)


def _close(api: SupervisorApi | LabError) -> None:
    if not isinstance(api, LabError):
        api.close(stop_children=False)


def _identity(api: SupervisorApi) -> tuple[str, int, float]:
    info = api.info()
    return info.host, info.pid, info.started


def _rows(host: str, api: SupervisorApi, now: float) -> list[dict[str, Any]]:
    info, statuses = api.info(), api.statuses()
    reachable = not any(status.stale for status in statuses)
    return [
        {**supervisor_row(info, now, reachable=reachable), "host": host, "error": info.problem},
        *(child_row(host, status, now) for status in statuses),
    ]


def ps(lab: Overview, write: Callable[[str], None], *, as_json: bool) -> int:
    """Show the supervisors and all children."""
    found = lab.rows(time.time())
    if as_json:
        write(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        for line in table(found):
            write(line)
    return 0


def watch(lab: Overview, write: Callable[[str], None], *, clear: bool, until: threading.Event) -> int:
    """Show them again and again, at once when something changes; each time from the top of a terminal."""
    changed = threading.Event()
    end = lab.subscribe(lambda status: changed.set())
    try:
        while not until.is_set():
            changed.clear()
            write((_CLEAR if clear else "") + "\n".join(table(lab.rows(time.time()))))
            changed.wait(_WATCH)
    finally:
        end()
    return 0


def status(api: SupervisorApi, name: str, write: Callable[[str], None], *, as_json: bool) -> int:
    """Show one child: its state, services, numbers, what a stop would hit, and what happened of late."""
    now = time.time()
    child = child_of(api.statuses(), name, by_service=True)
    numbers = api.statistics(child.key)
    hits = api.hits([child.key]) if child.state.alive else ()
    events = [event for event in api.events(now - _DAY) if event.key == child.key][-_EVENTS_SHOWN:]
    if as_json:
        plain = {
            **child_row(api.info().host, child, now),
            "exit_code": child.exit_code,
            "detail": child.detail,
            "changed": child.changed,
            "services": [asdict(service) for service in child.services],
            "statistics": numbers.to_plain(),
            "hits": [hit.to_plain() for hit in hits],
            "events": [event.to_plain() for event in events],
        }
        write(json.dumps(plain, indent=2, ensure_ascii=False))
        return 0
    for line in [*_state_lines(child, numbers, now), *hit_sentences(hits, now), *_event_lines(events, now)]:
        write(line)
    if child.detail and child.state in (ChildState.FAILED, ChildState.BACKOFF):
        write("Last output:")
        write(child.detail)
    return 0


def logs(
    api: SupervisorApi,
    name: str,
    write: Callable[[str], None],
    *,
    lines: int,
    follow: bool,
    until: threading.Event,
) -> int:
    """Show the last lines of a child's output, and with `follow` all that come."""
    key = child_of(api.statuses(), name, by_service=True).key
    answer, lost = api.log_lines(key, "", lines), False
    while True:
        for line in answer.lines:
            write(line)
        if not follow or until.is_set():
            return 0
        if not answer.lines:
            until.wait(_FOLLOW)
        try:
            answer, lost = api.log_lines(key, answer.next), False
        except Unreachable as error:  # the next supervisor goes on where this one ended
            if not lost:
                write(f"-- {error.sentence} Waiting for the next one.")
            answer, lost = LogLines((), answer.next), True


def since(api: SupervisorApi, moment: float, write: Callable[[str], None], *, as_json: bool) -> int:
    """Show what happened since a moment, what waits, and who holds what."""
    statuses = api.statuses()
    hits = api.hits([child.key for child in statuses if child.state.alive])
    report = since_report(moment, time.time(), statuses, api.events(moment), hits)
    if as_json:
        write(json.dumps(report.to_plain(), indent=2, ensure_ascii=False))
    else:
        for line in report.lines():
            write(line)
    return 0


def _state_lines(child: ChildStatus, numbers: ChildStatistics, now: float) -> list[str]:
    head = f"{child.kind} {child.name}: {child.state}"
    if child.pid:
        head += f", process {child.pid}, up {duration_text(now - child.started)}"
    found = [head]
    if child.uri:
        found.append(f"address {child.uri.rpartition('@')[2]}")
    if child.error:
        found.append(child.error)
    if child.changed:
        found.append("The lab file differs from what runs; a restart applies it.")
    for service in child.services:
        found.append(f"service {service.name}: {service.state}" + (f" - {service.error}" if service.error else ""))
    found.append(f"crashes {numbers.crashes}, restarts {numbers.restarts}")
    if numbers.cpu_percent is not None and numbers.memory_bytes is not None:
        found.append(f"processor {numbers.cpu_percent:.0f} %, memory {numbers.memory_bytes / 1e6:.0f} MB")
    if numbers.connections is not None:
        found.append(f"connections {numbers.connections}")
    found += [f"running call {numbers.running_call}"] if numbers.running_call else []
    found += [f"last call {numbers.last_call}"] if numbers.last_call else []
    return found


def _event_lines(events: Sequence[ChildEvent], now: float) -> list[str]:
    return [f"{moment_text(event.time, now)}  {event_text(event)}" for event in events]
