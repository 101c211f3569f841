"""The supervisor of another PC, reached over TLS. Limits: which PCs there are is `supervision.known_hosts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.supervision.places import FarPlace
from pyrolab_gui.supervision.remote import RemoteSupervisor

if TYPE_CHECKING:
    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.trust import Trusts


def far_supervisor(host: str, port: int, trusts: Trusts, identity: Identity | None = None) -> RemoteSupervisor:
    """Return the supervisor of another PC; it is looked for from now on, until it is closed."""
    return RemoteSupervisor(place=FarPlace(host, port, trusts), identity=identity)
