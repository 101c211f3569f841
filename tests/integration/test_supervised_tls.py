"""A lab file with TLS under supervision: its children are reached, cleaned up after, and what is wrong is said."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyrolab_gui.network.lab import Lab
from pyrolab_gui.network.nameserver import list_entries
from pyrolab_gui.supervision.lab_text import read_plan
from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.wire import serializers
from pyrolab_gui.wire.child import ChildState
from tests.integration.child_process import ROOT, eventually, free_port
from tests.integration.supervision_helpers import Watcher
from tests.integration.tls_lab import Certificates, make

LAB = """\
nameservers:
  main: {{ns_port: {port}, tls: {{folder: certs/lab}}}}
daemons:
  optics: &daemon
    nameservers: [main]
    restart: never
    search_paths: [{root}]
    tls: {{folder: certs/lab}}
  misplaced: {{<<: *daemon, host: 127.0.0.9}}
  spoiled: {{<<: *daemon, tls: {{folder: certs/none}}}}
services:
  laser:
    module: tests.integration.network_drivers
    classname: Laser
    instancemode: single
    daemon: optics
    nameservers: [main]
version: "1.0"
"""


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return make(tmp_path)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    serializers.register()
    made = Supervisor(tmp_path / "state", tmp_path / "log")
    yield made
    made.close(stop_children=True)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="127.0.0.9 is this computer on Linux only")
def test_a_lab_with_tls(tmp_path: Path, certificates: Certificates, supervisor: Supervisor):
    port, file = free_port(), tmp_path / "lab.yaml"
    file.write_text(LAB.format(port=port, root=ROOT))
    watcher = Watcher(supervisor)
    supervisor.load(read_plan(str(file)))
    supervisor.start([status.key for status in supervisor.statuses()])
    spoiled = watcher.wait("daemon/spoiled", lambda status: bool(status.error))
    assert "certs/none/ca.pem, which TLS needs, is not there" in spoiled.error

    running = watcher.wait("daemon/optics", ChildState.RUNNING)
    eventually(lambda: "laser" in list_entries("localhost", port, trust=certificates.good))
    with Lab(f"localhost:{port}", trust=certificates.good) as lab:
        assert lab["laser"].power == 1.0
        (hit,) = supervisor.hits(["daemon/optics"])
        assert (hit.error, hit.clients != 0) == ("", True)

    misplaced = watcher.wait("daemon/misplaced", lambda status: "certificate" in status.error)
    assert "does not hold for 127.0.0.9, so clients will refuse it" in misplaced.error

    os.kill(running.pid, signal.SIGKILL)
    eventually(lambda: "laser" not in list_entries("localhost", port, trust=certificates.good))
