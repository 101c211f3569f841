"""Waits until a window is on the screen, so that what is slow begins after that."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget


def wait_until_painted(app: QApplication, window: QWidget, seconds: float = 3.0) -> bool:
    """Answer events until `window` has painted itself, and once more; return whether it has.

    A window that is never painted (minimized, on another desktop) is waited for `seconds` and no longer.
    """
    first = _FirstPaint(window)
    wake = QTimer()
    wake.start(50)
    end = time.monotonic() + seconds
    while not first.done and time.monotonic() < end:
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    app.processEvents()
    window.removeEventFilter(first)
    return first.done


class _FirstPaint(QObject):
    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self.done = False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.done = True
        return False
