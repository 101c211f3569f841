"""A simulated tunable laser for the C and L band."""

from __future__ import annotations

import dataclasses
import threading
import time
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Annotated, TypeAlias

from annotated_types import Interval, Unit

from drivers.simulated import physics
from drivers.simulated.bench import Bench
from drivers.simulated.noise import Noise

if TYPE_CHECKING:
    import numpy as np

Nanometre: TypeAlias = Annotated[float, Interval(ge=1500.0, le=1630.0), Unit("nm")]


class Coherence(Enum):
    """How the laser's line is made: narrow, or broadened for less interference in the fibres."""

    NARROW = "narrow"
    BROADENED = "broadened"


@dataclass(frozen=True)
class Identity:
    """Who made the instrument."""

    manufacturer: str
    model: str
    serial: str
    firmware: str


class TunableLaser:
    """A tunable laser, 1500 nm to 1630 nm, up to 20 mW.

    After the start its output is off. The light goes through the motion stage's alignment onto the power meter and the
    oscilloscope of the same bench. The bench's temperature shifts the wavelength by 0.012 nm/K from 25 °C on.

    Parameters
    ----------
    bench : str
        Name of the simulated bench; instruments with the same name see each other.
    serial : str
        Serial number that the instrument shows.
    seed : int, optional
        Makes the noise repeatable.
    """

    def __init__(self, bench: str = "bench", serial: str = "TL-1047", seed: int | None = None) -> None:
        self._bench = Bench(bench)
        self._noise = Noise(seed)
        self._serial = serial
        self._coherence = Coherence.NARROW
        self._changes = threading.Lock()
        self._switched_off = threading.Event()
        self._set(physics.Light(since=time.time()))

    @property
    def output(self) -> bool:
        """Whether the laser emits light."""
        return bool(physics.light(self._bench).output)

    @output.setter
    def output(self, value: bool) -> None:
        self._change(output=float(value))
        if not value:
            self._switched_off.set()

    @property
    def power(self) -> Annotated[float, Interval(ge=0.0, le=20.0), Unit("mW")]:
        """Power set-point at the centre of the gain; what is emitted depends on the wavelength too."""
        return physics.light(self._bench).power

    @power.setter
    def power(self, value: Annotated[float, Interval(ge=0.0, le=20.0), Unit("mW")]) -> None:
        self._change(power=value)

    @property
    def emitted_power(self) -> Annotated[float, Unit("mW")]:
        """Power that the built-in monitor diode sees; zero while the output is off."""
        part = 0.002 if self._coherence is Coherence.NARROW else 0.0005
        return self._noise.relative(physics.emitted(self._bench, time.time()), part)

    @property
    def wavelength(self) -> Nanometre:
        """Wavelength set-point; moves by itself during a sweep."""
        return physics.light(self._bench).set_wavelength(time.time())

    @wavelength.setter
    def wavelength(self, value: Nanometre) -> None:
        self._change(wavelength=value, target=value, speed=0.0)

    @property
    def measured_wavelength(self) -> Annotated[float, Unit("nm")]:
        """Wavelength that the built-in wavemeter sees: the set-point and its drift with the temperature."""
        width = 0.0002 if self._coherence is Coherence.NARROW else 0.01
        return self._noise.absolute(physics.wavelength(self._bench, time.time()), width)

    @property
    def coherence(self) -> Coherence:
        """How the line is made; *broadened* makes the power steadier and the wavelength less so."""
        return self._coherence

    @coherence.setter
    def coherence(self, value: Coherence) -> None:
        self._coherence = Coherence(value)

    @property
    def modulation_depth(self) -> Annotated[float, Interval(ge=0.0, le=100.0), Unit("%")]:
        """Depth of the sinusoidal intensity modulation that the oscilloscope shows."""
        return physics.light(self._bench).depth * 100.0

    @modulation_depth.setter
    def modulation_depth(self, value: Annotated[float, Interval(ge=0.0, le=100.0), Unit("%")]) -> None:
        self._change(depth=value / 100.0)

    @property
    def modulation_frequency(self) -> Annotated[float, Interval(ge=1.0, le=1e6), Unit("Hz")]:
        """Frequency of the intensity modulation."""
        return physics.light(self._bench).frequency

    @modulation_frequency.setter
    def modulation_frequency(self, value: Annotated[float, Interval(ge=1.0, le=1e6), Unit("Hz")]) -> None:
        self._change(frequency=value)

    @property
    def serial_number(self) -> str:
        """Serial number of the instrument."""
        return self._serial

    def identify(self) -> Identity:
        """Return who made the instrument.

        Returns
        -------
        Identity
            Manufacturer, model, serial number and firmware.
        """
        return Identity("Simulated Photonics", "TL-130", self._serial, "2.4")

    def sweep(
        self,
        start: Nanometre = 1540.0,
        stop: Nanometre = 1560.0,
        speed: Annotated[float, Interval(ge=1.0, le=200.0), Unit("nm/s")] = 10.0,
        step: Annotated[float, Interval(ge=0.001, le=10.0), Unit("nm")] = 0.05,
    ) -> Annotated[np.ndarray, Unit("mW")]:
        """Sweep the wavelength and record the emitted power; takes ``|stop - start| / speed`` seconds.

        Parameters
        ----------
        start : float
            First wavelength.
        stop : float
            Last wavelength; below `start` for a downward sweep.
        speed : float
            How fast the wavelength moves.
        step : float
            Distance of the recorded points.

        Returns
        -------
        numpy.ndarray
            Emitted power at each point, float64, shape (points,); zeros where the output is off.

        Raises
        ------
        RuntimeError
            If the output is switched off on the way.
        """
        span = stop - start
        self._switched_off.clear()
        began = time.time()
        self._change(wavelength=start, target=stop, speed=speed if span >= 0 else -speed, since=began)
        while (remaining := began + abs(span) / speed - time.time()) > 0:
            time.sleep(min(remaining, 0.05))
            if self._switched_off.is_set():
                reached = self.wavelength
                self._change(wavelength=reached, target=reached, speed=0.0)
                raise RuntimeError(f"the output was switched off at {reached:.3f} nm, which ended the sweep")
        self._change(wavelength=stop, target=stop, speed=0.0)

        import numpy as np

        points = int(abs(span) / step + 1e-9) + 1
        # What the diode saw on the way, computed from the same physics as a single reading.
        state = physics.light(self._bench)
        if not state.output:
            return np.zeros(points)
        drift = physics.wavelength(self._bench, time.time()) - stop
        wavelengths = start + np.sign(span) * step * np.arange(points) + drift
        power = physics.emission(state.power, wavelengths)
        noise = np.random.default_rng(self._noise.integer()).normal(1.0, 0.002, points)
        return np.asarray(power * noise)

    def off(self) -> None:
        """Switch the output off: the safe state; a sweep that is under way ends."""
        self.output = False

    # A host may call it while another thread is in `sweep`: light that must go out cannot wait for its end.
    off.runs_beside = True  # type: ignore[attr-defined]

    def close(self) -> None:
        """Switch the output off and let go of the instrument."""
        self.off()
        self._bench.close()

    def _change(self, **changes: float) -> None:
        with self._changes:
            self._set(dataclasses.replace(physics.light(self._bench), **changes))

    def _set(self, state: physics.Light) -> None:
        self._bench.write("laser", *dataclasses.astuple(state))
