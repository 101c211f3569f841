"""One page of the plots: readings over time or against each other, or results that were put there.

Limits: what a page holds, and what of it is remembered; draws nothing.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels.plot_channel import Threshold
from pyrolab_gui.viewmodels.plot_vm import Mark, PlotViewModel
from pyrolab_gui.viewmodels.result_shape import curve_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pyrolab_gui.viewmodels.plot_channel import Channel
    from pyrolab_gui.viewmodels.readings import Readings
    from pyrolab_gui.viewmodels.repeated_call import Call, RepeatedCall
    from pyrolab_gui.viewmodels.result_shape import Curve
    from pyrolab_gui.wire.description import TypeDescription

Kind: TypeAlias = Literal["time", "xy", "results"]
MOST_RESULTS = 8
"""Results that are compared on one page: as many as there are colours."""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A waveform or an image that was put on a page; one of the two is None."""

    label: str
    when: float
    curve: Curve | None = None
    image: NDArray[np.float64] | None = None
    unit: str = ""
    call: Call | None = None
    """What brought it, where that may be made again and again."""


def result_of(
    label: str, when: float, value: Any, returns: TypeDescription | None = None, call: Call | None = None
) -> Result | None:
    """Return a value as something to plot, or None if it is nothing of the kind."""
    curve = curve_of(value, returns)
    if curve is not None:
        return Result(label, when, curve, unit=curve.y_unit, call=call)
    shape = getattr(value, "shape", None)
    if shape is None and isinstance(value, list | tuple) and value and isinstance(value[0], list | tuple):
        try:
            value = np.array(value, dtype=float)
        except (TypeError, ValueError, OverflowError):
            return None
        shape = value.shape
    if shape is None or len(shape) != 2 or min(shape) < 2 or value.dtype.kind not in "iufb":
        return None
    unit = "" if returns is None else returns.unit or (returns.items[0].unit if len(returns.items) == 1 else "")
    return Result(label, when, image=np.asarray(value, dtype=float), unit=unit, call=call)


def against(x: Channel, y: Channel, start: float, end: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the values of two readings at the same moments, from `start` to `end`.

    The moments are those of x; y is interpolated between its neighbours, and NaN where it has a gap.
    """
    times, values = x.series.times, x.series.values
    low, high = np.searchsorted(times, start), np.searchsorted(times, end, side="right")
    times, values = times[low:high], values[low:high]
    known, found = y.series.times, y.series.values
    if not len(times) or not len(known):
        return np.empty(0), np.empty(0)
    inside = (times >= known[0]) & (times <= known[-1])
    times, values = times[inside], values[inside]
    up = np.interp(times, known, found)
    for gap in y.series.gaps_between(start, end):
        up[(times > gap.start) & (times < gap.end)] = np.nan
    return values, up


class PlotPage(QObject):
    """A page.

    Parameters
    ----------
    key
        Tells it from the others, today and after the next start.
    """

    changed = Signal()
    """Its title, its kind, or its results."""
    refreshed = Signal()
    """Its newest result is another one now."""
    repeatChanged = Signal()
    """Its newest result is called for again and again, or no more."""

    def __init__(self, key: int, title: str, kind: Kind, readings: Readings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.title = title
        self.kind: Kind = kind
        self.plot = PlotViewModel(readings, self)
        self.against = ""
        """Label of the channel that is x on a page of kind *xy*; the first channel where it is not there."""
        self.results: list[Result] = []
        self.repeated: RepeatedCall | None = None
        """What keeps the newest result fresh, where its call may be repeated."""
        self.own_window = False
        self.waiting: list[dict[str, Any]] = []
        """Remembered readings whose instrument is not listed yet."""

    def set_title(self, title: str) -> None:
        """Give it another name; an empty one changes nothing."""
        if title.strip() and title != self.title:
            self.title = title.strip()
            self.changed.emit()

    def set_kind(self, kind: Kind) -> None:
        """Draw its readings over time, or against each other."""
        if kind != self.kind:
            self.kind = kind
            self.changed.emit()

    def set_against(self, label: str) -> None:
        """Choose the reading that is x."""
        if label != self.against:
            self.against = label
            self.changed.emit()

    def x_channel(self) -> Channel | None:
        """Return the reading that is x."""
        named = [channel for channel in self.plot.channels if channel.label == self.against]
        return (named or self.plot.channels or [None])[0]  # type: ignore[list-item]

    def y_channels(self) -> list[Channel]:
        """Return the readings that are drawn against x."""
        x = self.x_channel()
        return [channel for channel in self.plot.channels if channel is not x and channel.shown]

    def add_result(self, result: Result) -> None:
        """Put a result on it, the newest first; a picture takes the place of all."""
        if result.image is not None or any(other.image is not None for other in self.results):
            self.results = []
        self.results = [result, *self.results][:MOST_RESULTS]
        self.changed.emit()

    def refresh_result(self, result: Result) -> None:
        """Show what the newest result is now."""
        self.results = [result, *self.results[1:]]
        self.refreshed.emit()

    def clear_results(self) -> None:
        """Take all results off."""
        self.results = []
        self.repeat(None)
        self.changed.emit()

    def repeat(self, repeated: RepeatedCall | None) -> None:
        """Let another call keep the newest result fresh, or none."""
        before, self.repeated = self.repeated, repeated
        if repeated is not None:
            repeated.changed.connect(self.repeatChanged)
        if before is not None:
            before.close()
            before.deleteLater()

    # -- remembering ---------------------------------------------------------------------------------------------------

    def to_plain(self) -> dict[str, Any]:
        """Return what is remembered of it: results are not."""
        plot = self.plot
        return {
            "key": self.key,
            "title": self.title,
            "kind": self.kind,
            "against": self.against,
            "own_window": self.own_window,
            "window": None if math.isinf(plot.window) else plot.window,
            "log": sorted(plot.log_units),
            "marks": [asdict(mark) for mark in plot.marks],
            "channels": [*(_channel_to_plain(one) for one in plot.channels if not one.recorded), *self.waiting],
        }

    def take_plain(self, plain: Mapping[str, Any]) -> None:
        """Be what `to_plain` remembered; its readings wait for their instruments."""
        self.against = str(plain.get("against", ""))
        self.own_window = bool(plain.get("own_window", False))
        window = plain.get("window")
        self.plot.window = math.inf if window is None else min(max(float(window), 1.0), 1e9)
        self.plot.log_units = {str(unit) for unit in plain.get("log", ())}
        self.plot.marks = [Mark(float(mark["time"]), str(mark["text"])) for mark in plain.get("marks", ())]
        self.waiting = [dict(channel) for channel in plain.get("channels", ())]


def _channel_to_plain(channel: Channel) -> dict[str, Any]:
    return {
        "instrument": channel.instrument,
        "member": channel.member,
        "unit": channel.own_unit,
        "period": channel.period,
        "shown": channel.shown,
        "thresholds": [asdict(limit) for limit in channel.thresholds],
    }


def thresholds_from_plain(plain: Mapping[str, Any]) -> tuple[Threshold, ...]:
    """Return the limits of a remembered reading."""
    return tuple(
        Threshold(limit["side"], float(limit["value"]), limit["kind"])
        for limit in plain.get("thresholds", ())
        if limit.get("side") in ("above", "below") and limit.get("kind") in ("warning", "alarm")
    )
