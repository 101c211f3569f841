"""The description that is made of a class."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
import pathlib
import typing
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, NewType, TypedDict

import annotated_types as at
import numpy as np
import numpy.typing as npt
import pydantic
import pytest

from pyrolab_gui.hosting.describe import describe
from pyrolab_gui.hosting.types import describe_type, plain_default
from pyrolab_gui.wire.description import Choice, TypeDescription, service_from_plain, to_plain
from pyrolab_gui.wire.plans import ServicePlan

if TYPE_CHECKING:
    from nowhere import Unknown  # type: ignore[import-not-found]


class Mode(enum.Enum):
    SLOW = "slow"
    FAST = 2


class Odd(enum.Enum):
    A = object()


@dataclasses.dataclass
class Point:
    x: Annotated[float, at.Ge(0), at.Unit("mm")]
    mode: Mode = Mode.SLOW
    tags: list[str] = dataclasses.field(default_factory=list)
    derived: int = dataclasses.field(default=0, init=False)


class Reply(TypedDict, total=False):
    code: int


class Settings(pydantic.BaseModel):
    gain: float = 2.0
    name: str


Volts = NewType("Volts", float)
NM = Annotated[float, at.Interval(ge=1500, le=1630), at.Unit("nm")]


def kind(annotation: Any) -> str:
    return describe_type(annotation).kind


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (bool, "bool"),
        (int, "int"),
        (float, "float"),
        (complex, "complex"),
        (str, "str"),
        (bytes, "bytes"),
        (None, "none"),
        (Any, "any"),
        (object, "any"),
        (pathlib.Path, "path"),
        (datetime.datetime, "datetime"),
        (list, "list"),
        (list[int], "list"),
        (Sequence[int], "list"),
        (set[int], "list"),
        (tuple, "tuple"),
        (tuple[int, str], "tuple"),
        (dict, "dict"),
        (dict[str, int], "dict"),
        (Mode, "enum"),
        (Literal[1, 2], "literal"),
        (typing.Optional[int], "optional"),  # noqa: UP045 - drivers write it so
        (int | None, "optional"),
        (typing.Union[int, str], "union"),  # noqa: UP007 - drivers write it so
        (int | float, "float"),
        (np.ndarray, "array"),
        (npt.NDArray[np.float64], "array"),
        (npt.ArrayLike, "union"),
        (np.float64, "float"),
        (np.int16, "int"),
        (np.uint8, "int"),
        (np.bool_, "bool"),
        (Volts, "float"),
        (Point, "dict"),
        (Reply, "dict"),
        (Settings, "dict"),
        (datetime.timedelta, "float"),
    ],
    ids=str,
)
def test_kinds(annotation, expected):
    assert kind(annotation) == expected


def test_bounds_and_unit():
    assert describe_type(NM) == TypeDescription("float", ge=1500, le=1630, unit="nm")
    assert describe_type(Annotated[int, at.Gt(0), at.Lt(5), at.MultipleOf(2)]) == TypeDescription(
        "int", gt=0, lt=5, multiple_of=2
    )
    assert describe_type(Annotated[float, pydantic.Field(ge=1, le=2)]) == TypeDescription("float", ge=1, le=2)
    assert describe_type(Annotated[float, pydantic.AllowInfNan(True)]).allow_inf_nan
    assert describe_type(Annotated[str, at.Len(1, 8), pydantic.Field(pattern="^a")]) == TypeDescription(
        "str", min_length=1, max_length=8, pattern="^a"
    )


def test_a_plain_string_is_no_unit():
    assert describe_type(Annotated[float, "nm"]).unit == ""


def test_constraints_of_a_container_stand_on_its_items():
    described = describe_type(Annotated[list[float], at.Interval(ge=0, le=1), at.Len(1, 3), at.Unit("V")])
    assert described.items == (TypeDescription("float", ge=0, le=1, unit="V"),)
    assert (described.min_length, described.max_length, described.ge) == (1, 3, None)
    assert describe_type(Annotated[float | None, at.Ge(0), at.Unit("V")]).items[0].ge == 0


def test_arrays():
    described = describe_type(Annotated[npt.NDArray[np.float64], at.Unit("V")])
    assert (described.dtype, described.ndim, described.items[0].unit) == ("float64", None, "V")
    assert describe_type(np.ndarray[tuple[int, int], np.dtype[np.int32]]) == TypeDescription(
        "array", items=(TypeDescription("int"),), dtype="int32", ndim=2
    )


def test_choices():
    assert describe_type(Mode).choices == (Choice("SLOW", "slow"), Choice("FAST", 2))
    assert describe_type(Literal["a", 1]).choices == (Choice("a", "a"), Choice("1", 1))
    assert describe_type(Odd).choices == (Choice("A", "A"),)


def test_a_dataclass_is_a_dict_with_fields():
    described = describe_type(Point)
    assert described.name == "Point"
    assert [(field.name, field.type.kind, field.required) for field in described.fields] == [
        ("x", "float", True),
        ("mode", "enum", False),
        ("tags", "list", False),
    ]
    assert described.fields[0].type.unit == "mm"
    assert [field.default for field in described.fields[1:]] == ["slow", []]
    assert plain_default(Point(1.0)) == {"x": 1.0, "mode": "slow", "tags": []}


def test_a_type_that_contains_itself_has_an_end():
    @dataclasses.dataclass
    class Node:
        children: list[Node]

    Node.__annotations__["children"] = list[Node]
    assert describe_type(Node).fields[0].type.kind == "list"


class Laser:
    """A tunable laser.

    It is simulated.

    Attributes
    ----------
    temperature : float
        Of the diode.
    """

    def __init__(self, port: str) -> None: ...

    @property
    def wavelength(self) -> NM:
        """The emitted wavelength."""
        raise AssertionError("a description reads nothing")

    @wavelength.setter
    def wavelength(self, value): ...

    @property
    def temperature(self): ...

    @property
    def target(self) -> float:
        return 0.0

    @target.setter
    def target(self, value: int | None) -> None: ...

    def sweep(
        self,
        start: NM,
        stop: Annotated[float, at.Unit("nm")] = 1600.0,
        *steps: int,
        mode: Mode = Mode.FAST,
        **more: str,
    ) -> list[float]:
        """Sweep the wavelength.

        Long text.

        Parameters
        ----------
        start : float
            Where it
            begins.
        mode : Mode
            How fast.
        """
        return []

    def google(self, n: int):
        """Count.

        Args:
            n: how far
        """

    def partly_unknown(self, what: Unknown, n: int, wave: np.ndarray) -> Unknown:
        return None

    def ticks(self, n: int) -> Iterator[int]:
        return iter(())

    def generated(self):
        yield 1

    def generator(self) -> Generator[float, None, None]:
        yield 1.0

    def undocumented(self, path=pathlib.Path("a/b"), thing=object()): ...  # noqa: B008

    def stop(self) -> None: ...


LASER = describe(Laser)


def test_the_service():
    assert (LASER.name, LASER.class_name, LASER.lockable) == ("Laser", "Laser", False)
    assert LASER.doc == "A tunable laser.\n\nIt is simulated."
    assert describe(Laser("x")) == LASER


def test_a_property():
    wavelength = LASER.member("wavelength")
    assert (wavelength.kind, wavelength.role, wavelength.readable, wavelength.writable) == (
        "property",
        "write",
        True,
        True,
    )
    assert wavelength.doc == "The emitted wavelength."
    assert wavelength.setting == wavelength.returns == describe_type(NM)
    temperature = LASER.member("temperature")
    assert (temperature.returns.kind, temperature.role, temperature.doc) == ("any", "read", "Of the diode.")
    assert LASER.member("target").setting == describe_type(int | None)


def test_a_method():
    sweep = LASER.member("sweep")
    assert (sweep.kind, sweep.role, sweep.doc, sweep.returns.kind) == (
        "method",
        "action",
        "Sweep the wavelength.\n\nLong text.",
        "list",
    )
    assert [(p.name, p.kind, p.type.kind, p.required) for p in sweep.parameters] == [
        ("start", "positional", "float", True),
        ("stop", "positional", "float", False),
        ("steps", "var-positional", "int", False),
        ("mode", "keyword", "enum", False),
        ("more", "var-keyword", "str", False),
    ]
    assert [p.doc for p in sweep.parameters[:4]] == ["Where it begins.", "", "", "How fast."]
    assert [p.default for p in sweep.parameters[1:4:2]] == [1600.0, 2]
    assert sweep.parameters[1].type.unit == "nm"


def test_google_docstrings():
    assert LASER.member("google").parameters[0].doc == "how far"


def test_an_annotation_that_cannot_be_resolved_spoils_no_other():
    member = LASER.member("partly_unknown")
    assert [p.type for p in member.parameters[:2]] == [TypeDescription("any", "Unknown"), TypeDescription("int")]
    assert member.parameters[2].type.kind == "array"
    assert member.returns == TypeDescription("any", "Unknown")


def test_arrays_that_only_type_checkers_know():
    class Late:
        __annotations__: dict[str, Any]

        def trace(self): ...

    Late.trace.__annotations__["return"] = "np_for_checkers.NDArray[np.int16]"
    described = describe(Late).member("trace").returns
    assert (described.kind, described.dtype) == ("array", "int16")


def test_streams():
    assert [LASER.member(name).streaming for name in ("ticks", "generated", "generator", "sweep")] == [True] * 3 + [
        False
    ]
    assert LASER.member("ticks").returns.kind == "int"
    assert LASER.member("generator").returns.kind == "float"


def test_defaults_are_plain_data():
    path, thing = LASER.member("undocumented").parameters
    assert (path.default, thing.default, thing.required) == ("a/b", None, False)


def test_the_description_is_plain_data():
    assert service_from_plain(json.loads(json.dumps(to_plain(LASER)))) == LASER


def test_the_lab_file_has_its_say():
    plan = ServicePlan(
        "bench.laser",
        "bench.laser",
        "m",
        "Laser",
        description="On the left table.",
        instancemode="single",
        refresh={"temperature": "idle"},
        limits={"wavelength": {"max": 1600}, "sweep.start": {"gt": 1550}},
        stop="google",
    )
    described = describe(Laser, plan)
    assert described.name == "bench.laser"
    assert described.doc.startswith("On the left table.\n\nA tunable laser.")
    assert described.member("temperature").refresh == "idle"
    wavelength = described.member("wavelength")
    assert (wavelength.returns.le, wavelength.setting.le, wavelength.setting.ge) == (1630, 1600, 1500)
    assert described.member("sweep").parameters[0].type.gt == 1550
    assert (described.member("google").role, described.member("stop").role) == ("stop", "action")


class Heater:
    @property
    def setpoint(self) -> Annotated[float, at.Unit("K")]:
        return 300.0


class Cryostat(Heater):
    def __init__(self) -> None:
        self.level = 0.5

    @property
    def pressure(self) -> float:
        """No unit of its own."""
        return 1.0

    def vent(self) -> None:
        """Open it."""


def test_what_a_console_needs_to_know_of_the_lab_is_described():
    plan = ServicePlan(
        "cryo", "cryo", "m", "Cryostat", units={"setpoint": "mK", "pressure": "mbar"}, confirm=("vent",),
        note="Ask Ann.", power_cycle="The red switch.",
    )  # fmt: skip
    described = service_from_plain(json.loads(json.dumps(to_plain(describe(Cryostat, plan)))))
    assert (described.note, described.power_cycle) == ("Ask Ann.", "The red switch.")
    setpoint, pressure, vent = (described.member(name) for name in ("setpoint", "pressure", "vent"))
    assert (setpoint.returns.unit, setpoint.shown_unit, setpoint.group) == ("K", "mK", "Heater")
    assert (pressure.returns.unit, pressure.shown_unit, pressure.group) == ("mbar", "", "")
    assert vent.confirm
    assert not pressure.confirm
