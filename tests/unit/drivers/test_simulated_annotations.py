"""What a console is generated from: every simulated instrument says units, bounds, choices and help."""

from __future__ import annotations

import ast
import enum
import inspect
import subprocess
import sys
import typing
from pathlib import Path

import annotated_types
import numpy as np
import pytest

import drivers
from drivers.simulated.laser import TunableLaser
from drivers.simulated.oscilloscope import Oscilloscope
from drivers.simulated.power_meter import PowerMeter
from drivers.simulated.stage import MotionStage
from drivers.simulated.temperature import TemperatureController

INSTRUMENTS = [TunableLaser, PowerMeter, Oscilloscope, MotionStage, TemperatureController]
SLOW = {
    TunableLaser: "sweep",
    PowerMeter: "average",
    Oscilloscope: "acquire",
    MotionStage: "move_to",
    TemperatureController: "settle",
}


def hints(function):
    return typing.get_type_hints(function, {**function.__globals__, "np": np}, include_extras=True)


def members(cls):
    return {name: value for name, value in vars(cls).items() if not name.startswith("_")}


def properties(cls):
    return {name: value for name, value in members(cls).items() if isinstance(value, property)}


def methods(cls):
    return {name: value for name, value in members(cls).items() if inspect.isfunction(value)}


def marks(hint):
    return list(getattr(hint, "__metadata__", ()))


def unit(hint):
    return next((mark.unit for mark in marks(hint) if isinstance(mark, annotated_types.Unit)), None)


@pytest.mark.parametrize("cls", INSTRUMENTS)
def test_everything_has_help(cls):
    for name, member in [("class", cls), *members(cls).items()]:
        assert (inspect.getdoc(member) or "").strip(), f"{cls.__name__}.{name} has no docstring"


@pytest.mark.parametrize("cls", INSTRUMENTS)
def test_every_setting_that_is_a_number_has_bounds_and_reads_as_it_is_set(cls):
    for name, member in properties(cls).items():
        read = hints(member.fget)["return"]
        if member.fset is None:
            continue
        written = next(hint for key, hint in hints(member.fset).items() if key != "return")
        assert read == written, name
        if typing.get_args(read) and typing.get_args(read)[0] in (int, float):
            assert any(isinstance(mark, annotated_types.Interval) for mark in marks(read)), name


@pytest.mark.parametrize("cls", INSTRUMENTS)
def test_it_has_units_a_choice_and_a_slow_method(cls):
    read = {name: hints(member.fget)["return"] for name, member in properties(cls).items()}
    assert sum(unit(hint) is not None for hint in read.values()) >= 2
    arguments = [hint for method in methods(cls).values() for hint in hints(method).values()]
    choices = [
        hint
        for hint in [*read.values(), *arguments]
        if typing.get_origin(hint) is typing.Literal or (isinstance(hint, type) and issubclass(hint, enum.Enum))
    ]
    assert choices
    slow = methods(cls)[SLOW[cls]]
    assert all(unit(hint) for name, hint in hints(slow).items() if name != "return" and name != "samples")
    assert "Returns\n-------" in (inspect.getdoc(slow) or "")


@pytest.mark.parametrize("cls", INSTRUMENTS)
def test_parameters_of_methods_are_typed_bounded_and_described(cls):
    for name, method in methods(cls).items():
        types = hints(method)
        for parameter in list(inspect.signature(method).parameters)[1:]:
            assert parameter in types, f"{cls.__name__}.{name}({parameter})"
            assert f"{parameter} : " in (inspect.getdoc(method) or ""), f"{cls.__name__}.{name}({parameter})"
        assert "return" in types, f"{cls.__name__}.{name}"


def test_importing_the_drivers_loads_nothing_heavy_and_nothing_of_the_application():
    modules = "".join(f"import {cls.__module__}\n" for cls in INSTRUMENTS)
    code = modules + "import sys\nprint([n for n in ('numpy', 'pydantic', 'pyrolab_gui') if n in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert out.stdout.strip() == "[]"


def test_no_driver_names_the_application():
    for path in Path(drivers.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.startswith(("pyrolab_gui", "PySide6", "Pyro5")) for name in names), path
