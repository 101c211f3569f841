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

from pyrolab_gui.supervision.child import Child
from pyrolab_gui.wire.child import ChildState
from pyrolab_gui.wire.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_UNSETTLED = (ChildState.STARTING, ChildState.STOPPING)
_LONGEST = 120.0
"""Seconds for which a level is waited for; a process that cannot even be killed must not hold up the others."""


@record(frozen=True)
class _Step:
    """What one level is told, and when it has done it."""

    children: tuple[Child, ...]
    act: Callable[[Child], None]
    done: Callable[[ChildState], bool]
    following: tuple[Child, ...] = ()
    """Children that are prepared meanwhile: their interpreters start, and are held until their own step comes."""


class Orders:
    """The orders that are under way."""

    def __init__(self) -> None:
        self._owners: dict[str, object] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, children: Sequence[Child]) -> None:
        """Start children in ascending levels."""
        self._begin(_start_steps(children))

    def stop(self, children: Sequence[Child]) -> None:
        """Stop children in descending levels."""
        self._begin(_stop_steps(children))

    def restart(self, children: Sequence[Child]) -> None:
        """Stop, then start."""
        self._begin(_stop_steps([child for child in children if child.state.alive]) + _start_steps(children))

    async def stop_now(self, children: Sequence[Child]) -> None:
        """Stop children in descending levels and return when they have ended."""
        task = self._begin(_stop_steps(children))
        if task is not None:
            await task

    async def end(self) -> None:
        """Give up all orders; nothing more is started or stopped."""
        self._owners.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, steps: list[_Step]) -> asyncio.Task[None] | None:
        """Take the first step now, so that orders given one after the other are begun so, and the others in a task."""
        if not steps:
            return None
        ticket = object()
        self._owners.update((child.key, ticket) for step in steps for child in step.children)
        mine = self._act(steps[0], ticket)
        task = asyncio.get_running_loop().create_task(self._go_on(mine, steps, ticket), name="order")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _go_on(self, mine: list[Child], steps: list[_Step], ticket: object) -> None:
        await _until(mine, steps[0].done)
        for step in steps[1:]:
            await _until(self._act(step, ticket), step.done)

    def _act(self, step: _Step, ticket: object) -> list[Child]:
        mine = [child for child in step.children if self._owners.get(child.key) is ticket]
        for child in mine:
            step.act(child)
        for child in step.following:
            if self._owners.get(child.key) is ticket:
                child.prepare()
        return mine


def _start_steps(children: Iterable[Child]) -> list[_Step]:
    levels = _levels(children)
    following = [*levels[1:], ()]
    return [_Step(level, Child.start, _settled, after) for level, after in zip(levels, following, strict=False)]


def _settled(state: ChildState) -> bool:
    return state not in _UNSETTLED


def _stop_steps(children: Iterable[Child]) -> list[_Step]:
    return [_Step(level, Child.stop, lambda state: not state.alive) for level in reversed(_levels(children))]


def _levels(children: Iterable[Child]) -> list[tuple[Child, ...]]:
    ordered = sorted(children, key=lambda child: child.level)
    return [tuple(level) for _, level in groupby(ordered, key=lambda child: child.level)]


async def _until(children: Sequence[Child], done: Callable[[ChildState], bool]) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LONGEST):
            await asyncio.gather(*(child.until(done) for child in children))
