"""A driver with ``async def`` methods is driven like any other: called, streamed, sampled, connected and closed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from pyrolab_gui.wire.description import service_from_plain
from tests.integration.hosting_in_thread import Bench, bench_in_thread, eventually


class Counter:
    """It counts on its own loop while nobody calls."""

    closed = 0

    def __init__(self) -> None:
        self.loop: object = None
        self._count = 0
        self._moving = asyncio.Event()

    async def connect(self, start: int = 0) -> None:
        self.loop = asyncio.get_running_loop()
        self._count = start
        self._task = asyncio.create_task(self._tick())

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(0.001)
            self._count += 1

    async def count(self) -> int:
        """Count so far."""
        assert asyncio.get_running_loop() is self.loop
        return self._count

    async def numbers(self, n: int) -> AsyncIterator[int]:
        for i in range(n):
            await asyncio.sleep(0)
            yield i

    async def itself(self) -> Counter:
        return self

    async def fail(self) -> None:
        raise TimeoutError("no answer")

    async def move(self) -> str:
        self._moving.clear()
        await self._moving.wait()
        return "stopped"

    async def stop(self) -> None:
        self._moving.set()

    stop.runs_beside = True  # type: ignore[attr-defined]

    async def close(self) -> None:
        self._task.cancel()
        type(self).closed += 1


@pytest.fixture
def bench() -> Iterator[Bench]:
    Counter.closed = 0
    with bench_in_thread() as bench:
        yield bench


@pytest.mark.parametrize("mode", ["single", "session", "percall"])
def test_it_is_called_in_every_instance_mode(bench: Bench, mode: str) -> None:
    service = bench.add(Counter, mode=mode, parameters={"start": 1000})
    counter = bench.proxy("laser")
    assert counter.count() >= 1000
    assert list(counter.numbers(3)) == [0, 1, 2]
    with pytest.raises(TimeoutError, match="no answer"):
        counter.fail()
    if mode == "single":
        assert counter.itself()._pyroUri.object == "laser"
        eventually(lambda: counter.count() > 1001)  # its own task goes on between the calls
    service.close()
    assert Counter.closed == {"single": 1, "session": 1, "percall": 3}[mode]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("coroutines of")]


def test_it_can_be_interrupted(bench: Bench) -> None:
    service = bench.add(Counter)
    mover = bench.proxy("laser")
    outcome: list[str] = []

    def move() -> None:
        mover._pyroClaimOwnership()
        outcome.append(mover.move())

    thread = threading.Thread(target=move)
    thread.start()
    eventually(lambda: (service.status()["busy"] or {}).get("member") == "move")
    bench.proxy("laser").stop()
    thread.join(5)
    assert outcome == ["stopped"]


def test_it_is_described_and_sampled_by_what_it_comes_to(bench: Bench) -> None:
    bench.add(Counter)
    daemon = bench.daemon(who="Ada")
    described = service_from_plain(daemon.describe("laser"))
    assert described.member("count").returns.kind == "int"
    assert described.member("numbers").streaming
    assert described.member("numbers").returns.kind == "int"
    channel = daemon.sample("laser", "count", 0.02)
    values = eventually(lambda: list(bench.since(daemon, {channel: -1})[channel].values))
    assert values[0] >= 0
