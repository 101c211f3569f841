"""Descriptions in their plain form."""

from __future__ import annotations

import json

import pytest

from pyrolab_gui.wire.description import (
    MISSING,
    Choice,
    MemberDescription,
    ParameterDescription,
    ServiceDescription,
    TypeDescription,
    member_from_plain,
    service_from_plain,
    to_plain,
    type_from_plain,
)

POWER = TypeDescription("float", ge=0.0, le=13.0, unit="mW")
MODE = TypeDescription("enum", "Mode", (Choice("SLOW", "slow"), Choice("FAST", 2)))
SERVICE = ServiceDescription(
    "bench.laser",
    "Laser",
    "A laser.",
    "single",
    True,
    (
        MemberDescription(
            "power", "property", TypeDescription("float"), role="write", readable=True, writable=True, written=POWER
        ),
        MemberDescription(
            "sweep",
            "method",
            TypeDescription("list", items=(POWER,)),
            parameters=(
                ParameterDescription("start", POWER),
                ParameterDescription("mode", TypeDescription("optional", items=(MODE,)), default=None),
                ParameterDescription("more", TypeDescription("any"), "var-keyword"),
            ),
            streaming=True,
        ),
    ),
)


def test_a_description_survives_json():
    assert service_from_plain(json.loads(json.dumps(to_plain(SERVICE)))) == SERVICE


def test_what_is_at_its_default_is_left_out():
    assert to_plain(TypeDescription("int")) == {"kind": "int"}


def test_a_default_of_none_is_not_a_missing_default():
    given = to_plain(ParameterDescription("mode", TypeDescription("str"), default=None))
    assert given["default"] is None
    assert "default" not in to_plain(ParameterDescription("mode", TypeDescription("str"), default=MISSING))


def test_unknown_keys_and_kinds_of_a_newer_peer_are_ignored():
    assert type_from_plain({"kind": "quaternion", "spin": 1}) == TypeDescription("any", "quaternion")
    assert member_from_plain({"name": "x", "kind": "method", "returns": {"kind": "int"}, "since": 2}).name == "x"


def test_required_is_what_has_no_default():
    start, mode, more = SERVICE.member("sweep").parameters
    assert (start.required, mode.required, more.required) == (True, False, False)


def test_a_member_that_is_not_there():
    with pytest.raises(KeyError):
        SERVICE.member("temperature")


def test_the_type_of_a_setter():
    assert SERVICE.member("power").setting == POWER
    assert SERVICE.member("sweep").setting == SERVICE.member("sweep").returns


@pytest.mark.parametrize(
    ("described", "number"),
    [
        (POWER, True),
        (TypeDescription("optional", items=(POWER,)), True),
        (MODE, False),
        (TypeDescription("bool"), False),
    ],
)
def test_what_a_plot_can_show(described, number):
    assert described.is_number is number
