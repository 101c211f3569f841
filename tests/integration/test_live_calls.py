"""Calls that go on for a while: their values come one by one, what is done of them is told, and they can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.instrument import Instrument
from pyrolab_gui.network.safe_state import Target, make_safe
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.urgent import STOP
from tests.integration.hosting_in_thread import Bench, bench_in_thread, eventually


class Scanner:
    """Has no stop of its own."""

    progress: float

    def __init__(self) -> None:
        self.go_on = threading.Semaphore(0)
        self.ended = threading.Event()

    def scan(self) -> Iterator[float]:
        try:
            for number in range(1_000):
                assert self.go_on.acquire(timeout=10)
                yield float(number)
        finally:
            self.ended.set()

    def soak(self) -> str:
        for number in range(4):
            self.progress = number / 4
            assert self.go_on.acquire(timeout=10)
        return "soaked"


@pytest.fixture
def bench() -> Iterator[Bench]:
    with bench_in_thread() as bench:
        yield bench


@pytest.fixture
def scanner(bench: Bench) -> Iterator[tuple[Instrument, Any]]:
    service = bench.add(Scanner, "scanner")
    driver = eventually(lambda: service._connector.driver)
    instrument = Instrument(f"PYRO:scanner@{bench.host.locationStr}", "scanner", Identity("ada", "ada"))
    yield instrument, driver
    driver.go_on.release(10)
    instrument.close()
    assert instrument.join(5)


def test_the_values_of_a_stream_come_one_by_one_until_it_is_stopped(
    bench: Bench, scanner: tuple[Instrument, Scanner]
) -> None:
    instrument, driver = scanner
    came: list[float] = []
    future = instrument.call("scan", on_item=came.append)
    driver.go_on.release()
    eventually(lambda: came == [0.0])
    driver.go_on.release()
    eventually(lambda: came == [0.0, 1.0])
    service = bench.services["scanner"]
    assert service.status()["busy"]["member"] == "scan"
    assert service.calls.after(0)[-1]["duration_s"] is None
    stopping = threading.Thread(target=driver.go_on.release)  # the value that is being fetched still comes
    stopping.start()
    [outcome] = make_safe([Target("scanner", instrument.uri)], Identity("bob", "bob"), role=STOP)
    assert outcome.done
    driver.go_on.release()
    with pytest.raises(LabError, match=r"scanner.scan was cancelled: stop"):
        future.result(5)
    assert driver.ended.wait(5)
    assert service.status()["busy"] is None


def test_what_a_driver_says_of_its_progress_is_told_while_it_works(
    bench: Bench, scanner: tuple[Instrument, Scanner]
) -> None:
    instrument, driver = scanner
    future = instrument.call("soak")
    service = bench.services["scanner"]
    driver.go_on.release(2)
    eventually(lambda: (service.status()["busy"] or {}).get("progress") == 0.5)
    driver.go_on.release(2)
    assert future.result(5) == "soaked"
