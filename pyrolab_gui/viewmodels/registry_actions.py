"""What the registry asks of the network besides watching: describe or reconnect one object, change a nameserver.

Each call opens one connection in the background, and closes it with its answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.instrument import Instrument
from pyrolab_gui.wire.names import DAEMON_OBJECT, NAMESERVER_OBJECT

if TYPE_CHECKING:
    from collections.abc import Sequence
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
        return self._of_daemon(uri, name, "reconnect", [_object(uri)])

    def calls(self, uri: str, name: str) -> Future[list[dict[str, Any]]]:
        """Ask the daemon of one object for its last calls."""
        return self._of_daemon(uri, name, "calls", [_object(uri)])

    def daemon_status(self, uri: str, name: str) -> Future[dict[str, Any]]:
        """Ask the daemon of one object how it is."""
        return self._of_daemon(uri, name, "status", [])

    def remove(self, nameserver: NameserverAddress, name: str) -> Future[Any]:
        """Take one name out of the nameserver; the object itself is not touched."""
        instrument = self._nameserver(nameserver)
        return _closing(instrument, instrument.call("remove", [name]))

    def register(self, nameserver: NameserverAddress, name: str, uri: str, metadata: Sequence[str]) -> Future[Any]:
        """Put one name into the nameserver, unless it is taken."""
        instrument = self._nameserver(nameserver)
        return _closing(
            instrument, instrument.call("register", [name, uri], {"safe": True, "metadata": list(metadata)})
        )

    def _nameserver(self, nameserver: NameserverAddress) -> Instrument:
        uri = f"PYRO:{NAMESERVER_OBJECT}@{nameserver.address}"
        return Instrument(uri, f"the nameserver at {nameserver.address}", self._identity)

    def _of_daemon(self, uri: str, name: str, member: str, arguments: list[Any]) -> Future[Any]:
        location = uri.partition("@")[2]
        instrument = Instrument(f"PYRO:{DAEMON_OBJECT}@{location}", f"the daemon of {name}", self._identity)
        return _closing(instrument, instrument.call(member, arguments))


def _object(uri: str) -> str:
    return uri.removeprefix("PYRO:").partition("@")[0]


def _closing(instrument: Instrument, future: Future[Any]) -> Future[Any]:
    future.add_done_callback(lambda _: instrument.close())
    return future
