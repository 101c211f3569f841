"""The executable, built with pyrolab.spec: its window, its children, its commands, and drivers that live beside it.

``pytest -m package`` runs these; PYROLAB_GUI_EXECUTABLE names one that is built already.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from pyrolab_gui.model.store import LabFile
from pyrolab_gui.network.lab import Lab
from pyrolab_gui.supervision import demo
from pyrolab_gui.wire.errors import LabError
from tests.e2e.desktop import Person, Screen, screen
from tests.integration.child_process import ROOT, eventually, free_port

pytestmark = [pytest.mark.package, pytest.mark.timeout(600)]

BENCH = ROOT / "resources" / "labs" / "bench.yaml"
BUILD_SECONDS = 500
FIVE = ["bench.laser", "bench.meter", "bench.scope", "bench.stage", "bench.temperature"]
CHILDREN = [["daemon", "motion"], ["daemon", "optics"], ["nameserver", "main"], ["supervisor", "--detached"]]
NAME = "pyrolab-gui.exe" if os.name == "nt" else "pyrolab-gui"
LEFT_OUT = {
    *("antigravity", "distutils", "ensurepip", "idlelib", "lib2to3", "this", "tkinter", "turtle", "turtledemo", "venv"),
}
"""What of the standard library the executable does not bring; pyrolab.spec says why."""

DRIVER = '''
import importlib
import multiprocessing
import os
import subprocess

import numpy as np
from numpy.polynomial import Polynomial


class Visitor:
    """A driver that uses what it finds."""

    def failing(self, names: list[str]) -> list[str]:
        """Return the modules that cannot be imported."""
        failed = []
        for name in names:
            try:
                importlib.import_module(name)
            except BaseException as error:
                failed.append(f"{name}: {error!r}")
        return failed

    def fit(self) -> float:
        """Use numpy: the random generator, the linear algebra, the polynomials."""
        x = np.random.default_rng(1).normal(size=50)
        return float(Polynomial.fit(x, 3 * x + 1, 1).convert().coef[1] + np.linalg.det(np.eye(3)))

    def outside(self) -> str:
        """Return the environment of a program that the driver starts."""
        return subprocess.run(["env"], capture_output=True, text=True, check=True, timeout=20).stdout

    def squares(self) -> list[int]:
        """Let worker processes compute."""
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            return pool.map_async(abs, [-1, -4, -9]).get(60)
'''
LISTING = """
import json, pkgutil, sys

left_out = set(json.load(sys.stdin))
packages = pkgutil.walk_packages([os.path.dirname(os.__file__)], onerror=lambda name: None)
names = {*sys.stdlib_module_names, *(package.name for package in packages)}
names = [
    name for name in sorted(names)
    if (top := name.partition(".")[0]) in sys.stdlib_module_names and not top.startswith("_") and top not in left_out
    and not {"test", "tests", "__main__"} & set(name.split("."))
]
failed = {line.partition(":")[0] for line in Visitor().failing(names)}
print(json.dumps([name for name in names if name not in failed]))
"""
LAB = """
version: "1.0"
nameservers:
  main: {{ns_port: {port}}}
daemons:
  room: {{nameservers: [main], search_paths: [.]}}
services:
  visitor: {{module: visitor, classname: Visitor, instancemode: single, daemon: room, nameservers: [main]}}
"""


@pytest.fixture(scope="module")
def executable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if ready := os.environ.get("PYROLAB_GUI_EXECUTABLE"):
        return Path(ready)
    folder = tmp_path_factory.mktemp("package")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"),
            *("--distpath", str(folder / "dist"), "--workpath", str(folder / "work"), "pyrolab.spec"),
        ],
        cwd=ROOT,
        env={**os.environ, "PYINSTALLER_CONFIG_DIR": str(folder / "cache")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder / "dist" / "pyrolab-gui" / NAME


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYRO_", "PYROLAB_GUI_"))}
    return {**clean, "PYROLAB_GUI_HOME": str(tmp_path / "home")}


def run(executable: Path, *arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(executable), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextlib.contextmanager
def serving(executable: Path, file: Path, environment: dict[str, str], *children: str) -> Iterator[None]:
    """Run children of a lab file in the foreground of this test; they have stopped afterwards."""
    log = file.with_suffix(".log")
    with contextlib.ExitStack() as stack, log.open("wb") as output:
        for kind_and_name in children:
            process = stack.enter_context(
                subprocess.Popen(
                    [str(executable), *kind_and_name.split(), "--config", str(file)],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                )
            )
            stack.callback(end, process)
        yield


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def family(home: Path) -> list[psutil.Process]:
    """Return all processes that live on this state folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("PYROLAB_GUI_HOME") == str(home) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def window(desk: Screen, title: str) -> str:
    """Return the window that is visible with this in its title; empty if there is none."""
    with contextlib.suppress(subprocess.CalledProcessError):  # xdotool's word for none
        return desk.xdotool("search", "--onlyvisible", "--name", title).split()[0]
    return ""


