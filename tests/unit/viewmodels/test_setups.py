"""Set-ups: saved, compared with now, restored with read-back."""

from __future__ import annotations

import json
from datetime import datetime

import numpy as np
import pytest

from pyrolab_gui.viewmodels.instrument_pool import InstrumentPool
from pyrolab_gui.viewmodels.setup_values import NO_PLAIN_VALUE, TOO_LONG, same, why_not_kept
from pyrolab_gui.viewmodels.setups import SavedInstrument, list_setups, read_setup, write_setup
from pyrolab_gui.viewmodels.setups_vm import SetUpsViewModel
from pyrolab_gui.wire.errors import LabError, Locked, Unreachable
from tests.unit.viewmodels.console_fakes import URI, DirectBridge, FakeInstrument, laser

VALUES = {"power": 3.0, "wavelength": 1550.0, "output": True, "mode": "APC"}


class Bench:
    def __init__(self, folder) -> None:
        self.laser = FakeInstrument(laser(), VALUES)
        self.away = FakeInstrument(Unreachable("It cannot be reached."))
        self.pool = InstrumentPool(lambda uri, name, resolve: self.laser if name == "laser" else self.away)
        self.said: list[str] = []
        self.vm = SetUpsViewModel(self._lease, DirectBridge(), folder)
        self.vm.told.connect(self.said.append)
        self.vm._in_background = self._now  # type: ignore[method-assign]

    def _lease(self, name: str):
        return None if name == "gone" else self.pool.lease(URI, name)

    def _now(self, work, done) -> None:
        try:
            result = work()
        except LabError as error:
            self.vm._tell(error.sentence)
        else:
            self.vm._take(done, result)

    def lines(self) -> dict[str, tuple[str, str]]:
        return {line.member: (line.state, line.said) for line in self.vm.lines}


@pytest.fixture
def bench(qapp, tmp_path):
    bench = Bench(tmp_path / "set-ups")
    bench.vm.save("Monday", ["laser", "away", "gone"])
    return bench


def test_what_can_be_read_is_saved_and_what_cannot_is_said(bench: Bench):
    assert bench.said == ["Saved Monday: 4 settings of 1 instrument. Not saved: away, gone."]
    (file,) = bench.vm.files
    plain = json.loads(file.path.read_text())
    assert plain["instruments"]["laser"]["settings"] == VALUES
    assert plain["instruments"]["laser"]["units"] == {"power": "mW", "wavelength": "nm"}
    assert set(plain["instruments"]) == {"laser"}
    assert {state for state, _ in bench.lines().values()} == {"same"}
    assert bench.laser.closed, "nothing is kept open"


def test_what_differs_is_chosen_and_restored_with_a_look_at_it(bench: Bench):
    bench.laser.values.update(power=5.0, wavelength=1551.0, output=False)
    bench.vm.compare()
    assert [line.member for line in bench.vm.lines if line.chosen] == ["power", "wavelength", "output"]
    bench.vm.choose([("laser", "output")], False)
    bench.laser.refuse["wavelength"] = Locked("laser is locked by ben@pc3.")
    bench.vm.restore()
    assert bench.laser.sets == [("power", 3.0), ("wavelength", 1550.0)]
    lines = bench.lines()
    assert lines["power"] == ("restored", "done, read back")
    assert lines["wavelength"] == ("failed", "not done, because laser is locked by ben@pc3")
    assert lines["output"] == ("differs", "")
    assert not bench.vm.busy


def test_an_instrument_that_rounds_or_does_not_obey_is_told_apart(bench: Bench):
    bench.laser.values["power"] = 1.0
    bench.vm.compare()
    bench.laser.set = lambda member, value: bench.laser.get("mode")  # type: ignore[method-assign]
    bench.vm.restore()
    assert bench.lines()["power"] == ("failed", "set, but the instrument says 1.0 mW")
    assert same(3.0, 3.0000001) and not same(3.0, 3.001) and not same(True, 1) and same([1.0], (1.0,))


def test_a_window_that_only_looks_restores_nothing(bench: Bench):
    bench.vm.read_only = True
    bench.laser.values["power"] = 1.0
    bench.vm.compare()
    bench.vm.restore()
    assert bench.laser.sets == []


def test_files_that_are_none_are_left_out_and_said(tmp_path):
    (tmp_path / "broken.setup.json").write_text("{")
    (tmp_path / "newer.setup.json").write_text('{"version": 9, "name": "x", "seconds": 1, "instruments": {}}')
    assert list_setups(tmp_path) == []
    assert list_setups(tmp_path / "missing") == []
    with pytest.raises(LabError, match="is no set-up"):
        read_setup(tmp_path / "broken.setup.json")
    with pytest.raises(LabError, match="newer version"):
        read_setup(tmp_path / "newer.setup.json")
    with pytest.raises(LabError, match="cannot be read"):
        read_setup(tmp_path / "missing.setup.json")
    assert write_setup(tmp_path, "a/b: c?", {}).path.name == "a_b_ c_.setup.json"


SETTINGS = {
    "impedance": 1 + 2j,
    "blob": b"\x0d\x0a\xff",
    "when": datetime(2026, 3, 1, 14, 5),
    "waveform": np.linspace(0, 1, 5),
    "mask": np.array([[True, False], [False, True]]),
    "field": np.array([1 + 1j, -2j]),
    "nested": {"levels": [1.0, None, {"at": 3j}], "on": True},
    "limit": None,
    "beyond": float("inf"),
}


def test_every_value_of_a_setting_comes_back_from_its_file(tmp_path):
    file = write_setup(tmp_path, "all", {"laser": SavedInstrument(values=SETTINGS)})
    values = read_setup(file.path).instruments["laser"].values
    assert list(values) == list(SETTINGS)
    for name, value in SETTINGS.items():
        assert type(values[name]) is type(value), name
        assert same(value, values[name]), name
    assert values["mask"].dtype == bool and values["waveform"].tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert not same(np.zeros(3), np.zeros(2)) and not same(np.zeros(3), np.array([0, 0, 1e-12]))


def test_a_setting_that_a_file_cannot_keep_is_named_and_the_others_are_saved(bench: Bench):
    assert why_not_kept({1: "a"}) == why_not_kept([object()]) == why_not_kept({"$bytes": ""}) == NO_PLAIN_VALUE
    assert why_not_kept(np.zeros(1_000_000)) == TOO_LONG
    bench.laser.values["mode"] = object()
    bench.vm.save("Tuesday", ["laser"])
    assert bench.said[-1] == "Saved Tuesday: 3 settings of 1 instrument. Not saved: Mode of laser."
