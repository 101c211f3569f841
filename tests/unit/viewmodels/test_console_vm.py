"""A console's view model: values with their age, settings, calls, lock and health, without ever waiting."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from pyrolab_gui.network.safe_state import Outcome
from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel
from pyrolab_gui.viewmodels.instrument_pool import InstrumentPool
from pyrolab_gui.viewmodels.readings import Readings, location_of
from pyrolab_gui.viewmodels.runs import Run
from pyrolab_gui.wire.columns import Gap
from pyrolab_gui.wire.description import ServiceDescription, TypeDescription
from pyrolab_gui.wire.errors import BadArgument, Locked, RemoteFailure, Unreachable
from pyrolab_gui.wire.health import Health, Links, ProcessLink
from pyrolab_gui.wire.names import PASSING
from pyrolab_gui.wire.urgent import UrgentOutcome
from tests.unit.viewmodels.console_fakes import URI, DirectBridge, FakeFeed, FakeInstrument, laser, prop

VALUES = {"power": 3.0, "wavelength": 1550.0, "temperature": 24.8, "output": False, "mode": "APC", "serial": "SN1"}


class Bench:
    def __init__(self, description: ServiceDescription | Exception | None = None) -> None:
        self.instrument = FakeInstrument(description or laser(), VALUES)
        self.instrument.answers.update(islocked=False, lock=True, unlock=True)
        self.side = FakeInstrument(laser())
        self.side.answers.update(islocked=False, lock=True, unlock=True, halt=None)
        self.feeds: list[FakeFeed] = []
        self.pool = InstrumentPool(lambda uri, name, resolve: self.instrument)
        self.readings = Readings(self._make_feed, DirectBridge())
        self.feed = self.feeds[0]
        self.console = ConsoleViewModel(
            self.pool.lease(URI, "optics.laser"), self.readings, DirectBridge(), "ann@bench", lambda: self.side
        )

    def _make_feed(self, on_columns):
        self.feeds.append(FakeFeed(on_columns))
        return self.feeds[-1]


@pytest.fixture
def bench(qapp):
    bench = Bench()
    yield bench
    bench.console.close()


def test_description_gives_properties_and_actions_without_the_lock_members(bench: Bench):
    bench.console.start()
    assert list(bench.console.members) == ["power", "wavelength", "temperature", "output", "mode", "serial"]
    assert [m.name for m in bench.console.methods()] == ["sweep", "identify", "halt"]
    assert bench.console.verdict.health == Health.NOT_ASKED, "a description is no answer of the instrument"
    bench.console.read("power")
    assert str(bench.console.verdict.health) == "live"


def test_a_console_that_cannot_be_described_says_so_and_tries_again(qapp):
    bench = Bench(Unreachable("optics.laser cannot be reached."))
    bench.console.start()
    assert bench.console.description is None
    assert str(bench.console.describe_error) == "optics.laser cannot be reached."
    assert bench.console.verdict.health == Health.LOST
    bench.instrument.description = laser()
    bench.console.set_links(Links(ProcessLink.LIVE))
    assert bench.console.description == laser(), "described as soon as the process is back"
    bench.console.close()


def test_readings_flow_only_while_visible_and_never_members_only_on_demand(bench: Bench):
    bench.console.start()
    assert bench.feed.open_members() == []
    bench.console.set_visible(True)
    assert bench.feed.open_members() == ["power", "wavelength", "temperature", "output", "mode"]
    assert {each.period for each in bench.feed.subscriptions} == {1.0}
    bench.console.set_visible(False)
    assert bench.feed.open_members() == []
    assert "serial" not in bench.instrument.gets
    bench.console.read("serial")
    assert bench.console.members["serial"].value == "SN1"


def test_large_values_are_not_read_every_second(qapp):
    trace = prop("trace", TypeDescription("array", ndim=1))
    bench = Bench(ServiceDescription("scope", "Scope", instance_mode="single", members=(trace,)))
    bench.console.start()
    bench.console.set_visible(True)
    assert bench.feed.open_members() == []
    assert bench.instrument.gets == [], "an array is read when it is asked for"
    bench.console.close()


def _pass(bench: Bench, when: float, *entries: list[object]) -> None:
    bench.feed.bring(PASSING, [list(entry) for entry in entries], [when] * len(entries))


def test_what_others_read_and_set_is_shown_without_asking(bench: Bench):
    bench.console.start()
    bench.console.set_visible(True)
    told: list[str] = []
    bench.console.valueChanged.connect(told.append)
    now = time.time()
    _pass(bench, now, ["serial", "read", "SN7", "ben"], ["output", "set", True, "ben"], ["unknown", "read", 1, "ben"])
    states = bench.console.members
    assert (states["serial"].value, states["output"].value) == ("SN7", True)
    assert told == ["serial", "output"]
    assert bench.instrument.gets == []
    bench.feed.bring("output", [0.0], [now + 1])
    _pass(bench, now + 0.5, ["output", "set", True, "ben"])  # older than what was read
    assert states["output"].value is False


def test_what_is_set_is_not_shown_as_read_where_the_instrument_lags_behind(bench: Bench):
    bench.console.start()
    bench.console.set_visible(True)
    state = bench.console.members["wavelength"]
    _pass(bench, 1.0, ["wavelength", "set", 1550.0, "ben"])
    assert state.value == 1550.0
    bench.feed.bring("wavelength", [1532.4], [2.0])
    _pass(bench, 3.0, ["wavelength", "set", 1560.0, "ben"])
    assert (state.value, state.set_to) == (1532.4, 1560.0)


def test_a_service_that_only_has_names_is_not_read_unasked(qapp):
    description = ServiceDescription("old", "Thing", members=(prop("x", TypeDescription("any")),), described=False)
    bench = Bench(description)
    bench.console.start()
    bench.console.set_visible(True)
    assert bench.feed.open_members() == []
    assert bench.instrument.gets == []
    bench.console.close()


def test_a_column_becomes_value_age_and_recent_samples(bench: Bench):
    bench.console.start()
    bench.console.set_visible(True)
    heard: list[str] = []
    bench.console.valueChanged.connect(heard.append)
    now = time.time()
    bench.feed.bring("power", [2.9, 3.1], [now - 1, now])
    state = bench.console.members["power"]
    assert state.value == 3.1
    assert [value for _, value in state.recent] == [2.9, 3.1]
    age = state.age()
    assert age is not None and age < 1.0
    assert heard == ["power"]


def test_a_first_value_out_of_the_daemons_memory_is_old(bench: Bench):
    bench.console.start()
    bench.console.set_visible(True)
    bench.feed.bring("power", [3.0], [time.time() - 100])
    age = bench.console.members["power"].age()
    assert age is not None and age > 90


def test_what_the_daemon_kept_while_the_console_was_hidden_is_old_too(bench: Bench):
    bench.console.start()
    bench.console.set_visible(True)
    now = time.time()
    bench.feed.bring("power", [3.0], [now - 500])
    bench.feed.bring("power", [3.1], [now - 499])
    state = bench.console.members["power"]
    state.arrived -= 500
    bench.console.set_visible(False)
    bench.console.set_visible(True)
    bench.feed.bring("power", [3.0, 3.1], [now - 500, now - 499])
    age = state.age()
    assert age is not None and age > 400
    assert [value for _, value in state.recent] == [3.0, 3.1], "none twice"


def test_failed_and_busy_readings_keep_the_old_value(bench: Bench):
    bench.console.start()
    bench.console.set_visible(True)
    now = time.time()
    state = bench.console.members["temperature"]
    bench.feed.bring("temperature", [24.8], [now])
    bench.feed.bring("temperature", [], [], (Gap(now, now + 1, "error", "ValueError: sensor open"),))
    assert state.value == 24.8
    assert str(state.error) == "ValueError: sensor open"
    bench.feed.bring("temperature", [], [], (Gap(now + 1, now + 2, "busy"),))
    assert state.waiting == "busy"
    bench.feed.bring("temperature", [24.9], [now + 3], (Gap(now + 1, now + 2.5, "busy"),))
    assert (state.error, state.waiting, state.value) == (None, "", 24.9)


def test_booleans_and_whole_numbers_stay_what_they_are(bench: Bench):
    bench.console.start()
    bench.console.set_visible(True)
    bench.feed.bring("output", [1.0], [time.time()])
    assert bench.console.members["output"].value is True


def test_writing_sends_reads_back_and_is_in_the_history(bench: Bench):
    bench.console.start()
    bench.console.write("power", 3.5)
    state = bench.console.members["power"]
    assert bench.instrument.sets == [("power", 3.5)]
    assert state.value == 3.5 and not state.sending and state.refused is None
    assert [run.text for run in bench.console.runs.recent()] == ["power = 3.5"]
    bench.console.write("mode", "ACC")
    assert bench.console.runs.recent()[0].text == "mode = constant current"


def test_a_refused_value_keeps_its_reason_until_the_typing_goes_on(bench: Bench):
    bench.console.start()
    bench.instrument.refuse["power"] = BadArgument("power: at most 13 mW.", "detail", "ValidationError", "at most 13")
    bench.console.write("power", 14.0)
    state = bench.console.members["power"]
    assert str(state.refused) == "power: at most 13 mW."
    assert bench.console.runs.recent()[0].outcome == "failed"
    bench.console.forget_refusal("power")
    assert state.refused is None


def test_a_call_runs_without_waiting_and_ends_with_its_result(bench: Bench):
    bench.console.start()
    ended: list[object] = []
    bench.console.runFinished.connect(ended.append)
    run = bench.console.call("sweep", [1520.0, 1580.0], {"repeats": 2})
    assert outcome(run) == "running" and run.text == "sweep(1520, 1580, repeats=2)"
    assert bench.console.runs.running() == [run]
    bench.instrument.settle([1.0, 2.0])
    assert ended == [run] and outcome(run) == "done" and run.result == [1.0, 2.0]
    assert bench.console.runs.running() == []


def test_a_call_that_fails_has_its_sentence(bench: Bench):
    bench.console.start()
    run = bench.console.call("identify")
    bench.instrument.settle(error=RemoteFailure("The laser said no.", "Traceback ...", "LaserError", "no"))
    assert run.outcome == "failed"
    assert run.error is not None and run.error.sentence == "The laser said no."
    other = bench.console.call("identify")
    bench.instrument.settle(error=ValueError("odd"))
    assert other.error is not None and "odd" in other.error.sentence, "what a worker raises is never swallowed"


def test_a_call_left_running_is_over_here_and_a_late_answer_changes_nothing(bench: Bench):
    bench.console.start()
    run = bench.console.call("sweep", [1520.0, 1580.0])
    bench.console.leave_running(run)
    assert run.outcome == "left"
    assert run.error is not None and "left running" in run.error.sentence
    assert bench.console.runs.running() == []


def test_stop_does_not_queue_behind_the_running_call(bench: Bench):
    bench.console.start()
    bench.console.call("sweep", [1520.0, 1580.0])
    stop = bench.console.call("halt")
    assert stop.outcome == "done"
    assert ("halt", [], {}) in bench.side.calls


def test_a_process_that_comes_back_at_another_place_is_described_and_watched_anew(qapp):
    bench, made = Bench(), []

    def make_daemon(address: str) -> FakeInstrument:
        made.append(address)
        return FakeInstrument(laser())

    bench.console.close()
    newest = [URI]
    bench.console = ConsoleViewModel(
        bench.pool.lease(URI, "optics.laser"),
        bench.readings,
        DirectBridge(),
        make_daemon=make_daemon,
        find=lambda: newest[0],
    )
    bench.console.set_visible(True)
    bench.console.start()
    bench.console.set_links(Links(ProcessLink.LIVE))
    assert made == ["PYRO:Pyro.Daemon@127.0.0.1:4711"]
    bench.console.set_links(Links(ProcessLink.UNREACHABLE))
    newest[0] = "PYRO:laser@127.0.0.1:4799"
    bench.console.set_links(Links(ProcessLink.UNKNOWN))  # as an address is known that was not looked at yet
    bench.console.set_links(Links(ProcessLink.LIVE))
    assert made[1:] == ["PYRO:Pyro.Daemon@127.0.0.1:4799"]
    bench.console.close()


def urgent_bench(service: ServiceDescription) -> tuple[Bench, list[tuple[str, Callable[[Outcome], None]]]]:
    """A console whose daemon takes stop and safe state past everybody; what it was asked for so."""
    bench, asked = Bench(service), []
    bench.console.close()
    bench.console = ConsoleViewModel(
        bench.pool.lease(URI, "optics.laser"),
        bench.readings,
        DirectBridge(),
        make_side=lambda: bench.side,
        urgently=lambda role, tell: asked.append((role, tell)),
    )
    bench.console.start()
    return bench, asked


def test_stop_goes_past_everybody_also_where_the_daemon_does_not_reply(qapp):
    bench, asked = urgent_bench(laser())
    halt = next(member for member in bench.console.methods() if member.name == "halt")
    sweep = next(member for member in bench.console.methods() if member.name == "sweep")
    assert not bench.console.reaches(halt), "said only of a daemon that does not reply"
    bench.console.set_links(Links(ProcessLink.NO_REPLY))
    assert bench.console.reaches(halt) and not bench.console.reaches(sweep)
    run = bench.console.call("halt")
    assert [role for role, _ in asked] == ["stop"] and bench.side.calls == [] and run.outcome == "running"
    told = UrgentOutcome("laser", "stop", "done", "halt", read_back=(("output", False),), restarted=True)
    asked[0][1](Outcome("optics.laser", told))
    assert run.said == "done, read back: output off (its daemon had to be ended and started again)"
    run = bench.console.call("halt")
    asked[1][1](Outcome("optics.laser", UrgentOutcome("laser", "stop", "failed", "halt", because="it is gone.")))
    assert str(run.error) == "optics.laser: not done, because it is gone." and run.outcome == "failed"
    bench.console.close()


def test_stop_of_a_session_is_its_own_as_long_as_it_is_answered(qapp):
    bench, asked = urgent_bench(replace(laser(), instance_mode="session"))
    bench.console.set_links(Links(ProcessLink.LIVE))
    bench.console.call("halt")
    assert asked == []
    bench.console.set_links(Links(ProcessLink.NO_REPLY))
    bench.console.call("halt")
    assert [role for role, _ in asked] == ["stop"]
    bench.console.close()


def test_a_session_service_has_no_second_way_in(qapp):
    bench = Bench(replace(laser(), instance_mode="session"))
    bench.console.start()
    bench.console.call("sweep", [1520.0, 1580.0])
    bench.console.call("halt")
    assert bench.side.calls == [], "a second connection would be a second instance of the driver"
    bench.console.close()


def test_lock_and_unlock(bench: Bench):
    bench.console.start()
    assert holder(bench) == "free"
    bench.console.take_lock()
    assert holder(bench) == "ours"
    assert ("lock", ["ann@bench"], {}) in bench.instrument.calls
    bench.instrument.answers["islocked"] = True
    bench.console.refresh_lock()
    assert holder(bench) == "ours", "locked by us is not in use by somebody else"
    bench.console.give_lock()
    assert holder(bench) == "free"


def test_a_foreign_lock_is_not_the_relay_s_to_list(qapp):
    bench = Bench(replace(laser(), relayed=True))
    bench.console.start()
    bench.console.take_lock()
    bench.console.lock._answered = float("-inf")
    assert bench.console.foreign_lock
    bench.console._on_lock_told(None)
    assert holder(bench) == "ours"
    bench.console.close()


def test_the_lock_does_not_queue_behind_the_running_call(bench: Bench):
    bench.console.start()
    bench.console.call("sweep", [1520.0, 1580.0])
    bench.console.take_lock()
    assert ("lock", ["ann@bench"], {}) in bench.side.calls


def test_a_lock_of_somebody_else_is_said(bench: Bench):
    bench.instrument.refuse["lock"] = Locked("optics.laser is in use by rob@pc7.")
    bench.console.start()
    bench.console.take_lock()
    assert holder(bench) == "other"
    assert str(bench.console.lock.error) == "optics.laser is in use by rob@pc7."


def test_pending_edits_are_counted(bench: Bench):
    bench.console.start()
    bench.console.set_pending("power", True)
    bench.console.set_pending("mode", True)
    assert bench.console.pending_count() == 2
    bench.console.set_pending("power", False)
    assert bench.console.pending_count() == 1


def test_closing_ends_readings_and_the_connection_and_later_answers_are_dropped(bench: Bench):
    bench.console.start()
    bench.console.set_visible(True)
    run = bench.console.call("sweep", [1520.0, 1580.0])
    heard: list[object] = []
    bench.console.runFinished.connect(heard.append)
    bench.console.close()
    assert bench.feed.open_members() == []
    assert bench.instrument.closed
    bench.instrument.settle([1.0])
    assert heard == [] and run.result is None


def test_old_results_are_let_go(bench: Bench):
    bench.console.start()
    for number in range(30):
        bench.console.call("sweep", [1520.0, 1580.0])
        bench.instrument.settle([float(number)])
    runs = bench.console.runs.recent()
    assert runs[0].result == [29.0]
    assert runs[-1].result is None and runs[-1].released


def outcome(run: Run) -> str:
    return run.outcome


def holder(bench: Bench) -> str:
    return bench.console.lock.holder


def test_places_of_uris():
    assert location_of("PYRO:obj_1@pc-bench:4711") == ("pc-bench", 4711)
    assert location_of("PYRO:x@[::1]:9") == ("::1", 9)


def test_while_a_call_runs_a_reading_goes_beside_it_and_what_does_not_come_is_old_soon(bench: Bench):
    bench.console.start()
    bench.console.set_visible(True)
    run = bench.console.call("sweep", [1520.0, 1580.0])
    assert bench.console.members["temperature"].behind
    bench.side.values["serial"] = "SN1"
    bench.console.read("serial")
    assert bench.side.gets == ["serial"]
    assert bench.console.members["serial"].value == "SN1"
    bench.instrument.settle([1.0])
    assert run.outcome == "done"
    assert not bench.console.members["temperature"].behind


def test_a_call_behind_another_says_so_and_how_long_the_last_one_took(bench: Bench):
    bench.console.start()
    first = bench.console.call("sweep", [1520.0, 1580.0])
    second = bench.console.call("identify")
    assert bench.console.run_note(first) == ""
    assert bench.console.run_note(second) == "waits for sweep"
    first._clock -= 5.5
    bench.instrument.settle([1.0])
    assert bench.console.run_note(second) == ""
    bench.instrument.settle("SN")
    again = bench.console.call("sweep", [1520.0, 1580.0])
    assert bench.console.run_note(again) == "last time 5.50 s"
    other = bench.console.call("sweep", [1500.0, 1580.0])
    bench.instrument.settle([1.0])
    assert bench.console.run_note(other) == "", "other arguments take another time"
    bench.instrument.settle([1.0])


def test_a_window_that_only_looks_reads_and_does_nothing(qapp):
    bench = Bench()
    lease = bench.pool.lease(URI, "optics.laser")
    console = ConsoleViewModel(lease, bench.readings, DirectBridge(), "ann@bench", read_only=True)
    console.start()
    console.read("power")
    assert console.members["power"].value == 3.0
    assert console.blocked == "this window only looks"
    console.write("power", 5.0)
    assert console.call("halt").outcome == "failed"
    assert bench.instrument.sets == [] and "halt" not in [name for name, _, _ in bench.instrument.calls]
    console.close()
    bench.console.close()


def test_a_methods_patience_is_kept_to(bench: Bench):
    bench.console.start()
    bench.console.layout.set_patience("identify", 60.0)
    bench.console.call("identify")
    bench.console.call("sweep", [1520.0, 1580.0])
    assert bench.instrument.timeouts[-2:] == [60.0, 24 * 3600.0]


def test_the_unit_of_the_lab_is_shown_and_the_drivers_is_sent(qapp):
    kelvin = prop("setpoint", TypeDescription("float", unit="K", ge=0.01, le=0.3), writable=True, shown_unit="mK")
    bench = Bench(ServiceDescription("c", "Cryostat", members=(kelvin,)))
    bench.console.start()
    state = bench.console.members["setpoint"]
    state.take(0.0421)
    assert (state.shown, state.unit, state.edited.unit, state.edited.le) == (42.1, "mK", "mK", 300.0)
    bench.console.write("setpoint", state.sent(45.5))
    assert bench.instrument.sets == [("setpoint", 0.0455)]
    bench.console.close()