def port_of(file: Path) -> int:
    lab = LabFile.open(file).lab
    assert lab is not None
    return next(iter(lab.nameservers.values())).ns_port


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed")
def test_the_demo_opens_its_window_runs_as_its_own_children_and_leaves_nothing(
    executable: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    with screen() as desk, contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # the demo takes a port of its own, where no stranger's daemon registers
            stack.enter_context(socket.create_server(("127.0.0.1", demo.PORT)))
        person = Person(
            desk,
            tmp_path / "person",
            ["demo"],
            [str(executable)],
            PYROLAB_GUI_HOME=str(home),
            TMPDIR=str(tmp_path),  # the simulated bench is this test's own
        )
        try:
            begin = time.monotonic()
            person.until(lambda: window(desk, "PyroLab GUI$"), "the window", 30)
            print(f"\nfrom the start to the window: {time.monotonic() - begin:.1f} s")
            shown = person.until(lambda: window(desk, "^bench .*PyroLab GUI$"), "the lab in the window's title", 30)
            with Lab(f"localhost:{port_of(home / 'state' / 'demo' / 'bench.yaml')}", timeout=20) as lab:
                person.until(lambda: instruments(lab) == FIVE, "the five instruments", 60)
                assert isinstance(lab["bench.meter"].power, float)
            children = [process for process in family(home) if process.pid != person.process.pid]
            assert sorted(process.cmdline()[1:3] for process in children) == CHILDREN
            assert {Path(process.exe()) for process in children} == {executable.resolve()}
            if pictures := os.environ.get("PYROLAB_GUI_PICTURES"):
                desk.picture(Path(pictures) / "executable.png")
            desk.xdotool("windowactivate", "--sync", shown)
            person.close_window()
            assert person.process.wait(30) == 0, person.output.read_text()
            eventually(lambda: family(home) == [], 10)
        finally:
            person.end()
            for process in family(home):
                process.kill()
    assert "Traceback" not in person.output.read_text()


def instruments(lab: Lab) -> list[str]:
    with contextlib.suppress(LabError):  # the nameserver is not there yet
        return [name for name in lab.names() if name.startswith("bench.")]
    return []


def test_its_commands(executable: Path, tmp_path: Path, environment: dict[str, str]) -> None:
    help_text = run(executable, "--help", environment=environment)
    assert help_text.returncode == 0
    assert help_text.stdout.startswith("usage: pyrolab-gui")
    assert run(executable, "check", str(BENCH), environment=environment).returncode == 0
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(LAB.format(port=9090).replace("daemon: room", "daemon: attic"), encoding="utf-8")
    checked = run(executable, "check", str(wrong), environment=environment)
    assert checked.returncode == 1
    assert "attic" in checked.stdout
    described = run(executable, "describe", "drivers.simulated.laser:TunableLaser", environment=environment)
    members = {member["name"]: member for member in json.loads(described.stdout)["members"]}
    assert members["power"]["returns"]["unit"] == "mW"
    assert members["power"]["doc"]


def test_a_driver_beside_the_lab_file_finds_what_it_needs(
    executable: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    (tmp_path / "visitor.py").write_text(DRIVER, encoding="utf-8")
    file, port = tmp_path / "lab.yaml", free_port()
    file.write_text(LAB.format(port=port), encoding="utf-8")
    before = {**environment, "LD_LIBRARY_PATH": str(tmp_path)}  # a lab's own, which programs must see again
    with serving(executable, file, before, "nameserver main", "daemon room"):
        address = f"localhost:{port}"
        with Lab(address, timeout=120) as lab:
            eventually(lambda: "visitor" in lab.names(), 30)
            visitor = lab["visitor"]
            assert visitor.failing(standard_modules()) == []
            assert visitor.fit() == pytest.approx(4.0)
            assert visitor.squares() == [1, 4, 9]
            outside = dict(line.split("=", 1) for line in visitor.outside().splitlines() if "=" in line)
        listed = run(executable, "list", "visit*", "--json", "--nameserver", address, environment=environment)
        assert [(row["name"], row["health"]) for row in json.loads(listed.stdout)] == [("visitor", "live")]
        called = run(executable, "call", "visitor", "fit", "--nameserver", address, environment=environment)
        assert float(called.stdout) == pytest.approx(4.0)
    assert outside["LD_LIBRARY_PATH"] == str(tmp_path)
    assert [name for name, value in outside.items() if name != "_" and str(executable.parent) in value] == []
    assert [name for name in outside if name.startswith("_PYI")] == []


def standard_modules() -> list[str]:
    """Return the modules of the standard library that this interpreter can import, without those left out."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DRIVER + LISTING],
        input=json.dumps(sorted(LEFT_OUT)),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    names: list[str] = json.loads(done.stdout.splitlines()[-1])
    assert {"sqlite3", "xml.sax.expatreader", "logging.handlers"} <= set(names)
    return names


def test_it_carries_nothing_of_the_computer_that_built_it(executable: Path) -> None:
    files = [file for file in executable.parent.rglob("*") if file.is_file()]
    here = str(ROOT).encode()
    assert [file for file in files if here in file.read_bytes()] == []
    megabytes = sum(file.stat().st_size for file in files if not file.is_symlink()) / 1e6
    assert megabytes < 260, "something large came along that the window does not need"
