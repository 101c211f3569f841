"""The registry and the lab: what is expected, what is missing, what is not of this lab; several nameservers."""

from __future__ import annotations

from typing import Any

import pytest

from pyrolab_gui.network.registry_entry import Reading
from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress
from pyrolab_gui.viewmodels.registry_rows import LabName, RowAlarm
from pyrolab_gui.viewmodels.registry_search import Search
from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel
from pyrolab_gui.viewmodels.settings import Settings
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.health import Health, ProcessLink
from tests.unit.viewmodels.registry_fakes import Actions, DirectBridge, Entry, Notifications, Watchers

MAIN = NameserverAddress("localhost", 9090, "main")
NAMES = {
    "laser": LabName("daemon/optics", "TunableLaser", "", ("main",)),
    "stage": LabName("daemon/motion", "MotionStage", "", ("main",)),
    "spare": LabName("daemon/motion", "MotionStage"),
}


class World:
    def __init__(self, settings=None):
        self.watchers, self.actions, self.notifications = Watchers(), Actions(), Notifications()
        self.vm = RegistryViewModel(
            "me",  # type: ignore[arg-type]
            self.notifications,  # type: ignore[arg-type]
            DirectBridge(),  # type: ignore[arg-type]
            self.watchers,
            self.actions,
            settings=settings,
        )

    def watcher(self, address):
        return next(w for w in self.watchers.made if f"{w.host}:{w.port}" == address and not w.closed)


@pytest.fixture
def world():
    made = World()
    yield made
    made.vm.close()


@pytest.fixture
def lab(world):
    world.vm.set_lab_nameservers([MAIN])
    world.vm.set_lab(NAMES, {"stage": "its daemon motion could not start"}, {"laser": 41231})
    world.vm.choose("main")
    return world


def test_where_a_stranger_is_looked_at_nothing_is_said_of_the_lab(lab):
    lab.vm.choose("elsewhere:9099")
    lab.watchers.last.tell(Entry("laser"))
    assert lab.vm.rows["laser"].ours is None
    assert lab.watchers.last.expected == frozenset()


def test_what_the_lab_promises_and_nobody_registered_is_a_row_with_its_remedy(lab):
    assert lab.watchers.last.expected == {"laser", "stage"}
    lab.watchers.last.tell(Entry("laser"), missing=("stage",))
    row = lab.vm.rows["stage"]
    assert (row.state, row.health, row.model, row.ours) == ("missing", Health.LOST, "MotionStage", True)
    assert "its daemon motion could not start" in row.verdict.sentence
    asked: list[str] = []
    lab.vm.startRequested.connect(asked.append)
    assert lab.vm.remedy("stage") == "Start its daemon"
    lab.vm.apply_remedy("stage")
    assert asked == ["daemon/motion"]


def test_what_a_daemon_that_runs_is_about_to_register_needs_nothing_done(lab):
    lab.watchers.last.tell(Entry("stage"), missing=("laser",))
    row = lab.vm.rows["laser"]
    assert row.state == "missing" and "runs, and is about to register it" in row.verdict.sentence
    assert lab.vm.remedy("laser") == ""


def test_what_was_stopped_is_told_quietly(lab):
    lab.vm.set_lab(NAMES, {"stage": "its daemon motion is stopped"}, {}, ["stage"])
    lab.watchers.last.tell(Entry("laser"), missing=("stage",))
    assert (lab.vm.rows["stage"].state, lab.vm.rows["stage"].look) == ("stopped", "stopped")


def test_what_another_pc_of_the_lab_serves_is_of_the_lab(lab):
    lab.watchers.last.tell(Entry("laser"), Entry("stage"), Entry("cryo", host="pc7"), Entry("stranger"))
    lab.vm.set_far_lab("pc7:4242", {"cryo": LabName("daemon/cold", "Cryostat", computer="pc7:4242")})
    row = lab.vm.rows["cryo"]
    assert (row.ours, row.model, row.daemon) == (True, "Cryostat", "cold")
    assert lab.vm.rows["stranger"].ours is False
    shown: list[str] = []
    lab.vm.daemonRequested.connect(shown.append)
    lab.vm.show_daemon("cryo")
    assert shown == ["daemon/cold@pc7:4242"]
    assert lab.vm.daemon_key("cryo") == ""  # nothing here can start it
    lab.vm.set_far_lab("pc7:4242", {})
    assert lab.vm.rows["cryo"].ours is False


def test_what_is_not_of_the_lab_is_marked(lab):
    lab.watchers.last.tell(Entry("laser"), Entry("stranger"), Entry("Pyro.NameServer"))
    assert {name: row.ours for name, row in lab.vm.rows.items()} == {
        "laser": True,
        "stranger": False,
        "Pyro.NameServer": None,
    }


