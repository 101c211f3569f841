"""A daemon of ours with the laser of `network_drivers`, as a real process; and callbacks that a test can wait for."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pyrolab_gui.network.connect import open_proxy
from pyrolab_gui.wire.plans import DaemonPlan, NameserverAddress, ServicePlan
from tests.integration.child_process import ROOT, child, eventually, free_port

T = TypeVar("T")


class Seen(Generic[T]):
    """Collects what a callback is called with, and waits for what is expected."""

    def __init__(self) -> None:
        self.all: list[T] = []
        self._new: queue.SimpleQueue[T] = queue.SimpleQueue()

    def __call__(self, *values: Any) -> None:
        self._new.put(values[0] if len(values) == 1 else values)  # type: ignore[arg-type]

    def until(self, expected: Callable[[T], object], seconds: float = 10.0) -> T:
        """Return the next value that is as expected."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                value = self._new.get(timeout=max(deadline - time.monotonic(), 0.0))
            except queue.Empty:
                raise AssertionError(f"not within {seconds} s; seen: {self.all[-5:]}") from None
            self.all.append(value)
            if expected(value):
                return value


@dataclass
class OurDaemon:
    """A running daemon of ours."""

    process: subprocess.Popen[str]
    port: int

    def uri(self, object_id: str = "laser") -> str:
        return f"PYRO:{object_id}@127.0.0.1:{self.port}"


def laser_plan(name: str = "laser", **changes: Any) -> ServicePlan:
    values: dict[str, Any] = {"instancemode": "single", **changes}
    return ServicePlan(name, name, "tests.integration.network_drivers", "Laser", **values)


@contextlib.contextmanager
def our_daemon(
    folder: Path, *services: ServicePlan, port: int = 0, nameserver: int = 0, lockable: bool = False
) -> Iterator[OurDaemon]:
    """Run a daemon of ours; it serves when the block begins."""
    port = port or free_port()
    known = (NameserverAddress("main", "127.0.0.1", nameserver),) if nameserver else ()
    plan = DaemonPlan(
        "optics",
        host="127.0.0.1",
        port=port,
        nameservers=known,
        services=services or (laser_plan(),),
        search_paths=(str(ROOT),),
        lockable=lockable,
    )
    with child(plan, folder, PYROLAB_GUI_HOME=str(folder)) as process:
        daemon = OurDaemon(process, port)
        eventually(lambda: _serves(daemon, plan.services[0]))
        yield daemon


def _serves(daemon: OurDaemon, plan: ServicePlan) -> bool:
    assert daemon.process.poll() is None, daemon.process.stdout and daemon.process.stdout.read()
    with open_proxy(f"PYRO:Pyro.Daemon@127.0.0.1:{daemon.port}", timeout=2) as proxy:
        services = {service["object_id"]: service for service in proxy.status()["services"]}
        # Only a single instance is made before somebody calls.
        return plan.instancemode != "single" or services[plan.object_id]["state"] not in ("connecting", "not-asked")
