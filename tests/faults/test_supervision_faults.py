"""Real daemons that are killed, halted, crash, hang and flood; afterwards the state shown is the true one.

After each test: no process is left, no port is held, and the nameserver names nobody who is dead.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil
import pytest

from pyrolab_gui.network.connect import open_proxy
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.nameserver import NameserverClient
from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.supervision.timings import Timings
from pyrolab_gui.wire import serializers
from pyrolab_gui.wire.child import ChildState, ChildStatus
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import DaemonPlan, LabPlan, NameserverAddress, NameserverPlan, ServicePlan
from tests.integration.supervision_helpers import Watcher, ended, lives
from tests.integration.supervisor_process import driver, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
QUICK = Timings(ping=0.2, first_backoff=0.05, longest_backoff=0.2, terminate=0.3)

METER = """
import time

class Driver:
    def read(self) -> float:
        return 1.0

    def wait(self, seconds: float) -> str:
        time.sleep(seconds)
        return "done"
"""


class Bench:
    """A supervisor with a nameserver and daemons on it, all real."""

    def __init__(self, folder: Path, timings: Timings = QUICK) -> None:
        self.folder = folder
        self.supervisor = Supervisor(folder / "state", folder / "log", timings=timings)
        self.watcher = Watcher(self.supervisor)
        self.port = free_port()
        self.pids: set[int] = set()
        self.places: set[str] = set()
        self.supervisor.subscribe(self._note)

    def _note(self, status: ChildStatus) -> None:
        if status.pid:
            self.pids.add(status.pid)
        if status.uri:
            self.places.add(status.uri.rpartition("@")[2])

    def daemon(self, name: str, *services: ServicePlan, **values: object) -> DaemonPlan:
        address = NameserverAddress("lab", "localhost", self.port)
        named = tuple(replace(service, nameservers=("lab",)) for service in services)
        return DaemonPlan(
            name,
            services=named,
            nameservers=(address,),
            search_paths=(str(self.folder),),
            **values,  # type: ignore[arg-type]
        )

    def load(self, *daemons: DaemonPlan) -> None:
        self.supervisor.load(LabPlan((NameserverPlan("lab", ns_port=self.port),), daemons))

    def start(self, *names: str) -> None:
        self.supervisor.start(["nameserver/lab", *(f"daemon/{name}" for name in names)])

    def serving(self, name: str) -> ChildStatus:
        return self.watcher.wait(
            f"daemon/{name}",
            lambda status: (
                status.state is ChildState.RUNNING
                and bool(status.services)
                and all(service.state == "connected" for service in status.services)
            ),
            30.0,
        )

    def names(self) -> dict[str, str]:
        """What the nameserver knows: name -> place."""
        nameserver = NameserverClient("localhost", self.port)
        try:
            entries = nameserver.entries()
        except LabError:
            return {}
        finally:
            nameserver.close()
        return {name: uri.rpartition("@")[2] for name, (uri, _) in entries.items() if name != "Pyro.NameServer"}

    def registered(self, name: str, status: ChildStatus) -> bool:
        return self.names().get(name) == status.uri.rpartition("@")[2]

    def close(self) -> None:
        alive = {status.uri.rpartition("@")[2] for status in self.supervisor.statuses() if status.state.alive}
        until(lambda: set(self.names().values()) <= alive)  # nobody who is dead is named
        for status in self.supervisor.statuses():
            assert status.state.alive == lives(status.pid), status
        self.supervisor.close(stop_children=True)
        assert ended(*self.pids)
        for place in self.places:
            host, _, port = place.rpartition(":")
            with socket.socket() as probe:
                assert probe.connect_ex((host, int(port))) != 0, f"{place} is still held"
        threads = [thread.name for thread in threading.enumerate() if thread.name == "supervisor"]
        assert not threads


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    serializers.register()
    made = Bench(tmp_path)
    yield made
    made.close()


def test_twenty_daemons_at_once(bench):
    meter = driver(bench.folder, "meter", METER)
    names = [f"bench{number}" for number in range(20)]
    plans = [bench.daemon(name, replace(meter, name=f"{name}.meter", object_id=f"{name}.meter")) for name in names]
    bench.load(*plans)
    bench.start(*names)
    for name in names:
        bench.serving(name)
    until(lambda: set(bench.names()) == {f"{name}.meter" for name in names}, 30)
    began = time.monotonic()
    bench.supervisor.stop([f"daemon/{name}" for name in names])
    for name in names:
        assert bench.watcher.wait(f"daemon/{name}", ChildState.STOPPED).exit_code == 0
    assert time.monotonic() - began < 8
    assert bench.names() == {}


@posix
def test_a_daemon_killed_in_the_middle_of_a_call_serves_again_and_is_registered(bench):
    bench.load(bench.daemon("optics", driver(bench.folder, "meter", METER)), bench.daemon("motion"))
    bench.start("optics", "motion")
    before = bench.serving("optics")
    until(lambda: bench.registered("meter", before))
    failures: list[Exception] = []
    caller = open_proxy(before.uri.replace("Pyro.Daemon", "meter"), timeout=30, hello=Identity.here().hello())

    def call() -> None:
        caller._pyroClaimOwnership()
        try:
            caller.wait(20.0)
        except Exception as error:  # noqa: BLE001 - whatever a lost connection raises
            failures.append(error)
        caller._pyroRelease()

    calling = threading.Thread(target=call)
    calling.start()
    until(lambda: bench.supervisor.hits(["daemon/optics"])[0].calls)
    other = bench.watcher.wait("daemon/motion", ChildState.RUNNING)
    os.kill(before.pid, signal.SIGKILL)
    calling.join(5)
    assert failures
    bench.watcher.wait("daemon/optics", lambda status: status.restarts == 1)
    after = bench.serving("optics")
    until(lambda: bench.registered("meter", after))
    assert bench.watcher.wait("daemon/motion", ChildState.RUNNING) == other


@posix
def test_a_halted_daemon_does_not_answer_until_it_goes_on(bench):
    bench.load(bench.daemon("optics", driver(bench.folder, "meter", METER)))
    bench.start("optics")
    before = bench.serving("optics")
    os.kill(before.pid, signal.SIGSTOP)
    silent = bench.watcher.wait("daemon/optics", ChildState.UNRESPONSIVE)
    assert silent.error == "optics runs but does not answer."
    assert silent.pid == before.pid
    (hit,) = bench.supervisor.hits(["daemon/optics"])
    assert "does not answer" in hit.error
    os.kill(before.pid, signal.SIGCONT)
    back = bench.watcher.wait("daemon/optics", ChildState.RUNNING)
    assert (back.pid, back.restarts, back.error) == (before.pid, 0, "")


def test_the_call_that_hangs_a_daemon_is_named(bench):
    text = METER + '\n    def hang(self) -> None:\n        time.sleep(1)\n        int("7" * 4000) ** 200000\n'
    bench.load(bench.daemon("optics", driver(bench.folder, "meter", text), stop_seconds=0.2))
    bench.start("optics")
    before = bench.serving("optics")
    caller = open_proxy(before.uri.replace("Pyro.Daemon", "meter"), timeout=30, hello=Identity.here().hello())

    def call() -> None:
        caller._pyroClaimOwnership()
        with contextlib.suppress(Exception):
            caller.hang()
        caller._pyroRelease()

    calling = threading.Thread(target=call)
    calling.start()
    silent = bench.watcher.wait("daemon/optics", ChildState.UNRESPONSIVE)
    assert "does not answer: meter.hang has been running for " in silent.error
    (hit,) = bench.supervisor.hits(["daemon/optics"])
    assert "meter.hang" in hit.error
    bench.supervisor.restart(["daemon/optics"])
    calling.join(5)
    bench.watcher.wait("daemon/optics", lambda status: status.pid not in (0, before.pid))
    assert bench.serving("optics").error == ""


@posix
def test_a_halted_daemon_can_be_restarted(bench):
    bench.load(bench.daemon("optics", driver(bench.folder, "meter", METER), stop_seconds=0.5))
    bench.start("optics")
    before = bench.serving("optics")
    until(lambda: bench.registered("meter", before))
    os.kill(before.pid, signal.SIGSTOP)
    bench.watcher.wait("daemon/optics", ChildState.UNRESPONSIVE)
    bench.supervisor.restart(["daemon/optics"])
    bench.watcher.wait("daemon/optics", lambda status: status.pid not in (0, before.pid))
    after = bench.serving("optics")
    until(lambda: bench.registered("meter", after))


def test_a_driver_that_never_returns_from_close(bench):
    text = METER + "\n    def close(self) -> None:\n        time.sleep(1000)\n"
    bench.load(bench.daemon("optics", driver(bench.folder, "meter", text), stop_seconds=1.0))
    bench.start("optics")
    before = bench.serving("optics")
    began = time.monotonic()
    bench.supervisor.stop(["daemon/optics"])
    stopped = bench.watcher.wait("daemon/optics", ChildState.STOPPED)
    assert time.monotonic() - began < 3
    assert ended(before.pid, limit=0.5)
    assert stopped.pid == 0
    assert bench.names() == {}


def test_a_driver_that_holds_the_interpreter_while_it_closes(bench):
    text = METER + '\n    def close(self) -> None:\n        int("7" * 4000) ** 200000\n'
    bench.load(bench.daemon("optics", driver(bench.folder, "meter", text), stop_seconds=0.5))
    bench.start("optics")
    bench.serving("optics")
    bench.supervisor.stop(["daemon/optics"])
    stopped = bench.watcher.wait("daemon/optics", ChildState.STOPPED)
    assert stopped.error == "optics did not stop within 0.5 s and was ended."


CRASHES = {
    "ends": (
        "import os\n\nclass Driver:\n    def __init__(self):\n        print('last words', flush=True)\n"
        "        os._exit(3)\n",
        "3",
    ),
    "segfault": (
        "import ctypes\n\nclass Driver:\n    def __init__(self):\n        print('last words', flush=True)\n"
        "        ctypes.string_at(0)\n",
        "SIGSEGV",
    ),
    "at import": ("import os\nprint('last words', flush=True)\nos._exit(3)\n", "3"),
}


@pytest.mark.parametrize("kind", CRASHES)
def test_a_driver_that_crashes_at_once_ends_failed(bench, kind):
    text, word = CRASHES[kind]
    if word == "SIGSEGV" and sys.platform == "win32":
        word = "0xC0000005"
    bench.load(bench.daemon("optics", driver(bench.folder, "broken", text)), bench.daemon("motion"))
    bench.start("motion", "optics")
    failed = bench.watcher.wait("daemon/optics", ChildState.FAILED, 30)
    assert word in failed.error
    assert "times in a row" in failed.error
    assert "not tried again" in failed.error
    assert ("last words" if kind != "segfault" else 'File "') in failed.detail  # a crash also lists all threads
    assert len(failed.detail.splitlines()) <= 50
    assert failed.restarts == QUICK.retries
    assert bench.watcher.wait("daemon/motion", ChildState.RUNNING).restarts == 0
    bench.supervisor.start(["daemon/optics"])  # somebody has mended it, or thinks so
    assert bench.watcher.wait("daemon/optics", lambda status: status.state.alive).restarts <= QUICK.retries
    bench.watcher.wait("daemon/optics", ChildState.FAILED, 30)


def test_a_driver_that_floods_its_output(bench):
    text = METER + (
        "\n    def flood(self) -> None:\n        for _ in range(1000):\n            print('x' * 99_999)\n"
        "        print('the end', flush=True)\n"
    )
    bench.load(bench.daemon("optics", driver(bench.folder, "meter", text)))
    bench.start("optics")
    before = bench.serving("optics")
    memory = psutil.Process().memory_info().rss
    with open_proxy(before.uri.replace("Pyro.Daemon", "meter"), timeout=60) as proxy:
        proxy.flood()
        assert proxy.read() == 1.0
    until(lambda: "the end" in bench.supervisor.log_tail("daemon/optics", 5))
    now = bench.watcher.wait("daemon/optics", ChildState.RUNNING)
    assert (now.pid, now.restarts) == (before.pid, 0)
    assert psutil.Process(before.pid).memory_info().rss < 200e6
    assert psutil.Process().memory_info().rss < memory + 50e6


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a small file system of its own is made on Linux")
def test_a_full_disk_under_the_state_folder(tmp_path):
    serializers.register()
    state = tmp_path / "state"
    state.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(state)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("nobody but root may mount a small file system")
    try:
        _on_a_full_disk(tmp_path, state)
    finally:
        subprocess.run(["umount", "-l", str(state)], check=True)


def _on_a_full_disk(folder: Path, state: Path) -> None:
    first = Bench(folder)
    first.load(first.daemon("optics", driver(folder, "meter", METER)))
    first.start("optics")
    before = first.serving("optics")
    fill(state)
    os.kill(before.pid, signal.SIGKILL)  # repaired on a full disk too
    first.watcher.wait("daemon/optics", lambda status: status.restarts == 1)
    again = first.serving("optics")
    first.load(first.daemon("optics", driver(folder, "meter", METER)), first.daemon("late"))
    first.supervisor.start(["daemon/late"])
    failed = first.watcher.wait("daemon/late", ChildState.FAILED)
    assert failed.error == "late could not be started: No space left on device."
    first.supervisor.close(stop_children=False)

    second = Bench(folder)
    second.port = first.port
    try:
        second.load(second.daemon("optics", driver(folder, "meter", METER)))
        assert second.serving("optics").pid == again.pid
    finally:
        second.pids |= first.pids
        second.close()


def fill(folder: Path) -> None:
    with (folder / "fill").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(512))
        except OSError:
            pass
