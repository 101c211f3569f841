"""The control link: one connection to a daemon by which its life is known, without asking any of its instruments.

The end of the connection is the death of everything on that daemon, seen at once; a process that stands still sends no
end, so it is asked every two seconds (one of ours for its status, others with a ping). It connects again for ever.
Limits: says nothing about a driver's link to its instrument except what the daemon's status tells.
"""

from __future__ import annotations

import errno
import ssl
import time
from typing import TYPE_CHECKING, Any

from Pyro5 import errors

from pyrolab_gui.network import messages
from pyrolab_gui.network.dialing import Dialing, NoSocketLeftError
from pyrolab_gui.network.hub import MAX_CONNECTING, Hub
from pyrolab_gui.network.tls_faults import ALERT, fault_of, no_tls, not_accepted
from pyrolab_gui.network.ways import Ways
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.health import ProcessLink

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from Pyro5 import protocol

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.tls_faults import TlsFault
    from pyrolab_gui.network.trust import Security, Trust

PERIOD = 2.0
SLOW_AFTER = 1.5
NO_REPLY_AFTER = 3.0
"""Together with PERIOD: a process that stands still is known after 5 s at most."""
RETRY = (0.1, 0.2, 0.4, *(0.8,) * 20, 3.0)
"""Waits before connecting again, in seconds; the last one is repeated."""
DOUBT_AFTER = 15.0
"""After so long without a reply the connection itself is doubted and made anew."""

_CALL_AGAIN = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_ENDED = "its process has ended"
HANGS = "it hangs, is overloaded or was halted"


