"""Arguments are made plain before they travel; arrays as bytes only for ends that take them."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from pathlib import PurePosixPath

import numpy as np
import pytest

from pyrolab_gui.network.arguments import has_array, plain
from pyrolab_gui.wire.names import ARRAY_KEY


class Mode(enum.Enum):
    CW = "cw"


@dataclasses.dataclass
class Sweep:
    start: float
    mode: Mode


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.5, 1.5),
        (None, None),
        (Mode.CW, "cw"),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        ([Mode.CW, (np.int64(1), 2)], ["cw", (1, 2)]),
        ({"a": Mode.CW}, {"a": "cw"}),
        (PurePosixPath("a/b"), "a/b"),
        (Sweep(1.0, Mode.CW), {"start": 1.0, "mode": "cw"}),
        (
            datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
            "2026-01-02T00:00:00+00:00",
        ),
        (np.array([1.0, 2.0]), [1.0, 2.0]),
    ],
)
def test_plain_values(value: object, expected: object):
    found = plain(value, False)
    assert found == expected
    assert type(found) is type(expected)


def test_arrays_travel_as_bytes_where_they_are_taken():
    array = np.arange(6, dtype="<i2").reshape(2, 3)
    assert plain([array], True) == [{ARRAY_KEY: array.tobytes(), "dtype": "<i2", "shape": [2, 3]}]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(np.zeros(2), True), ([{"a": (np.zeros(2),)}], True), (np.float64(1), False), ([1, {"a": "b"}], False)],
)
def test_arrays_are_found_wherever_they_stand(value: object, expected: bool):
    assert has_array(value) is expected
