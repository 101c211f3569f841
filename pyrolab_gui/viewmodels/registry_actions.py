"""What the registry asks of the network besides watching: describe or reconnect one object, remove one name.

Each call opens one connection in the background, and closes it with its answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.instrument import Instrument
from pyrolab_gui.wire.names import DAEMON_OBJECT, NAMESERVER_OBJECT

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress
    from pyrolab_gui.wire.description import ServiceDescription


class RegistryActions:
    """One-off questions to daemons and nameservers, under one identity."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def describe(self, uri: str, name: str) -> Future[ServiceDescription]:
        """Ask for the description of one object; errors are `LabError`."""
        instrument = Instrument(uri, name, self._identity)
        return _closing(instrument, instrument.describe())

    def reconnect(self, uri: str, name: str) -> Future[Any]:
        """Ask the daemon of one object to open its instrument again, now."""
        object_id, _, location = uri.removeprefix("PYRO:").partition("@")
        instrument = Instrument(f"PYRO:{DAEMON_OBJECT}@{location}", f"the daemon of {name}", self._identity)
        return _closing(instrument, instrument.call("reconnect", [object_id]))

    def remove(self, nameserver: NameserverAddress, name: str) -> Future[Any]:
        """Take one name out of the nameserver; the object itself is not touched."""
        uri = f"PYRO:{NAMESERVER_OBJECT}@{nameserver.address}"
        instrument = Instrument(uri, f"the nameserver at {nameserver.address}", self._identity)
        return _closing(instrument, instrument.call("remove", [name]))


def _closing(instrument: Instrument, future: Future[Any]) -> Future[Any]:
    future.add_done_callback(lambda _: instrument.close())
    return future
