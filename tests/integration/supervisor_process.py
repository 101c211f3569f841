"""A supervisor in a process of its own, with real daemons, for tests: started, reached, killed, gone at the end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from pyrolab_gui.supervision.detached import supervisor_command
from pyrolab_gui.supervision.remote import RemoteSupervisor
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import DaemonPlan, LabPlan, ServicePlan
from tests.integration.supervision_helpers import Watcher, ended, lives

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.wire.child import ChildStatus

LIMIT = 20.0


def until(condition: Callable[[], object], limit: float = LIMIT) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        threading.Event().wait(0.01)


class SupervisorProcess:
    """Supervisors on one home, one after the other, and those who talk to them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.state = home / "state"
        self._processes: list[subprocess.Popen[str]] = []
        self._clients: list[RemoteSupervisor] = []
        self._children: set[int] = set()

    def spawn(self, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            supervisor_command(*arguments),
            env={**os.environ, "PYROLAB_GUI_HOME": str(self.home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=sys.platform != "win32",
        )
        self._processes.append(process)
        return process

    @property
    def newest(self) -> subprocess.Popen[str]:
        return self._processes[-1]

    def connect(self, *, start: bool = True) -> tuple[RemoteSupervisor, Watcher]:
        client = RemoteSupervisor.connect(start=start)
        self._clients.append(client)
        client.subscribe(self._note)
        return client, Watcher(client)

    def start(self, *arguments: str) -> tuple[RemoteSupervisor, Watcher]:
        """Start one as this test's own child, and connect to it."""
        process = self.spawn(*arguments)
        client = RemoteSupervisor()
        self._clients.append(client)
        client.subscribe(self._note)
        until(lambda: client.reachable and client.info().pid == process.pid)
        return client, Watcher(client)

    def _note(self, status: ChildStatus) -> None:
        if status.pid:
            self._children.add(status.pid)

    def kill(self, client: RemoteSupervisor) -> None:
        pid = client.info().pid
        os.kill(pid, signal.SIGKILL)
        for process in self._processes:
            if process.pid == pid:
                process.wait(LIMIT)
        until(lambda: not lives(pid))

    def close(self) -> None:
        """End all, and be sure that nothing is left."""
        for client in self._clients:
            for status in client.statuses():
                self._note(status)
            client.close(stop_children=False)
        left: list[int] = []
        with contextlib.suppress(LabError):
            last = RemoteSupervisor.connect()
            pid = last.info().pid
            for status in last.statuses():
                self._note(status)
            last.shutdown(stop_children=True)
            last.close(stop_children=False)
            left.append(pid)
        for process in self._processes:
            if process.poll() is None and not left:
                process.kill()
            process.communicate(timeout=LIMIT)
        assert ended(*left), "the supervisor did not end"
        assert ended(*self._children), "children are left"
        assert not self.strays()

    def strays(self) -> list[int]:
        """Processes that were started for this home and still run."""
        found = []
        for process in psutil.process_iter(["cmdline"]):
            if any(str(self.home) in word for word in process.info["cmdline"] or ()) and lives(process.pid):
                found.append(process.pid)
        return found


def daemon(name: str, *services: ServicePlan, **values: object) -> DaemonPlan:
    return DaemonPlan(name, services=services, **values)  # type: ignore[arg-type]


def driver(folder: Path, name: str, text: str, **parameters: object) -> ServicePlan:
    """Write a module with the class Driver, and return the plan of a service of it."""
    (folder / f"{name}.py").write_text(text)
    return ServicePlan(name, name, name, "Driver", parameters=parameters, instancemode="single")


def labplan(*daemons: DaemonPlan) -> LabPlan:
    return LabPlan(daemons=daemons)
