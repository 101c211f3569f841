"""The statistics of one reading over what its plot shows, and the differences between two cursors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.console.elided_label import ElidedLabel
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.value_text import NOTHING, count_text, decimals_of, duration_text, number_text

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.plot_channel import Channel
    from pyrolab_gui.viewmodels.plot_vm import PlotViewModel

_NAMES = (("low", "min"), ("high", "max"), ("mean", "mean"), ("deviation", "σ"))


class StatisticsView(Panel):
    """Four numbers of a reading."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("alternate", parent)
        self._key: tuple[object, ...] = ()
        self.name = ElidedLabel("", 12, 600, "text")
        self.what = TextLabel("", 12, 400, "secondary")
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.what)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        self.values: dict[str, TextLabel] = {}
        for place, (key, word) in enumerate(_NAMES):
            label, value = TextLabel(word, 12, 400, "secondary"), TextLabel(NOTHING, 12, 500)
            grid.addWidget(label, place // 2, 2 * (place % 2))
            grid.addWidget(value, place // 2, 2 * (place % 2) + 1)
            self.values[key] = value
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.count = TextLabel("", 12, 400, "secondary")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 12, 10)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(grid)
        column.addWidget(self.count)

    def show_channel(self, plot: PlotViewModel, channel: Channel | None) -> None:
        """Show a reading's numbers over what is shown now, between the cursors where there are two."""
        self.setVisible(channel is not None)
        if channel is None:
            return
        between = sorted(plot.cursors) if len(plot.cursors) == 2 else None
        start, end = between or plot.span()
        key = (channel, channel.series.version, round(start, 3), round(end, 1))
        if key == self._key:
            return
        self._key = key
        found = channel.series.statistics(start, end)
        self.name.setText(channel.label)
        self.what.setText("between A and B" if between else f"shown {duration_text(end - start)}")
        for name, label in self.values.items():
            value = getattr(found, name)
            label.setText(f"{statistic_text(value, found.high - found.low)} {channel.unit}".rstrip())
        words = count_text(found.count, "sample") if found.count else "no sample"
        self.count.setText(words if found.exact else f"about {words}, older ones coarser")


def statistic_text(value: float, spread: float) -> str:
    """Return a number with as many digits as the spread of the samples makes sense of."""
    if not math.isfinite(value):
        return NOTHING
    if not spread or not math.isfinite(spread) or abs(value) >= 1e6 or 0 < abs(value) < 1e-4:
        return number_text(float(f"{value:.3g}"))
    decimals = max(0, min(3 - math.floor(math.log10(spread)) - 1, 9, max(decimals_of(value), 3)))
    return number_text(value, decimals)