def test_a_strangers_nameserver_may_have_other_objects_under_the_labs_names(lab):
    lab.vm.set_own_state("failed")
    lab.watchers.last.tell(Entry("laser", port=5555), Entry("stage"))
    assert lab.vm.link.foreign
    assert lab.vm.rows["laser"].ours is False
    lab.watchers.last.tell(Entry("laser", port=41231))
    assert lab.vm.rows["laser"].ours is True


def test_a_nameserver_that_was_stopped_is_not_lost_in_its_own_list(lab):
    lab.vm.set_own_state("stopped")
    dead = [Entry("Pyro.NameServer", link=ProcessLink.UNREACHABLE), Entry("laser", link=ProcessLink.UNREACHABLE)]
    lab.watchers.last.tell(*dead, link=ProcessLink.UNREACHABLE)
    assert {name: row.state for name, row in lab.vm.rows.items()} == {"Pyro.NameServer": "stopped", "laser": "lost"}
    assert lab.vm.rows["Pyro.NameServer"].look == "stopped"
    lab.vm.set_own_state("failed")
    assert lab.vm.rows["Pyro.NameServer"].state == "lost"


def test_it_is_so_too_where_its_entry_is_lost_before_the_link_is(lab):
    dead = Entry("Pyro.NameServer", link=ProcessLink.UNREACHABLE)
    lab.watchers.last.tell(dead)
    lab.vm.set_own_state("stopped")
    lab.watchers.last.tell(dead, link=ProcessLink.UNREACHABLE)
    assert lab.vm.rows["Pyro.NameServer"].state == "stopped"


def test_without_a_lab_nothing_is_foreign(world):
    world.vm.choose("pc7")
    world.watchers.last.tell(Entry("laser"))
    assert world.vm.rows["laser"].ours is None


def test_several_nameservers_are_looked_at_and_names_are_kept_apart(lab):
    lab.watcher("localhost:9090").tell(Entry("laser"))
    lab.vm.look_also("pc7:9091")
    lab.watcher("pc7:9091").tell(Entry("laser", host="pc7"))
    assert set(lab.vm.rows) == {"laser", "laser@pc7:9091"}
    assert lab.vm.address_of("laser@pc7:9091") == NameserverAddress("pc7", 9091)
    assert lab.watcher("pc7:9091").expected == frozenset()
    asked: list[Any] = []
    lab.vm.consoleRequested.connect(lambda *what: asked.append(what))
    lab.vm.open_console("laser@pc7:9091")
    assert asked == [("PYRO:laser@pc7:41231", "laser@pc7:9091")]
    other = lab.watcher("pc7:9091")
    lab.vm.look_also("pc7:9091", wanted=False)
    assert other.closed
    assert set(lab.vm.rows) == {"laser"}


def test_the_first_nameserver_is_not_looked_at_twice(lab):
    lab.vm.look_also("localhost:9090")
    assert len(lab.watchers.made) == 1
    lab.vm.look_also("pc7")
    lab.vm.choose("pc7")
    assert [link.nameserver and link.nameserver.address for link in lab.vm.links] == ["pc7:9090"]


def test_bookmarks_and_other_nameservers_are_kept(tmp_path):
    file = tmp_path / "registry.json"
    first = World(Settings(file))
    first.vm.choose("localhost")
    first.vm.set_bookmark("pc3:9090")
    first.vm.look_also("pc7:9091")
    first.vm.watching.watch("laser")
    first.vm.close()
    second = World(Settings(file))
    second.vm.choose("localhost")
    second.vm.look_at_known()
    assert second.vm.bookmarks == ("pc3:9090",)
    assert [link.nameserver and link.nameserver.address for link in second.vm.links] == ["localhost:9090", "pc7:9091"]
    assert "laser" in second.vm.watching
    second.vm.close()


def test_a_removal_can_be_taken_back_without_overwriting(lab):
    told: list[str] = []
    lab.vm.changes.removed.connect(told.append)
    lab.watchers.last.tell(Entry("laser", metadata=("loaned",)), Entry("other"))
    lab.vm.remove(["laser", "other"])
    for _, _, future in lab.actions.removed:
        future.set_result(1)
    assert told[-1] == "Removed 2 entries from main · localhost:9090."
    lab.vm.changes.undo()
    assert lab.actions.registered[0][:4] == ("localhost:9090", "laser", "PYRO:laser@localhost:41231", ("loaned",))
    lab.actions.registered[0][4].set_exception(LabError("the name laser is already registered"))
    assert "laser was not put back" in lab.notifications.errors[0].sentence
    assert not lab.vm.changes.can_undo


def test_registering_a_name_that_is_taken_says_so(lab):
    told: list[Any] = []
    lab.vm.changes.registered.connect(lambda *what: told.append(what))
    lab.vm.changes.register(MAIN, "laser", "PYRO:obj@pc7:5000", ())
    lab.actions.registered[0][4].set_exception(LabError("NamingError: name already registered"))
    assert told[0][0] == "laser"
    assert "has an entry laser already" in told[0][1]


