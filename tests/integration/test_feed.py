"""Readings in batches: sampled in our daemons, polled everywhere else, and taken up again after a loss."""

from __future__ import annotations

import contextlib
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pyrolab_gui.network.feed import Feed
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.instrument import Instrument
from pyrolab_gui.wire.columns import Column, channel_name
from tests.integration.child_process import free_port
from tests.integration.foreign_servers import plain_server
from tests.integration.network_helpers import OurDaemon, Seen, laser_plan, our_daemon

ME = Identity("c1", "ann@desk")
Batches = Seen[list[Column]]


class Collected:
    """All columns that a feed has brought, put together for each channel."""

    def __init__(self) -> None:
        self.batches: Batches = Seen()

    def column(self, member: str, expected: Callable[[Column], object], seconds: float = 10.0) -> Column:
        """Return the next column of a member that is as expected."""
        name = channel_name("laser", member)

        def fits(batch: list[Column]) -> bool:
            return any(column.channel == name and expected(column) for column in batch)

        batch = self.batches.until(fits, seconds)
        return next(column for column in batch if column.channel == name and expected(column))

    def values(self, member: str) -> list[float]:
        """Return all values of a member until now, in order."""
        name = channel_name("laser", member)
        return [
            value for batch in self.batches.all for column in batch if column.channel == name for value in column.values
        ]


@contextlib.contextmanager
def feeding() -> Iterator[tuple[Feed, Collected]]:
    collected = Collected()
    feed = Feed(ME, collected.batches)
    try:
        yield feed, collected
    finally:
        feed.close()
        assert feed.join(10)


@contextlib.contextmanager
def instrument(uri: str, resolve: Callable[[], str] | None = None) -> Iterator[Instrument]:
    made = Instrument(uri, "laser", ME, resolve=resolve)
    try:
        yield made
    finally:
        made.close()
        assert made.join(10)


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OurDaemon]:
    with our_daemon(tmp_path_factory.mktemp("daemon")) as running:
        yield running


def test_a_member_of_ours_is_sampled_in_its_daemon(daemon: OurDaemon):
    with instrument(daemon.uri()) as laser, feeding() as (feed, collected):
        subscription = feed.subscribe(laser, "reading", 0.02)
        assert subscription.channel == channel_name("laser", "reading")
        first = collected.column("reading", lambda column: len(column.times) > 1)
        assert isinstance(first.values, array)
        assert all(abs(moment - time.time()) < 30 for moment in first.times)
        collected.column("reading", lambda column: len(column.times) > 1)
        values = collected.values("reading")
        assert values == [values[0] + i for i in range(len(values))]  # each reading once, none lost


def test_two_windows_cost_the_instrument_one_reading(daemon: OurDaemon):
    with (
        instrument(daemon.uri()) as laser,
        feeding() as (one, seen_one),
        feeding() as (two, seen_two),
    ):
        one.subscribe(laser, "reading", 0.05)
        seen_one.column("reading", lambda column: len(column.times))
        two.subscribe(laser, "reading", 0.05)
        seen_two.column("reading", lambda column: len(column.times) > 1)
        last = seen_two.column("reading", lambda column: len(column.times))
        seen_one.column("reading", lambda column: last.values[-1] in column.values)


def test_what_is_no_number_comes_as_a_list(daemon: OurDaemon):
    with instrument(daemon.uri()) as laser, feeding() as (feed, collected):
        feed.subscribe(laser, "word", 0.05)
        column = collected.column("word", lambda column: len(column.times))
        assert list(column.values) == ["steady"] * len(column.times)


def test_an_error_is_a_gap(daemon: OurDaemon):
    with instrument(daemon.uri()) as laser, feeding() as (feed, collected):
        feed.subscribe(laser, "broken", 0.05)
        column = collected.column("broken", lambda column: column.gaps)
        assert column.gaps[0].reason == "error"
        assert "the door is open" in column.gaps[0].message


def test_a_member_that_is_not_there_is_said_once(daemon: OurDaemon):
    with instrument(daemon.uri()) as laser, feeding() as (feed, collected):
        feed.subscribe(laser, "colour", 0.05)
        column = collected.column("colour", lambda column: column.gaps)
        assert column.gaps[0].reason == "error"
        assert column.gaps[0].message


