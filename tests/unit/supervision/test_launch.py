"""The command and the environment of a child."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path

import pytest

from pyrolab_gui.supervision.launch import Launcher, child_command, child_environment
from pyrolab_gui.supervision.plan_keys import key_of
from pyrolab_gui.wire.plans import DaemonPlan, NameserverPlan

DAEMON = DaemonPlan("optics", environment={"VISA_PATH": "/opt/visa", "PYTHONUNBUFFERED": "0"})
PLAN = Path("plan.json")


def environment(plan=DAEMON, **inherited):
    return child_environment(plan, Path("link.json"), Path("optics.log"), inherited)


@pytest.fixture
def frozen(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/pyrolab-gui/pyrolab-gui")
    monkeypatch.setattr(sys, "_MEIPASS", "/opt/pyrolab-gui/_internal", raising=False)


def test_a_child_runs_this_interpreter():
    assert child_command(DAEMON, PLAN) == [
        sys.executable, "-m", "pyrolab_gui", "daemon", "optics", "--plan", "plan.json",
    ]  # fmt: skip
    assert child_command(NameserverPlan("lab"), PLAN)[-4:] == ["nameserver", "lab", "--plan", "plan.json"]


def test_or_the_one_that_the_lab_file_names():
    plan = DaemonPlan("optics", python="/opt/conda/bin/python")
    assert child_command(plan, PLAN)[:4] == ["/opt/conda/bin/python", "-m", "pyrolab_gui", "daemon"]


def test_the_executable_runs_itself(frozen):
    assert child_command(DAEMON, PLAN) == ["/opt/pyrolab-gui/pyrolab-gui", "daemon", "optics", "--plan", "plan.json"]
    plan = DaemonPlan("optics", python="/opt/conda/bin/python")
    assert child_command(plan, PLAN)[:3] == ["/opt/conda/bin/python", "-m", "pyrolab_gui"]


def test_settings_of_pyro5_are_not_handed_on():
    got = environment(PYRO_LOGLEVEL="DEBUG", pyro_host="x", PYROLAB_GUI_HOME="/home", PATH="/bin")
    assert not [name for name in got if name.upper().startswith("PYRO_")]
    assert (got["PYROLAB_GUI_HOME"], got["PATH"]) == ("/home", "/bin")


def test_a_child_learns_of_its_link_and_log_whatever_the_lab_file_says():
    plan = DaemonPlan("optics", environment={"PYROLAB_GUI_LINK": "elsewhere"})
    got = environment(plan)
    assert (got["PYROLAB_GUI_LINK"], got["PYROLAB_GUI_LOG"]) == ("link.json", "optics.log")


def test_the_lab_file_has_the_last_word_on_the_rest():
    got = environment(VISA_PATH="/usr")
    assert got["VISA_PATH"] == "/opt/visa"
    assert got["PYTHONUNBUFFERED"] == "0"
    assert got["PYTHONFAULTHANDLER"] == "1"


@pytest.mark.parametrize("python", ["/opt/conda/bin/python", ""])
def test_a_child_gets_nothing_that_the_executable_set_for_itself(frozen, python):
    got = environment(DaemonPlan("optics", python=python), _PYI_ARCHIVE_FILE="/opt/pyrolab-gui/x", HOME="/home/me")
    assert got["HOME"] == "/home/me"
    assert "_PYI_ARCHIVE_FILE" not in got


def test_names_that_differ_in_capitals_only_have_different_files(tmp_path):
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        launcher = Launcher(tmp_path, tmp_path, tmp_path / "link.json", loop)
        names = [
            launcher.log(key).path.name
            for key in ("daemon/optics", "daemon/Optics", "nameserver/optics", "daemon/a:b/c")
        ]
    assert names[0] == "daemon-optics.log"
    assert len({name.lower() for name in names}) == 4
    assert not set(":/\\") & set("".join(names))


def test_keys():
    assert key_of(DAEMON) == "daemon/optics"
    assert key_of(NameserverPlan("lab")) == "nameserver/lab"
