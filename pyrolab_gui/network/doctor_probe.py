"""One look at a daemon from outside: is there such a machine, does something listen, is it Pyro5, what does it host.

A coroutine that never blocks; on a connection of its own, which it closes. Limits: asks the daemon object only, never
a service; what it cannot tell apart (a process that hangs, a stranger that stays silent) it calls by both names.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from Pyro5 import errors, protocol

from pyrolab_gui.network import messages
from pyrolab_gui.network.connect import PLAIN_HELLO
from pyrolab_gui.network.control import HANGS
from pyrolab_gui.network.tls_faults import ALERT, TlsCause, TlsFault, fault_of, no_tls, not_accepted
from pyrolab_gui.network.ways import Ways
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.remedies import Cause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.network.trust import Security, Trust

_REFUSED = (errno.ECONNREFUSED, getattr(errno, "WSAECONNREFUSED", -1))
_TIMED_OUT = (errno.ETIMEDOUT, getattr(errno, "WSAETIMEDOUT", -1))
_OF_TLS = {TlsCause.WANTS_TLS: Cause.WANTS_TLS, TlsCause.NO_TLS: Cause.NO_TLS}
"""All other faults are of certificates that are not believed."""
_PYRO4 = 48
_SLOW_SECONDS = 1.0
_STRANGER = 200
_BEGINNING = 32
"""With those that talk fewer than the 100 connections that wait in a daemon's queue while it is busy."""
_SOON = 0.05
"""Seconds within which a machine that is there takes a connection."""


@dataclass(slots=True)
class Probe:
    """What was seen. `cause` is *well* where the daemon answered all; `reason` in words without a full stop."""

    host: str
    port: int
    cause: Cause = Cause.WELL
    reason: str = ""
    steps: list[str] = field(default_factory=list)
    objects: frozenset[str] | None = None
    """Ids of what it hosts; None where it does not tell."""
    status: dict[str, Any] | None = None
    """What a daemon of ours tells of itself."""
    seconds: float | None = None
    """How long the quickest of its answers took."""

    @property
    def where(self) -> str:
        """The address."""
        return f"{self.host}:{self.port}"

    def failed(self, cause: Cause, reason: str, step: str = "") -> Probe:
        """Note why it goes no further."""
        self.cause, self.reason = cause, reason
        self.steps.append(step or reason)
        return self


class Gates:
    """How many probes begin to connect, wait for a machine, and talk, at the same time.

    Dead machines keep a connect waiting for long, and cost nothing; a conversation costs, and is soon over. Few begin
    at once, and who has a connection at once keeps its place there until it may talk: many names may stand for one
    daemon, which takes only so many connections in one moment, and waits for a greeting some seconds only.
    """

    def __init__(self, waiting: int, talking: int) -> None:
        self.waiting = asyncio.Semaphore(waiting)
        self.beginning = asyncio.Semaphore(min(waiting, _BEGINNING))
        self.talking = asyncio.Semaphore(talking)


class _Ended(Exception):  # noqa: N818
    """The conversation is over; the probe says why."""


class _Silent(Exception):  # noqa: N818
    """It closed the connection without a word: a stranger does, and a daemon that cannot take any more in time."""


class _SpeaksTls(Exception):  # noqa: N818
    """In plain text there is no talking with it."""


