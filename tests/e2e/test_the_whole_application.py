"""The main job, as a person does it: a lab comes up by clicks, an instrument is driven, a plot rises, all ends."""

from __future__ import annotations

import math
import os
import shutil
import sys
from pathlib import Path

import psutil
import pytest

from tests.benchmarks.servers import free_port
from tests.e2e.desktop import Person, screen
from tests.integration.child_process import eventually

BENCH = Path(__file__).resolve().parents[2] / "resources" / "labs" / "bench.yaml"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the virtual screen is Xvfb"),
    pytest.mark.timeout(240),
]


def processes_of(home: Path) -> list[psutil.Process]:
    """Return all processes that live on this state folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("PYROLAB_GUI_HOME") == str(home) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed")
def test_a_lab_comes_up_is_driven_and_ends(tmp_path):
    home = tmp_path / "home"
    lab = tmp_path / "bench.yaml"
    lab.write_text(BENCH.read_text().replace("9090", str(free_port())))
    with screen() as desk:
        person = Person(
            desk,
            tmp_path / "person",
            [str(lab)],
            PYROLAB_GUI_HOME=str(home),
            TMPDIR=str(tmp_path),  # the simulated bench is this test's own
        )
        try:
            _bring_up(person)
            _plot_the_meter(person)
            before = _last_values(person)
            _raise_the_laser(person)
            person.until(lambda: _last_values(person) > before + 5e-6, "the meter's plot to rise", 30)
            _stop_everything(person)
            person.until(lambda: len(processes_of(home)) == 2, "the children to be gone; window and supervisor stay")
            person.close_window()
            assert person.process.wait(20) == 0, person.output.read_text()
            eventually(lambda: not processes_of(home), 10)
        finally:
            picture = os.environ.get("PYROLAB_GUI_PICTURES")
            if picture:
                desk.picture(Path(picture) / "whole-application.png")
            person.end()
            left = processes_of(home)
            for process in left:
                process.kill()
    assert left == []
    assert "Traceback" not in person.output.read_text()


def _bring_up(person: Person) -> None:
    person.click("tab-daemons")
    person.click("daemons-start-all")
    person.until(lambda: person.item("daemons-tree", "bench.laser"), "the tree")
    person.until(lambda: (w := person.shown("daemons-start-all")) and not w["enabled"], "all to run", 60)


def _plot_the_meter(person: Person) -> None:
    person.click("tab-registry")
    person.until(lambda: "live" in (person.item("registry-table", "bench.meter") or {}).get("row", ()), "the meter", 30)
    person.click_item("registry-table", "bench.meter", times=2)
    person.click("Plot Power")
    person.until(lambda: len(person.ask(ask="curves")) == 1, "a curve")
    person.until(lambda: len(_values(person)) >= 3, "three readings on the plot")


def _values(person: Person) -> list[float]:
    curves = person.ask(ask="curves")
    return [value for value in curves[0] if math.isfinite(value)] if curves else []


def _last_values(person: Person) -> float:
    values = _values(person)[-3:]
    return sum(values) / len(values)


def _raise_the_laser(person: Person) -> None:
    person.click_item("Instruments", "bench.laser")
    person.until(lambda: person.shown("Set Power"), "the laser's console")
    person.click("On")
    person.click("Send Output (Enter)")
    person.click("Set Power")
    person.key("ctrl+a")
    person.type("15")
    person.key("Return")


def _stop_everything(person: Person) -> None:
    person.click("tab-daemons")
    person.click("daemons-stop-all")
    person.click("question-yes")
