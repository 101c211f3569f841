"""The children of this computer: states, what may be done, and what a stop hits."""

from __future__ import annotations

from typing import Any

import pytest

from pyrolab_gui.viewmodels.daemon_acts import Allowed
from pyrolab_gui.viewmodels.daemons_registry import join, lab_nameservers
from pyrolab_gui.viewmodels.daemons_vm import DaemonsViewModel
from pyrolab_gui.viewmodels.lab_draft import Entry
from pyrolab_gui.viewmodels.lab_vm import LabViewModel
from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel
from pyrolab_gui.viewmodels.words import uptime
from pyrolab_gui.wire.child import ChildKind, ChildState, ServiceStatus
from pyrolab_gui.wire.health import ProcessLink
from tests.unit.viewmodels.daemons_fakes import DirectBackground, Notifications, Supervisor
from tests.unit.viewmodels.registry_fakes import Actions, DirectBridge, Watchers
from tests.unit.viewmodels.registry_fakes import Entry as Registered

TEXT = """\
version: "1.0"
nameservers:
  main: {}
daemons:
  optics:
    nameservers: [main]
  cryo: {}
  spare: {}
services:
  laser: {module: m, classname: Laser, instancemode: single, daemon: optics, nameservers: [main]}
  meter: {module: m, classname: Meter, instancemode: single, daemon: optics, nameservers: [main]}
  stage: {module: m, classname: Stage, instancemode: single, daemon: cryo}
autolaunch:
  nameservers: [main]
  daemons: [optics]
"""


class World:
    def __init__(self, folder):
        self.path = folder / "bench.yaml"
        self.path.write_text(TEXT, encoding="utf-8")
        self.supervisor, self.notifications = Supervisor(), Notifications()
        self.lab = LabViewModel(self.notifications)
        self.vm = DaemonsViewModel(self.supervisor, self.lab, self.notifications, DirectBridge(), DirectBackground())  # type: ignore[arg-type]
        self.trees: list[Any] = []
        self.vm.treeChanged.connect(self.trees.append)

    def open(self):
        assert self.lab.open(self.path)
        return self


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path).open()
    yield made
    made.vm.close()
    assert made.supervisor.listeners == []


def test_an_opened_lab_is_given_to_the_supervisor_and_starts_nothing(world):
    assert [daemon.name for daemon in world.supervisor.plans[-1].daemons] == ["optics", "cryo", "spare"]
    assert world.supervisor.asked == []
    assert [node.key for node in world.vm.tree.children][:2] == ["nameserver/main", "daemon/optics"]


def test_without_a_lab_nothing_is_loaded(tmp_path):
    world = World(tmp_path)
    assert world.supervisor.plans == []
    assert world.vm.tree.children == ()
    assert world.vm.allowed_all() == Allowed()


def test_a_saved_edit_is_loaded(world):
    world.lab.set_value(Entry("daemons", "optics"), "port", 41299)
    assert len(world.supervisor.plans) == 1
    assert world.lab.save()
    assert world.supervisor.plans[-1].daemons[0].port == 41299


def test_a_new_state_is_told_and_rolls_up(world):
    told: list[str] = []
    world.vm.statusChanged.connect(told.append)
    world.supervisor.tell(
        "optics", services=(ServiceStatus("laser", "connected"), ServiceStatus("meter", "not-connected"))
    )
    assert told == ["daemon/optics"]
    optics = world.trees[-1].children[1]
    assert (optics.own, optics.word) == ("running", "1 of 2 not connected")


def test_the_same_state_again_makes_no_new_tree(world):
    world.supervisor.tell("cryo")
    count = len(world.trees)
    world.supervisor.tell("cryo")
    assert len(world.trees) == count


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ChildState.STOPPED, Allowed(start=True)),
        (ChildState.EXITED, Allowed(start=True)),
        (ChildState.FAILED, Allowed(start=True)),
        (ChildState.BACKOFF, Allowed(start=True, stop=True)),
        (ChildState.STARTING, Allowed(stop=True)),
        (ChildState.RUNNING, Allowed(stop=True, restart=True)),
        (ChildState.UNRESPONSIVE, Allowed(stop=True, restart=True)),
        (ChildState.STOPPING, Allowed()),
    ],
)
def test_only_acts_that_make_sense_are_allowed(world, state, expected):
    world.supervisor.tell("optics", state)
    assert world.vm.allowed(["daemon/optics"]) == expected
    assert world.vm.allowed(["service/laser"]) == expected


def test_an_entry_that_is_not_saved_cannot_be_started(world):
    world.lab.add("daemons", "fresh", {})
    assert world.vm.allowed(["daemon/fresh"]) == Allowed()


def test_stopping_a_daemon_with_services_is_asked_and_names_them(world):
    world.supervisor.tell("optics", services=(ServiceStatus("laser", "connected"), ServiceStatus("meter", "connected")))
    question = world.vm.question("stop", ["daemon/optics"])
    assert question.title == "Stop optics?"
    assert question.text == "optics hosts laser and meter: clients lose their connection, running calls end."
    assert question.button == "Stop optics"
    assert "until it is back" in world.vm.question("restart", ["service/laser"]).text


def test_what_hits_nobody_is_not_asked(world):
    assert world.vm.question("stop", ["daemon/optics"]) is None
    world.supervisor.tell("spare")
    assert world.vm.question("stop", ["daemon/spare"]) is None


def test_stopping_a_nameserver_names_who_is_found_through_it(world):
    world.supervisor.tell("main", kind=ChildKind.NAMESERVER)
    assert world.vm.question("stop", ["nameserver/main"]) is None
    world.supervisor.tell("optics")
    world.supervisor.tell("cryo")
    text = world.vm.question("stop", ["nameserver/main"]).text
    assert text == "main is where optics can be found: they go on, but no new client finds them."


