"""Reading at a period: on time, without queues, for as long as somebody watches."""

from __future__ import annotations

import datetime
import itertools
import statistics
import threading
import time
from types import SimpleNamespace

import pytest

from pyrolab_gui.hosting.calls import CallLog
from pyrolab_gui.hosting.instance import Instance
from pyrolab_gui.hosting.operation import Drivers, Operation, Surroundings
from pyrolab_gui.hosting.sampler import Sampler
from pyrolab_gui.hosting.snapshots import Snapshots

CHANNEL = "laser\npower"


class There(Drivers):
    def take(self):
        return "the driver"


class Meter:
    """Counts its readings; a test can hold one back."""

    def __init__(self) -> None:
        self.count = 0
        self.read = threading.Condition()
        self.value = lambda count: float(count)

    def power(self, driver):
        assert driver == "the driver"
        with self.read:
            self.count += 1
            count = self.count
            self.read.notify_all()
        return self.value(count)

    def wait_for(self, count: int) -> None:
        with self.read:
            assert self.read.wait_for(lambda: self.count >= count, 5)


@pytest.fixture
def meter():
    return Meter()


@pytest.fixture
def instance():
    return Instance(Surroundings("laser", CallLog(), Snapshots()), There())


@pytest.fixture
def sampler(meter, instance):
    operations = {
        "power": Operation("power", "laser.power", meter.power),
        "other": Operation("other", "laser.other", lambda _driver: 1),
    }
    sampler = Sampler("laser", "laser", instance, operations, wish_seconds=0.3)
    yield sampler
    sampler.close()
    assert sampler._thread is None or not sampler._thread.is_alive()


def column(sampler, client="a", cursor=-1):
    found = sampler.since(CHANNEL, cursor, client, None)
    assert found is not None
    return found


def eventually(true):
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.002)
    return true()


def taking(seconds):
    def value(count):
        time.sleep(seconds)
        return float(count)

    return value


def test_readings_are_on_a_grid_that_does_not_drift(sampler, meter):
    meter.value = taking(0.007)
    sampler.keep("power", 0.02)
    times = list(eventually(lambda: column(sampler).times if len(column(sampler).times) >= 20 else None))
    # With a pause of one period after each reading they would be 27 ms apart.
    assert 0.0165 < statistics.median(later - earlier for earlier, later in itertools.pairwise(times)) < 0.0235


def test_a_slow_reading_stretches_the_period(sampler, meter):
    meter.value = taking(0.03)
    sampler.sample("power", 0.01, "a", None)
    meter.wait_for(4)
    times = list(eventually(lambda: column(sampler).times if len(column(sampler).times) >= 3 else None))
    assert all(later - earlier > 0.025 for earlier, later in itertools.pairwise(times))
    assert column(sampler).gaps == ()


def test_a_reading_that_hangs_for_long_leaves_a_gap(sampler, meter):
    go = threading.Event()
    meter.value = lambda count: (count == 3 and go.wait(5)) or float(count)
    sampler.sample("power", 0.01, "a", None)
    sampler.sample("other", 0.01, "a", None)
    meter.wait_for(3)
    assert not go.wait(0.2)  # the reading hangs for as long as this
    go.set()
    meter.wait_for(5)
    other = sampler.since("laser\nother", -1, "a", None)
    assert other is not None
    assert "overrun" in {gap.reason for gap in other.gaps}


def test_a_busy_instrument_leaves_one_gap(sampler, meter, instance):
    sampler.sample("power", 0.01, "a", None)
    meter.wait_for(1)
    release, held = threading.Event(), threading.Event()

    def hold():
        with instance.mutex:
            held.set()
            release.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(5)
    gaps = eventually(lambda: [gap for gap in column(sampler).gaps if gap.end - gap.start > 0.03])
    assert [gap.reason for gap in gaps] == ["busy"]
    before = meter.count
    release.set()
    holder.join()
    meter.wait_for(before + 1)


class Neighbours:
    """A quick reading and a slow one of the same instrument, and the order in which they begin and end."""

    def __init__(self, *, beside=False):
        self.happened = []
        instance = Instance(Surroundings("stage", CallLog(), Snapshots()), There())
        operations = {
            "quick": Operation("quick", "stage.quick", self.quick),
            "slow": Operation("slow", "stage.slow", self.slow, beside=beside),
        }
        self.sampler = Sampler("stage", "stage", instance, operations)

    def quick(self, _driver):
        self.happened.append("quick")
        return 1.0

    def slow(self, _driver):
        self.happened.append("begin")
        time.sleep(0.15)
        self.happened.append("end")
        return 2.0

    def between(self, first, second, count):
        """Return how many quick readings there were from each `first` to the next `second`, `count` times."""
        eventually(lambda: self.happened.count(second) > count)
        found, at = [], 0
        for _ in range(count):
            begin = self.happened.index(first, at)
            at = self.happened.index(second, begin + 1)
            found.append(self.happened[begin:at].count("quick"))
        return found


