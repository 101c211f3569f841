"""Channels of recordings as curves: read in a worker, at several resolutions, to be drawn at once.

To compare recordings each begins where the first one does. Limits: numbers only; of more than `MOST_SAMPLES` samples
in all the oldest are kept as lowest and highest values alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyrolab_gui import recording
from pyrolab_gui.recording.buffer import SAMPLES
from pyrolab_gui.viewmodels.plot_channel import Channel
from pyrolab_gui.viewmodels.plot_vm import COLORS
from pyrolab_gui.viewmodels.series import Series, SeriesGap
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.viewmodels.recordings_catalogue import Facts

MOST_SAMPLES = 8_000_000
"""Samples that are kept as they are: 128 MB."""


@dataclass(frozen=True)
class Curves:
    """Channels, and the time that they fill (UTC seconds, of the first recording)."""

    channels: list[Channel]
    start: float
    end: float


def load(recordings: Sequence[Facts]) -> Curves:
    """Return all numbers of some recordings; of several each is moved to the beginning of the first.

    Raises
    ------
    LabError
        If one cannot be read, or there is nothing to draw.
    """
    many = len(recordings) > 1
    origin = min(one.started for one in recordings)
    count = sum(len(one.channels) for one in recordings) or 1
    channels: list[Channel] = []
    for one in recordings:
        moved = origin - one.started if many else 0.0
        with recording.open(one.path) as file:
            for found in file.channels:
                capacity = max(SAMPLES, min(len(found), MOST_SAMPLES // count))
                series = Series(capacity)
                for block in found.blocks():
                    series.append(block.times + moved, block.numbers, 0.0)
                if not len(series) or all(math.isnan(value) for value in series.values[:1000]):
                    continue  # texts
                for gap in file.gaps:
                    if gap.channel == found.name:
                        series.add_gap(SeriesGap(gap.start + moved, gap.end + moved, gap.reason, gap.message))
                label = f"{one.path.stem}: {found.instrument}" if many else found.instrument
                color = len(channels) % COLORS
                channels.append(Channel(label, found.member, found.unit, found.period, color, series, recorded=True))
    if not channels:
        raise LabError("There is nothing to draw: no readings that are numbers.")
    start = min(channel.series.start for channel in channels)
    return Curves(channels, start, max(channel.series.last_time for channel in channels))
