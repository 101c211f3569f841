"""What every child process does around its own work: log, settings, link, requests to stop, a quick end.

`Child` is made first in a main and ended last. Limits: one per process, because a log, signals and Pyro5's settings
are the process's own.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import logging
import os
import queue
import signal
import socket
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.link import SupervisorLink
from pyrolab_gui.hosting.log_file import LogFile, log_to_stderr
from pyrolab_gui.wire import serializers
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.frozen import unfreeze
from pyrolab_gui.wire.host import configure
from pyrolab_gui.wire.link import HOLD_VARIABLE, LINK_FILE_VARIABLE, LOG_FILE_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.wire.child import ServiceStatus

log = logging.getLogger(__name__)

_HELD_SECONDS = 150.0
"""For so long a child that was started early waits for its turn, where its supervisor is gone and no other comes."""


class Child:
    """The process as a child: set up when made, with a link to the supervisor where there is one.

    One that the supervisor started early is made only when its turn has come.

    Parameters
    ----------
    kind, name
        Which child this is.
    servertype
        Pyro5's kind of server: *thread* or *multiplex*.
    on_tell
        Called on a thread of the link with what somebody tells this child about its own work.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        *,
        servertype: str = "thread",
        on_tell: Callable[[dict[str, Any]], None] = lambda message: None,
    ) -> None:
        # A SimpleQueue, because a signal may come while its own put is running.
        self._stops: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._beginnings: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._go = threading.Event()
        self._signals = 0
        unfreeze(os.environ)  # of what a driver starts
        if log_path := os.environ.get(LOG_FILE_VARIABLE):
            LogFile(log_path).open()
        log_to_stderr()
        if not faulthandler.is_enabled() and sys.stderr is not None:
            faulthandler.enable()
        self._take_signals()
        if sys.platform == "win32":
            from pyrolab_gui.hosting.windows_job import end_grandchildren_with_this_process

            end_grandchildren_with_this_process()
        configure(servertype=servertype)
        serializers.register()
        self._link: SupervisorLink | None = None
        if address_file := os.environ.get(LINK_FILE_VARIABLE):
            self._link = SupervisorLink(
                address_file, kind, name, self._on_supervisor_stop, self._beginnings.put, self._go.set, on_tell
            )
            self._link.start()
            if os.environ.pop(HOLD_VARIABLE, ""):
                self._await_turn()

    def report(self, state: str, *, uri: str = "", error: str = "", services: Sequence[ServiceStatus] = ()) -> None:
        """Tell the supervisor, if there is one."""
        if state == "running" and not gc.isenabled():
            gc.freeze()
            gc.enable()
        if self._link is not None:
            self._link.report(state, uri=uri, error=error, services=services)

    def tell_running(self, running: Callable[[], dict[str, Any] | None]) -> None:
        """Let the supervisor know which call runs, for the time when this process answers no more."""
        if self._link is not None:
            self._link.running = running

    def ask_to_stop(self, who: str) -> None:
        """Let `wait_for_stop` return; from any thread or signal."""
        self._stops.put(who)
        self._go.set()

    def _on_supervisor_stop(self) -> None:
        self.ask_to_stop((self._link.stopped_by if self._link is not None else "") or "the supervisor")

    def wait_for_stop(self) -> str:
        """Block until somebody asks this process to stop; return who."""
        while True:
            with contextlib.suppress(queue.Empty):
                # Without a limit of time Windows would not let Ctrl+C through.
                return self._stops.get(timeout=0.25 if os.name == "nt" else None)

    def wait_for_beginning(self) -> dict[str, Any]:
        """Block until the supervisor tells that the process before this one was ended (``begin`` of `wire.link`)."""
        return self._beginnings.get()

    def interrupt(self, calls: Sequence[dict[str, Any]], who: str) -> bool:
        """Ask the supervisor to end this process and have the next one make calls; False where there is none."""
        return self._link is not None and self._link.interrupt(calls, who)

    def close(self) -> None:
        """Send the supervisor what is unsent."""
        if self._link is not None:
            self._link.close()

    def _await_turn(self) -> None:
        """Wait for the supervisor's *go*; a stop that comes first ends the process."""
        self._go.wait(_HELD_SECONDS)
        if not self._stops.empty():
            self.report("stopping")
            self.close()
            flush()
            os._exit(0)

    def _take_signals(self) -> None:
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            number = getattr(signal, name, None)
            if number is not None:
                signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, _frame: object) -> None:
        self._signals += 1
        if self._signals > 2:  # somebody insists
            os._exit(128 + number)
        self.ask_to_stop(signal.Signals(number).name)


def run_child(main: Callable[[], int]) -> int:
    """Run a child's main and end the process with its exit status; a failure becomes one sentence on stderr.

    Never returns: threads of Pyro5 and of drivers would only hold up the end of the process.
    """
    try:
        status = main()
    except LabError as error:
        print_failure(error.sentence, error.detail)
        status = 1
    except Exception as error:  # noqa: BLE001 - the process must end now, and say in its last line why
        print_failure(f"This process failed: {type(error).__name__}: {error}.", traceback.format_exc())
        status = 1
    flush()
    os._exit(status)


def print_failure(sentence: str, detail: str = "") -> None:
    """Write why this process cannot go on: the detail first, the sentence as the last line."""
    if detail:
        sys.stderr.write(detail.rstrip() + "\n")
    sys.stderr.write(sentence + "\n")


def flush() -> None:
    """Write out what is buffered."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    logging.shutdown()


def bind_failure(error: OSError, host: str, port: int, unixsocket: str | None = None) -> LabError:
    """Return why a server could not be opened, in words."""
    import errno

    place = unixsocket or f"port {port} on {host}"
    if error.errno == errno.EADDRINUSE or getattr(error, "winerror", 0) in (10013, 10048):
        from pyrolab_gui.hosting.port_holder import port_holder

        holder = "" if unixsocket else port_holder(host, port)
        sentence = f"{place[:1].upper()}{place[1:]} is already in use by {holder or 'another program'}."
    elif error.errno == errno.EADDRNOTAVAIL:
        sentence = f"This computer has no address {host}, so nothing can be served there."
    elif error.errno in (errno.EACCES, errno.EPERM):
        sentence = f"This account may not open {place}."
    elif isinstance(error, socket.gaierror) or error.errno is None:
        sentence = f"The host name {host} is not known to this computer."
    else:
        sentence = f"Cannot open {place}: {error.strerror or error}."
    return LabError(sentence)
