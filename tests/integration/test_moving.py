"""An instrument moves from one PC to another, both with real supervisors and daemons; what fails goes back."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pyrolab_gui.supervision.moving import Move
from pyrolab_gui.supervision.moving_check import OWN, Prepared, Site, Wish, prepare
from pyrolab_gui.supervision.remote import RemoteSupervisor
from pyrolab_gui.wire import serializers
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.errors import ConfigInvalid, LabError
from tests.integration.supervision_helpers import Watcher
from tests.integration.supervisor_process import SupervisorProcess, until

if TYPE_CHECKING:
    from collections.abc import Iterator

DRIVER = '''
import os, pathlib

class Pump:
    """A pump that answers where its bench says so."""

    def connect(self, port: str) -> None:
        bench = pathlib.Path(os.environ["PYROLAB_GUI_HOME"], "silent")
        if bench.exists():
            raise OSError("the pump does not answer")
        self._port = port

    def identify(self) -> str:
        return "ACME,PUMP"
'''
DESK = """\
# the lab of the desk
nameservers:
  main: {ns_port: 19321}   # not started here
daemons:
  wet: {search_paths: [own], stop_seconds: 3}
  dry: {search_paths: [own]}
services:
  # moves a lot
  pump: {module: acme_pump, classname: Pump, instancemode: single, daemon: wet, parameters: {port: /dev/null}}
  other: {module: acme_pump, classname: Pump, instancemode: single, daemon: dry, parameters: {port: /dev/zero}}
  spare: {module: acme_pump, classname: Pump, instancemode: single, daemon: dry, parameters: {port: /dev/full}}
autolaunch: {daemons: [wet, dry]}
"""
RACK = """\
daemons:
  cryo: {search_paths: [own]}
services:
  stage: {module: acme_pump, classname: Pump, instancemode: single, daemon: cryo, parameters: {port: /dev/tty1}}
