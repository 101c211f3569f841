"""P1: the round trip of a method that returns a float, described and validated."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from pathlib import Path

import Pyro5.api

from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.instrument import Instrument
from tests.benchmarks import servers
from tests.benchmarks.row import Row, alternate, median_of, ratio

CALLS = 1500
ROUNDS = 7


def rows() -> list[Row]:
    """Measure."""
    plain_port = servers.free_port()
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.running(servers.plain_command(plain_port), plain_port),
        servers.echo_service(Path(folder)) as (echo, uri),
    ):
        plain = Pyro5.api.Proxy(f"PYRO:echo@127.0.0.1:{plain_port}")
        plain._pyroSerializer = "msgpack"
        plain._pyroTimeout = 10
        instrument = Instrument(uri, "echo", Identity.here())
        plain.read(1.5)
        assert echo.read(1.5) == 1.5
        assert instrument.call("read", (1.5,)).result(10) == 1.5
        try:
            times = alternate(
                {
                    "plain": lambda: median_of(lambda: plain.read(1.5), CALLS),
                    "lab": lambda: median_of(lambda: echo.read(1.5), CALLS),
                    "window": lambda: _awaited(instrument),
                },
                ROUNDS,
            )
        finally:
            instrument.close()
            plain._pyroRelease()
    return [
        ratio("P1", "round trip through Lab against plain Pyro5 + msgpack", 1.2, times, "lab", "plain"),
        ratio("P1", "round trip awaited in the window's loop", 2.5, times, "window", "plain"),
    ]


def _awaited(instrument: Instrument) -> float:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    import qasync
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication([])
    loop = qasync.QEventLoop(application)
    taken: list[float] = []

    async def measure() -> None:
        for _ in range(CALLS // 3):
            start = time.perf_counter()
            await asyncio.wrap_future(instrument.call("read", (1.5,)))
            taken.append(time.perf_counter() - start)

    with loop:
        loop.run_until_complete(measure())
    return sorted(taken)[len(taken) // 2]
