"""What the tests of supervision share: a recorder of statuses to wait on, and commands that start stub children."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from pyrolab_gui.wire.plans import ChildPlan, DaemonPlan, LabPlan, NameserverPlan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.wire.child import ChildState, ChildStatus

STUB = Path(__file__).resolve().parents[1] / "unit" / "supervision" / "stub_child.py"
LIMIT = 10.0


def stub_command(plan: ChildPlan, plan_file: Path) -> list[str]:
    kind = "nameserver" if isinstance(plan, NameserverPlan) else "daemon"
    return [sys.executable, str(STUB), kind, plan.name, str(plan_file)]


def stub(name: str, words: str = "", **values: object) -> DaemonPlan:
    environment = {"STUB": words, **values.pop("environment", {})}  # type: ignore[dict-item]
    return DaemonPlan(name=name, environment=environment, **values)  # type: ignore[arg-type]


def lab(*daemons: DaemonPlan, nameservers: tuple[NameserverPlan, ...] = ()) -> LabPlan:
    return LabPlan(nameservers=nameservers, daemons=daemons)


class Watcher:
    """Every status that a supervisor told, and a way to wait for one."""

    def __init__(self, supervisor: SupervisorApi) -> None:
        self._changed = threading.Condition()
        self._supervisor = supervisor
        self.history: list[ChildStatus] = []
        supervisor.subscribe(self._note)

    def _note(self, status: ChildStatus) -> None:
        with self._changed:
            self.history.append(status)
            self._changed.notify_all()

    def of(self, key: str) -> list[ChildStatus]:
        with self._changed:
            return [status for status in self.history if status.key == key]

    def states(self, key: str) -> list[ChildState]:
        """The states of a child in order, without repetitions."""
        states = [status.state for status in self.of(key)]
        return [state for place, state in enumerate(states) if place == 0 or states[place - 1] != state]

    def clear(self) -> None:
        with self._changed:
            self.history.clear()

    def wait(self, key: str, wanted: ChildState | Callable[[ChildStatus], bool], limit: float = LIMIT) -> ChildStatus:
        """Wait until the newest status of a child is as wanted."""

        def fits(status: ChildStatus) -> bool:
            return wanted(status) if callable(wanted) else status.state is wanted

        def found() -> ChildStatus | None:
            now = {status.key: status for status in self._supervisor.statuses()}
            return now[key] if key in now and fits(now[key]) else None

        with self._changed:
            self._changed.wait_for(lambda: found() is not None, limit)
            status = found()
        assert status is not None, f"{key}: wanted {wanted}, is {self._supervisor.statuses()}"
        return status

    def wait_told(self, key: str, wanted: Callable[[ChildStatus], bool], limit: float = LIMIT) -> ChildStatus:
        """Wait until such a status has been told, be it over by now."""

        def told() -> ChildStatus | None:
            return next((status for status in self.history if status.key == key and wanted(status)), None)

        with self._changed:
            self._changed.wait_for(lambda: told() is not None, limit)
            status = told()
        assert status is not None, f"{key} was never as wanted: {self.history}"
        return status


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def ended(*pids: int, limit: float = 5.0) -> bool:
    """Whether all these processes end in time; those that do not are killed.

    They are no children of ours, and who inherits them may be slow to reap them: a zombie has ended.
    """
    deadline = time.monotonic() + limit
    while (alive := [pid for pid in pids if lives(pid)]) and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    for pid in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(pid).kill()
    return not alive
