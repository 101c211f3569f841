"""One reading on a plot: its samples, how fresh they are, and the limits that are drawn with it.

Limits: only numbers; one period.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from pyrolab_gui.viewmodels.series import Series, SeriesGap
from pyrolab_gui.viewmodels.shown_series import ShownSeries
from pyrolab_gui.viewmodels.steady_quantity import SteadyPrefix
from pyrolab_gui.viewmodels.value_text import NOTHING, Steady, number_text

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.units import Conversion
    from pyrolab_gui.wire.columns import Column

PERIODS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
LOST = "restart"
"""The reason of a gap that a lost connection leaves."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Something that can be plotted over time."""

    instrument: str
    member: str
    unit: str = ""
    """The driver's."""
    shown_unit: str = ""
    """The one in which the lab wants to see it, where that is another."""

    @property
    def label(self) -> str:
        """Instrument and member."""
        return f"{self.instrument}.{self.member}"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit that is drawn with a channel: what lies beyond it is a warning or an alarm."""

    side: Literal["above", "below"]
    value: float
    kind: Literal["warning", "alarm"] = "alarm"

    def text(self, unit: str) -> str:
        """Return ``alarm above 4.5 K``."""
        return f"{self.kind} {self.side} {number_text(self.value)} {unit}".rstrip()

    def is_broken_by(self, value: float) -> bool:
        """Whether a value lies beyond it."""
        return value > self.value if self.side == "above" else value < self.value


@dataclass(eq=False)
class Channel:
    """One reading on the plot.

    Attributes
    ----------
    unit
        In which it is shown; its `series` is in it too.
    wanted_unit
        The one in which the lab wants to see it, if it is not the driver's.
    color
        Index into the plot colours.
    shown
        Whether its curve is drawn.
    thresholds
        In the driver's unit; `limits` are those that are drawn.
    trouble
        Why there is no new reading just now, or an empty text.
    pace
        How far apart readings are where they cannot come at the period; else 0.
    recorded
        It comes from a recording: nothing is read any more, and nothing gets stale.
    """

    instrument: str
    member: str
    unit: str
    period: float
    color: int
    series: Series | ShownSeries = field(default_factory=Series)
    shown: bool = True
    thresholds: tuple[Threshold, ...] = ()
    trouble: str = ""
    arrived: float = 0.0
    offset: float = 0.0
    steady: Steady = field(default_factory=Steady)
    prefix: SteadyPrefix = field(default_factory=SteadyPrefix)
    recorded: bool = False
    pace: float = 0.0
    wanted_unit: str = ""
    conversion: Conversion | None = None

    @property
    def label(self) -> str:
        """Instrument and member."""
        return f"{self.instrument}.{self.member}"

    @property
    def own_unit(self) -> str:
        """The driver's unit."""
        return self.unit if self.conversion is None else self.conversion.source

    def show_in(self, conversion: Conversion) -> None:
        """Show it in another unit from now on."""
        if isinstance(self.series, Series):
            self.series = ShownSeries(self.series, conversion)
            self.unit, self.conversion = conversion.target, conversion
            self.steady = Steady()

    def limits(self) -> tuple[Threshold, ...]:
        """Return the limits in the unit that is shown."""
        series = self.series
        if isinstance(series, Series):
            return self.thresholds
        return tuple(replace(limit, value=series.shown(limit.value)) for limit in self.thresholds)

    def take(self, column: Column) -> None:
        """Note what the feed brought; the series has it already."""
        self.pace = column.pace
        if len(column.times):
            self.arrived = time.monotonic()
            self.offset = min(column.times[-1] - time.time(), 0.0)
            self.trouble = ""
        for gap in column.gaps:
            if not gap.end < self.series.last_time:
                self.trouble = gap.message if gap.reason == "error" and gap.message else gap.reason

    def age(self) -> float | None:
        """Return seconds since a sample arrived; None if none ever did."""
        return time.monotonic() - self.arrived if self.arrived else None

    def is_stale(self) -> bool:
        """Whether the newest value is older than it should be, or its instrument is lost."""
        if self.recorded:
            return False
        age = self.age()
        return age is None or age > max(3 * self.period, 3 * self.pace, 2.0) or self.trouble == LOST

    def value_text(self) -> str:
        """Return the newest value as text, in the channel's unit."""
        value = self.series.last_value
        return NOTHING if math.isnan(value) else self.steady.text(value)

    def quantity(self) -> tuple[str, str]:
        """Return the newest value as text, and its unit, with a prefix where the value is very small or large."""
        value = self.series.last_value
        if math.isnan(value):
            return NOTHING, self.unit
        unit = self.prefix.take(value, self.unit)
        return self.steady.text(self.prefix.shown(value)), unit

    def broken(self) -> Threshold | None:
        """Return the limit that the newest value breaks, an alarm before a warning; None if none."""
        value = self.series.last_value if isinstance(self.series, Series) else self.series.source.last_value
        broken = [limit for limit in self.thresholds if limit.is_broken_by(value)]
        return min(broken, key=lambda limit: limit.kind, default=None)


REASONS = {
    "busy": "instrument busy",
    "error": "reading failed",
    "overrun": "read too slowly",
    LOST: "",
    "dropped": "not read",
}


def gap_text(gap: SeriesGap) -> str:
    """Return a gap in words."""
    reason = REASONS.get(gap.reason, gap.reason)
    words = f"no data {gap.end - gap.start:.0f} s" if gap.end - gap.start >= 1 else "no data"
    return f"{words}: {reason}" if reason else words
