"""Waits until a window is on the screen, so that what is slow begins after that."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer

if TYPE_CHECKING:
    from PySide6.QtGui import QWindow
    from PySide6.QtWidgets import QApplication, QWidget


def wait_until_painted(app: QApplication, window: QWidget, seconds: float = 3.0) -> bool:
    """Answer events until `window`, which was shown, has been painted, and once more; return whether it has.

    A window that is never painted (minimized, on another desktop) is waited for `seconds` and no longer.
    """
    handle = window.windowHandle()
    if handle is None:
        return False
    exposed = _Exposed(handle)
    wake = QTimer()
    wake.start(50)
    end = time.monotonic() + seconds
    while not exposed.done and time.monotonic() < end:
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    app.processEvents()
    handle.removeEventFilter(exposed)
    return exposed.done


class _Exposed(QObject):
    """Notices that the system wants a window's pixels: they are painted before the next event.

    The paint events of widgets tell less: a widget that is covered by its children gets none.
    """

    def __init__(self, handle: QWindow) -> None:
        super().__init__()
        self.done = handle.isExposed()
        handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Expose:
            self.done = True
        return False
