"""A time as a person says it is the next one that a clock shows."""

from __future__ import annotations

from datetime import datetime

import pytest

from pyrolab_gui.wire.clock_time import seconds_until

NOON = datetime(2026, 3, 1, 12, 0)


@pytest.mark.parametrize(
    ("text", "hours"), [("18:30", 6.5), (" 8:00 ", 20.0), ("12:00", 24.0), ("2026-03-03 12:00", 48.0)]
)
def test_it_is_the_next_one(text: str, hours: float):
    assert seconds_until(text, NOON) == hours * 3600


@pytest.mark.parametrize("text", ["", "25:00", "tomorrow", "8", "2026-02-01 12:00", "-"])
def test_what_is_none_is_refused(text: str):
    with pytest.raises(ValueError, match="time"):
        seconds_until(text, NOON)
