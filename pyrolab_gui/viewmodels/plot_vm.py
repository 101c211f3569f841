"""The live plot: which readings are on it, their samples, and what stretch of time is shown.

Channels keep going while one switches consoles. Samples go into bounded series; a panel asks for thinned curves when
it draws, so a sample costs no signal. Limits: draws nothing; one period per channel; only numbers.
"""

from __future__ import annotations

import csv
import math
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels.series import Series, SeriesGap
from pyrolab_gui.viewmodels.value_text import NOTHING, Steady

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyrolab_gui.viewmodels.instrument_pool import Lease
    from pyrolab_gui.viewmodels.readings import Listener, Readings, Watch
    from pyrolab_gui.wire.columns import Column

PERIODS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
WINDOWS = (60.0, 300.0, 1800.0, math.inf)
COLORS = 8
SHORTEST_SPAN = 10.0


@dataclass(eq=False)
class Channel:
    """One reading on the plot.

    Attributes
    ----------
    color
        Index into the plot colours.
    trouble
        Why there is no new reading just now, or an empty text.
    """

    instrument: str
    member: str
    unit: str
    period: float
    color: int
    series: Series = field(default_factory=Series)
    trouble: str = ""
    arrived: float = 0.0
    offset: float = 0.0
    steady: Steady = field(default_factory=Steady)

    @property
    def label(self) -> str:
        """Instrument and member."""
        return f"{self.instrument}.{self.member}"

    def age(self) -> float | None:
        """Return seconds since a sample arrived; None if none ever did."""
        return time.monotonic() - self.arrived if self.arrived else None

    def is_stale(self) -> bool:
        """Whether the newest value is older than it should be."""
        age = self.age()
        return age is None or age > max(3 * self.period, 2.0)

    def value_text(self) -> str:
        """Return the newest value as text, in the channel's unit."""
        value = self.series.last_value
        return NOTHING if math.isnan(value) else self.steady.text(value)


class PlotViewModel(QObject):
    """The channels of the live plot."""

    channelsChanged = Signal()
    viewChanged = Signal()

    def __init__(self, readings: Readings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.channels: list[Channel] = []
        self.window = WINDOWS[1]
        self.paused = False
        self._paused_at = 0.0
        self._readings = readings
        self._held: dict[Channel, tuple[Lease, Watch]] = {}

    def find(self, instrument: str, member: str) -> Channel | None:
        """Return the channel of a reading, or None."""
        for channel in self.channels:
            if (channel.instrument, channel.member) == (instrument, member):
                return channel
        return None

    def add(
        self,
        lease: Lease,
        member: str,
        unit: str = "",
        period: float = 0.5,
        recent: Iterable[tuple[float, float]] = (),
    ) -> Channel:
        """Put a reading on the plot; one that is there gets the new period.

        Parameters
        ----------
        lease
            The instrument; the channel takes a lease of its own.
        recent
            Samples already at hand, oldest first.
        """
        channel = self.find(lease.name, member)
        if channel is not None:
            self.set_period(channel, period)
            return channel
        used = [other.color for other in self.channels]
        color = min(range(COLORS), key=lambda index: (used.count(index), index))
        channel = Channel(lease.name, member, unit, period, color)
        samples = list(recent)
        if samples:
            channel.series.append([when for when, _ in samples], [value for _, value in samples], max(period, 1.0))
            channel.arrived = time.monotonic() - max(0.0, time.time() - samples[-1][0])
        own = lease.again()
        watch = self._readings.watch(own.instrument, own.uri, member, period, self._listener(channel))
        self.channels.append(channel)
        self._held[channel] = (own, watch)
        self.channelsChanged.emit()
        return channel

    def set_period(self, channel: Channel, period: float) -> None:
        """Read a channel at another period."""
        if channel not in self._held or channel.period == period:
            return
        lease, old = self._held[channel]
        new = self._readings.watch(lease.instrument, lease.uri, channel.member, period, self._listener(channel))
        old.close()
        channel.period = period
        self._held[channel] = (lease, new)
        self.channelsChanged.emit()

    def remove(self, channel: Channel) -> None:
        """Take a reading off the plot."""
        held = self._held.pop(channel, None)
        if held is not None:
            lease, watch = held
            watch.close()
            lease.close()
            self.channels.remove(channel)
            self.channelsChanged.emit()

    def clear(self) -> None:
        """Take all off."""
        for channel in tuple(self.channels):
            self.remove(channel)

    def groups(self) -> list[tuple[str, list[Channel]]]:
        """Return (unit, channels), one plot each, in the order in which the units came."""
        found: dict[str, list[Channel]] = {}
        for channel in self.channels:
            found.setdefault(channel.unit, []).append(channel)
        return list(found.items())

    def set_paused(self, paused: bool) -> None:
        """Hold the shown stretch of time; samples go on arriving."""
        if paused != self.paused:
            self._paused_at = self.now()
            self.paused = paused
            self.viewChanged.emit()

    def set_window(self, seconds: float) -> None:
        """Show that many seconds; infinite shows all that is kept."""
        if seconds != self.window:
            self.window = seconds
            self.viewChanged.emit()

    def now(self) -> float:
        """Return the newest time on the plot, by the clock of the samples, moving on between them."""
        if self.paused:
            return self._paused_at
        moving = [channel.offset for channel in self.channels if channel.arrived and not channel.is_stale()]
        return time.time() + (max(moving) if moving else 0.0)

    def span(self) -> tuple[float, float]:
        """Return start and end of the shown stretch of time; of less data than the window, what there is."""
        end = self.now()
        starts = [float(channel.series.times[0]) for channel in self.channels if len(channel.series)]
        return max(min([*starts, end - SHORTEST_SPAN]), end - self.window), end

    def version(self) -> int:
        """Return a number that grows with every change of the samples."""
        return sum(channel.series.version for channel in self.channels)

    def write_csv(self, out: TextIO) -> None:
        """Write all kept samples as rows of channel, unit, time and value; gaps as rows without a value."""
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["channel", "unit", "time_utc", "time_s", "value", "note"])
        for channel in self.channels:
            rows: list[tuple[float, str, str]] = [
                (when, repr(value), "")
                for when, value in zip(channel.series.times.tolist(), channel.series.values.tolist(), strict=True)
            ]
            rows += [(gap.start, "", gap_text(gap)) for gap in channel.series.gaps]
            for when, value, note in sorted(rows):
                moment = datetime.fromtimestamp(when, UTC).isoformat(timespec="milliseconds")
                writer.writerow([channel.label, channel.unit, moment, f"{when:.6f}", value, note])

    def _listener(self, channel: Channel) -> Listener:
        def take(column: Column) -> None:
            if len(column.times):
                channel.series.append(column.times, column.values, column.period or channel.period)
                channel.arrived = time.monotonic()
                channel.offset = min(column.times[-1] - time.time(), 0.0)
                channel.trouble = ""
            newest = channel.series.last_time
            for gap in column.gaps:
                channel.series.add_gap(SeriesGap(gap.start, gap.end, gap.reason, gap.message))
                if not gap.end < newest:
                    channel.trouble = gap.message if gap.reason == "error" and gap.message else gap.reason

        return take


REASONS = {
    "busy": "instrument busy",
    "error": "reading failed",
    "overrun": "read too slowly",
    "restart": "",
    "dropped": "not read",
}


def gap_text(gap: SeriesGap) -> str:
    """Return a gap in words."""
    reason = REASONS.get(gap.reason, gap.reason)
    words = f"no data {gap.end - gap.start:.0f} s" if gap.end - gap.start >= 1 else "no data"
    return f"{words}: {reason}" if reason else words
