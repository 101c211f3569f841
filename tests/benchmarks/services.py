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
