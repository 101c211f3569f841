"""A real PyroLab 0.5, installed into a virtual environment of its own, is listed and driven as it is."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from pyrolab_gui import Lab
from pyrolab_gui.network.feed import Feed
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.instrument import Instrument
from pyrolab_gui.network.nameserver import list_entries
from pyrolab_gui.network.registry import RegistrySnapshot, RegistryWatcher
from pyrolab_gui.network.relays import Relays
from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.wire import serializers
from pyrolab_gui.wire.columns import Column
from pyrolab_gui.wire.errors import LabError, Locked, RemoteFailure
from pyrolab_gui.wire.health import ProcessLink
from tests.integration.child_process import eventually, free_port
from tests.integration.network_helpers import Seen

pytestmark = [pytest.mark.pyrolab, pytest.mark.timeout(600)]
WAIT = 15.0
NAME = "sample.service"

LAB = """
version: "1.0"
nameservers:
  main:
    host: localhost
    ns_port: {port}
    broadcast: false
    ns_autoclean: 0.0
    storage: memory
daemons:
  bench:
    classname: {daemon_class}
    host: localhost
    nameservers: [main]
services:
  {name}:
    module: pyrolab.drivers.sample
    classname: SampleService
    instancemode: single
    daemon: bench
    nameservers: [main]
autolaunch:
  nameservers: [main]
  daemons: [bench]
"""


class Installation:
    """PyroLab with a data folder of its own."""

    def __init__(self, command: Path, folder: Path) -> None:
        self._command, self._folder = command, folder
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("PYRO")},
            "PYROLAB_DATA_DIR": str(folder / "data"),
            "PYROLAB_NO_VERSION_CHECK": "1",
            "HOME": str(folder),
        }

    def run(self, *words: str) -> None:
        """Run a command; its output goes to a file, because the processes that it starts keep the pipe."""
        with (self._folder / "log.txt").open("ab") as log:
            done = subprocess.run(
                [str(self._command), *words],
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=90,
            )
        assert done.returncode == 0, (self._folder / "log.txt").read_text()

    def stop(self) -> None:
        """Stop it, and end what it leaves: processes with this installation's data folder."""
        with contextlib.suppress(AssertionError, subprocess.TimeoutExpired):
            self.run("down")
        left = [process for process in psutil.process_iter() if self._is_ours(process)]
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=10)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get("PYROLAB_DATA_DIR") == self._environment["PYROLAB_DATA_DIR"]
        except (psutil.Error, OSError):
            return False


