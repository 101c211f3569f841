"""P14: the registry with 10,000 names, and a doctor with 1,000 entries of which 300 stand on dead machines.

The rows are made as for the window, up to what its table model is given. Limits: the dead machines are addresses of
this one whose queue of connects is full, which only Linux lets one make.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import itertools
import os
import queue
import resource
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from Pyro5 import client

from pyrolab_gui.network.doctor import Doctor
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.registry import RegistrySnapshot, RegistryWatcher
from pyrolab_gui.viewmodels.registry_rows import diff, row_of
from pyrolab_gui.wire.plans import DaemonPlan, NameserverPlan, ServicePlan, to_json
from pyrolab_gui.wire.remedies import Cause
from tests.benchmarks.row import Row, alternate, ratio
from tests.benchmarks.servers import free_port, running

NAMES, CHANGES = 10_000, 10
CHECKS, DEAD, TIMEOUT = 1_000, 300, 2.0
_ROUNDS = 5


def rows() -> Iterator[Row]:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder, _nameserver(Path(folder)) as port:
        yield from _list_and_refresh(port)
    with tempfile.TemporaryDirectory() as folder:
        yield _checks(Path(folder))


def _list_and_refresh(port: int) -> Iterator[Row]:
    uri = f"PYRO:Pyro.NameServer@127.0.0.1:{port}"
    with client.Proxy(uri) as bare:
        bare._pyroSerializer = "serpent"
        _fill(bare, port)
        identity = Identity.here()

        def first() -> float:
            seen: queue.SimpleQueue[RegistrySnapshot] = queue.SimpleQueue()
            begun = time.perf_counter()
            watcher = RegistryWatcher("127.0.0.1", port, seen.put, identity=identity, period=60.0)
            watcher.start()
            snapshot = _until(seen, lambda snapshot: len(snapshot.entries) >= NAMES)
            diff({}, [row_of(entry) for entry in snapshot.entries])
            taken = time.perf_counter() - begun
            watcher.close()
            watcher.join(5)
            return taken

        works = {"list": lambda: _timed(lambda: bare.list(return_metadata=True)), "rows": first}
        times = alternate(works, _ROUNDS)
        yield ratio("P14", f"{NAMES} names, list to rows, against the bare list", 1.5, times, "rows", "list")

        seen: queue.SimpleQueue[RegistrySnapshot] = queue.SimpleQueue()
        watcher = RegistryWatcher("127.0.0.1", port, seen.put, identity=identity, period=600.0)
        watcher.start()
        snapshot = _until(seen, lambda snapshot: all(entry.latency is not None for entry in snapshot.entries))
        known = {entry.name: row_of(entry) for entry in snapshot.entries}
        entries = {entry.name: entry for entry in snapshot.entries}
        turn = itertools.count(1)

        def refresh() -> float:
            nonlocal known, entries
            word = f"turn {next(turn)}"
            for i in range(CHANGES):
                bare.set_metadata(f"n.{i * 997 % NAMES}", {word})
            begun = time.perf_counter()
            watcher.refresh()
            snapshot = _until(seen, lambda snapshot: any(word in entry.metadata for entry in snapshot.entries))
            now = {e.name: known[e.name] if entries.get(e.name) is e else row_of(e) for e in snapshot.entries}
            changed = diff(known, now.values())
            taken = time.perf_counter() - begun
            assert len(changed.changed) >= CHANGES
            known, entries = now, {entry.name: entry for entry in snapshot.entries}
            return taken

        works = {"list": lambda: _timed(lambda: bare.list(return_metadata=True)), "refresh": refresh}
        times = alternate(works, _ROUNDS)
        watcher.close()
        watcher.join(5)
        yield ratio("P14", f"refresh with {CHANGES} changes, against the bare list", 1.2, times, "refresh", "list")


def _checks(folder: Path) -> Row:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    doctor = Doctor(Identity.here(), timeout=TIMEOUT)
    closed = free_port()
    with _everywhere(folder) as port, _dead_machines(DEAD, closed):
        uris = [f"PYRO:echo@127.2.{i // 200}.{i % 200 + 1}:{port}" for i in range(CHECKS - DEAD)]
        uris += [f"PYRO:echo@127.1.{i // 200}.{i % 200 + 1}:{closed}" for i in range(DEAD)]
        uris = [uris[i * 457 % CHECKS] for i in range(CHECKS)]
        begun = time.perf_counter()
        futures = [doctor.examine(uri, f"n.{i}") for i, uri in enumerate(uris)]
        found = [future.result() for future in concurrent.futures.as_completed(futures)]
        taken = time.perf_counter() - begun
    doctor.close()
    doctor.join(5)
    dead = sum(one.code is Cause.NO_ANSWER for one in found)
    well = sum(one.code in (Cause.WELL, Cause.NOT_ASKED, Cause.CONNECTING) for one in found)
    assert (dead, well) == (DEAD, CHECKS - DEAD), f"{dead} dead, {well} well"
    work = f"{CHECKS} checks with {DEAD} dead machines, against one connect timeout"
    return Row("P14", work, taken / TIMEOUT, 2.0, TIMEOUT, taken)


@contextlib.contextmanager
def _nameserver(folder: Path) -> Iterator[int]:
    port = free_port()
    file = folder / "nameserver.json"
    file.write_text(to_json(NameserverPlan("main", host="127.0.0.1", ns_port=port)))
    with running([sys.executable, "-m", "pyrolab_gui", "nameserver", "main", "--plan", str(file)], port):
        yield port


@contextlib.contextmanager
def _everywhere(folder: Path) -> Iterator[int]:
    """Run a daemon of ours that answers on every address of this machine."""
    port = free_port()
    service = ServicePlan("echo", "echo", "services", "Echo", instancemode="single")
    plan = DaemonPlan(
        "bench", host="0.0.0.0", port=port, services=(service,), search_paths=(str(Path(__file__).parent),)
    )
    file = folder / "daemon.json"
    file.write_text(to_json(plan))
    with running([sys.executable, "-m", "pyrolab_gui", "daemon", "bench", "--plan", str(file)], port):
        yield port


@contextlib.contextmanager
def _dead_machines(count: int, port: int) -> Iterator[None]:
    """Make addresses that answer nothing: the queue of each is full, so that what comes next is dropped."""
    with contextlib.ExitStack() as stack:
        for i in range(count):
            address = (f"127.1.{i // 200}.{i % 200 + 1}", port)
            server = stack.enter_context(socket.socket())
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            server.bind(address)
            server.listen(0)
            for _ in range(2):
                filler = stack.enter_context(socket.socket())
                filler.setblocking(False)
                filler.connect_ex(address)
        yield


def _fill(bare: client.Proxy, port: int) -> None:
    for start in range(0, NAMES, 1000):
        bare._pyroInvokeBatch(
            [
                ("register", (f"n.{i}", f"PYRO:o{i}@127.0.0.1:{port}"), {"metadata": ["class:drivers.Laser", "room 3"]})
                for i in range(start, start + 1000)
            ]
        )


def _until(seen: queue.SimpleQueue[RegistrySnapshot], good: Callable[[RegistrySnapshot], bool]) -> RegistrySnapshot:
    while True:
        snapshot = seen.get(timeout=30)
        if good(snapshot):
            return snapshot


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for row in rows():
        print(row, flush=True)
