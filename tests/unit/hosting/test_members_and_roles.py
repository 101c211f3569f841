"""Which members of a class are reachable, and what they are for."""

from __future__ import annotations

import functools
import importlib

import pytest
from Pyro5 import server

from pyrolab_gui.hosting.members import members_of
from pyrolab_gui.hosting.roles import role_of
from pyrolab_gui.wire.plans import ServicePlan


class Descriptor:
    def __get__(self, instance, owner):
        return 1

    def __set__(self, instance, value):
        pass


class Base:
    def inherited(self): ...

    def overridden(self): ...


class Stage(Base):
    __slots__ = ("x",)
    constant = 3
    custom = Descriptor()

    class Nested: ...

    def connect(self, port): ...

    def close(self): ...

    def autoconnect(self): ...

    def move(self, x): ...

    def overridden(self): ...

    def stop(self): ...

    def get_position(self): ...

    def get_channel(self, n): ...

    def read_all(self): ...

    def is_moving(self) -> bool:
        return False

    def is_reset(self) -> None: ...

    def safe_state(self): ...

    def abort(self, axis): ...

    def _private(self): ...

    @property
    def position(self): ...

    @property
    def speed(self): ...

    @speed.setter
    def speed(self, value): ...

    @functools.cached_property
    def serial(self): ...

    @staticmethod
    def static(): ...

    @classmethod
    def of_class(cls): ...


class Decorated:
    @server.expose
    def shown(self): ...

    @server.expose  # type: ignore[prop-decorator]
    @property
    def value(self): ...

    def hidden(self): ...

    @server.expose
    @server.oneway
    def fire(self): ...


def plan(**fields):
    return ServicePlan("stage", "stage", "m", "Stage", **fields)


def test_public_members_of_the_class_and_its_bases():
    found = members_of(Stage)
    assert {name for name, member in found.items() if member.is_property} == {"position", "speed", "serial", "custom"}
    assert {name for name, member in found.items() if not member.is_property} == {
        "inherited", "overridden", "move", "stop", "get_position", "get_channel", "read_all", "is_moving", "is_reset",
        "safe_state", "abort", "static", "of_class",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "readable", "writable"),
    [("position", True, False), ("speed", True, True), ("serial", True, False), ("custom", True, True)],
)
def test_what_can_be_read_and_written(name, readable, writable):
    member = members_of(Stage)[name]
    assert (member.readable, member.writable) == (readable, writable)


def test_a_property_without_getter():
    def assign(self, value): ...

    member = members_of(type("Odd", (), {"target": property(None, assign)}))["target"]
    assert (member.readable, member.writable) == (False, True)


def test_connecting_is_left_to_clients_where_the_lab_file_says_so():
    assert {"connect", "close", "autoconnect"} <= set(members_of(Stage, connect="by-client"))


def test_autoconnect_is_the_drivers_own_where_the_host_does_not_connect():
    class Old:
        def autoconnect(self): ...

    assert list(members_of(Old)) == ["autoconnect"]


def test_only_what_pyro5_exposes_where_the_lab_file_says_so():
    found = members_of(Decorated, expose="decorated")
    assert set(found) == {"shown", "value", "fire"}
    assert found["fire"].oneway
    assert not found["shown"].oneway


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("position", "read"), ("speed", "write"), ("move", "action"), ("stop", "stop"), ("safe_state", "safe-state"),
        ("get_position", "read"), ("read_all", "read"), ("is_moving", "read"), ("get_channel", "action"),
        ("is_reset", "action"), ("abort", "action"),
    ],
)  # fmt: skip
def test_roles_by_name(name, role):
    assert role_of(members_of(Stage)[name], plan()) == role


class Meter:
    def identify(self) -> str:
        return ""

    def idn(self): ...

    def measure(self, quantity: str = "mean") -> float:
        return 0.0

    def measure_all(self) -> None: ...

    def measure_at(self, wavelength: float) -> float:
        return wavelength

    def time_axis(self) -> list[float]:
        return []

    def set_axis(self): ...

    def average(self, readings: int) -> float:
        return readings

    average.role = "read"  # type: ignore[attr-defined]

    def read_and_clear(self) -> int:
        return 0

    read_and_clear.role = "action"  # type: ignore[attr-defined]

    def stop(self) -> None: ...

    stop.role = "read"  # type: ignore[attr-defined]

    def reset(self) -> None: ...

    reset.role = "nonsense"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("identify", "read"), ("idn", "action"), ("measure", "read"), ("measure_all", "action"),
        ("measure_at", "action"), ("time_axis", "read"), ("set_axis", "action"), ("average", "read"),
        ("read_and_clear", "action"), ("stop", "stop"), ("reset", "action"),
    ],
)  # fmt: skip
def test_roles_by_the_drivers_word_else_by_name_and_annotation(name, role):
    assert role_of(members_of(Meter)[name], plan()) == role


@pytest.mark.parametrize(
    ("module", "cls", "reads"),
    [
        ("laser", "TunableLaser", {"identify"}),
        ("power_meter", "PowerMeter", {"average"}),
        ("oscilloscope", "Oscilloscope", {"time_axis", "measure"}),
        ("temperature", "TemperatureController", {"predicted_response"}),
        ("stage", "MotionStage", set()),
    ],
)
def test_methods_of_the_bench_that_change_nothing_are_read(module, cls, reads):
    members = members_of(getattr(importlib.import_module(f"drivers.simulated.{module}"), cls))
    methods = {name: role_of(member, plan()) for name, member in members.items() if not member.is_property}
    assert {name for name, role in methods.items() if role == "read"} == reads
    assert "action" in methods.values()


def test_roles_by_the_lab_file():
    members = members_of(Stage)
    lab = plan(stop="abort", safe_state="move")
    assert role_of(members["abort"], lab) == "stop"
    assert role_of(members["stop"], lab) == "action"
    assert role_of(members["move"], lab) == "safe-state"
    assert role_of(members["safe_state"], lab) == "action"
