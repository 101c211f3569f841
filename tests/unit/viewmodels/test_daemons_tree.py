"""The lab as a tree: states roll up to the worst, with its count."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from pyrolab_gui.viewmodels.daemons_registry import evidence_of
from pyrolab_gui.viewmodels.daemons_tree import SEVERITY, WORDS, Marks, state_of_service, tree_of
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus, ServiceStatus
from pyrolab_gui.wire.health import Health

SERVICES = {"laser": {"daemon": "optics"}, "meter": {"daemon": "optics"}, "stage": {"daemon": "cryo"}}


def status(name, state=ChildState.RUNNING, kind=ChildKind.DAEMON, **services):
    told = tuple(ServiceStatus(service, link) for service, link in services.items())
    return ChildStatus(kind, name, state, services=told)


def tree(*statuses, services=SERVICES, marks=Marks(), daemons=("optics", "cryo")):  # noqa: B008
    return tree_of("pc", ["main"], daemons, services, {item.key: item for item in statuses}, marks)


def find(node, key):
    if node.key == key:
        return node
    return next((found for child in node.children if (found := find(child, key))), None)


def test_the_outline_is_nameservers_then_daemons_with_their_services():
    root = tree()
    assert [child.key for child in root.children] == ["nameserver/main", "daemon/optics", "daemon/cryo"]
    assert [child.name for child in find(root, "daemon/optics").children] == ["laser", "meter"]
    assert find(root, "daemon/optics").note == "2 services"
    assert find(root, "daemon/cryo").note == "1 service"


def test_a_daemon_shows_the_worst_of_its_services_with_the_count():
    root = tree(
        status("main", kind=ChildKind.NAMESERVER),
        status("optics", laser="not-connected", meter="not-connected"),
        status("cryo", stage="connected"),
    )
    optics = find(root, "daemon/optics")
    assert (optics.own, optics.state, optics.word) == ("running", "not-connected", "2 of 2 not connected")
    assert (find(root, "daemon/cryo").state, find(root, "daemon/cryo").word) == ("running", "")
    assert root.note == "3 of 3 running"
    assert (root.state, root.word) == ("not-connected", "2 of 3 not connected")


def test_a_failed_daemon_is_worse_than_its_services():
    root = tree(status("optics", ChildState.FAILED), status("cryo"))
    optics = find(root, "daemon/optics")
    assert (optics.state, optics.word) == ("failed", "failed")
    assert {child.state for child in optics.children} == {"lost"}
    assert root.word == "1 of 3 failed"


def test_entries_that_the_supervisor_does_not_know_are_not_saved():
    assert find(tree(), "daemon/optics").word == "not saved"


def test_a_child_that_runs_but_left_the_lab_is_still_shown():
    root = tree(status("old"), daemons=("optics",))
    assert find(root, "daemon/old").note == "not in the lab file"
    assert find(tree(status("old", ChildState.STOPPED)), "daemon/old") is None


def test_services_without_a_daemon_are_not_lost_from_sight():
    root = tree(services={"laser": {"daemon": "optics"}, "lonely": {"daemon": "gone"}})
    assert find(root, "missing/gone").name == "gone (missing)"
    assert find(root, "service/lonely") is not None


def test_marks_are_on_their_nodes():
    root = tree(marks=Marks(frozenset(["service/laser"]), {"daemon/optics": 2}))
    assert find(root, "service/laser").edited
    assert find(root, "daemon/optics").problems == 2


@pytest.mark.parametrize(
    ("daemon", "expected"),
    [
        (None, ("unsaved", "")),
        (status("optics", ChildState.STOPPED), ("stopped", "")),
        (status("optics", ChildState.STARTING), ("stopped", "")),
        (status("optics", ChildState.BACKOFF), ("lost", "")),
        (status("optics"), ("not-asked", "")),
        (
            ChildStatus(
                ChildKind.DAEMON,
                "optics",
                ChildState.RUNNING,
                services=(ServiceStatus("laser", "not-connected", "no such port"),),
            ),
            ("not-connected", "no such port"),
        ),
    ],
)
def test_the_state_of_a_service(daemon, expected):
    assert state_of_service("laser", daemon) == expected


def test_every_state_of_a_child_has_a_rank_and_a_word():
    for state in ChildState:
        assert SEVERITY[state] > 0
        assert WORDS[state]


@pytest.mark.parametrize(
    ("health", "state"),
    [(Health.LIVE, "live"), (Health.NOT_ASKED, "not-asked"), (Health.SLOW, "slow"), (Health.FAILED, "failed")],
)
def test_a_driver_that_says_it_is_connected_is_as_well_as_its_instrument_answers(health, state):
    optics = replace(status("optics", laser="connected"), uri="PYRO:Pyro.Daemon@pc3:41231")
    row: Any = SimpleNamespace(host="pc3", port=41231, health=health, verdict=SimpleNamespace(sentence="so it is"))
    daemons: Any = SimpleNamespace(statuses=lambda: [optics])
    told = evidence_of(daemons, {"laser": row})
    assert state_of_service("laser", optics) == ("connected", "")
    assert state_of_service("laser", optics, told)[0] == state
    row.port = 1  # an entry of that name elsewhere says nothing of this one
    assert not evidence_of(daemons, {"laser": row})
    assert state_of_service("laser", status("optics", laser="not-connected"), told)[0] == "not-connected"


@pytest.mark.parametrize(("has_file", "note"), [(True, "empty lab"), (False, "no lab file")])
def test_a_lab_file_with_nothing_in_it_is_there(has_file, note):
    assert tree_of("pc", (), (), {}, {}, Marks(), has_file=has_file).note == note
