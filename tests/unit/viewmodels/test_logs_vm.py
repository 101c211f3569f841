"""The merged log: lines of children taken apart, in order of time, read on from where it was."""

from __future__ import annotations

import time

import pytest

from pyrolab_gui.viewmodels.log_line import parse_line
from pyrolab_gui.viewmodels.logs_vm import KEPT, WINDOW, LogsViewModel, as_text
from tests.unit.viewmodels.daemons_fakes import DirectBackground, Notifications, Supervisor

EARLY = "2026-11-24 10:00:00.250 INFO optics is ready"
LATE = "2026-11-24 10:00:05.000 ERROR laser failed"


class World:
    def __init__(self):
        self.notifications, self.supervisor = Notifications(), Supervisor()
        self.logs = LogsViewModel(self.notifications)
        self.supervisor.tell("optics")
        self.supervisor.tell("cryo")
        self.added: list[str] = []
        self.logs.added.connect(lambda entries: self.added.extend(entry.text for entry in entries))

    def attach(self):
        self.logs.attach(self.supervisor, DirectBackground())  # type: ignore[arg-type]
        self.logs.set_shown(True)
        return self.logs


@pytest.fixture
def world(qapp):
    made = World()
    yield made
    made.logs.detach()


def test_line_of_ours_has_time_and_level_and_another_only_text():
    line = parse_line(EARLY)
    assert (line.clock, line.level, line.text) == ("10:00:00", "info", "optics is ready")
    assert line.time == time.mktime((2026, 11, 24, 10, 0, 0, 0, 0, -1)) + 0.25
    assert parse_line("Traceback (most recent call last):\n").text == "Traceback (most recent call last):"
    assert parse_line("99:99 INFO").level == ""


def test_children_are_merged_by_time_and_lines_without_one_stay_behind_their_line(world):
    world.supervisor.logs = {"daemon/cryo": LATE + "\n  File x\nValueError: no", "daemon/optics": EARLY}
    entries = world.attach().entries()
    assert [(entry.name, entry.level, entry.text) for entry in entries] == [
        ("optics", "info", "optics is ready"),
        ("cryo", "error", "laser failed"),
        ("cryo", "error", "  File x"),
        ("cryo", "error", "ValueError: no"),
    ]
    assert world.logs.sources() == (WINDOW, "daemon/optics", "daemon/cryo")


def test_lines_before_the_first_time_are_not_of_now(world):
    """A crash's last words may fill all that is read at first: they were written before what follows them."""
    world.supervisor.logs = {"daemon/optics": f"Fatal error\n  File x\n{EARLY}"}
    entries = world.attach().entries()
    assert [entry.text for entry in entries] == ["Fatal error", "  File x", "optics is ready"]
    assert len({entry.time for entry in entries}) == 1


def test_only_what_is_new_is_added(world):
    world.supervisor.logs = {"daemon/optics": EARLY}
    world.attach()
    world.supervisor.logs = {"daemon/optics": f"{EARLY}\n{LATE}"}
    world.logs.look()
    world.logs.look()
    assert world.added == ["laser failed"]


def test_notices_are_entries_of_the_window_before_and_after_a_supervisor_is_there(world):
    world.notifications.error("It failed.", "why")
    world.attach()
    entry = world.logs.entries()[-1]
    assert (entry.source, entry.level, entry.text, entry.detail) == (WINDOW, "error", "It failed.", "why")
    assert as_text(entry).endswith("  window  error  It failed.")


def test_supervisor_that_does_not_answer_changes_nothing_and_is_asked_again(world):
    world.supervisor.silent = True
    world.attach()
    world.supervisor.silent = False
    world.supervisor.logs = {"daemon/optics": EARLY}
    world.logs.look()
    assert [entry.text for entry in world.logs.entries()] == ["optics is ready"]


def test_nothing_is_read_while_nobody_looks(world):
    world.supervisor.logs = {"daemon/optics": EARLY}
    world.logs.attach(world.supervisor, DirectBackground())
    assert world.logs.entries() == ()


def test_only_the_last_are_kept(world):
    for number in range(KEPT + 5):
        world.notifications.info(f"notice {number}")
    assert len(world.logs.entries()) == KEPT
