"""One thread that sleeps in a selector and wakes what is due: any number of control links on a single thread.

Limits: members must not block; a callback that raises is logged and goes on as if it had not.
"""

from __future__ import annotations

import collections
import contextlib
import logging
import selectors
import socket
import threading
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_CONNECTING = 200
"""So many connects at once; a registry of dead machines must not use up the files of the process."""

log = logging.getLogger(__name__)


class Member(Protocol):
    """What a hub drives. All methods are called on the hub's thread."""

    due: float
    """When `tick` is to be called (monotonic seconds)."""

    def ready(self, readable: bool, writable: bool) -> None:
        """Do what its socket allows."""

    def tick(self) -> None:
        """Do what is due, and set `due` anew."""

    def stop(self) -> None:
        """Close its socket."""


class Hub:
    """The thread and its selector. It starts with the first member and ends with `close`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._members: set[Member] = set()
        self._posted: collections.deque[Callable[[], None]] = collections.deque()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._selector = selectors.DefaultSelector()
        self._wake_reader, self._wake_writer = socket.socketpair()
        for end in (self._wake_reader, self._wake_writer):
            end.setblocking(False)
        self.connecting = 0
        """How many members are connecting; kept by themselves, on the hub's thread."""

    def add(self, member: Member) -> None:
        """Drive a member from now on."""
        self.post(lambda: self._members.add(member))

    def remove(self, member: Member) -> None:
        """Stop a member and drive it no longer."""

        def run() -> None:
            self._members.discard(member)
            member.stop()

        self.post(run)

    def post(self, run: Callable[[], None]) -> None:
        """Call `run` on the hub's thread."""
        with self._lock:
            if self._closed:
                return
            self._posted.append(run)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
        self._wake()

    def close(self) -> None:
        """Stop all members and end the thread. Returns at once (see `join`)."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            started = self._thread is not None
        if started:
            self._wake()
        else:
            self._release()

    def join(self, timeout: float) -> bool:
        """Wait for the end of a closed hub; return whether it came."""
        thread = self._thread
        if thread is None or thread is threading.current_thread():
            return thread is None
        thread.join(timeout)
        return not thread.is_alive()

    def watch(self, sock: socket.socket, member: Member, *, write: bool) -> None:
        """Wait for a socket of a member, for reading and maybe for writing."""
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if write else 0)
        try:
            self._selector.modify(sock, events, member)
        except KeyError:
            self._selector.register(sock, events, member)

    def unwatch(self, sock: socket.socket) -> None:
        """Wait for a socket no longer. To be called before it is closed."""
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(sock)

    def _wake(self) -> None:
        # A full pipe means that it is being woken already; a closed one, that it has ended.
        with contextlib.suppress(OSError):
            self._wake_writer.send(b"!")

    def _work(self) -> None:
        self._selector.register(self._wake_reader, selectors.EVENT_READ, None)
        while not self._closed:
            while self._posted:
                self._guarded(self._posted.popleft())
            now = time.monotonic()
            for member in [member for member in self._members if member.due <= now]:
                self._guarded(member.tick)
            due = min((member.due for member in self._members), default=now + 60.0)
            for key, events in self._selector.select(max(due - time.monotonic(), 0.0)):
                self._dispatch(key, events)
        for member in self._members:
            self._guarded(member.stop)
        self._members.clear()
        self._release()

    def _dispatch(self, key: selectors.SelectorKey, events: int) -> None:
        member: Member | None = key.data
        if member is None:
            with contextlib.suppress(OSError):
                self._wake_reader.recv(4096)
        elif member in self._members:
            readable, writable = bool(events & selectors.EVENT_READ), bool(events & selectors.EVENT_WRITE)
            self._guarded(lambda: member.ready(readable, writable))

    def _release(self) -> None:
        self._selector.close()
        self._wake_reader.close()
        self._wake_writer.close()

    def _guarded(self, run: Callable[[], None]) -> None:
        try:
            run()
        except Exception:
            log.exception("a member of %s failed", self._name)
