"""The physics of the simulated bench, as its instruments show it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from drivers.simulated import laser as laser_module
from drivers.simulated import physics
from drivers.simulated.laser import Coherence, TunableLaser
from drivers.simulated.oscilloscope import Oscilloscope, VerticalRange
from drivers.simulated.power_meter import PowerMeter, PowerRange
from drivers.simulated.stage import MotionStage
from drivers.simulated.temperature import ControlMode, TemperatureController

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Clock:
    """Stands for the module `time` in the drivers: a sleep takes no time, and time passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Lab:
    def __init__(self, clock: Clock, bench: str) -> None:
        self.clock = clock
        self.laser = TunableLaser(bench, seed=1)
        self.meter = PowerMeter(bench, seed=2)
        self.scope = Oscilloscope(bench, seed=3)
        self.stage = MotionStage(bench, seed=4)
        self.heat = TemperatureController(bench, seed=5)
        self.instruments = (self.laser, self.meter, self.scope, self.stage, self.heat)

    def close(self) -> None:
        for instrument in self.instruments:
            instrument.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Clock:
    clock = Clock()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for module in ("laser", "power_meter", "oscilloscope", "stage", "temperature"):
        monkeypatch.setattr(f"drivers.simulated.{module}.time", clock)
    return clock


@pytest.fixture
def lab(clock: Clock) -> Iterator[Lab]:
    lab = Lab(clock, "here")
    yield lab
    lab.close()


def test_dark_after_the_start_and_aligned(lab):
    assert lab.laser.output is False
    assert lab.laser.emitted_power == 0
    assert abs(lab.meter.power) < 1e-5
    assert lab.meter.power_dbm < -50
    assert (round(lab.stage.x), round(lab.stage.y)) == (0, 0)
    assert lab.heat.temperature == pytest.approx(physics.AMBIENT, abs=0.02)


def test_more_laser_power_is_more_on_the_meter(lab):
    lab.laser.output = True
    readings = []
    for power in (0.5, 1.0, 5.0, 20.0):
        lab.laser.power = power
        readings.append(lab.meter.power)
    assert readings == sorted(readings)
    assert readings[3] / readings[0] == pytest.approx(40, rel=0.05)
    assert 10 * math.log10(readings[3]) == pytest.approx(lab.meter.power_dbm, abs=0.1)
    lab.laser.off()
    assert abs(lab.meter.power) < 1e-4


def test_misalignment_costs_light_as_a_gaussian(lab):
    lab.laser.output = True
    lab.meter.averaging = 1000
    aligned = lab.meter.power
    for x, y in ((physics.MODE_RADIUS, 0.0), (0.0, -physics.MODE_RADIUS)):
        lab.stage.move_to(x, y)
        assert lab.meter.power / aligned == pytest.approx(math.exp(-2), rel=0.01)
    lab.stage.move_to(100.0, 100.0)
    assert abs(lab.meter.power) < 1e-4
    lab.stage.home()
    assert lab.meter.power == pytest.approx(aligned, rel=0.01)


def test_a_move_takes_its_time_and_can_be_watched(lab):
    lab.stage.velocity = 50.0
    began = lab.clock.now
    assert lab.stage.move_to(30.0, 40.0) == pytest.approx((30.0, 40.0), abs=0.05)
    assert lab.clock.now - began == pytest.approx(1.0, abs=0.001)
    lab.stage.x = 80.0  # does not wait
    assert lab.stage.moving
    lab.clock.sleep(0.5)
    assert lab.stage.x == pytest.approx(55.0, abs=0.05)
    lab.stage.stop()
    assert not lab.stage.moving
    lab.clock.sleep(5)
    assert lab.stage.x == pytest.approx(55.0, abs=0.05)
    assert lab.stage.y == pytest.approx(40.0, abs=0.05)


def test_a_new_velocity_holds_for_the_move_under_way(lab):
    lab.stage.velocity = 10.0
    lab.stage.x = 100.0
    lab.clock.sleep(1.0)
    lab.stage.velocity = 90.0
    assert lab.stage.x == pytest.approx(10.0, abs=0.05)
    lab.clock.sleep(1.0)
    assert lab.stage.x == pytest.approx(100.0, abs=0.05)


