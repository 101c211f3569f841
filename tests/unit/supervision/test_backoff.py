"""When a child that ended is started again."""

from __future__ import annotations

import pytest

from pyrolab_gui.supervision.backoff import Backoff
from pyrolab_gui.supervision.timings import Timings


@pytest.fixture
def backoff():
    return Backoff(Timings())


def crash(backoff, lived, start_seconds=1.0):
    backoff.ended(lived, start_seconds)
    return backoff.delay(was_ready=lived is not None)


def test_the_first_crash_is_repaired_at_once_and_the_next_ones_later_and_later(backoff):
    assert [crash(backoff, 10.0) for _ in range(9)] == [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    assert not backoff.exhausted


def test_running_for_long_makes_the_next_crash_a_first_one(backoff):
    for _ in range(5):
        crash(backoff, 10.0)
    assert not backoff.fresh
    assert crash(backoff, 61.0) == 0.0


def test_a_start_that_fails_is_not_repeated_at_once(backoff):
    assert crash(backoff, None) == 1.0


def test_starts_that_fail_in_a_row_come_to_an_end(backoff):
    for number in range(Timings().retries):
        crash(backoff, 0.5 if number % 2 else None)
        assert not backoff.exhausted
    backoff.ended(0.9, 1.0)
    assert backoff.exhausted
    assert backoff.failed_starts == 6


def test_one_start_that_counts_begins_the_row_anew(backoff):
    for _ in range(5):
        crash(backoff, None)
    crash(backoff, 1.0)
    crash(backoff, None)
    assert not backoff.exhausted
    assert backoff.failed_starts == 1


def test_who_starts_it_begins_anew(backoff):
    for _ in range(6):
        crash(backoff, None)
    backoff.reset()
    assert backoff.fresh
    assert not backoff.exhausted
    assert crash(backoff, 5.0) == 0.0


def test_waits_do_not_overflow(backoff):
    assert max(crash(backoff, 10.0) for _ in range(2000)) == 60.0
