"""Edits of a lab: a new lab each time, with every reference followed."""

from __future__ import annotations

import pytest

from pyrolab_gui.model import edit
from pyrolab_gui.model.check import problems_of
from pyrolab_gui.model.lab import Autolaunch, Daemon, Lab, Nameserver, Service

SERVICE = Service(module="m", classname="C", instancemode="single", daemon="optics", nameservers=("main", "backup"))
LAB = Lab(
    nameservers={"main": Nameserver(), "backup": Nameserver(ns_port=9099)},
    daemons={"optics": Daemon(nameservers=("backup",)), "motion": Daemon()},
    services={"laser": SERVICE, "stage": SERVICE.model_copy(update={"daemon": "motion", "nameservers": ()})},
    autolaunch=Autolaunch(nameservers=("main", "backup"), daemons=("motion", "optics")),
)


def test_renaming_a_daemon_moves_its_services_and_autolaunch_and_keeps_its_place():
    lab = edit.rename(LAB, "daemons", "optics", "light")
    assert list(lab.daemons) == ["light", "motion"]
    assert {name: service.daemon for name, service in lab.services.items()} == {"laser": "light", "stage": "motion"}
    assert lab.autolaunch.daemons == ("motion", "light")
    assert problems_of(lab) == []
    assert list(LAB.daemons) == ["optics", "motion"]


def test_renaming_a_nameserver_is_followed_everywhere():
    lab = edit.rename(LAB, "nameservers", "backup", "spare")
    assert lab.services["laser"].nameservers == ("main", "spare")
    assert lab.daemons["optics"].nameservers == ("spare",)
    assert lab.autolaunch.nameservers == ("main", "spare")
    assert lab.services["stage"] is LAB.services["stage"]
    assert problems_of(lab) == []


def test_removing_a_nameserver_takes_it_out_of_all_lists():
    lab = edit.remove(LAB, "nameservers", "backup")
    assert lab.services["laser"].nameservers == ("main",)
    assert lab.daemons["optics"].nameservers == ()
    assert problems_of(lab) == []


def test_removing_a_daemon_leaves_its_services_for_the_check_to_point_at():
    lab = edit.remove(LAB, "daemons", "optics")
    assert lab.autolaunch.daemons == ("motion",)
    assert [problem.path for problem in problems_of(lab)] == [("services", "laser", "daemon")]


def test_adding_and_replacing():
    lab = edit.add(LAB, "services", "meter", SERVICE)
    assert list(lab.services) == ["laser", "stage", "meter"]
    changed = SERVICE.model_copy(update={"classname": "D"})
    assert edit.replace(lab, "services", "meter", changed).services["meter"].classname == "D"
    with pytest.raises(KeyError):
        edit.replace(LAB, "services", "meter", changed)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("stage", "There is already a service called 'stage'."),
        ("a b", "The name 'a b' contains white space"),
        ("a@b", "The name 'a@b' contains an '@'"),
        ("", "The name is empty."),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_a_sentence(name, sentence):
    with pytest.raises(ValueError, match="^" + sentence.replace(".", r"\.")):
        edit.rename(LAB, "services", "laser", name)
    with pytest.raises(ValueError, match="^" + sentence.replace(".", r"\.")):
        edit.add(LAB, "services", name, SERVICE)


def test_a_free_name_is_found():
    assert edit.free_name(LAB, "services", "laser") == "laser-2"
    assert edit.free_name(LAB, "services", "meter") == "meter"
