"""Sockets: connect within a deadline, look at one without reading, wake a thread that waits in one.

Failures are `Unreachable` with the sentence that names the cause. Limits: looking up a name in DNS cannot be bounded.
"""

from __future__ import annotations

import select
import socket
import time
from typing import Any

from pyrolab_gui.wire.errors import LabError, NoReply, Unreachable

Address = tuple[socket.AddressFamily, Any]


def addresses(host: str, port: int) -> list[Address]:
    """Return the addresses of a host: IPv4 first, but for this PC itself in the order of its system.

    That is what a server there has bound first: another one may have the same port of the other family.

    Raises
    ------
    Unreachable
        If no such host is known.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(
            f"No machine is known by the name “{host}”.", f"{host}:{port}: {type(error).__name__}: {error}"
        ) from error
    pairs = [(family, address) for family, _, _, _, address in found]
    if host.lower() == "localhost":
        return list(dict.fromkeys(pairs))
    return sorted(dict.fromkeys(pairs), key=lambda pair: pair[0] != socket.AF_INET)


def connect(host: str, port: int, timeout: float) -> socket.socket:
    """Return a connected TCP socket with that timeout set.

    Raises
    ------
    Unreachable
        If the host is not known, nothing listens, or nothing answers in time.
    """
    deadline = time.monotonic() + timeout
    failure: OSError = OSError("no address")
    for family, address in addresses(host, port):
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(max(deadline - time.monotonic(), 0.01))
            sock.connect(address)
            prepare(sock)
            sock.settimeout(timeout)
        except OSError as error:
            sock.close()
            failure = error
            continue
        return sock
    raise refused(failure, host, port) from failure


def connect_unix(path: str, timeout: float) -> socket.socket:
    """Return a connected Unix domain socket.

    Raises
    ------
    Unreachable
        If there is none, or this system has no such sockets.
    """
    family = getattr(socket, "AF_UNIX", None)
    if family is None:
        raise Unreachable("This system has no Unix sockets; only a process on the same machine can be meant.", path)
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect(path)
    except OSError as error:
        sock.close()
        raise Unreachable(f"Nothing listens on the Unix socket {path}.", f"{type(error).__name__}: {error}") from error
    return sock


def prepare(sock: socket.socket) -> None:
    """Send small messages at once, and notice a machine that went away."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


def refused(error: OSError, host: str, port: int) -> LabError:
    """Return what a failed connect means, in a sentence."""
    where, detail = f"{host}:{port}", f"connect {host}:{port}: {type(error).__name__}: {error}"
    if isinstance(error, TimeoutError):
        return NoReply(f"No answer from {where}: the machine is off, unplugged or behind a firewall.", detail)
    if isinstance(error, ConnectionRefusedError):
        return Unreachable(f"Nothing listens at {where}: the process is not running or has another port.", detail)
    return Unreachable(f"There is no way to {where}: {error.strerror or error}.", detail)


def readable(sock: socket.socket, timeout: float = 0.0) -> bool:
    """Whether something can be read (data or the end). Works above 1,024 open files, where select does not."""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        return bool(poll.poll(timeout * 1000))
    return bool(select.select([sock], [], [], timeout)[0])


def ended(sock: socket.socket) -> bool:
    """Whether the other end has closed an idle connection.

    The base class's ``recv`` looks below TLS, where a session ticket may lie that is no end.
    """
    try:
        return readable(sock) and not socket.socket.recv(sock, 1, socket.MSG_PEEK)
    except (OSError, ValueError):
        return True


def interrupt(sock: socket.socket) -> None:
    """Make a read that waits in another thread fail at once. The socket must still be closed by its owner."""
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:  # closed already
        pass
