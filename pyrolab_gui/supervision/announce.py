"""Keeps a supervisor written down in the lab's nameservers, so that the windows of other PCs find it.

A nameserver may come, go and forget: it is looked at again and again, and nothing waits for one that does not answer.
Limits: one thread for all nameservers.
"""

from __future__ import annotations

import logging
import socket
import threading
from typing import TYPE_CHECKING

from pyrolab_gui.network.nameserver import NameserverClient, NameTaken
from pyrolab_gui.network.registry_entry import parts
from pyrolab_gui.network.sockets import connect
from pyrolab_gui.network.trust import Trusts
from pyrolab_gui.supervision.lan import EVERYWHERE
from pyrolab_gui.wire.child import ChildKind
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.names import SUPERVISOR_OBJECT
from pyrolab_gui.wire.plans import DaemonPlan
from pyrolab_gui.wire.supervision import SUPERVISOR_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyrolab_gui.supervision.supervisor import Supervisor

PERIOD = 5.0
_TIMEOUT = 2.0
_ENDING = 3.0

logger = logging.getLogger(__name__)


class Announcer:
    """Writes one address down in several nameservers.

    Parameters
    ----------
    address
        ``HOST:PORT`` of the supervisor.
    nameservers
        Says where they are, each time anew.
    period
        Seconds between two looks.
    """

    def __init__(
        self,
        address: str,
        nameservers: Callable[[], Iterable[tuple[str, int]]],
        *,
        period: float = PERIOD,
    ) -> None:
        self._uri = f"PYRO:{SUPERVISOR_OBJECT}@{address}"
        self._nameservers, self._period = nameservers, period
        self._trusts = Trusts.here()
        self._written: dict[tuple[str, int], str] = {}
        self._refused: dict[tuple[str, int], str] = {}
        self._end = threading.Event()
        self._again = threading.Event()
        self._thread = threading.Thread(target=self._run, name="announcing", daemon=True)
        self._thread.start()

    def look(self) -> None:
        """Look at the nameservers now."""
        self._again.set()

    def close(self) -> None:
        """Take the address out again, and end."""
        self._end.set()
        self._again.set()
        self._thread.join(_ENDING)

    def _run(self) -> None:
        while not self._end.is_set():
            for place in dict.fromkeys(self._nameservers()):
                self._keep(place)
            self._again.wait(self._period)
            self._again.clear()
        for place, name in self._written.items():
            self._take_out(place, name)

    def _keep(self, place: tuple[str, int]) -> None:
        client = NameserverClient(*place, timeout=_TIMEOUT, trust=self._trusts)
        try:
            name = SUPERVISOR_NAME + socket.gethostname()
            metadata = ("pyrolab-gui: supervisor", f"host: {socket.gethostname()}")
            try:
                client.register(name, self._uri, metadata)
            except NameTaken as taken:
                if _answers(taken.held):  # of another user of this PC
                    name = f"{name}.{self._uri.rpartition(':')[2]}"
                client.register(name, self._uri, metadata, overwrite=True)
            self._written[place] = name
            self._refused.pop(place, None)
        except LabError as error:
            if self._refused.get(place) != error.sentence:
                self._refused[place] = error.sentence
                logger.info("not written down at %s:%d: %s", *place, error.sentence)
        finally:
            client.close()

    def _take_out(self, place: tuple[str, int], name: str) -> None:
        client = NameserverClient(*place, timeout=_TIMEOUT, trust=self._trusts)
        try:
            client.remove(name, self._uri)
        except LabError as error:
            logger.info("not taken out at %s:%d: %s", *place, error.sentence)
        finally:
            client.close()


def nameservers_of(supervisor: Supervisor) -> list[tuple[str, int]]:
    """Return where the nameservers of a supervisor's lab are: its own that run, and those that its daemons name."""
    found = []
    for status in supervisor.statuses():
        _, host, port = parts(status.uri) if status.kind is ChildKind.NAMESERVER and status.state.alive else ("", "", 0)
        if port:
            found.append(("localhost" if host in EVERYWHERE else host, port))
    for plan in supervisor.plans():
        if isinstance(plan, DaemonPlan):
            found += [(nameserver.host, nameserver.port) for nameserver in plan.nameservers if nameserver.port]
    return found


def _answers(uri: str) -> bool:
    _, host, port = parts(uri)
    if not port:
        return False
    try:
        connect(host, port, _TIMEOUT).close()
    except LabError:
        return False
    return True
