"""The pages of the plots: what is put on them, what is remembered, what recordings fill in."""

from __future__ import annotations

import itertools
import math
import time
from typing import Any

import numpy as np
import pytest

from pyrolab_gui.recording.values import samples
from pyrolab_gui.recording.writer import Writer
from pyrolab_gui.viewmodels.background import Background
from pyrolab_gui.viewmodels.bridge import Bridge
from pyrolab_gui.viewmodels.plot_channel import Reading, Threshold
from pyrolab_gui.viewmodels.plot_export import csv_bytes, python_code, results_csv
from pyrolab_gui.viewmodels.plots_history import recorded, recordings_in
from pyrolab_gui.viewmodels.plots_page import against
from pyrolab_gui.viewmodels.plots_vm import PlotsViewModel
from pyrolab_gui.viewmodels.repeated_call import Call
from pyrolab_gui.viewmodels.settings import Settings
from pyrolab_gui.wire.errors import LabError, Unreachable
from tests.unit.viewmodels.console_fakes import DirectBridge, FakeFeed, FakeNotices
from tests.unit.viewmodels.test_consoles_vm import ENTRIES
from tests.unit.viewmodels.test_consoles_vm import Bench as ConsolesBench

POWER = Reading("optics.laser", "power", "mW")
WAVELENGTH = Reading("optics.laser", "wavelength", "nm")


class Bench(ConsolesBench):
    def __init__(self, tmp_path) -> None:
        super().__init__()
        self.notices = FakeNotices()
        self.bridge = Bridge()
        self.file = tmp_path / "plots.json"
        self.folders = [tmp_path]
        self.background = Background(self.bridge, self.notices)  # type: ignore[arg-type]
        self.plots = self.open()

    def open(self) -> PlotsViewModel:
        return PlotsViewModel(
            self.vm,
            self.notices,
            DirectBridge(),
            self.background,
            folders=lambda: self.folders,
            memory=Settings(self.file),
        )

    @property
    def readings(self) -> FakeFeed:
        return self.feeds[0]

    def bring(self, member: str, values: list[float], times: list[float]) -> None:
        self.readings.bring(member, values, times)


@pytest.fixture
def bench(qapp, tmp_path):
    bench = Bench(tmp_path)
    bench.vm.set_entries(ENTRIES)
    yield bench
    bench.background.close()
    bench.bridge.close()
    bench.vm.aclose()


def test_a_reading_makes_the_first_page_and_joins_it_next_time(bench: Any):
    assert bench.plots.pages == []
    channel = bench.plots.add_reading(POWER)
    assert channel is bench.plots.add_reading(POWER), "once on a page"
    bench.plots.add_reading(WAVELENGTH)
    (page,) = bench.plots.pages
    assert [unit for unit, _ in page.plot.groups()] == ["mW", "nm"]
    assert bench.plots.current is page


def test_an_instrument_that_is_not_known_is_said(bench: Any):
    assert bench.plots.add_reading(Reading("nowhere.stage", "x")) is None
    assert bench.plots.pages == []
    assert "nowhere.stage is not registered" in bench.notices.said[-1]


def test_who_comes_later_finds_what_came_before(bench: Any):
    quick = bench.vm.lease("optics.laser")
    first = bench.vm.plot.add(quick, "power", "mW")
    now = time.time()
    bench.bring("power", [1.0, 2.0, 3.0], [now - 2, now - 1, now])
    channel = bench.plots.add_reading(POWER)
    assert channel.series is first.series, "kept once for the window"
    assert channel.series.values.tolist() == [1.0, 2.0, 3.0]
    assert channel.value_text() == "3"
    assert not channel.is_stale()


def test_pages_are_remembered_and_wait_for_their_instruments(bench: Any):
    bench.plots.add_reading(POWER, period=0.2)
    page = bench.plots.current
    page.set_title("Night")
    page.plot.set_thresholds(page.plot.channels[0], [Threshold("above", 4.5, "alarm")])
    page.plot.set_window(math.inf)
    page.plot.set_log("mW", True)
    page.plot.add_mark(1000.0, "door opened")
    page.plot.set_shown(page.plot.channels[0], False)
    bench.plots.add_page("results")
    bench.plots.set_layout("abc")
    bench.plots.set_current(page)
    bench.plots.aclose()
    bench.vm.set_entries([])
    again = bench.open()
    (page,) = again.pages
    assert (page.title, page.plot.channels, again.current, again.layout()) == ("Night", [], page, "abc")
    bench.vm.set_entries(ENTRIES)
    (channel,) = page.plot.channels
    assert (channel.label, channel.unit, channel.period, channel.shown) == ("optics.laser.power", "mW", 0.2, False)
    assert channel.thresholds == (Threshold("above", 4.5, "alarm"),)
    assert math.isinf(page.plot.window)
    assert (page.plot.log_units, [mark.text for mark in page.plot.marks]) == ({"mW"}, ["door opened"])


