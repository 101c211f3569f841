"""A simulated optical power meter."""

from __future__ import annotations

import math
import time
from enum import Enum
from typing import TYPE_CHECKING, Annotated

from annotated_types import Interval, Unit

from drivers.simulated import physics
from drivers.simulated.bench import Bench
from drivers.simulated.noise import Noise

if TYPE_CHECKING:
    import numpy as np

_FLOOR = 1e-8
"""Smallest power in mW that is shown in dBm: -80 dBm."""
_READINGS_PER_SECOND = 100.0


class PowerRange(Enum):
    """Measuring range: a larger one is noisier, a smaller one overflows sooner."""

    AUTO = "auto"
    MICROWATT_10 = "10 µW"
    MILLIWATT_1 = "1 mW"
    MILLIWATT_20 = "20 mW"


_FULL_SCALE = {PowerRange.MICROWATT_10: 0.01, PowerRange.MILLIWATT_1: 1.0, PowerRange.MILLIWATT_20: 20.0}


class PowerMeter:
    """An optical power meter with an InGaAs detector, 800 nm to 1700 nm, up to 20 mW.

    It measures the light of the bench's laser that the motion stage's alignment lets through.

    Parameters
    ----------
    bench : str
        Name of the simulated bench; instruments with the same name see each other.
    serial : str
        Serial number that the instrument shows.
    seed : int, optional
        Makes the noise repeatable.
    """

    def __init__(self, bench: str = "bench", serial: str = "PM-0311", seed: int | None = None) -> None:
        self._bench = Bench(bench)
        self._noise = Noise(seed)
        self._serial = serial
        self._wavelength = 1550.0
        self._range = PowerRange.AUTO
        self._averaging = 1
        self._dark = 2e-6
        self._zero = 0.0

    @property
    def power(self) -> Annotated[float, Unit("mW")]:
        """Optical power on the detector; a little below zero is noise."""
        return self._reading(self._averaging)

    @property
    def power_dbm(self) -> Annotated[float, Unit("dBm")]:
        """Optical power on the detector, logarithmic; -80 dBm at least."""
        return 10.0 * math.log10(max(self._reading(self._averaging), _FLOOR))

    @property
    def wavelength(self) -> Annotated[float, Interval(ge=800.0, le=1700.0), Unit("nm")]:
        """Wavelength that the detector's sensitivity is taken for: a wrong one makes the power wrong."""
        return self._wavelength

    @wavelength.setter
    def wavelength(self, value: Annotated[float, Interval(ge=800.0, le=1700.0), Unit("nm")]) -> None:
        self._wavelength = value

    @property
    def range(self) -> PowerRange:
        """Measuring range; a fixed one cuts off above its full scale."""
        return self._range

    @range.setter
    def range(self, value: PowerRange) -> None:
        self._range = PowerRange(value)

    @property
    def averaging(self) -> Annotated[int, Interval(ge=1, le=1000)]:
        """Readings that are averaged into one: n of them have less noise by the square root of n."""
        return self._averaging

    @averaging.setter
    def averaging(self, value: Annotated[int, Interval(ge=1, le=1000)]) -> None:
        self._averaging = value

    @property
    def serial_number(self) -> str:
        """Serial number of the instrument."""
        return self._serial

    def average(
        self, duration: Annotated[float, Interval(ge=0.1, le=60.0), Unit("s")] = 1.0
    ) -> Annotated[float, Unit("mW")]:
        """Measure for some time and return the mean power.

        Parameters
        ----------
        duration : float
            How long to measure.

        Returns
        -------
        float
            Mean power on the detector.
        """
        return float(self._record(duration).mean())

    average.role = "read"  # type: ignore[attr-defined]

    def record(
        self, duration: Annotated[float, Interval(ge=0.1, le=60.0), Unit("s")] = 2.0
    ) -> Annotated[np.ndarray, Unit("mW")]:
        """Record the power for some time, 100 readings per second.

        Parameters
        ----------
        duration : float
            How long to record.

        Returns
        -------
        numpy.ndarray
            The readings, float64, shape (100 * duration,).
        """
        return self._record(duration)

    def zero(self) -> Annotated[float, Unit("mW")]:
        """Take the present reading as zero: switch the laser's output off before; takes half a second.

        Returns
        -------
        float
            The offset that is subtracted from now on.
        """
        time.sleep(0.5)
        self._zero += self._reading(1000)
        return self._zero

    def close(self) -> None:
        """Let go of the instrument."""
        self._bench.close()

    def _record(self, duration: float) -> np.ndarray:
        import numpy as np

        readings = np.empty(max(1, round(duration * _READINGS_PER_SECOND)))
        began = time.monotonic()
        for place in range(len(readings)):
            time.sleep(max(0.0, began + (place + 1) / _READINGS_PER_SECOND - time.monotonic()))
            readings[place] = self._reading(1)
        return readings

    def _reading(self, readings: int) -> float:
        now = time.time()
        light = physics.detected(self._bench, now)
        if light:
            light *= _sensitivity(physics.wavelength(self._bench, now)) / _sensitivity(self._wavelength)
        light += self._dark
        full = _FULL_SCALE.get(self._range) or next(
            scale for scale in _FULL_SCALE.values() if light < scale or scale >= 20.0
        )
        spread = (2e-5 * full + 0.001 * light) / math.sqrt(readings)
        return min(self._noise.absolute(light, spread), full) - self._zero


def _sensitivity(wavelength: float) -> float:
    """Return the detector's sensitivity relative to its best, at 1550 nm."""
    return math.exp(-(((wavelength - 1550.0) / 500.0) ** 2))
