"""The values of a stream as they come, brought from a worker's thread to Qt's in batches.

However fast they come, one batch at a time is under way. Limits: the newest are kept, as many as the network keeps.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.viewmodels.runs import Run

KEPT = 10_000


class Stream:
    """The values of one call.

    Parameters
    ----------
    run
        The call; its result becomes the list of what has come.
    post
        Runs a function on the Qt thread.
    told
        Called there when there is more.
    """

    def __init__(self, run: Run, post: Callable[..., None], told: Callable[[], object]) -> None:
        self._run, self._post, self._told = run, post, told
        self._lock = threading.Lock()
        self._new: list[Any] = []
        self._all: deque[Any] = deque(maxlen=KEPT)

    def take(self, item: Any) -> None:
        """Take a value, on the worker's thread."""
        with self._lock:
            self._new.append(item)
            under_way = len(self._new) > 1
        if not under_way:
            self._post(self._bring)

    def _bring(self) -> None:
        with self._lock:
            new, self._new = self._new, []
        if self._run.outcome != "running":
            return
        self._all.extend(new)
        self._run.came += len(new)
        self._run.result = list(self._all)
        self._told()
