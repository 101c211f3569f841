"""The live plot's channels and series: what is kept, what is thinned, where the gaps are."""

from __future__ import annotations

import io
import math
import time

import numpy as np
import pytest

from pyrolab_gui.viewmodels.instrument_pool import InstrumentPool
from pyrolab_gui.viewmodels.plot_channel import gap_text
from pyrolab_gui.viewmodels.plot_vm import PlotViewModel
from pyrolab_gui.viewmodels.readings import Readings
from pyrolab_gui.viewmodels.series import Series, SeriesGap, merged, thin
from pyrolab_gui.wire.columns import Gap
from tests.unit.viewmodels.console_fakes import URI, DirectBridge, FakeFeed, FakeInstrument, laser


class Bench:
    def __init__(self) -> None:
        feeds: list[FakeFeed] = []

        def make_feed(on_columns):
            feeds.append(FakeFeed(on_columns))
            return feeds[-1]

        self.instrument = FakeInstrument(laser())
        self.pool = InstrumentPool(lambda uri, name, resolve: self.instrument)
        self.readings = Readings(make_feed, DirectBridge())
        self.feed = feeds[0]
        self.plot = PlotViewModel(self.readings)
        self.lease = self.pool.lease(URI, "optics.laser")


@pytest.fixture
def bench(qapp):
    return Bench()


def test_channels_share_a_plot_by_unit_and_get_different_colours(bench: Bench):
    bench.plot.add(bench.lease, "power", "mW")
    bench.plot.add(bench.lease, "wavelength", "nm")
    bench.plot.add(bench.lease, "limit", "mW")
    assert [(unit, [c.member for c in channels]) for unit, channels in bench.plot.groups()] == [
        ("mW", ["power", "limit"]),
        ("nm", ["wavelength"]),
    ]
    assert [channel.color for channel in bench.plot.channels] == [0, 1, 2]


def test_adding_again_changes_the_period_and_keeps_the_samples(bench: Bench):
    channel = bench.plot.add(bench.lease, "power", "mW", 1.0, recent=[(time.time() - 2, 1.0), (time.time() - 1, 2.0)])
    assert bench.plot.add(bench.lease, "power", "mW", 0.1) is channel
    assert channel.period == 0.1
    assert len(channel.series) == 2
    assert [(each.period, each.closed) for each in bench.feed.subscriptions] == [(1.0, True), (0.1, False)]


def test_samples_reach_the_channel_and_age(bench: Bench):
    channel = bench.plot.add(bench.lease, "power", "mW", 1.0)
    assert channel.is_stale() and channel.value_text() == "–"
    now = time.time()
    bench.feed.bring("power", [3.0, 3.012], [now - 1, now])
    assert channel.value_text() == "3.012"
    assert not channel.is_stale()
    bench.feed.bring("power", [], [], (Gap(now, now + 2, "error", "sensor open"),))
    assert channel.trouble == "sensor open"
    bench.feed.bring("power", [3.0], [now + 3])
    assert channel.trouble == ""


def test_removing_ends_the_reading(bench: Bench):
    channel = bench.plot.add(bench.lease, "power", "mW", 1.0)
    bench.plot.remove(channel)
    bench.plot.remove(channel)
    assert bench.feed.open_members() == []
    assert bench.plot.channels == []


def test_pause_holds_the_view_not_the_samples(bench: Bench):
    channel = bench.plot.add(bench.lease, "power", "mW", 1.0)
    now = time.time()
    bench.feed.bring("power", [1.0], [now])
    bench.plot.set_paused(True)
    held = bench.plot.span()
    bench.feed.bring("power", [2.0], [now + 5])
    assert bench.plot.span() == held
    assert len(channel.series) == 2


def test_all_of_it(bench: Bench):
    bench.plot.set_window(math.inf)
    now = time.time()
    bench.plot.add(bench.lease, "power", "mW", 1.0, recent=[(now - 500, 1.0), (now - 499, 1.0)])
    start, end = bench.plot.span()
    assert start == pytest.approx(now - 500)
    assert end >= now


