"""Samples on a plot in the unit that the lab wants to see: every figure of it, and what is kept as it came."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pyrolab_gui.viewmodels.plot_channel import Channel, Threshold
from pyrolab_gui.viewmodels.series import Series, SeriesGap
from pyrolab_gui.viewmodels.shown_series import ShownSeries
from pyrolab_gui.viewmodels.units import conversion, load


@pytest.fixture(scope="module", autouse=True)
def every_unit():
    import threading

    done = threading.Event()
    load(done.set)
    assert done.wait(30)


def shown(source: str, target: str, *values: float) -> ShownSeries:
    series = Series()
    series.append(np.arange(len(values), dtype=float), np.array(values), 1.0)
    way = conversion(source, target)
    assert way is not None
    return ShownSeries(series, way)


@pytest.mark.parametrize(
    ("source", "target"),
    [("mW", "W"), ("W", "nW"), ("Pa", "mbar"), ("degC", "K"), ("K", "mK"), ("mW", "dBm"), ("dBm", "mW"), ("W", "dBm")],
)
def test_whole_arrays_are_what_each_value_is(source, target):
    values = (0.0021, 1.0, 3.7, 25.0, 140.0)
    series = shown(source, target, *values)
    way = conversion(source, target)
    assert way is not None
    expected = [way.forth(value) for value in values]
    assert series.values == pytest.approx(expected, rel=1e-11)
    assert series.curve(0, 9, 100)[1] == pytest.approx(expected, rel=1e-11)
    assert (series.last_value, series.at(1.0)[1]) == pytest.approx((expected[-1], expected[1]))


def test_a_power_of_ten_adds_no_digits():
    assert shown("mW", "W", 2.2779, 0.1).values.tolist() == [0.0022779, 0.0001]
    assert shown("K", "mK", 4.2).last_value == 4200


def test_statistics_are_those_of_the_unit():
    kelvin = shown("degC", "K", 20.0, 22.0).statistics(0, 9)
    assert (kelvin.low, kelvin.high, kelvin.mean, kelvin.deviation) == pytest.approx((293.15, 295.15, 294.15, 1.0))
    power = shown("mW", "dBm", 1.0, 3.0).statistics(0, 9)
    assert power.mean == pytest.approx(3.0103), "the mean of the power, not of its logarithm"
    assert math.isnan(power.deviation)


def test_nothing_is_no_power_at_all():
    series = shown("mW", "dBm", 0.0, -1.0, math.nan)
    assert series.values[0] == -math.inf and np.isnan(series.values[1:]).all()


def test_limits_stay_the_drivers_and_gaps_stay():
    channel = Channel("cryo", "temperature", "K", 1.0, 0, thresholds=(Threshold("above", 4.5),))
    channel.series.append([1.0, 2.0], [4.0, 4.6], 1.0)
    assert isinstance(channel.series, Series)
    channel.series.add_gap(SeriesGap(3.0, 5.0, "busy"))
    way = conversion("K", "mK")
    assert way is not None
    channel.show_in(way)
    assert (channel.unit, channel.own_unit, channel.value_text()) == ("mK", "K", "4600")
    assert [limit.text(channel.unit) for limit in channel.limits()] == ["alarm above 4500.0 mK"]
    assert channel.broken() == Threshold("above", 4.5)
    assert channel.series.gaps_between(0, 9) == [SeriesGap(3.0, 5.0, "busy")]
