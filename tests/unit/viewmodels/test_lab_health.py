"""The sum of health: what the lab expects, the worst first; what is foreign stands apart."""

from __future__ import annotations

import pytest

from pyrolab_gui.network.registry_entry import RegistryEntry
from pyrolab_gui.viewmodels.lab_health import LabHealth, sum_up
from pyrolab_gui.viewmodels.registry_rows import LabName, row_of
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus, ServiceStatus
from pyrolab_gui.wire.health import ProcessLink
from tests.unit.viewmodels.registry_fakes import Entry


def daemon(state: ChildState = ChildState.RUNNING, *services: ServiceStatus) -> ChildStatus:
    return ChildStatus(ChildKind.DAEMON, "optics", state, services=services)


def rows(*entries: RegistryEntry):
    return [row_of(entry) for entry in entries]


def test_worst_stands_first_and_missing_ones_are_counted():
    running = daemon()
    services = {"laser": running, "meter": running, "stage": daemon(ChildState.STOPPED)}
    listed = rows(Entry("laser"), Entry("meter", link=ProcessLink.UNREACHABLE))
    found = sum_up(services, listed)
    assert (found.counts, found.expected) == ((("lost", 1), ("stopped", 1), ("live", 1)), 3)
    assert (found.sentence, found.not_ready, found.worst) == ("1 of 3 ready", ("meter", "stage"), "lost")
    assert sum_up({"stage": daemon(ChildState.STOPPED)}, ()).worst == "stopped"


def test_what_the_lab_does_not_have_is_counted_apart_and_daemons_not_at_all():
    listed = rows(Entry("laser"), Entry("bench.laser"), Entry("optics", object_id="Pyro.Daemon"))
    assert sum_up({"laser": daemon()}, listed) == LabHealth((("live", 1),), 1, 1, promised=True)


def test_instruments_of_another_pc_of_the_lab_count_with_those_of_this_one():
    known = LabName("daemon/cold", "Cryostat", computer="pc7:4242")
    listed = [row_of(Entry("laser")), row_of(Entry("cryo"), lab=known, has_lab=True), row_of(Entry("x"), has_lab=True)]
    assert sum_up({"laser": daemon()}, listed) == LabHealth((("live", 2),), 2, 1, promised=True)


def test_without_a_lab_every_instrument_counts():
    listed = rows(Entry("a"), Entry("b", link=ProcessLink.SLOW))
    assert sum_up({}, listed) == LabHealth((("slow", 1), ("live", 1)), 2)
    assert sum_up({}, listed).sentence == ""


@pytest.mark.parametrize(
    ("child", "state"),
    [
        (None, "stopped"),
        (daemon(ChildState.STOPPED), "stopped"),
        (daemon(ChildState.STARTING), "connecting"),
        (daemon(ChildState.FAILED), "lost"),
        (daemon(ChildState.BACKOFF), "lost"),
        (daemon(ChildState.UNRESPONSIVE), "no reply"),
        (daemon(ChildState.RUNNING, ServiceStatus("laser", "connected")), "not asked"),
        (daemon(ChildState.RUNNING, ServiceStatus("laser", "not-connected")), "not connected"),
    ],
)
def test_instrument_that_no_nameserver_lists_is_as_its_daemon_says(child, state):
    assert sum_up({"laser": child}, ()).counts == ((state, 1),)


def test_name_at_a_strangers_nameserver_makes_a_stopped_daemon_no_better():
    assert sum_up({"laser": daemon(ChildState.STOPPED)}, rows(Entry("laser"))).counts == (("stopped", 1),)


def test_the_labs_own_in_its_second_nameserver_is_no_other():
    services = {"laser": daemon()}
    lab = LabName("daemon/optics", "Laser", "", ("main", "backup"))
    twice = [
        row_of(Entry("laser"), lab=lab, has_lab=True),
        row_of(Entry("laser"), nameserver="localhost:9556", place="backup", lab=lab, has_lab=True),
        row_of(Entry("guest"), nameserver="localhost:9556", place="backup", has_lab=True),
    ]
    assert [row.key for row in twice] == ["laser", "laser@localhost:9556", "guest@localhost:9556"]
    assert sum_up(services, twice) == LabHealth((("live", 1),), 1, 1, promised=True)


def test_where_the_nameserver_is_gone_an_instrument_is_ready_by_the_word_of_its_daemon():
    found = sum_up({"laser": daemon(ChildState.RUNNING, ServiceStatus("laser", "connected"))}, ())
    assert (found.sentence, found.not_ready) == ("1 of 1 ready", ())
