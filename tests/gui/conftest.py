"""Fixtures for tests of widgets: offscreen, themed, nothing left over, no failure lost.

Every test in this folder fails if it leaves a top-level widget behind, or if a task of its loop ends with an
exception that nobody looked at.
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from pyrolab_gui.ui.theme import apply_theme

T = TypeVar("T")
SECONDS = 20.0


@pytest.fixture(scope="session")
def qapp(qapp_args: list[str], qapp_cls: type[QApplication]) -> QApplication:
    """The one application, with the theme on it."""
    app = QApplication.instance() or qapp_cls(qapp_args)
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    apply_theme(app, "light")
    return app


@pytest.fixture
def dark(qapp: QApplication) -> Iterator[None]:
    """The dark theme, for one test."""
    apply_theme(qapp, "dark")
    yield
    apply_theme(qapp, "light")


@pytest.fixture(autouse=True)
def nothing_left_over(qapp: QApplication) -> Iterator[None]:
    """Fail the test that leaves a top-level widget behind."""
    before = set(map(id, qapp.topLevelWidgets()))
    yield
    _settle()
    left = [widget for widget in qapp.topLevelWidgets() if id(widget) not in before]
    if left:  # what is only waiting for the garbage collector is not left over
        names = [f"{type(widget).__name__} {widget.objectName()!r}" for widget in left if widget.isVisible()]
        del left
        gc.collect()
        _settle()
        left = [widget for widget in qapp.topLevelWidgets() if id(widget) not in before]
        names = [f"{type(widget).__name__} {widget.objectName()!r}" for widget in left]
        for widget in left:
            widget.close()
            widget.deleteLater()
        _settle()
        assert not names, f"left over: {names}"


@pytest.fixture
def qloop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """An asyncio loop inside Qt's; at the end no task is left, and none has failed unseen."""
    import qasync

    lost: list[str] = []
    loop = qasync.QEventLoop(qapp, set_running_loop=False)
    loop.set_exception_handler(
        lambda _, context: lost.append(f"{context.get('message')}: {context.get('exception')!r}")
    )
    asyncio.set_event_loop(loop)
    try:
        yield loop
        left = [task for task in asyncio.all_tasks(loop) if not task.done()]
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        gc.collect()  # a task that failed unseen says so when it is collected
        assert not left, f"tasks left over: {left}"
        assert not lost, f"failures that nobody looked at: {lost}"
    finally:
        asyncio.set_event_loop(None)
        loop.close()


@pytest.fixture
def run_async(qloop: asyncio.AbstractEventLoop) -> Callable[[Coroutine[Any, Any, T]], T]:
    """Run a coroutine to its end inside Qt's loop, within a bound."""

    def run(coro: Coroutine[Any, Any, T]) -> T:
        return qloop.run_until_complete(asyncio.wait_for(coro, SECONDS))

    return run


def _settle() -> None:
    """Let Qt carry out what was put off: deletions above all."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