def test_a_slow_reading_takes_a_part_of_the_time_only(request):
    bench = Neighbours()
    request.addfinalizer(bench.sampler.close)
    bench.sampler.sample("quick", 0.02, "a", None)
    bench.sampler.sample("slow", 0.02, "a", None)
    assert min(bench.between("end", "begin", 2)) >= 5  # 0.45 s, in which there is room for 22
    slow = bench.sampler.since("stage\nslow", -1, "a", None)
    assert slow is not None
    assert slow.period == 0.02
    assert slow.pace > 0.4
    assert not slow.gaps  # it comes later than wished, and nothing is missing
    assert slow.spacing == slow.pace


def test_what_the_lab_file_wants_is_not_put_off(request):
    bench = Neighbours()
    request.addfinalizer(bench.sampler.close)
    bench.sampler.keep("slow", 0.02)
    bench.sampler.sample("quick", 0.02, "a", None)
    bench.sampler.sample("slow", 0.02, "a", None)
    assert max(bench.between("end", "begin", 4)) <= 4


def test_a_slow_reading_that_may_run_beside_others_delays_none(request):
    bench = Neighbours(beside=True)
    request.addfinalizer(bench.sampler.close)
    bench.sampler.sample("slow", 0.02, "a", None)  # the first look too
    bench.sampler.sample("quick", 0.02, "a", None)
    assert min(bench.between("begin", "end", 3)) >= 2
    assert "quick" in bench.happened[: bench.happened.index("end")]


def test_an_error_is_a_gap_and_reading_goes_on(sampler, meter):
    def value(count):
        if count == 2:
            raise OSError("no answer")
        return float(count)

    meter.value = value
    sampler.sample("power", 0.01, "a", None)
    meter.wait_for(4)
    found = eventually(lambda: column(sampler) if len(column(sampler).times) >= 2 else None)
    assert [(gap.reason, gap.message) for gap in found.gaps if gap.reason == "error"] == [("error", "no answer")]
    assert list(found.values)[:2] == [1.0, 3.0]


def test_what_is_no_reading_is_an_error(sampler, meter):
    meter.value = lambda _count: [1.0] * 10
    sampler.sample("power", 0.01, "a", None)
    gap = eventually(lambda: column(sampler).gaps)[0]
    assert (gap.reason, gap.message) == ("error", "laser.power gives a list, which cannot be sampled.")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime.datetime(2026, 11, 24, 11, 30, tzinfo=datetime.UTC), "2026-11-24T11:30:00+00:00"),
        (datetime.date(2026, 11, 24), "2026-11-24"),
        (datetime.time(11, 30), "11:30:00"),
    ],
)
def test_a_date_is_sampled_as_text(sampler, meter, value, text):
    meter.value = lambda _count: value
    sampler.sample("power", 0.01, "a", None)
    meter.wait_for(2)
    found = eventually(lambda: column(sampler) if column(sampler).times else None)
    assert found.values[0] == text
    assert found.gaps == ()


def test_none_is_not_a_number(sampler, meter):
    meter.value = lambda _count: None
    sampler.sample("power", 0.01, "a", None)
    values = eventually(lambda: column(sampler).values)
    assert values[0] != values[0]


def test_the_smallest_wish_counts_and_ends_with_its_connection(sampler, meter):
    first, second = object(), object()
    sampler.sample("power", 10.0, "a", first)
    sampler.sample("power", 0.01, "b", second)
    assert column(sampler).period == 0.01
    meter.wait_for(3)
    sampler.disconnected(second)
    assert column(sampler).period == 10.0


def test_who_records_is_read_for_after_a_cut_until_the_wish_is_taken_back(sampler, meter):
    recorder = SimpleNamespace(who="anna@desk (recording)")
    sampler.sample("power", 0.01, "a", recorder)
    meter.wait_for(1)
    sampler.disconnected(recorder)
    meter.wait_for(60)  # longer than the wish of a window lasts
    assert column(sampler).period == 0.01
    sampler.sample("power", 0.0, "a", recorder)
    assert column(sampler).period == 0.0


def test_a_wish_that_is_not_renewed_ends(sampler, meter):
    sampler.sample("power", 0.01, "a", None)
    meter.wait_for(1)
    eventually(lambda: sampler._thread is None)
    count = meter.count
    found = column(sampler)
    assert found.period == 0.0
    sampler.sample("power", 0.01, "a", None)
    meter.wait_for(count + 1)
    gap = eventually(lambda: column(sampler, cursor=found.cursor).gaps)[0]
    assert (gap.reason, gap.message) == ("dropped", "not sampled")


def test_since_renews_a_wish(sampler, meter):
    sampler.sample("power", 0.01, "a", None)
    wish = sampler._channels[CHANNEL].wishes["a"]
    before = wish.until
    meter.wait_for(2)
    column(sampler, client="somebody else")
    assert wish.until == before
    column(sampler)
    assert wish.until > before


def test_what_the_lab_file_asks_for_does_not_end(sampler, meter):
    sampler.sample("other", 0.01, "a", None)
    sampler.keep("power", 0.01)
    eventually(lambda: not sampler._channels["laser\nother"].wishes)  # a wish has ended meanwhile
    meter.wait_for(meter.count + 3)
    assert column(sampler).period == 0.01