class _Insecure(Exception):  # noqa: N818
    """With these certificates there is no talking with it."""

    def __init__(self, fault: TlsFault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


async def probe(
    host: str, port: int, addresses: Sequence[str], *, limit: float, hello: object, trust: Security | None, gates: Gates
) -> Probe:
    """Look at the daemon at `host`:`port`.

    Parameters
    ----------
    host, port
        As its entry says.
    addresses
        What the host's name stands for.
    limit
        Seconds for the connect, and for each answer.
    hello
        Our handshake.
    trust
        Certificates; None for plain connections alone.
    gates
        Shared by all probes.
    """
    seen = Probe(host, port)
    ways = Ways(trust, host, port)
    with contextlib.suppress(_Ended):
        while ways.left:
            try:
                await _converse(seen, addresses, limit, hello, ways.way, gates)
            except _SpeaksTls:
                ways.is_strange(alert=True)
            except _Insecure as error:
                seen.steps.append(error.fault.reason)
                ways.fails(error.fault)
            else:
                ways.fits()
                return seen
        if ways.fault is not None:
            seen.failed(_OF_TLS.get(ways.fault.cause, Cause.NOT_TRUSTED), ways.fault.reason)
    return seen


async def _converse(
    seen: Probe, addresses: Sequence[str], limit: float, hello: object, way: Trust | None, gates: Gates
) -> None:
    """Talk with it in one way: in plain text, or with these certificates."""
    for greeting in (hello, PLAIN_HELLO):
        last = greeting == PLAIN_HELLO
        try:
            met = await _meet(_Talk(seen, limit, way), addresses, greeting, gates, last=last, patient=True)
        except _Silent:
            seen.steps.append("it closes the connection without a word, and is tried once more")
            met = await _meet(_Talk(seen, limit, way), addresses, greeting, gates, last=last, patient=False)
        if met:
            return


async def _meet(
    talk: _Talk, addresses: Sequence[str], greeting: object, gates: Gates, *, last: bool, patient: bool
) -> bool:
    """Connect, greet and ask; return whether it let us in. Silence is final where we are not `patient`."""
    try:
        await _connect(talk, addresses, gates)
        try:
            met = await talk.greet(greeting, last=last, patient=patient)
            if met:
                await talk.ask()
            return met
        finally:
            gates.talking.release()
    finally:
        await talk.close()


async def _connect(talk: _Talk, addresses: Sequence[str], gates: Gates) -> None:
    """Connect, and wait until it may talk; whoever calls gives the place among those that talk back."""
    async with gates.waiting:
        async with gates.beginning:
            connecting = asyncio.ensure_future(talk.connect(addresses))
            try:
                await asyncio.wait([connecting], timeout=_SOON)
            except asyncio.CancelledError:
                connecting.cancel()
                raise
            if connecting.done():
                connecting.result()
                await gates.talking.acquire()
                return
        await connecting
        await gates.talking.acquire()


class _Talk:
    """One connection of a probe."""

    def __init__(self, seen: Probe, timeout: float, way: Trust | None) -> None:
        self._seen, self._timeout, self._way = seen, timeout, way
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._messages = messages.Reader()
        self._methods: set[str] = set()
        self._address = ""
        self._sequence = 0

    async def connect(self, addresses: Sequence[str]) -> None:
        seen, where = self._seen, self._seen.where
        failure: Exception = OSError("no address")
        for address in addresses:
            try:
                context = self._way.context if self._way is not None else None
                self._reader, self._writer = await self._opened(address, context)
            except Exception as error:  # noqa: BLE001 - looked at below
                failure = error
                continue
            self._address = address
            seen.steps.append(f"{address}:{seen.port} takes the connection")
            return
        step = f"connect to {where} ({', '.join(addresses)}): {type(failure).__name__}: {failure}"
        if isinstance(failure, ssl.SSLError | LabError) or (self._way and isinstance(failure, ConnectionResetError)):
            seen.steps.append(step)
            raise _Insecure(fault_of(failure, where) or no_tls(where))
        if isinstance(failure, TimeoutError) or getattr(failure, "errno", None) in _TIMED_OUT:
            reason = f"no answer from {where}; the machine is off, unplugged or behind a firewall"
            seen.failed(Cause.NO_ANSWER, reason, step)
        elif isinstance(failure, ConnectionRefusedError) or getattr(failure, "errno", None) in _REFUSED:
            seen.failed(Cause.NOTHING_LISTENS, f"nothing listens at {where}", step)
        else:
            said = getattr(failure, "strerror", None) or failure
            seen.failed(Cause.NO_WAY, f"there is no way to {where} ({said})", step)
        raise _Ended

    async def greet(self, hello: object, *, last: bool, patient: bool) -> bool:
        """Introduce ourselves; return whether it was accepted. Where it was not, and this was the last try, it ends."""
        seen = self._seen
        assert self._writer is not None
        try:
            message = await self._exchange(messages.greeting(hello))
        except TimeoutError:
            seen.failed(Cause.HANGS, HANGS, f"no answer to the handshake within {self._timeout:g} s")
            raise _Ended from None
        except _Strange as stranger:
            if self._way is not None:
                fault = fault_of(stranger.__cause__, seen.where) if stranger.__cause__ is not None else None
                raise _Insecure(fault or not_accepted(seen.where)) from None
            await self._who_is(stranger.data, patient=patient)
            raise _Ended from None
        try:
            accepted, why, self._methods = messages.accepted(message)
        except errors.ProtocolError as error:
            seen.failed(Cause.NOT_PYRO, f"what listens at {seen.where} gives no answer that Pyro5 knows", str(error))
            raise _Ended from None
        if accepted:
            seen.steps.append(f"its daemon answers the handshake after {(seen.seconds or 0.0) * 1000:.1f} ms")
            return True
        seen.steps.append(f"it refuses the handshake: {why}")
        if "no free workers" in why:
            seen.failed(Cause.FULL, f"the process at {seen.where} serves as many clients as it can, and takes no more")
            raise _Ended
        if last:
            seen.failed(Cause.REFUSES, f"the process at {seen.where} refuses the connection ({why})")
            raise _Ended
        return False

    async def ask(self) -> None:
        """Ask what it hosts, and a daemon of ours how its services are."""
        seen = self._seen
        try:
            if "registered" in self._methods:
                hosted = messages.answer(await self._exchange(self._request("registered")))
                if isinstance(hosted, list | tuple):
                    seen.objects = frozenset(str(item) for item in hosted)
                    seen.steps.append(f"it hosts {', '.join(sorted(seen.objects)[:20]) or 'nothing'}")
            if "status" in self._methods:
                status = messages.answer(await self._exchange(self._request("status")))
                seen.status = status if isinstance(status, dict) else None
        except TimeoutError:
            seen.failed(Cause.HANGS, HANGS, f"no answer to a question within {self._timeout:g} s")
        except _Strange as stranger:
            seen.failed(Cause.NO_WAY, f"{seen.where} ends the connection", repr(stranger.data[:40]))
        else:
            if seen.seconds is not None and seen.seconds > _SLOW_SECONDS:
                seen.failed(Cause.SLOW, f"it took {seen.seconds:.1f} s to answer")

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()
            self._writer = None

    def _request(self, member: str) -> bytes:
        self._sequence += 1
        return messages.request(self._sequence, member)

    async def _exchange(self, data: bytes) -> protocol.ReceivingMessage:
        assert self._reader is not None and self._writer is not None
        self._writer.write(data)
        begun = time.monotonic()
        got = bytearray()
        async with asyncio.timeout(self._timeout):
            while True:
                try:
                    chunk = await self._reader.read(65536)
                except ssl.SSLError as error:
                    raise _Strange(bytes(got)) from error
                except OSError:
                    chunk = b""
                if not chunk:
                    raise _Strange(bytes(got))
                got += chunk
                try:
                    found = self._messages.feed(chunk)
                except errors.ProtocolError:
                    raise _Strange(bytes(got)) from None
                if found:
                    taken = time.monotonic() - begun
                    self._seen.seconds = min(taken, self._seen.seconds or taken)
                    return found[0]

    async def _who_is(self, data: bytes, *, patient: bool) -> None:
        """Name what answered something else than Pyro5, or closed the connection without a word."""
        seen, where = self._seen, self._seen.where
        seen.steps.append(
            f"the answer to the handshake is {data[:_STRANGER]!r}" if data else "it closes the connection"
        )
        version = int.from_bytes(data[4:6], "big") if data[:4] == b"PYRO" and len(data) >= 6 else 0
        if version and version != protocol.PROTOCOL_VERSION:
            which = "Pyro4" if version <= _PYRO4 else f"another version of Pyro (protocol {version})"
            seen.failed(Cause.OTHER_VERSION, f"what listens at {where} is {which}; only Pyro5 can be understood")
        elif data[:1] == bytes([ALERT]) or (not data and await self._speaks_tls()):
            raise _SpeaksTls
        elif data:
            word = data[:40].decode("ascii", "replace").split("\r")[0].split("\n")[0]
            says = f" (it says “{word}”)" if word.isprintable() and word.strip() else ""
            seen.failed(Cause.NOT_PYRO, f"what listens at {where} is no Pyro5 server{says}")
        elif patient:
            raise _Silent
        else:
            seen.failed(Cause.NOT_PYRO, f"what listens at {where} closes the connection; it is no Pyro5 server")

    async def _speaks_tls(self) -> bool:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # only asked whether it speaks TLS
        try:
            _, writer = await self._opened(self._address, context)
        except ssl.SSLError as error:
            # A server that asks for our certificate, or for an older version, does speak it.
            return "ALERT" in str(error).upper() and "WRONG_VERSION" not in str(error).upper()
        except (OSError, TimeoutError):
            return False
        writer.transport.abort()
        self._seen.steps.append("it answers a TLS handshake")
        return True

    async def _opened(
        self, address: str, context: ssl.SSLContext | None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        more: dict[str, Any] = {}
        if context is not None:
            more = {"ssl": context, "server_hostname": self._seen.host, "ssl_handshake_timeout": self._timeout}
        sock = await self._connected(address)
        try:
            async with asyncio.timeout(self._timeout):
                return await asyncio.open_connection(sock=sock, **more)
        except BaseException:
            sock.close()
            raise

    async def _connected(self, address: str) -> socket.socket:
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        try:
            async with asyncio.timeout(self._timeout):
                await asyncio.get_running_loop().sock_connect(sock, (address, self._seen.port))
        except TimeoutError:
            if not _has_peer(sock):
                sock.close()
                raise
            # It took the connection in time, and this program was late to notice.
        except BaseException:
            sock.close()
            raise
        return sock


def _has_peer(sock: socket.socket) -> bool:
    try:
        sock.getpeername()
    except OSError:
        return False
    return True


class _Strange(Exception):  # noqa: N818
    """The other end said something else than a message of Pyro5, or nothing, and closed."""

    def __init__(self, data: bytes) -> None:
        super().__init__(repr(data[:40]))
        self.data = data


def addresses_of(host: str) -> list[str]:
    """Return the addresses that a name of a machine stands for, IPv4 first. Blocks.

    Raises
    ------
    OSError
        If no such machine is known.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(str(error)) from error
    found.sort(key=lambda info: info[0] != socket.AF_INET)
    return list(dict.fromkeys(str(info[4][0]) for info in found))
