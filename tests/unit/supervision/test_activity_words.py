"""What goes on in a daemon, in words; a child that cannot be asked has nothing to say, and holds nobody up."""

from __future__ import annotations

import socket
import time

from pyrolab_gui.supervision.activity import Activity, ActivityInquiry
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus

OPTICS = ChildStatus(ChildKind.DAEMON, "optics", ChildState.RUNNING, pid=5)


def at(port: int) -> ChildStatus:
    return ChildStatus(ChildKind.DAEMON, "optics", ChildState.RUNNING, pid=5, uri=f"PYRO:Pyro.Daemon@127.0.0.1:{port}")


def test_the_longest_running_call_and_the_newest_ended_one_are_told():
    said = {
        "clients": ["ada@desk", "bob@desk", "the supervisor"],
        "services": [
            {"name": "laser", "busy": {"member": "sweep", "who": "ada@desk", "since": 880.0}},
            {"name": "meter", "busy": {"member": "read", "who": "bob@desk", "since": 999.0}},
            {"name": "stage", "busy": None},
        ],
    }
    calls = [
        ("laser", {"time": 100.0, "member": "power", "duration_s": 0.004, "who": "ada@desk", "error": ""}),
        ("meter", {"time": 200.0, "member": "zero", "duration_s": 63.0, "who": "bob@desk", "error": "ValueError: no"}),
    ]
    activity = ActivityInquiry(clock=lambda: 1000.0)._activity(said, calls)
    at_word = time.strftime("%H:%M:%S", time.localtime(200.0))
    assert activity == Activity(
        2, "laser.sweep, 2 min 0 s, by ada@desk", f"meter.zero, 1 min 3 s, by bob@desk, at {at_word}, ValueError: no"
    )


def test_a_quiet_daemon():
    said = {"clients": ["the supervisor"], "services": [{"name": "laser", "busy": None}]}
    assert ActivityInquiry()._activity(said, []) == Activity(0, "", "")


def test_one_that_does_not_answer_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        assert ActivityInquiry(seconds=0.1).ask(at(silent.getsockname()[1])) == Activity()
        assert time.monotonic() - begun < 5


def test_what_cannot_be_asked_is_not():
    inquiry = ActivityInquiry(seconds=0.1)
    assert inquiry.ask(OPTICS) == Activity()
    assert inquiry.ask(ChildStatus(ChildKind.NAMESERVER, "main", ChildState.RUNNING, uri="PYRO:x@h:1")) == Activity()
