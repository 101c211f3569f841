"""The history on disk: what is known again after the supervisor ended, and what happens without a disk."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pyrolab_gui.supervision.statistics import DATABASE, HOURS, Statistics
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus
from pyrolab_gui.wire.supervision import ChildEvent, EventKind

KEY = "daemon/optics"
STOPPED = ChildStatus(ChildKind.DAEMON, "optics")


class Clock:
    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


Make = Callable[..., Statistics]


@pytest.fixture
def clock() -> Clock:
    return Clock(1_000_000.0)


@pytest.fixture
def make(tmp_path: Path, clock: Clock) -> Iterator[Make]:
    made: list[Statistics] = []

    def make(**values: object) -> Statistics:
        made.append(Statistics(tmp_path / DATABASE, period=3600.0, clock=clock, **values))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for statistics in made:
        statistics.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "statistics"]


def running(clock: Clock, **values: object) -> ChildStatus:
    return replace(STOPPED, state=ChildState.RUNNING, pid=os.getpid(), started=clock.now, **values)  # type: ignore[arg-type]


def event(clock: Clock, kind: EventKind, reason: str = "", who: str = "") -> ChildEvent:
    return ChildEvent(clock.now, KEY, kind, reason, who)


def test_events_and_counts_outlive_the_supervisor(make: Make, clock: Clock):
    told = []
    first = make()
    for kind in (EventKind.STARTED, EventKind.CRASHED, EventKind.RESTARTED, EventKind.CRASHED):
        clock.now += 1
        told.append(event(clock, kind, "because", "ada"))
        first.on_event(told[-1])
    assert first.events() == tuple(told)
    first.close()

    again = make()
    assert again.events() == tuple(told)
    assert again.events(after=told[1].time) == tuple(told[2:])
    numbers = again.statistics(STOPPED)
    assert (numbers.crashes, numbers.restarts) == (2, 1)


def test_the_strip_shows_each_state_as_long_as_it_lasted(make: Make, clock: Clock):
    statistics = make()
    begun = clock.now
    statistics.on_status(running(clock))
    clock.now += 100
    statistics.on_status(replace(STOPPED, state=ChildState.BACKOFF))
    clock.now += 10
    serving = running(clock)
    statistics.on_status(serving)
    statistics.on_status(replace(serving, changed=True))
    clock.now += 50
    strip = statistics.statistics(serving).strip
    assert [(span.start - begun, span.end - begun, span.state) for span in strip] == [
        (0, 100, "running"),
        (100, 110, "backoff"),
        (110, 160, "running"),
    ]


def test_twelve_hours_are_shown(make: Make, clock: Clock):
    statistics = make()
    statistics.on_status(running(clock))
    clock.now += HOURS + 500
    statistics.on_status(STOPPED)
    (span, _) = statistics.statistics(STOPPED).strip
    assert span.start == clock.now - HOURS


def test_a_child_that_lived_on_without_a_supervisor_has_no_gap(make: Make, clock: Clock):
    first, child = make(), running(clock)
    first.on_status(child)
    clock.now += 100
    first.close()
    clock.now += 300
    again = make()
    again.on_status(replace(child, state=ChildState.STARTING))
    clock.now += 1  # until it reports to its new supervisor
    again.on_status(child)
    clock.now += 10
    strip = again.statistics(child).strip
    assert {span.state for span in strip} == {"running"}
    assert strip[0].start == child.started
    assert all(left.end == right.start for left, right in itertools.pairwise(strip))
    assert strip[-1].end == clock.now


def test_where_nobody_looked_the_strip_has_a_gap(make: Make, clock: Clock):
    first = make()
    first.on_status(running(clock))
    clock.now += 100
    first.close()
    clock.now += 300
    again, child = make(), running(clock)
    again.on_status(child)
    clock.now += 10
    before, after = again.statistics(child).strip
    assert (after.start - before.end, after.end - after.start) == (300, 10)


def test_a_clock_that_is_set_back_makes_no_span_that_ends_before_it_begins(make: Make, clock: Clock):
    statistics, child = make(), running(clock)
    statistics.on_status(child)
    clock.now -= 5000
    statistics.on_status(STOPPED)
    clock.now += 10
    assert all(span.end >= span.start for span in statistics.statistics(STOPPED).strip)


def test_processor_and_memory_are_measured_and_kept(make: Make, clock: Clock):
    statistics, child = make(), running(clock)
    statistics.on_status(child)
    for _ in range(3):
        clock.now += 10
        statistics.sample()
    numbers = statistics.statistics(child)
    assert [when for when, _ in numbers.cpu_history] == [clock.now - back for back in (30, 20, 10, 0)]
    assert numbers.memory_bytes is not None
    assert numbers.memory_bytes > 5_000_000
    assert numbers.memory_history[-1] == (clock.now, numbers.memory_bytes)
    statistics.close()
    assert len(make().statistics(child).cpu_history) == 4


def test_a_child_that_does_not_run_uses_nothing(make: Make, clock: Clock):
    statistics, child = make(), running(clock)
    statistics.on_status(child)
    statistics.on_status(STOPPED)
    statistics.sample()
    numbers = statistics.statistics(STOPPED)
    assert (numbers.cpu_percent, numbers.memory_bytes, numbers.connections) == (None, None, None)
    assert len(numbers.cpu_history) == 1


def test_what_is_old_is_thrown_away(make: Make, clock: Clock, tmp_path: Path):
    first, child = make(), running(clock)
    first.on_status(child)
    first.on_event(event(clock, EventKind.CRASHED))
    first.on_status(STOPPED)
    first.close()
    clock.now += 91 * 86400
    again = make()
    again.sample()
    assert again.events() == ()
    again.on_status(running(clock))
    assert len(again.statistics(running(clock)).cpu_history) == 1
    assert [span.state for span in again.statistics(running(clock)).strip] == ["running"]


def test_a_broken_file_is_said_and_begun_anew(make: Make, clock: Clock, tmp_path: Path):
    (tmp_path / DATABASE).write_bytes(b"no database" * 1000)
    notices: list[str] = []
    statistics = make(on_notice=notices.append)
    statistics.on_event(event(clock, EventKind.STARTED))
    assert len(statistics.events()) == 1
    assert "set aside" in notices[0]


@pytest.mark.skipif(os.name != "posix", reason="a limit on the size of files stands for a full disk")
def test_what_happens_while_the_disk_is_full_is_told_and_written_afterwards(make: Make, clock: Clock):
    import resource
    import signal

    notices: list[str] = []
    statistics = make(on_notice=notices.append)
    child = running(clock)
    statistics.on_status(child)
    assert statistics.events() == ()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
        for number in range(5):
            statistics.on_event(event(clock, EventKind.CRASHED, f"{number}" * 5000))
        clock.now += 100
        statistics.on_status(replace(child, state=ChildState.FAILED))
        assert statistics.statistics(child).crashes == 5
        assert len(statistics.events()) == 5
        assert statistics.events(clock.now) == ()
        assert len(notices) == 1
        assert "The children run on" in notices[0]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    clock.now += 50
    statistics.sample()
    assert [event.reason[0] for event in statistics.events()] == list("01234")
    strip = [(span.state, span.end - span.start) for span in statistics.statistics(child).strip]
    assert strip == [("running", 100.0), ("failed", 50.0)]
    statistics.close()
    assert len(make().events()) == 5


def test_what_was_kept_in_memory_goes_to_the_file_as_soon_as_there_can_be_one(make: Make, clock: Clock, tmp_path: Path):
    (tmp_path / DATABASE).mkdir()  # in the way
    notices: list[str] = []
    statistics = make(on_notice=notices.append)
    statistics.on_status(running(clock))
    statistics.on_event(event(clock, EventKind.STARTED))
    assert len(statistics.events()) == 1
    assert "cannot be written" in notices[0]
    (tmp_path / DATABASE).rmdir()
    statistics.sample()
    statistics.on_event(event(clock, EventKind.CRASHED))
    assert len(statistics.events()) == 2
    statistics.close()
    assert [event.kind for event in make().events()] == [EventKind.STARTED, EventKind.CRASHED]


def test_questions_after_the_end_are_answered_with_nothing(make: Make, clock: Clock):
    statistics = make()
    statistics.close()
    statistics.close()
    statistics.on_status(running(clock))
    assert statistics.events() == ()
    assert statistics.statistics(STOPPED).strip == ()


def test_a_forgotten_child_keeps_its_past(make: Make, clock: Clock):
    statistics = make()
    statistics.on_status(running(clock))
    clock.now += 10
    statistics.on_status(STOPPED)
    statistics.on_event(event(clock, EventKind.STOPPED))
    statistics.forget(KEY)
    clock.now += 100
    statistics.sample()
    assert len(statistics.events()) == 1
    assert statistics.statistics(STOPPED).strip[-1].end <= clock.now - 100


def test_what_ended_with_the_computer_is_told_once_and_from_when_it_was_last_known_to_run(make: Make, clock: Clock):
    first = make()
    first.on_status(running(clock))
    clock.now += 60
    first.sample()
    seen = clock.now
    first.close()

    for _ in range(2):  # the second supervisor finds nothing new
        clock.now += 3600
        again = make()
        again.on_status(STOPPED)
        again.on_lost(KEY, "optics ended with this computer.")
        assert again.events() == (ChildEvent(seen, KEY, EventKind.LOST, "optics ended with this computer."),)
        again.close()
