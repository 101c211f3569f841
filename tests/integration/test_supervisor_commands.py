"""What a lab does over ssh, as it is typed: a lab comes up, is looked at, driven, edited and taken down."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from pyrolab_gui.network.connect import open_proxy
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.lab import Lab
from pyrolab_gui.wire.names import SERVICE_FILE
from tests.integration.child_process import ROOT, eventually, free_port, taken_port
from tests.integration.supervision_helpers import ended, lives

LIMIT = 60.0
DRIVER = '''
"""An instrument that waits."""
import threading


class Meter:
    """Measures, if asked to slowly."""

    power: float = 1.5
    output: bool = False

    def wait(self, seconds: float) -> float:
        """Wait."""
        threading.Event().wait(seconds)
        return seconds

    def say(self, words: str) -> None:
        """Print words."""
        print(words, flush=True)
'''
LAB = """version: "1.0"
nameservers:
  main: {{ns_port: {port}}}
daemons:
  optics: {{classname: LockableDaemon, search_paths: [.]}}
  motion: {{search_paths: [.]}}
services:
  bench.meter:
    {{module: meters, classname: Meter, instancemode: single, daemon: optics, nameservers: [main]}}
  bench.stage:
    {{module: meters, classname: Meter, instancemode: single, daemon: motion, nameservers: [main]}}
autolaunch:
  nameservers: [main]
  daemons: [optics, motion]
