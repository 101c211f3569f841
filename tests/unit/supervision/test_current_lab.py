"""Which nameserver a command means that is not told one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pyrolab_gui import paths
from pyrolab_gui.supervision import current_lab
from pyrolab_gui.supervision.ident import ident_of
from pyrolab_gui.wire.errors import LabError

USUAL = ("localhost", 9090)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "home"))
    return tmp_path


def lab(folder: Path, name: str, port: int, host: str = "localhost") -> Path:
    file = folder / f"{name}.yaml"
    file.write_text(f"nameservers:\n  first: {{ns_port: {port}, host: {host}}}\n  second: {{ns_port: 4999}}\n")
    return file


def remembered_by_the_window(file: Path) -> None:
    (paths.config_dir() / "window.json").write_text(json.dumps({"lab": str(file)}))


def run_by_a_supervisor(file: Path) -> None:
    (paths.state_dir() / "supervisor-lab.json").write_text(json.dumps({"path": str(file), "plan": {}}))


def test_without_any_lab_it_is_the_usual_one() -> None:
    assert current_lab.nameserver_of() == USUAL


def test_it_is_the_first_of_the_lab_that_is_named(home: Path) -> None:
    remembered_by_the_window(lab(home, "last", 4001))
    assert current_lab.nameserver_of(lab(home, "named", 4002, "127.0.0.1")) == ("127.0.0.1", 4002)


def test_it_is_the_first_of_the_lab_that_was_open_last(home: Path) -> None:
    remembered_by_the_window(lab(home, "last", 4001))
    assert current_lab.nameserver_of() == ("localhost", 4001)


def test_the_lab_that_a_supervisor_ran_comes_before_the_one_that_was_looked_at(home: Path) -> None:
    remembered_by_the_window(lab(home, "last", 4001))
    run_by_a_supervisor(lab(home, "run", 4002))
    assert current_lab.nameserver_of() == ("localhost", 4002)


def test_the_lab_that_is_open_now_comes_first(home: Path) -> None:
    remembered_by_the_window(lab(home, "last", 4001))
    run_by_a_supervisor(lab(home, "run", 4002))
    current_lab.note(lab(home, "open", 4003))
    assert current_lab.nameserver_of() == ("localhost", 4003)
    current_lab.forget()
    assert current_lab.nameserver_of() == ("localhost", 4002)


def test_what_a_window_that_was_killed_had_open_does_not_count(home: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    note = {"path": str(lab(home, "open", 4003)), "pid": child.pid, "ident": ident_of(child.pid)}
    (paths.state_dir() / "current-lab.json").write_text(json.dumps(note))
    assert current_lab.open_lab() == home / "open.yaml"
    child.communicate(b"\n", timeout=10)
    assert current_lab.open_lab() is None


def test_a_process_takes_back_only_what_it_has_noted_itself(home: Path) -> None:
    note = {"path": str(lab(home, "open", 4003)), "pid": os.getppid(), "ident": ident_of(os.getppid())}
    (paths.state_dir() / "current-lab.json").write_text(json.dumps(note))
    current_lab.forget()
    assert current_lab.open_lab() == home / "open.yaml"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"path": 1, "pid": "x", "ident": null}'])
def test_a_damaged_note_is_none(text: str) -> None:
    (paths.state_dir() / "current-lab.json").write_text(text)
    assert current_lab.open_lab() is None
    assert current_lab.nameserver_of() == USUAL


@pytest.mark.parametrize("text", ["daemons: {}\n", "nameservers: {main: {ns_port: x}}\n"])
def test_a_remembered_lab_that_says_nothing_leaves_the_usual_one(home: Path, text: str) -> None:
    (home / "last.yaml").write_text(text)
    remembered_by_the_window(home / "last.yaml")
    assert current_lab.nameserver_of() == USUAL
    (home / "last.yaml").unlink()
    assert current_lab.nameserver_of() == USUAL


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "There is no lab file "),
        ("daemons: {}\n", "has no nameserver; say which is meant: --nameserver HOST:PORT."),
        ("nameservers: {main: {ns_port: x}}\n", "has errors, so its nameserver is not known. nameservers.main.ns_port"),
    ],
)
def test_a_named_lab_that_says_nothing_is_a_sentence(home: Path, text: str | None, sentence: str) -> None:
    if text is not None:
        (home / "named.yaml").write_text(text)
    with pytest.raises(LabError) as told:
        current_lab.nameserver_of(home / "named.yaml")
    assert sentence in told.value.sentence
