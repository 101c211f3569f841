"""Noise of the simulated instruments: one generator per instrument, so that a seed makes it repeatable."""

from __future__ import annotations

import random

__all__: list[str] = []  # no instrument, but what they share


class Noise:
    """Normal noise.

    Parameters
    ----------
    seed
        For a repeatable sequence; None for another one each time.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)

    def relative(self, value: float, part: float) -> float:
        """Return `value` with a noise of that part of it."""
        return value * (1.0 + self._random.gauss(0.0, part))

    def absolute(self, value: float, width: float) -> float:
        """Return `value` with a noise of standard deviation `width`."""
        return value + self._random.gauss(0.0, width)

    def integer(self) -> int:
        """Return a number that seeds another generator."""
        return self._random.getrandbits(63)
