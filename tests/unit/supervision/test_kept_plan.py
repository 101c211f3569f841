"""The plan of a lab file is kept as long as nothing has changed on which it depends, and no longer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyrolab_gui.supervision import kept_plan, lab_text
from pyrolab_gui.supervision.kept_plan import plan_of_file
from pyrolab_gui.wire.errors import ConfigInvalid
from pyrolab_gui.wire.plans import LabPlan

LAB = """version: "1.0"
nameservers:
  main: {ns_port: 9123}
daemons:
  optics: {search_paths: [drivers], nameservers: [main]}
services:
  bench.laser: {module: lasers, classname: Laser, daemon: optics, parameters: {port: COM3, limits: [1, 2.5]}}
autolaunch: {nameservers: [main], daemons: [optics]}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYROLAB_GUI_HOME", str(tmp_path / "home"))
    file = tmp_path / "lab.yaml"
    file.write_text(LAB)
    return file


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which lab files were really read."""
    read: list[str] = []
    really = lab_text.read_plan

    def noted(path: str) -> LabPlan:
        read.append(path)
        return really(path)

    monkeypatch.setattr(lab_text, "read_plan", noted)
    return read


def test_what_has_not_changed_is_not_read_again(file: Path, read: list[str]):
    first = plan_of_file(file)
    assert plan_of_file(file) == first
    assert read == [str(file)]
    assert first.daemons[0].services[0].parameters == {"port": "COM3", "limits": [1, 2.5]}


def test_another_text_is_read(file: Path, read: list[str]):
    plan_of_file(file)
    file.write_text(LAB.replace("COM3", "COM4"))
    assert plan_of_file(file).daemons[0].services[0].parameters["port"] == "COM4"
    assert len(read) == 2


def test_the_same_text_elsewhere_is_read(file: Path, read: list[str]):
    plan_of_file(file)
    other = file.parent / "other" / "lab.yaml"
    other.parent.mkdir()
    other.write_text(LAB)
    assert plan_of_file(other).daemons[0].search_paths == (str(other.parent / "drivers"),)


@pytest.mark.parametrize("part", ["version", "_MAKERS"])
def test_another_program_reads_it(file: Path, read: list[str], part: str, monkeypatch: pytest.MonkeyPatch):
    plan_of_file(file)
    monkeypatch.setattr(kept_plan, part, {"version": lambda: "99", "_MAKERS": ("wire",)}[part])
    plan_of_file(file)
    assert len(read) == 2


def test_the_address_of_this_pc_is_looked_up_each_time(file: Path, read: list[str]):
    file.write_text(LAB.replace("main: {", "main: {host: public, "))
    plan_of_file(file)
    plan_of_file(file)
    assert len(read) == 2


def test_a_damaged_one_is_read_from_the_lab_file(file: Path, read: list[str]):
    first = plan_of_file(file)
    kept = file.parent / "home" / "state" / "last-plan.json"
    for text in ("", "[]", kept.read_text()[:-40], kept.read_text().replace('"plan"', '"plain"')):
        kept.write_text(text)
        assert plan_of_file(file) == first
    assert len(read) == 5


def test_errors_are_not_kept(file: Path):
    file.write_text(LAB.replace("ns_port", "prot"))
    for _ in range(2):
        with pytest.raises(ConfigInvalid):
            plan_of_file(file)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_link_in_a_path_may_lead_elsewhere_later(file: Path, read: list[str]):
    (file.parent / "old").mkdir()
    (file.parent / "drivers").symlink_to("old")
    assert plan_of_file(file).daemons[0].search_paths == (str(file.parent / "drivers"),)
