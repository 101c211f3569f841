"""The commands as they are typed: what they print, and their exit status."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyrolab_gui import cli
from pyrolab_gui.cli import instruments, labs, window
from pyrolab_gui.supervision import current_lab
from tests.integration.child_process import ROOT, eventually, free_port, names

GOOD = """version: "1.0"
nameservers:
  main: {ns_port: 9090}
daemons:
  optics: {classname: LockableDaemon, nameservers: [main]}
services:
  bench.laser:
    module: drivers.simulated.laser
    classname: TunableLaser
    instancemode: single
    daemon: optics
    nameservers: [main]
"""
BAD = """version: "1.0"
daemons:
  optics: {prot: 9000}
services:
  bench.laser:
    module: drivers.simulated.laser
    classname: TunableLaser
    daemon: nobody
"""


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    file = tmp_path / "lab.yaml"
    file.write_text(GOOD)
    return file


@pytest.fixture
def bad_lab(tmp_path: Path) -> Path:
    file = tmp_path / "bad.yaml"
    file.write_text(BAD)
    return file


class TestArguments:
    @pytest.mark.parametrize(
        ("words", "args", "kwargs"),
        [
            (["1", "2.5", "-3e-9"], [1, 2.5, -3e-9], {}),
            (["True", "None", "[1, 2]", "{'a': 1}"], [True, None, [1, 2], {"a": 1}], {}),
            (["dBm", "two words", "'quoted'", "1550nm"], ["dBm", "two words", "quoted", "1550nm"], {}),
            (["speed=2", "mode=fast", "text='a=b'"], [], {"speed": 2, "mode": "fast", "text": "a=b"}),
            (["a b=c", "=x", ""], ["a b=c", "=x", ""], {}),
            (["__import__('os').system('true')", "(" * 300], ["__import__('os').system('true')", "(" * 300], {}),
        ],
    )
    def test_words_are_literals_keywords_or_strings(
        self, words: list[str], args: list[object], kwargs: dict[str, object]
    ) -> None:
        assert instruments.read_arguments(words) == (args, kwargs)


class TestLabFiles:
    def test_a_good_file_has_nothing_to_say(self, lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.run(["check", str(lab)]) == 0
        assert capsys.readouterr().out == ""

    def test_all_problems_are_told_with_file_line_and_key(
        self, bad_lab: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.run(["check", str(bad_lab)]) == 1
        lines = capsys.readouterr().out.splitlines()
        assert any(line.startswith(f"{bad_lab}:3: daemons.optics.prot: ") for line in lines)
        assert all(line.startswith(f"{bad_lab}:") for line in lines)

    def test_a_missing_file_is_one_sentence(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        for command in (["check"], ["export", "--for-pyrolab"], ["window"]):
            assert cli.run([*command, str(tmp_path / "none.yaml")]) == 1
            assert capsys.readouterr().err == f"There is no lab file {tmp_path / 'none.yaml'}.\n"

    def test_what_is_exported_is_a_lab_file(self, lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
        from pyrolab_gui.model.store import LabFile

        assert cli.run(["export", "--for-pyrolab", str(lab)]) == 0
        exported = LabFile.parse(capsys.readouterr().out, lab)
        assert exported.lab is not None
        assert list(exported.lab.services) == ["bench.laser"]

    @pytest.mark.parametrize("kind", ["daemon", "nameserver"])
    def test_a_child_that_the_file_does_not_have(
        self, lab: Path, kind: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        known = {"daemon": "optics", "nameserver": "main"}[kind]
        assert cli.run([kind, "other", "--config", str(lab)]) == 1
        assert capsys.readouterr().err == f"{lab} has no {kind} called other; it has: {known}.\n"

    def test_nothing_is_started_from_a_file_with_errors(
        self, bad_lab: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.run(["daemon", "optics", "--config", str(bad_lab)]) == 1
        error = capsys.readouterr().err
        assert "daemons.optics.prot" in error
        assert error.endswith(f"{bad_lab} has errors, so nothing is started.\n")


class TestUsage:
    @pytest.mark.parametrize("words", [["check"], ["call", "bench.laser"], ["daemon", "x"], ["--nonsense"]])
    def test_wrong_usage_is_status_2(self, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            cli.run(words)
        assert ended.value.code == 2
        assert "usage:" in capsys.readouterr().err

    def test_help_names_every_command(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            cli.run(["--help"])
        assert ended.value.code == 0
        text = capsys.readouterr().out
        assert all(re.search(rf"^ {{4}}{name}\s", text, re.MULTILINE) for name in cli.commands())


class TestWithoutDisplay:
    @pytest.fixture(autouse=True)
    def no_display(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "linux")
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            monkeypatch.delenv(name, raising=False)

    @pytest.mark.parametrize("words", [[], ["demo"], ["window"]])
    def test_it_is_said_with_the_alternative(
        self,
        words: list[str],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("PYROLAB_GUI_HOME", str(tmp_path))
        assert cli.run(words) == 1
        error = capsys.readouterr().err
        assert error.startswith(
            "There is no display to open a window on. Without a window: `pyrolab-gui demo --headless`"
        )
        assert error.count("\n") == 1

    @pytest.mark.parametrize("display", [":987", "nonsense", "127.0.0.1:59000"])
    def test_a_display_that_nobody_serves_is_none(self, display: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISPLAY", display)
        assert "cannot be reached" in window.display_problem()

    def test_offscreen_needs_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
        assert window.display_problem() == ""

    def test_other_systems_have_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "win32")
        assert window.display_problem() == ""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("lab")
    port = free_port()
    file = folder / "lab.yaml"
    file.write_text(GOOD.replace("9090", str(port)))
    environment = {**os.environ, "PYROLAB_GUI_HOME": str(folder)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "pyrolab_gui", kind, name, "--config", str(file)],
            cwd=ROOT,
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        for kind, name in (("nameserver", "main"), ("daemon", "optics"))
    ]
    try:
        eventually(lambda: "bench.laser" in names(port), 30)
        yield port
    finally:
        for process in processes:
            process.kill()
            process.wait(10)


class TestInstruments:
    """With a real nameserver and a real daemon, both run as one does by hand."""

    def _run(self, port: int, *words: str) -> int:
        return cli.run([*words, "--nameserver", f"localhost:{port}"])

    def test_list_shows_each_with_its_health(self, port: int, capsys: pytest.CaptureFixture[str]) -> None:
        assert self._run(port, "call", "bench.laser", "emitted_power") == 0  # live is what answered itself, lately
        capsys.readouterr()
        assert self._run(port, "list", "--json") == 0
        rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
        assert set(rows) == {"Pyro.NameServer", "bench.laser", "optics"}
        laser = rows["bench.laser"]
        assert laser.keys() == {"name", "uri", "host", "port", "object", "metadata", "health", "reason"}
        assert (laser["object"], laser["health"], laser["reason"]) == ("bench.laser", "live", "")
        assert laser["uri"] == f"PYRO:bench.laser@{laser['host']}:{laser['port']}"

    @pytest.mark.parametrize(("pattern", "found"), [("las", 1), ("bench.*", 1), ("?ptics", 1), ("nothing", 0)])
    def test_list_takes_a_pattern(
        self, port: int, pattern: str, found: int, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self._run(port, "list", pattern) == (0 if found else 1)
        assert len(capsys.readouterr().out.splitlines()) == found

    def test_describe_of_a_name_and_of_its_class_agree(self, port: int, capsys: pytest.CaptureFixture[str]) -> None:
        assert self._run(port, "describe", "bench.laser") == 0
        running = json.loads(capsys.readouterr().out)
        assert cli.run(["describe", "drivers.simulated.laser:TunableLaser"]) == 0
        by_class = json.loads(capsys.readouterr().out)
        assert running["members"] == by_class["members"]
        assert running["name"] == "bench.laser"

    def test_a_property_is_set_and_read(self, port: int, capsys: pytest.CaptureFixture[str]) -> None:
        assert self._run(port, "call", "bench.laser", "power", "2.5") == 0
        assert self._run(port, "call", "bench.laser", "power") == 0
        assert self._run(port, "call", "bench.laser", "output", "--json") == 0
        assert capsys.readouterr().out.splitlines() == ["None", "2.5", "false"]

    def test_whether_it_is_locked_can_be_asked(self, port: int, capsys: pytest.CaptureFixture[str]) -> None:
        assert self._run(port, "call", "bench.laser", "islocked") == 0
        assert capsys.readouterr().out == "False\n"

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (["bench.laser", "power", "99"], "power must be at most 20"),
            (["bench.laser", "power", "1", "2"], "power is a property"),
            (["bench.laser", "colour"], "bench.laser has no member colour; it has: "),
            (["bench.lazer", "power"], "bench.lazer"),
        ],
    )
    def test_what_is_not_so_is_one_sentence(
        self, port: int, words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self._run(port, "call", *words) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        assert sentence in captured.err
        assert captured.err.count("\n") == 1

    @pytest.mark.parametrize("named", [True, False])
    def test_without_a_nameserver_it_is_that_of_the_lab(
        self,
        port: int,
        named: bool,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("PYROLAB_GUI_HOME", str(tmp_path / "home"))
        file = tmp_path / "lab.yaml"
        file.write_text(f"nameservers:\n  main: {{ns_port: {port}}}\n")
        option = ["--config", str(file)] if named else []
        if not named:
            current_lab.note(file)
        for words in (["list", "laser"], ["describe", "bench.laser"], ["call", "bench.laser", "power", "2.5"]):
            assert cli.run([*words, *option]) == 0
        assert "bench.laser" in capsys.readouterr().out

    def test_a_nameserver_that_is_away_is_one_sentence(self, capsys: pytest.CaptureFixture[str]) -> None:
        nowhere = free_port()
        for words in (["list"], ["call", "bench.laser", "power"], ["describe", "bench.laser"]):
            assert self._run(nowhere, *words) == 1
            error = capsys.readouterr().err
            assert str(nowhere) in error
            assert error.count("\n") == 1


def test_a_class_that_cannot_be_described_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["describe", "drivers.simulated.laser:Lazer"]) == 1
    assert "Lazer" in capsys.readouterr().err


def test_a_child_that_a_supervisor_starts_loads_no_command_line_and_no_model(tmp_path: Path) -> None:
    script = """
