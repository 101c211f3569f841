"""A lab is built from nothing by clicks and keys, launched, changed and changed back; only what changed restarts."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path

import psutil
import pytest

from tests.benchmarks.servers import free_port
from tests.e2e.desktop import Person, screen
from tests.e2e.test_the_whole_application import processes_of
from tests.integration.child_process import eventually

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the virtual screen is Xvfb"),
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed"),
    pytest.mark.timeout(240),
]

EXPECTED = """\
# A lab.
version: "1.0"

nameservers:
  main:
    ns_port: {port}

daemons:
  instruments:
    nameservers: [main]
  motion:
    nameservers: [main]

autolaunch:
  nameservers: [main]
  daemons: [instruments]

services:
  laser:
    module: drivers.simulated.laser
    classname: TunableLaser
    instancemode: single
    daemon: instruments
    nameservers: [main]
  meter:
    module: drivers.simulated.power_meter
    classname: PowerMeter
    instancemode: single
    daemon: instruments
    nameservers: [main]
  stage:
    module: drivers.simulated.stage
    classname: MotionStage
    instancemode: single
    daemon: motion
    nameservers: [main]
"""


def test_a_lab_is_built_launched_edited_and_taken_back(tmp_path):
    home, file, port = tmp_path / "home", tmp_path / "new.yaml", free_port()
    expected = EXPECTED.format(port=port)
    with screen() as desk:
        person = Person(desk, tmp_path / "person", [], PYROLAB_GUI_HOME=str(home), TMPDIR=str(tmp_path))
        try:
            _make_the_file(person, file)
            _set_the_port(person, port)
            _add_a_daemon(person, "motion")
            _add_an_instrument(person, "instruments", "laser", "drivers.simulated.laser", "TunableLaser")
            _add_an_instrument(person, "instruments", "meter", "drivers.simulated.power_meter", "PowerMeter")
            _add_an_instrument(person, "motion", "stage", "drivers.simulated.stage", "MotionStage")
            person.click("apply-now")
            person.until(lambda: file.read_text() == expected, f"the file to be as it is to be:\n{file.read_text()}")
            person.click("daemons-start-all")
            before = person.until(lambda: _pids(home, 3), "three children", 60)
            person.until(lambda: (w := person.shown("daemons-start-all")) and not w["enabled"], "all to run", 60)

            person.click_item("daemons-tree", "stage")
            person.click("field-description")
            person.type("moves")
            _apply(person)
            person.until(lambda: "description: moves" in file.read_text(), "the change to be written")
            after = person.until(lambda: _changed(_pids(home, 3), before), "a daemon to restart", 30)
            assert {name for name in before if before[name] != after[name]} == {"motion"}

            person.key("ctrl+z")
            _apply(person)
            person.until(lambda: file.read_text() == expected, "the file to be as it was, byte for byte")
            person.until(lambda: _changed(_pids(home, 3), after), "the daemon to restart", 30)

            person.click("daemons-stop-all")
            person.click("question-yes")
            person.until(lambda: len(processes_of(home)) == 2, "the children to be gone; window and supervisor stay")
            person.close_window()
            assert person.process.wait(20) == 0, person.output.read_text()
            eventually(lambda: not processes_of(home), 10)
        finally:
            if os.environ.get("PYROLAB_GUI_PICTURES"):
                desk.picture(Path(os.environ["PYROLAB_GUI_PICTURES"]) / "lab-built.png")
            person.end()
            left = processes_of(home)
            for process in left:
                process.kill()
    assert left == []
    assert "Traceback" not in person.output.read_text()


def _make_the_file(person: Person, file: Path) -> None:
    person.click("tab-daemons")
    person.click("empty-new")
    person.click("template-next")
    person.until(lambda: person.shown("fileNameEdit"), "the file dialog")
    person.key("ctrl+a")
    person.type(str(file))
    person.key("Return")
    person.until(file.exists, "the file to be made")


def _set_the_port(person: Person, port: int) -> None:
    person.click_item("daemons-tree", "main")
    person.click("tab-configuration")
    person.click("field-ns_port")
    person.key("ctrl+a")
    person.type(str(port))


def _add_a_daemon(person: Person, name: str) -> None:
    person.click("daemons-add")
    person.key("Down", "Down", "Return")
    person.until(lambda: person.shown("add-confirm"), "the dialog")
    person.key("ctrl+a")
    person.type(name)
    person.click("add-confirm")
    person.until(lambda: person.item("daemons-tree", name), f"the daemon {name} in the tree")


def _add_an_instrument(person: Person, daemon: str, name: str, module: str, classname: str) -> None:
    """Add one with the keys alone: search, the first that is found, its name."""
    person.click_item("daemons-tree", daemon)
    person.click("add-instrument")
    person.until(lambda: person.shown("wizard-search"), "the first step")
    person.type(module)
    person.until(lambda: person.item("wizard-drivers", classname), f"the driver {classname}")
    person.key("Return", "Return")
    person.until(lambda: person.shown("wizard-name"), "the second step")
    person.key("ctrl+a")
    person.type(name)
    person.key("ctrl+Return")
    person.until(lambda: person.item("daemons-tree", name), f"the instrument {name} in the tree")


def _apply(person: Person) -> None:
    person.click("apply-now")
    person.click("review-now")


def _pids(home: Path, count: int) -> dict[str, int]:
    """Return the processes of the children by name, once there are so many."""
    found = {}
    for process in processes_of(home):
        with contextlib.suppress(psutil.Error):  # it may end meanwhile
            words = process.cmdline()
            if "--plan" in words:
                found[words[words.index("--plan") - 1]] = process.pid
    return found if len(found) == count else {}


def _changed(now: dict[str, int], before: dict[str, int]) -> dict[str, int]:
    return now if now and now != before else {}
