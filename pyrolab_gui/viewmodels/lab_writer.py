"""Works out in a thread what a large lab file will say, and writes it there, so that the window goes on.

Limits: one work at a time; a newer wish waits for it and takes the place of one that waits already.
"""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from pyrolab_gui.model.problems import LabFileError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.model.lab import Lab
    from pyrolab_gui.model.store import LabFile

LARGE = 40_000
"""Characters from which a text is not worked out on the window's own thread."""
_LOOK_MS = 50


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be worked out: `lab` laid over a file; and what is told of it, on the window's thread."""

    file: LabFile
    lab: Lab
    done: Callable[[LabFile | LabFileError], object]
    into: LabFile | None = None
    """The file on disk that is replaced by it; None where nothing is written."""

    def is_like(self, other: Work | None) -> bool:
        """Whether both ask for the same."""
        return other is not None and self.file is other.file and self.lab is other.lab and self.into is other.into


class LabWriter(QObject):
    """Works out files."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now: Work | None = None
        self._next: Work | None = None
        self._news: queue.SimpleQueue[LabFile | LabFileError | BaseException] = queue.SimpleQueue()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def want(self, work: Work) -> None:
        """Work something out, as soon as what is under way is done."""
        if work.is_like(self._now) or (self._next is not None and self._next.into is not None):
            return
        self._next = work
        if self._now is None:
            self._begin()

    def _begin(self) -> None:
        self._now, self._next = self._next, None
        if self._now is None:
            self._timer.stop()
            return
        threading.Thread(target=_work, args=(self._now, self._news), name="lab writer").start()
        self._timer.start()

    def _look(self) -> None:
        if self._news.empty():
            return
        news, work = self._news.get(), self._now
        self._begin()
        if isinstance(news, BaseException) and not isinstance(news, LabFileError):
            raise news
        assert work is not None
        work.done(news)


def _work(work: Work, news: queue.SimpleQueue[LabFile | LabFileError | BaseException]) -> None:
    try:
        fresh = work.file.with_lab(work.lab)
        if work.into is not None:
            work.into.replace_with(fresh)
        news.put(fresh)
    except BaseException as error:  # noqa: BLE001 - told on the window's thread
        news.put(error)
