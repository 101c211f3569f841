"""The lab's other PCs: supervisors reached over mutual TLS, and by nobody else; one out of reach holds up none."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from argparse import Namespace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from pyrolab_gui.network.connect import open_proxy
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.nameserver import list_entries
from pyrolab_gui.network.trust import Trusts
from pyrolab_gui.supervision.commands import entry
from pyrolab_gui.supervision.far import far_supervisor
from pyrolab_gui.supervision.known_hosts import KnownHost, KnownHosts, found_in
from pyrolab_gui.supervision.lan_service import LanService
from pyrolab_gui.supervision.remote import RemoteSupervisor
from pyrolab_gui.viewmodels.daemons_tree import UNREACHABLE
from pyrolab_gui.viewmodels.far_daemons import FarDaemons
from pyrolab_gui.viewmodels.far_lab import FarLab
from pyrolab_gui.viewmodels.hosts_vm import HostsViewModel
from pyrolab_gui.viewmodels.lab_draft import Entry
from pyrolab_gui.viewmodels.lab_presence import LabPresence
from pyrolab_gui.wire import serializers
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.errors import LabError, NoReply, Unreachable
from pyrolab_gui.wire.names import SUPERVISOR_OBJECT
from pyrolab_gui.wire.plans import DaemonPlan
from tests.integration.child_process import free_port
from tests.integration.supervision_helpers import Watcher
from tests.integration.supervisor_process import SupervisorProcess, until
from tests.integration.tls_lab import Certificates, make
from tests.unit.viewmodels.daemons_fakes import DirectBackground, Notifications
from tests.unit.viewmodels.registry_fakes import DirectBridge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyrolab_gui.supervision.driver_place import Child
    from pyrolab_gui.viewmodels.notifications import Notice
    from pyrolab_gui.wire.supervision import SupervisorInfo

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
CRYO = "daemon/cryo"


class Rack:
    """Another PC: its supervisor at 127.0.0.2, with a nameserver and a daemon."""

    def __init__(self, home: Path, trust: Trusts) -> None:
        self.home, self.trust = home, trust
        self.ns_port, self.port = free_port(), free_port()
        self.file = home / "rack.yaml"
        self.text = (
            f"nameservers:\n  main: {{ns_port: {self.ns_port}}}\n"
            "daemons:\n  cryo: {nameservers: [main], stop_seconds: 3}\n"
            "services:\n"
            "  stage: {module: drivers.simulated.stage, classname: MotionStage, instancemode: single, daemon: cryo}\n"
            "autolaunch: {nameservers: [main], daemons: [cryo]}\n"
        )
        self.file.write_text(self.text)
        self.supervisors = SupervisorProcess(home)
        self.start()

    def start(self) -> None:
        self.supervisors.spawn(str(self.file), "--listen", f"127.0.0.2:{self.port}")

    @property
    def address(self) -> str:
        return f"127.0.0.2:{self.port}"

    def identity(self) -> Identity:
        return Identity("someone", "ada@desk", self.trust)

    def connect(self) -> RemoteSupervisor:
        found = far_supervisor("127.0.0.2", self.port, self.identity())
        until(lambda: found.reachable)
        return found


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make(tmp_path_factory.mktemp("tls"), ("127.0.0.2",))


@pytest.fixture(scope="module")
def rack(certificates: Certificates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    serializers.register()
    home = tmp_path_factory.mktemp("rack")
    _install(certificates, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYROLAB_GUI_HOME", str(home))
        made = Rack(home, Trusts(home / "config" / "certs"))
        yield made
        made.supervisors.close()


@pytest.fixture
def far(rack: Rack) -> Iterator[RemoteSupervisor]:
    found = rack.connect()
    yield found
    found.close(stop_children=False)


@pytest.fixture
def desk(certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of the PC that one sits at, with a certificate of the lab."""
    _install(certificates, tmp_path)
    monkeypatch.setenv("PYROLAB_GUI_HOME", str(tmp_path))
    return tmp_path


def _install(certificates: Certificates, home: Path) -> None:
    folder = home / "config" / "certs"
    folder.mkdir(parents=True)
    (folder / "lab").symlink_to(certificates.root / "lab", target_is_directory=True)


