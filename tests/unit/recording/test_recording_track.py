"""Columns of a feed on their way to disk: each sample once, each gap as long as it was."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import pytest

from pyrolab_gui.recording.summary import Summary, events
from pyrolab_gui.recording.track import STOPPED, Track
from pyrolab_gui.wire.columns import MAX_SAMPLES, Column, Gap


class Kept:
    """A track, and what it has kept."""

    def __init__(self, *, last: float | None = None, period: float = 1.0) -> None:
        self.gaps: dict[float, Gap] = {}
        self.times: list[float] = []
        self.track = Track(period, 100.0, last, self._put, self._void)

    def take(self, times: list[float], first: int = 0, gaps: tuple[Gap, ...] = (), values: Any = None) -> None:
        values = array("d", times) if values is None else values
        column = Column("laser\npower", first, first + len(times), array("d", times), values, gaps, 1.0)
        self.times += self.track.take(column).times.tolist()

    def _put(self, gap: Gap) -> None:
        self.gaps[gap.start] = gap

    def _void(self, gap: Gap) -> None:
        del self.gaps[gap.start]


def test_what_was_sampled_before_is_left_out():
    kept = Kept()
    kept.take([97.0, 98.0, 99.0, 101.0])
    kept.take([102.0], first=4)
    assert kept.times == [101.0, 102.0]


def test_a_long_past_is_left_out_whole():
    kept = Kept()
    past = [100.0 - (MAX_SAMPLES + 10) / 1e3 + i / 1e3 for i in range(MAX_SAMPLES + 20)]
    kept.take(past[:MAX_SAMPLES])
    kept.take(past[MAX_SAMPLES:], first=MAX_SAMPLES)
    assert len(kept.times) == 9
    assert min(kept.times) > 100.0


def test_a_clock_that_is_behind_costs_one_batch_at_most():
    kept = Kept()
    kept.take([50.0])
    kept.take([51.0, 52.0], first=1)
    kept.take([40.0], first=3)  # and was set back
    assert kept.times == [51.0, 52.0, 40.0]


def test_what_comes_twice_is_kept_once():
    kept = Kept()
    kept.take([101.0, 102.0], first=7)
    kept.take([100.5, 101.0, 102.0, 103.0], first=0)
    assert kept.times == [101.0, 102.0, 103.0]


def test_a_restart_is_one_gap_until_the_next_sample():
    kept = Kept()
    kept.take([101.0, 102.0])
    kept.take([], gaps=(Gap(102.5, 102.5, "restart", "laser is gone"),))
    kept.take([], gaps=(Gap(102.5, 140.2, "restart"),))
    kept.take([140.0, 141.0], first=0)
    assert kept.times == [101.0, 102.0, 140.0, 141.0]
    assert list(kept.gaps.values()) == [Gap(102.5, 140.0, "restart", "laser is gone")]


def test_a_cut_of_which_nothing_was_lost_is_no_gap():
    kept = Kept()
    kept.take([101.0, 102.0])
    kept.take([], gaps=(Gap(102.5, 102.5, "restart", "laser is gone"),))
    kept.take([], gaps=(Gap(102.5, 110.0, "restart"),))
    kept.take([103.0, 104.0, 105.0], first=2)
    assert not kept.gaps


def test_a_gap_that_goes_on_is_one():
    kept = Kept()
    kept.take([101.0], gaps=(Gap(102.0, 102.1, "error", "too hot"),))
    kept.take([], first=1, gaps=(Gap(102.0, 107.0, "error", "too hot"),))
    kept.take([110.0], first=1, gaps=(Gap(102.0, 110.0, "error", "too hot"),))
    assert list(kept.gaps.values()) == [Gap(102.0, 110.0, "error", "too hot")]


def test_questions_that_fail_again_and_again_are_one_gap():
    kept = Kept()
    for moment in (101.0, 101.5, 102.0):
        kept.take([], gaps=(Gap(moment, moment, "restart", "no route"),))
    kept.track.finish(103.0)
    assert list(kept.gaps.values()) == [Gap(101.0, 103.0, "restart", "no route")]


def test_one_reason_after_the_other():
    kept = Kept()
    kept.take([101.0], gaps=(Gap(102.0, 102.0, "restart", "laser is gone"),))
    kept.take([120.0], gaps=(Gap(110.0, 112.0, "error", "not connected"),))
    assert list(kept.gaps.values()) == [
        Gap(102.0, 110.0, "restart", "laser is gone"),
        Gap(110.0, 120.0, "error", "not connected"),
    ]


def test_two_gaps_with_samples_between_are_two():
    kept = Kept()
    kept.take([101.0, 103.0], gaps=(Gap(101.5, 102.0, "busy"), Gap(103.5, 104.0, "busy")))
    kept.take([105.0], first=2)
    assert list(kept.gaps.values()) == [Gap(101.5, 103.0, "busy"), Gap(103.5, 105.0, "busy")]


def test_gaps_from_before_the_recording_are_left_out():
    kept = Kept()
    kept.take([101.0], gaps=(Gap(20.0, 30.0, "busy"), Gap(40.0, 100.5, "dropped", "not sampled")))
    assert not kept.gaps


@pytest.mark.parametrize("value", ["x" * 5000, [1.0, 2.0], {"a": 1}, np.arange(10_000)])
def test_what_is_no_reading_is_a_gap(value: object):
    kept = Kept()
    kept.take([101.0], values=[value])
    (gap,) = kept.gaps.values()
    assert gap.reason == "error"
    assert "no reading" in gap.message
    assert kept.track.count == 0


class TestContinued:
    def test_what_the_daemon_kept_is_fetched_and_no_gap(self):
        kept = Kept(last=90.0)
        kept.take([float(moment) for moment in range(80, 103)])
        assert kept.times == [float(moment) for moment in range(91, 103)]
        assert not kept.gaps

    def test_the_time_without_a_recorder_is_a_gap(self):
        kept = Kept(last=90.0)
        kept.take([101.0])
        kept.take([102.0], first=1)
        assert list(kept.gaps.values()) == [Gap(90.0, 101.0, STOPPED, "the recorder did not run")]

    def test_the_daemon_knows_better_why(self):
        kept = Kept(last=90.0)
        kept.take([91.0, 101.0], gaps=(Gap(91.0, 100.5, "dropped", "not sampled"),))
        assert list(kept.gaps.values()) == [Gap(91.0, 101.0, "dropped", "not sampled")]


class TestSentence:
    def test_all_is_well(self):
        assert str(Summary(1, (), 59.7, ())) == "1 of 1 channels, 00:01:00, no gaps"

    def test_an_event_that_many_channels_had(self):
        gaps = events(("cryo", Gap(10.0 + i / 10, 48.0, "restart")) for i in range(4))
        assert str(Summary(12, (), 29650.0, gaps)) == "12 of 12 channels, 08:14:10, 1 gap of 38 s: cryo restarted"

    def test_a_daemon_with_two_instruments(self):
        lost = "The connection to the daemon at pc:4000 was lost."
        gaps = events([("stage", Gap(1.0, 5.0, "restart", lost)), ("cryo", Gap(1.1, 5.2, "restart", lost))])
        assert str(Summary(2, (), 60.0, gaps)).endswith(", 1 gap of 4.2 s: stage and cryo restarted")

    def test_the_same_again_later_is_another_one(self):
        gaps = events([("cryo", Gap(1.0, 5.0, "busy")), ("cryo", Gap(6.0, 8.0, "busy"))])
        assert str(Summary(1, (), 60.0, gaps)).endswith(", 2 gaps, the longest of 4.0 s: cryo was busy")

    def test_several_and_a_silent_one(self):
        gaps = events(
            [
                ("cryo", Gap(0.0, 3.0, "busy")),
                ("laser", Gap(1.0, 500.0, "error", "Too hot.")),
                ("cryo", Gap(5, 6, "busy")),
            ]
        )
        summary = Summary(3, ("laser.power gave nothing: Too hot.",), 90_000.0, gaps)
        assert str(summary) == (
            "2 of 3 channels, 1 d 01:00:00, 3 gaps, the longest of 00:08:19: laser: Too hot; "
            "laser.power gave nothing: Too hot."
        )

    @pytest.mark.parametrize("reason", ["busy", "overrun", "dropped", STOPPED, "error"])
    def test_each_reason_has_words(self, reason: str):
        text = str(Summary(1, (), 5.0, (("cryo", Gap(0.0, 2.5, reason)),)))
        assert text.startswith("1 of 1 channels, 00:00:05, 1 gap of 2.5 s: ")
