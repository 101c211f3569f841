"""When a plot is drawn: at most thirty times a second, only when something changed, never while nobody sees it.

Limits: asks whoever draws whether anything was drawn.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.viewmodels.plot_vm import PlotViewModel

FRAME_MS = 33
QUICKEST_FRAME, SLOWEST_FRAME = 0.1, 0.25
"""Seconds between two frames that readings ask for: they come in batches, eight a second; the hand draws at once."""


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
        Draws what changed and returns whether anything did.
    """

    def __init__(self, owner: QWidget, plot: PlotViewModel, draw: Callable[[], bool]) -> None:
        super().__init__(owner)
        self._owner, self._plot, self._draw = owner, plot, draw
        self._drawn_at = 0.0
        self.setInterval(FRAME_MS)
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
        # Readings of several channels come one by one: twice a period shows them all, and costs less than each.
        period = min(channel.period for channel in self._plot.channels)
        wait = min(max(period / 2, QUICKEST_FRAME), SLOWEST_FRAME)
        now = time.monotonic()
        if now - self._drawn_at >= wait and self._draw():
            self._drawn_at = now
