"""What ``async`` methods return is run to its end, on a loop that goes on between the calls."""

from __future__ import annotations

import asyncio
import threading

import pytest

from pyrolab_gui.hosting.coroutines import Coroutines


@pytest.fixture
def coroutines():
    coroutines = Coroutines("laser")
    yield coroutines
    coroutines.close()
    assert "coroutines of laser" not in [thread.name for thread in threading.enumerate()]


def test_anything_else_passes_and_needs_no_loop(coroutines):
    thing = object()
    assert coroutines.finish(thing) is thing
    assert coroutines.finish([1]) == [1]
    assert coroutines._thread is None


def test_all_run_on_one_loop_that_goes_on_between_them(coroutines):
    async def begin():
        tick = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0.001, tick.set_result, 3)
        return tick

    assert coroutines.finish(coroutines.finish(begin())) == 3


def test_an_async_iterator_becomes_a_plain_one(coroutines):
    ended = []

    async def numbers():
        try:
            for n in range(3):
                yield n
                await asyncio.sleep(0)
        finally:
            ended.append(True)

    assert list(coroutines.finish(numbers())) == [0, 1, 2]
    iterator = coroutines.finish(numbers())
    assert next(iterator) == 0
    iterator.close()
    assert ended == [True, True]


@pytest.mark.parametrize("kind", [ValueError, StopAsyncIteration, KeyError, SystemExit, TimeoutError])
def test_its_exception_is_the_callers_and_the_loop_lives(coroutines, kind):
    async def fails():
        raise kind("no")

    async def works():
        return 1

    with pytest.raises(kind):
        coroutines.finish(fails())
    assert coroutines.finish(works()) == 1


def test_closing_cancels_what_runs_and_refuses_what_comes(coroutines):
    begun, outcome = threading.Event(), []

    async def waits():
        begun.set()
        await asyncio.Event().wait()

    def call():
        try:
            coroutines.finish(waits())
        except Exception as error:  # noqa: BLE001 - kept for the test
            outcome.append(type(error).__name__)

    caller = threading.Thread(target=call)
    caller.start()
    assert begun.wait(5)
    coroutines.close()
    caller.join(5)
    assert outcome == ["CancelledError"]
    with pytest.raises(RuntimeError, match="closed"):
        coroutines.finish(waits())
