"""A supervisor's interface for the lab's other PCs: over TLS, to who shows a certificate of the lab.

Limits: without certificates there is none, on whatever address; certificates that were renewed are taken at the next
start.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pyrolab_gui.supervision.lan import EVERYWHERE, PUBLIC
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.host import Host
from pyrolab_gui.wire.names import SUPERVISOR_OBJECT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyrolab_gui.supervision.service_object import FarInterface


class LanService:
    """Serves an interface to other PCs.

    Parameters
    ----------
    place
        Host and port to listen at; host ``public`` is this PC's address, port 0 picks one.
    tls
        Paths of ``certificate``, ``key`` and ``ca``.
    interface
        What is served.

    Raises
    ------
    LabError
        If the certificates or the address cannot be used.
    """

    def __init__(self, place: tuple[str, int], tls: Mapping[str, str], interface: FarInterface) -> None:
        host, port = place
        if host.lower() == PUBLIC:
            host = _own_address()
        try:
            self._host = Host(host=host, port=port, tls=tls)
        except OSError as error:
            reason = error.strerror or str(error)
            raise LabError(
                f"The supervisor cannot listen for other PCs at {host}:{port}: {reason}.", str(error)
            ) from error
        self._host.register(interface, SUPERVISOR_OBJECT)
        self.host = _own_address() if host in EVERYWHERE else host
        self.port = int(self._host.locationStr.rpartition(":")[2])
        self._thread = threading.Thread(target=self._host.requestLoop, name="supervisor for other PCs", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where other PCs find it: ``HOST:PORT``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def clients(self) -> int:
        """How many connections there are."""
        return self._host.connections

    def close(self) -> None:
        """Let go of all clients and stop listening."""
        self._host.shutdown()
        self._thread.join(2.0)


def _own_address() -> str:
    from pyrolab_gui.supervision.plan import host_address  # reads lab files: where it is needed only

    return host_address(PUBLIC)
