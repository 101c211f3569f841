"""What makes an instrument live, failed and slow, as its daemon judges it."""

from __future__ import annotations

import time

import pytest

from pyrolab_gui.hosting.calls import CallLog
from pyrolab_gui.hosting.pulse import FAILURES, Pulse


class Bench:
    def __init__(self) -> None:
        self.calls = CallLog()
        self.pulse = Pulse(self.calls, lambda name: name == "power", lambda name: name != "label")

    def call(self, member: str = "power", error: str = "", took: float = 0.01, arguments: str = "") -> None:
        call = self.calls.begin("ann", member, arguments)
        call.end(error)
        call.duration = took

    @property
    def told(self):
        return self.pulse.to_plain()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_nothing_is_live_before_it_has_answered(bench: Bench):
    assert bench.told == {"answered": None, "fresh": False, "failing": "", "slow": None}
    bench.call("label")
    assert not bench.told["fresh"], "an attribute that the driver has in memory is no answer"
    bench.call(error="no answer")
    assert not bench.told["fresh"]
    bench.call()
    assert bench.told["fresh"] and bench.told["answered"] == pytest.approx(time.time(), abs=2)


def test_a_reading_of_the_daemon_is_an_answer_too(bench: Bench):
    bench.pulse.end("power", 0.01)
    assert bench.told["fresh"]


def test_an_old_answer_is_not_fresh(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    bench.call()
    assert bench.told["fresh"]
    now = time.time()
    monkeypatch.setattr("pyrolab_gui.hosting.pulse.time.time", lambda: now + 3600)
    told = bench.told
    assert not told["fresh"] and told["answered"] is not None


def test_failures_in_a_row_of_calls_and_readings_together(bench: Bench):
    bench.call(error="no answer")
    bench.pulse.end("power", 0.1, "no answer")
    assert bench.told["failing"] == ""
    bench.pulse.end("power", 0.1, "the line is dead")
    assert bench.told["failing"] == "the line is dead"
    bench.call()
    assert bench.told["failing"] == ""


def test_refusals_are_no_failures(bench: Bench):
    for _ in range(FAILURES):
        call = bench.calls.begin("ann", "power", "= 99")
        call.refused = True
        call.end("power must be at most 10")
    assert bench.told["failing"] == ""


def test_slow_is_judged_by_its_own_usual_time(bench: Bench):
    for _ in range(20):
        bench.call(took=0.05)
    assert bench.told["slow"] is None
    for _ in range(3):
        bench.call(took=2.0)
    assert bench.told["slow"] == {"member": "power", "takes_s": 2.0, "usual_s": 0.05}
    for _ in range(3):
        bench.call(took=0.05)
    assert bench.told["slow"] is None


def test_what_depends_on_what_is_asked_is_not_timed(bench: Bench):
    for took in (*[0.05] * 20, *[9.0] * 3):
        bench.call("sweep", took=took)
        bench.call("power", took=took, arguments="= 3")
    assert bench.told["slow"] is None


def test_waiting_for_ones_turn_is_not_slow(bench: Bench):
    for _ in range(20):
        bench.call(took=0.05)
    for _ in range(3):
        call = bench.calls.begin("ann", "power", "")
        call.waited = 5.0
        call.end()
        call.duration = 5.05
    assert bench.told["slow"] is None


def test_a_slow_instrument_that_was_always_slow_is_well(bench: Bench):
    for _ in range(30):
        bench.call(took=3.0)
    assert bench.told["slow"] is None
