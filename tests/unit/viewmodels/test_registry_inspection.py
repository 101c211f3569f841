"""What is found out about single entries on request, and how a diagnosis refines a verdict."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest

from pyrolab_gui.network.doctor import Diagnosis
from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.health import Health, ProcessLink
from pyrolab_gui.wire.remedies import Cause, Remedy
from tests.unit.viewmodels.registry_fakes import Actions, DirectBridge, Entry, Notifications, Watchers

GONE = Diagnosis(
    Cause.OBJECT_GONE,
    "The daemon of laser answers, but has no object laser any more.",
    "Remove this entry",
    Remedy.REMOVE_ENTRY,
    "steps",
    "laser",
    Health.LOST,
)


class FakeDoctor:
    def __init__(self):
        self.asked: list[tuple[Any, str, str]] = []
        self.futures: list[Future[Diagnosis]] = []
        self.closed = False

    def examine(self, entry, name="", nameserver=""):
        self.asked.append((entry.uri, name, nameserver))
        self.futures.append(Future())
        return self.futures[-1]

    def close(self):
        self.closed = True


class World:
    def __init__(self):
        self.watchers, self.actions, self.doctor = Watchers(), Actions(), FakeDoctor()
        self.vm = RegistryViewModel(
            "me",  # type: ignore[arg-type]
            Notifications(),  # type: ignore[arg-type]
            DirectBridge(),  # type: ignore[arg-type]
            self.watchers,
            self.actions,
            doctor=self.doctor,
        )
        self.vm.choose("localhost")


@pytest.fixture
def world():
    made = World()
    yield made
    made.vm.close()
    assert made.doctor.closed


def test_the_doctors_verdict_is_the_rows_until_something_changes(world):
    world.watchers.last.tell(Entry("laser"))
    world.vm.examine(["laser"])
    world.vm.examine(["laser"])
    assert world.doctor.asked == [("PYRO:laser@localhost:41231", "laser", "localhost:9090")]
    world.doctor.futures[0].set_result(GONE)
    row = world.vm.rows["laser"]
    assert (row.health, row.verdict.sentence) == (Health.LOST, GONE.sentence)
    assert world.vm.remedy("laser") == "Remove this entry"
    world.watchers.last.tell(Entry("laser", latency=0.2))
    assert world.vm.rows["laser"].health is Health.LOST
    world.watchers.last.tell(Entry("laser", port=5000))
    assert str(world.vm.rows["laser"].health) == "live"


def test_the_daemon_is_asked_for_its_facts_and_the_last_calls(world):
    calls: list[Any] = []
    facts: list[Any] = []
    world.vm.inspection.callsTold.connect(lambda *told: calls.append(told))
    world.vm.inspection.daemonTold.connect(lambda *told: facts.append(told))
    world.watchers.last.tell(Entry("laser"))
    world.vm.inspection.look(world.vm.rows["laser"])
    world.actions.asked[0][2].set_result(
        {"version": 1, "name": "optics", "pid": 4711, "started": 1000.0, "services": [1, 2], "connections": 3}
    )
    world.actions.called[0][2].set_result(
        [
            {"seq": 1, "time": 5.0, "who": "rob", "member": "sweep", "arguments": "1520, 1580", "duration_s": 2.0},
            {"seq": 2, "time": 9.0, "who": "ann", "member": "power", "arguments": "= 3", "error": "out of range"},
        ]
    )
    assert (facts[0][1].name, facts[0][1].pid, facts[0][1].connections, facts[0][1].services) == ("optics", 4711, 3, 2)
    assert [(call.who, call.call, call.duration, call.error) for call in calls[0][1]] == [
        ("ann", "power = 3", None, "out of range"),
        ("rob", "sweep(1520, 1580)", 2.0, ""),
    ]


def test_a_server_that_does_not_tell_is_no_failure(world):
    told: list[Any] = []
    world.vm.inspection.daemonTold.connect(lambda *what: told.append(what))
    world.vm.inspection.callsTold.connect(lambda *what: told.append(what))
    world.watchers.last.tell(Entry("plain"))
    world.vm.inspection.look(world.vm.rows["plain"])
    world.actions.asked[0][2].set_exception(LabError("no such method"))
    world.actions.called[0][2].set_exception(LabError("no such method"))
    assert told == [("plain", None), ("plain", ())]


def test_a_daemon_that_does_not_answer_is_not_asked(world):
    world.watchers.last.tell(Entry("laser", link=ProcessLink.NO_REPLY))
    world.vm.inspection.look(world.vm.rows["laser"])
    assert world.actions.asked == world.actions.called == []


def test_the_other_entry_of_a_duplicate_is_shown_if_it_is_there(world):
    double = Diagnosis(
        Cause.DUPLICATE, "laser and old name one object.", "Show the other entry", Remedy.SHOW_OTHER, other="old"
    )
    world.watchers.last.tell(Entry("laser"))
    world.vm.examine(["laser"])
    world.doctor.futures[0].set_result(double)
    assert world.vm.remedy("laser") == ""
    world.watchers.last.tell(Entry("laser"), Entry("old", "PYRO:laser@localhost:41231"))
    assert world.vm.remedy("laser") == "Show the other entry"
    assert world.vm.other_entry("laser") == "old"