import runpy, sys, threading
from pyrolab_gui.hosting import runtime
def stop(self):
    loaded = sorted(name for name in sys.modules if name.split(".")[0] in
        ("argparse", "pydantic", "numpy", "yaml", "docstring_parser", "PySide6", "psutil", "qasync")
        or name in ("pyrolab_gui.cli", "pyrolab_gui.model", "pyrolab_gui.supervision"))
    print("loaded:", loaded, flush=True)
    return "test"
runtime.Child.wait_for_stop = stop
sys.argv = ["pyrolab_gui", "daemon", "optics", "--plan", sys.argv[1]]
runpy.run_module("pyrolab_gui", run_name="__main__", alter_sys=True)
"""
    from pyrolab_gui.wire.plans import DaemonPlan, ServicePlan, to_json

    service = ServicePlan("w", "w", "wave", "Wave_write")  # any class of the standard library
    plan = tmp_path / "plan.json"
    plan.write_text(to_json(DaemonPlan("optics", services=(service,))))
    result = subprocess.run(
        [sys.executable, "-c", script, str(plan)], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )
    assert result.stdout == "loaded: []\n"


def test_what_the_system_refuses_is_no_mistake_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(_: object) -> int:
        raise PermissionError(13, "Permission denied", "/home/lab")

    monkeypatch.setitem(labs.COMMANDS, "check", labs.COMMANDS["check"]._replace(run=refused))
    assert cli.run(["check", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("check could not be done: Permission denied (/home/lab).\n")


def test_a_mistake_of_ours_is_one_sentence_and_its_place_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def mistaken(_: object) -> int:
        raise TypeError("a number was expected")

    monkeypatch.setitem(labs.COMMANDS, "check", labs.COMMANDS["check"]._replace(run=mistaken))
    assert cli.run(["check", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert told.startswith("check failed by a mistake in this program: TypeError: a number was expected")
    assert "--details" in told
    assert "Traceback" not in told
    with pytest.raises(TypeError):
        cli.run(["check", str(tmp_path), "--details"])