def test_a_step_beyond_the_travel_is_refused(lab):
    lab.stage.move_by("y", 490.0)
    with pytest.raises(ValueError, match="beyond the travel"):
        lab.stage.move_by("y", 11.0)
    assert lab.stage.y == pytest.approx(490.0, abs=0.05)


@pytest.mark.parametrize(("p", "i", "d"), [(1.1, 0.5, 0.0), (0.2, 2.0, 0.0), (10.0, 0.5, 1.0), (1.9, 1.0, 0.0)])
def test_the_pid_settles_whatever_its_damping(lab, p, i, d):
    lab.heat.proportional, lab.heat.integral, lab.heat.derivative = p, i, d
    lab.heat.setpoint = 30.0
    assert lab.heat.settle(tolerance=0.05, timeout=600) == pytest.approx(30.0, abs=0.06)
    lab.clock.sleep(3600)
    assert lab.heat.temperature == pytest.approx(30.0, abs=0.02)
    assert lab.heat.heater == pytest.approx(0.1 * (30.0 - physics.AMBIENT), abs=1e-6)


def test_the_temperature_is_continuous_over_every_change(lab):
    lab.heat.mode = ControlMode.PID
    lab.heat.setpoint = 40.0
    lab.clock.sleep(1.5)
    before = physics.heat(lab.heat._bench).at(lab.clock.now)
    lab.heat.setpoint = 10.0
    lab.heat.proportional = 3.0
    assert physics.heat(lab.heat._bench).at(lab.clock.now) == pytest.approx(before)
    lab.heat.mode = ControlMode.OFF
    assert physics.heat(lab.heat._bench).at(lab.clock.now)[0] == pytest.approx(before[0])


def test_the_solution_obeys_its_differential_equation(lab):
    lab.heat.mode = ControlMode.PID
    lab.heat.setpoint = 35.0
    response = lab.heat.predicted_response(10.0, 10_001)
    rate = np.gradient(response, 1e-3)
    curvature = np.gradient(rate, 1e-3)
    left = curvature + (0.1 + lab.heat.proportional) * rate + lab.heat.integral * (response - 35.0)
    assert np.abs(left[5:-5]).max() < 1e-3
    assert response.shape == (10_001,)
    assert response[0] == pytest.approx(physics.AMBIENT)


def test_settle_gives_up_with_a_sentence(lab):
    lab.heat.setpoint = 60.0
    with pytest.raises(TimeoutError, match=r"within 0.05 K of the set-point within 3 s"):
        lab.heat.settle(timeout=3.0)


def test_without_control_the_bench_returns_to_the_room(lab):
    lab.heat.setpoint = 40.0
    lab.heat.settle(timeout=600)
    lab.heat.mode = ControlMode.OFF
    lab.clock.sleep(200)
    assert lab.heat.temperature == pytest.approx(physics.AMBIENT, abs=0.02)
    assert lab.heat.heater == 0


def test_temperature_shifts_the_wavelength(lab):
    lab.laser.wavelength = 1550.0
    lab.heat.setpoint = 25.0
    lab.heat.settle(timeout=600)
    lab.clock.sleep(100)
    assert lab.laser.measured_wavelength == pytest.approx(1550.0, abs=0.002)
    lab.heat.setpoint = 35.0
    lab.heat.settle(timeout=600)
    lab.clock.sleep(100)
    assert lab.laser.measured_wavelength == pytest.approx(1550.0 + 10 * physics.DRIFT, abs=0.002)
    assert lab.laser.wavelength == 1550.0


def test_a_wrong_wavelength_on_the_meter_makes_the_power_wrong(lab):
    lab.laser.output = True
    lab.meter.averaging = 1000
    right = lab.meter.power
    lab.meter.wavelength = 1310.0
    assert lab.meter.power > right * 1.1


def test_a_range_cuts_off_and_a_large_one_is_noisier(lab):
    lab.laser.output = True
    lab.laser.power = 20.0
    lab.meter.range = PowerRange.MILLIWATT_1
    assert lab.meter.power == 1.0
    lab.laser.off()
    spread = {}
    for choice in (PowerRange.MICROWATT_10, PowerRange.MILLIWATT_20):
        lab.meter.range = choice
        spread[choice] = np.std([lab.meter.power for _ in range(200)])
    assert spread[PowerRange.MILLIWATT_20] > 100 * spread[PowerRange.MICROWATT_10]


