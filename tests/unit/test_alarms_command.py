"""Times on the command line for shelving an alarm."""

from __future__ import annotations

import time

import pytest

from pyrolab_gui.cli.alarms import moment
from pyrolab_gui.wire.errors import LabError

EVENING = time.mktime((2026, 3, 4, 22, 0, 0, 0, 0, -1))


def test_a_clock_time_is_the_next_one_and_a_duration_counts_from_now() -> None:
    assert time.localtime(moment("08:00", EVENING))[:5] == (2026, 3, 5, 8, 0)
    assert time.localtime(moment("23:30", EVENING))[:5] == (2026, 3, 4, 23, 30)
    assert moment("2h", EVENING) == EVENING + 7_200


def test_what_is_neither_is_refused() -> None:
    with pytest.raises(LabError):
        moment("soon", EVENING)


def test_an_hour_needs_no_leading_zero_and_a_time_that_no_clock_shows_is_refused() -> None:
    assert time.localtime(moment("8:00", EVENING))[:5] == (2026, 3, 5, 8, 0)
    with pytest.raises(LabError, match="25:00"):
        moment("25:00", EVENING)
