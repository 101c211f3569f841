"""P1: the round trip of a method that returns a float, described and validated."""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from concurrent.futures import Future
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
                    "window": lambda: _in_the_window(instrument),
                    "awaited": lambda: _awaited(instrument),
                },
                ROUNDS,
            )
        finally:
            instrument.close()
            plain._pyroRelease()
    return [
        ratio("P1", "round trip through Lab against plain Pyro5 + msgpack", 1.2, times, "lab", "plain"),
        ratio("P1", "round trip to its callback in the window's loop", 2.5, times, "window", "plain"),
        ratio("P1", "round trip awaited with qasync, which the window does not do", 2.5, times, "awaited", "plain"),
    ]


def _in_the_window(instrument: Instrument) -> float:
    """Return the median time from a call to its callback on Qt's thread, as the window's view models make it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from pyrolab_gui.viewmodels.bridge import Bridge

    application = QApplication.instance() or QApplication([])
    bridge, loop, taken = Bridge(application), QEventLoop(), []
    start = 0.0

    def ask() -> None:
        nonlocal start
        start = time.perf_counter()
        instrument.call("read", (1.5,)).add_done_callback(lambda future: bridge.post(answered, future))

    def answered(future: Future[float]) -> None:
        taken.append(time.perf_counter() - start)
        assert future.result() == 1.5
        if len(taken) < CALLS // 3:
            ask()
        else:
            loop.quit()

    QTimer.singleShot(0, ask)
    loop.exec()
    bridge.close()
    return statistics.median(taken)


def _awaited(instrument: Instrument) -> float:
    """Return the median time of an ``await`` in qasync's loop, which makes three timers of it."""
    import qasync
    from PySide6.QtWidgets import QApplication

    loop = qasync.QEventLoop(QApplication.instance())
    taken: list[float] = []

    async def measure() -> None:
        for _ in range(CALLS // 3):
            start = time.perf_counter()
            await asyncio.wrap_future(instrument.call("read", (1.5,)))
            taken.append(time.perf_counter() - start)

    with loop:
        loop.run_until_complete(measure())
    return statistics.median(taken)
