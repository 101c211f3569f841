"""P2 and P3: a waveform of 1e6 and 1e7 float64, from the service to an ndarray in the client."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from tests.benchmarks import servers
from tests.benchmarks.row import Row, alternate, ratio


def rows() -> list[Row]:
    """Measure."""
    found = []
    with tempfile.TemporaryDirectory() as folder, servers.echo_service(Path(folder), "Waveform") as (echo, _):
        for row, count, budget, rounds in (("P2", 10**6, 2.0, 41), ("P3", 10**7, 1.5, 15)):
            assert float(np.sum(echo.trace(count))) == count

            def fetch(count: int = count) -> float:
                start = time.perf_counter()
                assert len(echo.trace(count)) == count
                return time.perf_counter() - start

            def raw(count: int = count) -> float:
                return _raw(count)

            times = alternate({"ours": fetch, "raw": raw}, rounds)
            found.append(
                ratio(row, f"waveform of {count:.0e} float64 against raw loopback TCP", budget, times, "ours", "raw")
            )
    return found


def _raw(count: int) -> float:
    data = np.ones(count)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        connection.recv(1)
        connection.sendall(data.data.cast("B"))
        connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    client = socket.create_connection(listener.getsockname())
    out = np.empty(count)
    view = out.data.cast("B")
    start = time.perf_counter()
    client.send(b"x")
    offset = 0
    while offset < len(view):
        offset += client.recv_into(view[offset:])
    taken = time.perf_counter() - start
    thread.join()
    client.close()
    listener.close()
    return taken
