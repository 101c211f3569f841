"""Coroutines with an owner: started here, ended here, and no failure of theirs is lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from pyrolab_gui.viewmodels.notifications import Notifications


class TaskOwner:
    """Starts coroutines on the running loop and ends those that are left.

    Parameters
    ----------
    notifications
        Told of every exception that a task ends with.
    """

    def __init__(self, notifications: Notifications) -> None:
        self._notifications = notifications
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False

    @property
    def running(self) -> int:
        """How many tasks have not ended."""
        return len(self._tasks)

    def start(self, coro: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any] | None:
        """Start a coroutine; after `aclose` it is closed instead, and None is returned."""
        if self._closed:
            coro.close()
            return None
        task = asyncio.get_running_loop().create_task(coro, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)
        return task

    async def aclose(self) -> None:
        """Cancel what runs and wait until it has ended."""
        self._closed = True
        here = asyncio.current_task()
        left = [task for task in self._tasks if task is not here]
        for task in left:
            task.cancel()
        if left:
            await asyncio.gather(*left, return_exceptions=True)

    def _on_task_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self._notifications.error(error)
