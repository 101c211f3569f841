"""The supervisor remembers what its own nameservers had, whether a window looks or not."""

from __future__ import annotations

import threading
from pathlib import Path

from pyrolab_gui.supervision.registry_history import DATABASE, canonical
from pyrolab_gui.supervision.registry_watch import SupervisedRegistry
from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.wire.plans import NameserverPlan
from tests.integration.child_process import eventually, free_port, proxy
from tests.integration.supervision_helpers import lab


def test_it_watches_the_nameservers_that_it_runs(tmp_path: Path):
    before = set(threading.enumerate())
    port = free_port()
    supervisor = Supervisor(tmp_path / "state", tmp_path / "log")
    registry = SupervisedRegistry(supervisor, tmp_path / "state")
    try:
        supervisor.load(lab(nameservers=(NameserverPlan("main", host="127.0.0.1", ns_port=port),)))
        supervisor.start(["nameserver/main"])
        eventually(lambda: registry.keeper.remembers("127.0.0.1", port))
        with proxy(f"PYRO:Pyro.NameServer@127.0.0.1:{port}") as nameserver:
            nameserver.register("bench.laser", f"PYRO:laser@127.0.0.1:{free_port()}")
        history = registry.keeper.history
        eventually(lambda: "bench.laser" in {entry.name for entry in history.names(f"localhost:{port}")})
        supervisor.stop(["nameserver/main"])
        eventually(lambda: not registry.keeper.remembers("127.0.0.1", port))
        kinds = [change.kind for change in history.timeline(f"localhost:{port}", "bench.laser")]
        assert "gone" not in kinds  # a nameserver that ends says nothing of its names
    finally:
        registry.close()
        supervisor.close(stop_children=True)
    assert (tmp_path / "state" / DATABASE).is_file()
    eventually(lambda: set(threading.enumerate()) <= before, 5)


def test_this_computer_has_one_name():
    assert canonical("127.0.0.1:9090") == canonical("localhost:9090") == "localhost:9090"
    assert canonical("pc3:9090") == "pc3:9090"
