"""The lab file of a supervisor: versions, refusals, and what differs between two plans, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pyrolab_gui.supervision.lab_text import changes, parts_of, read_lab, read_plan, version_of, write_lab
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.errors import ConfigInvalid, LabError
from pyrolab_gui.wire.plans import DaemonPlan, LabPlan, NameserverPlan, ServicePlan, lab_from_plain, lab_to_plain

LASER = ServicePlan("laser", "laser", "drivers.laser", "Laser", parameters={"port": "COM3"})
OPTICS = DaemonPlan("optics", services=(LASER,))
MOTION = DaemonPlan("motion")
LAB = LabPlan((NameserverPlan("lab"),), (OPTICS, MOTION), ("daemon/optics",))
RUNS = {"nameserver/lab": ChildState.RUNNING, "daemon/optics": ChildState.RUNNING, "daemon/motion": ChildState.STOPPED}


def done(new, old=LAB, states=RUNS):
    return [(change.key, change.action, change.reason) for change in changes(parts_of(old), new, states)]


def test_what_is_the_same_is_left_alone():
    assert done(LAB) == []


def test_only_what_changed_is_restarted_and_it_says_why():
    moved = replace(LASER, parameters={"port": "COM4"})
    new = replace(LAB, daemons=(replace(OPTICS, services=(moved,), stop_seconds=9.0), replace(MOTION, port=5000)))
    assert done(new) == [
        ("daemon/optics", "restart", "Changed: laser: port COM3 → COM4; stop after 5 → 9."),
        ("daemon/motion", "none", "Changed: port 0 → 5000."),
    ]


def test_services_that_come_and_go():
    meter = replace(LASER, name="meter")
    assert done(replace(LAB, daemons=(replace(OPTICS, services=(meter,)), MOTION)))[0][2] == (
        "Changed: meter is new; laser is gone."
    )


def test_what_is_gone_is_stopped_and_what_is_new_starts_if_the_lab_says_so():
    new = LabPlan(LAB.nameservers, (MOTION, DaemonPlan("lamps"), DaemonPlan("spare")), ("daemon/lamps",))
    assert done(new) == [
        ("daemon/optics", "stop", "It is not in the lab file any more."),
        ("daemon/lamps", "start", "It is new in the lab file."),
        ("daemon/spare", "none", "It is new in the lab file."),
    ]


def test_a_plan_travels_whole():
    assert lab_from_plain(lab_to_plain(LAB)) == LAB
    assert lab_from_plain({**lab_to_plain(LAB), "later": 1}) == LAB


def test_no_lab_file_is_no_error_but_nothing_can_be_read_again():
    assert read_lab("").text == ""
    with pytest.raises(ConfigInvalid, match="No lab file is open"):
        read_plan("")


def test_a_lab_file_that_is_gone(tmp_path):
    with pytest.raises(LabError, match="cannot be read"):
        read_lab(str(tmp_path / "lab.yaml"))
    with pytest.raises(ConfigInvalid, match="There is no lab file"):
        read_plan(str(tmp_path / "lab.yaml"))


def test_a_new_lab_file_is_based_on_nothing(tmp_path):
    file = tmp_path / "lab.yaml"
    plan, problems = write_lab("daemons:\n  optics: {}\n", str(file), "")
    assert plan is not None
    assert [part.name for part in plan.daemons] == ["optics"]
    assert problems == ()
    assert read_lab(str(file)).version == version_of(file.read_text())


def test_a_text_that_is_based_on_something_else_is_refused(tmp_path):
    file = tmp_path / "lab.yaml"
    file.write_text("daemons:\n  optics: {}\n")
    plan, problems = write_lab("daemons: {}\n", str(file), "")
    assert plan is None
    assert "changed by somebody else" in problems[0].sentence
    assert "optics" in file.read_text()


def test_the_path_must_be_whole():
    plan, problems = write_lab("", "lab.yaml", "")
    assert plan is None
    assert "absolute" in str(problems[0])
