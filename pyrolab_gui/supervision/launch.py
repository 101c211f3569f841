"""How a child is started: its command, its environment, the files that it is given.

A child gets its part of the lab as a JSON file, the address of the link and the path of its log. Limits: knows no
states; `supervision.child` decides when to start.
"""

from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

from pyrolab_gui.supervision.child_log import ChildLog
from pyrolab_gui.supervision.ident import ident_of
from pyrolab_gui.supervision.plan_keys import key_of, kind_of
from pyrolab_gui.supervision.private_file import write_private
from pyrolab_gui.supervision.process import ChildProcess
from pyrolab_gui.supervision.records import (
    Ending,
    Record,
    is_of_earlier_boot,
    read_ending,
    read_record,
    remove_record,
    write_ending,
    write_record,
)
from pyrolab_gui.wire.frozen import program, unfreeze
from pyrolab_gui.wire.link import HOLD_VARIABLE, LINK_FILE_VARIABLE, LOG_FILE_VARIABLE
from pyrolab_gui.wire.plans import to_json

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pyrolab_gui.wire.plans import ChildPlan

Command: TypeAlias = "Callable[[ChildPlan, Path], list[str]]"
"""Makes the command line from the plan and the file that holds it."""


def child_command(plan: ChildPlan, plan_file: Path) -> list[str]:
    """Return the command line of a child: this program, or the interpreter that the plan names for a daemon."""
    return [*program(plan.python), str(kind_of(plan)), plan.name, "--plan", str(plan_file)]


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

    def start(
        self, plan: ChildPlan, on_exit: Callable[[int | None], None], restarts: int = 0, *, held: bool = False
    ) -> ChildProcess:
        """Start the child of a plan, and write down that it runs; one that is `held` waits to be told ``go``.

        Raises
        ------
        OSError, ValueError
            If the files cannot be written or the program cannot be started.
        """
        key = key_of(plan)
        log = self.log(key)
        plan_file = self._plan_file(key)
        if not self.runs_as(plan):  # a crash is repaired on a full disk too
            write_private(plan_file, to_json(plan))
        environment = child_environment(plan, self._link_file, log.path, os.environ)
        if held:
            environment[HOLD_VARIABLE] = "1"
        output = log.open()
        try:
            process = ChildProcess.start(self._command(plan, plan_file), environment, output, self._loop, on_exit)
        finally:
            os.close(output)
        remove_record(self._ending_file(key))
        write_record(self._record_file(key), key, process.pid, restarts)
        return process

    def adopt(self, key: str, pid: int, restarts: int, on_exit: Callable[[int | None], None]) -> ChildProcess | None:
        """Watch a child that runs already; None if it does not."""
        try:
            ident = ident_of(pid)
        except ValueError:
            return None
        record = read_record(self._record_file(key))
        if record is None or (record.pid, record.ident) != (pid, ident):
            write_record(self._record_file(key), key, pid, restarts)
        return ChildProcess.adopt(pid, ident, self._loop, on_exit)

    def orphan(self, key: str) -> Record | None:
        """Return the child that a former supervisor started and that still runs."""
        record = read_record(self._record_file(key), key, self._plan_file(key))
        return record if record is not None and record.lives else None

    def ended_unwatched(self, key: str) -> str:
        """Return ``now`` for a child that ended while nobody supervised, ``before`` if that was before this boot."""
        file = self._record_file(key)
        record = read_record(file)
        if record is None or record.lives:
            return ""
        return "before" if is_of_earlier_boot(file, record) else "now"

    def recorded(self) -> list[str]:
        """Return the keys of all children that were running when they were last seen."""
        files = sorted(self._plans.glob("*.run")) if self._plans.is_dir() else []
        return [record.key for file in files if (record := read_record(file)) is not None]

    def forget(self, key: str, ending: Ending | None = None) -> None:
        """A child has ended for good; with an `ending`, a later supervisor is to show how."""
        remove_record(self._record_file(key))
        if ending is None:
            remove_record(self._ending_file(key))
        else:
            write_ending(self._ending_file(key), ending)

    def discard(self, key: str) -> None:
        """Remove all that is written down of a child that does not come again; its log stays."""
        self.forget(key)
        remove_record(self._plan_file(key))

    def ending(self, plan: ChildPlan) -> Ending | None:
        """Return how the child of this plan ended under a former supervisor, where it was last started with it."""
        return read_ending(self._ending_file(key_of(plan))) if self.runs_as(plan) else None

    def runs_as(self, plan: ChildPlan) -> bool:
        """Whether the child of this plan was last started with exactly this plan."""
        try:
            return self._plan_file(key_of(plan)).read_text("utf-8") == to_json(plan)
        except OSError:
            return False

    def _plan_file(self, key: str) -> Path:
        return self._plans / f"{_file_name(key)}.json"

    def _record_file(self, key: str) -> Path:
        return self._plans / f"{_file_name(key)}.run"

    def _ending_file(self, key: str) -> Path:
        return self._plans / f"{_file_name(key)}.end"


def _file_name(key: str) -> str:
    """Return a name for files that every system accepts: ``daemon-optics``.

    Capitals are marked, since some file systems take ``Optics`` and ``optics`` for the same.
    """
    mark = "" if key == key.lower() else f"~{zlib.crc32(key.encode()):08x}"
    return quote(key.replace("/", "-", 1), safe=" ") + mark
