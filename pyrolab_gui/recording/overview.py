"""A curve for the screen: lowest, highest and mean for each pixel, in a time that grows with the pixels alone.

Limits: an entry that reaches over the edge of a pixel counts for the one in which it begins; there are at least
`ENTRIES` entries for each pixel, or else the samples themselves are taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pyrolab_gui.recording import pyramid
from pyrolab_gui.recording.search import Place, Row, overlapping, top_level
from pyrolab_gui.recording.values import Samples, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

ENTRIES = 2
_BATCH = 500
"""SQLite takes so many values in one question, at least."""


@dataclass(frozen=True, slots=True)
class Overview:
    """One element for each pixel; `times` are their middles. A pixel without a value has count 0, and NaN."""

    times: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    mean: NDArray[np.float64]
    count: NDArray[np.int64]


def overview(place: Place, pieces: list[Samples], start: float, stop: float, points: int) -> Overview:
    """Return the overview of a time.

    Parameters
    ----------
    pieces
        Samples of the channel that stand in no block.
    start, stop
        UTC seconds.
    points
        Pixels.

    Raises
    ------
    ValueError
        If there are no points, or the time ends before it begins.
    """
    if points < 1 or not stop >= start:
        raise ValueError("an overview needs at least one point, and a time that does not end before it begins")
    entries = pyramid.concatenated(_entries(place, pieces, start, stop, points))
    entries = entries[(entries[:, pyramid.STOP] >= start) & (entries[:, pyramid.START] <= stop)]
    width = (stop - start) / points or 1.0
    pixels = np.clip(((entries[:, pyramid.START] - start) / width).astype(np.int64), 0, points - 1)
    order = np.argsort(pixels, kind="stable")
    filled, begins = np.unique(pixels[order], return_index=True)
    found = np.full((points, 6), np.nan)
    found[:, pyramid.COUNT] = 0
    if len(filled):
        found[filled] = pyramid.merged(entries[order], begins)
    times: NDArray[np.float64] = np.asarray(start + width * (np.arange(points) + 0.5), dtype=np.float64)
    count = found[:, pyramid.COUNT].astype(np.int64)
    return Overview(times, found[:, pyramid.LOW], found[:, pyramid.HIGH], found[:, pyramid.MEAN], count)


def _entries(place: Place, pieces: list[Samples], start: float, stop: float, points: int) -> Iterator[pyramid.Entries]:
    level, rows = _level(place, start, stop, points)
    if level:
        yield from _of_rows(place, [row.id for row in rows])
        for lower in range(level - 1, 0, -1):
            last = overlapping(place, lower, start, stop, uncovered=True)
            yield from _of_rows(place, [row.id for row in last])
    else:
        for row in rows:
            block = "SELECT times, numbers, texts FROM blocks WHERE channel = ? AND number = ?"
            yield _of_samples(unpack(*place.rows(block, (place.channel, row.number))[0]))
    for piece in pieces:
        yield _of_samples(piece)


def _level(place: Place, start: float, stop: float, points: int) -> tuple[int, list[Row]]:
    """Return the highest level that is fine enough, with its rows; level 0 with the rows of the blocks."""
    rows = []
    for level in range(top_level(place), 0, -1):
        rows = overlapping(place, level, start, stop)
        inside = sum(row.count * _share(row.start, row.stop, start, stop) for row in rows)
        if inside >= ENTRIES * points * pyramid.FIRST * pyramid.FAN ** (level - 1):
            return level, rows
    return 0, rows


def _share(first: float, last: float, start: float, stop: float) -> float:
    """Return how much of a row lies in the time."""
    return (min(last, stop) - max(first, start)) / (last - first) if last > first else 1.0


def _of_rows(place: Place, ids: list[int]) -> Iterator[pyramid.Entries]:
    for begin in range(0, len(ids), _BATCH):
        some = ids[begin : begin + _BATCH]
        marks = ",".join("?" * len(some))
        for (packed,) in place.rows(f"SELECT entries FROM summaries WHERE id IN ({marks}) ORDER BY id", some):
            yield pyramid.unpack(packed)


def _of_samples(these: Samples) -> pyramid.Entries:
    return pyramid.of_samples(these.times, these.numbers)
