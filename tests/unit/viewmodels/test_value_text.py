"""How values, names, calls and times are written, and that a changing number does not jump."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum

import numpy as np
import pytest

from pyrolab_gui.viewmodels.value_text import (
    Steady,
    age_text,
    call_text,
    choice_text,
    duration_text,
    elapsed_text,
    humanise,
    number_text,
    value_text,
)
from pyrolab_gui.wire.description import Choice, TypeDescription


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("power", "Power"),
        ("diode_current", "Diode current"),
        ("IDN", "IDN"),
        ("peakHold", "Peak hold"),
        ("_hidden", "Hidden"),
        ("read_ADC_channel", "Read ADC channel"),
        ("x", "X"),
    ],
)
def test_names_become_labels(name: str, label: str):
    assert humanise(name) == label


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"),
        (3.5, "3.5"),
        (-2.0, "−2.0"),
        (1532.417, "1532.417"),
        (1550.00015, "1550.000"),  # nine digits: the tail is taken for noise
        (3.0123456789012, "3.01235"),
        (1532.4171234567, "1532.417"),
        (24.8123456789, "24.8123"),
        (1e-9, "1e−9"),
        (1.23456789012e-7, "1.23457e−7"),
        (12345678901234567890, "12345678901234567890"),
        (float("nan"), "nan"),
        (float("-inf"), "−∞"),
    ],
)
def test_numbers_have_the_digits_they_carry(value: float, text: str):
    assert number_text(value) == text


def test_a_changing_number_keeps_its_decimals():
    steady = Steady("nm")
    assert steady.texts(1550.0)[0] == "1550.0"
    assert steady.texts(1550.123)[0] == "1550.123"
    assert steady.texts(1550.0)[0] == "1550.000"
    assert steady.texts(1549.5)[0] == "1549.500"


def test_a_small_reading_gets_a_prefix_and_keeps_it_near_the_edge():
    steady = Steady("W")
    assert steady.texts(3.012e-3) == ("3.012", "mW")
    assert steady.texts(0.0105) == ("10.500", "mW"), "no jump back to W at 10 mW"
    assert steady.texts(2.0)[1] == "mW"
    assert Steady("W").texts(2.0) == ("2.0", "W")
    assert Steady("W", prefixed=False).texts(3.012e-3)[1] == "W"
    assert Steady("dBm").texts(-0.001)[1] == "dBm"
    assert Steady("Hz").texts(193.4e12)[1] == "THz"


def test_values_of_every_kind_have_a_short_text():
    choice = TypeDescription("enum", choices=(Choice("Constant power", "APC"), Choice("Off", 0)))
    assert value_text("APC", choice) == "Constant power"
    assert value_text(0, choice) == "Off"
    assert value_text(None) == "none"
    assert value_text(True) == "On"
    assert value_text(0) == "0"
    assert value_text(1 - 2.5j) == "1.0 − 2.5j"
    assert value_text(b"\x0d\x0a") == "0d 0a"
    assert value_text("") == "(empty)"
    assert value_text([1, 2]) == "[1, 2]"
    assert value_text(list(range(200))) == "200 values"
    assert value_text({str(n): n for n in range(50)}) == "50 entries"
    assert value_text(np.zeros(601)) == "601 points"
    assert value_text(np.zeros((2, 300))) == "2 × 300 values"
    assert value_text(datetime(2026, 3, 1, 14, 5, 0)) == "2026-03-01 14:05:00"
    assert value_text(datetime(2026, 3, 1, 14, 5, 0, tzinfo=UTC)).startswith("2026-03-0")
    assert len(value_text("x" * 3)) == 3


def test_calls_read_like_calls():
    assert call_text("sweep", [1520.0, 1580.0, "slow"], {"repeats": 2}) == "sweep(1520, 1580, 'slow', repeats=2)"
    assert call_text("load", [list(range(1000))]) == "load(<1000 values>)"
    assert call_text("load", [np.zeros(5)]) == "load(<5>)"
    assert call_text("say", ["x" * 100]).endswith("…)")

    class Mode(Enum):
        A = 1

    assert "Mode" in call_text("set", [Mode.A])


def test_times():
    assert elapsed_text(3.14) == "00:03.1"
    assert elapsed_text(61.99) == "01:01.9"
    assert elapsed_text(3661) == "1:01:01"
    assert duration_text(0.038) == "38 ms"
    assert duration_text(1.84) == "1.84 s"
    assert duration_text(125) == "2 min 05 s"
    assert [age_text(s) for s in (0, 41, 185, 7300, 400_000)] == ["0 s", "41 s", "3 min", "2 h", "4 d"]


def test_enum_names_are_words():
    assert choice_text(Choice("VOLT_5", "5 V")) == "5 V", "a value made for reading"
    assert choice_text(Choice("CONSTANT_POWER", "APC")) == "Constant power", "a value made for the wire is not"
    labels = ["CONSTANT_POWER", "NARROW", "DC", "AUTO", "5 V", "Mixed"]
    shown = ["Constant power", "Narrow", "DC", "AUTO", "5 V", "Mixed"]
    assert [choice_text(Choice(label, 0)) for label in labels] == shown
