"""When a plot is drawn: part by part, only when something changed, never while nobody sees it, never at any cost.

The stacked plots of a page are drawn in turns, so that the window never waits for all of them, and the rarer the more
a turn costs: live plots take `SHARE` of a core. Limits: asks whoever draws what was drawn.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.viewmodels.plot_vm import PlotViewModel

IDLE_MS = 60
"""How often it is asked whether anything is to be drawn, while nothing is."""
QUICKEST_FRAME, SLOWEST_FRAME = 0.1, 0.25
"""Seconds between two frames that readings ask for: they come in batches, eight a second; the hand draws at once."""
SHARE = 0.04
"""Of a core, for all that is drawn."""
LONGEST_TURN = 0.4
"""Seconds; so often all are drawn, whatever it costs."""


class Part(NamedTuple):
    """What was drawn: one of how many parts, and how many seconds painting such a part took last."""

    parts: int = 1
    painting: float = 0.0


def is_seen(widget: QWidget) -> bool:
    """Whether any part of a widget lies inside those that hold it.

    Behind another dock, or scrolled away, a widget is called visible too. Its `visibleRegion` does not tell: that is
    empty as well where its own children cover all of it.
    """
    seen, part = widget.rect(), widget
    while not part.isWindow() and (holder := part.parentWidget()) is not None:
        seen = seen.translated(part.pos()).intersected(holder.rect())
        part = holder
    return widget.isVisible() and not seen.isEmpty()


class Frames(QTimer):
    """Draws a plot while its widget is seen.

    Parameters
    ----------
    owner
        The widget; it calls `look` when it is shown, hidden, folded, or has nothing to draw.
    plot
        Whose readings are drawn.
    draw
        Draws the next part and tells what that was; None where nothing changed.
    """

    def __init__(self, owner: QWidget, plot: PlotViewModel, draw: Callable[[], Part | None]) -> None:
        super().__init__(owner)
        self._owner, self._plot, self._draw = owner, plot, draw
        self.setTimerType(Qt.TimerType.PreciseTimer)  # a coarse one comes up to a twentieth too early or too late
        self.setInterval(IDLE_MS)
        self.timeout.connect(self._on_timeout)
        plot.channelsChanged.connect(self.look)

    def look(self) -> None:
        """Go on or stop."""
        if self._plot.channels and self._owner.isVisible():
            if not self.isActive():
                self.start()
        else:
            self.stop()

    def _on_timeout(self) -> None:
        if not self._plot.channels or not is_seen(self._owner):
            self.stop()
            return
        begun = time.monotonic()
        part = self._draw()
        wait = IDLE_MS / 1000
        if part is not None:
            # Readings of several channels come one by one: twice a period shows them all, and costs less than each.
            period = min(channel.period for channel in self._plot.channels)
            wait = min(max(period / 2, QUICKEST_FRAME), SLOWEST_FRAME) / part.parts
            cost = time.monotonic() - begun + part.painting
            wait = min(max(wait, cost / SHARE), LONGEST_TURN / part.parts)
        self.setInterval(max(round(wait * 1000), 1))
