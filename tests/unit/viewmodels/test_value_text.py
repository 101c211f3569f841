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
    number_text,
    quantity_text,
    value_text,
)
from pyrolab_gui.wire.description import Choice, TypeDescription


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
    steady = Steady()
    assert [steady.text(value) for value in (1550.0, 1550.123, 1550.0, 1549.5)] == [
        "1550",
        "1550.123",
        "1550.000",
        "1549.500",
    ]


def test_a_reading_never_changes_its_unit_only_its_writing():
    steady = Steady()
    assert steady.text(0.812345678) == "0.81235"
    assert steady.text(1.6e-6) == "0.000002", "one small reading may be noise"
    for _ in range(20):
        last = steady.text(1.63e-6)
    assert last == "1.63e−6"
    assert steady.text(-4.0e-5) == "−4.00e−5"
    assert steady.text(2e-4) == "2.00e−4", "no jump back at the edge"
    assert steady.text(0.81) == "0.81"


def test_noise_around_zero_is_written_plainly():
    steady = Steady()
    texts = [steady.text(value) for value in (0.1, -0.05, 1e-5, 0.2, -1e-6, 0.0, 0.08)]
    assert not [text for text in texts if "e" in text]


def test_large_readings_and_whole_numbers():
    assert Steady().text(193.4e12) == "1.93e14"
    assert Steady().text(1_000_000.0) == "1\u202f000\u202f000", "digits in groups, in the driver's unit"
    assert Steady().text(-10_000.5) == "−10\u202f000.5"
    assert Steady().text(12_345_678) == "12\u202f345\u202f678"
    assert Steady().text(1550.0) == "1550"
    assert Steady().text(0.0) == "0"
    assert Steady().text(float("nan")) == "nan"


def test_what_stands_still_may_have_a_prefix():
    assert quantity_text(3.012e-3, "W") == ("3.012", "mW")
    assert quantity_text(1e6, "Hz") == ("1", "MHz")
    assert quantity_text(0.5, "mW") == ("0.5", "mW")
    assert quantity_text(-0.001, "dBm") == ("−0.001", "dBm")
    assert quantity_text(0, "V") == ("0", "V")


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
