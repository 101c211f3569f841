"""Many samples as few: entries of start, stop, count, lowest, highest and mean, level upon level.

An entry of level 1 stands for `FIRST` samples, one of each further level for `FAN` of the level below; so a curve over
a year costs what its pixels cost. A block of samples makes one row of level 1, `FAN` rows make one of the next level.
NaN counts as no value. Limits: plain numpy, no I/O; the mean of numbers near the smallest that there are is rounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Entries: TypeAlias = NDArray[np.float64]
    """Shape (n, 6); the columns are START … MEAN. In memory there may be a seventh, SPREAD."""

FIRST = 64
FAN = 16
START, STOP, COUNT, LOW, HIGH, MEAN, SPREAD = range(7)
WIDTH = 7
"""Columns in memory: the last one, the variance, is not stored in files."""


def of_samples(times: NDArray[np.float64], numbers: NDArray[np.float64]) -> Entries:
    """Return one entry for each sample."""
    entries = np.empty((len(times), 6))
    entries[:, START] = entries[:, STOP] = times
    entries[:, COUNT] = ~np.isnan(numbers)
    entries[:, LOW] = entries[:, HIGH] = entries[:, MEAN] = numbers
    return entries


def of_blocks(times: NDArray[np.float64], numbers: NDArray[np.float64], size: int) -> Entries:
    """Return one entry, SPREAD included, for each `size` samples; there must be a multiple of that many."""
    blocks = numbers.reshape(-1, size)
    entries = np.empty((len(blocks), WIDTH))
    if not len(blocks):
        return entries
    entries[:, START] = times[::size]
    entries[:, STOP] = times[size - 1 :: size]
    seen = ~np.isnan(blocks)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        if seen.all():
            count, parts = np.full(len(blocks), size), blocks / size
            low, high = blocks.min(axis=1), blocks.max(axis=1)
        else:
            count = seen.sum(axis=1)
            parts = np.where(seen, blocks, 0.0) / count[:, None]
            low, high = np.fmin.reduce(blocks, axis=1), np.fmax.reduce(blocks, axis=1)
        mean = np.where(count > 0, parts.sum(axis=1), np.nan)
        away = np.where(seen, blocks - mean[:, None], 0.0)
        spread = np.where(count > 0, np.square(away).sum(axis=1) / count, np.nan)
    for column, values in ((COUNT, count), (LOW, low), (HIGH, high), (MEAN, mean), (SPREAD, spread)):
        entries[:, column] = values
    return entries


def every(entries: Entries, size: int) -> Entries:
    """Return entries that stand for `size` of the given ones each; the last one may stand for fewer."""
    return merged(entries, np.arange(0, len(entries), size))


def merged(entries: Entries, begins: NDArray[np.intp]) -> Entries:
    """Return one entry for each run of entries; runs begin at the given places."""
    if not len(entries):
        return entries
    result = np.empty((len(begins), entries.shape[1]))
    result[:, START] = np.minimum.reduceat(entries[:, START], begins)
    result[:, STOP] = np.maximum.reduceat(entries[:, STOP], begins)
    result[:, COUNT] = np.add.reduceat(entries[:, COUNT], begins)
    result[:, LOW] = np.fmin.reduceat(entries[:, LOW], begins)
    result[:, HIGH] = np.fmax.reduceat(entries[:, HIGH], begins)
    lengths = np.diff(np.append(begins, len(entries)))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        # Divided before they are added: the sum of huge numbers would be infinite.
        shares = entries[:, COUNT] / np.repeat(result[:, COUNT], lengths)
        parts = np.where(entries[:, COUNT] > 0, entries[:, MEAN] * shares, 0.0)
        result[:, MEAN] = np.where(result[:, COUNT] > 0, np.add.reduceat(parts, begins), np.nan)
        if entries.shape[1] == WIDTH:
            away = entries[:, MEAN] - np.repeat(result[:, MEAN], lengths)
            parts = np.where(entries[:, COUNT] > 0, (entries[:, SPREAD] + away * away) * shares, 0.0)
            result[:, SPREAD] = np.where(result[:, COUNT] > 0, np.add.reduceat(parts, begins), np.nan)
    return result


def concatenated(parts: Iterable[Entries]) -> Entries:
    """Return entries one after the other."""
    known = list(parts)
    return np.concatenate(known) if known else np.empty((0, 6))


def pack(entries: Entries) -> bytes:
    """Return entries as they are stored: float64, little-endian, row after row."""
    return entries.astype("<f8", copy=False).tobytes()


def unpack(packed: bytes) -> Entries:
    """Read what `pack` returned."""
    return np.frombuffer(packed, "<f8").astype(np.float64, copy=False).reshape(-1, 6)