def test_averaging_and_zeroing(lab):
    lab.meter.range = PowerRange.MILLIWATT_20
    single = np.std([lab.meter.power for _ in range(300)])
    lab.meter.averaging = 100
    averaged = np.std([lab.meter.power for _ in range(300)])
    assert averaged == pytest.approx(single / 10, rel=0.3)
    lab.meter.range = PowerRange.AUTO
    lab.meter.averaging = 1000
    assert lab.meter.power == pytest.approx(2e-6, abs=1e-7)
    assert lab.meter.zero() == pytest.approx(2e-6, abs=1e-7)
    assert lab.meter.power == pytest.approx(0, abs=1e-7)


def test_slow_measurements_take_their_time(lab):
    lab.laser.output = True
    began = lab.clock.now
    assert lab.meter.average(2.0) == pytest.approx(lab.meter.power, rel=0.02)
    assert lab.clock.now - began == pytest.approx(2.0)
    assert lab.meter.record(1.0).shape == (100,)


def test_a_sweep_takes_its_time_and_returns_the_power_at_each_step(lab):
    lab.laser.output = True
    lab.laser.power = 2.0
    began = lab.clock.now
    power = lab.laser.sweep(1530.0, 1570.0, speed=20.0, step=0.1)
    assert lab.clock.now - began == pytest.approx(2.0)
    assert (power.shape, power.dtype) == ((401,), np.float64)
    assert lab.laser.wavelength == 1570.0
    assert power[-1] == pytest.approx(lab.laser.emitted_power, rel=0.02)
    assert power[300:].mean() > power[:20].mean()  # nearer to the centre of the gain
    lab.laser.off()
    assert not lab.laser.sweep(1570.0, 1569.0, speed=200.0).any()
    assert lab.laser.wavelength == 1569.0


