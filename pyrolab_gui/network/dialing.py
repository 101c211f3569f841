"""One attempt to connect that blocks nobody: look up the host, then try its addresses one after the other.

Runs on the thread of a hub. Limits: ends with a connected TCP socket; what is spoken on it is for its owner.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import threading
import time
from typing import TYPE_CHECKING

from pyrolab_gui.network import sockets
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.network.hub import Hub, Member

CONNECT_LIMIT = 3.0
"""Seconds for each address."""
_LOOK_UP_LIMIT = 60.0

_IN_PROGRESS = frozenset((0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN, getattr(errno, "WSAEWOULDBLOCK", 0)))


class NoSocketLeftError(OSError):
    """No socket can be opened by this process; that says nothing about the host."""


class Dialing:
    """An attempt, from its start until one of its two callbacks; both are called on the hub's thread.

    Parameters
    ----------
    hub
        Whose thread and selector are used; the attempt counts among those that are connecting.
    member
        Whose attempt it is: its `due` is set, and it hands on `tick` and `ready`.
    host, port
        Where to connect.
    on_connected
        Gets the socket, which is not watched any more.
    on_failed
        Gets `LabError` where the host is not known, `NoSocketLeftError`, or why the last address failed.
    """

    def __init__(
        self,
        hub: Hub,
        member: Member,
        host: str,
        port: int,
        on_connected: Callable[[socket.socket], None],
        on_failed: Callable[[OSError | LabError], None],
    ) -> None:
        self._hub, self._member = hub, member
        self._host, self._port = host, port
        self._on_connected, self._on_failed = on_connected, on_failed
        self._candidates: list[sockets.Address] = []
        self._sock: socket.socket | None = None
        self._over = False

    def start(self) -> None:
        """Find the addresses first: of a name, on a thread of its own."""
        self._hub.connecting += 1
        self._member.due = time.monotonic() + _LOOK_UP_LIMIT
        if self._host == "localhost" or _is_number(self._host):
            self._resolved(self._addresses())
            return

        def look_up() -> None:
            found = self._addresses()
            self._hub.post(lambda: self._resolved(found))

        threading.Thread(target=look_up, name=f"look up {self._host}", daemon=True).start()

    def stop(self) -> None:
        """Give up, and call nobody any more."""
        if not self._over:
            self._end()
        self._close()

    def tick(self) -> None:
        """Go on where no answer came in time."""
        if self._sock is None:
            self._member.due = time.monotonic() + _LOOK_UP_LIMIT
        else:
            self._next(TimeoutError("no answer"))

    def ready(self) -> None:
        """See how the connecting has ended."""
        sock = self._sock
        assert sock is not None
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._next(OSError(code, os.strerror(code)))
            return
        self._end()
        self._hub.unwatch(sock)
        sockets.prepare(sock)
        self._on_connected(sock)

    def _addresses(self) -> list[sockets.Address] | LabError:
        try:
            return sockets.addresses(self._host, self._port)
        except LabError as error:
            return error

    def _resolved(self, found: list[sockets.Address] | LabError) -> None:
        if self._over:
            return
        if isinstance(found, LabError):
            self._fail(found)
            return
        self._candidates = found
        self._next(OSError("no address"))

    def _next(self, failure: OSError) -> None:
        """Try the next address; after the last one, fail as that did."""
        self._close()
        if not self._candidates:
            self._fail(failure)
            return
        family, address = self._candidates.pop(0)
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:
            self._fail(NoSocketLeftError(error.errno, error.strerror))
            return
        sock.setblocking(False)
        self._sock, self._member.due = sock, time.monotonic() + CONNECT_LIMIT
        code = sock.connect_ex(address)
        if code not in _IN_PROGRESS:
            self._next(OSError(code, os.strerror(code)))
            return
        self._hub.watch(sock, self._member, write=True)

    def _fail(self, error: OSError | LabError) -> None:
        self._end()
        self._on_failed(error)

    def _end(self) -> None:
        self._over = True
        self._hub.connecting -= 1

    def _close(self) -> None:
        sock, self._sock = self._sock, None
        if sock is not None:
            self._hub.unwatch(sock)
            sock.close()


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
