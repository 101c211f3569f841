"""A quantity in a narrow column: five digits, a prefix that stays."""

from __future__ import annotations

import pytest

from pyrolab_gui.viewmodels.steady_quantity import SteadyPrefix, SteadyQuantity


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1.9197e-6, "mW", "1.9197 nW"),
        (-1.9197e-6, "mW", "−1.9197 nW"),
        (22.0049, "°C", "22.005 °C"),
        (0.05, "V", "0.0500 V"),
        (2.5e6, "Hz", "2.5000 MHz"),
        (0.0, "V", "0.0000 V"),
        (3e-9, "", "3.00e−9"),
        (-12.25, "dBm", "−12.250 dBm"),
        (5, "counts", "5 counts"),
        (float("nan"), "V", "nan V"),
        (1e-30, "W", "0.0000 fW"),
        (2e15, "W", "2000.0 TW"),
        (1e-4, "cm", "1.00e−4 cm"),
    ],
)
def test_one_reading(value: float, unit: str, text: str) -> None:
    assert SteadyQuantity().text(value, unit) == text


def test_a_prefix_stays_while_the_size_wavers() -> None:
    steady = SteadyQuantity()
    units = {steady.text(value, "W").split()[1] for value in (1.1e-3, 0.9e-3, 1.05e-3, -0.8e-3, 0.0, 1.2e-3, 4e-3)}
    assert units == {"mW"}


def test_a_prefix_goes_with_the_size() -> None:
    steady = SteadyQuantity()
    assert steady.text(2e-6, "W") == "2.0000 µW"
    assert steady.text(2e-3, "W") == "2000.0 µW"
    assert steady.text(8e-3, "W") == "8.0000 mW"
    assert steady.text(6.0, "W") == "6.0000 W"
    texts = [steady.text(3e-6, "W") for _ in range(80)]
    assert texts[-1] == "3.0000 µW"


def test_another_unit_is_another_quantity() -> None:
    steady = SteadyQuantity()
    assert steady.text(5e-9, "V") == "5.0000 nV"
    assert steady.text(5.0, "°C") == "5.0000 °C"


def test_a_prefix_says_the_unit_and_the_value_without_noise() -> None:
    prefix = SteadyPrefix()
    assert (prefix.take(1.98e-6, "mW"), prefix.shown(1.98e-6)) == ("nW", 1.98)
    assert prefix.take(float("nan"), "mW") == "nW"
    assert (prefix.take(22.5, "°C"), prefix.shown(22.5)) == ("°C", 22.5)
