"""The history of a supervisor on disk: what happened to each child, how long it was in which state, what it used.

Implements `supervision.history.History`. It is kept in an embedded SQLite file that only the supervisor writes, and so
outlives every supervisor. All of it is done in one thread of its own, in the order in which things were told: a slow or
full disk delays no child. What cannot be written is said once, kept in memory, and written when that goes again.
Limits: events are kept for 90 days, spans and use for 12 hours; of what waits to be written the newest 10,000, and it
is lost with the process; use is not made up for.
"""

from __future__ import annotations

import collections
import contextlib
import functools
import logging
import queue
import sqlite3
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pyrolab_gui.storage.database import Database
from pyrolab_gui.supervision.activity import ActivityInquiry
from pyrolab_gui.supervision.resources import ResourceMeter
from pyrolab_gui.wire.child import ChildState, ChildStatus
from pyrolab_gui.wire.supervision import ChildEvent, ChildStatistics, EventKind, Span

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pyrolab_gui.network.trust import Trusts

DATABASE = "supervisor.sqlite"
"""The file in the state folder."""

HOURS = 12 * 3600.0
"""Seconds for which spans and use are kept and shown."""

_EVENTS_KEPT = 90 * 86400.0
_HISTORY = 3600.0
"""Seconds of use that are handed out; a small curve shows no more."""

_PRUNE = 600.0
_WAITING = 10_000
"""Things that wait to be written, at most."""
_ANSWER = 5.0
"""Seconds for which a question is waited for; only a disk that hangs takes so long."""

_SCHEMA = (
    """
    CREATE TABLE events (time REAL NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
                         who TEXT NOT NULL);
    CREATE INDEX events_time ON events (time);
    CREATE INDEX events_key ON events (key, kind);
    CREATE TABLE spans (id INTEGER PRIMARY KEY, key TEXT NOT NULL, start REAL NOT NULL, end REAL NOT NULL,
                        state TEXT NOT NULL);
    CREATE INDEX spans_key ON spans (key, end);
    CREATE TABLE use (key TEXT NOT NULL, time REAL NOT NULL, cpu REAL NOT NULL, memory INTEGER NOT NULL);
    CREATE INDEX use_key ON use (key, time);
    """,
)

_T = TypeVar("_T")

logger = logging.getLogger(__name__)


