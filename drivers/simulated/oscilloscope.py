"""A simulated oscilloscope with one channel, on the detector's output."""

from __future__ import annotations

import time
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from annotated_types import Interval, Unit

from drivers.simulated import physics
from drivers.simulated.bench import Bench
from drivers.simulated.noise import Noise

if TYPE_CHECKING:
    import numpy as np

Quantity: TypeAlias = Literal["mean", "peak-to-peak", "rms", "minimum", "maximum"]
Samples: TypeAlias = Annotated[int, Interval(ge=1_000, le=1_000_000)]

_RESPONSE = 0.5
"""Output of the detector in V/mW."""
_LEVELS = 4096
"""Steps of the converter: 12 bit."""


class VerticalRange(Enum):
    """Full scale of the channel, from minus to plus."""

    MILLIVOLT_50 = "50 mV"
    MILLIVOLT_500 = "500 mV"
    VOLT_5 = "5 V"
    VOLT_20 = "20 V"


_FULL_SCALE = {
    VerticalRange.MILLIVOLT_50: 0.05,
    VerticalRange.MILLIVOLT_500: 0.5,
    VerticalRange.VOLT_5: 5.0,
    VerticalRange.VOLT_20: 20.0,
}


class Oscilloscope:
    """An oscilloscope, 12 bit, 1 kS/s to 100 MS/s, up to a million samples.

    It shows the detector's signal: the light of the bench's laser with its intensity modulation.

    Parameters
    ----------
    bench : str
        Name of the simulated bench; instruments with the same name see each other.
    serial : str
        Serial number that the instrument shows.
    seed : int, optional
        Makes the noise repeatable.
    """

    def __init__(self, bench: str = "bench", serial: str = "OS-2208", seed: int | None = None) -> None:
        self._bench = Bench(bench)
        self._noise = Noise(seed)
        self._serial = serial
        self._rate = 1e6
        self._range = VerticalRange.VOLT_20  # holds the laser's full power, modulated too
        self._coupling: Literal["DC", "AC"] = "DC"

    @property
    def sample_rate(self) -> Annotated[float, Interval(ge=1e3, le=1e8), Unit("Hz")]:
        """Samples per second."""
        return self._rate

    @sample_rate.setter
    def sample_rate(self, value: Annotated[float, Interval(ge=1e3, le=1e8), Unit("Hz")]) -> None:
        self._rate = value

    @property
    def vertical_range(self) -> VerticalRange:
        """Full scale of the channel; a signal beyond it is cut off."""
        return self._range

    @vertical_range.setter
    def vertical_range(self, value: VerticalRange) -> None:
        self._range = VerticalRange(value)

    @property
    def coupling(self) -> Literal["DC", "AC"]:
        """Coupling of the channel; *AC* takes the mean away."""
        return self._coupling

    @coupling.setter
    def coupling(self, value: Literal["DC", "AC"]) -> None:
        self._coupling = value

    @property
    def level(self) -> Annotated[float, Unit("V")]:
        """Mean voltage of a short look at the signal; at most the full scale."""
        full = _FULL_SCALE[self._range]
        return min(self._noise.absolute(_RESPONSE * physics.detected(self._bench, time.time()), 1e-4), full)

    @property
    def clipped(self) -> bool:
        """Whether the signal is beyond the full scale, so that waveforms are cut off; choose a larger range."""
        depth = physics.light(self._bench).depth
        peak = _RESPONSE * physics.detected(self._bench, time.time()) * (depth + (self._coupling == "DC"))
        return peak > _FULL_SCALE[self._range]

    @property
    def serial_number(self) -> str:
        """Serial number of the instrument."""
        return self._serial

    def acquire(self, samples: Samples = 10_000) -> Annotated[np.ndarray, Unit("V")]:
        """Record one waveform; takes ``samples / sample_rate`` seconds.

        Parameters
        ----------
        samples : int
            Length of the waveform.

        Returns
        -------
        numpy.ndarray
            The waveform, float64, shape (samples,).
        """
        time.sleep(samples / self._rate)
        return self._waveform(samples)

    def time_axis(self, samples: Samples = 10_000) -> Annotated[np.ndarray, Unit("s")]:
        """Return the times that belong to a waveform, from 0 on.

        Parameters
        ----------
        samples : int
            Length of the waveform.

        Returns
        -------
        numpy.ndarray
            Time of each sample, float64, shape (samples,).
        """
        import numpy as np

        return np.arange(samples) / self._rate

    def measure(self, quantity: Quantity = "mean", samples: Samples = 10_000) -> Annotated[float, Unit("V")]:
        """Record one waveform and return one number of it.

        Parameters
        ----------
        quantity : {"mean", "peak-to-peak", "rms", "minimum", "maximum"}
            What to return; *rms* is that of the part around the mean.
        samples : int
            Length of the waveform.

        Returns
        -------
        float
            The quantity.
        """
        waveform = self.acquire(samples)
        match quantity:
            case "mean":
                return float(waveform.mean())
            case "peak-to-peak":
                return float(waveform.max() - waveform.min())
            case "rms":
                return float(waveform.std())
            case "minimum":
                return float(waveform.min())
            case "maximum":
                return float(waveform.max())
        raise ValueError(f"{quantity!r} is no quantity that can be measured")

    def close(self) -> None:
        """Let go of the instrument."""
        self._bench.close()

    def _waveform(self, samples: int) -> np.ndarray:
        import numpy as np

        now = time.time()
        state = physics.light(self._bench)
        voltage = _RESPONSE * physics.detected(self._bench, now)
        # Phase modulo one turn, computed before the sine, so that it stays exact far from the epoch.
        turns = (now * state.frequency) % 1.0 + np.arange(samples) * (state.frequency / self._rate)
        signal: np.ndarray = np.sin(turns * (2.0 * np.pi))
        signal *= voltage * state.depth
        if self._coupling == "DC":
            signal += voltage
        noise = np.random.default_rng(self._noise.integer())
        full = _FULL_SCALE[self._range]
        signal += noise.normal(0.0, 2e-4 + 2e-4 * full, samples)
        np.clip(signal, -full, full, out=signal)
        step = 2.0 * full / _LEVELS
        np.round(signal / step, out=signal)
        signal *= step
        return signal
