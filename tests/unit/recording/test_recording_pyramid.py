"""Entries that stand for many samples, against plain numpy."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from pyrolab_gui.recording import pyramid

RANDOM = np.random.default_rng(7)


def _plain(values: np.ndarray) -> tuple[float, float, float, float]:
    seen = values[~np.isnan(values)]
    if not len(seen):
        return 0, np.nan, np.nan, np.nan
    scale = np.max(np.abs(seen)) or 1.0
    return len(seen), seen.min(), seen.max(), float(np.mean(seen / scale) * scale)


VALUES = {
    "usual": RANDOM.normal(size=5000),
    "with NaN": np.where(RANDOM.random(5000) < 0.3, np.nan, RANDOM.normal(size=5000)),
    "only NaN": np.full(300, np.nan),
    "huge": RANDOM.choice([1.7e308, 1.6e308], size=5000),
    "tiny": RANDOM.random(5000) * 1e-290,
    "one": np.array([3.0]),
    "constant": np.full(1000, -2.5),
}


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("levels", [1, 2, 3])
def test_every_level_is_what_numpy_says(kind: str, levels: int):
    values = VALUES[kind]
    times = np.arange(len(values)) / 10
    entries = pyramid.every(pyramid.of_samples(times, values), pyramid.FIRST)
    for _ in range(levels - 1):
        entries = pyramid.every(entries, pyramid.FAN)
    size = pyramid.FIRST * pyramid.FAN ** (levels - 1)
    assert len(entries) == -(-len(values) // size)
    for i, entry in enumerate(entries):
        part = slice(i * size, (i + 1) * size)
        count, low, high, mean = _plain(values[part])
        assert entry[pyramid.START] == times[part][0]
        assert entry[pyramid.STOP] == times[part][-1]
        np.testing.assert_array_equal(entry[[pyramid.COUNT, pyramid.LOW, pyramid.HIGH]], [count, low, high])
        np.testing.assert_allclose(entry[pyramid.MEAN], mean, rtol=1e-9, atol=1e-12 * max(1, abs(high)))


def test_infinite_values_are_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        entries = pyramid.every(pyramid.of_samples(np.arange(4.0), np.array([np.inf, -np.inf, 1.0, np.nan])), 64)
    assert entries[0, pyramid.LOW] == -np.inf
    assert entries[0, pyramid.HIGH] == np.inf
    assert entries[0, pyramid.COUNT] == 3


def test_packing_loses_nothing():
    entries = pyramid.of_samples(RANDOM.random(10), RANDOM.random(10))
    np.testing.assert_array_equal(pyramid.unpack(pyramid.pack(entries)), entries)
