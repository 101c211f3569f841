"""Which outputs are on, as the daemon has seen them pass."""

from __future__ import annotations

import operator

import pytest

from pyrolab_gui.hosting.facade import Operations
from pyrolab_gui.hosting.operation import Operation
from pyrolab_gui.hosting.outputs import Outputs, is_output
from pyrolab_gui.wire.plans import ServicePlan

PLAN = ServicePlan("laser", "laser", "m", "C", confirm=("shutter",))


class Laser:
    output = False
    shutter: object = False
    power = 1.0


def hosted(*names: str) -> tuple[Operations, Outputs]:
    operations = Operations(Operation("autoconnect", "", lambda driver: None))
    for name in names:
        operations.run[name] = Operation(name, name, operator.attrgetter(name))
        operations.set[name] = Operation(name, name, lambda driver, value, name=name: setattr(driver, name, value))
    return operations, Outputs(PLAN, operations)


def test_what_is_set_and_what_is_read_is_noted_and_a_lost_instrument_forgets_it():
    laser = Laser()
    operations, outputs = hosted("output", "shutter", "power")
    assert outputs.on() == []
    operations.set["output"].perform(laser, True)
    operations.set["power"].perform(laser, True)
    assert (laser.output, outputs.on()) == (True, ["output"])
    laser.shutter = "ON"  # at the instrument itself
    assert operations.run["shutter"].perform(laser) == "ON"
    assert outputs.on() == ["output", "shutter"]
    laser.output, laser.shutter = False, 7
    operations.run["output"].perform(laser)
    operations.run["shutter"].perform(laser)
    assert outputs.on() == []
    operations.set["output"].perform(laser, True)
    outputs.forget()
    assert outputs.on() == []


def test_a_set_that_fails_is_not_noted():
    operations, outputs = hosted("output")
    with pytest.raises(AttributeError):
        operations.set["output"].perform(object(), True)
    assert outputs.on() == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("output", True),
        ("output_enabled", True),
        ("laser_on", True),
        ("shutter", True),
        ("once", False),
        ("power", False),
    ],
)
def test_names_of_outputs(name, wanted):
    assert is_output(name, PLAN) is wanted
