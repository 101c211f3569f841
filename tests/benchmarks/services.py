"""What the benchmarks' daemons host; imports nothing, because an instrument's imports are not what is measured."""

from __future__ import annotations


class Echo:
    """What is measured in our daemon: a described and validated method, and one without arguments."""

    def version(self) -> str:
        """Return a word."""
        return "1.0"

    def read(self, x: float) -> float:
        """Return the argument."""
        return x


class Waveform:
    """An instrument with a waveform in its memory, as in the reference."""

    def __init__(self) -> None:
        self._memory: dict[int, object] = {}

    def trace(self, n: int):
        """Return `n` ones."""
        import numpy

        if n not in self._memory:
            self._memory[n] = numpy.ones(n)
        return self._memory[n]


class Meter:
    """An instrument that takes 5 ms for an answer, as one on a bus does, and counts what it is asked."""

    def __init__(self) -> None:
        self._asked = 0

    def _ask(self) -> float:
        import time

        self._asked += 1
        time.sleep(0.005)
        return 1.0

    @property
    def power(self) -> float:
        """Return a reading."""
        return self._ask()

    @property
    def level(self) -> float:
        """A setting."""
        return self._ask()

    @level.setter
    def level(self, value: float) -> None:
        self._ask()

    def asked(self) -> int:
        """Return how often the instrument was asked."""
        return self._asked


class Source:
    """An instrument that answers at once, with another number each time."""

    def __init__(self) -> None:
        self._count = 0

    @property
    def value(self) -> float:
        """A reading."""
        self._count += 1
        return float(self._count % 100)
