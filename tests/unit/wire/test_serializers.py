"""What Pyro5's serializers take and give after `wire.serializers.register`, and what they refuse."""

from __future__ import annotations

import datetime
import enum
import marshal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from Pyro5 import errors
from Pyro5 import serializers as pyro

from pyrolab_gui.wire import serializers


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    by_name, by_id = dict(pyro.serializers), dict(pyro.serializers_by_id)
    serializers.register()
    yield
    pyro.serializers.update(by_name)
    pyro.serializers_by_id.update(by_id)


ALL = ("serpent", "json", "msgpack")


class LaserFault(Exception):  # noqa: N818
    pass


def _sent(name: str, value: Any) -> Any:
    """Return what arrives at the other end of a connection."""
    return pyro.serializers[name].loads(pyro.serializers[name].dumps(value))


def test_both_tables_hold_the_same_and_registering_twice_does_no_harm() -> None:
    serializers.register()
    assert {serializer.serializer_id for serializer in pyro.serializers.values()} == {1, 2, 3, 4}
    assert all(pyro.serializers_by_id[item.serializer_id] is item for item in pyro.serializers.values())


def test_marshal_is_known_and_refuses() -> None:
    data = marshal.dumps(("object", "method", (), {}))
    for load in (pyro.serializers["marshal"].loads, pyro.serializers_by_id[2].loadsCall):
        with pytest.raises(errors.SerializeError, match="not taken"):
            load(data)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("class_name", ["lab.drivers.LaserFault", "__main__.LaserFault", "LaserFault"])
def test_an_exception_of_a_class_that_is_not_here_keeps_all_that_is_known_of_it(name: str, class_name: str) -> None:
    arrived = _sent(
        name,
        {
            "__class__": class_name,
            "__exception__": True,
            "args": ["interlock open"],
            "attributes": {"_pyroTraceback": ["line 1\n", "line 2\n"]},
        },
    )
    assert isinstance(arrived, RuntimeError)
    assert str(arrived) == "LaserFault: interlock open"
    assert (arrived.remote_class, arrived.remote_message) == ("LaserFault", "interlock open")  # type: ignore[attr-defined]
    assert list(arrived._pyroTraceback) == ["line 1\n", "line 2\n"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ALL)
def test_exceptions_that_are_here_arrive_as_themselves(name: str) -> None:
    arrived = _sent(name, ValueError("too high"))
    assert type(arrived) is ValueError
    assert arrived.args == ("too high",)
    assert type(_sent(name, LaserFault("interlock open"))) is RuntimeError


@pytest.mark.parametrize("name", ALL)
def test_other_unknown_classes_are_refused(name: str) -> None:
    with pytest.raises(errors.PyroError):
        _sent(name, {"__class__": "os.system", "command": "true"})


def test_msgpack_takes_keys_that_are_numbers() -> None:
    assert _sent("msgpack", {1: "one", 2: {3: "three"}}) == {1: "one", 2: {3: "three"}}


class Unit(enum.Enum):
    DBM = "dBm"


@pytest.mark.parametrize("name", ["json", "msgpack"])
@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Unit.DBM, "dBm"),
        (Path("a") / "b", str(Path("a") / "b")),
        (np.float32(0.5), 0.5),
        (np.int16(-3), -3),
        (np.bool_(True), True),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
    ],
)
def test_what_has_a_plain_value_arrives_as_it(name: str, value: object, plain: object) -> None:
    arrived = _sent(name, {"value": value})["value"]
    assert arrived == plain
    assert type(arrived) is type(plain)


def test_a_time_with_its_zone_arrives_as_text() -> None:
    moment = datetime.datetime(2026, 11, 24, 14, 1, tzinfo=datetime.UTC)
    assert _sent("msgpack", moment) == moment.isoformat()
