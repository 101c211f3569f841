"""A simulated temperature controller with a PID loop."""

from __future__ import annotations

import dataclasses
import time
from enum import Enum
from typing import TYPE_CHECKING, Annotated, TypeAlias

from annotated_types import Interval, Unit

from drivers.simulated import physics
from drivers.simulated.bench import Bench
from drivers.simulated.noise import Noise

if TYPE_CHECKING:
    import numpy as np

Celsius: TypeAlias = Annotated[float, Interval(ge=5.0, le=60.0), Unit("°C")]


class ControlMode(Enum):
    """What the controller does."""

    OFF = "off"
    PID = "pid"


class TemperatureController:
    """A temperature controller, 5 °C to 60 °C, with a PID loop that heats and cools.

    After the start it is off and the bench is at the room's 22 °C. The temperature shifts the laser's wavelength and, a
    little, the fibre's alignment.

    Parameters
    ----------
    bench : str
        Name of the simulated bench; instruments with the same name see each other.
    serial : str
        Serial number that the instrument shows.
    seed : int, optional
        Makes the noise repeatable.
    """

    def __init__(self, bench: str = "bench", serial: str = "TC-0815", seed: int | None = None) -> None:
        self._bench = Bench(bench)
        self._noise = Noise(seed)
        self._serial = serial
        self._set(physics.Heat(since=time.time()))

    @property
    def temperature(self) -> Annotated[float, Unit("°C")]:
        """Temperature of the bench."""
        return self._noise.absolute(physics.heat(self._bench).at(time.time())[0], 0.002)

    @property
    def setpoint(self) -> Celsius:
        """Temperature that the loop holds."""
        return physics.heat(self._bench).setpoint

    @setpoint.setter
    def setpoint(self, value: Celsius) -> None:
        self._change(setpoint=value)

    @property
    def mode(self) -> ControlMode:
        """Whether the loop is closed; while it is off, the bench drifts to the room's temperature."""
        return ControlMode.PID if physics.heat(self._bench).enabled else ControlMode.OFF

    @mode.setter
    def mode(self, value: ControlMode) -> None:
        self._change(enabled=float(ControlMode(value) is ControlMode.PID))

    @property
    def proportional(self) -> Annotated[float, Interval(ge=0.0, le=20.0), Unit("1/s")]:
        """Proportional gain; more of it damps."""
        return physics.heat(self._bench).p

    @proportional.setter
    def proportional(self, value: Annotated[float, Interval(ge=0.0, le=20.0), Unit("1/s")]) -> None:
        self._change(p=value)

    @property
    def integral(self) -> Annotated[float, Interval(ge=0.01, le=20.0), Unit("1/s²")]:
        """Integral gain; more of it is faster, too much of it rings."""
        return physics.heat(self._bench).i

    @integral.setter
    def integral(self, value: Annotated[float, Interval(ge=0.01, le=20.0), Unit("1/s²")]) -> None:
        self._change(i=value)

    @property
    def derivative(self) -> Annotated[float, Interval(ge=0.0, le=20.0)]:
        """Derivative gain; it makes the bench act as if it were heavier."""
        return physics.heat(self._bench).d

    @derivative.setter
    def derivative(self, value: Annotated[float, Interval(ge=0.0, le=20.0)]) -> None:
        self._change(d=value)

    @property
    def heater(self) -> Annotated[float, Unit("K/s")]:
        """What the loop puts in; negative is cooling."""
        return physics.heat(self._bench).heater(time.time())

    @property
    def serial_number(self) -> str:
        """Serial number of the instrument."""
        return self._serial

    def settle(
        self,
        tolerance: Annotated[float, Interval(ge=0.01, le=5.0), Unit("K")] = 0.05,
        timeout: Annotated[float, Interval(ge=1.0, le=600.0), Unit("s")] = 60.0,
    ) -> Annotated[float, Unit("°C")]:
        """Close the loop and wait until the temperature stays at the set-point.

        Parameters
        ----------
        tolerance : float
            How near the temperature must stay for two seconds.
        timeout : float
            When to give up.

        Returns
        -------
        float
            The temperature that was reached.

        Raises
        ------
        TimeoutError
            If it does not settle in time.
        """
        self.mode = ControlMode.PID
        began = time.monotonic()
        near_since: float | None = None
        while (now := time.monotonic()) - began < timeout:
            off = physics.heat(self._bench).at(time.time())[0] - self.setpoint
            if abs(off) > tolerance:
                near_since = None
            elif near_since is None:
                near_since = now
            elif now - near_since >= 2.0:
                return self.temperature
            time.sleep(0.05)
        raise TimeoutError(f"the temperature did not stay within {tolerance:g} K of the set-point within {timeout:g} s")

    def predicted_response(
        self,
        duration: Annotated[float, Interval(ge=1.0, le=600.0), Unit("s")] = 30.0,
        points: Annotated[int, Interval(ge=10, le=100_000)] = 300,
    ) -> Annotated[np.ndarray, Unit("°C")]:
        """Return how the temperature will go on from now, with the present settings.

        Parameters
        ----------
        duration : float
            How far to look ahead.
        points : int
            Number of points.

        Returns
        -------
        numpy.ndarray
            Temperature at evenly spaced times, float64, shape (points,).
        """
        import numpy as np

        state, now = physics.heat(self._bench), time.time()
        return np.array([state.at(now + t)[0] for t in np.linspace(0.0, duration, points)])

    # It only looks: a window need not warn that it changes anything.
    predicted_response.role = "read"  # type: ignore[attr-defined]

    def close(self) -> None:
        """Open the loop and let go of the instrument."""
        self.mode = ControlMode.OFF
        self._bench.close()

    def _change(self, **changes: float) -> None:
        now = time.time()
        state = physics.heat(self._bench)
        temperature, rate = state.at(now)
        if changes.get("enabled", state.enabled) and not state.enabled:
            rate = 0.0
        self._set(dataclasses.replace(state, temperature=temperature, rate=rate, since=now, **changes))

    def _set(self, state: physics.Heat) -> None:
        self._bench.write("temperature", *dataclasses.astuple(state))
