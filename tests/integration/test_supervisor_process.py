"""The supervisor as a process: one of it, behind a secret, outlived by its children and found again by its clients."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from pyrolab_gui.network.connect import open_proxy
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.supervision import supervisor_main
from pyrolab_gui.supervision.ident import ident_of
from pyrolab_gui.supervision.records import Record
from pyrolab_gui.supervision.remote import RemoteSupervisor
from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.wire import serializers
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.errors import ConfigInvalid, LabError, Unreachable
from pyrolab_gui.wire.names import SERVICE_FILE
from pyrolab_gui.wire.supervision import TOKEN_KEY, EventKind, ServiceAddress
from tests.integration.supervision_helpers import ended, lives
from tests.integration.supervisor_process import LIMIT, SupervisorProcess, daemon, driver, labplan, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

SLOW = """
import time

class Driver:
    def wait(self, seconds: float) -> str:
        time.sleep(seconds)
        return "done"
"""


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SupervisorProcess]:
    monkeypatch.setenv("PYROLAB_GUI_HOME", str(tmp_path))
    serializers.register()
    made = SupervisorProcess(tmp_path)
    yield made
    made.close()


def address(bench: SupervisorProcess) -> ServiceAddress:
    return ServiceAddress.from_json((bench.state / "supervisor-service.json").read_text())


# -- one of it ---------------------------------------------------------------------------------------------------------


def test_a_second_start_says_who_runs_and_ends(bench):
    client, _ = bench.start()
    second = bench.spawn()
    output, _ = second.communicate(timeout=LIMIT)
    assert second.returncode == 1
    assert f"A supervisor of this user runs already: process {client.info().pid}, since 20" in output
    assert f"version {client.info().version}." in output
    assert "Traceback" not in output
    assert client.reachable


def test_of_two_that_start_in_the_same_instant_one_runs(bench):
    both = [bench.spawn(), bench.spawn()]
    until(lambda: any(process.poll() is not None for process in both))
    loser = next(process for process in both if process.poll() is not None)
    winner = next(process for process in both if process is not loser)
    output, _ = loser.communicate(timeout=LIMIT)
    assert loser.returncode == 1
    assert f"process {winner.pid}" in output
    until((bench.state / SERVICE_FILE).exists)
    client, _ = bench.connect(start=False)
    assert client.info().pid == winner.pid


def test_two_windows_that_find_none_start_one(bench):
    clients: list[RemoteSupervisor] = []
    threads = [threading.Thread(target=lambda: clients.append(bench.connect()[0])) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    assert len(clients) == 2
    assert clients[0].info().pid == clients[1].info().pid
    assert clients[0].info().host


def test_without_a_supervisor_there_is_a_sentence(bench):
    with pytest.raises(Unreachable, match="No supervisor runs on this computer"):
        bench.connect(start=False)


# -- behind a secret ---------------------------------------------------------------------------------------------------


def test_only_who_says_the_token_is_let_in(bench):
    bench.start()
    file = bench.state / "supervisor-service.json"
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    where = address(bench)
    assert where.host == "127.0.0.1"
    hello = Identity.here().hello()
    for wrong in (None, hello, {**hello, TOKEN_KEY: "guessed"}, {**hello, TOKEN_KEY: 7}):
        with pytest.raises(Unreachable, match="secret"):
            open_proxy(where.uri, hello=wrong)
        with pytest.raises(Unreachable, match="secret"):
            open_proxy(where.uri.replace("pyrolab.supervisor", "Pyro.Daemon"), hello=wrong)
    with open_proxy(where.uri, hello={**hello, TOKEN_KEY: where.token}) as proxy:
        assert proxy.info()["pid"] == where.pid


@pytest.mark.parametrize(
    "damage", ["", "{", '{"host": "127.0.0.1", "port": 1, "token": "old", "pid": 1, "version": ""}']
)
def test_a_damaged_or_stale_address_is_mended(bench, damage, monkeypatch):
    client, watcher = bench.start()
    client.load(labplan(daemon("optics")))
    client.start(["daemon/optics"])
    watcher.wait("daemon/optics", ChildState.RUNNING)
    (bench.state / "supervisor-service.json").write_text(damage)
    (bench.state / "supervisor.json").write_text(damage[:10])
    until(lambda: (bench.state / "supervisor-service.json").read_text() not in ("", damage))
    until(lambda: (bench.state / "supervisor.json").read_text() not in ("", damage[:10]))
    other, watcher = bench.connect(start=False)
    assert watcher.wait("daemon/optics", ChildState.RUNNING).pid == client.statuses()[0].pid
    assert other.info().pid == client.info().pid


# -- what it does for its clients --------------------------------------------------------------------------------------


def test_all_that_a_window_asks(bench, tmp_path):
    client, watcher = bench.connect()
    assert client.statuses() == ()
    slow = driver(tmp_path, "slow", SLOW)
    client.load(labplan(daemon("optics", slow, search_paths=(str(tmp_path),))))
    assert [status.key for status in client.statuses()] == ["daemon/optics"]
    client.start(["daemon/optics"])
    running = watcher.wait("daemon/optics", lambda status: [s.state for s in status.services] == ["connected"])

    caller = open_proxy(
        running.uri.replace("Pyro.Daemon", "slow"), timeout=30, hello={**Identity("c", "ada@desk").hello()}
    )
    call = threading.Thread(target=lambda: (caller._pyroClaimOwnership(), caller.wait(1.5)))
    call.start()
    until(lambda: client.hits(["daemon/optics"])[0].calls)
    (hit,) = client.hits(["daemon/optics"])
    assert (hit.key, hit.clients, hit.error) == ("daemon/optics", 1, "")
    assert [(found.service, found.member, found.who) for found in hit.calls] == [("slow", "wait", "ada@desk")]
    call.join(LIMIT)
    caller._pyroClaimOwnership()
    caller._pyroRelease()

    first = client.log_lines("daemon/optics", limit=1)
    assert len(first.lines) == 1
    assert client.log_lines("daemon/optics", first.next).lines == ()
    client.restart(["daemon/optics"])
    watcher.wait("daemon/optics", lambda status: status.state is ChildState.RUNNING and status.pid != running.pid)
    assert any("serves" in line for line in client.log_lines("daemon/optics", first.next).lines)
    assert "serves" in client.log_tail("daemon/optics")
    kinds = [(event.kind, event.who) for event in client.events() if event.key == "daemon/optics"]
    me = Identity.here().who
    assert (EventKind.STARTED, me) in kinds
    assert (EventKind.RESTARTED, me) in kinds
    assert client.statistics("daemon/optics").strip[-1].state == "running"


def test_two_windows_see_the_same(bench):
    one, first = bench.connect()
    _, second = bench.connect()
    one.load(labplan(daemon("optics"), daemon("motion")))
    until(lambda: len(second._supervisor.statuses()) == 2)
    one.start(["daemon/optics"])
    assert first.wait("daemon/optics", ChildState.RUNNING).pid == second.wait("daemon/optics", ChildState.RUNNING).pid
    one.load(labplan(daemon("motion")))
    assert second.wait("daemon/optics", lambda status: status.changed).state is ChildState.RUNNING
    one.stop(["daemon/optics"])
    until(lambda: [status.key for status in second._supervisor.statuses()] == ["daemon/motion"])
    until(lambda: [status.key for status in one.statuses()] == ["daemon/motion"])


LAB = """\
daemons:
  optics:
    host: localhost
  motion:
    host: localhost