def test_acts_go_to_the_children_of_what_is_selected_once(world):
    world.vm.start(["service/laser", "service/meter", "daemon/cryo"])
    world.vm.stop(["daemon/optics"])
    world.vm.restart(["service/stage"])
    world.vm.stop(["computer"])
    assert world.supervisor.asked == [
        ("start", ("daemon/optics", "daemon/cryo")),
        ("stop", ("daemon/optics",)),
        ("restart", ("daemon/cryo",)),
        ("stop", ("nameserver/main", "daemon/optics", "daemon/cryo", "daemon/spare")),
    ]


def test_every_failure_is_told_once_with_its_reason(world):
    for name in ("optics", "cryo"):
        world.supervisor.tell(name, ChildState.FAILED, error=f"{name} failed: port in use.", detail="traceback")
        world.supervisor.tell(name, ChildState.FAILED, error=f"{name} failed: port in use.", detail="traceback")
    assert [error.sentence for error in world.notifications.errors] == [
        "optics failed: port in use.",
        "cryo failed: port in use.",
    ]
    assert world.notifications.errors[0].detail == "traceback"
    assert [status.name for status in world.vm.failed] == ["optics", "cryo"]


def test_a_running_child_that_the_file_would_start_differently_is_known(world):
    world.supervisor.tell("optics", changed=True)
    assert world.vm.changed_keys == ("daemon/optics",)


def test_a_child_that_left_the_lab_is_shown_until_it_ends(world):
    world.supervisor.tell("spare")
    world.lab.remove(Entry("daemons", "spare"))
    assert world.lab.save()
    assert world.trees[-1].children[-1].note == "not in the lab file"
    world.supervisor.tell("spare", ChildState.STOPPED)
    assert "spare" not in [node.name for node in world.trees[-1].children]


def test_services_are_those_of_the_lab_with_their_link_and_error(world):
    world.supervisor.tell("optics", services=(ServiceStatus("meter", "not-connected", "no such port", "traceback"),))
    assert [(row.name, row.driver, row.state, row.error) for row in world.vm.services("daemon/optics")] == [
        ("laser", "m.Laser", "not-asked", ""),
        ("meter", "m.Meter", "not-connected", "no such port"),
    ]


def test_the_registry_learns_of_the_labs_nameservers_and_daemons(world):
    watchers = Watchers()
    registry = RegistryViewModel("me", world.notifications, DirectBridge(), watchers, Actions())  # type: ignore[arg-type]
    join(world.vm, registry)
    assert [choice.label for choice in registry.choices] == ["main · localhost:9090"]
    registry.choose("main")
    registry.start_own_nameserver()
    assert world.supervisor.asked == [("start", ("nameserver/main",))]
    watchers.last.tell(Registered("laser", link=ProcessLink.UNREACHABLE))
    assert registry.remedy("laser") == "Start its daemon"


def test_a_nameserver_on_a_picked_port_is_offered_while_it_runs(world):
    world.lab.set_value(Entry("nameservers", "main"), "ns_port", 0)
    assert world.lab.save()
    assert lab_nameservers(world.vm) == ()
    world.supervisor.tell("main", kind=ChildKind.NAMESERVER, uri="PYRO:Pyro.NameServer@localhost:40123")
    assert [item.label for item in lab_nameservers(world.vm)] == ["main · localhost:40123"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "0 s"), (41.9, "41 s"), (125, "2 min 5 s"), (8 * 3600 + 27 * 60, "8 h 27 min"), (273_600, "3 d 4 h")],
)
def test_uptime_in_its_two_largest_units(seconds, words):
    assert uptime(seconds) == words


def test_the_registry_is_told_how_the_labs_own_nameserver_is_and_looks_when_it_runs(world):
    watchers = Watchers()
    registry = RegistryViewModel("me", world.notifications, DirectBridge(), watchers, Actions())  # type: ignore[arg-type]
    join(world.vm, registry)
    registry.choose("main")
    watchers.last.tell(link=ProcessLink.UNREACHABLE)
    assert registry.link.shown == "stopped", "on purpose, so it is not lost"
    assert registry.link.sentence == "The nameserver main · localhost:9090 is stopped."
    world.supervisor.tell("main", ChildState.STARTING, kind=ChildKind.NAMESERVER)
    assert (registry.link.shown, registry.link.sentence) == (
        "starting",
        "The nameserver main · localhost:9090 is starting.",
    )
    before = watchers.last.refreshed
    world.supervisor.tell("main", kind=ChildKind.NAMESERVER)
    assert watchers.last.refreshed == before + 1
    watchers.last.tell()
    world.supervisor.tell("main", ChildState.FAILED, kind=ChildKind.NAMESERVER, error="Port 9090 is in use.")
    assert registry.link.foreign
    assert registry.link.sentence == (
        "A nameserver that is not of this lab answers at localhost:9090; main could not start there."
    )


def test_a_crash_is_kept_until_it_is_understood(world):
    world.supervisor.tell("optics")
    world.supervisor.tell("optics", restarts=1, detail="11:00:00 optics was killed (SIGKILL).\nlast line")
    assert [notice.detail for notice in world.notifications.warnings] == ["last line"]
    assert list(world.vm.crashes) == ["daemon/optics"]
    world.vm.understood("daemon/optics")
    assert not world.vm.crashes


def test_expected_are_the_services_of_the_saved_lab(world):
    world.supervisor.tell("optics")
    expected = world.vm.expected()
    assert list(expected) == ["laser", "meter", "stage"]
    assert expected["laser"].state == "running"
