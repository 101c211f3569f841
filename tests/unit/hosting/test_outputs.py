"""Which outputs are on, as the daemon has seen them pass."""

from __future__ import annotations

import asyncio
import operator

import pytest

from pyrolab_gui.hosting.facade import Operations
from pyrolab_gui.hosting.members import members_of
from pyrolab_gui.hosting.operation import Operation
from pyrolab_gui.hosting.operations import operations_of
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
    assert not outputs.on()
    operations.set["output"].perform(laser, True)
    operations.set["power"].perform(laser, True)
    assert (laser.output, list(outputs.on())) == (True, ["output"])
    laser.shutter = "ON"  # at the instrument itself
    assert operations.run["shutter"].perform(laser) == "ON"
    assert list(outputs.on()) == ["output", "shutter"]
    laser.output, laser.shutter = False, 7
    operations.run["output"].perform(laser)
    operations.run["shutter"].perform(laser)
    assert not outputs.on()
    operations.set["output"].perform(laser, True)
    outputs.forget()
    assert not outputs.on()


def test_a_set_that_fails_is_not_noted():
    operations, outputs = hosted("output")
    with pytest.raises(AttributeError):
        operations.set["output"].perform(object(), True)
    assert not outputs.on()


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


class Supply:
    """Switches outputs by methods of many kinds."""

    def on(self) -> None: ...

    def off(self) -> None: ...

    def turn_on_lamp(self) -> None: ...

    def lamp_off(self) -> None: ...

    def enable_source(self, channel: int = 1) -> None: ...

    def disable_source(self, channel: int | None = None) -> None: ...

    def set_output(self, channel: int, state: bool) -> None: ...

    def energize(self) -> None: ...

    def fire(self) -> None: ...

    def quench(self) -> None: ...

    def enable_logging(self) -> None: ...

    def measure_on(self) -> float:
        return 1.0

    def safe_state(self) -> None: ...

    async def arm(self) -> None:
        raise OSError("no answer")

    fire.role = "output-on"  # type: ignore[attr-defined]


def supply(**outputs: str) -> tuple[Operations, Outputs]:
    plan = ServicePlan("supply", "supply", "m", "Supply", outputs={"quench": "off", "arm": "on", **outputs})
    members = members_of(Supply)
    operations = operations_of(Supply, plan, members, lambda: None, lambda result: result)
    return operations, Outputs(plan, operations, members, run)


def run(result: object) -> object:
    return asyncio.run(result) if asyncio.iscoroutine(result) else result


@pytest.mark.parametrize(
    ("calls", "on"),
    [
        ([("on",)], [""]),
        ([("on",), ("off",)], []),
        ([("turn_on_lamp",), ("energize",)], ["lamp", ""]),
        ([("turn_on_lamp",), ("lamp_off",)], []),
        ([("enable_source", 1), ("enable_source", 2), ("disable_source", 1)], ["source 2"]),
        ([("enable_source", 1), ("enable_source", 2), ("disable_source",)], []),
        ([("set_output", 3, True), ("set_output", 4, True), ("set_output", 3, False)], ["output 4"]),
        ([("turn_on_lamp",), ("enable_source", 1), ("off",)], []),
        ([("fire",)], [""]),
        ([("fire",), ("quench",)], []),
        ([("enable_logging",), ("measure_on",)], []),
        ([("fire",), ("turn_on_lamp",), ("safe_state",)], []),
    ],
)
def test_what_methods_switch_is_noted(calls, on):
    operations, outputs = supply()
    for name, *args in calls:
        operations.run[name].perform(Supply(), *args)
    assert list(outputs.on()) == on


def test_a_method_that_fails_has_switched_nothing():
    operations, outputs = supply()
    with pytest.raises(OSError, match="no answer"):
        operations.run["arm"].perform(Supply())
    assert not outputs.on()


def test_a_method_without_a_name_for_its_output_means_the_only_setting_that_is_one():
    class Lamp:
        lit = False

        @property
        def output(self) -> bool:
            return self.lit

        @output.setter
        def output(self, on: bool) -> None:
            self.lit = on

        def off(self) -> None:
            self.lit = False

        def enable(self) -> None:
            self.lit = True

    plan, members, lamp = ServicePlan("lamp", "lamp", "m", "Lamp"), members_of(Lamp), Lamp()
    operations = operations_of(Lamp, plan, members, lambda: None, lambda result: result)
    outputs = Outputs(plan, operations, members)
    operations.run["enable"].perform(lamp)
    assert list(outputs.on()) == ["output"]
    operations.run["off"].perform(lamp)
    assert not outputs.on()