def test_its_children_are_seen_ordered_and_read_as_those_of_this_pc(rack, far):
    watcher = Watcher(far)
    first = watcher.wait(CRYO, ChildState.RUNNING)
    assert far.info().address == rack.address
    far.restart([CRYO])
    second = watcher.wait(CRYO, lambda status: status.state is ChildState.RUNNING and status.pid != first.pid)
    assert "Daemon cryo serves" in far.log_tail(CRYO)
    assert far.statistics(CRYO).restarts == 1
    assert any(event.key == CRYO and event.who == "ada@desk" for event in far.events())
    far.close(stop_children=False)
    far = rack.connect()
    try:
        assert Watcher(far).wait(CRYO, ChildState.RUNNING).pid == second.pid, "it went on"
        proxy = open_proxy(f"PYRO:{SUPERVISOR_OBJECT}@{rack.address}", trust=rack.trust, hello=rack.identity().hello())
        assert not {"load", "leave", "shutdown"} & proxy._pyroMethods, "only its own PC ends it"
        proxy._pyroRelease()
    finally:
        far.close(stop_children=False)


def test_who_shows_no_certificate_of_the_lab_is_not_let_in(rack, certificates):
    uri = f"PYRO:{SUPERVISOR_OBJECT}@{rack.address}"
    for trust in (None, certificates.nobody, certificates.stranger, certificates.ended):
        with pytest.raises(LabError):
            open_proxy(uri, trust=trust, timeout=3.0).info()
    bare = far_supervisor("127.0.0.2", rack.port, Identity("x", "eve@elsewhere"))
    said: list[str] = []
    bare.subscribe_link(lambda _, sentence: said.append(sentence))
    until(lambda: any("certificate" in sentence for sentence in said))
    assert not bare.reachable
    bare.close(stop_children=False)


def test_it_stands_in_the_nameserver_as_long_as_it_runs(rack, far):
    def found() -> list[KnownHost]:
        return found_in((name, uri) for name, (uri, _) in list_entries("localhost", rack.ns_port).items())

    until(found)
    assert [(host.name, host.key) for host in found()] == [(socket.gethostname(), rack.address)]
    rack.supervisors.newest.terminate()
    rack.supervisors.newest.wait(20)
    assert not found(), "its children go on, it does not"
    rack.start()
    until(lambda: far.reachable)


@posix
def test_one_that_stops_answering_is_last_seen_and_comes_back(rack, far):
    host = KnownHost("127.0.0.2", rack.port, "rack")
    vm = FarDaemons(host, far, Notifications(), DirectBridge(), DirectBackground())  # type: ignore[arg-type]
    until(lambda: vm.tree.word == "")
    pid = far.info().pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: vm.tree.own == UNREACHABLE)
    assert vm.tree.word == f"last seen {time.strftime('%H:%M', time.localtime(vm.last_seen))}"
    assert {node.own for node in vm.tree.children} == {"stale"}
    assert vm.absence[1], "the reason is told"
    assert vm.allowed([CRYO]) == vm.allowed([]), "nobody there can be told"
    rack.supervisors.newest.wait(20)
    rack.start()
    until(lambda: vm.tree.own == "" and vm.tree.children[1].own == "running")
    vm.close()


def test_its_lab_file_is_edited_here_and_written_there(rack, far):
    notifications = Notifications()
    mine = FarLab(notifications, far, DirectBackground(), "rack")  # type: ignore[arg-type]
    theirs = FarLab(Notifications(), far, DirectBackground(), "rack")  # type: ignore[arg-type]
    for lab in (mine, theirs):
        lab.fetch()
        assert lab.usable and lab.place == str(rack.file)
    cryo = Entry("daemons", "cryo")
    theirs.set_value(cryo, "stop_seconds", 4.0)
    assert theirs.save() and not theirs.edited
    assert "stop_seconds: 4" in rack.file.read_text()

    done: list[str] = []
    mine.set_value(cryo, "port", 19999)
    mine.answered.connect(lambda taken: done.append(f"taken: {taken}"))
    mine.save()
    mine.after_save(lambda: done.append("acts"))
    assert done[:1] == ["taken: False"]
    assert "changed by somebody else" in notifications.errors[0].sentence
    assert mine.edited, "the edit is kept"
    assert mine.values(cryo)["stop_seconds"] == 4.0, "upon what the other one wrote"
    assert mine.save() and not mine.edited
    assert "port: 19999" in rack.file.read_text() and "stop_seconds: 4" in rack.file.read_text()
    said: list[str] = []
    mine.ask_versions(lambda versions: said.extend(version.text for version in versions), said.append)
    assert "port: 19999" not in said[0] and "stop_seconds: 4" in said[0] and "stop_seconds: 4" not in said[1]
    rack.file.write_text(rack.text)
    far.reload()