@pytest.mark.parametrize(
    "text", ["", "[1]", '[{"key": "x"}]', '[{"key": 1, "title": "A", "channels": [{"a": 1}]}]', "{"]
)
def test_a_memory_that_makes_no_sense_is_no_obstacle(bench: Any, text: str):
    memory = Settings(bench.file)
    memory.set("pages", text)
    memory.save()
    bench.open().aclose()


def test_a_page_that_is_closed_reads_nothing_more(bench: Any):
    bench.plots.add_reading(POWER)
    assert bench.readings.open_members() == ["power"]
    bench.plots.close_page(bench.plots.current)
    assert bench.readings.open_members() == []
    assert bench.plots.current is None


def test_results_go_to_a_page_of_their_own(bench: Any):
    bench.plots.add_reading(POWER)
    assert not bench.plots.add_result("laser.serial", "SN1")
    assert bench.plots.add_result("scope.acquire", [1.0, 2.0, 1.0])
    assert bench.plots.add_result("scope.acquire", np.array([3.0, 2.0, 1.0]))
    page = bench.plots.current
    assert page.kind == "results"
    assert [result.curve.y.tolist() for result in page.results] == [[3.0, 2.0, 1.0], [1.0, 2.0, 1.0]]
    assert bench.plots.add_result("camera.frame", np.ones((4, 5)))
    assert page.results[0].image.shape == (4, 5)
    assert len(page.results) == 1, "an image stands alone"
    assert results_csv(page.results) == "1.0,1.0,1.0,1.0,1.0\n" * 4
    bench.plots.add_reading(WAVELENGTH)
    assert bench.plots.current.kind == "time", "a reading goes to no page of results"


def test_a_result_is_called_for_again_while_it_is_seen_and_never_twice_at_once(bench: Any, qtbot):
    call = Call("optics.laser", "record", (3,))
    bench.plots.add_result("laser.record", [1.0, 2.0, 1.0], call=call)
    bench.plots.add_result("laser.record", [5.0, 5.0, 5.0], call=call)
    page = bench.plots.current
    repeated = page.repeated
    assert (repeated.call.text, repeated.every) == ("optics.laser.record(3)", 0.0)
    looks = itertools.count(1)
    repeated.seen = lambda: next(looks) > 1
    repeated.start(0.01)
    made: list[Any] = bench.instruments
    qtbot.waitUntil(lambda: any(instrument.waiting for instrument in made))
    assert next(looks) == 3, "nobody saw it at first"
    (laser,) = [instrument for instrument in made if instrument.waiting]
    repeated.start(0.02)  # another period while one is under way
    assert len(laser.waiting) == 1
    laser.waiting.pop().set_result([2.0, 3.0, 4.0])
    assert [result.curve.y.tolist() for result in page.results] == [[2.0, 3.0, 4.0], [1.0, 2.0, 1.0]]
    qtbot.waitUntil(lambda: len(laser.waiting) == 1)
    laser.waiting.pop().set_exception(Unreachable("The laser is lost."))
    assert (repeated.every, repeated.problem) == (0.02, "The laser is lost."), "it is waited for"
    qtbot.waitUntil(lambda: len(laser.waiting) == 1)
    laser.waiting.pop().set_result([2.0, 3.0, 4.0])
    assert not repeated.problem
    qtbot.waitUntil(lambda: len(laser.waiting) == 1)
    laser.waiting.pop().set_exception(LabError("The scope has no trigger."))
    assert (repeated.every, repeated.problem) == (0.0, "The scope has no trigger.")
    assert [arguments for member, arguments, _ in laser.calls if member == "record"] == [[3]] * 4
    bench.plots.close_page(page)
    assert page.repeated is None


def test_what_an_instrument_has_to_plot_is_asked_in_the_background(bench: Any, qtbot):
    found: list[list[Reading]] = []
    bench.plots.find_readings("optics.laser", found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=5000)
    assert {"power", "wavelength", "temperature"} <= {reading.member for reading in found[0]}
    assert POWER in found[0]
    assert "mode" not in {reading.member for reading in found[0]}, "no number"
    bench.plots.find_readings("nowhere", found.append)
    assert found[1] == []


