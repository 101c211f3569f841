"""Connections to a supervisor's interface, lent to whoever asks something, on any thread.

The address file is read at each new connection, so that the next supervisor is found as soon as there is one. Limits:
nothing is tried again that may have been done.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.connect import Proxy, open_proxy
from pyrolab_gui.network.errors import is_remote, translated
from pyrolab_gui.supervision.ident import ident_of
from pyrolab_gui.wire.errors import LabError, NoReply, Unreachable
from pyrolab_gui.wire.supervision import SERVICE_FILE, TOKEN_KEY, ServiceAddress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyrolab_gui.network.identity import Identity

ANSWER = 15.0
"""Seconds for which an answer is waited for; the slowest question asks daemons for a second."""
_CONNECT = 5.0
_IDLE = 2
"""Connections that are kept open for the next question."""

NONE_RUNS = "No supervisor runs on this computer."


class Caller:
    """Asks the supervisor whose address is in `state_dir`, as `identity`."""

    def __init__(self, state_dir: Path, identity: Identity) -> None:
        self._file = state_dir / SERVICE_FILE
        self._identity = identity
        self._lock = threading.Lock()
        self._idle: list[tuple[str, Proxy]] = []
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
        address = self._address()
        proxy = self._taken(address) or self._opened(address)
        try:
            proxy._pyroTimeout = timeout  # noqa: SLF001 - Pyro5's own name
            yield proxy
        except Exception as error:
            if is_remote(error):
                self._give_back(address, proxy)
                raise _failed(error) from error
            self._drop(proxy)
            if isinstance(error, LabError):
                raise
            raise _lost(error, address) from error
        except BaseException:
            self._drop(proxy)
            raise
        else:
            self._give_back(address, proxy)

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

    def _address(self) -> ServiceAddress:
        try:
            return ServiceAddress.from_json(self._file.read_text("utf-8"))
        except FileNotFoundError:
            raise Unreachable(NONE_RUNS, str(self._file)) from None
        except (OSError, ValueError) as error:
            raise Unreachable("The address file of the supervisor cannot be read.", f"{self._file}: {error}") from error

    def _taken(self, address: ServiceAddress) -> Proxy | None:
        with self._lock:
            idle, self._idle = self._idle, []
            usable: list[Proxy] = []
            over: list[Proxy] = []
            for token, proxy in idle:
                (usable if token == address.token and _is_open(proxy) else over).append(proxy)
            found = usable.pop() if usable else None
            self._idle = [(address.token, proxy) for proxy in usable]
            if found is not None:
                self._in_use[id(found)] = found
        for proxy in over:
            _release(proxy)
        return found

    def _opened(self, address: ServiceAddress) -> Proxy:
        hello = {**self._identity.hello(), "arrays": False, TOKEN_KEY: address.token}
        try:
            proxy = open_proxy(address.uri, timeout=_CONNECT, hello=hello)
        except NoReply as error:
            raise NoReply(f"The supervisor (process {address.pid}) does not answer.", error.detail) from error
        except Unreachable as error:
            # Nobody listens there, or somebody else: what the file says is over.
            raise Unreachable(NONE_RUNS if not _lives(address.pid) else error.sentence, error.detail) from error
        with self._lock:
            if not self._closed:
                self._in_use[id(proxy)] = proxy
                return proxy
        _release(proxy)
        raise Unreachable("The connection to the supervisor was closed here.")

    def _give_back(self, address: ServiceAddress, proxy: Proxy) -> None:
        with self._lock:
            self._in_use.pop(id(proxy), None)
            if not self._closed and len(self._idle) < _IDLE:
                self._idle.append((address.token, proxy))
                return
        _release(proxy)

    def _drop(self, proxy: Proxy) -> None:
        with self._lock:
            self._in_use.pop(id(proxy), None)
        _release(proxy)


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


def _lives(pid: int) -> bool:
    try:
        ident_of(pid)
    except ValueError:
        return False
    return True


def _lost(error: Exception, address: ServiceAddress) -> LabError:
    found = translated(error, "the supervisor")
    if isinstance(found, NoReply):
        return NoReply(f"The supervisor (process {address.pid}) does not answer.", found.detail)
    if isinstance(found, Unreachable):
        return Unreachable("The connection to the supervisor was lost: its process has ended.", found.detail)
    return found


def _failed(error: Exception) -> LabError:
    return translated(error, "The supervisor")
