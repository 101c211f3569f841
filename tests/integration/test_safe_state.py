"""The safe state comes through: past a lock, a queue, taken connections, a call that runs and one that hangs in C."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pyrolab_gui.hosting import instance
from pyrolab_gui.network import safe_state
from pyrolab_gui.network.connection import Connection
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.safe_state import Outcome, Target, make_safe
from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.supervision.timings import Timings
from pyrolab_gui.wire import serializers
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import DaemonPlan, LabPlan, ServicePlan
from pyrolab_gui.wire.supervision import HitOutput
from tests.integration.hosting_in_thread import Bench, bench_in_thread, eventually
from tests.integration.supervision_helpers import Watcher

LAMP = """
import ctypes
import time
from pathlib import Path


class Lamp:
    '''A lamp whose switch stays as it is when its process ends: it is a file.'''

    def __init__(self, path):
        self._path = Path(path)

    @property
    def output(self) -> bool:
        return self._path.read_text() == "on"

    @output.setter
    def output(self, on: bool) -> None:
        self._path.write_text("on" if on else "off")

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def hang(self) -> None:
        ctypes.PyDLL(None).sleep(60)

    def safe_state(self) -> str:
        self.output = False
        return "dark"
"""
KEY = "daemon/optics"
ME = Identity("me", "ada@bench")
posix = pytest.mark.skipif(sys.platform == "win32", reason="a vendor's library that holds the interpreter, and a kill")


class Lab:
    """A supervised daemon with a lamp."""

    def __init__(self, folder: Path) -> None:
        self.switch = folder / "switch"
        self.switch.write_text("off")
        (folder / "lamp_driver.py").write_text(LAMP)
        self.supervisor = Supervisor(folder / "state", folder / "log", timings=Timings(ping=0.5, first_backoff=0.05))
        lamp = ServicePlan(
            "lamp", "lamp", "lamp_driver", "Lamp", instancemode="single", parameters={"path": str(self.switch)}
        )
        optics = DaemonPlan("optics", host="127.0.0.1", services=(lamp,), lockable=True, search_paths=(str(folder),))
        self.watcher = Watcher(self.supervisor)
        self.supervisor.load(LabPlan(daemons=(optics,)))
        self.supervisor.start([KEY])
        self.watcher.wait(KEY, ChildState.RUNNING)

    def uri(self) -> str:
        status = self.supervisor.statuses()[0]
        if not status.uri:
            raise LabError("it is not there")
        return status.uri.replace("Pyro.Daemon", "lamp")

    def connection(self, who: str) -> Connection:
        return Connection.open(self.uri(), "lamp", hello=Identity(who, who).hello())

    def status(self) -> dict[str, Any]:
        connection = self.connection("somebody who asks")
        try:
            found: dict[str, Any] = connection.daemon("status")["services"][0]
            return found
        finally:
            connection.close()

    def make_safe(self, interrupt: Any = None) -> Outcome:
        [outcome] = make_safe([Target("lamp", self.uri(), self.uri)], ME, interrupt=interrupt or self.interrupt)
        return outcome

    def interrupt(self, location: str, calls: list[dict[str, Any]]) -> str:
        return self.supervisor.interrupt(location, calls, who="ada")


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    serializers.register()
    lab = Lab(tmp_path)
    yield lab
    lab.supervisor.close(stop_children=True, timeout=5)


def _in_thread(call: Callable[[], Any]) -> list[BaseException]:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except LabError as error:
            failed.append(error)

    threading.Thread(target=run, daemon=True).start()
    return failed


def test_it_passes_the_lock_of_another_and_tells_what_it_read_back(lab: Lab) -> None:
    other = lab.connection("bob")
    other.call("lock", ["bob"])
    other.put("output", True)
    outcome = lab.make_safe()
    assert outcome.sentence == "done, read back: output off"
    assert outcome.urgent.returned == "dark"
    assert lab.switch.read_text() == "off"
    with pytest.raises(LabError, match=r"lamp.output was cancelled: safe state, asked for by ada@bench at"):
        other.put("output", True)  # bob's script went on in its loop
    assert lab.switch.read_text() == "off"
    other.put("output", True)  # it is meant all the same
    assert lab.switch.read_text() == "on"


def test_a_call_that_goes_on_is_ended_with_its_process_and_the_next_one_makes_the_call(lab: Lab) -> None:
    lab.switch.write_text("on")
    pid = lab.supervisor.statuses()[0].pid
    busy = lab.connection("bob")
    ended = _in_thread(lambda: busy.call("wait", [60.0]))
    eventually(lambda: lab.status()["busy"])
    began = time.monotonic()
    outcome = lab.make_safe()
    assert outcome.sentence == "done, read back: output off (its daemon had to be ended and started again)"
    assert 2.0 < time.monotonic() - began < 8.0
    assert lab.switch.read_text() == "off"
    assert lab.supervisor.statuses()[0].pid != pid
    assert lab.status()["unknown_since"] == 0.0
    assert eventually(lambda: ended)


@posix
def test_a_call_that_holds_the_whole_interpreter_up_is_ended_by_the_supervisor(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safe_state, "ANSWER_SECONDS", 0.5)
    lab.switch.write_text("on")
    busy = lab.connection("bob")
    said = _in_thread(lambda: busy.call("hang"))

    def hangs() -> bool:
        with contextlib.suppress(LabError):
            Connection.open(lab.uri(), "lamp", timeout=0.1).close()
            return False
        return True

    eventually(hangs)
    unasked = lab.make_safe(interrupt=lambda location, calls: "there is none")
    assert unasked.sentence == "not done, because its daemon does not answer, and was not ended: there is none"
    assert lab.switch.read_text() == "on"
    outcome = lab.make_safe()
    assert outcome.done
    assert outcome.urgent.restarted
    assert lab.switch.read_text() == "off"
    assert eventually(lambda: said)


@posix
def test_after_a_crash_nothing_is_called_and_the_state_is_told_to_be_unknown(lab: Lab) -> None:
    lab.switch.write_text("on")
    pid = lab.supervisor.statuses()[0].pid
    os.kill(pid, signal.SIGKILL)
    lab.watcher.wait(KEY, lambda status: status.state is ChildState.RUNNING and status.pid != pid)
    eventually(lambda: lab.status()["unknown_since"] > 0.0)
    (hit,) = lab.supervisor.hits([KEY])
    assert not hit.outputs and hit.unknown == (HitOutput("lamp", "", lab.status()["unknown_since"]),)
    assert lab.switch.read_text() == "on"
    connection = lab.connection("bob")
    connection.get("output")  # to look at it is not to take it in hand
    assert lab.status()["unknown_since"] > 0.0
    connection.put("output", False)
    assert lab.status()["unknown_since"] == 0.0
    assert not lab.supervisor.hits([KEY])[0].unknown


def test_a_clean_stop_makes_the_instrument_safe(lab: Lab) -> None:
    lab.switch.write_text("on")
    lab.supervisor.stop([KEY])
    lab.watcher.wait(KEY, ChildState.STOPPED)
    assert lab.switch.read_text() == "off"


class Magnet:
    """Has neither a stop nor a safe state by these names."""

    def __init__(self) -> None:
        self.going = threading.Event()
        self.go_on = threading.Event()

    def ramp(self) -> None:
        self.going.set()
        self.go_on.wait(20)

    def down(self) -> None:
        """Bring the field to zero."""


@pytest.fixture
def bench() -> Iterator[Bench]:
    with bench_in_thread() as bench:
        yield bench


def _ask(bench: Bench, *names: str) -> list[str]:
    targets = [Target(name, f"PYRO:{name}@{bench.host.locationStr}") for name in names]
    return [outcome.sentence for outcome in make_safe(targets, ME)]


def test_it_comes_through_where_clients_have_taken_every_connection(bench: Bench) -> None:
    bench.add(Magnet, "magnet", safe_state="down")
    for _ in range(40):
        bench.proxy("magnet")._pyroBind()
    assert _ask(bench, "magnet") == ["done; there is nothing to read back"]


def test_without_a_supervisor_it_is_said_why_it_was_not_done(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "URGENT_SECONDS", 0.2)
    magnet = bench.add(Magnet, "magnet", safe_state="down")
    bench.add(Magnet, "plain")
    bench.wait_for_state("connected")
    driver = eventually(lambda: magnet._connector.driver)
    proxy = bench.proxy("magnet")

    def ramp() -> None:
        proxy._pyroClaimOwnership()
        proxy.ramp()

    ramping = threading.Thread(target=ramp, daemon=True)
    ramping.start()
    assert driver.going.wait(5)
    try:
        assert _ask(bench, "magnet", "plain") == [
            "not done, because magnet.ramp has not ended within 0.2 s, "
            "and no supervisor is there to restart the daemon",
            "it has no safe state: neither the lab file nor the driver names a method for it",
        ]
    finally:
        driver.go_on.set()
        ramping.join(5)


def test_an_address_that_cannot_be_read_later_is_an_outcome_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(safe_state, "ANSWER_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        uri = f"PYRO:lamp@127.0.0.1:{mute.getsockname()[1]}"
        target = Target("lamp", uri, lambda: "rubbish")
        (outcome,) = make_safe([target], Identity.here(), interrupt=lambda location, calls: "")
    assert outcome.sentence.startswith("not done, because this failed here: PyroError(")
