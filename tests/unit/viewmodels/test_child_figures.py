"""Numbers of the child that is looked at; nothing of another, nothing while nobody looks."""

from __future__ import annotations

import time

import pytest

from pyrolab_gui.viewmodels.child_figures import ChildFigures, Figures
from pyrolab_gui.wire.supervision import ChildEvent, ChildStatistics, EventKind
from tests.unit.viewmodels.daemons_fakes import DirectBackground, Supervisor


class LateBackground:
    """Answers when the test says so."""

    def __init__(self):
        self.waiting = []

    def ask(self, question, answered, failed=None):
        self.waiting.append(lambda: DirectBackground().ask(question, answered, failed))

    def answer(self):
        waiting, self.waiting = self.waiting, []
        for go in waiting:
            go()


class World:
    def __init__(self, background):
        self.supervisor = Supervisor()
        self.supervisor.numbers = {"daemon/optics": ChildStatistics(restarts=2), "daemon/cryo": ChildStatistics()}
        self.background = background
        self.figures = ChildFigures(self.supervisor, background)  # type: ignore[arg-type]
        self.seen: list[Figures] = []
        self.figures.changed.connect(self.seen.append)


@pytest.fixture
def world(qapp):
    made = World(DirectBackground())
    yield made
    made.figures.look_at("")


def test_statistics_events_of_that_child_and_its_last_lines_come_together(world):
    now = time.time()
    world.supervisor.logs = {"daemon/optics": "a\nb"}
    world.supervisor.happened = [
        ChildEvent(now - 13 * 3600, "daemon/optics", EventKind.CRASHED),
        ChildEvent(now - 60, "daemon/cryo", EventKind.STARTED),
        ChildEvent(now - 30, "daemon/optics", EventKind.RESTARTED, "it was killed"),
    ]
    world.figures.look_at("daemon/optics")
    (seen,) = world.seen
    assert (seen.key, seen.statistics.restarts, seen.lines) == ("daemon/optics", 2, ("a", "b"))
    assert [event.kind for event in seen.events] == ["restarted"]


def test_supervisor_that_does_not_answer_is_said(world):
    world.supervisor.silent = True
    world.figures.look_at("daemon/optics")
    assert world.seen[0].problem == "The supervisor does not answer."


def test_late_answer_about_another_child_is_dropped(qapp):
    world = World(LateBackground())
    world.figures.look_at("daemon/optics")
    world.figures.look_at("daemon/cryo")
    world.background.answer()
    assert [figures.key for figures in world.seen] == ["daemon/cryo"]
    world.figures.look_at("")


def test_one_question_at_a_time(qapp):
    world = World(LateBackground())
    world.figures.look_at("daemon/optics")
    world.figures._ask()
    assert len(world.background.waiting) == 1
    world.figures.look_at("")
