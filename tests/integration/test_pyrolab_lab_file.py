"""A lab file written for PyroLab, opened as it is: its processes are ours, and PyroLab's scripts work as they are."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from Pyro5 import client

from pyrolab_gui.model.store import LabFile
from pyrolab_gui.supervision.plan import plan_of
from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.wire.child import ChildState
from tests.integration.child_process import eventually, free_port, proxy
from tests.integration.supervision_helpers import LIMIT, Watcher, ended

pytestmark = pytest.mark.timeout(90)

LAB = """\
version: '1.0'   # as PyroLab's own example is laid out

nameservers:
  main:
    host: localhost
    ns_port: {port}
    broadcast: false
    ns_bchost: null
    ns_bcport: 9091
    ns_autoclean: 0.0
    storage: memory

daemons:
  lockable:
    module: pyrolab.server
    classname: LockableDaemon
    host: localhost
    port: 0
    unixsocket: null
    nathost: null
    natport: 0
    servertype: thread
    nameservers:
      - main
  multiplexed:
    module: pyrolab.daemon
    classname: Daemon
    servertype: multiplex

services:
  bench.laser:
    module: our_lab.instruments
    classname: Laser
    parameters:
      port: COM4
      baud: 9600
    description: The laser on the left
    instancemode: single
    daemon: lockable
    nameservers:
      - main
  auto:
    module: our_lab.instruments
    classname: Laser
    parameters:
      - port: COM5
      - baud: 115200
    instancemode: single
    daemon: lockable
    nameservers: [main]
  auto 3:
    module: our_lab.sample
    classname: Notebook
    daemon: multiplexed
    nameservers: [main]
  unlisted:
    module: our_lab.sample
    classname: Notebook
    daemon: lockable

autolaunch:
  nameservers:
    - main
  daemons:
    - lockable
    - multiplexed
"""

INSTRUMENTS = """
import os
from Pyro5.api import expose

@expose
class Laser:
    def __init__(self):
        self._power = 0.0
        self._opened = []

    def connect(self, port="", baud=0):
        self._opened.append([port, baud])

    def opened(self):
        return self._opened

    @property
    def power(self):
        return self._power

    @power.setter
    def power(self, value):
        self._power = value

    def add(self, a, b):
        return a + b

    def close(self):
        if self._opened:
            with open(os.environ["OUR_LAB_CLOSED"], "a") as file:
                file.write(self._opened[0][0] + "\\n")
"""

SAMPLE = """
from Pyro5.api import expose

@expose
class Notebook:
    def __init__(self):
        self._lines = []

    def write(self, line):
        self._lines.append(line)
        return len(self._lines)