def test_a_closed_subscription_ends(daemon: OurDaemon):
    with instrument(daemon.uri()) as laser, feeding() as (feed, collected):
        ending = feed.subscribe(laser, "reading", 0.02)
        feed.subscribe(laser, "power", 0.02)
        collected.column("reading", lambda column: len(column.times))
        ending.close()
        collected.column("power", lambda column: len(column.times))
        collected.column("power", lambda column: len(column.times))
        seen = len(collected.values("reading"))
        collected.column("power", lambda column: len(column.times))
        assert len(collected.values("reading")) == seen


def test_a_plain_server_is_polled_with_the_same_result():
    with plain_server() as server, instrument(server.uri) as laser, feeding() as (feed, collected):
        feed.subscribe(laser, "calls", 0.02)
        first = collected.column("calls", lambda column: len(column.times) > 1)
        second = collected.column("calls", lambda column: len(column.times) > 1)
        assert isinstance(first.values, array)
        assert second.first == first.cursor
        values = collected.values("calls")
        assert values == sorted(values)
        feed.subscribe(laser, "numbers", 0.05)  # a method, and not a number
        assert collected.column("numbers", lambda column: len(column.times)).values[0] == {1: "one"}


def test_an_instrument_that_is_slower_than_its_period_leaves_gaps():
    with plain_server() as server, instrument(server.uri) as laser, feeding() as (feed, collected):
        feed.subscribe(laser, "calls", 0.02)
        collected.column("calls", lambda column: len(column.times))
        slow = laser.call("slow", [0.4])
        collected.column("calls", lambda column: any(gap.reason == "overrun" for gap in column.gaps))
        assert slow.result(5) == "done"
        collected.column("calls", lambda column: len(column.times) > 1)


def test_a_session_is_polled_on_its_own_connection(tmp_path: Path):
    with our_daemon(tmp_path, laser_plan(instancemode="session")) as running, instrument(running.uri()) as laser:
        laser.set("power", 4.0).result(10)
        with feeding() as (feed, collected):
            feed.subscribe(laser, "power", 0.05)
            assert collected.column("power", lambda column: len(column.times)).values[0] == 4.0


def test_a_restart_is_a_gap_and_the_readings_go_on_at_the_new_address(tmp_path: Path):
    where: list[str] = []
    with feeding() as (feed, collected), our_daemon(tmp_path) as first:
        where.append(first.uri())
        with instrument(first.uri(), lambda: where[-1]) as laser:
            feed.subscribe(laser, "reading", 0.02)
            collected.column("reading", lambda column: len(column.times))
            first.process.kill()
            killed = time.monotonic()
            lost = collected.column("reading", lambda column: column.gaps)
            assert time.monotonic() - killed < 1.5
            assert lost.gaps[0].reason == "restart"
            with our_daemon(tmp_path, port=free_port()) as second:
                where.append(second.uri())
                serves = time.monotonic()
                back = collected.column("reading", lambda column: len(column.times))
                assert time.monotonic() - serves < 2.0
                assert back.times[0] > lost.gaps[0].start
            gaps = [gap for batch in collected.batches.all for column in batch for gap in column.gaps]
            assert any(gap.reason == "restart" and gap.end > gap.start for gap in gaps)


def test_a_daemon_that_is_not_there_yet(tmp_path: Path):
    port = free_port()
    with feeding() as (feed, collected), instrument(f"PYRO:laser@127.0.0.1:{port}") as laser:
        feed.subscribe(laser, "reading", 0.05)
        assert collected.column("reading", lambda column: column.gaps).gaps[0].reason == "restart"
        with our_daemon(tmp_path, port=port):
            collected.column("reading", lambda column: len(column.times))


def test_subscribing_never_waits():
    with instrument(f"PYRO:laser@127.0.0.1:{free_port()}") as laser, feeding() as (feed, _):
        began = time.monotonic()
        for _ in range(20):
            feed.subscribe(laser, "reading", 0.05)
        assert time.monotonic() - began < 0.1


def test_a_closed_feed_leaves_no_thread(daemon: OurDaemon):
    with plain_server() as server:
        before = set(threading.enumerate())
        with (
            instrument(daemon.uri()) as ours,
            instrument(server.uri) as plain,
            instrument("PYRO:laser@127.0.0.1:9") as gone,
        ):
            with feeding() as (feed, collected):
                feed.subscribe(gone, "power", 0.05)
                feed.subscribe(plain, "calls", 0.05)
                feed.subscribe(ours, "reading", 0.05)
                collected.column("calls", lambda column: len(column.times))
                collected.column("reading", lambda column: len(column.times))
        assert set(threading.enumerate()) == before