def test_two_who_edit_its_lab_file_are_told_of_each_other_before_either_saves(qapp, rack, far):
    other = far_supervisor("127.0.0.2", rack.port, Identity("another", "bob@bench", rack.trust))
    until(lambda: other.reachable)
    windows = []
    for supervisor, who in ((far, "ada@desk"), (other, "bob@bench")):
        lab = FarLab(Notifications(), supervisor, DirectBackground(), "rack")  # type: ignore[arg-type]
        lab.fetch()
        told: list[Notice] = []
        windows.append((lab, LabPresence(lab, supervisor, DirectBackground(), told.append, who), told))  # type: ignore[arg-type]
    (mine, mine_of, my_news), (theirs, theirs_of, their_news) = windows
    cryo = Entry("daemons", "cryo")
    try:
        mine.set_value(cryo, "port", 19999)
        assert not mine_of.sentence
        theirs.set_value(cryo, "stop_seconds", 4.0)
        assert theirs_of.sentence.startswith("ada@desk edits it too, since ") and len(their_news) == 1
        mine_of.look()
        mine_of.look()
        assert mine_of.sentence.startswith("bob@bench edits it too, since ")
        assert [notice.kind for notice in my_news] == ["info"], "told once"
        assert "bob@bench has changes of rack.yaml on rack too, not saved, since" in my_news[0].sentence
        theirs.discard()
        mine_of.look()
        assert not mine_of.sentence
    finally:
        mine.discard()
        other.close(stop_children=False)


def test_its_ports_are_listed_and_its_drivers_asked_there(rack, far, tmp_path):
    (rack.home / "own").mkdir()
    (rack.home / "own" / "acme_rack.py").write_text(
        "import os, time\n\nclass Pump:\n"
        "    def connect(self, port: str) -> None: ...\n"
        "    def identify(self) -> str: return 'ACME,' + str(os.getppid())\n\n"
        "class Hangs:\n    def __init__(self) -> None: time.sleep(600)\n"
    )
    place = far.drivers("rack")
    daemon = DaemonPlan("new", search_paths=("own",))  # as its lab file writes it
    pump = {"module": "acme_rack", "classname": "Pump"}
    assert isinstance(place.ports(), tuple)
    assert place.holders(["/dev/null"]).keys() <= {"/dev/null"}
    news: list[dict[str, object]] = []
    found = place.child(daemon, "catalogue", {}, news.append).ask(60.0)
    told = [*found["drivers"], *(driver for piece in news for driver in piece["drivers"])]  # type: ignore[attr-defined]
    assert {"acme_rack", "drivers.simulated.stage"} <= {driver["module"] for driver in told}
    tested = place.child(daemon, "test", {**pump, "parameters": {"port": "COM1"}}, news.append).ask(30.0)
    assert tested["identity"] == f"ACME,{far.info().pid}", "it is that supervisor's child"
    with pytest.raises(LabError, match="no parameter 'prot'"):
        place.child(daemon, "test", {**pump, "parameters": {"prot": "COM1"}}, news.append).ask(30.0)
    with pytest.raises(NoReply, match=r"no answer within 0.5 s while it connected"):
        place.child(daemon, "test", {**pump, "classname": "Hangs", "parameters": {}}, news.append).ask(0.5)
    hangs = {**pump, "classname": "Hangs", "parameters": {}}
    children: list[Child] = []
    cancelled = place.child(daemon, "test", hangs, lambda piece: children[0].end())
    children.append(cancelled)
    with pytest.raises(NoReply, match="cancelled"):
        cancelled.ask(60.0)


