"""A worker: one thread, one connection, work in order, and nobody who waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from typing import Any

import pytest

from pyrolab_gui.network.worker import Worker
from pyrolab_gui.wire.errors import LabError, NoReply, Unreachable


class Line:
    """Stands for a connection: work waits on it until it is let go or interrupted."""

    def __init__(self) -> None:
        self.open_here, self.ended, self.timeout = True, False, 0.0
        self.interrupted, self.closed, self.entered = threading.Event(), threading.Event(), threading.Event()

    def set_timeout(self, seconds: float) -> None:
        self.timeout = seconds

    def interrupt(self) -> None:
        self.interrupted.set()

    def close(self) -> None:
        self.open_here = False
        self.closed.set()

    def wait(self) -> None:
        self.entered.set()
        assert self.interrupted.wait(5)
        raise ConnectionError("interrupted")


class Bench:
    """A worker and the lines that it has opened."""

    def __init__(self, keep: bool = False, idle: float = 60.0) -> None:
        self.lines: list[Line] = []
        self.opened = threading.Event()
        self.failure: Exception | None = None
        self.worker = Worker("laser", self._connect, keep=lambda: keep, idle=idle)

    def _connect(self) -> Any:
        if self.failure is not None:
            raise self.failure
        self.lines.append(Line())
        self.opened.set()
        return self.lines[-1]

    def run(self, work: Any, timeout: float = 3.0) -> Future[Any]:
        return self.worker.submit(work, timeout)


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.worker.close()
    assert bench.worker.join(5)


def test_work_runs_in_order_on_one_thread_and_one_connection(bench: Bench):
    seen: list[tuple[int, str]] = []

    def work(n: int) -> int:
        seen.append((n, threading.current_thread().name))
        return n

    futures = [bench.run(lambda _line, n=n: work(n)) for n in range(20)]
    assert [future.result(5) for future in futures] == list(range(20))
    assert [n for n, _ in seen] == list(range(20))
    assert len({name for _, name in seen}) == 1
    assert len(bench.lines) == 1


def test_the_timeout_of_each_piece_of_work_is_set(bench: Bench):
    assert bench.run(lambda line: line.timeout, 1.5).result(5) == 1.5
    assert bench.run(lambda line: line.timeout, 7.0).result(5) == 7.0


def test_a_dropped_connection_is_made_again(bench: Bench):
    def fail(line: Line) -> None:
        line.open_here = False
        raise TimeoutError("receiving")

    with pytest.raises(NoReply):
        bench.run(fail).result(5)
    assert bench.lines[0].closed.wait(5)
    assert bench.run(lambda line: line is bench.lines[1]).result(5)


def test_a_connection_that_the_server_ended_is_replaced_before_it_is_used(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pyrolab_gui.network.worker.LOOK_AFTER", 0.0)
    bench.run(lambda _line: None).result(5)
    bench.lines[0].ended = True
    assert bench.run(lambda line: line is bench.lines[1]).result(5)
    assert bench.lines[0].closed.is_set()


def test_an_error_of_the_work_keeps_the_connection(bench: Bench):
    with pytest.raises(LabError, match="ZeroDivisionError"):
        bench.run(lambda _line: 1 / 0).result(5)
    assert bench.run(lambda _line: "fine").result(5) == "fine"
    assert len(bench.lines) == 1


def test_abandon_ends_the_waiting_and_the_connection(bench: Bench):
    waiting = bench.run(lambda line: line.wait())
    following = bench.run(lambda line: bench.lines.index(line))
    assert bench.opened.wait(5)
    assert bench.lines[0].entered.wait(5)
    bench.worker.abandon()
    with pytest.raises(NoReply, match="No longer waiting for laser"):
        waiting.result(0.5)
    assert following.result(5) == 1


def test_abandon_with_nothing_running_does_nothing(bench: Bench):
    bench.run(lambda _line: None).result(5)
    bench.worker.abandon()
    assert bench.run(lambda line: bench.lines.index(line)).result(5) == 0


def test_work_that_was_cancelled_is_left_out(bench: Bench):
    gate = threading.Event()
    bench.run(lambda _line: gate.wait(5))
    cancelled = bench.run(lambda _line: pytest.fail("it ran"))
    assert cancelled.cancel()
    gate.set()
    assert bench.run(lambda _line: 1).result(5) == 1
    with pytest.raises(CancelledError):
        cancelled.result(0)


def test_close_fails_what_runs_and_what_waits():
    bench = Bench()
    running = bench.run(lambda line: line.wait())
    waiting = bench.run(lambda _line: pytest.fail("it ran"))
    assert bench.opened.wait(5)
    assert bench.lines[0].entered.wait(5)
    bench.worker.close()
    for future in (running, waiting, bench.run(lambda _line: None)):
        with pytest.raises(Unreachable, match="was closed here"):
            future.result(5)
    assert bench.worker.join(5)
    assert bench.lines[0].closed.is_set()


def test_a_connect_that_fails_fails_the_work_and_is_tried_again(bench: Bench):
    bench.failure = Unreachable("Nothing listens.")
    with pytest.raises(Unreachable, match="Nothing listens"):
        bench.run(lambda _line: None).result(5)
    bench.failure = None
    assert bench.run(lambda _line: "back").result(5) == "back"


def test_an_idle_connection_is_closed_and_made_again():
    bench = Bench(idle=0.02)
    bench.run(lambda _line: None).result(5)
    assert bench.lines[0].closed.wait(5)
    assert bench.run(lambda line: bench.lines.index(line)).result(5) == 1
    bench.worker.close()
    assert bench.worker.join(5)


def test_an_idle_connection_that_holds_a_session_stays():
    bench = Bench(keep=True, idle=0.02)
    bench.run(lambda _line: None).result(5)
    assert not bench.lines[0].closed.wait(0.2)
    assert bench.run(lambda line: bench.lines.index(line)).result(5) == 0
    bench.worker.close()
    assert bench.worker.join(5)
