"""Bringing instruments into their safe state: who has one, and how it went."""

from __future__ import annotations

import pytest

from pyrolab_gui.network.safe_state import Outcome, Target
from pyrolab_gui.viewmodels.instrument_pool import InstrumentPool
from pyrolab_gui.viewmodels.safe_state_vm import SafeStateViewModel
from pyrolab_gui.wire.description import ServiceDescription
from pyrolab_gui.wire.errors import Unreachable
from pyrolab_gui.wire.urgent import UrgentOutcome
from tests.unit.viewmodels.console_fakes import URI, DirectBridge, FakeInstrument, laser, method

SAFE = ServiceDescription("heater", "Heater", members=(method("off", role="safe-state", doc="Heat no more.\n\nEver."),))
OUTCOMES = {
    "heater": UrgentOutcome("heater", "safe-state", "done", "off", read_back=(("output", False),)),
    "away": UrgentOutcome("away", "safe-state", "failed", because="nothing answers"),
}


class Bench:
    def __init__(self) -> None:
        made = {
            "heater": FakeInstrument(SAFE), "laser": FakeInstrument(laser()),
            "away": FakeInstrument(Unreachable("away cannot be reached.")),
        }  # fmt: skip
        self.made, self.called = made, list[str]()
        pool = InstrumentPool(lambda uri, name, resolve: made[name])
        self.vm = SafeStateViewModel(
            lambda name: pool.lease(URI, name) if name in made else None,
            lambda name: Target(name, URI) if name in made else None,
            self._make_safe,
            DirectBridge(),
        )

    def _make_safe(self, targets, tell) -> None:
        self.called += [target.name for target in targets]
        for target in targets:
            if target.name in OUTCOMES:
                tell(Outcome(target.name, OUTCOMES[target.name]))

    def lines(self) -> dict[str, tuple[str, str]]:
        return {line.name: (line.state, line.said or line.does) for line in self.vm.lines}


@pytest.fixture
def bench(qapp):
    bench = Bench()
    yield bench
    bench.vm.close()


def test_what_each_will_do_is_listed_and_who_has_none(bench: Bench):
    bench.vm.look(["heater", "laser", "away", "gone"])
    assert bench.lines() == {
        "heater": ("has", "Off: Heat no more"),
        "laser": ("none", "has no safe state; it has Halt"),
        "away": ("silent", "away cannot be reached."),
        "gone": ("silent", "it is not there"),
    }


def test_all_but_those_who_have_none_are_called_and_each_tells_how_it_went(bench: Bench, qtbot):
    bench.vm.look(["heater", "laser", "away", "gone"])
    with qtbot.waitSignal(bench.vm.finished, timeout=3000):
        bench.vm.act()
    assert bench.called == ["heater", "away"], "who does not answer is called all the same"
    assert bench.lines()["heater"] == ("done", "done, read back: output off")
    assert bench.lines()["away"] == ("failed", "not done, because nothing answers")
    assert bench.lines()["gone"] == ("failed", "not done, because it is not there")


def test_another_scope_lets_go_of_what_was_asked_for_the_first(bench: Bench):
    bench.vm.look(["heater"])
    bench.vm.look(["laser"])
    assert bench.made["heater"].closed
    bench.vm.close()
    assert bench.made["laser"].closed
