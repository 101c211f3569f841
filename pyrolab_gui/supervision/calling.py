"""Connections to a supervisor's interface, lent to whoever asks something, on any thread.

Where it is, is looked up at each new connection, so that the next supervisor is found as soon as there is one. Limits:
nothing is tried again that may have been done.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.connect import Proxy, open_proxy
from pyrolab_gui.network.errors import is_remote, translated
from pyrolab_gui.wire.errors import LabError, NoReply, Unreachable
from pyrolab_gui.wire.supervision import TOKEN_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.supervision.places import Place, Spot

ANSWER = 15.0
"""Seconds for which an answer is waited for; the slowest question asks daemons for a second."""
_CONNECT = 5.0
_IDLE = 2
"""Connections that are kept open for the next question."""


class Caller:
    """Asks the supervisor at `place`, as `identity`."""

    def __init__(self, place: Place, identity: Identity) -> None:
        self._place = place
        self._identity = identity
        self._lock = threading.Lock()
        self._idle: list[tuple[Spot, Proxy]] = []
        self._in_use: dict[int, Proxy] = {}  # by id: proxies of one address are equal
        self._closed = False

    def ask(self, method: str, *arguments: Any) -> Any:
        """Call a method of the supervisor's interface and return its answer.

        Raises
        ------
        Unreachable
            If there is no supervisor, or it does not answer.
        LabError
            If it fails.
        """
        with self.connection(ANSWER) as proxy:
            return getattr(proxy, method)(*arguments)

    @contextlib.contextmanager
    def connection(self, timeout: float) -> Iterator[Proxy]:
        """Lend a connection; what Pyro5 raises in between becomes an error of ours."""
        spot = self._place.find()
        proxy = self._taken(spot) or self._opened(spot)
        try:
            proxy._pyroTimeout = timeout  # noqa: SLF001 - Pyro5's own name
            yield proxy
        except Exception as error:
            if is_remote(error):
                self._give_back(spot, proxy)
                raise _failed(error) from error
            self._drop(proxy)
            if isinstance(error, LabError):
                raise
            raise self._lost(error) from error
        except BaseException:
            self._drop(proxy)
            raise
        else:
            self._give_back(spot, proxy)

    def close(self) -> None:
        """End all connections; who waits for an answer is told that it is lost."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            for proxy in self._in_use.values():
                connection = proxy._pyroConnection  # noqa: SLF001
                if connection is not None:
                    with contextlib.suppress(OSError):
                        connection.sock.shutdown(socket.SHUT_RDWR)
        for _, proxy in idle:
            _release(proxy)

    def _taken(self, spot: Spot) -> Proxy | None:
        with self._lock:
            idle, self._idle = self._idle, []
            usable: list[Proxy] = []
            over: list[Proxy] = []
            for known, proxy in idle:
                (usable if known == spot and _is_open(proxy) else over).append(proxy)
            found = usable.pop() if usable else None
            self._idle = [(spot, proxy) for proxy in usable]
            if found is not None:
                self._in_use[id(found)] = found
        for proxy in over:
            _release(proxy)
        return found

    def _opened(self, spot: Spot) -> Proxy:
        hello = {**self._identity.hello(), "arrays": False}
        if spot.token:
            hello[TOKEN_KEY] = spot.token
        try:
            proxy = open_proxy(spot.uri, timeout=_CONNECT, hello=hello, trust=spot.trust)
        except NoReply as error:
            raise NoReply(self._place.silent(), error.detail) from error
        except Unreachable as error:
            raise Unreachable(self._place.absent(error.sentence), error.detail) from error
        with self._lock:
            if not self._closed:
                self._in_use[id(proxy)] = proxy
                return proxy
        _release(proxy)
        raise Unreachable("The connection to the supervisor was closed here.")

    def _give_back(self, spot: Spot, proxy: Proxy) -> None:
        with self._lock:
            self._in_use.pop(id(proxy), None)
            if not self._closed and len(self._idle) < _IDLE:
                self._idle.append((spot, proxy))
                return
        _release(proxy)

    def _drop(self, proxy: Proxy) -> None:
        with self._lock:
            self._in_use.pop(id(proxy), None)
        _release(proxy)

    def _lost(self, error: Exception) -> LabError:
        found = translated(error, "the supervisor")
        if isinstance(found, NoReply):
            return NoReply(self._place.silent(), found.detail)
        if isinstance(found, Unreachable):
            return Unreachable(self._place.lost(), found.detail)
        return found


def _release(proxy: Proxy) -> None:
    proxy._pyroClaimOwnership()  # noqa: SLF001
    proxy._pyroRelease()  # noqa: SLF001


def _is_open(proxy: Proxy) -> bool:
    """Whether an idle connection still stands: nothing is to be read from it, not even its end."""
    proxy._pyroClaimOwnership()  # noqa: SLF001
    connection = proxy._pyroConnection  # noqa: SLF001
    if connection is None:
        return False
    sock: socket.socket = connection.sock
    if isinstance(sock, ssl.SSLSocket):  # cannot peek; what is readable is the end, or at worst a connection made anew
        return not sock.pending() and not select.select([sock], [], [], 0)[0]
    timeout = sock.gettimeout()
    try:
        sock.setblocking(False)
        sock.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        with contextlib.suppress(OSError):
            sock.settimeout(timeout)
    return False


def _failed(error: Exception) -> LabError:
    return translated(error, "The supervisor")
