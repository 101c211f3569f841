"""Relays: hosts of ours that stand for foreign daemons, one for each, with the foreign objects under their own names.

So a client finds the object of ``PYRO:lamp@lab-pc:9100`` as ``PYRO:lamp@localhost:PORT``, and speaks one protocol with
all that there is. Limits: for clients on this computer; a server that wants TLS is not relayed, because everybody on
this computer would get through with the certificates of one.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

from Pyro5 import server

from pyrolab_gui.hosting.daemon_object import make_daemon_object
from pyrolab_gui.hosting.failures import NOT_UNDERSTOOD, refusal
from pyrolab_gui.hosting.foreign import travelling
from pyrolab_gui.hosting.relayed_service import Names, RelayedService
from pyrolab_gui.hosting.service_host import ServiceHost
from pyrolab_gui.network.connection import Connection
from pyrolab_gui.wire.description import service_from_plain
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from pyrolab_gui.hosting.failed_service import FailedService
    from pyrolab_gui.hosting.service import HostedService
    from pyrolab_gui.wire.description import ServiceDescription


class Relays:
    """The relays of one process, by the address of the foreign daemon."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._relays: dict[str, _Relay] = {}

    def open(self, uri: str, name: str, known: ServiceDescription | None = None) -> str:
        """Return ``host:port`` where the foreign object at `uri` is found under its own id.

        Parameters
        ----------
        known
            The description of its class, where the lab file names it.

        Raises
        ------
        LabError
            If it cannot be reached, or the server is one of ours.
        """
        with contextlib.closing(Connection.open(uri, name)) as connection:
            if connection.ours:
                raise LabError(f"{name} needs no relay: its server is one of ours.")
            names = Names(connection.methods, connection.attributes, connection.oneway)
            uri, object_id = connection.uri, connection.object_id
        location = uri.partition("@")[2]
        with self._lock:
            relay = self._relays.get(location)
            if relay is None:
                relay = self._relays[location] = _Relay(location)
        relay.take(object_id, uri, name, names, known)
        return str(relay.host.locationStr)

    @property
    def connections(self) -> int:
        """How many clients are connected."""
        with self._lock:
            return sum(relay.host.connections for relay in self._relays.values())

    def close(self) -> None:
        """End all foreign connections."""
        with self._lock:
            relays, self._relays = list(self._relays.values()), {}
        for relay in relays:
            relay.close()


class _Relay:
    """What stands for one foreign daemon."""

    def __init__(self, location: str) -> None:
        self._services: dict[str, HostedService | FailedService] = {}
        self._lock = threading.Lock()
        interface = make_daemon_object(self._services, name=f"relay of {location}")
        self.host = ServiceHost(self._services, host="localhost", port=0, interface=interface)
        threading.Thread(target=self.host.requestLoop, name=f"relay of {location}", daemon=True).start()

    def take(self, object_id: str, uri: str, name: str, names: Names, known: ServiceDescription | None) -> None:
        """Serve an object, anew where it has changed or more is known of it."""
        with self._lock:
            found = self._services.get(object_id)
            if isinstance(found, RelayedService):
                known = known or found.known  # another window may have told
                if found.names == names and found.known == known:
                    return
            service = RelayedService(uri, name, names, known)
            if found is not None:
                self.host.unregister(object_id)
                threading.Thread(target=found.close, name=f"close {name}", daemon=True).start()
            self._services[object_id] = service
            self.host.register(service.facade_class, object_id)

    def close(self) -> None:
        """End the foreign connections; the process ends too."""
        for service in tuple(self._services.values()):
            service.close()


def make_relay_object(relays: Relays) -> type[server.DaemonObject]:
    """Return the daemon object of the relay's process, which opens relays."""

    @server.expose  # type: ignore[untyped-decorator, unused-ignore]
    class RelayObject(make_daemon_object({}, name="relay")):  # type: ignore[misc]
        """The relay's own object."""

        def relay(self, uri: str, name: str, known: dict[str, Any] | None = None) -> str:
            """Return ``host:port`` where a foreign object is found under its own id."""
            try:
                return relays.open(uri, name, service_from_plain(known) if known else None)
            except LabError as error:
                raise travelling(error) from None
            except (TypeError, KeyError, ValueError, AttributeError) as error:
                raise refusal(RuntimeError, NOT_UNDERSTOOD, f"The relay was asked wrongly: {error!r}.") from None

    return RelayObject
