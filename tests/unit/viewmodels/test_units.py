"""Values in another unit of the same dimension."""

from __future__ import annotations

import math
import threading

import pytest

from pyrolab_gui.viewmodels import units
from pyrolab_gui.viewmodels.number_text import parse_number
from pyrolab_gui.viewmodels.units import conversion
from pyrolab_gui.wire.description import TypeDescription


@pytest.fixture(scope="module", autouse=True)
def _all_units() -> None:
    there = threading.Event()
    units.load(there.set)
    assert there.wait(30)


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (0.0042, "K", "mK", 4.2),
        (1e-9, "m", "nm", 1.0),
        (1013.25, "mbar", "kPa", 101.325),
        (1.0, "Torr", "mbar", 1.33322),
        (20.0, "mW", "dBm", 13.0103),
        (25.0, "°C", "K", 298.15),
        (25.0, "%", "", None),
        (1.0, "nm", "THz", None),
        (60.0, "rpm", "Hz", None),
        (180.0, "deg", "rad", math.pi),
        (1.0, "V", "furlongs-per-wish", None),
        (1.0, "Ohm", "kΩ", 0.001),
    ],
)
def test_conversions(value, source, target, expected):
    way = conversion(source, target)
    if expected is None:
        assert way is None
    else:
        assert way is not None
        assert way.forth(value) == pytest.approx(expected, rel=1e-5)
        assert way.back(way.forth(value)) == pytest.approx(value, rel=1e-12)


def test_a_prefix_is_exact():
    way = conversion("mW", "µW")
    assert way is not None
    assert way.forth(3.1) == 3100.0
    assert way.back(0.1) == 0.0001


def test_no_light_is_no_number_of_decibels():
    way = conversion("mW", "dBm")
    assert way is not None
    assert way.forth(0.0) == -math.inf
    assert math.isnan(way.forth(-1.0))


def test_a_value_at_its_bound_can_be_sent():
    power = TypeDescription("float", unit="mW", ge=0.1, le=13.0)
    way = conversion("mW", "dBm")
    assert way is not None
    shown = way.shown_type(power)
    assert (shown.unit, shown.ge) == ("dBm", -10.0)
    assert shown.le is not None and shown.le == pytest.approx(11.139433523)
    assert way.sent(shown.le, power) == 13.0
    assert way.sent(round(shown.le, 9), power) == 13.0


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [("1.55u", "m", 1.55e-6), ("1550 nm", "nm", 1550.0), ("1.55 µm", "nm", 1550.0), ("1 atm", "mbar", 1013.25),
     ("0 dBm", "mW", 1.0), ("25 °C", "K", 298.15), ("-40°F", "°C", -40.0), ("30 min", "s", 1800.0)],
)  # fmt: skip
def test_what_is_typed_in_another_unit(typed, unit, value):
    assert float(parse_number(typed, unit)) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(("typed", "unit"), [("1 THz", "nm"), ("3 apples", "V"), ("5 V", "A")])
def test_what_cannot_be_meant(typed, unit):
    with pytest.raises(ValueError, match="is not understood"):
        parse_number(typed, unit)
