"""A plot over time: which readings are on it, what stretch of time is shown, and what is marked in it.

Channels keep going while one looks elsewhere. Samples go into bounded series; a panel asks for thinned curves when it
draws, so a sample costs no signal. Limits: draws nothing.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pyrolab_gui.viewmodels import plot_export, units
from pyrolab_gui.viewmodels.plot_channel import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from pyrolab_gui.viewmodels.instrument_pool import Lease
    from pyrolab_gui.viewmodels.plot_channel import Threshold
    from pyrolab_gui.viewmodels.readings import Listener, Readings, Watch
    from pyrolab_gui.wire.columns import Column

WINDOWS = (60.0, 300.0, 1800.0, math.inf)
COLORS = 8
SHORTEST_SPAN = 10.0
_LOOKUP_MS = 100
SHORTEST_HELD = 1e-3
"""Seconds; nearer one cannot zoom: UTC seconds have no more digits than microseconds."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment that somebody wants to find again, and why."""

    time: float
    text: str


class PlotViewModel(QObject):
    """The channels of a plot over time."""

    channelsChanged = Signal()
    viewChanged = Signal()
    """Another stretch of time, another scale, other marks."""

    def __init__(self, readings: Readings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.channels: list[Channel] = []
        self.window = WINDOWS[1]
        self.held: tuple[float, float] | None = None
        """The stretch of time that is held; None while the plot goes on."""
        self.log_units: set[str] = set()
        self.marks: list[Mark] = []
        self.cursors: tuple[float, ...] = ()
        """One or two times that are compared."""
        self._readings = readings
        self._held: dict[Channel, tuple[Lease, Watch]] = {}
        self._lookup = QTimer(self)
        self._lookup.setInterval(_LOOKUP_MS)
        self._lookup.timeout.connect(self._on_lookup)

    # -- channels ----------------------------------------------------------------------------------------------------

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
        shown_unit: str = "",
    ) -> Channel:
        """Put a reading on the plot; one that is there gets the new period.

        Parameters
        ----------
        lease
            The instrument; the channel takes a lease of its own.
        recent
            Samples already at hand, oldest first.
        unit, shown_unit
            The driver's, and the one in which the lab wants to see it, if it is another.
        """
        channel = self.find(lease.name, member)
        if channel is not None:
            self.set_period(channel, period)
            return channel
        used = [other.color for other in self.channels]
        color = min(range(COLORS), key=lambda index: (used.count(index), index))
        channel = Channel(lease.name, member, unit, period, color)
        own = lease.again()
        watch = self._readings.watch(own.instrument, own.uri, member, period, self._listener(channel))
        channel.series = watch.series
        samples = list(recent)
        if samples and not len(channel.series):
            channel.series.append([when for when, _ in samples], [value for _, value in samples], max(period, 1.0))
        if len(channel.series):
            channel.arrived = time.monotonic() - max(0.0, time.time() - channel.series.last_time)
        self.channels.append(channel)
        self._held[channel] = (own, watch)
        if not self.want_unit(channel, shown_unit):
            self.channelsChanged.emit()
        return channel

    def want_unit(self, channel: Channel, unit: str) -> bool:
        """Show a reading in another unit, if there is a way to it; True if at once, else when it was looked up."""
        if unit in ("", channel.unit) or channel.conversion is not None:
            return False
        channel.wanted_unit = unit
        try:
            way = units.conversion(channel.unit, unit)
        except units.UnitsNotLoaded:
            if not self._lookup.isActive():
                units.load(lambda: None)
                self._lookup.start()
            return False
        if way is None:
            return False
        channel.show_in(way)
        self.channelsChanged.emit()
        return True

    def _on_lookup(self) -> None:
        if units.loaded():
            self._lookup.stop()
            for channel in tuple(self.channels):
                self.want_unit(channel, channel.wanted_unit)

    def put(self, channels: Iterable[Channel], start: float, end: float) -> None:
        """Put recorded channels on the plot, and show a stretch of time."""
        self.channels += channels
        self.channelsChanged.emit()
        self.hold(start, end)

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

    def set_shown(self, channel: Channel, shown: bool) -> None:
        """Draw a channel's curve, or only its value."""
        if channel.shown != shown:
            channel.shown = shown
            self.channelsChanged.emit()

    def set_thresholds(self, channel: Channel, thresholds: Iterable[Threshold]) -> None:
        """Draw other limits with a channel."""
        channel.thresholds = tuple(thresholds)
        self.viewChanged.emit()

    def remove(self, channel: Channel) -> None:
        """Take a reading off the plot."""
        held = self._held.pop(channel, None)
        if held is not None:
            lease, watch = held
            watch.close()
            lease.close()
        if channel in self.channels:
            self.channels.remove(channel)
            self.channelsChanged.emit()

    def clear(self) -> None:
        """Take all off."""
        for channel in tuple(self.channels):
            self.remove(channel)

    def groups(self) -> list[tuple[str, list[Channel]]]:
        """Return (unit, shown channels), one plot each, in the order in which the units came."""
        found: dict[str, list[Channel]] = {}
        for channel in self.channels:
            if channel.shown:
                found.setdefault(channel.unit, []).append(channel)
        return list(found.items())

    # -- the stretch of time -----------------------------------------------------------------------------------------

    @property
    def paused(self) -> bool:
        """Whether the shown stretch of time stands still; samples go on arriving."""
        return self.held is not None

    def set_paused(self, paused: bool) -> None:
        """Hold the shown stretch of time, or go on."""
        if paused != self.paused:
            self.held = self.span() if paused else None
            self.viewChanged.emit()

    def hold(self, start: float, end: float) -> None:
        """Show that stretch of time, and hold it."""
        if end - start < SHORTEST_HELD:
            middle = (start + end) / 2
            start, end = middle - SHORTEST_HELD / 2, middle + SHORTEST_HELD / 2
        if (start, end) != self.held:
            self.held = (start, end)
            self.viewChanged.emit()

    def hold_all(self) -> None:
        """Show all that is known, and hold it."""
        starts = self._starts()
        now = self.newest()
        self.hold(min(starts, default=now - SHORTEST_SPAN), now)

    def set_window(self, seconds: float) -> None:
        """Show that many seconds; infinite shows all that is kept."""
        if seconds != self.window or self.paused:
            self.window = seconds
            self.held = None
            self.viewChanged.emit()

    def newest(self) -> float:
        """Return the newest time, by the clock of the samples, moving on between them."""
        moving = [channel.offset for channel in self.channels if channel.arrived and not channel.is_stale()]
        return time.time() + (max(moving) if moving else 0.0)

    def now(self) -> float:
        """Return the newest time on the plot."""
        return self.held[1] if self.held is not None else self.newest()

    def span(self) -> tuple[float, float]:
        """Return start and end of the shown stretch of time; of less data than the window, what there is."""
        if self.held is not None:
            return self.held
        end = self.newest()
        starts = self._starts()
        return max(min([*starts, end - SHORTEST_SPAN]), end - self.window), end

    def _starts(self) -> list[float]:
        starts = [channel.series.start for channel in self.channels]
        return [start for start in starts if start == start]

    def version(self) -> int:
        """Return a number that grows with every change of the samples."""
        return sum(channel.series.version for channel in self.channels)

    # -- what is marked ----------------------------------------------------------------------------------------------

    def set_log(self, unit: str, log: bool) -> None:
        """Show the values of a unit on a logarithmic scale, or on a linear one."""
        self.log_units = self.log_units | {unit} if log else self.log_units - {unit}
        self.viewChanged.emit()

    def set_cursors(self, *times: float) -> None:
        """Compare two times, look at one, or at none."""
        self.cursors = times[:2]
        self.viewChanged.emit()

    def place_cursor(self, when: float) -> None:
        """Put a cursor at a time: the first, the second, then the nearer of the two moves there."""
        if len(self.cursors) < 2:
            self.set_cursors(*self.cursors, when)
        else:
            near, far = sorted(self.cursors, key=lambda other: abs(other - when))
            self.set_cursors(*((when, far) if near == self.cursors[0] else (far, when)))

    def add_mark(self, when: float, text: str) -> None:
        """Mark a moment."""
        self.marks = sorted([*self.marks, Mark(when, text)], key=lambda mark: mark.time)
        self.viewChanged.emit()

    def remove_mark(self, mark: Mark) -> None:
        """Take a mark away."""
        self.marks = [other for other in self.marks if other != mark]
        self.viewChanged.emit()

    def write_csv(self, out: TextIO, span: tuple[float, float] | None = None) -> None:
        """Write the samples of a stretch of time, or all that are kept (`plot_export.write_csv`)."""
        plot_export.write_csv(self, out, span)

    def _listener(self, channel: Channel) -> Listener:
        def take(column: Column) -> None:
            channel.take(column)

        return take
