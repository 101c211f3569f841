"""A changing quantity in a narrow column: ``1.9197 nW``, in five digits, with a prefix that does not jump.

Limits: for lists that are looked over; the console shows readings in the unit that the driver or the lab chose.
"""

from __future__ import annotations

import math

from pyrolab_gui.viewmodels.prefixes import ENGINEERING, split_unit
from pyrolab_gui.viewmodels.value_text import MINUS, number_text

_DIGITS = 5
_FORGETS = 0.8
"""How much of the largest recent size is left at the next reading: a zero crossing is no small value."""
_KEPT = (0.5, 5000.0)
"""Sizes, with the prefix that there is, for which it stays."""
_PLAIN = (0.01, 1e5)
"""Sizes, in the unit as it is, that need no prefix."""


class SteadyQuantity:
    """Texts of one quantity, reading after reading."""

    def __init__(self) -> None:
        self._unit = ""
        self._scale = 0.0
        """The largest recent size."""
        self._power = 0
        """The power of ten of what is shown against the unit."""

    def text(self, value: float, unit: str) -> str:
        """Return number and unit."""
        if unit != self._unit:
            self._unit, self._scale, self._power = unit, 0.0, 0
        if isinstance(value, int) or not math.isfinite(value):
            return f"{number_text(value)} {unit}".strip()
        self._scale = max(abs(value), self._scale * _FORGETS)
        split = split_unit(unit)
        if split is None or split[0] not in ENGINEERING:
            return f"{self._plain(value)} {unit}".strip()
        own, base = split
        self._choose(own)
        shown = ENGINEERING[own + self._power] + base if self._power else unit
        return f"{self._figure(value, self._power)} {shown}"

    def _choose(self, own: int) -> None:
        """Take another prefix where the one that there is does not fit any more."""
        scale = self._scale * 10.0**-self._power
        low, high = _KEPT if self._power else _PLAIN
        if not scale or low <= scale < high:
            return
        if _PLAIN[0] <= self._scale < _PLAIN[1]:
            self._power = 0
        else:
            power = 3 * math.floor((math.log10(self._scale) + own) / 3)
            self._power = min(max(power, min(ENGINEERING)), max(ENGINEERING)) - own

    def _figure(self, value: float, power: int) -> str:
        """Return a number with as many decimals as the recent size asks for."""
        scale = self._scale * 10.0**-power
        whole = math.floor(math.log10(scale)) + 1 if scale else 1
        decimals = min(max(_DIGITS - max(whole, 1), 0), _DIGITS)
        return f"{value * 10.0**-power:.{decimals}f}".replace("-", MINUS)

    def _plain(self, value: float) -> str:
        """Return a number whose unit takes no prefix; with a power of ten where it is very small or large."""
        if not self._scale or _PLAIN[0] <= self._scale < 1e7:
            return self._figure(value, 0)
        mantissa, _, exponent = f"{value:.2e}".partition("e")
        return f"{mantissa}e{int(exponent)}".replace("-", MINUS) if value else "0"
