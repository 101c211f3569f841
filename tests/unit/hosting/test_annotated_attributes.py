"""Annotated attributes of a class are settings: described, checked, and read only where they are final or frozen."""

from __future__ import annotations

import dataclasses
import functools
import threading
from dataclasses import InitVar
from typing import Annotated, Any, ClassVar, Final, NamedTuple, Self

import annotated_types as at
import pytest
from typing_extensions import Doc

from pyrolab_gui.hosting.arguments import ValueCheck
from pyrolab_gui.hosting.describe import describe
from pyrolab_gui.hosting.members import members_of

Volt = Annotated[float, at.Interval(ge=0, le=3), at.Unit("V")]


class Channel:
    """What every channel is."""

    def __get__(self, instance: object, owner: type | None = None) -> Self | Volt:
        return self if instance is None else 1.0

    def __set__(self, instance: object, value: Volt) -> None: ...


class Base:
    gain: int = 3
    """How much more."""


class Instrument(Base):
    """An instrument.

    Attributes
    ----------
    alarm : float
        When to ring.
    mode : str
        What it does.
    """

    alarm: Annotated[float, at.Interval(ge=-40, le=125), at.Unit("°C")]
    mode: str = "slow"
    """How it does it."""
    name: Annotated[str, Doc("What it is called.")] = ""
    serial: Final[str]  # type: ignore[misc] # given a value by whoever connects
    version: Final = 2
    anything: Any = None
    plain = Channel()
    typed: Volt = Channel()  # type: ignore[assignment] # as typed descriptors are written for editors
    known: Channel = Channel()

    count: ClassVar[int] = 0
    lock: threading.Lock
    locks: list[threading.Lock] | None = None
    constant = 5
    _private: int = 1

    @functools.cached_property
    def model(self) -> Annotated[str, at.MinLen(1)]:
        """Read once."""
        return "T-1"


DESCRIBED = describe(Instrument)


def test_what_is_a_setting_and_what_is_none():
    assert {member.name: (member.role, member.writable) for member in DESCRIBED.members} == {
        "gain": ("write", True),
        "alarm": ("write", True),
        "mode": ("write", True),
        "name": ("write", True),
        "serial": ("read", False),
        "version": ("read", False),
        "anything": ("write", True),
        "plain": ("write", True),
        "typed": ("write", True),
        "known": ("write", True),
        "model": ("read", False),
    }


def test_types_bounds_and_units():
    alarm = DESCRIBED.member("alarm").returns
    assert (alarm.kind, alarm.ge, alarm.le, alarm.unit) == ("float", -40, 125, "°C")
    assert DESCRIBED.member("serial").returns.kind == "str"
    for name in ("plain", "typed", "known"):
        assert (DESCRIBED.member(name).returns.unit, DESCRIBED.member(name).setting.le) == ("V", 3)


def test_where_their_texts_come_from():
    assert {name: DESCRIBED.member(name).doc for name in ("gain", "alarm", "mode", "name", "plain", "model")} == {
        "gain": "How much more.",
        "alarm": "When to ring.",
        "mode": "How it does it.",
        "name": "What it is called.",
        "plain": "",
        "model": "Read once.",
    }


def test_a_value_is_checked_against_the_annotation():
    check = ValueCheck(Instrument, members_of(Instrument)["alarm"], {})
    assert check((30,), {}) == ((30.0,), {})
    with pytest.raises(ValueError, match=r"alarm must be .* 125 °C"):
        check((126,), {})
    with pytest.raises(ValueError, match="plain must be"):
        ValueCheck(Instrument, members_of(Instrument)["plain"], {})((4,), {})


def test_what_pyro_must_mark_is_not_reachable_by_annotation_alone():
    assert members_of(Instrument, expose="decorated") == {}


@dataclasses.dataclass
class Laser:
    port: str
    power: Annotated[float, at.Ge(0), at.Unit("mW")] = 1.0
    history: list[float] = dataclasses.field(default_factory=list)
    seed: InitVar[int] = 0


@dataclasses.dataclass(slots=True)
class Slotted:
    power: float = 1.0


@dataclasses.dataclass(frozen=True)
class Frozen:
    power: float = 1.0


class Pair(NamedTuple):
    x: float


@pytest.mark.parametrize(
    ("cls", "expected"),
    [
        (Laser, {"port": True, "power": True, "history": True}),
        (Slotted, {"power": True}),
        (Frozen, {"power": False}),
        (Pair, {"x": False}),
    ],
)
def test_fields_of_dataclasses(cls, expected):
    members = describe(cls).members
    assert {member.name: member.writable for member in members if member.kind == "property"} == expected


def test_a_property_of_a_subclass_takes_the_place_of_an_attribute():
    class Better(Base):
        @property
        def gain(self) -> float:  # type: ignore[override]
            """Measured."""
            return 1.0

    (gain,) = describe(Better).members
    assert (gain.returns.kind, gain.writable, gain.doc) == ("float", False, "Measured.")
