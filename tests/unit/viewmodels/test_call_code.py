"""A call of the history as Python that does the same again."""

from __future__ import annotations

import ast
import math
import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from pyrolab_gui.viewmodels.call_code import lab_code, pyro_code, variable_of
from pyrolab_gui.viewmodels.runs import Run, Runs
from pyrolab_gui.wire.errors import LabError


def sweep() -> Run:
    return Runs().begin("sweep", [1520.0, "slow"], {"repeats": 2, "mask": [True, None]})


def test_the_script_with_lab():
    assert lab_code(sweep(), "bench.laser", "localhost:9090") == (
        "from pyrolab_gui import Lab\n\n"
        "with Lab('localhost:9090') as lab:\n"
        "    laser = lab['bench.laser']\n"
        "    result = laser.sweep(1520.0, 'slow', repeats=2, mask=[True, None])\n"
    )


def test_the_script_with_pyro5_alone():
    code = pyro_code(Runs().begin_write("power", "5", 5.0), "bench.laser", "localhost:9090", "PYRO:laser@h:1")
    assert code == (
        "import Pyro5.api\n\n"
        "nameserver = Pyro5.api.locate_ns('localhost', 9090)\n"
        "with Pyro5.api.Proxy(nameserver.lookup('bench.laser')) as laser:\n"
        "    laser.power = 5.0\n"
    )
    direct = pyro_code(Run("power", "read power", "read"), "laser", "", "PYRO:laser@h:1")
    assert "Proxy('PYRO:laser@h:1')" in direct and "print(laser.power)" in direct and "locate_ns" not in direct


@pytest.mark.parametrize(
    "value",
    [math.inf, -math.inf, math.nan, [1.0, math.nan], {"a": math.inf}, np.array([1.0, math.inf]), b"\x00", "inf"],
)
def test_the_script_gives_the_same_value_when_it_is_run(value: Any, monkeypatch):
    got: list[Any] = []

    class Laser:
        def load(self, given: Any) -> None:
            got.append(given)

    class Lab(dict[str, Any]):
        def __init__(self, address: str) -> None:
            super().__init__({"laser": Laser()})

        def __enter__(self) -> Lab:
            return self

        def __exit__(self, *_: object) -> None: ...

    module = ModuleType("pyrolab_gui")
    module.Lab = Lab  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyrolab_gui", module)
    exec(lab_code(Runs().begin("load", [value]), "laser", "localhost:9090"), {})
    wanted = value.tolist() if hasattr(value, "tolist") else value
    assert repr(got) == repr([wanted])


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("bench.laser", "laser"),
        ("2-axis", "instrument_2_axis"),
        ("lab", "instrument_lab"),
        ("lambda", "instrument_lambda"),
        ("Ünit 5", "ünit_5"),
        ("...", "instrument"),
    ],
)
def test_the_variable_is_a_name(name: str, variable: str):
    assert variable_of(name) == variable
    ast.parse(f"{variable} = 1")


def test_the_history_is_one_script_with_what_failed_as_a_comment():
    runs = Runs()
    first = runs.begin_write("power", "5", 5.0)
    first.started, first.outcome, first.duration = 0.0, "done", 0.01
    second = runs.begin("sweep", [1520.0])
    second.finish("failed", error=LabError("No answer\non COM4."))
    script = lab_code([first, second], "bench.laser", "localhost:9090")
    ast.parse(script)
    assert "    laser.power = 5.0\n" in script
    assert "  No answer on COM4.\n    # result = laser.sweep(1520.0)\n" in script
    only_failed = pyro_code([second], "bench.laser", "", "PYRO:laser@h:1")
    ast.parse(only_failed)
    assert only_failed.endswith("    pass\n")
