"""The samples of a channel in another unit than the driver's: the one that the lab wants to see.

The samples stay as they came, since others watch them too; what is asked for is converted, in numpy, a few thousand
points at most for a frame. Limits: units that stand in line with each other or on a logarithmic scale, which all are
that `units` converts; of a logarithmic one the deviation is not known.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from pyrolab_gui.recording.buffer import Statistics
    from pyrolab_gui.viewmodels.series import Series, SeriesGap
    from pyrolab_gui.viewmodels.units import Conversion

    Floats = NDArray[np.float64]

_PROBES = (1.0, 2.0, 10.0)
_DIGITS = 12


class ShownSeries:
    """What a plot asks of a `Series`, in the unit that is shown."""

    def __init__(self, source: Series, way: Conversion) -> None:
        self.source = source
        self._forth, self._factor = _in_numpy(way)

    def shown(self, value: float) -> float:
        """Return a value of the driver's unit in the unit that is shown."""
        result = float(self._forth(np.float64(value)))
        return float(f"{result:.{_DIGITS}g}") if math.isfinite(result) else result

    # -- as in Series

    @property
    def version(self) -> int:
        """Grows with every change."""
        return self.source.version

    @property
    def times(self) -> Floats:
        """UTC seconds of the samples that are kept as they are, rising."""
        return self.source.times

    @property
    def values(self) -> Floats:
        """The samples that are kept as they are, converted."""
        return self._forth(self.source.values)

    @property
    def start(self) -> float:
        """The oldest time of which anything is known; nan if there is none."""
        return self.source.start

    @property
    def last_time(self) -> float:
        """Time of the newest sample; nan if there is none."""
        return self.source.last_time

    @property
    def last_value(self) -> float:
        """The newest sample; nan if there is none."""
        return self.shown(self.source.last_value)

    @property
    def gaps(self) -> deque[SeriesGap]:
        """Stretches of time without a reading, in order."""
        return self.source.gaps

    def __len__(self) -> int:
        return len(self.source)

    def append(self, times: ArrayLike, values: ArrayLike, period: float = 0.0) -> None:
        """Put samples, in the driver's unit, at the end."""
        self.source.append(times, values, period)

    def put_before(self, older: Series, period: float = 0.0) -> None:
        """Put what is older, in the driver's unit, before what there is."""
        self.source.put_before(older, period)

    def clear(self) -> None:
        """Forget all."""
        self.source.clear()

    def curve(self, start: float, end: float, pixels: int) -> tuple[Floats, Floats]:
        """Return what is drawn of a stretch of time."""
        times, values = self.source.curve(start, end, pixels)
        return times, self._forth(values)

    def at(self, time: float) -> tuple[float, float]:
        """Return time and value of the sample nearest to a time; nan where there is none."""
        found, value = self.source.at(time)
        return found, self.shown(value)

    def statistics(self, start: float, end: float) -> Statistics:
        """Return what the samples of a time have in common; the mean is the mean of the driver's unit, converted."""
        found = self.source.statistics(start, end)
        low, high = sorted((self.shown(found.low), self.shown(found.high)))
        deviation = found.deviation * abs(self._factor)
        return replace(found, low=low, high=high, mean=self.shown(found.mean), deviation=deviation)

    def gaps_between(self, start: float, end: float) -> list[SeriesGap]:
        """Return the gaps that reach into a stretch of time."""
        return self.source.gaps_between(start, end)


def _in_numpy(way: Conversion) -> tuple[Callable[[Floats | np.float64], Floats], float]:
    """Return the conversion for whole arrays, and its factor, nan where it is none: pint takes a millisecond a call."""
    one, two, ten = (way.forth(probe) for probe in _PROBES)
    factor = two - one
    if math.isclose(ten, one + 9 * factor, rel_tol=1e-9):
        offset = way.forth(0.0)
        whole = round(1 / factor) if 0 < abs(factor) < 1 else 0
        if not offset and whole and math.isclose(1 / factor, whole, rel_tol=1e-12):
            return lambda values: np.asarray(values / whole), factor  # as many digits as before
        factor = float(f"{factor:.{_DIGITS}g}")
        return lambda values: np.asarray(values * factor + offset), factor

    if math.isclose(two, one + (ten - one) * math.log10(2.0), rel_tol=1e-9, abs_tol=1e-9):

        def logarithm(values: Floats | np.float64) -> Floats:
            with np.errstate(invalid="ignore", divide="ignore"):
                return np.asarray(one + (ten - one) * np.log10(values))

        return logarithm, math.nan

    def power(values: Floats | np.float64) -> Floats:
        with np.errstate(over="ignore"):
            return np.asarray(one * (two / one) ** (values - 1.0))

    return power, math.nan
