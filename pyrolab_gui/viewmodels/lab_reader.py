"""Reads a large lab file in a thread of its own, and tells how far it is.

Limits: the latest wish counts; one that was overtaken is read to its end and dropped.
"""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from pyrolab_gui.model.problems import LabFileError
from pyrolab_gui.model.store import LabFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LARGE = 40_000
"""Bytes from which a file is not read on the window's own thread."""
_STEP = 0.1
_LOOK_MS = 50


def is_large(path: Path) -> bool:
    """Whether a file is better read in a thread."""
    try:
        return path.stat().st_size >= LARGE
    except OSError:
        return False


class LabReader(QObject):
    """Reads files.

    Parameters
    ----------
    taken
        Called on this object's thread with a file, or with why it cannot be read.
    told
        Called there with the file's name and the part that was read, in tenths.
    """

    def __init__(
        self,
        taken: Callable[[LabFile | LabFileError], object],
        told: Callable[[str, float], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._taken = taken
        self._told = told
        self._news: queue.SimpleQueue[tuple[str, float] | LabFile | LabFileError] = queue.SimpleQueue()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def read(self, path: Path) -> None:
        """Read a file."""
        news = self._news = queue.SimpleQueue()
        threading.Thread(target=_read, args=(path, news), name="lab reader", daemon=True).start()
        self._timer.start()

    def forget(self) -> None:
        """Drop what is being read."""
        self._timer.stop()

    def _look(self) -> None:
        while self._timer.isActive() and not self._news.empty():
            news = self._news.get()
            if isinstance(news, tuple):
                self._told(*news)
            else:
                self._timer.stop()
                self._taken(news)


def _read(path: Path, news: queue.SimpleQueue[tuple[str, float] | LabFile | LabFileError]) -> None:
    told = 0.0

    def tell(part: float) -> None:
        nonlocal told
        if part >= told + _STEP:
            told = part
            news.put((path.name, part))

    try:
        news.put(LabFile.open(path, tell))
    except LabFileError as error:
        news.put(error)
