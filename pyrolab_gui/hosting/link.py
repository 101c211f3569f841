"""A child's side of the link to its supervisor (`wire.link` holds the messages).

One thread connects to whoever the address file names, says hello and the whole state, answers pings, passes a stop on,
and after a lost connection tries for ever: a supervisor may end and another one come, the child runs on. A new address
is noticed within half a second. Limits: only
the newest state is kept, so states that follow each other at once may be told as one.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.link import MAX_LINE, LinkAddress, decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.wire.child import ServiceStatus

FIRST_DELAY = 0.2
LONGEST_DELAY = 5.0
_LOOK = 0.5
"""Seconds between two looks at the address file while there is no supervisor."""
_IO_SECONDS = 5.0

log = logging.getLogger(__name__)


class SupervisorLink:
    """Tells the supervisor of this child.

    Parameters
    ----------
    address_file
        Where the supervisor writes its address and token; read anew at each try.
    kind, name
        Which child this is.
    on_stop
        Called on the link's thread when the supervisor asks the child to stop.
    on_begin
        Called on the link's thread with what the supervisor tells a process that follows one that was ended.
    on_go
        Called on the link's thread when a child that is held may begin; again for each supervisor to come.
    on_tell
        Called on the link's thread with what somebody tells the child about its own work.

    Attributes
    ----------
    stopped_by
        Who wants the stop, where the supervisor has said so.
    """

    def __init__(
        self,
        address_file: str,
        kind: str,
        name: str,
        on_stop: Callable[[], None],
        on_begin: Callable[[dict[str, Any]], None] = lambda message: None,
        on_go: Callable[[], None] = lambda: None,
        on_tell: Callable[[dict[str, Any]], None] = lambda message: None,
    ) -> None:
        self._address_file = address_file
        self._kind = kind
        self._name = name
        self._on_stop = on_stop
        self._on_begin = on_begin
        self._on_go = on_go
        self._on_tell = on_tell
        self.stopped_by = ""
        self.running: Callable[[], dict[str, Any] | None] = lambda: None
        """Tells with each answer to a ping which call runs; must never wait."""
        self._welcome = False
        self._unsent_words: list[bytes] = []
        self._lock = threading.Lock()
        self._state: dict[str, Any] = {"state": "starting", "uri": "", "error": "", "services": []}
        self._unsent = True
        self._closing = threading.Event()
        self._wake_end, self._wake = socket.socketpair()
        self._wake.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="supervisor link", daemon=True)

    def start(self) -> None:
        """Begin to look for the supervisor."""
        self._thread.start()

    def report(self, state: str, *, uri: str = "", error: str = "", services: Sequence[ServiceStatus] = ()) -> None:
        """Tell the whole state, now and to each supervisor to come. Never blocks."""
        plain = [
            {
                "name": service.name,
                "state": service.state,
                "error": service.error,
                "detail": service.detail,
                "retry_at": service.retry_at,
            }
            for service in services
        ]
        with self._lock:
            self._state = {"state": state, "uri": uri, "error": error, "services": plain}
            self._unsent = True
        self._signal()

    def interrupt(self, calls: Sequence[dict[str, Any]], who: str) -> bool:
        """Ask to be ended, and that the next process makes these calls first; False where no supervisor is there."""
        with self._lock:
            if not self._welcome:
                return False
            self._unsent_words.append(encode("interrupt", calls=list(calls), who=who))
        self._signal()
        return True

    def close(self, timeout: float = 0.5) -> None:
        """Send what is unsent, if that is quickly done, and end the link."""
        self._closing.set()
        self._signal()
        self._thread.join(timeout)

    def _signal(self) -> None:
        with contextlib.suppress(OSError):  # full: it is awake anyway
            self._wake.send(b"!")

    def _run(self) -> None:
        delay = FIRST_DELAY
        while not self._closing.is_set():
            began = time.monotonic()
            refused = ""
            with contextlib.suppress(OSError, ValueError):
                address = self._address()
                try:
                    refused = self._talk(address)
                finally:
                    with self._lock:
                        self._welcome = False
                        self._unsent_words.clear()  # what was urgent then is not to be done later
                if refused:
                    log.warning("The supervisor at %s:%d refuses this child: %s", address.host, address.port, refused)
                    self._await_other(address)
            delay = FIRST_DELAY if time.monotonic() - began > LONGEST_DELAY else min(delay * 1.6, LONGEST_DELAY)
            self._pause(delay)
        self._wake.close()
        self._wake_end.close()

    def _address(self) -> LinkAddress:
        with open(self._address_file, encoding="utf-8") as file:
            return LinkAddress.from_json(file.read())

    def _pause(self, seconds: float) -> None:
        """Wait, but not when somebody writes another address."""
        end = time.monotonic() + seconds
        before = self._written()
        while (left := end - time.monotonic()) > 0 and self._written() == before:
            if self._closing.wait(min(left, _LOOK)):
                return

    def _written(self) -> tuple[int, int, int]:
        """Return what changes whenever the address file is written."""
        try:
            status = os.stat(self._address_file)
        except OSError:
            return 0, 0, 0
        return status.st_ino, status.st_mtime_ns, status.st_size

    def _await_other(self, address: LinkAddress) -> None:
        while not self._closing.wait(_LOOK):
            with contextlib.suppress(OSError, ValueError):
                if self._address() != address:
                    return

    def _talk(self, address: LinkAddress) -> str:
        """Keep one connection until it ends; return why the supervisor refused, or nothing."""
        with socket.create_connection((address.host, address.port), timeout=_IO_SECONDS) as sock:
            hello = {"kind": self._kind, "name": self._name, "pid": os.getpid(), "ident": process_ident(os.getpid())}
            sock.sendall(encode("hello", token=address.token, **hello))
            welcome = False
            buffer = b""
            while True:
                closing = self._closing.is_set()  # asked first: what was reported before it is then sent
                if welcome:
                    self._send_state(sock)
                if closing:
                    return ""
                readable, _, _ = select.select([sock, self._wake_end], [], [])
                if self._wake_end in readable:
                    self._wake_end.recv(4096)
                if sock not in readable:
                    continue
                data = sock.recv(65536)
                if not data:
                    return ""
                buffer += data
                if len(buffer) > MAX_LINE:
                    raise ValueError("a line too long")
                *lines, buffer = buffer.split(b"\n")
                for line in lines:
                    message = decode(line)
                    match message["message"]:
                        case "welcome":
                            welcome = True
                            with self._lock:
                                self._unsent = self._welcome = True
                        case "ping":
                            call = self.running()
                            sock.sendall(encode("pong", running=call) if call else encode("pong"))
                        case "stop":
                            self.stopped_by = str(message.get("who") or "")
                            self._on_stop()
                        case "tell":
                            self._tell(message)
                        case "go":
                            self._on_go()
                        case "begin":
                            self._on_begin(message)
                        case "refused":
                            return str(message.get("reason") or "no reason given")

    def _tell(self, message: dict[str, Any]) -> None:
        try:
            self._on_tell(message)
        except Exception:  # what a person says wrongly must not end the link
            log.exception("What this child was told is of no use: %s", message)

    def _send_state(self, sock: socket.socket) -> None:
        with self._lock:
            words, self._unsent_words = self._unsent_words, []
            if self._unsent:
                words.insert(0, encode("state", **self._state))
                self._unsent = False
        if words:
            sock.sendall(b"".join(words))


def process_ident(pid: int) -> str:
    """Return what tells a process from a later one with its number, whatever happens to the clock.

    Linux: the boot and the tick of its start; elsewhere its time of creation.

    Raises
    ------
    ProcessLookupError, OSError
        If there is no such process.
    """
    if sys.platform == "linux":
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read().strip()
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            # The name in parentheses may contain anything, spaces and parentheses too.
            after_name = file.read().rpartition(")")[2].split()
        return f"{boot} {after_name[19]}"
    import psutil

    try:
        return repr(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess as error:
        raise ProcessLookupError(pid) from error
