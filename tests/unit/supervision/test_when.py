"""Moments as people type them."""

from __future__ import annotations

import datetime

import pytest

from pyrolab_gui.supervision.when import duration_text, moment_text, parse_when

NOW = datetime.datetime(2026, 11, 25, 9, 30)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("FRIDAY-18:00", datetime.datetime(2026, 11, 20, 18, 0)),
        ("fri-18:00", datetime.datetime(2026, 11, 20, 18, 0)),
        ("friday 18:00", datetime.datetime(2026, 11, 20, 18, 0)),
        ("monday", datetime.datetime(2026, 11, 23)),
        ("wednesday", datetime.datetime(2026, 11, 25)),
        ("wednesday-09:31", datetime.datetime(2026, 11, 18, 9, 31)),
        ("today", datetime.datetime(2026, 11, 25)),
        ("yesterday", datetime.datetime(2026, 11, 24)),
        ("Yesterday-17:30", datetime.datetime(2026, 11, 24, 17, 30)),
        ("8:00", datetime.datetime(2026, 11, 25, 8, 0)),
        ("18:00:30", datetime.datetime(2026, 11, 24, 18, 0, 30)),
        ("2026-11-20", datetime.datetime(2026, 11, 20)),
        ("2026-11-20T18:00", datetime.datetime(2026, 11, 20, 18, 0)),
        ("2026-11-20 18:00:05", datetime.datetime(2026, 11, 20, 18, 0, 5)),
        ("2026-11-20-18:00", datetime.datetime(2026, 11, 20, 18, 0)),
        ("90m", datetime.datetime(2026, 11, 25, 8, 0)),
        ("90 min", datetime.datetime(2026, 11, 25, 8, 0)),
        ("1.5h", datetime.datetime(2026, 11, 25, 8, 0)),
        ("2d", datetime.datetime(2026, 11, 23, 9, 30)),
        ("1w", datetime.datetime(2026, 11, 18, 9, 30)),
    ],
)
def test_what_is_meant(text: str, meant: datetime.datetime):
    assert datetime.datetime.fromtimestamp(parse_when(text, NOW.timestamp())) == meant


@pytest.mark.parametrize(
    "text", ["", "fr", "someday", "25:00", "friday-18", "2026-13-01", "5", "-3h", "18:0", "today-x"]
)
def test_what_is_not_understood_is_said_with_what_would_be(text: str):
    with pytest.raises(ValueError, match="FRIDAY-18:00"):
        parse_when(text, NOW.timestamp())


@pytest.mark.parametrize("text", ["2026-12-24", "today-10:00"])
def test_the_future_is_refused(text: str):
    with pytest.raises(ValueError, match="still to come"):
        parse_when(text, NOW.timestamp())


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0 s"), (59.9, "59 s"), (63, "1 min 3 s"), (12_000, "3 h 20 min"), (187_300, "2 d 4 h")],
)
def test_durations(seconds: float, text: str):
    assert duration_text(seconds) == text


def test_an_earlier_day_is_named():
    now = NOW.timestamp()
    assert moment_text(now - 60, now) == "09:29:00"
    assert moment_text(now - 86400, now) == "Tue 24 Nov 09:30:00"
