"""Asks an instrument now and then whether it is there, by the harmless member that the lab file names (``alive``).

Only when it has not answered anybody for a while, and only when nobody uses or keeps it: never over a running call,
never in its queue. After a failure it asks again sooner, so that a fault is known within seconds. Limits: one service;
what an answer means is `hosting.pulse`.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.hosting.instance import Instance
    from pyrolab_gui.hosting.operation import Operation
    from pyrolab_gui.hosting.pulse import Pulse

PERIOD = 60.0
"""Seconds without an answer to anybody after which it asks."""
AGAIN = 5.0
"""Seconds after a failure, or after it found the instrument in use."""

log = logging.getLogger(__name__)


class Heartbeat:
    """The asking for one service.

    Parameters
    ----------
    name
        Of the service.
    instance
        What is asked.
    operation
        The member; None where there is none of that name, which is said in the log.
    pulse
        Told by the instance of how it went; knows when the instrument answered last.
    is_free
        Whether the instrument may be asked now.
    period, again
        Seconds, as `PERIOD` and `AGAIN`.
    """

    def __init__(
        self,
        name: str,
        instance: Instance,
        operation: Operation | None,
        pulse: Pulse,
        is_free: Callable[[], bool],
        period: float = PERIOD,
        again: float = AGAIN,
    ) -> None:
        self._name, self._instance, self._operation = name, instance, operation
        self._pulse, self._is_free = pulse, is_free
        self._period, self._again = period, again
        self._wake = threading.Event()
        self._closed = False

    def start(self) -> None:
        """Begin."""
        operation = self._operation
        if operation is None or operation.urgent or not getattr(operation.check, "free", operation.check is None):
            log.warning("Service %s: its 'alive' member is none that can be read or called without values", self._name)
            return
        threading.Thread(target=self._run, args=(operation,), name=f"alive {self._name}", daemon=True).start()

    def ask(self) -> None:
        """Ask as soon as may be: the instrument has just been connected."""
        self._wake.set()

    def close(self) -> None:
        """End; does not wait."""
        self._closed = True
        self._wake.set()

    def _run(self, operation: Operation) -> None:
        pause = self._again
        while not self._closed:
            if self._wake.wait(pause):
                self._wake.clear()
            if self._closed:
                return
            quiet = time.time() - (self._pulse.answered or 0.0)
            if 0.0 <= quiet < self._period:
                pause = self._period - quiet
                continue
            pause = self._again
            if self._is_free():
                with contextlib.suppress(Exception, SystemExit):  # the pulse has been told
                    if self._instance.read(operation, 0.0)[0] is not None:
                        pause = self._period
