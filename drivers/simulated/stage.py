"""A simulated motion stage with two axes, which aligns the fibre."""

from __future__ import annotations

import dataclasses
import threading
import time
from typing import Annotated, Literal, TypeAlias

from annotated_types import Interval, Unit

from drivers.simulated import physics
from drivers.simulated.bench import Bench
from drivers.simulated.noise import Noise

Micrometre: TypeAlias = Annotated[float, Interval(ge=-500.0, le=500.0), Unit("µm")]
Axis: TypeAlias = Literal["x", "y"]


class MotionStage:
    """A motion stage with the axes x and y, 500 µm to either side.

    Where both are near zero, the fibre is aligned and most of the laser's light reaches the detector; 5 µm off, little
    of it does. After the start the stage stands at zero. A new position, set as `x` or `y`, is moved to while other
    calls are answered; `move_to` returns when the stage has arrived.

    Parameters
    ----------
    bench : str
        Name of the simulated bench; instruments with the same name see each other.
    serial : str
        Serial number that the instrument shows.
    seed : int, optional
        Makes the noise repeatable.
    """

    def __init__(self, bench: str = "bench", serial: str = "MS-0042", seed: int | None = None) -> None:
        self._bench = Bench(bench)
        self._noise = Noise(seed)
        self._serial = serial
        self._changes = threading.Lock()
        self._set(physics.Motion(since=time.time()))

    @property
    def x(self) -> Micrometre:
        """Position along x, as the encoder sees it; setting it starts a move."""
        return self._encoder(0)

    @x.setter
    def x(self, value: Micrometre) -> None:
        self._go(value, physics.motion(self._bench).y1)

    @property
    def y(self) -> Micrometre:
        """Position along y, as the encoder sees it; setting it starts a move."""
        return self._encoder(1)

    @y.setter
    def y(self, value: Micrometre) -> None:
        self._go(physics.motion(self._bench).x1, value)

    @property
    def velocity(self) -> Annotated[float, Interval(ge=1.0, le=1000.0), Unit("µm/s")]:
        """Velocity of moves; one that is under way goes on with it."""
        return physics.motion(self._bench).velocity

    @velocity.setter
    def velocity(self, value: Annotated[float, Interval(ge=1.0, le=1000.0), Unit("µm/s")]) -> None:
        with self._changes:
            now = time.time()
            state = physics.motion(self._bench)
            x, y = state.position(now)
            self._set(dataclasses.replace(state, x0=x, y0=y, since=now, velocity=value))

    @property
    def moving(self) -> bool:
        """Whether a move is under way."""
        return self._remaining() > 0

    @property
    def serial_number(self) -> str:
        """Serial number of the instrument."""
        return self._serial

    def move_to(self, x: Micrometre, y: Micrometre = 0.0) -> tuple[float, float]:
        """Move in a straight line and return on arrival.

        Parameters
        ----------
        x : float
            Target along x.
        y : float
            Target along y.

        Returns
        -------
        tuple of float
            Where the stage stands, in µm, as the encoder sees it.
        """
        self._go(x, y)
        return self._arrived()

    def move_by(
        self, axis: Axis, distance: Annotated[float, Interval(ge=-1000.0, le=1000.0), Unit("µm")]
    ) -> tuple[float, float]:
        """Move one axis by a distance and return on arrival.

        Parameters
        ----------
        axis : {"x", "y"}
            The axis to move.
        distance : float
            How far; the target must be within the stage's travel.

        Returns
        -------
        tuple of float
            Where the stage stands, in µm, as the encoder sees it.

        Raises
        ------
        ValueError
            If the target is beyond the travel.
        """
        state = physics.motion(self._bench)
        x = state.x1 + (distance if axis == "x" else 0.0)
        y = state.y1 + (distance if axis == "y" else 0.0)
        if max(abs(x), abs(y)) > 500.0:
            raise ValueError(f"the target ({x:g} µm, {y:g} µm) is beyond the travel of 500 µm to either side")
        self._go(x, y)
        return self._arrived()

    def home(self) -> tuple[float, float]:
        """Move both axes to zero and return on arrival.

        Returns
        -------
        tuple of float
            Where the stage stands, in µm, as the encoder sees it.
        """
        return self.move_to(0.0, 0.0)

    def stop(self) -> None:
        """Stop where the stage is; a move that is under way ends there."""
        with self._changes:
            now = time.time()
            state = physics.motion(self._bench)
            x, y = state.position(now)
            self._set(dataclasses.replace(state, x0=x, y0=y, x1=x, y1=y, since=now))

    # A host may call it while another thread is in `move_to`: it would be of no use after the move.
    stop.runs_beside = True  # type: ignore[attr-defined]

    def close(self) -> None:
        """Stop and let go of the instrument."""
        self.stop()
        self._bench.close()

    def _go(self, x: float, y: float) -> None:
        with self._changes:
            now = time.time()
            state = physics.motion(self._bench)
            x0, y0 = state.position(now)
            self._set(dataclasses.replace(state, x0=x0, y0=y0, x1=x, y1=y, since=now))

    def _arrived(self) -> tuple[float, float]:
        # In short steps: a move may be stopped, or be given another velocity, meanwhile.
        while (remaining := self._remaining()) > 0:
            time.sleep(min(remaining, 0.05))
        return self._encoder(0), self._encoder(1)

    def _remaining(self) -> float:
        state = physics.motion(self._bench)
        return state.since + state.duration - time.time()

    def _encoder(self, axis: int) -> float:
        position = physics.motion(self._bench).position(time.time())[axis]
        return round(self._noise.absolute(position, 0.005), 3)

    def _set(self, state: physics.Motion) -> None:
        self._bench.write("stage", *dataclasses.astuple(state))
