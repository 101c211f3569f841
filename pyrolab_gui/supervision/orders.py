"""Orders over several children: start levels, one after the other, and which of two orders wins.

A later order takes its children away from an earlier one that has not come to them yet: *stop* pressed while *start
all* waits for the nameservers really stops. Limits: runs on the supervisor's loop; single children are
`supervision.child`.
"""

from __future__ import annotations

import asyncio
import contextlib
from itertools import groupby
from typing import TYPE_CHECKING

from pyrolab_gui.wire.child import ChildState

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence

    from pyrolab_gui.supervision.child import Child

_UNSETTLED = (ChildState.STARTING, ChildState.STOPPING)
_LONGEST = 120.0
"""Seconds for which a level is waited for; a process that cannot even be killed must not hold up the others."""


class Orders:
    """The orders that are under way."""

    def __init__(self) -> None:
        self._owners: dict[str, object] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, children: Sequence[Child]) -> None:
        """Start children in ascending levels."""
        self._run(self._start(children, self._claim(children)))

    def stop(self, children: Sequence[Child]) -> None:
        """Stop children in descending levels."""
        self._run(self._stop(children, self._claim(children)))

    def restart(self, children: Sequence[Child]) -> None:
        """Stop, then start."""

        async def both(ticket: object) -> None:
            await self._stop([child for child in children if child.state.alive], ticket)
            await self._start(children, ticket)

        self._run(both(self._claim(children)))

    async def end(self) -> None:
        """Give up all orders; nothing more is started or stopped."""
        self._owners.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop_now(self, children: Sequence[Child]) -> None:
        """Stop children in descending levels and return when they have ended."""
        await self._stop(children, self._claim(children))

    def _claim(self, children: Iterable[Child]) -> object:
        ticket = object()
        self._owners.update((child.key, ticket) for child in children)
        return ticket

    def _run(self, order: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(order, name="order")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _start(self, children: Sequence[Child], ticket: object) -> None:
        for level in _levels(children, descending=False):
            mine = [child for child in level if self._owners.get(child.key) is ticket]
            for child in mine:
                child.start()
            await _until(mine, lambda state: state not in _UNSETTLED)

    async def _stop(self, children: Sequence[Child], ticket: object) -> None:
        for level in _levels(children, descending=True):
            mine = [child for child in level if self._owners.get(child.key) is ticket]
            for child in mine:
                child.stop()
            await _until(mine, lambda state: not state.alive)


def _levels(children: Iterable[Child], *, descending: bool) -> Iterator[list[Child]]:
    ordered = sorted(children, key=lambda child: child.level, reverse=descending)
    return (list(level) for _, level in groupby(ordered, key=lambda child: child.level))


async def _until(children: Sequence[Child], done: Callable[[ChildState], bool]) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LONGEST):
            await asyncio.gather(*(child.until(done) for child in children))
