"""The net below everything: an exception that nobody caught becomes a notice, and the window goes on.

Covers the Qt thread (exceptions in slots and events), other threads, and the asyncio loop. Limits: what ends the
process from C++ is not seen here.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

from pyrolab_gui.viewmodels.notifications import traceback_of

if TYPE_CHECKING:
    import asyncio
    from types import TracebackType

    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.notifications import Notifications

_QUIET = (KeyboardInterrupt, SystemExit)


class UncaughtErrors:
    """Takes over Python's hooks until `release`.

    Parameters
    ----------
    notifications
        Where the exceptions are told.
    bridge
        Brings those of other threads to Qt's.
    """

    def __init__(self, notifications: Notifications, bridge: Bridge) -> None:
        self._notifications = notifications
        self._bridge = bridge
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cover a loop: what its callbacks raise, and tasks that failed with nobody waiting."""
        loop.set_exception_handler(self._on_loop_exception)

    def release(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._before

    def _on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, _QUIET):
            self._before[0](kind, error, trace)
        else:
            self._tell(error)

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value
        if error is not None and not isinstance(error, _QUIET):
            self._tell(error)

    def _on_loop_exception(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            if not isinstance(error, _QUIET):
                self._tell(error)
            return
        message = str(context.get("message", "an unknown failure"))
        self._bridge.post(self._notifications.error, f"Something went wrong inside the window ({message}).")

    def _tell(self, error: BaseException) -> None:
        if sys.stderr is not None:  # on the terminal too, if there is one: the window itself may be what is broken
            sys.stderr.write(traceback_of(error))
        self._bridge.post(self._notifications.error, error)