def test_csv_has_samples_and_gaps_in_order(bench: Bench):
    bench.plot.add(bench.lease, "power", "mW", 1.0)
    bench.feed.bring("power", [1e-9, 2.5], [1000.0, 1001.0], (Gap(1000.2, 1000.8, "busy"),))
    out = io.StringIO()
    bench.plot.write_csv(out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "channel,unit,time_utc,time_s,value,note"
    assert lines[1] == "optics.laser.power,mW,1970-01-01T00:16:40.000+00:00,1000.000000,1e-09,"
    assert lines[2].endswith(",no data: instrument busy")
    assert lines[3].endswith("1001.000000,2.5,")


def test_gaps_in_words():
    assert gap_text(SeriesGap(0, 38, "error")) == "no data 38 s: reading failed"
    assert gap_text(SeriesGap(0, 38, "")) == "no data 38 s"


def test_series_is_bounded_and_keeps_the_newest():
    series = Series(capacity=1000)
    for start in range(0, 25_000, 250):
        series.append(np.arange(start, start + 250, dtype=float), np.arange(start, start + 250, dtype=float))
    assert len(series) == 1000
    assert series.times[0] == 24_000 and series.times[-1] == 24_999
    np.testing.assert_array_equal(series.times, series.values)
    series.append(np.arange(25_000, 30_000, dtype=float), np.arange(25_000, 30_000, dtype=float))
    assert (series.times[0], series.times[-1], len(series)) == (29_000, 29_999, 1000)


def test_samples_that_are_not_newer_are_dropped():
    series = Series()
    series.append([1.0, 2.0], [1.0, 2.0])
    series.append([1.5, 2.0, 3.0], [9.0, 9.0, 3.0])
    assert series.values.tolist() == [1.0, 2.0, 3.0]


def test_what_is_no_number_is_a_hole():
    series = Series()
    series.append([1.0, 2.0, 3.0], [1, None, "x"])
    assert series.values[0] == 1.0 and np.isnan(series.values[1:]).all()


def test_a_curve_is_broken_in_a_gap():
    series = Series()
    series.append([0.0, 1.0, 2.0], [1.0, 1.0, 1.0], 1.0)
    series.add_gap(SeriesGap(2.0, 5.0, "busy"))
    series.append([5.0, 6.0], [2.0, 2.0], 1.0)
    times, values = series.curve(0.0, 6.0, 100)
    assert times.tolist() == [0, 1, 2, 3.5, 5, 6]
    assert np.isnan(values[3]) and np.isfinite(values[[0, 1, 2, 4, 5]]).all()
    assert [(gap.start, gap.end, gap.reason) for gap in series.gaps] == [(2.0, 5.0, "busy")], "one gap, not two"


def test_a_long_hole_between_samples_is_a_gap_without_being_told():
    series = Series()
    series.append([0.0, 1.0, 50.0], [1.0, 1.0, 1.0], 1.0)
    assert [(gap.start, gap.end) for gap in series.gaps] == [(1.0, 50.0)]


def test_a_gap_that_grows_stays_one():
    series = Series()
    series.append([0.0], [1.0], 1.0)
    for second in range(1, 6):
        series.add_gap(SeriesGap(float(second), float(second + 1), "busy"))
    assert [(gap.start, gap.end) for gap in series.gaps] == [(1.0, 6.0)]


def test_gaps_of_several_channels_are_drawn_once():
    gaps = [SeriesGap(5, 9, "busy"), SeriesGap(0, 2, ""), SeriesGap(1, 3, "error"), SeriesGap(8, 10, "restart")]
    assert [(gap.start, gap.end, gap.reason) for gap in merged(gaps)] == [(0, 3, "error"), (5, 10, "")]


def test_thinning_keeps_every_spike_and_few_points():
    series = Series(capacity=1_000_000)
    values = np.zeros(100_000)
    values[12_345], values[77_777] = 5.0, -7.0
    series.append(np.arange(100_000) * 0.1, values)
    times, thinned = series.curve(0.0, 10_000.0, 800)
    assert len(times) <= 4 * 800
    assert thinned.max() == 5.0 and thinned.min() == -7.0
    assert (np.diff(times) > 0).all()


def test_a_scrolling_curve_keeps_its_points():
    series = Series()
    series.append(np.arange(50_000) * 0.1, np.random.default_rng(1).normal(size=50_000))
    first = set(series.curve(1000.0, 4000.0, 500)[0].tolist())
    second = set(series.curve(1003.7, 4003.7, 500)[0].tolist())
    inner = {when for when in first if 1050 < when < 3950}
    assert inner <= second, "points move out at the edges, but do not change inside"


def test_a_million_points_are_thinned_and_nan_survives():
    x = np.arange(1_000_000, dtype=float)
    y = np.sin(x / 1000)
    y[500_000] = np.nan
    y[123_456] = 9.0
    thin_x, thin_y = thin(x, y, 1000)
    assert len(thin_x) < 5000
    assert np.nanmax(thin_y) == 9.0
    few_x, _ = thin(x[:100], y[:100], 1000)
    assert len(few_x) == 100


def test_a_gap_begins_with_the_last_sample_whoever_tells_of_it_first():
    series = Series()
    series.append([100.0, 101.0], [1.0, 1.0], 1.0)
    series.add_gap(SeriesGap(106.0, 106.0, "restart"))  # the silence was noticed late
    series.append([111.0, 112.0], [1.0, 1.0], 1.0)
    series.add_gap(SeriesGap(106.0, 111.0, "dropped"))
    assert [(gap.start, gap.end) for gap in series.gaps] == [(101.0, 111.0)]


def test_a_gap_covers_no_sample():
    series = Series()
    series.append([100.0, 101.0, 102.0], [1.0, 1.0, 1.0], 1.0)
    series.add_gap(SeriesGap(100.5, 110.0, "dropped"))
    assert [(gap.start, gap.end) for gap in series.gaps] == [(102.0, 110.0)]


@pytest.mark.parametrize("late", [2.0, 2.0001, 1.9999])
def test_a_sample_that_comes_into_a_gap_that_was_told_ends_it(late: float):
    """What a user read by himself is offered late: the gap is told before the sample in its middle comes."""
    series = Series()
    series.append([-1.0, 0.0], [0.0, 0.0], 0.2)
    series.add_gap(SeriesGap(0.0, 4.0, "dropped"))
    series.append([late, 4.0, 4.2], [0.0, 0.0, 0.1], 0.2)
    assert [(gap.start, gap.end) for gap in series.gaps] == [(0.0, late), (late, 4.0)]
    times, values = series.curve(-1.0, 5.0, 500)
    assert [bool(np.isnan(value)) for value in values] == [False, False, True, False, True, False, False]
    assert list(times) == sorted(times)


def test_gaps_that_meet_at_a_sample_both_break_the_curve():
    series = Series()
    series.append([0.0], [1.0], 0.2)
    series.append([2.0], [1.0], 0.2)
    series.append([4.0, 4.2], [2.0, 2.0], 0.2)
    times, values = series.curve(0.0, 4.2, 100)
    assert times.tolist() == [0, 1, 2, 3, 4, 4.2]
    assert np.isnan(values).tolist() == [False, True, False, True, False, False]
    series = Series()
    series.append([0.0, 5.0], [1.0, 1.0])
    series.add_gap(SeriesGap(2.0, 5.0, "busy"))
    series.add_gap(SeriesGap(5.0, 8.0, "busy"))
    assert [(gap.start, gap.end) for gap in series.gaps] == [(2.0, 5.0), (5.0, 8.0)]


def test_what_was_read_less_often_before_is_no_gap_but_a_hole_in_it_is():
    series = Series()
    before = [0.0, 2.0, 4.0, 6.0, 44.0, 46.0, 48.0]
    series.append([*before, 48.2, 48.4], np.ones(9), 0.2)  # one column: all that the daemon still had
    assert [(gap.start, gap.end) for gap in series.gaps] == [(6.0, 44.0)]


def test_what_was_before_is_joined_to_the_rest_only_where_it_goes_on():
    def live() -> Series:
        series = Series()
        series.append([100.0, 101.0], [2.0, 2.0], 1.0)
        return series

    older, night, gone_on = Series(), live(), live()
    older.append([10.0, 11.0], [1.0, 1.0], 1.0)
    night.put_before(older, 1.0)
    assert [(gap.start, gap.end) for gap in night.gaps] == [(11.0, 100.0)]
    assert np.isnan(night.curve(0.0, 200.0, 100)[1]).tolist() == [False, False, True, False, False]
    older = Series()
    older.append([98.0, 99.0], [1.0, 1.0], 1.0)
    gone_on.put_before(older, 1.0)
    assert not gone_on.gaps
    told, older = live(), Series()
    older.append([50.0], [1.0], 1.0)
    older.add_gap(SeriesGap(50.0, 150.0, "error"))
    told.put_before(older, 1.0)
    assert [(gap.start, gap.end, gap.reason) for gap in told.gaps] == [(50.0, 100.0, "error")]


def test_less_data_than_the_window_fills_the_plot(bench: Bench):
    bench.plot.set_window(300.0)
    bench.plot.add(bench.lease, "power", "mW", 1.0)
    start, end = bench.plot.span()
    assert end - start == pytest.approx(10.0), "ten seconds at least"
    now = time.time()
    bench.feed.bring("power", [1.0, 2.0], [now - 40.0, now])
    start, end = bench.plot.span()
    assert start == pytest.approx(now - 40.0) and end == pytest.approx(now, abs=2.0)
    bench.feed.bring("power", [1.0], [now + 0.5])
    bench.plot.set_window(20.0)
    start, end = bench.plot.span()
    assert end - start == pytest.approx(20.0)
