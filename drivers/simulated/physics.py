"""The physics of the simulated bench: what is where, computed from the shared state at a time.

The laser's light goes through an alignment that the stage makes (two single-mode fibres face to face: the coupling is a
Gaussian of the offset) onto a detector that the power meter and the oscilloscope both look at. The temperature of the
bench shifts the laser's wavelength and, a little, the alignment. Units: mW, nm, µm, °C, seconds since the epoch.
Limits: no noise here; each instrument adds its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drivers.simulated.bench import Bench

AMBIENT = 22.0
"""Temperature of the room in °C, and of a bench without a controller."""
REFERENCE = 25.0
"""Temperature at which the laser's scale is right, in °C."""
DRIFT = 0.012
"""Shift of the laser's wavelength in nm/K."""
MODE_RADIUS = 5.2
"""Width w of the coupling exp(-2 r²/w²) in µm: an offset r of so much leaves 14 % of the light."""
CREEP = 0.05
"""Shift of the alignment in µm/K, along x."""
LOSS = 0.83
"""Part of the light that arrives at best."""
GAIN_CENTER, GAIN_WIDTH = 1560.0, 75.0
"""Wavelength of the laser's strongest emission and the width of its gain, in nm."""
RIPPLE_PERIOD = 0.8
"""Distance of the ripples on the emission, in nm."""


@dataclass(frozen=True, slots=True)
class Light:
    """The laser's slot: settings, and the sweep that may be under way.

    `wavelength` holds from `since` on and moves at `speed` (nm/s, signed) until it is `target`.
    """

    output: float = 0.0
    power: float = 1.0
    wavelength: float = 1550.0
    target: float = 1550.0
    since: float = 0.0
    speed: float = 0.0
    depth: float = 0.2
    frequency: float = 1000.0

    def set_wavelength(self, now: float) -> float:
        """Return the wavelength that the laser is set to (or sweeping through), in nm."""
        if not self.speed:
            return self.target
        travelled = self.wavelength + self.speed * max(0.0, now - self.since)
        return min(travelled, self.target) if self.speed > 0 else max(travelled, self.target)


@dataclass(frozen=True, slots=True)
class Motion:
    """The stage's slot: a straight move from `x0`, `y0` to `x1`, `y1` that began at `since`, in µm and µm/s."""

    x0: float = 0.0
    y0: float = 0.0
    x1: float = 0.0
    y1: float = 0.0
    since: float = 0.0
    velocity: float = 100.0

    @property
    def duration(self) -> float:
        """How long the whole move takes, in s."""
        return math.hypot(self.x1 - self.x0, self.y1 - self.y0) / self.velocity

    def position(self, now: float) -> tuple[float, float]:
        """Return where the stage is, in µm."""
        duration = self.duration
        done = 1.0 if duration == 0 else min(1.0, max(0.0, now - self.since) / duration)
        return self.x0 + (self.x1 - self.x0) * done, self.y0 + (self.y1 - self.y0) * done


@dataclass(frozen=True, slots=True)
class Heat:
    """The temperature controller's slot: temperature and its rate at `since`, and what it does from then on.

    The plant is C T' = -G (T - ambient) + u with C = 1 and G = 0.1. The controller's u = I ∫(setpoint - T) - P T - D T'
    (the proportional part acts on the measurement, so a new set-point gives no kick) makes a linear equation of second
    order, whose solution is known: no steps are computed.
    """

    enabled: float = 0.0
    setpoint: float = REFERENCE
    temperature: float = AMBIENT
    rate: float = 0.0
    since: float = 0.0
    p: float = 1.1
    i: float = 0.5
    d: float = 0.0

    CAPACITY = 1.0
    CONDUCTANCE = 0.1

    def at(self, now: float) -> tuple[float, float]:
        """Return the temperature in °C and its rate in K/s."""
        t = max(0.0, now - self.since)
        if not self.enabled:
            decay = math.exp(-min(t * self.CONDUCTANCE / self.CAPACITY, 700.0))
            above = (self.temperature - AMBIENT) * decay
            return AMBIENT + above, -above * self.CONDUCTANCE / self.CAPACITY
        mass = self.CAPACITY + self.d
        damping = (self.CONDUCTANCE + self.p) / (2.0 * mass)
        above, rate = _second_order(self.temperature - self.setpoint, self.rate, damping, self.i / mass, t)
        return self.setpoint + above, rate

    def heater(self, now: float) -> float:
        """Return what the controller puts in, in K/s of an insulated bench; negative is cooling."""
        temperature, rate = self.at(now)
        return self.CAPACITY * rate + self.CONDUCTANCE * (temperature - AMBIENT) if self.enabled else 0.0


def _second_order(x0: float, v0: float, damping: float, stiffness: float, t: float) -> tuple[float, float]:
    """Solve x'' + 2 damping x' + stiffness x = 0 from x0 and v0; return x and x' after t seconds."""
    if damping * t > 700.0:
        return 0.0, 0.0
    square = stiffness - damping * damping
    decay = math.exp(-damping * t)
    if square > 1e-9:
        omega = math.sqrt(square)
        even, odd = math.cos(omega * t), math.sin(omega * t) / omega
    elif square < -1e-9:
        kappa = math.sqrt(-square)
        # exp(-damping t) cosh(kappa t), written so that nothing overflows
        slow, fast = math.exp(-(damping - kappa) * t), math.exp(-(damping + kappa) * t)
        decay, even, odd = 1.0, (slow + fast) / 2.0, (slow - fast) / (2.0 * kappa)
    else:
        even, odd = 1.0, t
    x = decay * (x0 * even + (v0 + damping * x0) * odd)
    v = decay * (v0 * even - (stiffness * x0 + damping * v0) * odd)
    return x, v


def light(bench: Bench) -> Light:
    """Return the laser's state; dark where there is no laser."""
    return Light(*bench.read("laser"))


def motion(bench: Bench) -> Motion:
    """Return the stage's state; aligned where there is no stage."""
    return Motion(*bench.read("stage"))


def heat(bench: Bench) -> Heat:
    """Return the temperature controller's state; the room's where there is none."""
    return Heat(*bench.read("temperature"))


def wavelength(bench: Bench, now: float) -> float:
    """Return the wavelength that the laser really has, in nm."""
    return light(bench).set_wavelength(now) + DRIFT * (heat(bench).at(now)[0] - REFERENCE)


def emission(power: float, wavelength: Any) -> Any:
    """Return what the laser emits at a set-point `power` and a wavelength (nm): its gain curve with a small ripple.

    The wavelength is a number or an array of numpy: only arithmetic is used, so that numpy need not be imported here.
    """
    detuning = (wavelength - GAIN_CENTER) / GAIN_WIDTH
    gain = 1.0 / (1.0 + detuning * detuning)
    phase = (wavelength / RIPPLE_PERIOD) % 1.0
    ripple = 1.0 - 0.02 * (8.0 * phase * (1.0 - phase) - 1.0)
    return power * gain * ripple


def emitted(bench: Bench, now: float) -> float:
    """Return the power that the laser emits, in mW."""
    state = light(bench)
    return float(emission(state.power, wavelength(bench, now))) if state.output else 0.0


def coupling(bench: Bench, now: float) -> float:
    """Return which part of the light reaches the detector."""
    x, y = motion(bench).position(now)
    x += CREEP * (heat(bench).at(now)[0] - AMBIENT)
    return LOSS * math.exp(-2.0 * (x * x + y * y) / (MODE_RADIUS * MODE_RADIUS))


def detected(bench: Bench, now: float) -> float:
    """Return the power on the detector, in mW."""
    return emitted(bench, now) * coupling(bench, now)
