"""Connections that are kept free for what must not wait: a stop, a safe state.

Where every thread of a server has its client, a few more connections are taken, each with a thread of its own. Such a
connection is marked, and the handshake (`wire.host`) lets in only who says that it is urgent. Limits: for servers of
Pyro5's kind *thread*.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from Pyro5.svr_threads import NoFreeWorkersError

if TYPE_CHECKING:
    from collections.abc import Callable

RESERVED = 4
"""More than one, because a peer that is not let in has one of them until it has said who it is."""
GREETING_SECONDS = 1.0
"""Within which a peer on a reserved connection must have introduced itself."""
IDLE_SECONDS = 30.0
"""After which a reserved connection that asks nothing is closed."""


class Reserve:
    """Takes the place of a thread pool's ``process``, and has threads of its own for when the pool has none left."""

    def __init__(self, process: Callable[[Any], None], count: int = RESERVED) -> None:
        self._process = process
        self._free = threading.BoundedSemaphore(count)

    def __call__(self, job: Any) -> None:
        """Have a connection served.

        Raises
        ------
        Pyro5.svr_threads.NoFreeWorkersError
            If the reserve is used up too.
        """
        try:
            self._process(job)
        except NoFreeWorkersError:
            if not self._free.acquire(blocking=False):
                raise
            job.csock.reserved = True
            threading.Thread(target=self._serve, args=(job,), name="reserved connection", daemon=True).start()

    def _serve(self, job: Any) -> None:
        try:
            job()
        finally:
            self._free.release()


def is_reserved(conn: Any) -> bool:
    """Whether a connection was taken out of the reserve."""
    return getattr(conn, "reserved", False) is True
