"""How far the clocks of the instruments' computers are ahead of the one here: a sample's time is taken there.

A daemon is asked for its time; half of the round trip is the uncertainty. Limits: older daemons do not tell theirs.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from Pyro5 import core

from pyrolab_gui.network.connection import Connection
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.names import DAEMON_OBJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.instrument import Instrument

AGAIN = 600.0
"""Seconds between two looks."""
_RETRY = 10.0
"""Seconds until one that did not answer is asked again."""
_TIMEOUT = 2.0
_TRIES = 3


class Clocks:
    """Asks now and then, on a thread of its own.

    Parameters
    ----------
    tell
        Called with the time, the computer, by how many seconds it is ahead, and the uncertainty.
    """

    def __init__(
        self,
        instruments: Sequence[Instrument],
        identity: Identity,
        tell: Callable[[float, str, float, float], None],
    ) -> None:
        self._instruments, self._identity, self._tell = list(instruments), identity, tell
        self._due: dict[str, float] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._work, name="clocks", daemon=True)
        self._thread.start()

    def look_again(self) -> None:
        """Ask all soon: another file is written."""
        self._due.clear()

    def close(self, timeout: float = _TIMEOUT) -> None:
        """End."""
        self._end.set()
        self._thread.join(timeout)

    def _work(self) -> None:
        while not self._end.is_set():
            asked = set()
            for instrument in self._instruments:
                uri = core.URI(instrument.uri)
                host, now = str(uri.host), time.monotonic()
                if host in asked or self._due.get(host, 0.0) > now or self._end.is_set():
                    continue
                asked.add(host)
                self._due[host] = now + (AGAIN if self._ask(uri, instrument) else _RETRY)
            self._end.wait(1.0)

    def _ask(self, uri: core.URI, instrument: Instrument) -> bool:
        """Ask one daemon, a few times, and tell what took the least time; return whether it could be told."""
        try:
            connection = Connection.open(
                f"PYRO:{DAEMON_OBJECT}@{uri.location}",
                f"The daemon at {uri.location}",
                timeout=_TIMEOUT,
                hello=self._identity.hello(),
                trust=instrument.trust,
            )
            try:
                best: tuple[float, float] | None = None
                for _ in range(_TRIES):
                    asked = time.time()
                    there = connection.daemon("status").get("time")
                    took = time.time() - asked
                    if not isinstance(there, float):
                        return True  # an older one: it will not tell later either
                    if best is None or took / 2 < best[1]:
                        best = there - (asked + took / 2), took / 2
            finally:
                connection.close()
        except (LabError, AttributeError):
            return False
        if best is not None:
            self._tell(time.time(), str(uri.host), *best)
        return True
