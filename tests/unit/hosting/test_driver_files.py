"""Drivers are found by reading files: none of them is imported."""

from __future__ import annotations

import sys

import pytest

from pyrolab_gui.hosting.driver_files import all_drivers

SOURCE = '''
"""Lasers."""
from enum import Enum
from dataclasses import dataclass

raise SystemExit("this module is not to be imported")

class Mode(Enum):
    CW = 1

@dataclass
class State:
    on: bool = False

class LaserError(Exception):
    def told(self): ...

class _Base:
    def open(self): ...

class Laser(_Base):
    """A laser, 1 W.

    More of it.
    """
    usb_ids = ("0403:6001",)

class Nothing:
    pass
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    def write(name, text=""):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    write("mine/maker/laser.py", SOURCE)
    write("mine/broken.py", "def :")
    write("mine/chosen.py", "__all__ = ['Two']\nclass One:\n    def go(self): ...\nclass Two:\n    def go(self): ...\n")
    write("mine/test_it.py", "class Test:\n    def go(self): ...\n")
    write("site/announced/__init__.py", "raise SystemExit('this package is not to be imported')")
    write("site/announced/stage.py", "class Stage:\n    def move(self): ...\nclass Other:\n    def move(self): ...\n")
    write("site/announced-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: announced\nVersion: 1.0\n")
    write("site/announced-1.0.dist-info/entry_points.txt", "[pyrolab_gui.drivers]\nstage = announced.stage:Stage\n")
    write("site/pymeasure/instruments/keithley/keithley2400.py", "class Keithley2400(Instrument):\n    'The 2400.'\n")
    write("site/pyrolab/drivers/lasers/tsl550.py", "class TSL550(Laser):\n    def on(self): ...\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return tmp_path


def test_each_source_of_drivers_is_read(folder):
    mine = str(folder / "mine")
    found = {(driver.source, driver.module, driver.classname): driver for driver in all_drivers([mine])}
    assert {key for key in found if key[0] != "bundled"} == {
        ("this lab", "maker.laser", "Laser"),
        ("this lab", "chosen", "Two"),
        ("announced", "announced.stage", "Stage"),
        ("PyMeasure", "pymeasure.instruments.keithley.keithley2400", "Keithley2400"),
        ("PyroLab", "pyrolab.drivers.lasers.tsl550", "TSL550"),
    }
    laser = found["this lab", "maker.laser", "Laser"]
    assert (laser.summary, laser.usb, laser.path) == ("A laser, 1 W", ("0403:6001",), mine)
    assert found["PyMeasure", "pymeasure.instruments.keithley.keithley2400", "Keithley2400"].maker == "keithley"
    assert not {"announced", "maker.laser", "pymeasure"} & sys.modules.keys()


def test_of_the_bundled_ones_only_instruments_are_offered(folder):
    bundled = {driver.classname for driver in all_drivers([]) if driver.source == "bundled"}
    assert bundled == {
        "VisaInstrument", "TunableLaser", "Oscilloscope", "PowerMeter", "MotionStage", "TemperatureController",
    }  # fmt: skip
