"""What a supervisor tells travels as JSON and comes back the same, also from a newer one with more to say."""

from __future__ import annotations

import json

import pytest

from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus
from pyrolab_gui.wire.supervision import (
    ChildEvent,
    ChildStatistics,
    EventKind,
    Hit,
    HitCall,
    HitLock,
    LabProblem,
    LabText,
    LogLines,
    PlanChange,
    ServiceAddress,
    Span,
    SupervisorInfo,
)

THINGS = [
    ChildEvent(1.5, "daemon/optics", EventKind.CRASHED, "was killed (SIGKILL)", "ada@desk"),
    ChildStatistics(
        (Span(1.0, 2.0, "running"),),
        1,
        2,
        3.5,
        4096,
        ((1.0, 2.0),),
        ((1.0, 4096.0),),
        3,
        "laser.scan, 3 s",
        "laser.power",
    ),
    ChildStatistics(),
    Hit("daemon/optics", 2, (HitCall("laser", "scan", "ada@desk", 3.0),), (HitLock("laser", "ada@desk", 1.0),)),
    LabText("a: 1\n", "/lab.yaml", "abc"),
    LabProblem("There is no daemon optics.", ("services", "laser", 0), 3, "warning"),
    PlanChange("daemon/optics", "restart", "Changed: port."),
    LogLines(("one", "two"), "0:8"),
    SupervisorInfo("bench", 7, "1.0", 3.0, True),
    ChildStatus(ChildKind.DAEMON, "optics", ChildState.RUNNING, 7, stale=True),
]


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: type(thing).__name__)
def test_there_and_back(thing):
    plain = json.loads(json.dumps(thing.to_plain()))
    assert type(thing).from_plain(plain) == thing
    assert type(thing).from_plain({**plain, "later": [1]}) == thing


def test_the_address_of_a_supervisor():
    address = ServiceAddress("127.0.0.1", 4000, "secret", 7, "1.0")
    assert ServiceAddress.from_json(address.to_json()) == address
    assert address.uri == "PYRO:pyrolab.supervisor@127.0.0.1:4000"
    for text in ("", "{", "[]", "3", '{"host": "x"}', address.to_json()[:-9]):
        with pytest.raises(ValueError, match="not an address file"):
            ServiceAddress.from_json(text)


def test_a_problem_says_where():
    assert str(LabProblem("It is odd.", ("services", "laser"))) == "services.laser: It is odd."
    assert str(LabProblem("It is odd.")) == "It is odd."
