"""Ctrl+C and SIGTERM end the window in order, without questions."""

from __future__ import annotations

import contextlib
import signal
import socket
from typing import TYPE_CHECKING

from PySide6.QtCore import QSocketNotifier

if TYPE_CHECKING:
    from pyrolab_gui.ui.main_window import MainWindow


class Interrupts:
    """Takes over both signals until `release`.

    Python runs a signal's handler between two of its own instructions, and Qt's loop executes none while it waits: the
    byte that Python writes at a signal wakes it.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._before_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._on_woken)
        self._before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}

    def release(self) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._before_fd)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _on_woken(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._reader.recv(64)

    def _on_signal(self, number: int, frame: object) -> None:
        self._window.interrupted.emit()
