"""Questions that may take a while, asked in a thread; the answer comes on Qt's thread.

For what blocks its caller, such as a supervisor in another process. Limits: nothing is cancelled that has begun; after
`close` no answer comes any more.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.notifications import Notifications

_T = TypeVar("_T")
_THREADS = 4


class Background:
    """A few threads that ask.

    Parameters
    ----------
    bridge
        Brings answers to Qt's thread.
    notifications
        Told of what nobody expected.
    """

    def __init__(self, bridge: Bridge, notifications: Notifications) -> None:
        self._bridge = bridge
        self._notifications = notifications
        self._closed = False
        self._pool = ThreadPoolExecutor(_THREADS, "question")

    def ask(
        self,
        question: Callable[[], _T],
        answered: Callable[[_T], object],
        failed: Callable[[LabError], object] | None = None,
    ) -> None:
        """Call `question` in a thread, then `answered` with what it returned, or `failed`; without it, it is told."""
        if self._closed:
            return
        future = self._pool.submit(question)
        future.add_done_callback(lambda done: self._bridge.post(self._on_done, done, answered, failed))

    def close(self) -> None:
        """Drop what waits, and all answers."""
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _on_done(
        self, done: Future[Any], answered: Callable[[Any], object], failed: Callable[[LabError], object] | None
    ) -> None:
        if self._closed or done.cancelled():
            return
        error = done.exception()
        if error is None:
            answered(done.result())
        elif isinstance(error, LabError) and failed is not None:
            failed(error)
        else:
            self._notifications.error(error)
