"""What is on a plot as text: CSV of its samples, and a Python script that draws it again.

Limits: of the newest samples, those that are kept as they are; older ones are in recordings.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from pyrolab_gui.viewmodels.export import curve_csv
from pyrolab_gui.viewmodels.plot_channel import gap_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from pyrolab_gui.viewmodels.plot_channel import Channel
    from pyrolab_gui.viewmodels.plot_vm import PlotViewModel
    from pyrolab_gui.viewmodels.plots_page import Result

MOST_POINTS = 5_000
"""Points of one channel in a script; more are thinned, which it says."""
_HEAD = ("channel", "unit", "time_utc", "time_s", "value", "note")


def write_csv(plot: PlotViewModel, out: TextIO, span: tuple[float, float] | None = None) -> None:
    """Write samples as rows of channel, unit, time and value; gaps as rows without a value.

    Parameters
    ----------
    span
        A stretch of time, in UTC seconds; None for all that is kept.
    """
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEAD)
    start, end = span or (-np.inf, np.inf)
    for channel in plot.channels:
        times, values = _samples(channel, start, end)
        rows: list[tuple[float, str, str]] = [
            (when, repr(value), "") for when, value in zip(times.tolist(), values.tolist(), strict=True)
        ]
        rows += [(gap.start, "", gap_text(gap)) for gap in channel.series.gaps_between(start, end)]
        for when, value, note in sorted(rows):
            moment = datetime.fromtimestamp(when, UTC).isoformat(timespec="milliseconds")
            writer.writerow([channel.label, channel.unit, moment, f"{when:.6f}", value, note])


def csv_bytes(plot: PlotViewModel, span: tuple[float, float] | None = None) -> bytes:
    """Return what `write_csv` writes."""
    out = io.StringIO()
    write_csv(plot, out, span)
    return out.getvalue().encode()


def results_csv(results: Iterable[Result]) -> str:
    """Return curves as points, one below the other, and an image as its rows."""
    parts = []
    for result in results:
        if result.curve is not None:
            parts.append(curve_csv(result.curve))
        elif result.image is not None:
            out = io.StringIO()
            csv.writer(out, lineterminator="\n").writerows(map(repr, row) for row in result.image.tolist())
            parts.append(out.getvalue())
    return "\n".join(parts)


def python_code(plot: PlotViewModel) -> str:
    """Return a script that holds what is shown as numpy arrays and draws it with matplotlib."""
    start, end = plot.span()
    groups = plot.groups()
    lines = [
        "import matplotlib.pyplot as plt",
        "import numpy as np",
        "",
        f"# Readings from {_moment(start)} to {_moment(end)}; times are UTC seconds.",
    ]
    rows = []
    for number, (unit, channels) in enumerate(groups):
        for channel in channels:
            name = f"{channel.instrument}_{channel.member}".replace(".", "_")
            name = "".join(letter if letter.isalnum() or letter == "_" else "_" for letter in name)
            times, values = _samples(channel, start, end)
            if len(times) > MOST_POINTS:
                total = len(times)
                times, values = channel.series.curve(start, end, MOST_POINTS // 4)
                lines.append(f"# {channel.label}: lowest and highest of {total} samples; export the CSV for all.")
            lines.append(f"{name}_t = np.array({_literal(times)})")
            lines.append(f"{name} = np.array({_literal(values)})  # {unit or 'no unit'}".rstrip())
            moments = f'({name}_t * 1e6).astype("int64").astype("datetime64[us]")'
            rows.append((number, f"{moments}, {name}, label={channel.label!r}"))
    count = max(len(groups), 1)
    lines += ["", f"figure, axes = plt.subplots({count}, 1, sharex=True, squeeze=False)"]
    lines += [f"axes[{number}, 0].plot({arguments})" for number, arguments in rows]
    for number, (unit, _) in enumerate(groups):
        lines.append(f"axes[{number}, 0].set_ylabel({unit!r})")
        lines.append(f"axes[{number}, 0].legend()")
        if unit in plot.log_units:
            lines.append(f'axes[{number}, 0].set_yscale("log")')
    return "\n".join([*lines, "plt.show()", ""])


def _samples(channel: Channel, start: float, end: float) -> tuple[np.ndarray, np.ndarray]:
    times, values = channel.series.times, channel.series.values
    low, high = np.searchsorted(times, start), np.searchsorted(times, end, side="right")
    return times[low:high], values[low:high]


def _literal(values: np.ndarray) -> str:
    return "[" + ", ".join("np.nan" if value != value else repr(value) for value in values.tolist()) + "]"


def _moment(when: float) -> str:
    return datetime.fromtimestamp(when, UTC).isoformat(sep=" ", timespec="seconds")
