"""The simulated bench as a lab of its own: a copy of the example lab in the state folder, on a port that is free.

The copy is kept between runs with what was changed in it, and made anew when the example changed (the old one stays
beside it). Limits: one demo per user; without a window it runs until it is interrupted, and then stops everything.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import os
import signal
import socket
import threading
from typing import TYPE_CHECKING

from pyrolab_gui import paths
from pyrolab_gui.model.store import LabFile
from pyrolab_gui.supervision import current_lab
from pyrolab_gui.supervision.launch import Launcher
from pyrolab_gui.supervision.plan import plan_of
from pyrolab_gui.supervision.plan_keys import key_of
from pyrolab_gui.supervision.single import SingleSupervisor
from pyrolab_gui.supervision.supervisor import Supervisor
from pyrolab_gui.supervision.version import version
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus, child_key
from pyrolab_gui.wire.errors import ConfigInvalid, LabError
from pyrolab_gui.wire.link import LinkAddress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pyrolab_gui.model.lab import Lab, Service

PORT = 9090
_BENCH = "bench"
"""The name by which the example's instruments find each other."""


def prepare() -> Path:
    """Make the demo's lab file ready to be opened, and return where it is.

    Raises
    ------
    ConfigInvalid
        If it cannot be written.
    """
    folder = paths.state_dir() / "demo"
    file, origin = folder / "bench.yaml", folder / ".bench.origin"
    example = (paths.resources_dir() / "labs" / "bench.yaml").read_text(encoding="utf-8")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not file.exists() or not origin.exists() or origin.read_text(encoding="utf-8") != example:
            if file.exists():
                os.replace(file, folder / "bench.previous.yaml")
            file.write_text(example, encoding="utf-8")
            origin.write_text(example, encoding="utf-8")
    except OSError as error:
        raise ConfigInvalid(f"The demo's folder {folder} cannot be written: {error.strerror}.", str(error)) from error
    _move_to_free_port(file)
    return file


def run_headless(write: Callable[[str], None]) -> int:
    """Run the demo without a window until it is interrupted, telling every change of state; return the exit status."""
    state_dir = paths.state_dir()
    _require_no_other_supervisor(state_dir / "supervisor.json")
    with SingleSupervisor(state_dir, version()):
        return _supervise(state_dir, write)


def _supervise(state_dir: Path, write: Callable[[str], None]) -> int:
    file = LabFile.open(prepare())
    if file.lab is None:
        raise ConfigInvalid(f"{file.path} has errors.", "\n".join(str(problem) for problem in file.problems))
    plan = plan_of(file.lab, file.path.parent)
    keys = [*map(key_of, plan.nameservers), *map(key_of, plan.daemons)]
    teller = _Teller(write, keys, _how_to_reach(file.lab))
    supervisor = Supervisor(state_dir, paths.log_dir())
    current_lab.note(file.path)
    try:
        supervisor.subscribe(teller.tell)
        supervisor.load(plan)
        write(f"The simulated bench of {file.path}. Ctrl+C stops it.")
        supervisor.start(keys)
        _wait_for_interrupt()
        write("Stopping.")
    finally:
        supervisor.close(stop_children=True)
        current_lab.forget()
    return 0


class _Teller:
    """Turns statuses into lines, one for each change."""

    def __init__(self, write: Callable[[str], None], keys: list[str], hint: str) -> None:
        self._write = write
        self._waiting = set(keys)
        self._hint = hint
        self._told: dict[str, str] = {}

    def tell(self, status: ChildStatus) -> None:
        line = f"{status.kind} {status.name}: {status.state}"
        if status.state is ChildState.RUNNING:
            line += f" (process {status.pid}) at {status.uri.rpartition('@')[2]}"
        if status.error:
            line += f" - {status.error}"
        if self._told.get(status.key) != line:
            self._told[status.key] = line
            self._write(f"{datetime.datetime.now():%H:%M:%S} {line}")
        if status.state is ChildState.RUNNING and self._waiting:
            self._waiting.discard(status.key)
            if not self._waiting:
                self._write(self._hint)


def _how_to_reach(lab: Lab) -> str:
    host, port = _nameserver_of(lab)
    name = next(iter(lab.services), "NAME")
    return (
        f"All runs. Its nameserver is {host}:{port}. In another terminal: pyrolab-gui list; pyrolab-gui describe {name}"
    )


def _move_to_free_port(path: Path) -> None:
    """Give the demo's nameserver another port where a stranger has its own, and the usual one back when it is free."""
    file = LabFile.open(path)
    if file.lab is None or not file.lab.nameservers:
        return
    name, entry = next(iter(file.lab.nameservers.items()))
    port, moved = entry.ns_port, path.parent / ".bench.moved"
    away = moved.exists() and moved.read_text(encoding="utf-8") == str(port)
    if (_is_free(port) and not away) or _runs_here(child_key(ChildKind.NAMESERVER, name)):
        return
    chosen = PORT if _is_free(PORT) else port if _is_free(port) else _free_port()
    if chosen == port:
        return
    nameservers = {**file.lab.nameservers, name: entry.model_copy(update={"ns_port": chosen})}
    services = _on_bench(file.lab.services, _BENCH if chosen == PORT else f"{_BENCH}-{chosen}")
    file.save(file.lab.model_copy(update={"nameservers": nameservers, "services": services}))
    moved.write_text("" if chosen == PORT else str(chosen), encoding="utf-8")


def _on_bench(services: Mapping[str, Service], bench: str) -> dict[str, Service]:
    """Give the instruments a bench of their own: two of one name on one PC would be two remote controls of it."""
    return {
        name: service.model_copy(update={"parameters": {**service.parameters, "bench": bench}})
        if str(service.parameters.get("bench", "")).startswith(_BENCH)
        else service
        for name, service in services.items()
    }


def _nameserver_of(lab: Lab) -> tuple[str, int]:
    entry = next(iter(lab.nameservers.values()), None)
    return (entry.host, entry.ns_port) if entry else ("localhost", PORT)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _runs_here(key: str) -> bool:
    """Whether an earlier supervisor on our state folder left this child running."""
    state_dir = paths.state_dir()
    loop = asyncio.new_event_loop()  # the launcher only looks at a file; it wants one for what it starts
    try:
        return Launcher(state_dir, paths.log_dir(), state_dir / "supervisor.json", loop).orphan(key) is not None
    finally:
        loop.close()


def _require_no_other_supervisor(address_file: Path) -> None:
    with contextlib.suppress(OSError, ValueError):
        address = LinkAddress.from_json(address_file.read_text(encoding="utf-8"))
        with socket.create_connection((address.host, address.port), timeout=1.0):
            raise LabError(
                "A supervisor, a window or another demo is running for this user already, with the same children."
            )


def _wait_for_interrupt() -> None:
    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    never = threading.Event()
    with contextlib.suppress(KeyboardInterrupt):
        while not never.wait(0.25 if os.name == "nt" else None):
            pass
