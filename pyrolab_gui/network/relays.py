"""The way to foreign objects through the relay of this computer.

Limits: finds it anew for each connection, because a relay ends when nobody uses it; without one (no supervisor, a
server with TLS) the caller goes the direct way.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.connection import Connection
from pyrolab_gui.wire.errors import LabError, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.network.identity import Identity

SECONDS = 15.0
"""For so long the relay may take to look at a server."""
ATTEMPTS, AGAIN = 4, 0.1


class NoRelay(LabError):  # noqa: N818 - a state of affairs
    """There is no relay to be had, or it does not take this server."""


class Relays:
    """Opens relays.

    Parameters
    ----------
    find
        Returns the URI of this computer's relay, started if need be; blocks, may raise `LabError`.
    identity
        Who this client is.
    describe
        Returns, made plain, what is known of the class of a service by its name, or None; blocks, may raise
        `LabError`.

    Attributes
    ----------
    untyped
        By name, why nothing is known of a class that should be known.
    """

    def __init__(
        self,
        find: Callable[[], str],
        identity: Identity,
        describe: Callable[[str], dict[str, Any] | None] = lambda name: None,
    ) -> None:
        self._find, self._identity, self._describe = find, identity, describe
        self.untyped: dict[str, str] = {}

    def through(self, uri: str, name: str) -> str:
        """Return the URI by which the foreign object at `uri` is reached through the relay.

        Raises
        ------
        NoRelay
            If there is no way through a relay.
        Unreachable
            If the foreign server is not reached from there.
        """
        connection = self._connection(name)
        with contextlib.closing(connection):
            connection.set_timeout(SECONDS)
            try:
                location = connection.call("relay", [uri, name, self._known(name)])
            except LabError as error:
                if isinstance(error, Unreachable) and connection.open_here:  # so says the relay of the foreign server
                    raise
                raise NoRelay(error.sentence, error.detail) from error
        return f"{uri.partition('@')[0]}@{location}"

    def _connection(self, name: str) -> Connection:
        """Return a connection to the relay; of one that has just ended the supervisor may not know yet."""
        for attempt in range(ATTEMPTS):
            found = self._found()
            try:
                return Connection.open(found, name, hello=self._identity.hello())
            except LabError as error:
                if attempt == ATTEMPTS - 1:
                    raise NoRelay(error.sentence, error.detail) from error
            time.sleep(AGAIN)
        raise AssertionError

    def _found(self) -> str:
        try:
            return self._find()
        except LabError as error:
            raise NoRelay(error.sentence, error.detail) from error

    def _known(self, name: str) -> dict[str, Any] | None:
        self.untyped.pop(name, None)
        try:
            return self._describe(name)
        except LabError as error:
            self.untyped[name] = error.sentence
            return None