class ControlLink:
    """Watches one daemon.

    Parameters
    ----------
    host, port
        Where the daemon is.
    on_state
        Called with state and reason (words without a full stop) when either changes, on the link's thread.
    identity
        Who this client is.
    trust
        Certificates for daemons that speak TLS; None for those of `identity`.
    on_status
        Called with what the daemon's ``status`` returned when it changed, on the link's thread. Daemons of ours only.
    hub
        A hub to share with other links; without it the link has its own, and ends it.
    """

    def __init__(
        self,
        host: str,
        port: int,
        on_state: Callable[[ProcessLink, str], None],
        *,
        identity: Identity,
        on_status: Callable[[dict[str, Any]], None] | None = None,
        trust: Security | None = None,
        hub: Hub | None = None,
    ) -> None:
        self.host, self.port = host, port
        self.state = ProcessLink.UNKNOWN
        self.reason = ""
        self.latency: float | None = None
        """Seconds that the last answer took."""
        self.last_seen: float | None = None
        """When the last answer came, in seconds since the epoch."""
        self.status: dict[str, Any] | None = None
        self.secure: bool | None = None
        """Whether it speaks TLS; None as long as nobody knows."""
        self.due = time.monotonic()
        self._on_state, self._on_status = on_state, on_status
        self._hello = identity.hello()
        self._told: dict[str, object] = {}
        """The introduction as it was made; a name that has changed since is told by a new one."""
        self._trust = trust or identity.trust
        self._ways: Ways | None = None
        """What is tried to come to an understanding; None where one was reached."""
        self._strange = ""
        self._own_hub = hub is None
        self._hub = hub or Hub(f"control link to {host}:{port}")
        self._phase = "waiting"
        self._failures = 0
        self._dialing: Dialing | None = None
        self._sock: socket.socket | None = None
        self._reader = messages.Reader()
        self._out = bytearray()
        self._plain_hello = False
        self._asks_status = False
        self._sequence = 0
        self._asked: float | None = None
        self._silent_since = 0.0
        self._stopped = False
        self._hub.add(self)

    @property
    def ours(self) -> bool:
        """Whether the daemon is known to be one of ours."""
        return self._asks_status

    def close(self) -> None:
        """Drop the connection and call nobody any more. Returns at once (see `join`)."""
        self._stopped = True
        if self._own_hub:
            self._hub.close()
        else:
            self._hub.remove(self)

    def join(self, timeout: float) -> bool:
        """Wait until a closed link with a hub of its own has ended; return whether it has."""
        return self._hub.join(timeout) if self._own_hub else True

    # --- on the hub's thread -----------------------------------------------------------------------------------

    def stop(self) -> None:
        """Close the socket."""
        self._stopped = True
        self._disconnect()

    def tick(self) -> None:
        """Do what is due: connect, ask, or judge that no answer came."""
        now = time.monotonic()
        if self._phase == "waiting":
            self._start()
        elif self._dialing is not None:
            self._dialing.tick()
        elif self._phase in ("securing", "greeting"):
            self._silent(now)
        elif self._asked is None and self._told != self._hello and not self._plain_hello:
            self._disconnect()
            self._start()
        elif self._asked is None:
            self._ask(now)
        elif now - self._asked < NO_REPLY_AFTER:
            self._enter(ProcessLink.SLOW, f"it has not answered for {now - self._asked:.0f} s")
            self.due = self._asked + NO_REPLY_AFTER
        else:
            self._silent(now)

    def ready(self, readable: bool, writable: bool) -> None:
        """Go on with what waited for the socket."""
        try:
            if self._dialing is not None:
                self._dialing.ready()
            elif self._phase == "securing":
                self._secure()
            else:
                if writable:
                    self._flush()
                if readable:
                    self._read()
        except _CALL_AGAIN:
            return
        except errors.ProtocolError as error:
            self._misunderstood("is no Pyro5 server", error)
        except (OSError, LabError) as error:
            fault = self._fault(error)
            if fault is not None:
                self._insecure(fault)
            else:
                self._lost(error if isinstance(error, OSError) else OSError(str(error)))

    def _start(self) -> None:
        """Begin to connect, unless too many do."""
        if self._hub.connecting >= MAX_CONNECTING:
            self.due = time.monotonic() + 0.05
            return
        if self._ways is None:
            self._ways, self._strange = Ways(self._trust, self.host, self.port), ""
        if not self._ways.left:
            self._no_way()
            return
        self._phase = "connecting"
        self._dialing = Dialing(self._hub, self, self.host, self.port, self._connected, self._not_connected)
        self._dialing.start()

    def _not_connected(self, error: OSError | LabError) -> None:
        if isinstance(error, LabError):
            self._fail(ProcessLink.UNREACHABLE, f"no machine is known by the name {self.host}")
        elif isinstance(error, NoSocketLeftError):
            self._fail(ProcessLink.UNKNOWN, f"this program cannot open more connections ({error.strerror})")
        else:
            self._fail(ProcessLink.UNREACHABLE, self._why(error))

    def _connected(self, sock: socket.socket) -> None:
        self._dialing, self._sock = None, sock
        self.due = time.monotonic() + NO_REPLY_AFTER
        way = self._way
        if way is None:
            self._greet()
            return
        self._phase = "securing"
        self._sock = way.context.wrap_socket(sock, server_hostname=self.host, do_handshake_on_connect=False)
        self._hub.watch(self._sock, self, write=True)

    def _secure(self) -> None:
        assert isinstance(self._sock, ssl.SSLSocket)
        try:
            self._sock.do_handshake()
        except ssl.SSLWantReadError:
            self._hub.watch(self._sock, self, write=False)
            raise
        except ssl.SSLWantWriteError:
            self._hub.watch(self._sock, self, write=True)
            raise
        self._greet()

    def _greet(self) -> None:
        self._phase, self._reader, self._out = "greeting", messages.Reader(), bytearray()
        self._asked = time.monotonic()
        self._told = dict(self._hello)
        self._send(messages.greeting("hello" if self._plain_hello else self._hello))

    def _read(self) -> None:
        assert self._sock is not None
        while True:
            data = self._sock.recv(65536)
            if not data:
                self._ended()
                return
            for message in self._reader.feed(data):
                if self._sock is None:
                    return
                self._take(message)
            if self._sock is None or not isinstance(self._sock, ssl.SSLSocket) or not self._sock.pending():
                return

    def _take(self, message: protocol.ReceivingMessage) -> None:
        now = time.monotonic()
        greeted = self._phase == "greeting"
        if greeted:
            good, reason, methods = messages.accepted(message)
            if not good and not self._plain_hello:
                self._plain_hello = True
                self._disconnect()
                self.due = now
                return
            if not good:
                self._fail(ProcessLink.UNREACHABLE, f"it refuses the connection ({reason})")
                return
            self._phase, self._failures, self._asks_status = "live", 0, "status" in methods
            self.secure = self._way is not None
            if self._ways is not None:
                self._ways.fits()
            self._ways = None
        elif self._asked is None:
            return
        asked = now if self._asked is None else self._asked
        self._asked = None
        self.latency, self.last_seen = now - asked, time.time()
        self._take_status(messages.answer(message))
        if self.latency > SLOW_AFTER:
            self._enter(ProcessLink.SLOW, f"it took {self.latency:.1f} s to answer")
        else:
            self._enter(ProcessLink.LIVE, "")
        # What a daemon of ours has to say is wanted at once; afterwards every PERIOD.
        self.due = now if greeted and self._asks_status else max(now, asked + PERIOD)

    def _take_status(self, status: Any) -> None:
        if isinstance(status, dict) and status != self.status:
            self.status = status
            if self._on_status is not None and not self._stopped:
                self._on_status(status)

    def _ask(self, now: float) -> None:
        self._sequence += 1
        self._asked, self.due = now, now + SLOW_AFTER
        asks = self._asks_status
        try:
            self._send(messages.request(self._sequence, "status") if asks else messages.ping(self._sequence))
        except OSError as error:
            self._lost(error)

    def _send(self, data: bytes) -> None:
        self._out += data
        self._flush()

    def _flush(self) -> None:
        sock = self._sock
        assert sock is not None
        try:
            while self._out:
                del self._out[: sock.send(self._out)]
        except _CALL_AGAIN:
            pass
        self._hub.watch(sock, self, write=bool(self._out))

    def _silent(self, now: float) -> None:
        """Its machine takes the connection, the process does not answer."""
        if self.state is not ProcessLink.NO_REPLY or not self._silent_since:
            self._silent_since = now
        if now - self._silent_since < DOUBT_AFTER:
            self._enter(ProcessLink.NO_REPLY, HANGS)
            self.due = self._silent_since + DOUBT_AFTER
        else:
            self._fail(ProcessLink.NO_REPLY, HANGS)

    def _ended(self) -> None:
        """The other end closed the connection."""
        if self._phase == "greeting" and self._way is not None:
            self._insecure(not_accepted(f"{self.host}:{self.port}"))
        elif self._phase == "greeting":
            self._misunderstood("closes the connection")
        else:
            self._fail(ProcessLink.UNREACHABLE, _ENDED)

    def _lost(self, error: OSError) -> None:
        if self._phase == "live" and isinstance(error, ConnectionError):
            self._ended()
        else:
            self._fail(ProcessLink.UNREACHABLE, self._why(error))

    def _why(self, error: OSError) -> str:
        where = f"{self.host}:{self.port}"
        if error.errno in (errno.ECONNREFUSED, getattr(errno, "WSAECONNREFUSED", -1)):
            # Where its end was seen, that is the better reason.
            return _ENDED if self.reason == _ENDED else f"nothing listens at {where}"
        if isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:
            return f"no answer from {where}; the machine is off, unplugged or behind a firewall"
        return f"there is no way to {where} ({error.strerror or error})"

    @property
    def _way(self) -> Trust | None:
        """The certificates that are tried now; None for plain text."""
        return self._ways.way if self._ways is not None and self._ways.left else None

    def _fault(self, error: Exception) -> TlsFault | None:
        """Return what an error says of TLS; None where it says nothing of it."""
        if self._way is None or self._phase not in ("securing", "greeting"):
            return None
        if isinstance(error, ssl.SSLError | LabError) or self._phase == "securing":
            return fault_of(error, f"{self.host}:{self.port}") or no_tls(f"{self.host}:{self.port}")
        return None

    def _misunderstood(self, what: str, error: errors.ProtocolError | None = None) -> None:
        """What listens gives no answer of Pyro5: in plain text, it may want TLS."""
        reason = f"what listens at {self.host}:{self.port} {what}"
        if self._phase != "greeting" or self._way is not None or self._ways is None:
            self._fail(ProcessLink.UNREACHABLE, reason)
            return
        self._strange = reason
        self._ways.is_strange(error is not None and error.args[-1:] == (ALERT,))
        self._next_way()

    def _insecure(self, fault: TlsFault) -> None:
        assert self._ways is not None
        self._ways.fails(fault)
        self._next_way()

    def _next_way(self) -> None:
        """Try the next way at once; after the last, say what is wrong."""
        assert self._ways is not None
        if self._ways.left:
            self._disconnect()
            self.due = time.monotonic()
        else:
            self._no_way()

    def _no_way(self) -> None:
        fault = self._ways.fault if self._ways is not None else None
        self._fail(ProcessLink.UNREACHABLE, self._strange if fault is None else fault.reason)

    def _fail(self, state: ProcessLink, reason: str) -> None:
        self._disconnect()
        self._ways = None
        self._silent_since = 0.0
        self.due = time.monotonic() + RETRY[min(self._failures, len(RETRY) - 1)]
        self._failures += 1
        if state is ProcessLink.UNREACHABLE:
            self.status = None
        self._enter(state, reason)

    def _enter(self, state: ProcessLink, reason: str) -> None:
        if state is not ProcessLink.NO_REPLY:
            self._silent_since = 0.0
        if (state, reason) == (self.state, self.reason) or self._stopped:
            return
        self.state, self.reason = state, reason
        self._on_state(state, reason)

    def _disconnect(self) -> None:
        dialing, self._dialing = self._dialing, None
        if dialing is not None:
            dialing.stop()
        self._phase, self._asked = "waiting", None
        sock, self._sock = self._sock, None
        if sock is not None:
            self._hub.unwatch(sock)
            sock.close()