@pytest.fixture(scope="module", params=["Daemon", "LockableDaemon"])
def port(request: pytest.FixtureRequest, pyrolab: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Run a nameserver and a daemon of PyroLab; the port of the nameserver."""
    folder = tmp_path_factory.mktemp("lab")
    port = free_port()
    (folder / "lab.yaml").write_text(LAB.format(port=port, daemon_class=request.param, name=NAME), encoding="utf-8")
    installation = Installation(pyrolab, folder)
    try:
        installation.run("config", "update", str(folder / "lab.yaml"))
        installation.run("up")
        eventually(lambda: NAME in list_entries("localhost", port), seconds=60)
        yield port
    finally:
        installation.stop()


@pytest.fixture(scope="module")
def supervisor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervisor]:
    serializers.register()
    folder = tmp_path_factory.mktemp("supervisor")
    made = Supervisor(folder / "state", folder / "logs")
    yield made
    made.close(stop_children=True)


@pytest.fixture(params=["directly", "through the relay"])
def service(port: int, supervisor: Supervisor, request: pytest.FixtureRequest) -> Iterator[Instrument]:
    uri, _ = list_entries("localhost", port)[NAME]
    me = Identity.here()
    relays = Relays(supervisor.relay, me) if request.param == "through the relay" else None
    instrument = Instrument(uri, NAME, me, relays=relays)
    yield instrument
    instrument.close()
    assert instrument.join(WAIT)


def test_it_is_listed_and_lives(port: int):
    seen: Seen[RegistrySnapshot] = Seen()
    watcher = RegistryWatcher("localhost", port, seen, identity=Identity.here(), period=0.2)
    watcher.start()
    try:
        snapshot = seen.until(
            lambda s: any(e.name == NAME and e.link is ProcessLink.LIVE for e in s.entries), seconds=WAIT
        )
        assert snapshot.link is ProcessLink.LIVE
    finally:
        watcher.close()
        assert watcher.join(WAIT)


def test_its_service_is_driven(service: Instrument):
    description = service.describe().result(WAIT)
    assert not description.described
    assert description.relayed == bool(service.relayed)
    assert {"attribute", "echo", "add"} <= {member.name for member in description.members}
    assert "hello" in str(service.call("echo", ["hello"]).result(WAIT))
    assert service.call("add", [1, 2.5]).result(WAIT) == 3.5
    service.set("attribute", 7).result(WAIT)
    assert service.get("attribute").result(WAIT) == 7


def test_its_errors_are_sentences(service: Instrument):
    with pytest.raises(RemoteFailure, match="ZeroDivisionError") as caught:
        service.call("divide", [1, 0]).result(WAIT)
    assert "Traceback" in caught.value.detail
    assert service.call("add", [1, 1]).result(WAIT) == 2


def test_its_readings_are_polled(service: Instrument):
    seen: Seen[list[Column]] = Seen()
    service.set("attribute", 2.5).result(WAIT)
    feed = Feed(Identity.here(), seen)
    try:
        feed.subscribe(service, "attribute", 0.05)
        batch = seen.until(lambda columns: any(len(column.times) for column in columns), seconds=WAIT)
        assert batch[0].values[0] == 2.5
    finally:
        feed.close()
        assert feed.join(WAIT)


def test_scripts_drive_it(port: int):
    with Lab(f"localhost:{port}") as lab:
        assert NAME in lab.names()
        service = lab[NAME]
        service.attribute = 3
        assert service.attribute == 3
        with pytest.raises(LabError):
            service.divide(1, 0)


def test_a_lockable_daemon_is_known_by_its_members(service: Instrument, request: pytest.FixtureRequest):
    lockable = request.node.callspec.params["port"] == "LockableDaemon"
    assert service.describe().result(WAIT).lockable is lockable
    if lockable:
        assert service.call("lock").result(WAIT) is True
        assert service.call("islocked").result(WAIT) is True
        assert service.call("unlock").result(WAIT) is True


def test_a_lock_through_the_relay_belongs_to_one_client(
    port: int, supervisor: Supervisor, request: pytest.FixtureRequest
):
    if request.node.callspec.params["port"] != "LockableDaemon":
        pytest.skip("no locks here")
    uri, _ = list_entries("localhost", port)[NAME]
    people = [Identity.here(), Identity.here()]
    mine, other = (Instrument(uri, NAME, me, relays=Relays(supervisor.relay, me)) for me in people)
    seen: Seen[list[Column]] = Seen()
    feeds = [Feed(me, on) for me, on in zip(people, (Seen[list[Column]](), seen), strict=True)]
    try:
        assert mine.call("lock").result(WAIT) is True
        with pytest.raises(Locked):
            other.call("add", [1, 1]).result(WAIT)
        assert mine.call("add", [1, 1]).result(WAIT) == 2
        for feed, instrument in zip(feeds, (mine, other), strict=True):
            feed.subscribe(instrument, "attribute", 0.05, when="always")
        seen.until(lambda columns: any(len(column.times) for column in columns), seconds=WAIT)
        assert mine.call("unlock").result(WAIT) is True
        assert other.call("add", [1, 1]).result(WAIT) == 2
    finally:
        opened: list[Feed | Instrument] = [*feeds, mine, other]
        for each in opened:
            each.close()
        assert all(each.join(WAIT) for each in opened)
