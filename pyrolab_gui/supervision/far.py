"""The supervisor of another PC, reached over TLS. Limits: which PCs there are is `supervision.known_hosts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.supervision.places import FarPlace
from pyrolab_gui.supervision.remote import RemoteSupervisor

if TYPE_CHECKING:
    from pyrolab_gui.network.identity import Identity


def far_supervisor(host: str, port: int, identity: Identity) -> RemoteSupervisor:
    """Return the supervisor of another PC; it is looked for from now on, until it is closed."""
    return RemoteSupervisor(place=FarPlace(host, port, identity.trust), identity=identity)
