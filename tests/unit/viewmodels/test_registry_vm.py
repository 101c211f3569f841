"""The registry's view model: differences, counts, the link to the nameserver, intents."""

from __future__ import annotations

from typing import Any

import pytest

from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress
from pyrolab_gui.viewmodels.registry_rows import LabName
from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel
from pyrolab_gui.wire.errors import LabError, Unreachable
from pyrolab_gui.wire.health import Health, InstrumentLink, ProcessLink
from tests.unit.viewmodels.registry_fakes import LASER, Actions, DirectBridge, Entry, Notifications, Watchers


class World:
    def __init__(self):
        self.watchers, self.actions, self.notifications = Watchers(), Actions(), Notifications()
        self.vm = RegistryViewModel("me", self.notifications, DirectBridge(), self.watchers, self.actions)  # type: ignore[arg-type]
        self.diffs: list[Any] = []
        self.links: list[Any] = []
        self.descriptions: list[Any] = []
        self.vm.changed.connect(self.diffs.append)
        self.vm.linkChanged.connect(self.links.append)
        self.vm.described.connect(lambda *answer: self.descriptions.append(answer))


@pytest.fixture
def world():
    made = World()
    yield made
    made.vm.close()


def test_a_chosen_nameserver_is_watched_and_its_entries_become_rows(world):
    world.vm.choose("localhost:9090")
    watcher = world.watchers.last
    assert (watcher.host, watcher.port, watcher.identity, watcher.started) == ("localhost", 9090, "me", True)
    watcher.tell(Entry("laser"), Entry("meter", link=ProcessLink.SLOW))
    assert [row.name for row in world.diffs[-1].added] == ["laser", "meter"]
    assert world.vm.counts == {Health.LIVE: 1, Health.SLOW: 1}
    assert world.vm.link.reachable
    assert world.vm.link.sentence == ""


def test_only_differences_are_told(world):
    world.vm.set_nameserver("localhost", 9090)
    watcher = world.watchers.last
    watcher.tell(Entry("laser"), Entry("meter"), Entry("stage"))
    seen = len(world.diffs)
    watcher.tell(Entry("laser"), Entry("meter"), Entry("stage"))
    assert len(world.diffs) == seen
    watcher.tell(Entry("laser"), Entry("meter", link=ProcessLink.UNREACHABLE), Entry("osa"))
    change = world.diffs[-1]
    assert [row.name for row in change.added] == ["osa"]
    assert [(row.name, row.health) for row in change.changed] == [("meter", Health.LOST)]
    assert change.removed == ("stage",)


def test_the_worse_of_two_links_is_the_state_and_the_sentence_says_why(world):
    world.vm.set_nameserver("localhost", 9090)
    world.watchers.last.tell(
        Entry("stage", instrument=InstrumentLink.NOT_CONNECTED, error="could not open port COM7."),
        Entry("fit", link=ProcessLink.UNREACHABLE, reason="connection refused"),
    )
    stage, fit = world.vm.rows["stage"], world.vm.rows["fit"]
    assert stage.health is Health.NOT_CONNECTED
    assert stage.verdict.sentence == "stage is not connected to its instrument: could not open port COM7."
    assert stage.connection == "not connected"
    assert fit.seen
    assert fit.verdict.sentence == f"fit cannot be reached: connection refused (last seen {fit.seen})."


def test_another_nameserver_takes_the_rows_of_the_first_away(world):
    world.vm.set_nameserver("localhost", 9090)
    first = world.watchers.last
    first.tell(Entry("laser"))
    world.vm.set_nameserver("pc7", 9090)
    assert first.closed
    assert world.diffs[-1].removed == ("laser",)
    assert world.vm.counts == {}
    first.tell(Entry("ghost"))
    assert dict(world.vm.rows) == {}
    assert world.vm.history == ("pc7:9090", "localhost:9090")


def test_choosing_the_same_nameserver_looks_again(world):
    world.vm.set_nameserver("localhost", 9090)
    world.vm.choose("localhost")
    assert len(world.watchers.made) == 1
    assert world.watchers.last.refreshed == 1


def test_an_unreachable_nameserver_is_a_sentence(world):
    world.vm.choose("nowhere:9090")
    world.watchers.last.tell(link=ProcessLink.UNREACHABLE, reason="the host name is not known")
    assert world.links[-1].sentence == "The nameserver at nowhere:9090 cannot be reached: the host name is not known."
    assert not world.links[-1].reachable


def test_a_wrong_address_changes_nothing(world):
    world.vm.choose("localhost:9090")
    with pytest.raises(ValueError, match="is no port"):
        world.vm.choose("localhost:port")
    assert len(world.watchers.made) == 1
    assert world.vm.nameserver == NameserverAddress("localhost", 9090)


