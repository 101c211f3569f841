"""P4: the launch of one daemon, to its first answered call and to its first validated call."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

import Pyro5.api

from tests.benchmarks import servers
from tests.benchmarks.row import Row, alternate, ratio

ROUNDS = 9


def rows() -> list[Row]:
    """Measure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def plain() -> float:
            port = servers.free_port()
            return _launch(servers.plain_command(port), port, lambda p: p.read(1.5))

        def answered() -> float:
            port = servers.free_port()
            return _launch(servers.our_command(servers.plan_file(folder, port)), port, lambda p: p.version())

        def validated() -> float:
            port = servers.free_port()
            return _launch(servers.our_command(servers.plan_file(folder, port)), port, lambda p: p.read(1.5))

        times = alternate({"plain": plain, "answered": answered, "validated": validated}, ROUNDS)
    return [
        ratio("P4", "launch of a daemon -> first answered call, against a bare child", 1.3, times, "answered", "plain"),
        ratio("P4", "launch of a daemon -> first validated call", 3.0, times, "validated", "plain"),
    ]


def _launch(command: list[str], port: int, call) -> float:
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=servers.ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        servers.wait_for_port(port)
        with Pyro5.api.Proxy(f"PYRO:echo@127.0.0.1:{port}") as proxy:
            proxy._pyroSerializer = "msgpack"
            proxy._pyroTimeout = 10
            call(proxy)
        return time.perf_counter() - start
    finally:
        process.kill()
        process.wait()
