"""The simulated bench can be interrupted over the network: a move is stopped, a sweep ends when the light goes out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.laser import TunableLaser
from drivers.simulated.stage import MotionStage
from tests.integration.hosting_in_thread import Bench, bench_in_thread, eventually

AT_ONCE = 1.5
"""Below the 2 s that a call would be waited for, and far below the minutes that it would take."""


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with bench_in_thread() as bench:
        yield bench


def _running(bench: Bench, member: str, name: str, call: Callable[[Any], Any]) -> Any:
    """Make a call in another thread; return its Future as soon as the driver is in it."""
    proxy = bench.proxy(name)

    def run() -> Any:
        proxy._pyroClaimOwnership()
        return call(proxy)

    pool = ThreadPoolExecutor(1)
    future = pool.submit(run)
    pool.shutdown(wait=False)
    busy = eventually(lambda: (bench.services[name].status()["busy"] or {}).get("member"))
    assert busy == member
    return future


def _sweeping(bench: Bench) -> Any:
    laser = bench.proxy("laser")
    laser.output = True
    sweep = _running(bench, "sweep", "laser", lambda proxy: proxy.sweep(1500.0, 1630.0, 1.0, 1.0))
    driver = bench.services["laser"]._connector.driver  # type: ignore[union-attr] # a client would have to wait
    eventually(lambda: 1500.0 < driver.wavelength < 1550.0)
    return sweep


def test_stop_ends_a_move_at_once_and_cancels_what_is_queued(bench: Bench) -> None:
    bench.add(MotionStage, "stage")
    stage = bench.proxy("stage")
    stage.velocity = 1.0
    move = _running(bench, "move_to", "stage", lambda proxy: proxy.move_to(400.0))
    queued_on = bench.proxy("stage")
    refused: list[BaseException] = []

    def queue() -> None:
        queued_on._pyroClaimOwnership()
        try:
            queued_on.home()
        except RuntimeError as error:
            refused.append(error)

    queued = threading.Thread(target=queue)
    queued.start()
    service = bench.services["stage"]
    eventually(lambda: any(call["member"] == "home" for call in service.calls.after(0)))
    began = time.monotonic()
    stage.stop()
    x, _ = move.result(5)
    assert time.monotonic() - began < AT_ONCE
    assert x < 300.0
    queued.join(5)
    assert str(refused[0]) == "stage.home was cancelled: stop."
    assert not stage.moving


def test_the_safe_state_ends_a_sweep_at_once(bench: Bench) -> None:
    bench.add(TunableLaser, "laser", safe_state="off")
    sweep, laser = _sweeping(bench), bench.proxy("laser")
    began = time.monotonic()
    laser.off()
    assert isinstance(sweep.exception(5), RuntimeError)
    assert time.monotonic() - began < AT_ONCE
    assert "ended the sweep" in str(sweep.exception())
    assert laser.output is False
    assert laser.emitted_power == 0.0


def test_a_stop_at_the_end_of_the_daemon_does_not_wait_for_a_sweep(bench: Bench) -> None:
    service = bench.add(TunableLaser, "laser", safe_state="off")
    sweep = _sweeping(bench)
    began = time.monotonic()
    service.close()
    assert time.monotonic() - began < AT_ONCE
    assert isinstance(sweep.exception(5), RuntimeError)