def test_pcs_that_are_known_are_looked_for_each_by_itself(rack, desk):
    made: list[str] = []

    def connect(host: str, port: int) -> RemoteSupervisor:
        made.append(f"{host}:{port}")
        return far_supervisor(host, port, rack.identity())

    own: list[SupervisorInfo] = []
    here = RemoteSupervisor(rack.home / "state")
    until(lambda: here.reachable)
    own.append(here.info())
    here.close(stop_children=False)

    class Nobody:
        address, host, pid, started = "", "desk", 1, 0.0

    hosts = HostsViewModel(desk / "config", connect, lambda: Nobody, Notifications(), DirectBridge())  # type: ignore[arg-type, return-value]
    hosts.begin()
    assert not hosts.hosts
    dead = hosts.add_by_hand(f"127.0.0.3:{free_port()}")
    hosts.on_entries([(f"pyrolab.supervisor.{socket.gethostname()}", f"PYRO:{SUPERVISOR_OBJECT}@{rack.address}")])
    live = rack.address
    assert made == [dead, live]
    found = hosts.host(live)
    assert found is not None
    until(lambda: found.daemons.tree.word == "" and len(found.daemons.tree.children) == 2)
    hosts.close()

    again = HostsViewModel(desk / "config", connect, lambda: own[0], Notifications(), DirectBridge())  # type: ignore[arg-type]
    again.begin()
    assert [host.key for host in again.hosts] == [dead], "what listens there is this PC's own supervisor"
    again.close()
    known = {host.key: host for host in KnownHosts(desk / "config").all()}
    assert known[dead].by_hand and not known[dead].seen
    assert known[live].seen > time.time() - 60


def test_commands_reach_it_by_name_and_address(rack, far, desk):
    Watcher(far).wait(CRYO, ChildState.RUNNING)

    def run(command: str, **options: object) -> list[str]:
        lines: list[str] = []
        usual = {"command": command, "host": "", "json": False, "watch": False, "yes": True}
        status = entry.run(Namespace(**{**usual, **options}), lines.append)
        assert status == 0
        return lines

    known = KnownHosts(desk / "config")
    known.add(KnownHost("127.0.0.2", rack.port, "rack"))
    known.add(KnownHost("127.0.0.3", free_port(), "attic", seen=time.time() - 7200))
    known.save()
    rows = json.loads("\n".join(run("ps", json=True)))
    assert {(row["host"], row["kind"], row["state"]) for row in rows} >= {
        (socket.gethostname(), "supervisor", "unreachable"),
        ("rack", "supervisor", "running"),
        ("rack", "daemon", "running"),
        ("attic", "supervisor", "unreachable"),
    }
    assert "Last seen" in next(row["error"] for row in rows if row["host"] == "attic")
    table = run("ps")
    assert table[0].startswith("HOST") and any(line.startswith("rack") and " cryo " in line for line in table)
    assert run("status", name="cryo@rack")[0].startswith("daemon cryo: running")
    assert run("restart", names=["cryo@rack"])[-1].startswith("daemon cryo: running")
    assert run("logs", name="stage", host="rack", lines=5, follow=False)
    assert any("restarted by" in line for line in run("since", when=time.time() - 600, host=rack.address))
    with pytest.raises(LabError, match="There is no child called laser"):
        run("stop", names=["laser@rack"])
    with pytest.raises(Unreachable):
        run("stop", names=["cryo@attic"])


def test_public_is_the_address_of_this_pc(tmp_path, monkeypatch):
    monkeypatch.setattr("pyrolab_gui.supervision.plan._public_address", lambda: "127.0.0.2")
    service = LanService(("public", 0), make(tmp_path).good.files, SimpleNamespace())  # type: ignore[arg-type]
    try:
        assert service.address == f"127.0.0.2:{service.port}"
    finally:
        service.close()


def test_without_certificates_it_listens_for_its_own_pc_only(tmp_path, monkeypatch):
    monkeypatch.setenv("PYROLAB_GUI_HOME", str(tmp_path))
    serializers.register()
    asked = SupervisorProcess(tmp_path)
    process = asked.spawn("--listen", "0.0.0.0")
    said, _ = process.communicate(timeout=20)
    assert process.returncode == 1 and "only with certificates" in said

    (tmp_path / "config").mkdir(exist_ok=True)
    (tmp_path / "config" / "supervisor.toml").write_text('listen = "0.0.0.0"\n')
    client, _ = asked.start()
    assert "only with certificates" in client.info().problem and not client.info().address
    asked.close()
