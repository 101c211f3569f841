"""Who only watches costs who measures nothing, and sees what is measured all the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pyrolab_gui.hosting import sampler, use
from pyrolab_gui.network.feed import Feed
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.instrument import Instrument
from pyrolab_gui.wire.columns import Column
from pyrolab_gui.wire.names import PASSING
from tests.integration.hosting_in_thread import Bench, bench_in_thread, eventually


class Meter:
    """A power meter that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._range = 1.0

    @property
    def power(self) -> float:
        self.asked.append("power")
        return float(len(self.asked))

    @property
    def span(self) -> float:
        self.asked.append("span")
        return self._range

    @span.setter
    def span(self, value: float) -> None:
        self.asked.append("span=")
        self._range = value

    def read_noise(self) -> float:
        self.asked.append("noise")
        return 0.5


class Window:
    """A feed with what came for it."""

    def __init__(self, bench: Bench, number: int) -> None:
        self.columns: list[Column] = []
        identity = Identity(f"window {number}", f"window {number}")
        self.feed = Feed(identity, self.columns.extend)
        self.instrument = Instrument(f"PYRO:meter@{bench.host.locationStr}", "meter", identity)

    def watch(self, member: str, when: str = "idle", period: float = 0.02) -> Window:
        self.feed.subscribe(self.instrument, member, period, when)
        return self

    def values(self, member: str) -> list[Any]:
        return [
            value for column in tuple(self.columns) if column.channel.endswith(f"\n{member}") for value in column.values
        ]

    def close(self) -> None:
        self.feed.close()
        self.instrument.close()
        assert self.feed.join(5)
        assert self.instrument.join(5)


@pytest.fixture
def bench() -> Iterator[Bench]:
    with bench_in_thread() as bench:
        yield bench


@pytest.fixture
def window(bench: Bench) -> Iterator[Callable[[], Window]]:
    made: list[Window] = []

    def make() -> Window:
        made.append(Window(bench, len(made)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def _meter(bench: Bench, **plan: Any) -> tuple[Any, Meter]:
    service = bench.add(Meter, "meter", **plan)
    driver = eventually(lambda: service._connector.driver)
    return bench.proxy("meter", who="a script"), driver


def test_while_a_script_measures_the_driver_is_asked_by_nobody_else(
    bench: Bench, window: Callable[[], Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use, "QUIET_SECONDS", 0.3)
    script, driver = _meter(bench)
    windows = [window().watch("power").watch("span") for _ in range(3)]
    eventually(lambda: all(one.values("power") for one in windows))
    assert script.read_noise() == 0.5  # the script begins
    time_of_last = time.monotonic()
    before = len(driver.asked)
    seen = []
    while time.monotonic() - time_of_last < 0.6:
        seen.append(script.power)
    assert len(driver.asked) - before in (len(seen), len(seen) + 1)  # one reading may have been under way
    eventually(lambda: all(one.values("power")[-1] >= seen[-1] for one in windows))
    count = driver.asked.count("span")
    eventually(lambda: driver.asked.count("span") > count)  # it has ended: they are read again


def test_what_a_client_reads_and_sets_reaches_windows_that_ask_for_nothing(
    bench: Bench, window: Callable[[], Window]
) -> None:
    script, driver = _meter(bench)
    one = window().watch(PASSING)
    script.span = 3.0
    script.span = 4.0
    script.read_noise()
    expected = [["span", "set", 4.0, "a script"], ["read_noise", "read", 0.5, "a script"]]
    eventually(lambda: [entry for entry in expected if entry not in one.values(PASSING)] == [])
    assert driver.asked == ["span=", "span=", "noise"]
    late = window().watch(PASSING)  # what was known before it came is told it too
    eventually(lambda: late.values(PASSING) == expected)


def test_what_the_lab_file_samples_goes_on_and_so_does_a_recording(bench: Bench, window: Callable[[], Window]) -> None:
    script, driver = _meter(
        bench, sampling={"power": 0.02, "read_noise": 0.02}, sampling_when={"read_noise": "idle"}, lockable=True
    )
    eventually(lambda: "noise" in driver.asked)
    script.lock("ada")
    window().watch("span", "always")
    eventually(lambda: driver.asked.count("span") > 3)
    noise, power = driver.asked.count("noise"), driver.asked.count("power")
    eventually(lambda: driver.asked.count("power") > power + 5)
    assert driver.asked.count("noise") <= noise + 1
    script.unlock()
    eventually(lambda: driver.asked.count("noise") > noise + 1)


def test_a_lock_of_somebody_else_leaves_a_gap_that_says_who(
    bench: Bench, window: Callable[[], Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampler, "_SILENT_SECONDS", 0.2)
    script, _ = _meter(bench, lockable=True)
    one = window().watch("power")
    eventually(lambda: one.values("power"))
    script.lock("ada")
    script.span  # noqa: B018 - the instrument is used
    gap = eventually(lambda: [gap for column in tuple(one.columns) for gap in column.gaps])[-1]
    assert (gap.reason, gap.message) == ("busy", "in use by a script")
