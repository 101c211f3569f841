"""From names to children: which is meant, and what is said where none or several are."""

from __future__ import annotations

import pytest

from pyrolab_gui.supervision.commands.names import child_of, keys_of
from pyrolab_gui.wire.child import ChildKind, ChildStatus, ServiceStatus
from pyrolab_gui.wire.errors import LabError

ALL = (
    ChildStatus(ChildKind.NAMESERVER, "main"),
    ChildStatus(ChildKind.DAEMON, "main"),
    ChildStatus(ChildKind.DAEMON, "optics", services=(ServiceStatus("bench.laser"),)),
)


def test_a_name_or_a_key_is_enough():
    assert keys_of(ALL, ["optics", "daemon/optics", "nameserver/main"]) == ["daemon/optics", "nameserver/main"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("main", "say nameserver/main or daemon/main"),
        ("optic", "there are: main, main, optics"),
        ("bench.laser", "service of the daemon optics"),
    ],
)
def test_what_is_not_clear_is_asked_back(name: str, words: str):
    with pytest.raises(LabError, match=words):
        keys_of(ALL, ["optics", name])


def test_a_service_stands_for_its_daemon_where_nothing_is_changed():
    assert child_of(ALL, "bench.laser", by_service=True).key == "daemon/optics"


def test_an_empty_lab_says_so():
    with pytest.raises(LabError, match="there are: none"):
        child_of((), "optics")
