"""How a child is started: its command, its environment, the files that it is given.

A child gets its part of the lab as a JSON file, the address of the link and the path of its log. Limits: knows no
states; `supervision.child` decides when to start.
"""

from __future__ import annotations

import contextlib
import os
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

from pyrolab_gui.supervision.child_log import ChildLog
from pyrolab_gui.supervision.ident import ident_of
from pyrolab_gui.supervision.private_file import write_private
from pyrolab_gui.supervision.process import ChildProcess
from pyrolab_gui.wire.child import ChildKind, child_key
from pyrolab_gui.wire.frozen import is_frozen, unfreeze
from pyrolab_gui.wire.link import LINK_FILE_VARIABLE, LOG_FILE_VARIABLE
from pyrolab_gui.wire.plans import ChildPlan, NameserverPlan, to_json

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

Command: TypeAlias = Callable[[ChildPlan, Path], list[str]]
"""Makes the command line from the plan and the file that holds it."""


def kind_of(plan: ChildPlan) -> ChildKind:
    """Return what kind of child a plan is for."""
    return ChildKind.NAMESERVER if isinstance(plan, NameserverPlan) else ChildKind.DAEMON


def key_of(plan: ChildPlan) -> str:
    """Return the key of a plan's child."""
    return child_key(kind_of(plan), plan.name)


def child_command(plan: ChildPlan, plan_file: Path) -> list[str]:
    """Return the command line of a child: this program, or the interpreter that the plan names for a daemon."""
    arguments = [str(kind_of(plan)), plan.name, "--plan", str(plan_file)]
    if plan.python:
        return [plan.python, "-m", "pyrolab_gui", *arguments]
    if is_frozen():
        return [sys.executable, *arguments]
    return [sys.executable, "-m", "pyrolab_gui", *arguments]


def child_environment(plan: ChildPlan, link_file: Path, log_file: Path, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a child.

    Pyro5 reads PYRO_* variables and refuses to be imported with one that it does not know: none is handed on. Nor is
    what the executable set for itself: another interpreter would be led to the wrong libraries, and the executable as a
    child, which outlives this one, finds its own.
    """
    environment = {name: value for name, value in inherited.items() if not name.upper().startswith("PYRO_")}
    unfreeze(environment)
    environment.setdefault("PYTHONUNBUFFERED", "1")
    environment.setdefault("PYTHONIOENCODING", "utf-8")
    environment.setdefault("PYTHONFAULTHANDLER", "1")  # a crash in a vendor's library leaves a trace in the log
    environment.update(plan.environment)
    environment[LINK_FILE_VARIABLE] = str(link_file)
    environment[LOG_FILE_VARIABLE] = str(log_file)
    return environment


class Launcher:
    """Starts the children of one supervisor, and finds those that a former one left running.

    Parameters
    ----------
    state_dir, log_dir
        Folders for the children's plans and logs.
    link_file
        The address file of the link.
    loop
        Where the ends of processes are reported.
    command
        How the command line is made.
    in_charge
        Whether this supervisor is the latest one on its state folder, which alone starts again what has crashed.
    """

    def __init__(
        self,
        state_dir: Path,
        log_dir: Path,
        link_file: Path,
        loop: asyncio.AbstractEventLoop,
        command: Command = child_command,
        in_charge: Callable[[], bool] = lambda: True,
    ) -> None:
        self._plans = state_dir / "children"
        self._logs = log_dir
        self._link_file = link_file
        self._loop = loop
        self._command = command
        self.in_charge = in_charge

    def log(self, key: str) -> ChildLog:
        """Return the log of a child."""
        return ChildLog(self._logs / f"{_file_name(key)}.log")

    def start(self, plan: ChildPlan, on_exit: Callable[[int | None], None]) -> ChildProcess:
        """Start the child of a plan.

        Raises
        ------
        OSError, ValueError
            If the files cannot be written or the program cannot be started.
        """
        key = key_of(plan)
        log = self.log(key)
        plan_file = self._plan_file(key)
        write_private(plan_file, to_json(plan))
        environment = child_environment(plan, self._link_file, log.path, os.environ)
        output = log.open()
        try:
            process = ChildProcess.start(self._command(plan, plan_file), environment, output, self._loop, on_exit)
        finally:
            os.close(output)
        with contextlib.suppress(
            ValueError, OSError
        ):  # it may have ended already; without the file it is only not found
            write_private(self._pid_file(key), f"{process.pid} {ident_of(process.pid)}")
        return process

    def adopt(self, pid: int, on_exit: Callable[[int | None], None]) -> ChildProcess | None:
        """Watch a child that runs already; None if it does not."""
        return ChildProcess.adopt(pid, self._loop, on_exit)

    def orphan(self, key: str) -> int:
        """Return the pid of a child that a former supervisor started and that still runs, or 0."""
        try:
            pid, ident = self._pid_file(key).read_text("utf-8").split(maxsplit=1)
            return int(pid) if ident == ident_of(int(pid)) else 0
        except (OSError, ValueError):
            return 0

    def runs_as(self, plan: ChildPlan) -> bool:
        """Whether the child of this plan was last started with exactly this plan."""
        try:
            return self._plan_file(key_of(plan)).read_text("utf-8") == to_json(plan)
        except OSError:
            return False

    def _plan_file(self, key: str) -> Path:
        return self._plans / f"{_file_name(key)}.json"

    def _pid_file(self, key: str) -> Path:
        return self._plans / f"{_file_name(key)}.pid"


def _file_name(key: str) -> str:
    """Return a name for files that every system accepts: ``daemon-optics``.

    Capitals are marked, since some file systems take ``Optics`` and ``optics`` for the same.
    """
    mark = "" if key == key.lower() else f"~{zlib.crc32(key.encode()):08x}"
    return quote(key.replace("/", "-", 1), safe=" ") + mark