"""
posix = pytest.mark.skipif(os.name != "posix", reason="Windows cannot interrupt one process")


class Site:
    """One home folder with a lab file, and the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.said = ""
        self.file = folder / "lab.yaml"
        self.file.write_text(LAB.format(port=self.port))
        (folder / "meters.py").write_text(DRIVER)
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYRO_", "PYROLAB_GUI_"))}
        self.environment = {**clean, "PYROLAB_GUI_HOME": str(folder / "home"), "PYTHONIOENCODING": "utf-8"}

    def begin(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "pyrolab_gui", *words],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, *words: str, status: int = 0) -> str:
        """Run a command and return what it prints: on stdout, or on stderr where it fails."""
        process = self.begin(*words)
        try:
            out, err = process.communicate(timeout=LIMIT)
        finally:
            process.kill()
        assert process.returncode == status, f"{words}: {process.returncode}\n{out}\n{err}"
        assert "Traceback" not in err
        return out if status == 0 else out + err

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json"))

    def row(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(row for row in self.json("ps") if row["name"] == name)
        return found

    def lab(self) -> Lab:
        return Lab(f"localhost:{self.port}")

    def processes(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.environ().get("PYROLAB_GUI_HOME") == self.environment["PYROLAB_GUI_HOME"] and lives(
                    process.pid
                ):
                    found.append(process)
        return found

    def close(self) -> None:
        left = self.processes()
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        assert ended(*(process.pid for process in left))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A lab that is up; the tests leave all of it running."""
    site = Site(tmp_path_factory.mktemp("site"))
    try:
        site.said = site.run("up", str(site.file))
        yield site
    finally:
        site.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Site]:
    """A lab of which nothing runs."""
    site = Site(tmp_path)
    yield site
    site.close()


# -- without a supervisor ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [["ps"], ["down"], ["stop", "optics"], ["status", "optics", "--json"], ["since", "2h"]], ids=" ".join
)
def test_without_a_supervisor_that_is_said(own: Site, words: list[str]):
    assert own.run(*words, status=1) == "No supervisor runs on this computer.\n"
    assert not own.processes()


@pytest.mark.parametrize(
    "words", [["since", "someday"], ["start"], ["logs", "optics", "--lines", "many"]], ids=" ".join
)
def test_wrong_usage_is_status_2(own: Site, words: list[str]):
    assert "usage: pyrolab-gui" in own.run(*words, status=2)


def test_a_lab_file_with_errors_starts_nothing(own: Site):
    own.file.write_text(own.file.read_text().replace("ns_port", "prot"))
    assert "prot" in own.run("up", str(own.file), status=1)
    assert not own.processes()


def test_up_without_a_file_takes_the_one_that_was_open_last_in_the_window(own: Site):
    assert "say which" in own.run("up", status=1)
    config = own.folder / "home" / "config"
    config.mkdir(parents=True, exist_ok=True)
    (config / "window.json").write_text(json.dumps({"lab": str(own.file)}))
    assert "daemon optics: running" in own.run("up")
    own.run("down")
    (config / "window.json").unlink()
    assert "daemon optics: running" in own.run("up"), "what ran here last is known too"
    own.run("down")


def test_what_follows_up_at_once_finds_its_supervisor_and_who_started_it(own: Site):
    said = own.run("up", str(own.file))
    assert (own.folder / "home" / "state" / SERVICE_FILE).exists()
    assert said.startswith("nameserver main: running (process ")
    assert said.count(": running (process ") == 3
    (started,) = own.json("status", "optics")["events"]
    assert started["kind"] == "started"
    assert "@" in started["who"]
    own.run("down")


def test_up_that_finds_another_supervisor_in_its_way_gives_the_lab_to_that_one(own: Site):
    other = own.begin("supervisor")
    file = own.folder / "home" / "state" / SERVICE_FILE
    eventually(file.exists)
    file.unlink()  # as if it had not come so far: it writes it again
    assert own.run("up", str(own.file)).count(": running (process ") == 3
    assert own.json("ps")[0]["pid"] == other.pid
    own.run("down")
    other.terminate()
    other.communicate(timeout=LIMIT)
    assert other.returncode == 0


def test_a_supervisor_that_was_started_for_nothing_ends_however_late_that_turns_out(own: Site):
    started = subprocess.Popen(
        [sys.executable, "-m", "pyrolab_gui", "supervisor", "--detached", "--takes-lab"],
        cwd=ROOT,
        env=own.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    eventually((own.folder / "home" / "state" / SERVICE_FILE).exists)  # it waits for no command for long
    assert started.communicate(timeout=LIMIT)[0] == b""
    assert started.returncode == 0


@posix
def test_the_next_up_finds_what_a_killed_supervisor_left(own: Site):
    own.run("up", str(own.file))
    supervisor, *children = own.json("ps")
    psutil.Process(supervisor["pid"]).kill()
    eventually(lambda: not lives(supervisor["pid"]))
    assert "motion, optics and main run on without one" in own.run("ps", status=1)
    own.run("up", str(own.file))
    again, *found = own.json("ps")
    assert again["pid"] != supervisor["pid"]
    assert [row["pid"] for row in found] == [row["pid"] for row in children]
    assert all(new["uptime_s"] > old["uptime_s"] for new, old in zip(found, children, strict=True))
    plain = own.json("status", "optics")
    assert [event["kind"] for event in plain["events"]] == ["started", "adopted"]
    assert [state for *_, state in plain["statistics"]["strip"]] == ["starting", "running"]
    own.run("down")


# -- up, and looking at it ---------------------------------------------------------------------------------------------


def test_up_tells_each_child_and_where_it_is(shared: Site):
    said = shared.said
    assert re.search(rf"^nameserver main: running \(process \d+\) at localhost:{shared.port}$", said, re.MULTILINE)
    assert re.search(r"^daemon optics: running \(process \d+\) at localhost:\d+$", said, re.MULTILINE)
    with shared.lab() as lab:
        assert lab["bench.meter"].power == 1.5


def test_up_again_changes_nothing(shared: Site):
    before = {row["name"]: row["pid"] for row in shared.json("ps")}
    shared.run("up", str(shared.file))
    assert {row["name"]: row["pid"] for row in shared.json("ps")} == before


def test_ps_for_a_program(shared: Site):
    rows = shared.json("ps")
    assert [(row["kind"], row["name"], row["state"]) for row in rows] == [
        ("supervisor", "supervisor", "running"),
        ("nameserver", "main", "running"),
        ("daemon", "optics", "running"),
        ("daemon", "motion", "running"),
    ]
    wanted = {"host", "kind", "name", "state", "pid", "uptime_s", "restarts", "uri", "error"}
    for row in rows:
        assert wanted <= row.keys()
        assert psutil.pid_exists(row["pid"])
        assert 0 < row["uptime_s"] < 600
    assert rows[2]["uri"].startswith("PYRO:Pyro.Daemon@")


def test_ps_for_people(shared: Site):
    head, supervisor, *_, last = shared.run("ps").splitlines()
    assert head.split() == ["NAME", "KIND", "STATE", "PID", "UP", "RESTARTS", "ADDRESS"]
    assert supervisor.split()[:3] == ["supervisor", "supervisor", "running"]
    assert last.startswith("motion")
    assert last.index("running") == head.index("STATE")


@posix
def test_ps_watches_until_it_is_interrupted(shared: Site):
    process = shared.begin("ps", "--watch")
    watchdog = threading.Timer(LIMIT, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        heads = 0
        for line in process.stdout:
            heads += line.startswith("NAME")
            if heads == 2:
                break
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT)
        assert process.returncode == 130
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


def test_status_of_a_child_by_any_of_its_names(shared: Site):
    by_name = shared.run("status", "optics")
    assert by_name.startswith("daemon optics: running, process ")
    assert "service bench.meter: connected" in by_name
    assert "crashes 0" in by_name
    assert shared.json("status", "bench.meter")["name"] == "optics"
    plain = shared.json("status", "daemon/optics")
    assert plain["services"] == [
        {"name": "bench.meter", "state": "connected", "error": "", "detail": "", "retry_at": 0.0}
    ]
    assert plain["statistics"]["strip"][-1][2] == "running"
    assert plain["statistics"]["memory_bytes"] > 1_000_000
    assert plain["statistics"]["connections"] == 0
    assert [event["kind"] for event in plain["events"]][:1] == ["started"]
    assert plain["events"][0]["who"]


def test_what_is_not_there_is_said_with_what_is(shared: Site):
    for words in (["status", "optic"], ["logs", "optic"], ["restart", "motion", "optic"]):
        assert "no child called optic" in shared.run(*words, status=1)
    assert "main, optics, motion" in shared.run("stop", "optic", status=1)
    assert "service of the daemon optics" in shared.run("stop", "bench.meter", status=1)
    assert shared.row("motion")["state"] == "running"


def test_the_last_call_and_the_running_one_are_shown(shared: Site):
    with shared.lab() as lab:
        lab["bench.stage"].wait(0.0)
        caller = threading.Thread(target=lambda: lab["bench.stage"].wait(4.0))
        caller.start()
        busy = eventually(lambda: (found := shared.json("status", "motion"))["statistics"]["running_call"] and found)
        caller.join(LIMIT)
    assert busy["statistics"]["running_call"].startswith("bench.stage.wait, ")
    assert re.match(r"bench\.stage\.wait, \d+ ms, by ", busy["statistics"]["last_call"])
    assert busy["hits"][0]["calls"][0][:2] == ["bench.stage", "wait"]


# -- logs --------------------------------------------------------------------------------------------------------------


def test_logs_are_the_last_lines(shared: Site):
    with shared.lab() as lab:
        for number in range(4):
            lab["bench.meter"].say(f"line {number}")
    assert [line[-6:] for line in shared.run("logs", "optics", "--lines", "2").splitlines()] == ["line 2", "line 3"]
    assert "line 3" in shared.run("logs", "bench.meter")


@posix
def test_logs_are_followed(shared: Site):
    process = shared.begin("logs", "motion", "--follow")
    watchdog = threading.Timer(LIMIT, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        first = process.stdout.readline()  # it shows what there is, so it follows from now on
        assert first
        with shared.lab() as lab:
            lab["bench.stage"].say("is it seen?")
        assert any("is it seen?" in line for line in process.stdout)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT)
        assert process.returncode == 130
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


# -- orders ------------------------------------------------------------------------------------------------------------


def test_restart_makes_a_new_process_of_this_child_only(shared: Site):
    before = {row["name"]: row["pid"] for row in shared.json("ps")}
    assert "daemon motion: running" in shared.run("restart", "motion")
    after = {row["name"]: row["pid"] for row in shared.json("ps")}
    assert {name for name in before if before[name] != after[name]} == {"motion"}
    assert not psutil.pid_exists(before["motion"])


def test_stop_and_start(shared: Site):
    assert "daemon motion: stopped" in shared.run("stop", "motion")
    row = shared.row("motion")
    assert (row["state"], row["pid"], row["uptime_s"]) == ("stopped", None, None)
    assert "daemon motion: running" in shared.run("start", "motion")
    report = shared.run("since", "10m")
    assert re.search(r"motion was stopped by \S+@\S+\.", report)
    assert re.search(r"motion did not serve for (less than 1|\d+) s", report)


def test_a_stop_says_first_what_it_hits(shared: Site):
    with shared.lab() as lab:
        meter = lab["bench.meter"]
        meter.output = True
        assert meter.lock("ada")
        uri = shared.json("status", "optics")["uri"]
        with open_proxy(uri, timeout=LIMIT, hello=Identity.here("recording").hello()) as recorder:
            recorder.sample("bench.meter", "power", 1.0)
            said = shared.run("restart", "optics")
    assert said.index("This restart hits:") < said.index("daemon optics: running")
    assert "bench.meter.output is on." in said
    assert re.search(r"bench.meter.power is recorded by \S+@\S+; the recording gets a gap.", said)
    assert "bench.meter is in use by ada" in said
    assert re.search(r"\S+@\S+ \(\w+\) is connected to optics.", said)


def test_a_crash_is_healed_and_told_in_the_morning(shared: Site):
    pid = shared.row("motion")["pid"]
    psutil.Process(pid).kill()
    row = eventually(lambda: (found := shared.row("motion"))["state"] == "running" and found["pid"] != pid and found)
    assert row["restarts"] >= 1
    report = eventually(lambda: (found := shared.json("since", "10m"))["came_back"] and found)
    reason = "killed (SIGKILL)" if os.name == "posix" else "motion"
    assert report["came_back"][-1]["key"] == "daemon/motion"
    assert reason in report["came_back"][-1]["text"]
    assert any(reason in gap["reason"] and gap["end"] for gap in report["gaps"])
    assert "Came back" in shared.run("since", "10m")
    assert "crashes 1" in shared.run("status", "motion")


def test_a_child_that_cannot_start_is_status_1(own: Site):
    with taken_port() as port:
        text = own.file.read_text().replace("motion: {search_paths: [.]}", f"motion: {{port: {port}}}")
        own.file.write_text(text)
        said = own.run("up", str(own.file), status=1)
    assert re.search(r"daemon motion: failed - .*in use", said)
    assert "daemon optics: running" in said
    assert "Last output:" in own.run("status", "motion")
    own.run("down")


# -- an edited lab file ------------------------------------------------------------------------------------------------


def test_reload_restarts_only_what_changed_and_says_why(own: Site):
    own.run("up", str(own.file))
    before = {row["name"]: row["pid"] for row in own.json("ps")}
    assert "Nothing in the lab file has changed." in own.run("reload")

    text = own.file.read_text()
    own.file.write_text(text.replace("daemon: motion,", "daemon: motion, description: moves things,"))
    said = own.run("reload")
    assert "daemon/motion: restart. Changed: bench.stage: description “moves things”." in said
    assert "daemon motion: running" in said
    after = {row["name"]: row["pid"] for row in own.json("ps")}
    assert {name for name in before if before[name] != after[name]} == {"motion"}

    own.file.write_text(text.replace("daemons:", "deamons:"))
    assert "nothing was changed" in own.run("reload", status=1)
    assert {row["name"]: row["pid"] for row in own.json("ps")} == after
    own.run("down")


# -- down --------------------------------------------------------------------------------------------------------------


def test_down_leaves_nothing(own: Site):
    own.run("up", str(own.file))
    pids = [row["pid"] for row in own.json("ps")]
    said = own.run("down")
    assert said.count(": stopped") == 3
    assert said.splitlines()[-1] == "nameserver main: stopped"
    assert ended(*pids)
    assert not own.processes()
    assert "No supervisor runs" in own.run("ps", status=1)


def test_what_happened_is_known_after_all_has_ended(own: Site):
    own.run("up", str(own.file))
    own.run("down")
    own.run("up", str(own.file))
    kinds = [event["kind"] for event in own.json("status", "optics")["events"]]
    assert kinds == ["started", "stopped", "started"]
    own.run("down")


@posix
def test_logs_are_followed_from_one_supervisor_to_the_next(own: Site):
    own.run("up", str(own.file))
    process = own.begin("logs", "motion", "--follow")
    watchdog = threading.Timer(LIMIT, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        assert process.stdout.readline()
        psutil.Process(own.row("supervisor")["pid"]).kill()
        assert any("Waiting for the next one." in line for line in process.stdout)
        own.run("up", str(own.file))
        with own.lab() as lab:
            lab["bench.stage"].say("is it seen?")
        assert any("is it seen?" in line for line in process.stdout)
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()
    own.run("down")
