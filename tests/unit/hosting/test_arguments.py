"""The check of arguments: what passes, what the driver gets, and the sentence where it does not."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import pathlib
import uuid
from typing import Annotated, Any, Literal, NamedTuple, Required, TypedDict

import annotated_types as at
import numpy as np
import numpy.typing as npt
import pydantic
import pytest

from pyrolab_gui.hosting.arguments import CallCheck, ValueCheck
from pyrolab_gui.hosting.members import members_of

INF, NAN = float("inf"), float("nan")


class Mode(enum.Enum):
    SLOW = "slow"
    FAST = 2
    PAIR = (1, 2)


class Level(enum.IntEnum):
    LOW = 1


class Flags(enum.Flag):
    A = 1
    B = 2


@dataclasses.dataclass
class Point:
    x: Annotated[float, at.Ge(0), at.Unit("mm")]
    n: int = 1


@dataclasses.dataclass
class Tree:
    value: float
    children: list[Tree] = dataclasses.field(default_factory=list)
    depth: int = dataclasses.field(default=0, init=False)


class Foo: ...


def check(annotation, value, limits=None):
    """Return what a driver gets for a value of a parameter called x."""

    def method(self, x): ...

    method.__annotations__["x"] = annotation
    member = members_of(type("Driver", (), {"f": method}))["f"]
    (taken,), _ = CallCheck(object, member, "laser.f", {"f": limits} if limits else {})((value,), {})
    return taken


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (float, 1, 1.0),
        (float, 1.5, 1.5),
        (int, 3, 3),
        (int, 3.0, 3),
        (complex, 1, 1 + 0j),
        (complex, 1j, 1j),
        (str, "a", "a"),
        (bool, True, True),
        (bytes, b"a", b"a"),
        (bytes, {"data": "AP8=", "encoding": "base64"}, b"\0\xff"),
        (pathlib.Path, "/a", pathlib.Path("/a")),
        (datetime.datetime, "2026-01-02T03:04:05", datetime.datetime(2026, 1, 2, 3, 4, 5)),
        (list[int], [1, 2.0], [1, 2]),
        (tuple[int, str], [1, "a"], (1, "a")),
        (dict[int, float], {"1": 2}, {1: 2.0}),
        (set[int], [1, 1], {1}),
        (Mode, "slow", Mode.SLOW),
        (Mode, "SLOW", Mode.SLOW),
        (Mode, 2, Mode.FAST),
        (Mode, [1, 2], Mode.PAIR),
        (Level, 1, Level.LOW),
        (Flags, 3, Flags.A | Flags.B),
        (Literal["a", 1], 1, 1),
        (Literal[Mode.SLOW], "slow", Mode.SLOW),
        (float | None, None, None),
        (Annotated[float | None, at.Ge(0)], None, None),
        (int | str, "1", "1"),
        (float | str, 2.5, 2.5),
        (Point, {"x": 1}, Point(1.0)),
        (Annotated[float, pydantic.AllowInfNan(True)], INF, INF),
        (np.float64, 2, 2.0),
        (Any, {"a": 1}, {"a": 1}),
        (Foo, 3, 3),
        (list[Foo], [3], [3]),
        (None, None, None),
        (Annotated[int | float, at.Interval(ge=0, le=5)], 5, 5.0),
    ],
    ids=str,
)
def test_what_passes(annotation, value, expected):
    taken = check(annotation, value)
    assert taken == expected
    assert type(taken) is type(expected)


@pytest.mark.parametrize(
    ("annotation", "value", "kind", "sentence"),
    [
        (float, "1550", TypeError, "x must be a number, got '1550'."),
        (float, True, TypeError, "x must be a number, got True."),
        (float, NAN, ValueError, "x must be a finite number, got nan."),
        (float, None, TypeError, "x must be a number, got None."),
        (int, 2.5, TypeError, "x must be a whole number, got 2.5."),
        (int, True, TypeError, "x must be a whole number, got True."),
        (int, INF, TypeError, "x must be a whole number, got inf."),
        (complex, "1j", TypeError, "x must be a complex number, got '1j'."),
        (str, 5, TypeError, "x must be text, got 5."),
        (bool, "perhaps", TypeError, "x must be true or false, got 'perhaps'."),
        (Annotated[float, at.Interval(ge=0, le=13), at.Unit("mW")], 20, ValueError, "x must be at most 13 mW, got 20."),
        (Annotated[float, at.Interval(ge=0.5), at.Unit("mW")], 0, ValueError, "x must be at least 0.5 mW, got 0."),
        (Annotated[float, at.Gt(0)], 0.0, ValueError, "x must be more than 0, got 0."),
        (Annotated[float, at.Lt(1e-9)], 1, ValueError, "x must be less than 1e-09, got 1."),
        (Annotated[int, at.MultipleOf(5)], 7, ValueError, "x must be a multiple of 5, got 7."),
        (Annotated[float | None, at.Ge(0)], -1, ValueError, "x must be at least 0, got -1."),
        (Annotated[list[float], at.Le(1), at.Unit("V")], [0, 3], ValueError, "x[1] must be at most 1 V, got 3."),
        (Annotated[list[int], at.Len(1, 2)], [], ValueError, "x must be at least 1 item long, got []."),
        (Annotated[str, at.Len(0, 2)], "abc", ValueError, "x must be at most 2 characters long, got 'abc'."),
        (Annotated[str, pydantic.Field(pattern="^a")], "b", ValueError, "x must be text of the form ^a, got 'b'."),
        (Mode, "slwo", ValueError, "x must be 'slow', 2 or [1, 2], got 'slwo'."),
        (Level, True, ValueError, "x must be 1, got True."),
        (Literal["a", 1], True, ValueError, "x must be 'a' or 1, got True."),
        (float | str, [1], TypeError, "x must be a number or text, got [1]."),
        (Point, {"x": -1}, ValueError, "x.x must be at least 0 mm, got -1."),
        (Point, {"n": 1}, TypeError, "x.x is missing."),
        (Point, {"x": 1, "z": 1}, TypeError, "x.z is not known."),
        (Point, 3, TypeError, "x must be a dict, got 3."),
        (dict[str, float], {"a": "b"}, TypeError, "x['a'] must be a number, got 'b'."),
        (list[float], 3, TypeError, "x must be a list, got 3."),
        (tuple[int, int], [1], TypeError, "x[1] is missing."),
        (datetime.datetime, "soon", TypeError, "x must be a date and time, got 'soon'."),
        (pathlib.Path, 3, TypeError, "x must be a path, got 3."),
        (bytes, "text", TypeError, "x must be bytes, got 'text'."),
    ],
    ids=str,
)
def test_what_does_not_pass(annotation, value, kind, sentence):
    with pytest.raises(kind) as caught:
        check(annotation, value)
    assert str(caught.value) == sentence
    assert caught.value.remote_class == "BadArgument"
    assert caught.value.remote_message == sentence


def test_a_dataclass_that_contains_itself_and_computes_a_field():
    taken = check(Tree, {"value": 1, "children": [{"value": 2, "depth": 5}]})
    assert taken == Tree(1.0, [Tree(2.0)])
    with pytest.raises(TypeError) as caught:
        check(Tree, {"value": 1, "children": [{"value": "2"}]})
    assert str(caught.value) == "x.children[0].value must be a number, got '2'."


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    start: float
    stop: float
    wave: np.ndarray | None = None
    mode: Mode = Mode.SLOW

    def __post_init__(self):
        if self.start > self.stop:
            raise ValueError("start must be below stop")


class Pair(NamedTuple):
    a: int
    b: Mode


class Reply(TypedDict, total=False):
    code: Required[int]
    text: str


class Settings(pydantic.BaseModel):
    gain: float = 2.0
    name: str


def test_structures():
    span = check(Span, {"start": 1, "stop": 2, "wave": [1, 2], "mode": "FAST"})
    assert isinstance(span, Span)
    assert span.wave is not None
    assert (span.start, span.mode, span.wave.tolist()) == (1.0, Mode.FAST, [1, 2])
    assert check(Pair, [1.0, "slow"]) == Pair(1, Mode.SLOW)
    assert check(Reply, {"code": 1}) == {"code": 1}
    assert check(tuple[Span, Span] | None, [{"start": 1, "stop": 2}] * 2) == (Span(start=1, stop=2),) * 2
    assert check(Settings, {"name": "a", "gain": 1}) == Settings(name="a", gain=1.0)
    assert check(list[Settings], [{"name": "a"}])[0].gain == 2.0


@pytest.mark.parametrize(
    ("annotation", "value", "sentence"),
    [
        (Span, {"start": 3, "stop": 2}, "x: start must be below stop."),
        (Reply, {"text": "a"}, "x.code is missing."),
        (Settings, {"gain": 1}, "x.name is missing."),
        (
            Annotated[int, pydantic.AfterValidator(lambda value: value // 0 if value else value)],
            True,
            "x must be a whole number, got True.",
        ),
        (Annotated[float, at.Predicate(lambda value: value > 1)], 1, "x: Predicate '<lambda>' failed."),
    ],
)
def test_structures_that_do_not_pass(annotation, value, sentence):
    with pytest.raises((TypeError, ValueError)) as caught:
        check(annotation, value)
    assert str(caught.value) == sentence


def test_what_only_pydantic_knows():
    assert check(decimal.Decimal, "1.50") == decimal.Decimal("1.50")
    assert check(Annotated[float, pydantic.AfterValidator(abs)], -1) == 1.0
    assert check(dict[str, uuid.UUID], {"a": str(uuid.UUID(int=1))}) == {"a": uuid.UUID(int=1)}
    assert check(collections.deque[int], [1]) == collections.deque([1])
    assert check(datetime.timedelta, 60) == datetime.timedelta(minutes=1)


def test_arrays():
    assert check(np.ndarray, [[1, 2], [3, 4]]).shape == (2, 2)
    assert check(npt.NDArray[np.float64], [1, 2]).dtype == np.float64
    sent = {"__ndarray__": np.arange(3.0).tobytes(), "dtype": "<f8", "shape": [3]}
    assert check(np.ndarray, sent).tolist() == [0, 1, 2]
    assert check(list[np.ndarray], [sent])[0].tolist() == [0, 1, 2]
    assert check(np.ndarray | None, None) is None
    assert check(Any, sent).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("annotation", "value", "sentence"),
    [
        (np.ndarray, 3, "x must be an array of numbers, got 3."),
        (np.ndarray, ["a"], "x must be an array of numbers, got ['a']."),
        (np.ndarray, [[1], [1, 2]], "x must be an array of numbers, got [[1], [1, 2]]."),
        (npt.NDArray[np.int32], [1.5], "x must be an array of int32, got [1.5]."),
        (np.ndarray[tuple[int, int], np.dtype[np.float64]], [1.0], "x must be an array of 2 dimensions, got [1.0]."),
        (Annotated[np.ndarray, at.Le(1), at.Unit("V")], [0, 2], "x must be at most 1 V everywhere, got [0, 2]."),
        (np.ndarray, [NAN], "x must be an array of finite numbers, got [nan]."),
    ],
    ids=str,
)
def test_arrays_that_do_not_pass(annotation, value, sentence):
    with pytest.raises((TypeError, ValueError), match=r"array|everywhere") as caught:
        check(annotation, value)
    assert str(caught.value) == sentence


def test_an_array_that_lies_about_its_size():
    with pytest.raises(ValueError, match="x: an array has not as many bytes as announced"):
        check(Any, {"__ndarray__": b"12", "dtype": "<f8", "shape": [1]})


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (6, "x must be at most 5, got 6."),
        ([1, -2], "x must be at least 0, got -2."),
        (np.array([9.0]), "x must be at most 5, got 9."),
    ],
)
def test_limits_of_the_lab_file(value, sentence):
    with pytest.raises(ValueError, match="must be") as caught:
        check(Any, value, {"min": 0, "max": 5})
    assert str(caught.value) == sentence
    assert check(float, 5.0, {"max": 5}) == 5.0


class Stage:
    def move(self, x: float, n: int = 3, *, fast: bool = False): ...

    def only(self, a: int, /, b: int = 1): ...

    def many(self, first: int, *rest: int, **named: float): ...

    def nothing(self): ...

    @property
    def speed(self) -> Annotated[float, at.Ge(0)]:
        return 0.0

    @speed.setter
    def speed(self, value): ...


MEMBERS = members_of(Stage)


def bound(name, *args, **kwargs):
    return CallCheck(Stage, MEMBERS[name], f"stage.{name}", {})(args, kwargs)


def test_arguments_by_place_and_by_name():
    assert bound("move", 1, 2.0) == ((1.0, 2), {})
    assert bound("move", n=2, x=1, fast=True) == ((), {"n": 2, "x": 1.0, "fast": True})
    assert bound("only", 1, b=2) == ((1,), {"b": 2})
    assert bound("many", 1, 2, 3.0, gain=1) == ((1, 2, 3), {"gain": 1.0})
    assert bound("nothing") == ((), {})


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: bound("move"), "stage.move needs x."),
        (lambda: bound("move", n=1), "stage.move needs x."),
        (lambda: bound("move", 1, 2, 3), "stage.move takes at most 2 arguments, got 3."),
        (lambda: bound("move", 1, x=2), "stage.move got x twice."),
        (lambda: bound("move", 1, fats=True), "stage.move has no parameter 'fats' (did you mean 'fast'?)."),
        (lambda: bound("move", 1, fast="maybe"), "fast must be true or false, got 'maybe'."),
        (lambda: bound("only", a=1), "stage.only has no parameter 'a'."),
        (lambda: bound("many", 1, "a"), "rest must be a whole number, got 'a'."),
        (lambda: bound("many", 1, gain="a"), "gain must be a number, got 'a'."),
        (lambda: bound("nothing", 1), "stage.nothing takes no arguments, got 1."),
    ],
)
def test_arguments_that_do_not_fit_the_method(call, sentence):
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value) == sentence


def test_a_setter_without_annotation_takes_what_the_getter_gives():
    checked = ValueCheck(Stage, MEMBERS["speed"], {})
    assert checked((2,), {}) == ((2.0,), {})
    with pytest.raises(ValueError, match=r"speed must be at least 0, got -1\."):
        checked((-1,), {})
