"""A recording written and read again: samples, overviews, gaps, notes; and what is no recording."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pyrolab_gui import recording
from pyrolab_gui.recording.reader import Channel
from pyrolab_gui.recording.values import LONGEST_TEXT, Samples, samples
from pyrolab_gui.recording.writer import Writer
from pyrolab_gui.wire.columns import Gap
from pyrolab_gui.wire.errors import LabError

RANDOM = np.random.default_rng(3)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "night.rec"


def write(file: Path, batches: list[Samples], name: str = "bench.laser") -> None:
    writer = Writer(file, "ann@desk", now=0.0)
    channel = writer.channel(name, "power", 0.1, "mW")
    for batch in batches:
        writer.add(channel, batch)
        writer.flush()
    writer.close()


def batches(sizes: list[int]) -> tuple[np.ndarray, np.ndarray, list[Samples]]:
    """Return times, values, and the same in parts."""
    times = np.arange(sum(sizes)) / 10
    values = RANDOM.normal(size=len(times))
    ends = np.cumsum([0, *sizes])
    return times, values, [Samples(times[a:b], values[a:b]) for a, b in itertools.pairwise(ends)]


def only(found: recording.Recording) -> Channel:
    (channel,) = found.channels
    return channel


SIZES = {
    "one sample": [1],
    "one by one": [1] * 300,
    "just under a block": [4095],
    "a block": [4096],
    "a block and one": [4096, 1],
    "pieces that fill a block": [700] * 13,
    "an hour at once": [50_000, 3],
    "three levels": [4096] * 290 + [17] * 5,
}


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_all_samples_come_back(file: Path, sizes: list[int]):
    times, values, parts = batches(sizes)
    write(file, parts)
    with recording.open(file) as found:
        channel = only(found)
        assert len(channel) == len(times)
        assert channel.span == (times[0], times[-1])
        read_times, read_values = channel.read()
        np.testing.assert_array_equal(read_times, times)
        np.testing.assert_array_equal(read_values, values)
        for _ in range(10):
            start, end = np.sort(RANDOM.uniform(-1, times[-1] + 1, 2))
            inside = (times >= start) & (times <= end)
            np.testing.assert_array_equal(channel.read(start, end)[1], values[inside])


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("points", [1, 7, 1000])
def test_an_overview_shows_every_extreme(file: Path, sizes: list[int], points: int):
    _, values, parts = batches(sizes)
    write(file, parts)
    with recording.open(file) as found:
        view = only(found).overview(points=points)
        assert len(view.times) == points
        assert int(view.count.sum()) == len(values)
        assert np.nanmin(view.low) == values.min()
        assert np.nanmax(view.high) == values.max()
        filled = view.count > 0
        np.testing.assert_allclose(np.sum(view.mean[filled] * view.count[filled]), values.sum(), atol=1e-6)


def test_an_overview_of_a_part_is_made_of_that_part(file: Path):
    times, values, parts = batches([4096] * 40 + [100])
    write(file, parts)
    with recording.open(file) as found:
        channel = only(found)
        for _ in range(20):
            start, end = np.sort(RANDOM.uniform(0, times[-1], 2))
            view = channel.overview(start, end, 50)
            pixel = (end - start) / 50
            shown = (times >= start) & (times <= end)
            near = (times >= start - 2 * pixel - 10) & (times <= end + 2 * pixel + 10)
            if shown.any():
                assert np.nanmin(view.low) <= values[shown].min()
                assert np.nanmax(view.high) >= values[shown].max()
                assert np.nanmin(view.low) >= values[near].min()


def test_an_overview_of_few_samples_is_exact(file: Path):
    write(file, [samples([0.0, 1.0, 2.0, 3.0], [5.0, float("nan"), 7.0, 9.0])])
    with recording.open(file) as found:
        view = only(found).overview(0.0, 4.0, 2)
    np.testing.assert_array_equal(view.low, [5.0, 7.0])
    np.testing.assert_array_equal(view.high, [5.0, 9.0])
    np.testing.assert_array_equal(view.mean, [5.0, 8.0])
    np.testing.assert_array_equal(view.count, [1, 2])
    np.testing.assert_array_equal(view.times, [1.0, 3.0])


def test_nothing_recorded_yet(file: Path):
    write(file, [])
    with recording.open(file) as found:
        channel = only(found)
        assert len(channel) == 0
        assert channel.span is None
        assert len(channel.read()[0]) == 0
        assert np.isnan(channel.overview(points=3).low).all()


def test_a_clock_that_was_set_back_hides_nothing(file: Path):
    rising = np.arange(4096 * 20) / 10
    back = rising[-1] - 2000 + np.arange(4096 * 20) / 10
    write(file, [Samples(part, part) for clock in (rising, back) for part in np.split(clock, 20)])
    both = np.sort(np.concatenate([rising, back]))
    with recording.open(file) as found:
        for start, end in ((0.0, 1e9), (rising[-1] - 1500, rising[-1] - 1000), (rising[-1], rising[-1])):
            expected = both[(both >= start) & (both <= end)]
            np.testing.assert_array_equal(only(found).read(start, end)[0], expected)


def test_words_and_numbers(file: Path):
    write(file, [samples([1.0, 2.0], [1.5, True]), samples([3.0, 4.0], ["locked", 2]), samples([5.0], [None])])
    with recording.open(file) as found:
        channel = only(found)
        assert channel.read()[1].tolist() == [1.5, 1.0, "locked", 2.0, ""]
        assert channel.read(0, 2)[1].dtype == np.float64
        view = channel.overview(1.0, 5.0, 1)
        assert (view.low[0], view.high[0], view.count[0]) == (1.0, 2.0, 3)


def test_what_is_no_reading_is_refused():
    with pytest.raises(ValueError, match="no reading"):
        samples([0.0], ["x" * (LONGEST_TEXT + 1)])
    with pytest.raises(ValueError, match="one value for each time"):
        samples([0.0, 1.0], [1.0])


def test_what_is_known_of_it(file: Path):
    writer = Writer(file, "ann@desk", {"purpose": "drift of the laser", "lab": "/labs/optics.yaml"}, now=100.0)
    channel = writer.channel("bench.laser", "power", 0.5)
    writer.unit(channel, "mW")
    writer.gap(channel, Gap(110.0, 111.0, "restart"))
    writer.gap(channel, Gap(110.0, 120.0, "restart", "lost"))
    writer.gap(channel, Gap(130.0, 131.0, "busy"))
    writer.no_gap(channel, 130.0)
    writer.note("window opened")
    writer.close(now=200.0)
    with recording.open(file) as found:
        about = found.metadata
        assert (about.started, about.who, about.purpose, about.lab) == (
            100.0,
            "ann@desk",
            "drift of the laser",
            "/labs/optics.yaml",
        )
        assert [(segment.started, segment.ended, segment.who) for segment in about.segments] == [
            (100.0, 200.0, "ann@desk")
        ]
        power = found["bench.laser.power"]
        assert (power.instrument, power.member, power.unit, power.period) == ("bench.laser", "power", "mW", 0.5)
        (gap,) = found.gaps
        assert (gap.channel, gap.start, gap.end, gap.reason, gap.message) == (
            "bench.laser.power",
            110.0,
            120.0,
            "restart",
            "lost",
        )
        assert [(note.who, note.text) for note in found.notes] == [("ann@desk", "window opened")]
        with pytest.raises(KeyError, match=r"bench\.laser\.power"):
            found["bench.laser.colour"]


@pytest.mark.parametrize("before", [[5], [4096, 5], [4096] * 20])
def test_a_recording_is_continued(file: Path, before: list[int]):
    times, values, parts = batches([*before, 3000, 5000])
    write(file, parts[:-2])
    writer = Writer(file, "bob@desk", {"purpose": "another"}, now=50.0)
    channel = writer.channel("bench.laser", "power", 0.1)
    assert writer.last_time(channel) == times[sum(before) - 1]
    for part in parts[-2:]:
        writer.add(channel, part)
        writer.flush()
    writer.close()
    with recording.open(file) as found:
        np.testing.assert_array_equal(only(found).read()[0], times)
        np.testing.assert_array_equal(only(found).read()[1], values)
        assert only(found).unit == "mW"
        assert [segment.who for segment in found.metadata.segments] == ["ann@desk", "bob@desk"]
        assert found.metadata.who == "ann@desk"
        assert found.metadata.purpose == ""


class TestWhileItIsWritten:
    @pytest.fixture
    def writer(self, file: Path) -> Iterator[Writer]:
        writer = Writer(file, "ann@desk")
        yield writer
        writer.abandon()

    def test_readers_see_each_flush(self, file: Path, writer: Writer):
        channel = writer.channel("bench.laser", "power", 0.1)
        with recording.open(file) as found:
            for count in range(1, 2000, 400):
                writer.add(channel, Samples(np.arange(400.0) + 400 * count, np.ones(400)))
                writer.flush()
                assert len(only(found)) == len(only(found).read()[0]) > 0

    def test_nobody_else_writes_it(self, file: Path, writer: Writer):
        with pytest.raises(LabError, match="written by another recorder"):
            Writer(file, "bob@desk")

    def test_afterwards_it_is_one_file(self, file: Path, writer: Writer):
        writer.close()
        assert [path.name for path in file.parent.iterdir()] == [file.name]

    def test_a_full_disk_costs_nothing_that_was_written(self, file: Path, writer: Writer):
        channel = writer.channel("bench.laser", "power", 0.1)
        writer.add(channel, Samples(np.arange(100.0), np.ones(100)))
        writer.flush()
        pages = writer._file.rows("PRAGMA page_count")[0][0]
        writer._file.rows(f"PRAGMA max_page_count = {pages + 3}")
        later = Samples(100.0 + np.arange(50_000.0), np.ones(50_000))
        writer.add(channel, later)
        with pytest.raises(LabError, match="The disk is full"):
            writer.flush()
        with recording.open(file) as found:
            assert len(only(found)) == 100
        writer._file.rows("PRAGMA max_page_count = 1000000")  # somebody has made room
        writer.flush()
        with recording.open(file) as found:
            assert len(only(found)) == 50_100

    def test_somebody_who_holds_the_file_for_a_moment(self, file: Path, writer: Writer):
        channel = writer.channel("bench.laser", "power", 0.1)
        writer._file.rows("PRAGMA busy_timeout = 10")
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        writer.add(channel, Samples(np.arange(10.0), np.ones(10)))
        writer.flush()
        with recording.open(file) as found:
            assert len(only(found)) == 0
        other.execute("ROLLBACK")
        other.close()
        writer.flush()
        with recording.open(file) as found:
            assert len(only(found)) == 10


class TestWhatIsNoRecording:
    @pytest.mark.parametrize("content", [b"version: 1.0\n" * 100, b"x"])
    def test_something_else_is_left_as_it_is(self, file: Path, content: bytes):
        file.write_bytes(content)
        for use in (recording.open, lambda path: Writer(path, "ann")):
            with pytest.raises(LabError, match="is no recording"):
                use(file)
        assert file.read_bytes() == content
        assert [path.name for path in file.parent.iterdir()] == [file.name]

    def test_another_database_is_left_as_it_is(self, file: Path):
        other = sqlite3.connect(file)
        other.execute("CREATE TABLE mine (x)")
        other.close()
        content = file.read_bytes()
        for use in (recording.open, lambda path: Writer(path, "ann")):
            with pytest.raises(LabError, match="is no recording"):
                use(file)
        assert file.read_bytes() == content

    def test_a_later_version(self, file: Path):
        write(file, [])
        other = sqlite3.connect(file)
        other.execute("PRAGMA user_version = 99")
        other.close()
        for use in (recording.open, lambda path: Writer(path, "ann")):
            with pytest.raises(LabError, match="later version"):
                use(file)

    def test_no_file_and_no_folder(self, tmp_path: Path):
        with pytest.raises(LabError, match="There is no recording"):
            recording.open(tmp_path / "none.rec")
        assert not list(tmp_path.iterdir())
        with pytest.raises(LabError, match="cannot be written"):
            Writer(tmp_path / "none" / "x.rec", "ann")
