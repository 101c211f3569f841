"""Exceptions that nobody caught become notices, wherever they happen; the hooks are given back."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication

from pyrolab_gui.viewmodels.bridge import Bridge
from pyrolab_gui.viewmodels.notifications import Notifications
from pyrolab_gui.viewmodels.uncaught import UncaughtErrors

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def heard() -> Iterator[tuple[UncaughtErrors, Notifications]]:
    notifications = Notifications()
    errors = UncaughtErrors(notifications, Bridge())
    yield errors, notifications
    errors.release()


def sentences(notifications: Notifications) -> list[str]:
    QCoreApplication.sendPostedEvents()
    return [notice.sentence for notice in notifications.notices]


def test_exception_of_a_slot(heard: tuple[UncaughtErrors, Notifications], capsys: pytest.CaptureFixture[str]) -> None:
    error = ValueError("oops")
    sys.excepthook(ValueError, error, None)
    assert sentences(heard[1]) == ["Something went wrong inside the window (ValueError: oops)."]
    assert "ValueError: oops" in capsys.readouterr().err


def test_exception_of_a_thread(heard: tuple[UncaughtErrors, Notifications]) -> None:
    def fail() -> None:
        raise ValueError("in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join(5)
    assert sentences(heard[1]) == ["Something went wrong inside the window (ValueError: in a thread)."]
    assert "in a thread" in heard[1].notices[0].detail


def test_failures_of_the_loop(heard: tuple[UncaughtErrors, Notifications]) -> None:
    errors, notifications = heard

    async def main() -> None:
        loop = asyncio.get_running_loop()
        errors.watch(loop)
        loop.call_soon(lambda: [][0])
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        loop.call_exception_handler({"message": "only words"})

    asyncio.run(main())
    assert sentences(notifications) == [
        "Something went wrong inside the window (IndexError: list index out of range).",
        "Something went wrong inside the window (only words).",
    ]


def test_interrupts_are_no_failures(heard: tuple[UncaughtErrors, Notifications]) -> None:
    errors, notifications = heard
    errors._before = (lambda *_: None, errors._before[1])
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    loop = asyncio.new_event_loop()
    errors._on_loop_exception(loop, {"exception": SystemExit()})
    loop.close()
    assert sentences(notifications) == []


def test_without_a_terminal_nothing_is_written(
    heard: tuple[UncaughtErrors, Notifications], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    sys.excepthook(ValueError, ValueError("quiet"), None)
    assert len(sentences(heard[1])) == 1


def test_hooks_are_given_back() -> None:
    before = (sys.excepthook, threading.excepthook)
    errors = UncaughtErrors(Notifications(), Bridge())
    assert sys.excepthook != before[0]
    errors.release()
    assert (sys.excepthook, threading.excepthook) == before
