"""One connection of the doctor's look at a daemon: it connects, greets, asks what is hosted, and names a stranger.

What it finds it notes in a `Probe`; where it can go no further it raises one of the signals of `doctor_seen`. Limits:
asks the daemon object only, never a service.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import time
from typing import TYPE_CHECKING, Any

from Pyro5 import errors, protocol

from pyrolab_gui.network import messages
from pyrolab_gui.network.control import HANGS
from pyrolab_gui.network.doctor_seen import Ended, Insecure, Silent, SpeaksTls
from pyrolab_gui.network.tls_faults import ALERT, fault_of, no_tls, not_accepted
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.remedies import Cause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.network.doctor_seen import Probe
    from pyrolab_gui.network.trust import Trust

_REFUSED = (errno.ECONNREFUSED, getattr(errno, "WSAECONNREFUSED", -1))
_TIMED_OUT = (errno.ETIMEDOUT, getattr(errno, "WSAETIMEDOUT", -1))
_PYRO4 = 48
_SLOW_SECONDS = 1.0
_STRANGER = 200


class _Strange(Exception):  # noqa: N818
    """The other end said something else than a message of Pyro5, or nothing, and closed."""

    def __init__(self, data: bytes) -> None:
        super().__init__(repr(data[:40]))
        self.data = data


class Talk:
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
        """Connect to the first address that takes it; ends the look where none does, and says why."""
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
            raise Insecure(fault_of(failure, where) or no_tls(where))
        if isinstance(failure, TimeoutError) or getattr(failure, "errno", None) in _TIMED_OUT:
            reason = f"no answer from {where}; the machine is off, unplugged or behind a firewall"
            seen.failed(Cause.NO_ANSWER, reason, step)
        elif isinstance(failure, ConnectionRefusedError) or getattr(failure, "errno", None) in _REFUSED:
            seen.failed(Cause.NOTHING_LISTENS, f"nothing listens at {where}", step)
        else:
            said = getattr(failure, "strerror", None) or failure
            seen.failed(Cause.NO_WAY, f"there is no way to {where} ({said})", step)
        raise Ended

    async def greet(self, hello: object, *, last: bool, patient: bool) -> bool:
        """Introduce ourselves; return whether it was accepted. Where it was not, and this was the last try, it ends."""
        seen = self._seen
        assert self._writer is not None
        try:
            message = await self._exchange(messages.greeting(hello))
        except TimeoutError:
            seen.failed(Cause.HANGS, HANGS, f"no answer to the handshake within {self._timeout:g} s")
            raise Ended from None
        except _Strange as stranger:
            if self._way is not None:
                fault = fault_of(stranger.__cause__, seen.where) if stranger.__cause__ is not None else None
                raise Insecure(fault or not_accepted(seen.where)) from None
            await self._who_is(stranger.data, patient=patient)
            raise Ended from None
        try:
            accepted, why, self._methods = messages.accepted(message)
        except errors.ProtocolError as error:
            seen.failed(Cause.NOT_PYRO, f"what listens at {seen.where} gives no answer that Pyro5 knows", str(error))
            raise Ended from None
        if accepted:
            seen.steps.append(f"its daemon answers the handshake after {(seen.seconds or 0.0) * 1000:.1f} ms")
            return True
        seen.steps.append(f"it refuses the handshake: {why}")
        if "no free workers" in why:
            seen.failed(Cause.FULL, f"the process at {seen.where} serves as many clients as it can, and takes no more")
            raise Ended
        if last:
            seen.failed(Cause.REFUSES, f"the process at {seen.where} refuses the connection ({why})")
            raise Ended
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
        """End the connection at once."""
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
            raise SpeaksTls
        elif data:
            word = data[:40].decode("ascii", "replace").split("\r")[0].split("\n")[0]
            says = f" (it says “{word}”)" if word.isprintable() and word.strip() else ""
            seen.failed(Cause.NOT_PYRO, f"what listens at {where} is no Pyro5 server{says}")
        elif patient:
            raise Silent
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
