"""P16: resident memory, in MB: a daemon child before and after pydantic and numpy, and the window with the demo bench.

The value is the part of the budget that is used. A daemon is measured after its first call without arguments, and after
a call with checked arguments to an instrument that uses numpy.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import Pyro5.api

from pyrolab_gui.network.lab import Lab
from tests.benchmarks import servers
from tests.benchmarks.row import Row

ROUNDS = 3
_SETTLED = 4.0
"""Seconds in which the window has drawn everything."""
_LIMIT = 60.0
_PAUSE = threading.Event()


def rows() -> list[Row]:
    """Measure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = statistics.median(_daemon(folder, "Echo", lambda p: p.version()) for _ in range(ROUNDS))
        full = statistics.median(_daemon(folder, "Waveform", lambda p: p.trace(1000)) for _ in range(ROUNDS))
        window = _window(folder / "home")
    return [
        _row("a daemon child before pydantic and numpy", 25.0, bare),
        _row("a daemon child with both", 45.0, full),
        _row("the window with the demo bench", 150.0, window),
    ]


def _row(work: str, budget: float, measured: float) -> Row:
    return Row("P16", work, measured / budget, 1.0, budget, measured, "MB")


def _daemon(folder: Path, classname: str, call: Callable[[Pyro5.api.Proxy], object]) -> float:
    port = servers.free_port()
    command = servers.our_command(servers.plan_file(folder, port, classname))
    with servers.running(command, port) as process, Pyro5.api.Proxy(f"PYRO:echo@127.0.0.1:{port}") as proxy:
        proxy._pyroSerializer = "msgpack"
        proxy._pyroTimeout = 10
        call(proxy)
        return _megabytes(process.pid)


def _window(home: Path) -> float:
    environment = {**os.environ, "PYROLAB_GUI_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(
        [sys.executable, "-m", "pyrolab_gui", "demo"],
        cwd=servers.ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with _bench(home) as lab:
            end = time.monotonic() + _LIMIT
            while len([name for name in lab.names() if name.startswith("bench.")]) < 5:
                if time.monotonic() > end:
                    raise TimeoutError("the bench does not serve")
                _PAUSE.wait(0.1)
        _PAUSE.wait(_SETTLED)
        return _megabytes(process.pid)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()
        _end_all(home)


@contextlib.contextmanager
def _bench(home: Path) -> Iterator[Lab]:
    """Give the demo's lab as soon as its nameserver answers."""
    from pyrolab_gui.model.store import LabFile

    file, end = home / "state" / "demo" / "bench.yaml", time.monotonic() + _LIMIT
    while True:
        with contextlib.suppress(Exception):
            lab = LabFile.open(file).lab
            assert lab is not None
            port = next(iter(lab.nameservers.values())).ns_port
            servers.wait_for_port(port, 1.0, 0.05)
            break
        if time.monotonic() > end:
            raise TimeoutError("the demo does not come up")
        _PAUSE.wait(0.1)
    with Lab(f"localhost:{port}") as found:
        yield found


def _end_all(home: Path) -> None:
    left = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get("PYROLAB_GUI_HOME") == str(home):
                process.kill()
                left.append(process)
    psutil.wait_procs(left, 10)


def _megabytes(pid: int) -> float:
    return psutil.Process(pid).memory_info().rss / 1e6
