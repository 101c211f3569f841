"""The samples of a channel at several resolutions, against plain numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pyrolab_gui.recording import pyramid
from pyrolab_gui.recording.buffer import LEVELS, Buffer

RANDOM = np.random.default_rng(3)
SMALL = {"samples": 200, "entries": 40}
"""So small that every level wraps around within a test."""

VALUES = {
    "usual": lambda n: RANDOM.normal(size=n),
    "with NaN": lambda n: np.where(RANDOM.random(n) < 0.3, np.nan, RANDOM.normal(size=n)),
    "only NaN": lambda n: np.full(n, np.nan),
    "huge": lambda n: RANDOM.choice([1.7e308, -1.6e308, 1.0], size=n),
    "tiny": lambda n: RANDOM.random(n) * 1e-300,
    "infinite": lambda n: RANDOM.choice([np.inf, -np.inf, 0.0], size=n),
    "far from zero": lambda n: 1e9 + RANDOM.normal(size=n),
}


def _filled(times: np.ndarray, values: np.ndarray, batches: np.random.Generator, **size: int) -> Buffer:
    buffer, begin = Buffer(**size), 0
    while begin < len(times):
        end = begin + int(batches.integers(1, 700))
        buffer.append(times[begin:end], values[begin:end])
        begin = end
    return buffer


def _check(entries: np.ndarray, first: int, size: int, times: np.ndarray, values: np.ndarray) -> None:
    """Compare each entry with the samples that it stands for."""
    begin = first * size
    for row in entries:
        stop = int(np.searchsorted(times, row[pyramid.STOP], side="right"))
        part = values[begin:stop]
        seen = part[~np.isnan(part)]
        assert row[pyramid.START] == times[begin]
        assert row[pyramid.COUNT] == len(seen)
        if len(seen):
            assert (row[pyramid.LOW], row[pyramid.HIGH]) == (seen.min(), seen.max())
            if np.isfinite(seen).all():
                scale = np.abs(seen).max() or 1.0
                mean = np.mean(seen / scale) * scale
                np.testing.assert_allclose(row[pyramid.MEAN], mean, rtol=1e-9, atol=1e-12 * scale)
            if np.abs(seen).max() < 1e150:
                spread = row[pyramid.SPREAD]
                np.testing.assert_allclose(spread, np.var(seen), rtol=1e-4, atol=1e-9 * spread)
        else:
            assert np.isnan(row[[pyramid.LOW, pyramid.HIGH, pyramid.MEAN]]).all()
        begin = stop


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("size", [{}, SMALL], ids=["all kept", "wrapped around"])
def test_every_level_is_what_numpy_says(kind: str, size: dict[str, int]):
    count = 64 * 16 * 16 + 1234
    times, values = np.cumsum(RANDOM.random(count) + 0.01), VALUES[kind](count)
    buffer = _filled(times, values, np.random.default_rng(1), **size)
    assert buffer.count == count
    np.testing.assert_array_equal(buffer.times, times[-len(buffer) :])
    np.testing.assert_array_equal(buffer.values, values[-len(buffer) :])
    for level in range(1, LEVELS):
        entries, first = buffer.entries(level, -np.inf, np.inf)
        assert entries[-1, pyramid.STOP] == times[-1], "nothing of the newest is missing"
        _check(entries, first, pyramid.FIRST * pyramid.FAN ** (level - 1), times, values)


@settings(max_examples=40, deadline=None)
@given(
    values=arrays(np.float64, st.integers(1, 3000), elements=st.floats(allow_nan=True, allow_infinity=True, width=64)),
    cuts=st.lists(st.integers(1, 500), min_size=1, max_size=20),
    at=st.tuples(st.floats(-10, 3010), st.floats(-10, 3010)),
    points=st.integers(1, 50),
)
def test_whatever_comes_nothing_is_lost_or_counted_twice(values, cuts, at, points):
    times = np.arange(len(values), dtype=float)
    buffer, begin, turn = Buffer(**SMALL), 0, 0
    while begin < len(values):
        end = begin + cuts[turn % len(cuts)]
        buffer.append(times[begin:end], values[begin:end])
        begin, turn = end, turn + 1
    for level in range(LEVELS):
        entries, _ = buffer.entries(level, -np.inf, np.inf)
        inside = values[times >= entries[0, pyramid.START]]
        assert entries[:, pyramid.COUNT].sum() == np.count_nonzero(~np.isnan(inside))
        if not np.isnan(inside).all():
            assert np.nanmin(entries[:, pyramid.LOW]) == np.nanmin(inside)
            assert np.nanmax(entries[:, pyramid.HIGH]) == np.nanmax(inside)
    start, end = sorted(at)
    level = buffer.level_for(start, end, points)
    entries, _ = buffer.entries(level, start, end)
    inside = values[(times >= max(start, buffer.start)) & (times <= end)]
    if len(inside) and not np.isnan(inside).all():
        assert np.nanmin(entries[:, pyramid.LOW]) <= np.nanmin(inside)
        assert np.nanmax(entries[:, pyramid.HIGH]) >= np.nanmax(inside)


def test_statistics_are_exact_for_what_is_kept_and_close_for_what_is_older():
    times, values = np.arange(50_000) / 10, RANDOM.normal(3.0, 0.5, 50_000)
    exact = _filled(times, values, np.random.default_rng(2)).statistics(1000.0, 2000.0)
    part = values[10_000:20_001]
    assert (exact.count, exact.low, exact.high, exact.exact) == (len(part), part.min(), part.max(), True)
    np.testing.assert_allclose((exact.mean, exact.deviation), (part.mean(), part.std()))
    older = _filled(times, values, np.random.default_rng(2), samples=2000).statistics(1000.0, 2000.0)
    assert not older.exact
    np.testing.assert_allclose(
        (older.count, older.mean, older.deviation), (len(part), part.mean(), part.std()), rtol=0.02
    )


def test_what_is_drawn_of_many_samples_is_little_and_memory_is_bounded():
    buffer, batch = Buffer(), 100_000
    values = np.sin(np.arange(batch) / 1000)
    for turn in range(30):
        buffer.append(np.arange(turn * batch, (turn + 1) * batch, dtype=float), values)
    before = buffer.nbytes
    for turn in range(30, 60):
        buffer.append(np.arange(turn * batch, (turn + 1) * batch, dtype=float), values)
    assert buffer.nbytes <= max(1.5 * before, 25e6)
    for span in (1e3, 1e4, 1e5, 1e6, 6e6):
        level = buffer.level_for(6e6 - span, 6e6, 1000)
        entries, _ = buffer.entries(level, 6e6 - span, 6e6)
        assert len(entries) <= 64 * 1000 + 100
        assert len(entries) >= min(span, 1000)


def test_the_nearest_sample_is_found():
    buffer = Buffer(**SMALL)
    assert np.isnan(buffer.at(1.0)).all()
    buffer.append(np.arange(1000.0), np.arange(1000.0))
    assert buffer.at(950.4) == (950.0, 950.0)
    assert buffer.at(2000.0) == (999.0, 999.0)
    when, value = buffer.at(100.0)
    assert abs(when - 100.0) <= 32
    assert abs(value - when) < 1e-9
