"""TaskOwner: no task outlives it, no failure is lost."""

from __future__ import annotations

import asyncio

from pyrolab_gui.viewmodels.notifications import Notifications
from pyrolab_gui.viewmodels.tasks import TaskOwner
from pyrolab_gui.wire.errors import LabError


async def _sleep(ended: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        ended.append("ended")


def test_result_is_that_of_the_coroutine() -> None:
    async def answer() -> int:
        return 42

    async def main() -> None:
        owner = TaskOwner(Notifications())
        task = owner.start(answer(), "answer")
        assert task is not None
        assert task.get_name() == "answer"
        assert await task == 42
        assert owner.running == 0

    asyncio.run(main())


def test_failure_is_told_once() -> None:
    async def fail(error: Exception) -> None:
        raise error

    async def main() -> None:
        notifications = Notifications()
        owner = TaskOwner(notifications)
        first = owner.start(fail(LabError("It failed.", "why")), "one")
        second = owner.start(fail(ValueError("oops")), "two")
        assert first is not None
        assert second is not None
        await asyncio.wait([first, second])
        sentences = [notice.sentence for notice in notifications.notices]
        assert sentences == ["It failed.", "Something went wrong inside the window (ValueError: oops)."]

    asyncio.run(main())


def test_close_cancels_and_waits() -> None:
    async def main() -> None:
        notifications, ended = Notifications(), list[str]()
        owner = TaskOwner(notifications)
        owner.start(_sleep(ended), "sleeps")
        await asyncio.sleep(0)
        assert owner.running == 1
        await owner.aclose()
        assert (owner.running, ended, notifications.notices) == (0, ["ended"], ())

    asyncio.run(main())


def test_nothing_starts_after_close() -> None:
    async def main() -> None:
        owner, ended = TaskOwner(Notifications()), list[str]()
        await owner.aclose()
        assert owner.start(_sleep(ended), "late") is None
        assert owner.running == 0

    asyncio.run(main())


def test_task_may_close_its_own_owner() -> None:
    async def main() -> None:
        owner = TaskOwner(Notifications())
        task = owner.start(owner.aclose(), "closes")
        assert task is not None
        await asyncio.wait_for(task, 5)

    asyncio.run(main())
