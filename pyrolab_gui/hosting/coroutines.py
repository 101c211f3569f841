"""Drivers whose methods are ``async def``: what they return is run to its end, on an event loop of the service's own.

So an async driver is called, connected, sampled and closed like any other, and its background tasks go on between the
calls. The loop has a thread of its own, made when the first coroutine comes: asyncio is not imported before. Limits:
calls wait for each other as all calls do; a method that blocks its loop blocks whatever else runs there.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio


class Coroutines:
    """The event loop of one service.

    Parameters
    ----------
    name
        For the thread.
    """

    _loop: asyncio.AbstractEventLoop
    _stop: asyncio.Event

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._closed = False

    def finish(self, result: Any) -> Any:
        """Return what an awaitable comes to, an async iterator as a plain one, and anything else as it is.

        Raises
        ------
        BaseException
            What the coroutine raises.
        """
        if isinstance(result, Awaitable):
            return self._run(result)
        if isinstance(result, AsyncIterator):
            return self._iterate(result)
        return result

    def close(self, timeout: float = 1.0) -> None:
        """Cancel what still runs, and end the thread."""
        with self._lock:
            thread, self._thread, self._closed = self._thread, None, True
        if thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            thread.join(timeout)

    def _run(self, awaitable: Awaitable[Any]) -> Any:
        import asyncio

        with self._lock:
            if self._closed:
                if asyncio.iscoroutine(awaitable):
                    awaitable.close()
                raise RuntimeError("the service is closed")
            self._start()
            future = asyncio.run_coroutine_threadsafe(_outcome(awaitable), self._loop)
        value, error = future.result()
        if error is not None:
            raise error
        return value

    def _iterate(self, iterator: AsyncIterator[Any]) -> Iterator[Any]:
        try:
            while True:
                try:
                    item = self._run(iterator.__anext__())
                except StopAsyncIteration:
                    return
                yield item
        finally:
            close = getattr(iterator, "aclose", None)
            if callable(close):
                self._run(close())

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name=f"coroutines of {self._name}", daemon=True)
            self._thread.start()
            self._ready.wait()

    def _serve(self) -> None:
        import asyncio

        async def until_stopped() -> None:
            self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
            self._ready.set()
            await self._stop.wait()

        asyncio.run(until_stopped())


async def _outcome(awaitable: Awaitable[Any]) -> tuple[Any, BaseException | None]:
    """Return the value or the exception: a driver's SystemExit would end the loop."""
    import asyncio

    try:
        return await awaitable, None
    except asyncio.CancelledError:
        raise
    except BaseException as error:  # noqa: BLE001 - it is raised again where the call waits
        return None, error
