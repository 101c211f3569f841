"""What happened, told from the statuses of a child and the orders that it was given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pyrolab_gui.supervision.events import EventWatch
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus, ServiceStatus

KEY = "daemon/optics"
STOPPED = ChildStatus(ChildKind.DAEMON, "optics")
STARTING = replace(STOPPED, state=ChildState.STARTING, pid=10, started=1000.0)
RUNNING = replace(STARTING, state=ChildState.RUNNING)
STOPPING = replace(RUNNING, state=ChildState.STOPPING)
KILLED = "optics was killed (SIGKILL)."
BACKOFF = replace(STOPPED, state=ChildState.BACKOFF, error=KILLED, restarts=1)
FAILED = replace(STOPPED, state=ChildState.FAILED, error=KILLED)
AGAIN = replace(STARTING, pid=11, restarts=1, detail=f"12:00:00 {KILLED}\nlast line")


@pytest.fixture
def watch() -> EventWatch:
    return EventWatch(began=500.0)


def told(watch: EventWatch, *statuses: ChildStatus) -> list[tuple[str, str, str]]:
    events = [event for number, status in enumerate(statuses) for event in watch.note(status, float(number))]
    assert all(event.key == KEY for event in events)
    return [(str(event.kind), event.reason, event.who) for event in events]


def test_a_start_and_a_stop_carry_who_wanted_them(watch: EventWatch):
    watch.ordered([KEY], "start", "ada")
    assert told(watch, STOPPED, STARTING, RUNNING) == [("started", "", "ada")]
    watch.ordered([KEY], "stop", "bob")
    assert told(watch, STOPPING, STOPPED) == [("stopped", "", "bob")]


def test_who_stopped_it_is_not_said_of_a_later_start(watch: EventWatch):
    watch.ordered([KEY], "stop", "bob")
    assert told(watch, RUNNING, STOPPING, STOPPED, STARTING, RUNNING)[-1] == ("started", "", "")


def test_a_restart_that_was_asked_for(watch: EventWatch):
    told(watch, STARTING, RUNNING)
    watch.ordered([KEY], "restart", "ada")
    assert told(watch, STOPPING, STOPPED, STARTING, RUNNING) == [("stopped", "", "ada"), ("restarted", "", "ada")]


def test_a_crash_that_is_healed_at_once(watch: EventWatch):
    told(watch, STARTING, RUNNING)
    serving = replace(AGAIN, state=ChildState.RUNNING)
    assert told(watch, AGAIN, serving) == [("crashed", KILLED, ""), ("restarted", KILLED, "")]


def test_a_crash_that_waits_for_its_next_start_is_counted_once(watch: EventWatch):
    told(watch, STARTING, RUNNING)
    serving = replace(AGAIN, state=ChildState.RUNNING)
    assert told(watch, BACKOFF, AGAIN, serving) == [("crashed", KILLED, ""), ("restarted", KILLED, "")]


def test_a_loop_of_crashes_tells_each(watch: EventWatch):
    second = replace(BACKOFF, restarts=2)
    kinds = [kind for kind, _, _ in told(watch, STARTING, RUNNING, BACKOFF, AGAIN, second, replace(AGAIN, restarts=2))]
    assert kinds == ["started", "crashed", "crashed"]


def test_a_crash_without_a_next_start(watch: EventWatch):
    assert told(watch, STARTING, RUNNING, FAILED)[1:] == [("crashed", KILLED, ""), ("failed", KILLED, "")]


def test_one_that_cannot_start_has_failed_and_not_crashed(watch: EventWatch):
    assert told(watch, STARTING, FAILED) == [("failed", KILLED, "")]


def test_silence_and_its_end(watch: EventWatch):
    silent = replace(RUNNING, state=ChildState.UNRESPONSIVE, error="optics runs but does not answer.")
    assert told(watch, STARTING, RUNNING, silent, RUNNING)[1:] == [
        ("unresponsive", "optics runs but does not answer.", ""),
        ("back", "optics answers again.", ""),
    ]


def test_an_end_of_its_own(watch: EventWatch):
    exited = replace(STOPPED, state=ChildState.EXITED, exit_code=0)
    assert told(watch, STARTING, RUNNING, exited)[-1] == ("stopped", "optics ended with exit status 0.", "")


def test_one_that_was_there_before_the_supervisor_is_adopted(watch: EventWatch):
    old = replace(STARTING, started=400.0)
    assert told(watch, old, replace(old, state=ChildState.RUNNING)) == [
        ("adopted", "optics was found running (process 10).", "")
    ]
    assert told(watch, FAILED)[0][0] == "crashed"


def test_an_adopted_one_that_serves_at_once_is_started_later_as_any_other(watch: EventWatch):
    told(watch, replace(RUNNING, started=400.0), STOPPING, STOPPED)
    assert told(watch, STARTING, RUNNING) == [("started", "", "")]


def test_a_status_with_other_details_tells_nothing(watch: EventWatch):
    told(watch, STARTING, RUNNING)
    assert told(watch, replace(RUNNING, changed=True), replace(RUNNING, uri="PYRO:x@localhost:1")) == []


def test_a_service_loses_its_instrument_and_has_it_again(watch: EventWatch):
    def with_link(state: str, error: str = "") -> ChildStatus:
        return replace(RUNNING, services=(ServiceStatus("bench.laser", state, error),))

    told(watch, STARTING, with_link("connected"))
    found = told(
        watch,
        with_link("not-connected", "no such port"),
        with_link("connecting"),
        with_link("not-connected", "no such port"),
        with_link("connected"),
    )
    assert found == [
        ("not-connected", "bench.laser is not connected to its instrument: no such port", ""),
        ("connected", "bench.laser is connected to its instrument again.", ""),
    ]


def test_a_failure_that_a_former_supervisor_told_of_is_no_event(watch: EventWatch):
    assert told(watch, FAILED) == []
    watch.ordered([KEY], "start", "ada")
    assert told(watch, STARTING, FAILED) == [("failed", KILLED, "")]