"""


def test_the_lab_file_is_handed_out_taken_and_applied(bench, tmp_path):
    file = tmp_path / "lab.yaml"
    file.write_text(LAB)
    client, watcher = bench.start(str(file))
    lab = client.lab()
    assert (lab.text, lab.path) == (LAB, str(file))
    keys = ["daemon/optics", "daemon/motion"]
    client.start(keys)
    before = [watcher.wait(key, ChildState.RUNNING).pid for key in keys]

    (problem,) = client.set_lab(LAB, str(file), "another version")
    assert "changed by somebody else" in problem.sentence
    problems = client.set_lab(LAB + "services: {}\nnonsense: 1\n", str(file), lab.version)
    assert any(problem.severity == "error" and problem.line == 7 for problem in problems)
    assert file.read_text() == LAB

    edited = LAB.replace("motion:\n    host: localhost", "motion:\n    host: 127.0.0.1")
    assert client.set_lab(edited, str(file), lab.version) == ()
    assert file.read_text() == edited
    watcher.wait("daemon/motion", lambda status: status.changed)
    assert not watcher.wait("daemon/optics", ChildState.RUNNING).changed

    file.write_text(edited.replace("optics:", "optics:\n    stop_seconds: 9"))
    done = client.reload()
    assert [(change.key, change.action) for change in done] == [("daemon/optics", "restart")]
    assert "stop after 5 → 9" in done[0].reason
    watcher.wait("daemon/optics", lambda status: status.state is ChildState.RUNNING and status.pid != before[0])
    assert watcher.wait("daemon/motion", ChildState.RUNNING).pid == before[1]

    file.write_text("daemons: [")
    with pytest.raises(ConfigInvalid, match="nothing was changed"):
        client.reload()
    file.unlink()
    with pytest.raises(LabError, match="cannot be read"):
        client.lab()


# -- it may die --------------------------------------------------------------------------------------------------------


@posix
def test_kill_9_of_the_supervisor_in_the_middle_of_a_call(bench, tmp_path):
    client, watcher = bench.start()
    slow = driver(tmp_path, "slow", SLOW)
    client.load(labplan(daemon("optics", slow, search_paths=(str(tmp_path),))))
    client.start(["daemon/optics"])
    first = watcher.wait("daemon/optics", ChildState.RUNNING)
    os.kill(first.pid, signal.SIGKILL)
    before = watcher.wait("daemon/optics", lambda s: s.restarts == 1 and s.state is ChildState.RUNNING)
    links: list[tuple[bool, str]] = []
    client.subscribe_link(lambda reachable, sentence: links.append((reachable, sentence)))

    answers: list[str] = []
    caller = open_proxy(before.uri.replace("Pyro.Daemon", "slow"), timeout=30)

    def call() -> None:
        caller._pyroClaimOwnership()
        answers.append(caller.wait(1.0))
        caller._pyroRelease()

    calling = threading.Thread(target=call)
    calling.start()
    bench.kill(client)
    stale = watcher.wait("daemon/optics", lambda status: status.stale)
    assert stale.pid == before.pid
    assert not client.reachable
    assert links[-1] != links[0]
    assert not links[-1][0]

    bench.spawn()
    after = watcher.wait("daemon/optics", lambda status: status.state is ChildState.RUNNING and not status.stale)
    assert (after.pid, after.restarts, after.uri) == (before.pid, 1, before.uri)
    assert after.started == pytest.approx(before.started, abs=0.05)
    until(lambda: links[-1][0])
    assert client.reachable
    calling.join(LIMIT)
    assert answers == ["done"]
    assert client.log_tail("daemon/optics").count("serves") == 2
    assert EventKind.ADOPTED in [event.kind for event in client.events()]

    os.kill(after.pid, signal.SIGKILL)
    again = watcher.wait("daemon/optics", lambda status: status.restarts == 2 and status.state is ChildState.RUNNING)
    assert again.exit_code is None
    assert "its exit status is not known" in again.detail


@posix
def test_a_halted_daemon_is_adopted_too(bench):
    client, watcher = bench.start()
    client.load(labplan(daemon("optics")))
    client.start(["daemon/optics"])
    before = watcher.wait("daemon/optics", ChildState.RUNNING)
    os.kill(before.pid, signal.SIGSTOP)
    try:
        bench.kill(client)
        bench.spawn()
        halted = watcher.wait("daemon/optics", lambda s: s.state is ChildState.UNRESPONSIVE and not s.stale, LIMIT)
        assert halted.pid == before.pid
        assert halted.started == pytest.approx(before.started, abs=0.05)
    finally:
        os.kill(before.pid, signal.SIGCONT)
    assert watcher.wait("daemon/optics", ChildState.RUNNING, LIMIT).pid == before.pid


@posix
def test_a_halted_supervisor_is_said_to_be_so_and_found_again(bench, monkeypatch):
    from pyrolab_gui.supervision import remote

    monkeypatch.setattr(remote, "_CHANGES", 0.5)
    client, watcher = bench.start()
    client.load(labplan(daemon("optics")))
    watcher.wait("daemon/optics", ChildState.STOPPED)
    pid = client.info().pid
    os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: not client.reachable)
        assert client._said[1] == f"The supervisor (process {pid}) does not answer."
    finally:
        os.kill(pid, signal.SIGCONT)
    monkeypatch.setattr(remote, "_CHANGES", 8.0)
    until(lambda: client.reachable)
    assert not watcher.wait("daemon/optics", lambda status: not status.stale).stale


@posix
def test_what_ended_while_nobody_supervised_is_started_again(bench):
    client, watcher = bench.start()
    client.load(labplan(daemon("optics"), daemon("motion", restart="never"), daemon("lamps")))
    client.start(["daemon/optics", "daemon/motion", "daemon/lamps"])
    before = {key: watcher.wait(key, ChildState.RUNNING) for key in ("daemon/optics", "daemon/motion", "daemon/lamps")}
    client.stop(["daemon/lamps"])
    watcher.wait("daemon/lamps", ChildState.STOPPED)
    bench.kill(client)
    for key in ("daemon/optics", "daemon/motion"):
        os.kill(before[key].pid, signal.SIGKILL)
    assert ended(before["daemon/optics"].pid, before["daemon/motion"].pid)
    bench.spawn()
    watcher.wait(
        "daemon/optics", lambda s: s.state is ChildState.RUNNING and s.pid != before["daemon/optics"].pid, LIMIT
    )
    assert watcher.wait("daemon/motion", lambda status: not status.stale).state is ChildState.STOPPED
    assert watcher.wait("daemon/lamps", lambda status: not status.stale).state is ChildState.STOPPED


@posix
def test_a_number_that_belongs_to_another_process_is_never_touched(bench):
    client, watcher = bench.start()
    client.load(labplan(daemon("optics")))
    client.start(["daemon/optics"])
    before = watcher.wait("daemon/optics", ChildState.RUNNING)
    bench.kill(client)
    os.kill(before.pid, signal.SIGKILL)
    assert ended(before.pid)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True) as stranger:
        try:
            (record,) = (bench.state / "children").glob("*.run")
            ident = json.loads(record.read_text())["ident"]
            record.write_text(json.dumps(asdict(Record("daemon/optics", stranger.pid, ident))))
            bench.spawn()
            after = watcher.wait("daemon/optics", lambda s: s.state is ChildState.RUNNING and not s.stale, LIMIT)
            assert after.pid != stranger.pid
            client.stop(["daemon/optics"])
            watcher.wait("daemon/optics", ChildState.STOPPED)
            assert stranger.poll() is None
        finally:
            stranger.kill()


@posix
@pytest.mark.parametrize("damage", ["", '{"key": "daemon/op'])
def test_a_damaged_record_does_not_lose_its_child(bench, damage):
    client, watcher = bench.start()
    client.load(labplan(daemon("optics")))
    client.start(["daemon/optics"])
    before = watcher.wait("daemon/optics", ChildState.RUNNING)
    os.kill(before.pid, signal.SIGSTOP)  # it cannot say itself that it is there
    try:
        bench.kill(client)
        (record,) = (bench.state / "children").glob("*.run")
        record.write_text(damage)
        bench.spawn()
        found = watcher.wait("daemon/optics", lambda status: status.state.alive and not status.stale, LIMIT)
        assert found.pid == before.pid
        assert json.loads(record.read_text())["ident"] == ident_of(before.pid)
    finally:
        os.kill(before.pid, signal.SIGCONT)
    watcher.wait("daemon/optics", ChildState.RUNNING)


@posix
@pytest.mark.parametrize("damage", ["", "{", "[]", '{"plan": {"daemons": 3}}'])
def test_a_damaged_lab_does_not_lose_what_runs(bench, damage):
    client, watcher = bench.start()
    client.load(labplan(daemon("optics")))
    client.start(["daemon/optics"])
    before = watcher.wait("daemon/optics", ChildState.RUNNING)
    bench.kill(client)
    (bench.state / "supervisor-lab.json").write_text(damage)
    (bench.state / "supervisor.json").write_text(damage)
    bench.spawn()
    found = watcher.wait("daemon/optics", lambda s: s.state is ChildState.RUNNING and not s.stale, LIMIT)
    assert found.pid == before.pid
    # Who had loaded the lab tells it again.
    assert not watcher.wait("daemon/optics", lambda status: not status.changed).changed


def test_uptime_survives_a_clock_that_is_set(tmp_path, monkeypatch):
    real = time.time
    first = Supervisor(tmp_path / "state", tmp_path / "log")
    from tests.integration.supervision_helpers import Watcher

    watcher = Watcher(first)
    second = None
    try:
        first.load(labplan(daemon("optics")))
        first.start(["daemon/optics"])
        before = watcher.wait("daemon/optics", ChildState.RUNNING)
        monkeypatch.setattr(time, "time", lambda: real() + 86400.0)
        stepped = watcher.wait("daemon/optics", lambda status: status.started > before.started + 80000.0)
        assert stepped.started == pytest.approx(before.started + 86400.0, abs=0.5)
        first.close(stop_children=False)
        monkeypatch.setattr(time, "time", lambda: real() - 3600.0)
        second = Supervisor(tmp_path / "state", tmp_path / "log")
        second.load(labplan(daemon("optics")))
        adopted = Watcher(second).wait("daemon/optics", ChildState.RUNNING)
        assert adopted.pid == before.pid
        assert adopted.started == pytest.approx(before.started - 3600.0, abs=0.5)
    finally:
        monkeypatch.setattr(time, "time", real)
        first.close(stop_children=second is None)
        if second is not None:
            second.close(stop_children=True)


@posix
def test_after_a_crash_of_the_supervisor_nothing_starts_that_somebody_had_stopped(bench, tmp_path):
    file = tmp_path / "lab.yaml"
    file.write_text(LAB + "autolaunch:\n  daemons: [optics, motion]\n")
    client, watcher = bench.start(str(file))
    optics = watcher.wait("daemon/optics", ChildState.RUNNING)
    watcher.wait("daemon/motion", ChildState.RUNNING)
    client.stop(["daemon/motion"])
    watcher.wait("daemon/motion", ChildState.STOPPED)
    bench.kill(client)
    process = bench.spawn(str(file))
    found = watcher.wait("daemon/optics", lambda s: s.state is ChildState.RUNNING and not s.stale)
    assert found.pid == optics.pid
    assert watcher.wait("daemon/motion", lambda status: not status.stale).state is ChildState.STOPPED
    process.send_signal(signal.SIGTERM)
    process.wait(LIMIT)
    bench.spawn(str(file))  # started on purpose
    watcher.wait("daemon/motion", lambda s: s.state is ChildState.RUNNING and not s.stale, LIMIT)


# -- its end -----------------------------------------------------------------------------------------------------------


def test_a_window_that_stops_all_ends_its_supervisor(bench):
    client, watcher = bench.connect()
    client.load(labplan(daemon("optics"), daemon("motion")))
    client.start(["daemon/optics", "daemon/motion"])
    pids = [watcher.wait(key, ChildState.RUNNING).pid for key in ("daemon/optics", "daemon/motion")]
    supervisor = client.info().pid
    client.close(stop_children=True)
    assert ended(supervisor, *pids, limit=2)
    assert not (bench.state / "supervisor-service.json").exists()
    assert not (bench.state / "supervisor.json").exists()
    assert not list((bench.state / "children").glob("*.run"))


def test_a_window_that_stops_all_leaves_the_systems_supervisor(bench):
    client, watcher = bench.start()
    client.load(labplan(daemon("optics")))
    client.start(["daemon/optics"])
    pid = watcher.wait("daemon/optics", ChildState.RUNNING).pid
    supervisor = client.info().pid
    client.close(stop_children=True)
    assert ended(pid, limit=1)
    assert lives(supervisor)


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_and_leaves_the_children(bench, number):
    client, watcher = bench.start()
    process = bench.newest
    client.load(labplan(daemon("optics")))
    client.start(["daemon/optics"])
    pid = watcher.wait("daemon/optics", ChildState.RUNNING).pid
    process.send_signal(number)
    output, _ = process.communicate(timeout=LIMIT)
    assert process.returncode == 0, output
    assert "Traceback" not in output
    assert lives(pid)
    until(lambda: not client.reachable)
    assert not (bench.state / "supervisor-service.json").exists()
    _, watcher = bench.connect()
    assert watcher.wait("daemon/optics", ChildState.RUNNING).pid == pid


def test_a_windows_supervisor_ends_when_nobody_needs_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PYROLAB_GUI_HOME", str(tmp_path))
    monkeypatch.setattr(supervisor_main, "_LOOK", 0.02)
    monkeypatch.setattr(supervisor_main, "_LONELY", 3)
    assert supervisor_main.run(detached=True) == 0
    assert not (tmp_path / "state" / "supervisor-service.json").exists()
    assert not [thread.name for thread in threading.enumerate() if thread.name == "supervisor"]
