"""Results as clients get them."""

from __future__ import annotations

import array
import collections
import dataclasses
import datetime
import decimal
import enum
import pathlib
import threading
import uuid

import numpy as np
import pydantic
import pytest
from Pyro5 import client, serializers
from Pyro5.callcontext import current_context

from pyrolab_gui.hosting.results import Receiver, converted

SERPENT, JSON, MSGPACK = Receiver(1), Receiver(3), Receiver(4)


class Mode(enum.Enum):
    SLOW = "slow"
    ODD = object()


class Level(enum.IntEnum):
    LOW = 1


@dataclasses.dataclass
class Point:
    x: np.floating
    mode: Mode
    extra: object = None


class Model(pydantic.BaseModel):
    gain: float = 2.0


Pair = collections.namedtuple("Pair", "a b")
UTC = datetime.timezone(datetime.timedelta(0))


@pytest.mark.parametrize("receiver", [SERPENT, JSON, MSGPACK], ids=["serpent", "json", "msgpack"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (1.5, 1.5),
        (Mode.SLOW, "slow"),
        (Mode.ODD, "ODD"),
        (Level.LOW, 1),
        (np.float32(1.5), 1.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.longdouble(1.5), 1.5),
        (np.str_("a"), "a"),
        (np.array([1, 2]), [1, 2]),
        (np.array(2.5), 2.5),
        (np.array([[1.0], [2.0]]), [[1.0], [2.0]]),
        (np.array(["a", None], object), ["a", None]),
        (np.ma.masked_array([1.0, 2.0], [False, False]), [1.0, 2.0]),
        (np.ma.masked_array([1, 2], [False, True]), [1, None]),
        (Point(np.float64(1), Mode.SLOW), {"x": 1.0, "mode": "slow", "extra": None}),
        (Pair(1, Level.LOW), [1, 1]),
        (Model(), {"gain": 2.0}),
        (pathlib.PurePosixPath("/a"), "/a"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (decimal.Decimal("1.5"), 1.5),
        (datetime.timedelta(minutes=1), 60.0),
        (datetime.time(1, 2), "01:02:00"),
        (range(3), [0, 1, 2]),
        (array.array("d", [1.0]), [1.0]),
        (collections.deque([1]), [1]),
        ({"a": [np.int8(1), {"b": Mode.SLOW}]}, {"a": [1, {"b": "slow"}]}),
        ({Mode.SLOW: 1}, {"slow": 1}),
        ({"a": 1}.values(), [1]),
        (ValueError("bad"), "ValueError: bad"),
    ],
    ids=lambda value: str(value) if isinstance(value, enum.Enum) else repr(value),
)
def test_every_client_gets_the_same(value, expected, receiver):
    result = converted(value, receiver)
    assert result == expected
    assert type(result) is type(expected)


def test_what_differs_by_serializer():
    when = datetime.datetime(2026, 1, 2, 3, 4, 5)
    value = {1: (1, {2}), "when": when, "day": when.date(), "raw": bytearray(b"a"), "z": 1j}
    assert converted(value, SERPENT) == {
        1: (1, {2}), "when": "2026-01-02T03:04:05", "day": "2026-01-02", "raw": b"a", "z": 1j,
    }  # fmt: skip
    assert converted(value, MSGPACK) == {"1": [1, [2]], "when": when, "day": when.date(), "raw": b"a", "z": 1j}
    assert converted(value, JSON) == {
        "1": [1, [2]], "when": "2026-01-02T03:04:05", "day": "2026-01-02",
        "raw": {"data": "YQ==", "encoding": "base64"}, "z": {"real": 0.0, "imag": 1.0},
    }  # fmt: skip
    assert converted({(1, 2), (3, 4)}, MSGPACK) in ([[1, 2], [3, 4]], [[3, 4], [1, 2]])
    assert converted([{Pair(1, [2])} if False else Pair(1, [2])], SERPENT) == [[1, [2]]]


def test_msgpack_keeps_the_instant_of_an_aware_datetime():
    aware = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    result = converted(aware, MSGPACK)
    assert result.tzinfo is None
    assert result.timestamp() == aware.timestamp()


@pytest.mark.parametrize("number", [1, 3, 4])
def test_everything_converted_can_be_serialized(number):
    value = [
        datetime.datetime(2026, 1, 2),
        {1: {2}},
        1j,
        b"a",
        Mode.SLOW,
        np.arange(3),
        Point(np.float64(1), Mode.SLOW),
        2**70,
    ]
    serializers.serializers_by_id[number].dumps(converted(value, Receiver(number)))


def test_arrays_of_our_clients():
    current_context.response_annotations = {}
    result = converted({"x": np.arange(3.0)}, Receiver(4, arrays=True))
    assert result == {"x": {"__ndarray__": "A000", "dtype": "<f8", "shape": [3]}}
    assert converted(np.arange(2), Receiver(1, arrays=True)) == [0, 1]
    current_context.response_annotations = {}


def test_a_masked_array_is_nan_where_it_is_masked():
    current_context.response_annotations = {}
    converted(np.ma.masked_array([1.0, 2.0], [False, True]), Receiver(4, arrays=True))
    assert np.isnan(np.frombuffer(current_context.response_annotations["A000"])[1])
    current_context.response_annotations = {}


def test_a_list_of_plain_numbers_is_not_copied():
    value = [1.0, 2.0]
    assert converted(value, MSGPACK) is value


class Foo: ...


def endless():
    value: list[object] = []
    value.append(value)
    return value


async def coroutine(): ...


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (Foo, "laser.get returned a Foo, which cannot be sent."),
        (lambda: [1, Foo()], "laser.get returned a list that contains a Foo, which cannot be sent."),
        (lambda: Foo, "laser.get returned a type, which cannot be sent."),
        (lambda: Point, "laser.get returned a type, which cannot be sent."),
        (threading.Lock, "laser.get returned a lock, which cannot be sent."),
        (object, "laser.get returned an object, which cannot be sent."),
        (endless, "laser.get returned a value that is nested too deeply to be sent."),
        (coroutine, "laser.get returned a coroutine, which cannot be sent."),
    ],
)
def test_what_cannot_be_sent(make, sentence):
    with pytest.raises(TypeError) as caught:
        converted(make(), MSGPACK, "laser.get")
    assert str(caught.value) == sentence
    assert caught.value.remote_class == "NotSendable"  # type: ignore[attr-defined]


def test_a_proxy_with_a_secret_stays_here():
    proxy = client.Proxy("PYRO:x@localhost:1")
    assert converted(proxy, MSGPACK) is proxy
    proxy._pyroHandshake = {"token": "secret"}
    with pytest.raises(TypeError, match="Proxy"):
        converted(proxy, MSGPACK)