def test_a_sweep_under_way_is_seen_by_others(lab, monkeypatch):
    seen = []

    def look(seconds: float) -> None:
        lab.clock.now += seconds / 2
        seen.append((lab.laser.wavelength, lab.meter.power))
        lab.clock.now += seconds / 2

    lab.laser.output = True
    monkeypatch.setattr(lab.clock, "sleep", look)
    lab.laser.sweep(1500.0, 1600.0, speed=100.0)
    wavelengths = [wavelength for wavelength, _ in seen]
    assert wavelengths == sorted(wavelengths)
    assert wavelengths[len(wavelengths) // 2] == pytest.approx(1550.0, abs=5.0)
    assert seen[0][1] > 0.5


def test_off_ends_a_sweep_where_it_is(lab, monkeypatch):
    def switch_off(seconds: float) -> None:
        lab.clock.now += seconds
        if 1550.0 <= lab.laser.wavelength < 1600.0 and lab.laser.output:
            lab.laser.off()

    lab.laser.output = True
    monkeypatch.setattr(lab.clock, "sleep", switch_off)
    with pytest.raises(RuntimeError, match="ended the sweep"):
        lab.laser.sweep(1500.0, 1600.0, speed=100.0)
    assert lab.laser.wavelength == pytest.approx(1550.0, abs=6.0)
    assert not lab.laser.output
    assert not lab.laser.sweep(1600.0, 1601.0).any()  # the next one is not ended by what ended the last


def test_a_move_that_is_stopped_returns_from_where_it_is(lab, monkeypatch):
    def stop(seconds: float) -> None:
        lab.clock.now += seconds
        if lab.stage.x >= 50.0:
            lab.stage.stop()

    monkeypatch.setattr(lab.clock, "sleep", stop)
    x, _ = lab.stage.move_to(400.0)
    assert x == pytest.approx(50.0, abs=6.0)
    assert not lab.stage.moving


@pytest.mark.parametrize("samples", [1_000, 12_345, 1_000_000])
def test_waveforms_are_as_long_as_asked_for_and_take_their_time(lab, samples):
    began = lab.clock.now
    waveform = lab.scope.acquire(samples)
    assert (waveform.shape, waveform.dtype) == ((samples,), np.float64)
    assert lab.clock.now - began == pytest.approx(samples / 1e6)
    assert lab.scope.time_axis(samples)[-1] == pytest.approx((samples - 1) / 1e6)


def test_the_scope_shows_the_detector_with_its_modulation(lab):
    lab.laser.output = True
    lab.laser.power = 5.0
    lab.laser.modulation_depth = 50.0
    lab.laser.modulation_frequency = 2_000.0
    waveform = lab.scope.acquire(10_000)
    mean = 0.5 * physics.detected(lab.scope._bench, lab.clock.now)
    assert waveform.mean() == pytest.approx(mean, rel=0.02)
    assert (waveform.max() - waveform.min()) / 2 == pytest.approx(mean / 2, rel=0.05)
    spectrum = np.abs(np.fft.rfft(waveform - waveform.mean()))
    assert np.fft.rfftfreq(10_000, 1e-6)[spectrum.argmax()] == pytest.approx(2_000.0)
    assert lab.scope.measure("mean") == pytest.approx(mean, rel=0.02)
    assert lab.scope.measure("peak-to-peak") == pytest.approx(mean, rel=0.05)
    assert lab.scope.measure("rms") == pytest.approx(mean / 2 / math.sqrt(2), rel=0.05)
    assert lab.scope.measure("minimum") < lab.scope.level < lab.scope.measure("maximum")
    lab.scope.coupling = "AC"
    assert abs(lab.scope.measure("mean")) < 0.01
    with pytest.raises(ValueError, match="'median' is no quantity"):
        lab.scope.measure("median")


def test_a_small_range_cuts_the_signal_off(lab):
    lab.laser.output = True
    lab.laser.power = 10.0
    lab.scope.vertical_range = VerticalRange.MILLIVOLT_50
    assert lab.scope.clipped
    assert lab.scope.level == pytest.approx(0.05)
    assert lab.scope.acquire(1_000).max() == pytest.approx(0.05)


@pytest.mark.parametrize("depth", [0.0, 100.0])
def test_the_range_at_the_start_holds_the_lasers_full_power(lab, depth):
    lab.laser.output = True
    lab.laser.power = 20.0
    lab.laser.modulation_depth = depth
    assert not lab.scope.clipped
    waveform = lab.scope.acquire(10_000)
    assert waveform.max() < 20.0
    assert waveform.mean() == pytest.approx(lab.scope.level, rel=0.05)


def test_what_is_cut_off_is_said_with_the_modulation_and_the_coupling(lab):
    lab.laser.output = True
    lab.laser.power = 8.0
    lab.laser.modulation_depth = 0.0
    lab.scope.vertical_range = VerticalRange.VOLT_5
    assert not lab.scope.clipped
    lab.laser.modulation_depth = 100.0
    assert lab.scope.clipped
    lab.scope.coupling = "AC"
    assert not lab.scope.clipped


def test_coherence_trades_steadiness(lab):
    lab.laser.output = True
    spreads = {}
    for coherence in Coherence:
        lab.laser.coherence = coherence
        spreads[coherence] = np.std([lab.laser.emitted_power for _ in range(200)])
    assert spreads[Coherence.BROADENED] < spreads[Coherence.NARROW]


def test_two_benches_are_independent(clock, lab):
    other = Lab(clock, "there")
    try:
        lab.laser.output = True
        other.stage.move_to(50.0)
        assert lab.meter.power > 0.5
        assert abs(other.meter.power) < 1e-5
        assert lab.stage.x == pytest.approx(0, abs=0.05)
    finally:
        other.close()


def test_a_new_driver_begins_with_the_output_off_and_closing_switches_it_off(clock, lab):
    lab.laser.output = True
    again = TunableLaser("here")
    assert lab.laser.output is False
    again.output = True
    again.close()
    assert abs(lab.meter.power) < 1e-5


def test_a_seed_makes_the_noise_repeatable(clock):
    sequences = []
    for _ in range(2):
        meter = PowerMeter("here", seed=7)
        sequences.append([meter.power for _ in range(5)])
        meter.close()
    assert sequences[0] == sequences[1]
    assert len(set(sequences[0])) == 5


def test_identity_is_a_plain_dataclass(lab):
    assert lab.laser.identify() == laser_module.Identity("Simulated Photonics", "TL-130", "TL-1047", "2.4")
