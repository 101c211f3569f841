"""``check``: each problem on a line that an editor can jump to; drivers are imported elsewhere; PCs are compared."""

from __future__ import annotations

import pytest

from pyrolab_gui import cli
from pyrolab_gui.model.store import LabFile
from pyrolab_gui.supervision.lab_check import compare

LAB = """\
daemons:
  d:
    search_paths: [here]
services:
  good: {module: drivers.simulated.laser, classname: TunableLaser, instancemode: single, daemon: d}
  own: {module: bench_driver, classname: Own, instancemode: single, daemon: d}
  typo: {module: drivers.simulated.laser, classname: TunableLasre, instancemode: single, daemon: d}
  crash: {module: bench_crash, classname: C, instancemode: single, daemon: d}
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("PYROLAB_GUI_HOME", str(tmp_path / "home"))
    here = tmp_path / "here"
    here.mkdir()
    (here / "bench_driver.py").write_text("print('loaded')\nclass Own: pass\n")
    (here / "bench_crash.py").write_text("import os\nos.kill(os.getpid(), 9)\n")
    path = tmp_path / "lab.yaml"
    path.write_text(LAB, encoding="utf-8")
    return path


def test_drivers_are_imported_in_their_daemons_interpreter(file, capsys):
    assert cli.run(["check", str(file)]) == 0
    assert cli.run(["check", str(file), "--import"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"{file}:7: services.typo.module: There is no class 'TunableLasre' in the module 'drivers.simulated.laser' "
        "(did you mean 'TunableLaser'?).",
        f"{file}:8: services.crash.module: The interpreter was killed (SIGKILL) while it imported the driver.",
    ]


def test_an_interpreter_that_is_not_there(file, capsys):
    file.write_text(LAB[: LAB.index("  own:")].replace("    search", "    python: /nowhere/python\n    search"))
    assert cli.run(["check", str(file), "--import"]) == 1
    assert "The interpreter /nowhere/python cannot be started: no such file" in capsys.readouterr().out


def test_without_other_computers_there_is_nothing_to_compare(file, capsys):
    assert cli.run(["check", str(file), "--lab"]) == 0
    assert capsys.readouterr().out == ""


def test_two_computers_with_one_name(file):
    other = LabFile.parse("daemons: {d: {}}\nservices:\n  good: {module: m, classname: C, daemon: d}\n", "/lab.yaml")
    (found,) = compare([("here", LabFile.open(file)), ("there", other)])
    assert (found.host, found.problem.line) == ("there", 3)
    assert found.problem.sentence.startswith("here has a service of the same name")