class Statistics:
    """Writes down what it is told of children, and answers questions about it.

    Parameters
    ----------
    file
        The SQLite file.
    period
        Seconds between two looks at processor and memory.
    clock
        Seconds since the epoch.
    on_notice
        Called with a sentence where the file could not be used; from the thread of the statistics.
    trust
        Certificates for daemons that speak TLS.
    """

    def __init__(
        self,
        file: Path,
        *,
        period: float = 10.0,
        clock: Callable[[], float] = time.time,
        on_notice: Callable[[str], None] = logger.warning,
        trust: Trusts | None = None,
    ) -> None:
        self._file = file
        self._period = period
        self._clock = clock
        self._on_notice = on_notice
        self._activity = ActivityInquiry(clock=clock, trust=trust)
        self._meter = ResourceMeter()
        self._statuses: dict[str, ChildStatus] = {}
        self._spans: dict[str, tuple[int, str]] = {}
        self._failing = False
        self._later: collections.deque[tuple[Callable[[], None], ChildEvent | None]] = collections.deque(
            maxlen=_WAITING
        )
        """What is still to be written, in order; with the event, where it is one."""
        self._pruned = float("-inf")
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="statistics", daemon=True)
        self._thread.start()

    # -- what it is told ---------------------------------------------------------------------------------------------

    def on_status(self, status: ChildStatus) -> None:
        """Take the next status of a child; returns at once."""
        now = self._clock()
        self._write(lambda: self._on_status(status, now))

    def on_event(self, event: ChildEvent) -> None:
        """Write down what happened; returns at once."""
        self._write(lambda: self._on_event(event), event)

    def on_lost(self, key: str, reason: str) -> None:
        """Write down that a child ended while no supervisor ran; returns at once."""
        self._write(lambda: self._on_lost(key, reason))

    def forget(self, key: str) -> None:
        """End the present span of a child that is no longer known; what happened to it is kept."""

        def forget() -> None:
            self._statuses.pop(key, None)
            self._spans.pop(key, None)

        self._write(forget)

    def sample(self) -> None:
        """Look at processor and memory now, beside the regular looks."""
        now = self._clock()
        self._work.put(lambda: self._sample(now))

    # -- what it is asked --------------------------------------------------------------------------------------------

    def events(self, after: float = 0.0) -> tuple[ChildEvent, ...]:
        """Return what happened after a time, the oldest first; waits for what was told before."""
        return self._ask(lambda: self._events(after), ())

    def statistics(self, status: ChildStatus) -> ChildStatistics:
        """Return the numbers of a child, given its present status; a daemon is asked for its calls, for a second."""
        kept = self._ask(lambda: self._of(status), ChildStatistics())
        now = self._activity.ask(status)
        return replace(kept, connections=now.connections, running_call=now.running_call, last_call=now.last_call)

    def close(self) -> None:
        """Write the last of it and end; a second call does nothing."""
        if not self._closed:
            self._closed = True
            self._work.put(None)
            self._thread.join(_ANSWER)

    # -- on its thread -----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        self._database = Database(self._file, _SCHEMA)
        if self._database.notice:
            self._on_notice(self._database.notice)
        next_look = time.monotonic() + self._period
        while True:
            try:
                work = self._work.get(timeout=max(0.0, next_look - time.monotonic()))
            except queue.Empty:
                work = functools.partial(self._sample, self._clock())
                next_look = time.monotonic() + self._period
            if work is None:
                break
            self._try(work)
            self._try(self._catch_up)
        self._try(lambda: self._prolong(self._clock()))
        self._database.close()

    def _write(self, work: Callable[[], None], event: ChildEvent | None = None) -> None:
        self._work.put(lambda: self._later.append((work, event)))

    def _catch_up(self) -> None:
        """Write what is still to be written; what fails stays for the next time."""
        while self._later:
            try:
                self._later[0][0]()
            except sqlite3.Error:
                raise
            except Exception:
                self._later.popleft()
                raise
            self._later.popleft()
            if self._failing and not self._later:
                self._failing = False
                logger.info("Statistics are written to %s again.", self._file)

    def _waiting(self) -> list[ChildEvent]:
        return [event for _, event in self._later if event is not None]

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except sqlite3.Error as error:
            if not self._failing:
                self._failing = True
                self._on_notice(
                    f"Statistics cannot be written to {self._file}: {error}. The children run on, and what happens "
                    "to them is written when that goes again."
                )
        except Exception:
            logger.exception("statistics failed")

    def _on_event(self, event: ChildEvent) -> None:
        values = (event.time, event.key, str(event.kind), event.reason, event.who)
        with self._database.transaction():
            self._database.run("INSERT INTO events VALUES (?, ?, ?, ?, ?)", values)

    def _on_lost(self, key: str, reason: str) -> None:
        alive = [str(state) for state in ChildState if state.alive]
        (seen,) = self._database.rows(
            f"SELECT max(end) FROM spans WHERE key = ? AND state IN ({','.join('?' * len(alive))})", (key, *alive)
        )[0]
        (told,) = self._database.rows(
            "SELECT max(time) FROM events WHERE key = ? AND kind = ?", (key, str(EventKind.LOST))
        )[0]
        if seen is not None and (told is None or told < seen):
            self._on_event(ChildEvent(seen, key, EventKind.LOST, reason))

    def _on_status(self, status: ChildStatus, now: float) -> None:
        before = self._statuses.get(status.key)
        if before is not None and before.state is status.state:
            self._statuses[status.key] = status
            return
        present = self._spans.get(status.key)
        try:
            with self._database.transaction():
                resumed = before is None and self._resume(status, now)
                if not resumed or status.state is not ChildState.STARTING:  # it has only not reported here yet
                    self._enter(status.key, str(status.state), now)
        except sqlite3.Error:
            self._spans[status.key] = present or (0, "")  # as it stands in the file
            raise
        self._statuses[status.key] = status
        if status.state is ChildState.RUNNING:
            self._look(now)  # what it used to begin with, and what the next look is compared with

    def _resume(self, status: ChildStatus, now: float) -> bool:
        """Take up the last span again where the process is the same: it lived on without a supervisor."""
        last = self._database.rows(
            "SELECT id, end, state FROM spans WHERE key = ? ORDER BY id DESC LIMIT 1", (status.key,)
        )
        if last and status.state.alive and 0 < status.started <= last[0][1]:
            number, _, state = last[0]
            self._database.run("UPDATE spans SET end = max(end, ?) WHERE id = ?", (now, number))
            self._spans[status.key] = (number, state)
            return True
        return False

    def _enter(self, key: str, state: str, now: float) -> None:
        number, present = self._spans.get(key, (0, ""))
        if number:
            self._database.run("UPDATE spans SET end = max(end, ?) WHERE id = ?", (now, number))
        if present != state:
            self._database.run("INSERT INTO spans (key, start, end, state) VALUES (?, ?, ?, ?)", (key, now, now, state))
            self._spans[key] = (self._database.rows("SELECT last_insert_rowid()")[0][0], state)

    def _prolong(self, now: float) -> None:
        """Let the present spans reach to now: so far it is known."""
        with self._database.transaction():
            self._database.run_many(
                "UPDATE spans SET end = max(end, ?) WHERE id = ?", [(now, number) for number, _ in self._spans.values()]
            )

    def _sample(self, now: float) -> None:
        self._catch_up()  # a span that has ended since is not to be prolonged
        if self._database.in_memory:
            self._move_to_file(now)
        self._prolong(now)
        self._look(now)
        if time.monotonic() - self._pruned > _PRUNE:
            self._pruned = time.monotonic()
            self._prune(now)

    def _move_to_file(self, now: float) -> None:
        """Write to the file what was kept in memory since it could not be opened, where it can be opened now."""
        fresh = Database(self._file, _SCHEMA)
        if fresh.in_memory:
            fresh.close()
            return
        events = self._database.rows("SELECT time, key, kind, reason, who FROM events ORDER BY rowid")
        with fresh.transaction():
            fresh.run_many("INSERT INTO events VALUES (?, ?, ?, ?, ?)", events)
        self._database.close()
        self._database, self._spans = fresh, {}
        with fresh.transaction():
            for key, status in self._statuses.items():
                self._enter(key, str(status.state), now)

    def _look(self, now: float) -> None:
        pids = {key: status.pid for key, status in self._statuses.items() if status.state.alive and status.pid}
        use = self._meter.look(pids)
        with self._database.transaction():
            self._database.run_many(
                "INSERT INTO use VALUES (?, ?, ?, ?)", [(key, now, one.cpu, one.memory) for key, one in use.items()]
            )

    def _prune(self, now: float) -> None:
        with self._database.transaction():
            self._database.run("DELETE FROM events WHERE time < ?", (now - _EVENTS_KEPT,))
            self._database.run("DELETE FROM use WHERE time < ?", (now - HOURS,))
            self._database.run(
                "DELETE FROM spans WHERE end < ? AND id NOT IN (SELECT max(id) FROM spans GROUP BY key)", (now - HOURS,)
            )

    def _events(self, after: float) -> tuple[ChildEvent, ...]:
        rows = self._database.rows(
            "SELECT time, key, kind, reason, who FROM events WHERE time > ? ORDER BY rowid", (after,)
        )
        written = [ChildEvent(when, key, EventKind(kind), reason, who) for when, key, kind, reason, who in rows]
        return (*written, *(event for event in self._waiting() if event.time > after))

    def _of(self, status: ChildStatus) -> ChildStatistics:
        now, key = self._clock(), status.key
        counts = collections.Counter(event.kind for event in self._waiting() if event.key == key)
        for kind, count in self._database.rows("SELECT kind, count(*) FROM events WHERE key = ? GROUP BY kind", (key,)):
            counts[EventKind(kind)] += count
        use = self._database.rows(
            "SELECT time, cpu, memory FROM use WHERE key = ? AND time > ? ORDER BY rowid", (key, now - _HISTORY)
        )
        present = bool(use) and status.state.alive and use[-1][0] >= status.started
        return ChildStatistics(
            strip=self._strip(key, now),
            crashes=counts[EventKind.CRASHED],
            restarts=counts[EventKind.RESTARTED],
            cpu_percent=use[-1][1] if present else None,
            memory_bytes=use[-1][2] if present else None,
            cpu_history=tuple((when, cpu) for when, cpu, _ in use),
            memory_history=tuple((when, float(memory)) for when, _, memory in use),
        )

    def _strip(self, key: str, now: float) -> tuple[Span, ...]:
        open_number = self._spans.get(key, (0, ""))[0]
        rows = self._database.rows(
            "SELECT id, start, end, state FROM spans WHERE key = ? AND (end > ? OR id = ?) ORDER BY id",
            (key, now - HOURS, open_number),
        )
        return tuple(
            Span(max(start, now - HOURS), now if number == open_number else end, state)
            for number, start, end, state in rows
            if end > start or number == open_number
        )

    def _ask(self, question: Callable[[], _T], otherwise: _T) -> _T:
        answer: Future[_T] = Future()

        def run() -> None:
            try:
                answer.set_result(question())
            except BaseException as error:
                answer.set_exception(error)
                raise

        if self._closed:
            return otherwise
        self._work.put(run)
        with contextlib.suppress(TimeoutError, sqlite3.Error):
            return answer.result(_ANSWER)
        return otherwise