def test_the_labs_nameservers_and_the_history_are_offered(world):
    world.vm.set_history(["pc7:9090", "localhost:9090", "not an address"])
    world.vm.set_lab_nameservers([NameserverAddress("localhost", 9090, "main")])
    assert [choice.label for choice in world.vm.choices] == ["main · localhost:9090", "pc7:9090"]
    world.vm.choose("main")
    assert world.vm.nameserver.label == "main · localhost:9090"


def test_starting_the_labs_nameserver_is_asked_for_by_its_key(world):
    asked: list[Any] = []
    world.vm.startRequested.connect(asked.append)
    world.vm.choose("pc7")
    world.vm.start_own_nameserver()
    assert asked == []
    world.vm.set_lab_nameservers([NameserverAddress("pc7", 9090, "backup")])
    world.vm.start_own_nameserver()
    assert asked == ["nameserver/backup"]


def test_a_console_is_asked_for_with_uri_and_name(world):
    asked: list[Any] = []
    world.vm.consoleRequested.connect(lambda uri, name: asked.append((uri, name)))
    world.vm.choose("localhost")
    world.watchers.last.tell(Entry("laser"))
    world.vm.open_console("laser")
    world.vm.open_console("nobody")
    assert asked == [("PYRO:laser@localhost:41231", "laser")]


def test_a_description_is_asked_for_once_and_again_after_a_loss(world):
    world.vm.choose("localhost")
    world.watchers.last.tell(Entry("bench.laser"))
    world.vm.describe("bench.laser")
    world.actions.described[0][2].set_result(LASER)
    world.vm.describe("bench.laser")
    assert world.descriptions == [("bench.laser", LASER, "")] * 2
    assert len(world.actions.described) == 1
    world.watchers.last.tell(Entry("bench.laser", link=ProcessLink.UNREACHABLE))
    world.vm.describe("bench.laser")
    world.actions.described[1][2].set_exception(Unreachable("bench.laser cannot be reached"))
    assert world.descriptions[-1] == ("bench.laser", None, "bench.laser cannot be reached")


def test_removing_asks_the_nameserver_and_looks_again(world):
    world.vm.choose("localhost")
    world.watchers.last.tell(Entry("laser"))
    world.vm.remove("laser")
    address, name, future = world.actions.removed[0]
    assert (address, name) == ("localhost:9090", "laser")
    future.set_result(1)
    assert world.watchers.last.refreshed == 1
    assert world.notifications.errors == []


def test_a_removal_that_fails_is_told(world):
    world.vm.choose("localhost")
    world.watchers.last.tell(Entry("laser"))
    world.vm.remove("laser")
    world.actions.removed[0][2].set_exception(LabError("no reply", "traceback"))
    assert world.notifications.errors[0].sentence == "laser was not removed: no reply"
    assert world.notifications.errors[0].detail == "traceback"


def test_the_remedy_of_a_lost_entry_is_its_daemon_if_the_lab_has_it(world):
    asked: list[Any] = []
    world.vm.startRequested.connect(asked.append)
    world.vm.set_lab_nameservers([NameserverAddress("localhost", 9090, "main")])
    world.vm.choose("localhost")
    world.watchers.last.tell(Entry("laser", link=ProcessLink.UNREACHABLE), Entry("meter"))
    assert world.vm.remedy("laser") == ""
    world.vm.set_lab({name: LabName("daemon/optics") for name in ("laser", "meter")})
    assert world.vm.remedy("laser") == "Start its daemon"
    assert world.vm.remedy("meter") == ""
    world.vm.apply_remedy("laser")
    assert asked == ["daemon/optics"]


def test_the_remedy_of_a_driver_without_its_instrument_is_to_connect_again(world):
    world.vm.choose("localhost")
    world.watchers.last.tell(Entry("stage", instrument=InstrumentLink.NOT_CONNECTED))
    assert world.vm.remedy("stage") == "Connect again"
    world.vm.apply_remedy("stage")
    uri, name, future = world.actions.reconnected[0]
    assert (uri, name) == ("PYRO:stage@localhost:41231", "stage")
    future.set_exception(LabError("the daemon is older", ""))
    assert world.notifications.errors[0].sentence == "stage was not connected: the daemon is older"


def test_closing_ends_the_watcher_and_late_news_are_ignored(world):
    world.vm.choose("localhost")
    world.vm.close()
    assert world.watchers.last.closed
    world.watchers.last.tell(Entry("laser"))
    assert dict(world.vm.rows) == {}
