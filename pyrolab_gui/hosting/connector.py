"""The way from a service to its instrument: connect in the background, and again when it fails.

A first attempt is made when asked; after a failure the next ones follow by themselves, 1 s later and then ever more
rarely, up to once a minute. Limits: says nothing about a connection that is lost later; a driver that hangs in its
``connect`` cannot be interrupted, only left behind.
"""

from __future__ import annotations

import threading
import time
import traceback
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.failures import reason_of
from pyrolab_gui.hosting.lifecycle import dispose

if TYPE_CHECKING:
    from collections.abc import Callable

NOT_ASKED, CONNECTING, CONNECTED, NOT_CONNECTED = "not-asked", "connecting", "connected", "not-connected"

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


class Connector:
    """Makes one driver and keeps trying.

    Parameters
    ----------
    name
        For the thread.
    make
        Returns a connected driver, or raises.
    on_change
        Called with state, reason, detail and when the next attempt follows (seconds since the epoch; 0 for none), on
        whichever thread the change happens.
    first_pause, longest_pause
        Seconds between attempts.
    dispose
        Closes a driver that comes too late.
    """

    def __init__(
        self,
        name: str,
        make: Callable[[], Any],
        on_change: Callable[[str, str, str, float], None],
        first_pause: float = FIRST_PAUSE,
        longest_pause: float = LONGEST_PAUSE,
        dispose: Callable[[Any], None] = dispose,
    ) -> None:
        self._name = name
        self._dispose = dispose
        self._make = make
        self._on_change = on_change
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._settled = threading.Event()
        self._closed = False
        self._asked = False
        self.driver: Any = None

    def ask(self) -> None:
        """Begin to connect, or try again at once; nothing where there is a driver already."""
        with self._lock:
            if self._closed or self.driver is not None:
                return
            self._asked = True
            self._settled.clear()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=f"connect {self._name}", daemon=True)
                self._thread.start()
            else:
                self._wake.set()

    def wait(self, timeout: float) -> bool:
        """Wait until the attempt that was asked for has ended; False if it has not within `timeout`."""
        return self._settled.wait(timeout)

    def close(self) -> Any:
        """End the attempts and hand over the driver, if there is one, to be closed by the caller."""
        with self._lock:
            self._closed = True
            driver, self.driver = self.driver, None
        self._wake.set()
        self._settled.set()
        return driver

    def _run(self) -> None:
        pause = self._first_pause
        while True:
            with self._lock:
                if self._closed:
                    return
                if self._asked:
                    pause = self._first_pause
                announce, self._asked = self._asked, False
                self._wake.clear()
            if announce:
                self._on_change(CONNECTING, "", "", 0.0)
            if self._attempt(pause):
                return
            self._wake.wait(pause)
            pause = min(2 * pause, self._longest_pause)

    def _attempt(self, pause: float) -> bool:
        try:
            driver = self._make()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a driver may raise anything
            with self._lock:
                closed, again = self._closed, self._asked
            if not closed:
                detail = "".join(traceback.format_exception(error))
                self._on_change(NOT_CONNECTED, reason_of(error), detail, time.time() + pause)
                if not again:
                    self._settled.set()
            return closed
        with self._lock:
            closed = self._closed
            if not closed:
                self.driver = driver
                self._thread = None
        if closed:
            self._dispose(driver)
            return True
        self._on_change(CONNECTED, "", "", 0.0)
        self._settled.set()
        return True
