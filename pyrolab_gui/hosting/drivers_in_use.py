"""Where an instance's driver comes from, by instance mode: one for all, one per session, or a fresh one per call.

Limits: making and closing a driver is `hosting.lifecycle`; trying again is `hosting.connector`.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.connector import CONNECTED, CONNECTING, NOT_CONNECTED, Connector
from pyrolab_gui.hosting.failures import NOT_CONNECTED as NOT_CONNECTED_ERROR
from pyrolab_gui.hosting.failures import reason_of, refusal
from pyrolab_gui.hosting.lifecycle import dispose
from pyrolab_gui.hosting.operation import Drivers

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT_SECONDS = 3.0
"""How long a call waits for an attempt to connect that is under way; below the time limit of clients."""


class State:
    """The link from a service to its instrument: state, reason, detail, and when it is next tried to connect."""

    __slots__ = ("_on_change", "detail", "error", "name", "retry_at", "state")

    def __init__(self, name: str, on_change: Callable[[], None]) -> None:
        self.name = name
        self.state = "not-asked"
        self.error = ""
        self.detail = ""
        self.retry_at = 0.0
        self._on_change = on_change

    def set(self, state: str, error: str = "", detail: str = "", retry_at: float = 0.0) -> None:
        """Change it and tell, where it is a change."""
        if (state, error, retry_at) != (self.state, self.error, self.retry_at):
            self.state, self.error, self.detail, self.retry_at = state, error, detail, retry_at
            self._on_change()

    def refusal(self) -> Exception:
        """Return the error for a call that needs the instrument."""
        if self.state == CONNECTING:
            sentence = f"{self.name} is still connecting to its instrument."
        else:
            sentence = f"{self.name} is not connected to its instrument" + (f": {self.error}." if self.error else ".")
        return refusal(ConnectionError, NOT_CONNECTED_ERROR, sentence)


class OneForAll(Drivers):
    """*single*: made by the connector, at the start or at the first call."""

    def __init__(self, connector: Connector, state: State, *, on_demand: bool) -> None:
        self._connector = connector
        self._state = state
        self._on_demand = on_demand

    def ready(self) -> None:
        """Wait for an attempt to connect that is under way, and fail at once where the last one failed."""
        if self._connector.driver is not None:
            return
        if self._on_demand and self._state.state == "not-asked":
            self._connector.ask()
        if self._state.state != NOT_CONNECTED:
            self._connector.wait(CONNECT_SECONDS)
        if self._connector.driver is None:
            raise self._state.refusal()

    def ready_now(self) -> None:
        """Fail at once where there is no driver."""
        if self._connector.driver is None:
            raise self._state.refusal()

    def take(self) -> Any:
        """Return the one driver."""
        driver = self._connector.driver
        if driver is None:
            raise self._state.refusal()
        return driver

    def held(self) -> Any:
        """Return the one driver, or None."""
        return self._connector.driver

    def close(self) -> Any:
        """End the attempts to connect and hand the driver over."""
        return self._connector.close()


class OnePerSession(Drivers):
    """*session*: made by the session's first call; a failure is that call's, and the next call tries again."""

    def __init__(self, make: Callable[[], Any], state: State) -> None:
        self._make = make
        self._state = state
        self._driver: Any = None
        self._closed = False

    def take(self) -> Any:
        """Return the session's driver, made at the first call."""
        if self._driver is None:
            if self._closed:
                raise refusal(ConnectionError, NOT_CONNECTED_ERROR, f"This session with {self._state.name} has ended.")
            self._driver = made(self._make, self._state)
        return self._driver

    def held(self) -> Any:
        """Return the session's driver, or None."""
        return self._driver

    def close(self) -> Any:
        """Hand the driver over; there is none any more."""
        driver, self._driver, self._closed = self._driver, None, True
        return driver


class OnePerCall(Drivers):
    """*percall*: made for a call and closed after it."""

    def __init__(self, make: Callable[[], Any], state: State, dispose: Callable[[Any], None] = dispose) -> None:
        self._make = make
        self._state = state
        self._dispose = dispose

    def take(self) -> Any:
        """Make a driver."""
        return made(self._make, self._state)

    def give_back(self, driver: Any) -> None:
        """Close it."""
        self._dispose(driver)


def made(make: Callable[[], Any], state: State) -> Any:
    """Make a driver for a client that waits for it, and note how that went."""
    try:
        driver = make()
    except (Exception, SystemExit) as error:
        state.set(NOT_CONNECTED, reason_of(error), "".join(traceback.format_exception(error)))
        raise
    state.set(CONNECTED)
    return driver
