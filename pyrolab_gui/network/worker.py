"""One thread that owns one connection: work is handed in, Futures come back, and nobody else waits for the network.

The connection opens on first use, is dropped after a timeout or an error of the link, and opens again for the next
piece of work; an idle one is closed. Limits: work runs one piece after another, in the order in which it came.
"""

from __future__ import annotations

import queue
import threading
import time
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pyrolab_gui.network.errors import translated
from pyrolab_gui.wire.errors import LabError, NoReply, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.network.connection import Connection

IDLE_SECONDS = 60.0
LOOK_AFTER = 0.1
"""A connection that was idle for so long is looked at before it is used: one more system call."""
T = TypeVar("T")


@dataclass(slots=True)
class _Job:
    run: Callable[[Connection], Any]
    timeout: float
    future: Future[Any] = field(default_factory=Future)

    def fail(self, error: LabError) -> None:
        _settle(self.future, error=error)


class Worker:
    """Runs work on one connection.

    Parameters
    ----------
    name
        What errors call the other end.
    connect
        Opens the connection; called on the worker's thread.
    keep
        Whether an idle connection must stay open (a session, a lock); asked when it has been idle for `idle`.
    idle
        Seconds after which an idle connection is closed.
    """

    def __init__(
        self,
        name: str,
        connect: Callable[[], Connection],
        *,
        keep: Callable[[], bool] = lambda: False,
        idle: float = IDLE_SECONDS,
    ) -> None:
        self._name = name
        self._connect = connect
        self._keep = keep
        self._idle = idle
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._running: _Job | None = None
        self._connection: Connection | None = None
        self._used = 0.0
        self._broken = False
        self._closed = False

    @property
    def connected(self) -> bool:
        """Whether a connection is open at this moment."""
        return self._connection is not None

    def submit(self, run: Callable[[Connection], T], timeout: float) -> Future[T]:
        """Queue `run`, which gets the connection; `timeout` is for each answer of the server, in seconds."""
        job = _Job(run, timeout)
        with self._lock:
            if self._closed:
                job.fail(Unreachable(f"The connection to {self._name} was closed here."))
                return job.future
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=f"calls to {self._name}", daemon=True)
                self._thread.start()
            self._jobs.put(job)
        return job.future

    def abandon(self) -> None:
        """Stop waiting for the work that runs; its Future fails and the connection is dropped."""
        with self._lock:
            job = self._running
            if job is not None:
                self._interrupt()
        if job is not None:
            job.fail(NoReply(f"No longer waiting for {self._name}; what was asked of it may still be running there."))

    def close(self) -> None:
        """End the thread and the connection; whatever is still queued fails. Does not wait: see `join`."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            job = self._running
            self._interrupt()
            self._jobs.put(None)
        if job is not None:
            job.fail(self._was_closed())

    def join(self, timeout: float) -> bool:
        """Wait for the thread's end, after `close`; return whether it came."""
        if self._thread is not None:
            self._thread.join(timeout)
            return not self._thread.is_alive()
        return True

    def _was_closed(self) -> Unreachable:
        return Unreachable(f"The connection to {self._name} was closed here.")

    def _interrupt(self) -> None:
        self._broken = True
        if self._connection is not None:
            self._connection.interrupt()

    def _work(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=self._idle)
            except queue.Empty:
                if not self._keep():
                    self._drop()
                continue
            if job is None:
                break
            self._do(job)
        self._drop()
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is not None:
                job.fail(self._was_closed())

    def _do(self, job: _Job) -> None:
        if not job.future.set_running_or_notify_cancel():
            return
        with self._lock:
            if self._closed:
                job.fail(self._was_closed())
                return
            self._running = job
            self._broken = False
        result: Any = None
        failure: LabError | None = None
        try:
            result = job.run(self._ready(job.timeout))
        except BaseException as error:  # noqa: BLE001 - it belongs to the Future, never to the thread
            failure = translated(error, self._name)
        self._used = time.monotonic()
        with self._lock:
            self._running = None
            broken = self._broken
        if broken or (self._connection is not None and not self._connection.open_here):
            self._drop()
        _settle(job.future, result, failure)

    def _ready(self, timeout: float) -> Connection:
        """Return the connection, connecting anew where the server ended an idle connection."""
        connection = self._connection
        if connection is not None and time.monotonic() - self._used > LOOK_AFTER and connection.ended:
            self._drop()
            connection = None
        if connection is None:
            connection = self._connect()
            with self._lock:
                self._connection = connection
                if self._broken:
                    raise Unreachable(f"The connection to {self._name} was given up.")
        connection.set_timeout(timeout)
        return connection

    def _drop(self) -> None:
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _settle(future: Future[Any], result: Any = None, error: LabError | None = None) -> None:
    """Give a Future its outcome unless it has one already (abandoned, or cancelled by who waited)."""
    try:
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
    except InvalidStateError:
        pass