autolaunch: {daemons: [cryo]}
"""


class Pc:
    """One PC: a home, a lab file, a supervisor that runs it."""

    def __init__(self, name: str, home: Path, text: str) -> None:
        home.mkdir()
        (home / "own").mkdir()
        (home / "own" / "acme_pump.py").write_text(DRIVER)
        self.home, self.text, self.file = home, text, home / f"{name}.yaml"
        self.file.write_text(text)
        self._processes = SupervisorProcess(home)
        self._processes.spawn(str(self.file))
        self.supervisor = RemoteSupervisor(home / "state")
        until(lambda: self.supervisor.reachable)
        self.site = Site(name, self.supervisor, self.supervisor.drivers(name))
        self.watcher = Watcher(self.supervisor)

    def connected(self) -> dict[str, int]:
        """Return which services are connected, each with the process that hosts it."""
        return {
            service.name: status.pid
            for status in self.supervisor.statuses()
            if status.state is ChildState.RUNNING
            for service in status.services
            if service.state == "connected"
        }

    def close(self) -> None:
        self.supervisor.close(stop_children=False)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PYROLAB_GUI_HOME", str(self.home))
            self._processes.close()


class Pcs:
    """The desk, and the rack."""

    def __init__(self, folder: Path) -> None:
        self.desk, self.rack = Pc("desk", folder / "desk", DESK), Pc("rack", folder / "rack", RACK)

    def prepare(self, service: str = "pump", daemon: str = OWN, **parameters: Any) -> Prepared:
        lab = {"port": {"pump": "/dev/null", "other": "/dev/zero", "spare": "/dev/full"}[service]}
        return prepare(self.desk.site, self.rack.site, Wish(service, {**lab, **parameters}, daemon))

    def move(self, prepared: Prepared) -> str:
        return Move(prepared, self.desk.site, self.rack.site).run()

    def settle(self) -> None:
        """Go back to how it began."""
        (self.rack.home / "silent").unlink(missing_ok=True)
        for pc in (self.desk, self.rack):
            if pc.file.read_text() != pc.text:
                pc.file.write_text(pc.text)
                pc.supervisor.reload()
                pc.supervisor.start([f"daemon/{name}" for name in ("wet", "dry", "cryo")])
        until(lambda: self.desk.connected().keys() == {"pump", "other", "spare"})
        until(lambda: self.rack.connected().keys() == {"stage"})


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pcs]:
    serializers.register()
    made = Pcs(tmp_path_factory.mktemp("pcs"))
    yield made
    made.desk.close()
    made.rack.close()


@pytest.fixture
def pcs(both: Pcs) -> Pcs:
    both.settle()
    return both


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ports of POSIX stand in the lab files")


def test_it_is_looked_at_first_and_told_what_it_hits(pcs):
    prepared = pcs.prepare()
    assert not prepared.refusals
    assert [(found.what, found.good) for found in prepared.findings] == [
        ("Name", True), ("Driver", True), ("Connection", None),
    ]  # fmt: skip
    assert "acme_pump.Pump can be imported there, found in own" in prepared.findings[1].sentence
    assert prepared.effects[:2] == (
        "On desk daemon wet stops: it hosts nothing else, and leaves the lab file too.",
        "On rack daemon wet is new, and hosts pump alone.",
    )
    assert prepared.effects[-1] == "If it does not connect on rack, it goes back to desk as it was."
    into = pcs.prepare("other", "cryo")
    assert into.effects[0].endswith("clients of spare lose their connection until it is back.")
    assert into.effects[1].endswith("clients of stage lose their connection until it is back.")
    assert pcs.desk.file.read_text() == DESK and pcs.rack.file.read_text() == RACK


def test_what_is_not_there_or_in_use_there_refuses_it(pcs):
    assert pcs.prepare(port="/dev/ttyUSB7").refusals == ("/dev/ttyUSB7 is not plugged in at rack.",)
    assert pcs.prepare(port="/dev/tty1").refusals == ("/dev/tty1 is in use by stage on rack.",)
    kept = "hwgrep://VID:PID=0403:6001 SER=A1"
    assert pcs.prepare(port=kept).refusals == ("On rack: Not plugged in: USB 0403:6001, serial number A1.",)
    (pcs.rack.home / "own").rename(pcs.rack.home / "gone")
    try:
        prepared = pcs.prepare()
        assert any("acme_pump" in refusal for refusal in prepared.refusals)
        with pytest.raises(LabError, match="pump was not moved"):
            pcs.move(prepared)
    finally:
        (pcs.rack.home / "gone").rename(pcs.rack.home / "own")
    assert pcs.desk.file.read_text() == DESK
    with pytest.raises(ConfigInvalid, match="There is no daemon warm on rack any more"):
        pcs.prepare(daemon="warm")


def test_it_stops_here_and_starts_there_with_its_name(pcs):
    others = {name: pid for name, pid in pcs.desk.connected().items() if name != "pump"}
    steps: list[str] = []
    assert Move(pcs.prepare(), pcs.desk.site, pcs.rack.site, steps.append).run() == "pump runs on rack now."
    assert steps == ["Leaving desk…", "Trying to connect on rack…", "Starting on rack…"]
    assert pcs.desk.connected() == others, "nobody else noticed"
    assert pcs.rack.connected().keys() == {"pump", "stage"}
    left = pcs.desk.file.read_text()
    assert left.startswith("# the lab of the desk\n") and "  pump:" not in left and "wet" not in left
    told = json.dumps([event.to_plain() for event in pcs.desk.supervisor.events()])
    assert "daemon/wet" in told
    written = pcs.rack.file.read_text()
    assert written.startswith("daemons:\n  cryo: {search_paths: [own]}\n") and "stop_seconds: 3" in written
    assert "pump" in written and "autolaunch: {daemons: [cryo, wet]}" in written


def test_into_a_daemon_that_runs_already_the_neighbours_go_on_after_a_moment(pcs):
    before = {**pcs.desk.connected(), **pcs.rack.connected()}
    assert pcs.move(pcs.prepare("other", "cryo")) == "other runs on rack now."
    until(lambda: pcs.rack.connected().keys() == {"stage", "other"})
    until(lambda: pcs.desk.connected().keys() == {"pump", "spare"})
    now = {**pcs.desk.connected(), **pcs.rack.connected()}
    assert now["pump"] == before["pump"] and now["stage"] == now["other"] != before["stage"]


def test_what_does_not_connect_there_is_put_back_here(pcs):
    prepared = pcs.prepare()
    stage = pcs.rack.connected()["stage"]
    (pcs.rack.home / "silent").touch()
    with pytest.raises(
        LabError, match=r"^pump was not moved\. On rack: .*the pump does not answer.*It is on desk again"
    ):
        pcs.move(prepared)
    until(lambda: pcs.desk.connected().keys() == {"pump", "other", "spare"})
    assert pcs.desk.file.read_text() == DESK and pcs.rack.file.read_text() == RACK
    assert pcs.rack.connected()["stage"] == stage, "nothing was touched there"


def test_what_was_written_there_meanwhile_by_somebody_else_ends_the_move_and_stays(pcs):
    prepared = pcs.prepare()
    pcs.rack.file.write_text(RACK + "# mine\n")
    with pytest.raises(LabError, match=r"was changed by somebody else .* It is on desk again"):
        pcs.move(prepared)
    until(lambda: "pump" in pcs.desk.connected())
    assert pcs.rack.file.read_text() == RACK + "# mine\n" and pcs.desk.file.read_text() == DESK


def test_what_does_not_run_is_not_started_there(pcs):
    pcs.desk.supervisor.stop(["daemon/wet"])
    pcs.desk.watcher.wait("daemon/wet", ChildState.STOPPED)
    prepared = pcs.prepare()
    assert prepared.effects[0] == "pump does not run on desk now, and is not started on rack."
    assert pcs.move(prepared) == "pump is in the lab of rack now."
    assert pcs.rack.connected().keys() == {"stage"}
