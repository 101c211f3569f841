"""An asyncio loop in a thread of its own, asked from other threads.

Limits: what is asked there must be short; who asks waits for the answer, with a limit.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from concurrent.futures import Future

_T = TypeVar("_T")


class LoopThread:
    """A loop that runs from `start` to `end`.

    Parameters
    ----------
    name
        Of the thread.
    """

    def __init__(self, name: str) -> None:
        self.loop = _new_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def is_current(self) -> bool:
        """Whether whoever asks this runs on the loop's own thread."""
        return threading.current_thread() is self._thread

    def ask(self, coroutine: Coroutine[Any, Any, _T], timeout: float) -> _T:
        """Run a coroutine on the loop and return its answer, on another thread than the loop's.

        Raises
        ------
        TimeoutError
            If it takes longer than `timeout` seconds; it is cancelled then.
        RuntimeError
            If the loop has ended.
        """
        try:
            future: Future[_T] = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        except RuntimeError:
            coroutine.close()
            raise
        try:
            return future.result(timeout)
        except TimeoutError:
            future.cancel()
            raise

    def end(self, timeout: float) -> None:
        """Stop the loop, and wait for that for `timeout` seconds at most."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(timeout)

    def _run(self) -> None:
        self.loop.run_forever()
        self.loop.close()


def _new_loop() -> asyncio.AbstractEventLoop:
    """Return a loop of the kind that this system needs, whatever policy the window has set (qasync sets its own)."""
    if sys.platform == "win32":
        return asyncio.ProactorEventLoop()
    return asyncio.SelectorEventLoop()
