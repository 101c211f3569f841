"""A changing quantity, written with an SI prefix that does not jump from reading to reading.

`SteadyPrefix` chooses the prefix, in one way for every place that shows readings; `SteadyQuantity` writes a reading in
five digits for a narrow column: ``1.9197 nW``. Limits: a unit that the lab chose, and what is typed, keep theirs.
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


class SteadyPrefix:
    """The prefix of one quantity, reading after reading."""

    def __init__(self) -> None:
        self._unit = ""
        self.power = 0
        """The power of ten of what is shown against the unit."""
        self.scale = 0.0
        """The largest recent size, in the unit as it is."""

    def take(self, value: float, unit: str) -> str:
        """Note a reading; return the unit in which it is shown."""
        if unit != self._unit:
            self._unit, self.scale, self.power = unit, 0.0, 0
        if not math.isfinite(value):
            return self._shown()
        self.scale = max(abs(value), self.scale * _FORGETS)
        split = split_unit(unit)
        if split is not None and split[0] in ENGINEERING:
            self._choose(split[0])
        return self._shown()

    def shown(self, value: float) -> float:
        """Return a value in the unit in which it is shown, without the noise of the division."""
        return float(f"{value * 10.0**-self.power:.14g}") if self.power else value

    def _shown(self) -> str:
        split = split_unit(self._unit)
        return self._unit if not self.power or split is None else ENGINEERING[split[0] + self.power] + split[1]

    def _choose(self, own: int) -> None:
        """Take another prefix where the one that there is does not fit any more."""
        size = self.scale * 10.0**-self.power
        low, high = _KEPT if self.power else _PLAIN
        if not size or low <= size < high:
            return
        if _PLAIN[0] <= self.scale < _PLAIN[1]:
            self.power = 0
        else:
            power = 3 * math.floor((math.log10(self.scale) + own) / 3)
            self.power = min(max(power, min(ENGINEERING)), max(ENGINEERING)) - own


class SteadyQuantity:
    """Texts of one quantity, reading after reading."""

    def __init__(self) -> None:
        self._prefix = SteadyPrefix()

    def text(self, value: float, unit: str) -> str:
        """Return number and unit."""
        if isinstance(value, int) or not math.isfinite(value):
            return f"{number_text(value)} {unit}".strip()
        shown = self._prefix.take(value, unit)
        split = split_unit(unit)
        prefixed = split is not None and split[0] in ENGINEERING
        return f"{self._figure(value) if prefixed else self._plain(value)} {shown}".strip()

    def _figure(self, value: float) -> str:
        """Return a number with as many decimals as the recent size asks for."""
        scale = self._prefix.scale * 10.0**-self._prefix.power
        whole = math.floor(math.log10(scale)) + 1 if scale else 1
        decimals = min(max(_DIGITS - max(whole, 1), 0), _DIGITS)
        return f"{value * 10.0**-self._prefix.power:.{decimals}f}".replace("-", MINUS)

    def _plain(self, value: float) -> str:
        """Return a number whose unit takes no prefix; with a power of ten where it is very small or large."""
        scale = self._prefix.scale
        if not scale or _PLAIN[0] <= scale < 1e7:
            return self._figure(value)
        mantissa, _, exponent = f"{value:.2e}".partition("e")
        return f"{mantissa}e{int(exponent)}".replace("-", MINUS) if value else "0"
