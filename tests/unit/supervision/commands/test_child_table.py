"""Children as rows and as a table."""

from __future__ import annotations

from dataclasses import replace

from pyrolab_gui.supervision.commands.table import child_row, supervisor_row, table
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus, ServiceStatus
from pyrolab_gui.wire.supervision import SupervisorInfo

OPTICS = ChildStatus(
    ChildKind.DAEMON, "optics", ChildState.RUNNING, 10, 1000.0, "PYRO:Pyro.Daemon@localhost:9001", restarts=2
)


def test_a_running_child():
    assert child_row("pc", OPTICS, 1012.5) == {
        "host": "pc",
        "kind": "daemon",
        "name": "optics",
        "state": "running",
        "pid": 10,
        "uptime_s": 12.5,
        "restarts": 2,
        "uri": "PYRO:Pyro.Daemon@localhost:9001",
        "error": "",
    }


def test_one_that_does_not_run_has_no_process_and_no_uptime():
    row = child_row("pc", ChildStatus(ChildKind.DAEMON, "optics", ChildState.FAILED, error="in use"), 1012.5)
    assert (row["pid"], row["uptime_s"], row["error"]) == (None, None, "in use")


def test_instruments_that_are_missing_are_counted():
    services = (ServiceStatus("laser", "not-connected", "no such port"), ServiceStatus("meter", "connected"))
    row = child_row("pc", replace(OPTICS, services=services), 1012.5)
    assert row["error"] == "1 of 2 not connected: laser: no such port"


def test_what_was_known_last_is_marked():
    assert "known last" in child_row("pc", replace(OPTICS, stale=True), 1012.5)["error"]


def test_a_clock_that_was_set_back_makes_no_negative_uptime():
    assert child_row("pc", OPTICS, 900.0)["uptime_s"] == 0


def test_columns_stand_below_each_other_and_an_error_of_many_lines_takes_one():
    rows = [
        supervisor_row(SupervisorInfo("pc", 5, "0.1.0", 1000.0), 1060.0),
        child_row("pc", replace(OPTICS, error="first\nsecond"), 1012.5),
    ]
    head, first, second = table(rows)
    for word, column in (("STATE", "running"), ("PID", "10"), ("ADDRESS", "localhost:9001")):
        assert second.index(column, head.index(word)) == head.index(word)
    assert first.endswith("1 min 0 s  0")
    assert second.endswith("first")
