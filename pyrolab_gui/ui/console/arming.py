"""A button that asks for a second press where the first one would change something that matters.

The first press arms it for some seconds, and it says so; the second calls. A double click is one press: nobody decides
twice within a blink. Limits: what is done after the second press is the owner's.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFontMetricsF

from pyrolab_gui.ui.console.held_button import HeldButton
from pyrolab_gui.ui.widgets.button import set_kind

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.ui.widgets.button import Kind

ARMED_MS = 5000
BLINK = 0.4
"""Seconds within which a second press belongs to the first."""
AGAIN = "Press again"


class ArmedButton(HeldButton):
    """A `HeldButton` that may need two presses. Whoever owns it asks `press` when it is clicked."""

    armedChanged = Signal()

    def __init__(
        self,
        text: str = "",
        icon_name: str = "",
        kind: Kind = "plain",
        tip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, icon_name, kind, tip, parent=parent)
        self._words, self._kind, self._tip = text, kind, tip
        self._asks = False
        self._since = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ARMED_MS)
        self._timer.timeout.connect(self.disarm)

    @property
    def armed(self) -> bool:
        """Whether the next press is the one that counts."""
        return self._timer.isActive()

    @property
    def asks(self) -> bool:
        """Whether it needs two presses."""
        return self._asks

    def set_asks(self, asks: bool) -> None:
        """Need two presses, or one."""
        if asks == self._asks:
            return
        self._asks = asks
        if self._words:
            metrics = QFontMetricsF(self.font())
            wide = max(metrics.horizontalAdvance(self._words), metrics.horizontalAdvance(AGAIN)) + 26
            self.setMinimumWidth(int(wide) if asks else 0)
        self.setToolTip("\n".join(filter(None, [self._tip, "Press twice: it asks before it acts." if asks else ""])))
        self.disarm()

    def press(self) -> bool:
        """Take a press; return whether it counts."""
        if not self._asks:
            return True
        if self.armed:
            if time.monotonic() - self._since < BLINK:
                return False
            self.disarm()
            return True
        self._since = time.monotonic()
        self._timer.start()
        self._show()
        return False

    def disarm(self) -> None:
        """Forget the first press."""
        self._timer.stop()
        self._show()

    def _show(self) -> None:
        armed = self.armed
        if self._words:
            self.setText(AGAIN if armed else self._words)
        self.setAccessibleDescription("armed: press again" if armed else "asks before it acts" if self._asks else "")
        set_kind(self, "danger" if armed else self._kind)
        self.armedChanged.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key that is held down is one press."""
        if not event.isAutoRepeat():
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Who goes elsewhere has not decided."""
        super().focusOutEvent(event)
        if self.armed:
            self.disarm()
