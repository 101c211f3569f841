"""P15: samples that a recording takes a second, all of them on disk; 50 channels of 4 kHz, written twice a second.

The value is the time that the budget (200,000 samples a second) allows against the time that was needed, on the disk of
the temporary folder; after it the file is read and every sample counted. A second row: an overview of 1,000 points over
everything, against one over a fiftieth of it, because what it costs must not grow with the samples.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from pyrolab_gui import recording
from pyrolab_gui.recording.values import Samples
from pyrolab_gui.recording.writer import Writer
from tests.benchmarks.row import Row, median_of

CHANNELS = 50
RATE = 4_000
SECONDS = 60
FLUSHES = 2
BUDGET = 200_000
_LONG = 10_000_000


def rows() -> list[Row]:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        return [_written(Path(folder)), _overview(Path(folder))]


def _written(folder: Path) -> Row:
    count = RATE // FLUSHES
    wave = np.sin(np.arange(count))
    file = folder / "rate.rec"
    writer = Writer(file, "bench@here")
    channels = [writer.channel(f"instrument-{i}", "signal", 1 / RATE, "V") for i in range(CHANNELS)]
    began = time.perf_counter()
    for turn in range(SECONDS * FLUSHES):
        times = (turn * count + np.arange(count)) / RATE
        for channel in channels:
            writer.add(channel, Samples(times, wave))
        writer.flush()
    writer.close()
    taken = time.perf_counter() - began
    with recording.open(file) as found:
        assert [len(channel) for channel in found.channels] == [RATE * SECONDS] * CHANNELS
        np.testing.assert_array_equal(found.channels[-1].read()[0], np.arange(RATE * SECONDS) / RATE)
    samples = CHANNELS * RATE * SECONDS
    allowed = samples / BUDGET
    work = f"recording {CHANNELS} channels of {RATE} Hz: {samples / taken:,.0f} samples/s on disk"
    return Row("P15", work, taken / allowed, 1.0, allowed, taken)


def _overview(folder: Path) -> Row:
    file = folder / "long.rec"
    writer = Writer(file, "bench@here")
    channel = writer.channel("instrument", "signal", 1e-3)
    step = 500_000
    for start in range(0, _LONG, step):
        times = np.arange(start, start + step) / 1000
        writer.add(channel, Samples(times, np.sin(times)))
        writer.flush()
    writer.close()
    with recording.open(file) as found:
        signal = found.channels[0]
        end = _LONG / 1000
        whole = median_of(lambda: signal.overview(0.0, end, 1000), 15)
        part = median_of(lambda: signal.overview(0.0, end / 50, 1000), 15)
    return Row("P15", f"overview of {_LONG:.0e} samples against a fiftieth of them", whole / part, 3.0, part, whole)
