"""Supervision with real processes: stub children that misbehave in every way that a child can."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import stat
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil
import Pyro5.api
import Pyro5.errors
import pytest

from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.supervision.timings import Timings
from pyrolab_gui.wire.child import ChildState, ServiceStatus
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import DaemonPlan, LabPlan, NameserverAddress, NameserverPlan, RecorderPlan, ServicePlan
from tests.integration.child_process import taken_port
from tests.integration.supervision_helpers import Watcher, ended, lab, lives, stub, stub_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pyrolab_gui.wire.child import ChildStatus

QUICK = Timings(ready=10.0, ping=0.05, first_backoff=0.05, longest_backoff=0.2, terminate=0.2)
GRANDCHILD = re.compile(r"^grandchild (\d+)$", re.MULTILINE)
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., tuple[Supervisor, Watcher]]]:
    """Make supervisors on one state folder; whatever they started is gone afterwards."""
    made: list[Supervisor] = []
    before = set(psutil.Process().children(recursive=True))

    def make(timings: Timings = QUICK) -> tuple[Supervisor, Watcher]:
        supervisor = Supervisor(tmp_path / "state", tmp_path / "log", timings=timings, command=stub_command)
        made.append(supervisor)
        return supervisor, Watcher(supervisor)

    yield make
    for supervisor in made:
        supervisor.close(stop_children=True, timeout=5)
    left = [
        child.pid for child in psutil.Process().children(recursive=True) if child not in before and lives(child.pid)
    ]
    assert ended(*left, limit=0) or not left, f"left behind: {left}"
    orphans = [int(pid) for log in (tmp_path / "log").glob("*") for pid in GRANDCHILD.findall(log.read_text())]
    assert ended(*orphans), f"left behind: {orphans}"
    assert not [thread.name for thread in threading.enumerate() if thread.name in ("supervisor", "link")]


def grandchildren(supervisor: Supervisor, key: str) -> list[int]:
    return list(map(int, GRANDCHILD.findall(supervisor.log_tail(key))))


def test_start_is_told_by_the_child_and_stop_is_asked(supervise):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics")))
    assert [(status.key, status.state) for status in supervisor.statuses()] == [("daemon/optics", ChildState.STOPPED)]

    supervisor.start(["daemon/optics"])
    running = watcher.wait("daemon/optics", ChildState.RUNNING)
    assert running.uri == "PYRO:optics@localhost:1"
    assert running.services == (ServiceStatus("laser"),)
    assert lives(running.pid)
    assert abs(running.started - psutil.Process(running.pid).create_time()) < 5

    supervisor.stop(["daemon/optics"])
    stopped = watcher.wait("daemon/optics", ChildState.STOPPED)
    assert (stopped.exit_code, stopped.pid, stopped.uri, stopped.error) == (0, 0, "", "")
    assert not lives(running.pid)
    assert watcher.states("daemon/optics") == [
        ChildState.STARTING,
        ChildState.RUNNING,
        ChildState.STOPPING,
        ChildState.STOPPED,
    ]
    assert supervisor.log_tail("daemon/optics", 2) == "optics serves\noptics stops"


def test_orders_that_change_nothing_are_no_errors(supervise):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics")))
    supervisor.stop(["daemon/optics", "daemon/unheard-of"])
    supervisor.start(["daemon/unheard-of", "daemon/optics"])
    running = watcher.wait("daemon/optics", ChildState.RUNNING)
    supervisor.start(["daemon/optics"])
    supervisor.restart(["daemon/unheard-of"])
    supervisor.load(lab(stub("optics")))  # answered after the orders before it
    assert supervisor.statuses()[0] == running
    assert supervisor.log_tail("daemon/unheard-of") == ""


@posix
def test_first_crash_is_repaired_at_once(supervise):
    supervisor, watcher = supervise(replace(QUICK, first_backoff=60.0))
    supervisor.load(lab(stub("optics"), stub("motion")))
    supervisor.start(["daemon/optics", "daemon/motion"])
    other = watcher.wait("daemon/motion", ChildState.RUNNING)
    first = watcher.wait("daemon/optics", ChildState.RUNNING)

    os.kill(first.pid, signal.SIGKILL)
    second = watcher.wait("daemon/optics", lambda status: status.state is ChildState.RUNNING and status.restarts == 1)
    assert second.pid != first.pid
    assert second.exit_code == -signal.SIGKILL
    assert "optics was killed (SIGKILL)." in second.detail
    assert ChildState.BACKOFF not in watcher.states("daemon/optics")
    assert watcher.wait("daemon/motion", ChildState.RUNNING) == other


def test_a_crash_loop_backs_off_with_growing_waits(supervise):
    supervisor, watcher = supervise(replace(QUICK, first_backoff=0.05, longest_backoff=0.2))
    supervisor.load(lab(stub("optics", "crash")))
    supervisor.start(["daemon/optics"])
    last = watcher.wait_told(
        "daemon/optics", lambda status: status.restarts >= 5 and status.state is ChildState.RUNNING
    )
    assert last.exit_code == 7
    waits = [status for status in watcher.of("daemon/optics") if status.state is ChildState.BACKOFF]
    assert all(status.error == "optics ended with exit status 7." for status in waits)
    assert all("optics serves" in status.detail and status.retry_at > 0 for status in waits)
    lengths = [status.retry_at for status in waits]
    assert len(lengths) >= 4  # the first crash had none
    supervisor.stop(["daemon/optics"])
    watcher.wait("daemon/optics", ChildState.STOPPED)


def test_stop_ends_the_waiting_of_a_crash_loop(supervise):
    supervisor, watcher = supervise(replace(QUICK, first_backoff=60.0))
    supervisor.load(lab(stub("optics", "crash")))
    supervisor.start(["daemon/optics"])
    watcher.wait("daemon/optics", ChildState.BACKOFF)
    supervisor.stop(["daemon/optics"])
    assert watcher.wait("daemon/optics", ChildState.STOPPED).retry_at == 0
    supervisor.start(["daemon/optics"])
    assert watcher.wait("daemon/optics", ChildState.BACKOFF).restarts == 1  # counted anew


def test_a_child_that_cannot_start_says_why_and_is_not_tried_again(supervise):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics", "refuse", restart="always")))
    supervisor.start(["daemon/optics"])
    failed = watcher.wait("daemon/optics", ChildState.FAILED)
    assert failed.error == "Port 1234 of optics is in use."
    assert failed.detail.splitlines() == ["optics starts", "Traceback and so on", "Port 1234 of optics is in use."]
    assert (failed.exit_code, failed.restarts, failed.pid) == (1, 0, 0)
    assert watcher.states("daemon/optics") == [ChildState.STARTING, ChildState.FAILED]


def test_the_next_supervisor_shows_how_a_child_failed_until_somebody_starts_or_stops_it(supervise):
    first, watcher = supervise()
    first.load(lab(stub("optics", "refuse"), stub("cryo", "refuse")))
    first.start(["daemon/optics", "daemon/cryo"])
    failed = watcher.wait("daemon/optics", ChildState.FAILED)
    watcher.wait("daemon/cryo", ChildState.FAILED)
    first.close(stop_children=False)

    second, watcher = supervise()
    second.load(lab(stub("optics", "refuse"), stub("cryo", "refuse")))
    assert second.statuses()[0] == failed
    second.stop(["daemon/cryo"])
    watcher.wait("daemon/cryo", ChildState.STOPPED)
    second.close(stop_children=False)

    third, _ = supervise()
    third.load(lab(stub("optics"), stub("cryo", "refuse")))
    assert [status.state for status in third.statuses()] == [ChildState.STOPPED] * 2  # optics: another plan by now


@posix
def test_a_child_killed_before_it_is_ready_is_tried_again_after_a_wait(supervise):
    supervisor, watcher = supervise(replace(QUICK, first_backoff=60.0))
    supervisor.load(lab(stub("optics", "die")))
    supervisor.start(["daemon/optics"])
    waiting = watcher.wait("daemon/optics", ChildState.BACKOFF)
    assert waiting.error == "optics crashed (SIGABRT: aborted by a library)."
    assert waiting.exit_code == -signal.SIGABRT


def test_a_program_that_does_not_exist_is_a_sentence(tmp_path):
    supervisor = Supervisor(tmp_path / "state", tmp_path / "log")
    watcher = Watcher(supervisor)
    try:
        supervisor.load(lab(DaemonPlan("optics", python=str(tmp_path / "no-such-python"))))
        supervisor.start(["daemon/optics"])
        failed = watcher.wait("daemon/optics", ChildState.FAILED)
        assert failed.error.startswith("optics could not be started: ")
        assert "no-such-python" in failed.detail
    finally:
        supervisor.close(stop_children=True)


def test_a_setting_that_no_environment_can_hold_is_a_sentence(supervise):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics", environment={"BAD": "null \0"})))
    supervisor.start(["daemon/optics"])
    failed = watcher.wait("daemon/optics", ChildState.FAILED)
    assert failed.error == "optics could not be started: embedded null byte."


def test_a_child_that_is_never_ready_fails(supervise):
    supervisor, watcher = supervise(replace(QUICK, ready=0.3))
    supervisor.load(lab(stub("optics", "silent grandchild", start_seconds=0.0)))
    supervisor.start(["daemon/optics"])
    failed = watcher.wait("daemon/optics", ChildState.FAILED)
    assert failed.error == "optics was not ready within 0.3 s and was ended."
    assert ended(*grandchildren(supervisor, "daemon/optics"))


@pytest.mark.parametrize(
    ("policy", "words", "state", "error"),
    [
        ("never", "crash", ChildState.FAILED, "optics ended with exit status 7."),
        ("never", "end", ChildState.EXITED, ""),
        ("on-failure", "end", ChildState.EXITED, ""),
    ],
)
def test_policies_that_do_not_restart(supervise, policy, words, state, error):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics", words, restart=policy)))
    supervisor.start(["daemon/optics"])
    status = watcher.wait("daemon/optics", lambda status: not status.state.alive and status.exit_code is not None)
    assert (status.state, status.error, status.restarts) == (state, error, 0)


def test_policy_always_restarts_what_ended_well(supervise):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics", "end", restart="always")))
    supervisor.start(["daemon/optics"])
    assert watcher.wait_told("daemon/optics", lambda status: status.restarts == 2).exit_code == 0


@posix
def test_a_child_that_ignores_stop_is_killed_with_its_grandchildren(supervise):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics", "deaf grandchild", stop_seconds=0.2)))
    supervisor.start(["daemon/optics"])
    running = watcher.wait("daemon/optics", ChildState.RUNNING)
    family = grandchildren(supervisor, "daemon/optics")
    assert len(family) == 2
    assert all(lives(pid) for pid in family)

    supervisor.stop(["daemon/optics"])
    stopped = watcher.wait("daemon/optics", ChildState.STOPPED)
    assert stopped.exit_code == -signal.SIGKILL
    assert stopped.error == "optics did not stop within 0.2 s and was ended."
    assert ended(running.pid, *family)


@posix
def test_a_crash_leaves_no_grandchild_in_the_way(supervise):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics", "grandchild")))
    supervisor.start(["daemon/optics"])
    running = watcher.wait("daemon/optics", ChildState.RUNNING)
    group, alone = grandchildren(supervisor, "daemon/optics")
    os.kill(running.pid, signal.SIGKILL)
    watcher.wait("daemon/optics", lambda status: status.restarts == 1 and status.state is ChildState.RUNNING)
    assert ended(group)
    for pid in {alone, *grandchildren(supervisor, "daemon/optics")} - {group}:
        psutil.Process(pid).kill()  # one in a session of its own outlives a crash


@posix
def test_a_silent_child_is_unresponsive_and_comes_back(supervise):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics")))
    supervisor.start(["daemon/optics"])
    running = watcher.wait("daemon/optics", ChildState.RUNNING)
    os.kill(running.pid, signal.SIGSTOP)
    silent = watcher.wait("daemon/optics", ChildState.UNRESPONSIVE)
    assert silent.error == "optics runs but does not answer."
    os.kill(running.pid, signal.SIGCONT)
    back = watcher.wait("daemon/optics", ChildState.RUNNING)
    assert (back.pid, back.error, back.restarts) == (running.pid, "", 0)


@posix
def test_an_unresponsive_child_can_be_stopped(supervise):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics", stop_seconds=0.1)))
    supervisor.start(["daemon/optics"])
    running = watcher.wait("daemon/optics", ChildState.RUNNING)
    os.kill(running.pid, signal.SIGSTOP)
    watcher.wait("daemon/optics", ChildState.UNRESPONSIVE)
    supervisor.stop(["daemon/optics"])
    watcher.wait("daemon/optics", ChildState.STOPPED)
    assert not lives(running.pid)


def test_restart_gives_a_new_process_and_counts_no_crash(supervise):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics"), stub("motion")))
    supervisor.start(["daemon/optics"])
    first = watcher.wait("daemon/optics", ChildState.RUNNING)
    supervisor.restart(["daemon/optics", "daemon/motion"])
    watcher.wait("daemon/motion", ChildState.RUNNING)  # it did not run: it is just started
    second = watcher.wait(
        "daemon/optics", lambda status: status.state is ChildState.RUNNING and status.pid != first.pid
    )
    assert second.restarts == 0


def test_start_during_stopping_starts_afterwards(supervise):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics")))
    supervisor.start(["daemon/optics"])
    first = watcher.wait("daemon/optics", ChildState.RUNNING)
    supervisor.stop(["daemon/optics"])
    supervisor.start(["daemon/optics"])
    second = watcher.wait(
        "daemon/optics", lambda status: status.state is ChildState.RUNNING and status.pid != first.pid
    )
    assert lives(second.pid)
    assert not lives(first.pid)


def test_levels_start_upwards_and_stop_downwards(supervise, tmp_path):
    go = tmp_path / "go"
    slow = NameserverPlan("lab", start_level=0, environment={"STUB": "later", "STUB_GO": str(go)})
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("first", start_level=10), stub("second", start_level=20), nameservers=(slow,)))
    keys = ["daemon/second", "daemon/first", "nameserver/lab"]
    assert [status.key for status in supervisor.statuses()] == ["nameserver/lab", "daemon/first", "daemon/second"]

    supervisor.start(keys)
    watcher.wait("nameserver/lab", ChildState.STARTING)
    supervisor.load(lab(stub("first", start_level=10), stub("second", start_level=20), nameservers=(slow,)))
    # The process of the next level is there already, and held.
    assert [status.state for status in supervisor.statuses()[1:]] == [ChildState.STARTING, ChildState.STOPPED]
    go.touch()
    watcher.wait("daemon/second", ChildState.RUNNING)
    ready = [status.key for status in watcher.history if status.state is ChildState.RUNNING]
    assert list(dict.fromkeys(ready)) == ["nameserver/lab", "daemon/first", "daemon/second"]

    watcher.clear()
    supervisor.stop(keys)
    watcher.wait("nameserver/lab", ChildState.STOPPED)
    told = [(status.key, status.state) for status in watcher.history if status.state is not ChildState.RUNNING]
    expected = [(key, state) for key in keys for state in (ChildState.STOPPING, ChildState.STOPPED)]
    assert list(dict.fromkeys(told)) == expected


def test_the_nameserver_that_a_daemon_registers_with_is_started_with_it_where_it_is_of_this_pc(supervise):
    reached = NameserverAddress("lab", "localhost", 9090), NameserverAddress("far", "192.0.2.7", 9090)
    nameservers = NameserverPlan("lab"), NameserverPlan("far", host="192.0.2.7"), NameserverPlan("other")
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("one", nameservers=reached), nameservers=nameservers))

    supervisor.start(["daemon/one"], who="ana@bench")
    watcher.wait("daemon/one", ChildState.RUNNING)
    ready = [status.key for status in watcher.history if status.state is ChildState.RUNNING]
    assert list(dict.fromkeys(ready)) == ["nameserver/lab", "daemon/one"]
    assert not watcher.of("nameserver/far") and not watcher.of("nameserver/other")

    nameserver = watcher.wait("nameserver/lab", ChildState.RUNNING)
    supervisor.restart(["daemon/one"])
    watcher.wait(
        "daemon/one",
        lambda status: status.state is ChildState.RUNNING and status.pid != watcher.of("daemon/one")[0].pid,
    )
    assert watcher.wait("nameserver/lab", ChildState.RUNNING).pid == nameserver.pid


def test_stop_wins_over_a_start_that_still_waits(supervise, tmp_path):
    go = tmp_path / "go"
    slow = NameserverPlan("lab", environment={"STUB": "later", "STUB_GO": str(go)})
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics"), nameservers=(slow,)))
    supervisor.start(["nameserver/lab", "daemon/optics"])
    watcher.wait("nameserver/lab", ChildState.STARTING)
    held = watcher.wait("daemon/optics", ChildState.STARTING)
    supervisor.stop(["daemon/optics"])
    watcher.wait("daemon/optics", ChildState.STOPPED)
    assert ended(held.pid, limit=0)
    go.touch()
    watcher.wait("nameserver/lab", ChildState.RUNNING)
    supervisor.stop(["nameserver/lab"])
    watcher.wait("nameserver/lab", ChildState.STOPPED)
    assert watcher.states("daemon/optics") == [ChildState.STARTING, ChildState.STOPPING, ChildState.STOPPED]


def test_what_is_held_ends_with_the_order_that_the_supervisor_cannot_finish(supervise, tmp_path):
    slow = NameserverPlan("lab", environment={"STUB": "later", "STUB_GO": str(tmp_path / "never")})
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics"), nameservers=(slow,)))
    supervisor.start(["nameserver/lab", "daemon/optics"])
    held = watcher.wait("daemon/optics", ChildState.STARTING)
    supervisor.close(stop_children=False)
    assert ended(held.pid, limit=0)
    supervise()[0].load(lab(nameservers=(slow,)))  # takes over the one that was let go, and ends it with the test


def test_one_failure_does_not_hold_up_the_others(supervise):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("bad", "refuse", start_level=1), stub("good", start_level=2)))
    supervisor.start(["daemon/bad", "daemon/good"])
    watcher.wait("daemon/good", ChildState.RUNNING)
    watcher.wait("daemon/bad", ChildState.FAILED)


def test_ten_children_at_once(supervise):
    supervisor, watcher = supervise()
    plans = [stub(f"d{number}") for number in range(10)]
    keys = [f"daemon/{plan.name}" for plan in plans]
    supervisor.load(lab(*plans))
    supervisor.start(keys)
    pids = [watcher.wait(key, ChildState.RUNNING).pid for key in keys]
    assert len(set(pids)) == 10
    supervisor.stop(keys)
    for key in keys:
        watcher.wait(key, ChildState.STOPPED)
    assert not any(lives(pid) for pid in pids)


def test_close_with_children_leaves_no_process_and_no_address(supervise, tmp_path):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics", "grandchild"), stub("loop", "crash"), stub("new", "silent")))
    supervisor.start(["daemon/optics", "daemon/loop", "daemon/new"])
    running = watcher.wait("daemon/optics", ChildState.RUNNING)
    starting = watcher.wait("daemon/new", ChildState.STARTING)
    supervisor.close(stop_children=True, timeout=10)
    group, alone = grandchildren(supervisor, "daemon/optics")
    assert not lives(running.pid)
    assert not lives(starting.pid)
    assert ended(group)
    for pid in {alone, *grandchildren(supervisor, "daemon/optics")} - {group}:
        psutil.Process(pid).kill()  # one in a session of its own outlives a crash
    assert not (tmp_path / "state" / "supervisor.json").exists()
    supervisor.start(["daemon/optics"])  # afterwards nothing happens, and nothing is raised
    supervisor.close(stop_children=True)


@posix
def test_what_is_wanted_after_the_end_is_refused_in_a_sentence(supervise):
    supervisor, _ = supervise()
    supervisor.close(stop_children=True)
    for wanted in (
        lambda: supervisor.record(RecorderPlan("r")),
        lambda: supervisor.tell("daemon/a", {}),
        lambda: supervisor.interrupt("localhost:1", []),
        supervisor.relay,
    ):
        with pytest.raises(LabError, match="supervisor has ended"):
            wanted()


def test_close_is_bounded_when_a_child_does_not_stop(supervise):
    supervisor, watcher = supervise(replace(QUICK, terminate=60.0))
    supervisor.load(lab(stub("optics", "deaf", stop_seconds=60.0)))
    supervisor.start(["daemon/optics"])
    running = watcher.wait("daemon/optics", ChildState.RUNNING)
    supervisor.close(stop_children=True, timeout=2.2)
    assert not lives(running.pid)


def test_the_next_supervisor_adopts_what_runs(supervise, tmp_path):
    first, watcher = supervise()
    first.load(lab(stub("optics")))
    first.start(["daemon/optics"])
    before = watcher.wait("daemon/optics", ChildState.RUNNING)
    first.close(stop_children=False)
    assert lives(before.pid)

    second, watcher = supervise()
    second.load(lab(stub("optics")))
    second.start(["daemon/optics"])  # no second process on the same instruments
    adopted = watcher.wait("daemon/optics", ChildState.RUNNING)
    assert (adopted.pid, adopted.uri, adopted.changed) == (before.pid, before.uri, False)
    assert abs(adopted.started - before.started) < 5

    second.load(lab(stub("optics", stop_seconds=9.0)))
    assert second.statuses()[0].changed
    second.stop(["daemon/optics"])
    stopped = watcher.wait("daemon/optics", ChildState.STOPPED)
    assert stopped.exit_code is None
    assert ended(before.pid, limit=0)


@posix
def test_the_crash_of_an_adopted_child_is_seen(supervise):
    first, watcher = supervise()
    first.load(lab(stub("optics")))
    first.start(["daemon/optics"])
    before = watcher.wait("daemon/optics", ChildState.RUNNING)
    first.close(stop_children=False)

    second, watcher = supervise()
    second.load(lab(stub("optics")))
    watcher.wait("daemon/optics", ChildState.RUNNING)
    os.kill(before.pid, signal.SIGKILL)
    repaired = watcher.wait("daemon/optics", lambda status: status.restarts == 1 and status.state is ChildState.RUNNING)
    assert "its exit status is not known" in repaired.detail


@posix
def test_of_two_supervisors_only_the_later_one_repairs(supervise):
    first, seen_first = supervise()
    first.load(lab(stub("optics")))
    first.start(["daemon/optics"])
    before = seen_first.wait("daemon/optics", ChildState.RUNNING)
    second, seen_second = supervise()
    second.load(lab(stub("optics")))
    assert second.statuses()[0].pid == before.pid

    os.kill(before.pid, signal.SIGKILL)
    repaired = seen_second.wait("daemon/optics", ChildState.RUNNING)
    assert repaired.pid != before.pid
    assert "Another window supervises now" in seen_first.wait("daemon/optics", ChildState.FAILED).error
    first.start(["daemon/optics"])  # not a second time: the one that runs is shown
    assert seen_first.wait("daemon/optics", lambda status: status.state.alive).pid == repaired.pid

    second.close(stop_children=False)
    seen_first.wait("daemon/optics", ChildState.RUNNING)  # the address is written again, and the child reports


def test_a_child_of_another_lab_is_shown_until_it_ends(supervise):
    first, watcher = supervise()
    first.load(lab(stub("optics")))
    first.start(["daemon/optics"])
    before = watcher.wait("daemon/optics", ChildState.RUNNING)
    first.close(stop_children=False)

    second, watcher = supervise()
    found = watcher.wait("daemon/optics", ChildState.RUNNING)
    assert (found.pid, found.changed) == (before.pid, True)
    second.stop(["daemon/optics"])
    watcher.wait_told("daemon/optics", lambda status: status.state is ChildState.STOPPED)
    second.load(lab())
    assert second.statuses() == ()


def test_a_changed_plan_is_marked_until_the_restart(supervise):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics"), stub("motion")))
    supervisor.start(["daemon/optics", "daemon/motion"])
    watcher.wait("daemon/motion", ChildState.RUNNING)
    before = watcher.wait("daemon/optics", ChildState.RUNNING)

    supervisor.load(lab(stub("optics", port=1), stub("motion")))
    marked = {status.name: status.changed for status in supervisor.statuses()}
    assert marked == {"optics": True, "motion": False}
    watcher.wait("daemon/optics", lambda status: status.pid == before.pid)

    supervisor.restart(["daemon/optics"])
    after = watcher.wait(
        "daemon/optics", lambda status: status.state is ChildState.RUNNING and status.pid != before.pid
    )
    assert not after.changed


def test_a_running_child_that_the_plan_drops_goes_on_and_is_forgotten_at_its_end(supervise):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics"), stub("idle")))
    supervisor.start(["daemon/optics"])
    running = watcher.wait("daemon/optics", ChildState.RUNNING)
    supervisor.load(lab(stub("motion")))
    assert [(status.name, status.changed) for status in supervisor.statuses()] == [("motion", False), ("optics", True)]
    assert lives(running.pid)
    supervisor.stop(["daemon/optics"])
    watcher.wait_told("daemon/optics", lambda status: status.state is ChildState.STOPPED)
    assert [status.name for status in supervisor.statuses()] == ["motion"]


@posix
def test_only_the_owner_may_read_address_plan_and_log(supervise, tmp_path):
    supervisor, watcher = supervise()
    supervisor.load(lab(stub("optics")))
    supervisor.start(["daemon/optics"])
    watcher.wait("daemon/optics", ChildState.RUNNING)
    files = [
        tmp_path / "state" / "supervisor.json",
        tmp_path / "state" / "children" / "daemon-optics.json",
        tmp_path / "log" / "daemon-optics.log",
    ]
    assert [oct(stat.S_IMODE(file.stat().st_mode)) for file in files] == ["0o600"] * 3
    assert json.loads(files[0].read_text())["host"] == "127.0.0.1"


def test_a_subscriber_that_fails_or_leaves_disturbs_nobody(supervise, caplog):
    supervisor, watcher = supervise()
    told: list[ChildStatus] = []

    def bad(status):
        raise RuntimeError("my window is gone")

    supervisor.subscribe(bad)
    leave = supervisor.subscribe(told.append)
    leave()
    leave()
    supervisor.load(lab(stub("optics")))
    supervisor.start(["daemon/optics"])
    watcher.wait("daemon/optics", ChildState.RUNNING)
    assert told == []
    assert "my window is gone" in caplog.text


# -- the program's own children ----------------------------------------------------------------------------------------


@pytest.fixture
def program(tmp_path, monkeypatch) -> Iterator[Callable[..., tuple[Supervisor, Watcher]]]:
    """Make supervisors that start real nameservers and daemons."""
    monkeypatch.setenv("PYROLAB_GUI_HOME", str(tmp_path))
    for variable in ("TMPDIR", "TEMP"):  # where the simulated bench keeps its state
        monkeypatch.setenv(variable, str(tmp_path))
    made: list[Supervisor] = []

    def make(timings: Timings | None = None) -> tuple[Supervisor, Watcher]:
        supervisor = Supervisor(tmp_path / "state", tmp_path / "log", timings=timings)
        made.append(supervisor)
        return supervisor, Watcher(supervisor)

    yield make
    for supervisor in made:
        supervisor.close(stop_children=True, timeout=10)


def bench(port: int, name: str) -> LabPlan:
    """A nameserver and a daemon with two simulated instruments."""
    address = NameserverAddress("lab", "localhost", port)
    services = tuple(
        ServicePlan(
            f"{name}.{classname}", f"{name}.{classname}", f"drivers.simulated.{module}", classname,
            parameters={"bench": name}, instancemode="single", nameservers=("lab",),
        )
        for module, classname in (("laser", "TunableLaser"), ("power_meter", "PowerMeter"))
    )  # fmt: skip
    daemon = DaemonPlan("optics", nameservers=(address,), services=services, start_level=1)
    return LabPlan((NameserverPlan("lab", ns_port=port),), (daemon,))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
        return port


def connected(status: ChildStatus) -> bool:
    return status.state is ChildState.RUNNING and {service.state for service in status.services} == {"connected"}


def registered_port(port: int, name: str, other_than: int = 0) -> int:
    """Wait until the nameserver gives `name` another port than the one of before, and return it."""
    deadline = time.monotonic() + 10
    with Pyro5.api.Proxy(f"PYRO:Pyro.NameServer@localhost:{port}") as nameserver:
        nameserver._pyroTimeout = 5
        while time.monotonic() < deadline:
            with contextlib.suppress(Pyro5.errors.NamingError):
                found: int = nameserver.lookup(name).port
                if found != other_than:
                    return found
            threading.Event().wait(0.02)
    raise AssertionError(f"{name} was not registered in time")


def test_a_lab_comes_up_serves_survives_a_kill_and_goes_down(program):
    port = free_port()
    supervisor, watcher = program()
    supervisor.load(bench(port, "supervised"))
    keys = ["nameserver/lab", "daemon/optics"]
    supervisor.start(keys)
    first = watcher.wait("daemon/optics", connected)
    assert [service.name for service in first.services] == ["supervised.TunableLaser", "supervised.PowerMeter"]
    before = registered_port(port, "supervised.TunableLaser")
    assert first.uri.endswith(f":{before}")

    psutil.Process(first.pid).kill()
    second = watcher.wait("daemon/optics", lambda status: connected(status) and status.pid != first.pid)
    assert second.restarts == 1
    registered_port(port, "supervised.TunableLaser", other_than=before)

    supervisor.stop(keys)
    for key in keys:
        stopped = watcher.wait(key, ChildState.STOPPED)
        assert (stopped.exit_code, stopped.error) == (0, "")
    assert not lives(first.pid)
    assert not lives(second.pid)
    assert "Daemon optics stops: asked by the supervisor" in supervisor.log_tail("daemon/optics")


def test_a_port_that_is_taken_is_a_sentence(program):
    supervisor, watcher = program()
    with taken_port() as port:
        supervisor.load(LabPlan((NameserverPlan("lab", ns_port=port),), (DaemonPlan("optics", port=port),)))
        supervisor.start(["nameserver/lab", "daemon/optics"])
        for key in ("nameserver/lab", "daemon/optics"):
            failed = watcher.wait(key, ChildState.FAILED)
            assert str(port) in failed.error
            assert f"(process {os.getpid()})" in failed.error or sys.platform != "linux"
            assert "in use by" in failed.error
            assert failed.exit_code == 1


@posix
def test_a_real_child_that_is_held_loads_nothing_of_the_lab_until_its_turn_comes(program, tmp_path):
    supervisor, watcher = program()
    (tmp_path / "drivers_of_test.py").write_text("print('loaded', flush=True)\nclass Meter:\n    pass\n")
    service = ServicePlan("meter", "meter", "drivers_of_test", "Meter")
    optics = DaemonPlan("optics", services=(service,), search_paths=(str(tmp_path),))
    nameserver = NameserverPlan("lab", ns_port=free_port())
    supervisor.load(LabPlan((nameserver,), (optics,)))
    supervisor.start(["nameserver/lab", "daemon/optics"])
    watcher.wait("daemon/optics", ChildState.RUNNING)
    first = next(status for status in watcher.history if status.state is ChildState.RUNNING)
    assert first.key == "nameserver/lab"
    assert "loaded" in supervisor.log_tail("daemon/optics")


def test_a_service_that_cannot_be_loaded_does_not_end_its_daemon(program):
    supervisor, watcher = program()
    services = (
        ServicePlan("missing", "missing", "no_such_module", "Thing"),
        ServicePlan("wrong", "wrong", "drivers.simulated.laser", "NoSuchClass"),
    )
    supervisor.load(lab(DaemonPlan("optics", services=services)))
    supervisor.start(["daemon/optics"])
    running = watcher.wait(
        "daemon/optics", lambda status: status.state is ChildState.RUNNING and len(status.services) == 2
    )
    assert "no_such_module" in running.services[0].error
    assert "NoSuchClass" in running.services[1].error


@posix
def test_a_real_daemon_answers_pings_and_is_missed_when_it_is_halted(program):
    supervisor, watcher = program(replace(Timings(), ping=0.1))
    supervisor.load(lab(DaemonPlan("optics")))
    supervisor.start(["daemon/optics"])
    running = watcher.wait("daemon/optics", ChildState.RUNNING)
    os.kill(running.pid, signal.SIGSTOP)
    watcher.wait("daemon/optics", ChildState.UNRESPONSIVE)
    os.kill(running.pid, signal.SIGCONT)
    watcher.wait("daemon/optics", ChildState.RUNNING)
    assert ChildState.STARTING not in watcher.states("daemon/optics")[1:]


def test_real_children_find_the_next_supervisor(program):
    port = free_port()
    first, watcher = program()
    first.load(bench(port, "adopted"))
    keys = ["nameserver/lab", "daemon/optics"]
    first.start(keys)
    before = [watcher.wait(key, ChildState.RUNNING).pid for key in keys]
    first.close(stop_children=False)
    assert all(lives(pid) for pid in before)

    second, watcher = program()
    second.load(bench(port, "adopted"))
    assert [status.pid for status in second.statuses()] == before
    adopted = watcher.wait("daemon/optics", connected)
    assert adopted.pid == before[1]
    second.close(stop_children=True)
    assert ended(*before, limit=2)
