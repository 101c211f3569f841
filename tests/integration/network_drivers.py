"""Drivers that the tests of the network host in real daemons."""

from __future__ import annotations

import enum
import itertools
import threading
import time
from collections.abc import Iterator
from typing import Annotated

import numpy as np
from annotated_types import Interval, Unit


class Mode(enum.Enum):
    """How the laser emits."""

    CW = "cw"
    PULSED = "pulsed"


class InterlockOpen(Exception):  # noqa: N818
    """The door is open."""


class Laser:
    """A laser without hardware."""

    def __init__(self, start: float = 1.0) -> None:
        self._power = start
        self._mode = Mode.CW
        self._readings = itertools.count()
        self._pause = threading.Event()

    @property
    def power(self) -> Annotated[float, Interval(ge=0, le=10), Unit("mW")]:
        """Emitted power."""
        return self._power

    @power.setter
    def power(self, value: Annotated[float, Interval(ge=0, le=10), Unit("mW")]) -> None:
        self._power = value

    @property
    def mode(self) -> Mode:
        """How it emits."""
        return self._mode

    @mode.setter
    def mode(self, value: Mode) -> None:
        self._mode = value

    @property
    def reading(self) -> float:
        """A number that grows with every reading."""
        return float(next(self._readings))

    @property
    def word(self) -> str:
        """Something that is no number."""
        return "steady"

    @property
    def broken(self) -> float:
        """Never works."""
        raise InterlockOpen("the door is open")

    def trace(self, n: int) -> np.ndarray:
        """Return `n` numbers."""
        return np.arange(n, dtype=float)

    def total(self, values: np.ndarray) -> float:
        """Return the sum of an array."""
        return float(np.asarray(values).sum())

    def slow(self, seconds: float) -> str:
        """Take a while."""
        time.sleep(seconds)
        return "done"

    def sweep(self, n: int) -> Iterator[float]:
        """Yield `n` numbers."""
        for i in range(n):
            yield float(i)

    def fail(self) -> None:
        """Raise an error of its own."""
        raise InterlockOpen("the door is open")