def _record(path, times, values, member="power") -> None:
    writer = Writer(path, "ann")
    channel = writer.channel("optics.laser", member, 1.0, "mW")
    writer.add(channel, samples(list(times), list(values)))
    writer.close()


def test_recordings_fill_in_what_was_before(bench: Any, tmp_path, qtbot):
    now = time.time()
    _record(tmp_path / "early.rec", now - 100 + np.arange(10.0), np.arange(10.0))
    _record(tmp_path / "late", now - 50 + np.arange(10.0), 10 + np.arange(10.0))
    (tmp_path / "notes.txt").write_text("no recording")
    assert len(recordings_in([tmp_path, tmp_path / "missing"])) == 2
    channel = bench.plots.add_reading(POWER)
    bench.bring("power", [99.0], [now])
    qtbot.waitUntil(lambda: len(channel.series) == 21, timeout=5000)
    assert channel.series.values.tolist() == [*np.arange(20.0), 99.0]
    gaps = [(gap.start - now, gap.end - now) for gap in channel.series.gaps]
    assert any(start == pytest.approx(-91, abs=0.1) and end == pytest.approx(-50, abs=0.1) for start, end in gaps)
    assert len(recorded([tmp_path], "optics.laser.temperature")) == 0


def test_readings_against_each_other_are_matched_in_time(bench: Any):
    x, y = bench.plots.add_reading(POWER), bench.plots.add_reading(WAVELENGTH)
    x.series.append([1.0, 2.0, 3.0, 4.0, 9.0], [1.0, 2.0, 3.0, 4.0, 5.0])
    y.series.append([0.5, 1.5, 2.5, 3.5], [10.0, 20.0, 30.0, 40.0])
    across, up = against(x, y, 0.0, 10.0)
    assert across.tolist() == [1.0, 2.0, 3.0], "only where both are known"
    np.testing.assert_allclose(up, [15.0, 25.0, 35.0])


def test_the_script_runs_and_holds_what_is_shown(bench: Any, monkeypatch):
    channel = bench.plots.add_reading(POWER)
    now = time.time()
    bench.bring("power", [1.0, 2.0, 3.0], [now - 2, now - 1, now])
    code = python_code(bench.plots.current.plot)
    names: dict[str, object] = {}
    exec(compile(code.partition("figure, axes")[0].replace("import matplotlib.pyplot as plt", ""), "x", "exec"), names)
    np.testing.assert_array_equal(names["optics_laser_power"], [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(names["optics_laser_power_t"], channel.series.times)
    compile(code, "script", "exec")
    rows = csv_bytes(bench.plots.current.plot, (now - 1.5, now + 1)).decode().splitlines()
    assert len(rows) == 3


def test_a_lost_instrument_is_stale_at_once(bench: Any):
    from pyrolab_gui.wire.columns import Gap

    channel = bench.plots.add_reading(POWER, period=10.0)
    now = time.time()
    bench.bring("power", [1.0], [now])
    assert not channel.is_stale()
    bench.readings.bring("power", [], [], (Gap(now + 0.1, now + 0.1, "restart", "The daemon is gone."),))
    assert channel.is_stale()
    bench.bring("power", [1.0], [now + 1])
    assert not channel.is_stale()


def test_cursors_marks_and_the_held_stretch(bench: Any):
    bench.plots.add_reading(POWER)
    plot = bench.plots.current.plot
    for when in (10.0, 20.0, 19.0):
        plot.place_cursor(when)
    assert sorted(plot.cursors) == [10.0, 19.0], "the nearer one moves"
    plot.hold(100.0, 100.0)
    assert plot.paused
    assert plot.span()[1] > plot.span()[0]
    plot.set_window(60.0)
    assert not plot.paused


def test_a_reading_is_plotted_in_the_unit_that_the_lab_wants(bench):
    channel = bench.plots.add_reading(Reading("optics.laser", "power", "mW", "µW"))
    bench.bring("power", [0.0025, 0.003], [1.0, 2.0])
    page = bench.plots.current
    assert [unit for unit, _ in page.plot.groups()] == ["µW"]
    assert (channel.value_text(), channel.quantity()) == ("3", ("3", "µW"))
    assert "optics.laser.power,µW,1970-01-01T00:00:01.000+00:00,1.000000,2.5," in csv_bytes(page.plot).decode()
    assert page.to_plain()["channels"][0]["unit"] == "mW", "what is remembered is the driver's"