"""


@dataclass
class Running:
    """A lab that is up."""

    file: LabFile
    port: int
    supervisor: Supervisor
    closed: Path

    @property
    def pids(self) -> list[int]:
        return [status.pid for status in self.supervisor.statuses()]

    def phonebook(self) -> dict[str, tuple[str, set[str]]]:
        """Return names with address and metadata, asked for as a script does."""
        with client.Proxy(f"PYRO:Pyro.NameServer@localhost:{self.port}") as nameserver:
            nameserver._pyroTimeout = LIMIT
            found: dict[str, Any] = nameserver.list(return_metadata=True)
        return {name: (uri, set(metadata)) for name, (uri, metadata) in found.items()}

    @contextlib.contextmanager
    def script(self, name: str) -> Iterator[Any]:
        """Return a plain proxy of a service, as a script for PyroLab makes it."""
        with proxy(self.phonebook()[name][0], timeout=LIMIT) as made:
            yield made


@contextlib.contextmanager
def running_lab(folder: Path) -> Iterator[Running]:
    drivers = folder / "python" / "our_lab"
    drivers.mkdir(parents=True)
    (drivers / "instruments.py").write_text(INSTRUMENTS, encoding="utf-8")
    (drivers / "sample.py").write_text(SAMPLE, encoding="utf-8")
    port = free_port()
    path = folder / "pyrolab.yaml"
    path.write_text(LAB.format(port=port), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYROLAB_GUI_HOME", str(folder / "home"))
        patch.setenv("PYTHONPATH", str(drivers.parent), prepend=os.pathsep)
        patch.setenv("OUR_LAB_CLOSED", str(folder / "closed.txt"))
        file = LabFile.open(path)
        assert file.errors == ()
        assert file.lab is not None
        plan = plan_of(file.lab, path.parent)
        supervisor = Supervisor(folder / "state", folder / "logs")
        lab = Running(file, port, supervisor, folder / "closed.txt")
        try:
            watcher = Watcher(supervisor)
            supervisor.load(plan)
            supervisor.start(plan.autolaunch)
            for key in plan.autolaunch:
                watcher.wait(key, ChildState.RUNNING, limit=30.0)
            eventually(lambda: len(lab.phonebook()) == 5)
            yield lab
        finally:
            pids = lab.pids
            supervisor.close(stop_children=True)
            left = [pid for pid in pids if pid and psutil.pid_exists(pid)]
            assert ended(*left)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_lab(tmp_path_factory.mktemp("pyrolab-file")) as running:
        yield running


def made_name(lab: Running, words: int) -> str:
    (name,) = (name for name in lab.phonebook() if name.count("-") == words - 1 and "." not in name and "-" in name)
    return name


def test_services_are_listed_where_they_ask_to_be_and_daemons_too(lab: Running):
    phonebook = lab.phonebook()
    two, three = made_name(lab, 2), made_name(lab, 3)
    assert set(phonebook) == {"Pyro.NameServer", "lockable", "bench.laser", two, three}
    assert "The laser on the left" in phonebook["bench.laser"][1]
    ports = {name: uri.rpartition(":")[2] for name, (uri, _) in phonebook.items()}
    assert ports["bench.laser"] == ports[two] == ports["lockable"]
    assert len({ports["bench.laser"], ports[three], str(lab.port)}) == 3


def test_every_process_is_ours_and_the_file_is_as_it_was(lab: Running):
    assert len(set(lab.pids)) == 3
    for pid in lab.pids:
        assert psutil.Process(pid).ppid() == os.getpid()
        assert "pyrolab_gui" in psutil.Process(pid).cmdline()
    assert lab.file.lab is not None
    assert lab.file.text_for(lab.file.lab) == lab.file.path.read_text(encoding="utf-8") == LAB.format(port=lab.port)


def test_a_service_without_a_nameserver_is_hosted_all_the_same(lab: Running):
    uri, _ = lab.phonebook()["bench.laser"]
    with proxy(f"PYRO:unlisted@{uri.partition('@')[2]}") as notebook:
        assert notebook.write("a") == 1


def test_properties_and_methods_are_used_as_in_any_script(lab: Running):
    with lab.script("bench.laser") as laser, lab.script("bench.laser") as other:
        laser.power = 2.5
        assert other.power == 2.5
        assert laser.add(1, 2) == 3
        with pytest.raises(TypeError):
            laser.add(1)
        assert laser.add(b=1, a=2) == 3


@pytest.mark.parametrize(("words", "expected"), [(0, ["COM4", 9600]), (2, ["COM5", 115200])], ids=["mapping", "list"])
def test_autoconnect_gives_the_parameters_of_the_file(lab: Running, words: int, expected: list[object]):
    with lab.script("bench.laser" if not words else made_name(lab, words)) as laser:
        laser.autoconnect()
        assert laser.opened()[0] == expected
        laser.autoconnect()


def test_a_lock_keeps_others_out_until_it_is_given_back(lab: Running):
    with lab.script("bench.laser") as ours, lab.script("bench.laser") as theirs:
        ours.autoconnect()
        assert not ours.islocked()
        assert ours.lock("ann") is True
        assert ours.islocked() is True
        ours.power = 1.0
        with pytest.raises(Exception, match="ann"):
            theirs.power = 9.0
        with pytest.raises(Exception, match="ann"):
            theirs.add(1, 2)
        assert ours.power == 1.0
        assert ours.unlock() is True
        assert not theirs.islocked()
        assert theirs.add(1, 2) == 3


def test_a_lock_ends_with_the_connection_of_its_owner(lab: Running):
    with lab.script("bench.laser") as theirs:
        with lab.script("bench.laser") as ours:
            assert ours.lock() is True
            assert theirs.islocked() is True
        eventually(lambda: not theirs.islocked(), LIMIT)
        assert theirs.lock() is True
        assert theirs.unlock() is True


def test_services_of_a_daemon_that_is_not_lockable_have_no_lock(lab: Running):
    with lab.script(made_name(lab, 3)) as notebook:
        assert "lock" not in notebook._pyroMethods


def test_in_session_mode_each_client_has_an_object_of_its_own(lab: Running):
    name = made_name(lab, 3)
    with lab.script(name) as ours, lab.script(name) as theirs:
        assert [ours.write("a"), ours.write("b"), theirs.write("c"), ours.write("d")] == [1, 2, 1, 3]
    with lab.script(name) as again:
        assert again.write("e") == 1


def test_it_stops_without_a_trace(tmp_path: Path):
    with running_lab(tmp_path) as lab:
        with lab.script("bench.laser") as laser:
            laser.autoconnect()
        children = [psutil.Process(pid) for pid in lab.pids]
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    assert sorted(lab.closed.read_text(encoding="utf-8").split()) == ["COM4", "COM5"]
