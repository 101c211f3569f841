"""Records behave as the frozen dataclasses that they stand for."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import dataclass, field
from typing import Any

import pytest

from pyrolab_gui.wire.record import record


@record(frozen=True)
class Point:
    """A place."""

    x: float
    y: float = 0.0
    tags: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Reference:
    """What a record is compared with."""

    x: float
    y: float = 0.0
    tags: dict[str, int] = field(default_factory=dict)


CLASSES = pytest.mark.parametrize("cls", [Point, Reference])


@CLASSES
def test_values_by_place_by_name_and_by_default(cls: Any):
    assert vars(cls(1.0)) == {"x": 1.0, "y": 0.0, "tags": {}}
    assert vars(cls(1.0, tags={"a": 1})) == {"x": 1.0, "y": 0.0, "tags": {"a": 1}}
    assert cls(1.0).tags is not cls(1.0).tags
    assert list(vars(cls(y=2.0, x=1.0))) == ["x", "y", "tags"]


@CLASSES
@pytest.mark.parametrize("values", [((), {}), ((1, 2, {}, 4), {}), ((1,), {"x": 1}), ((1,), {"z": 1})])
def test_values_that_do_not_fit(cls: Any, values: tuple[tuple[Any, ...], dict[str, Any]]):
    with pytest.raises(TypeError):
        cls(*values[0], **values[1])


@CLASSES
def test_frozen(cls: Any):
    point = cls(1.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        point.x = 2.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        del point.x
    with pytest.raises(dataclasses.FrozenInstanceError):
        point.other = 2.0


@CLASSES
def test_equal_by_class_and_values(cls: Any):
    assert cls(1.0) == cls(1.0)
    assert cls(1.0) != cls(2.0)
    assert cls(1.0) != (1.0, 0.0, {})
    with pytest.raises(TypeError):
        hash(cls(1.0))
    assert hash(cls(1.0, 2.0, ())) == hash(cls(1.0, 2.0, ()))
    assert repr(cls(1.0)) == f"{cls.__name__}(x=1.0, y=0.0, tags={{}})"


@CLASSES
def test_the_functions_for_dataclasses_know_it(cls: Any):
    point = cls(1.0, tags={"a": 1})
    assert dataclasses.asdict(point) == {"x": 1.0, "y": 0.0, "tags": {"a": 1}}
    assert dataclasses.replace(point, y=3.0) == cls(1.0, 3.0, {"a": 1})
    assert [item.name for item in dataclasses.fields(cls)] == ["x", "y", "tags"]
    assert pickle.loads(pickle.dumps(point)) == copy.deepcopy(point) == point
    match point:
        case Point(x, y) | Reference(x, y):
            assert (x, y) == (1.0, 0.0)