def test_what_is_watched_is_told_once_when_it_goes_and_once_when_it_returns(lab):
    lab.vm.watching.watch("laser")
    watcher = lab.watchers.last
    watcher.tell(Entry("laser"))
    watcher.tell(Entry("laser", link=ProcessLink.UNREACHABLE))
    watcher.tell(Entry("laser", link=ProcessLink.NO_REPLY))
    watcher.tell(missing=("laser",))
    watcher.tell(Entry("laser"), Entry("stage"))
    said = [(notice.kind, notice.sentence) for notice in lab.notifications.posted]
    assert [kind for kind, _ in said] == ["warning", "info"]
    assert said[0][1].startswith("laser cannot be reached")
    assert said[1][1] == "laser is back."


def test_a_silent_nameserver_is_no_loss_of_its_entries(world):
    world.vm.watching.watch("laser")
    world.vm.choose("pc7")
    world.watchers.last.tell(Entry("laser"))
    world.watchers.last.tell(Entry("laser"), link=ProcessLink.UNREACHABLE)
    assert world.notifications.posted == []
    world.watchers.last.tell()
    assert [notice.sentence for notice in world.notifications.posted] == ["laser is not registered any more."]


def test_the_second_nameserver_of_a_lab_has_expectations_of_its_own(lab):
    lab.vm.set_lab_nameservers([MAIN, NameserverAddress("pc7", 9090, "backup")])
    lab.vm.set_lab({"laser": LabName("daemon/optics", "", "", ("main", "backup")), **NAMES})
    lab.vm.set_lab({**NAMES, "pump": LabName("daemon/cryo", "", "", ("backup",))})
    lab.vm.look_also("backup")
    assert lab.watcher("pc7:9090").expected == {"pump"}
    assert lab.watcher("localhost:9090").expected == {"laser", "stage"}


def test_a_nameserver_becomes_the_labs_when_a_lab_is_opened(world):
    world.vm.choose("localhost")
    world.watchers.last.tell(Entry("laser"))
    world.vm.set_lab({"other": LabName("daemon/d", "", "", ("main",))})
    assert world.vm.rows["laser"].ours is None
    world.vm.set_lab_nameservers([MAIN])
    assert world.vm.rows["laser"].ours is False
    assert world.watchers.last.expected == {"other"}


def test_an_alarm_shows_the_reading_that_is_out(lab):
    readings = (Reading("power", 1.5, "mW"), Reading("case", 25.0, "°C"))
    lab.watchers.last.tell(Entry("laser", readings=readings), Entry("stage"))
    assert lab.vm.rows["laser"].value == "1.5000 mW"
    lab.vm.set_alarms({"laser": RowAlarm("warn", "case above 24", "case", 24.5, "°C")})
    row = lab.vm.rows["laser"]
    assert (row.value, row.alarm.level) == ("case 25.000 °C", "warn")
    assert Search("warning").found(lab.vm.rows.values()) == [row]
    lab.vm.set_alarms({"stage": RowAlarm("alarm", "", "position", 12.0, "mm")})
    assert lab.vm.rows["laser"].alarm is None and lab.vm.rows["laser"].value == "1.5000 mW"
    assert lab.vm.rows["stage"].value == "12.000 mm"


def test_what_another_pc_calls_localhost_is_there(world):
    world.vm.choose("pc7:9090")
    world.watchers.last.tell(Entry("shy", host="localhost"), Entry("laser", host="pc3"))
    assert [row.computer for row in world.vm.rows.values()] == ["pc7", "pc3"]
    world.vm.choose("localhost:9090")
    world.watchers.last.tell(Entry("shy", host="localhost"))
    assert world.vm.rows["shy"].computer == "this PC"


def test_what_another_pc_of_the_lab_should_serve_is_missed_here_too(lab):
    names = {"cryo": LabName("daemon/cold", "Cryostat", "", ("localhost:9090",), "pc7:4242")}
    lab.vm.set_far_lab("pc7:4242", names, {"cryo": "its daemon cold could not start"})
    assert lab.watchers.last.expected == {"laser", "stage", "cryo"}
    lab.watchers.last.tell(Entry("laser"), Entry("stage"), missing=("cryo",))
    row = lab.vm.rows["cryo"]
    assert (row.state, row.model, row.ours, row.computer) == ("missing", "Cryostat", True, "pc7")
    assert "could not start" in row.verdict.sentence
    assert lab.vm.remedy("cryo") == ""  # it is started there
    lab.vm.choose("elsewhere:9099")
    assert lab.watchers.last.expected == frozenset()


def test_this_pc_is_told_under_each_of_its_names(lab):
    lab.vm.set_lab(NAMES, {}, {"laser": 41231}, (), ["10.0.0.5"])
    lab.watchers.last.tell(Entry("laser", host="10.0.0.5"), Entry("stage", host="10.0.0.6"))
    assert [lab.vm.rows[name].computer for name in ("laser", "stage")] == ["this PC", "10.0.0.6"]
