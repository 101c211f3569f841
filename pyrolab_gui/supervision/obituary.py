"""Taking the names of a daemon that died out of its nameservers: it could not do so itself.

Only entries that lead to the dead process are removed; where a new one has registered meanwhile on the same port, it
finds its entry gone and writes it again. Limits: a nameserver that does not answer keeps the entry; done in a thread,
nobody waits for it.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from pyrolab_gui.wire.names import NAMESERVER_OBJECT
from pyrolab_gui.wire.plans import DaemonPlan

if TYPE_CHECKING:
    from pyrolab_gui.wire.plans import ChildPlan, NameserverAddress

_SECONDS = 2.0

logger = logging.getLogger(__name__)


def take_out_of_nameservers(plan: ChildPlan | None, uri: str) -> None:
    """Remove what a dead daemon left in its nameservers; returns at once.

    Parameters
    ----------
    plan
        What it was started with.
    uri
        Where it was reached; empty for one that never served.
    """
    place = uri.rpartition("@")[2]
    if not place or not isinstance(plan, DaemonPlan):
        return
    for address in plan.nameservers:
        names = [service.name for service in plan.services if address.name in service.nameservers]
        if plan.register_as and address.name in plan.own_nameservers:
            names.append(plan.register_as)
        if names:
            threading.Thread(target=_remove, args=(address, names, place), name="deregister", daemon=True).start()


def _remove(address: NameserverAddress, names: list[str], place: str) -> None:
    from pyrolab_gui.network.connect import open_proxy  # only a death needs it
    from pyrolab_gui.network.trust import Trust

    try:
        uri = f"PYRO:{NAMESERVER_OBJECT}@{address.host}:{address.port}"
        with open_proxy(uri, timeout=_SECONDS, trust=Trust.of_address(address)) as nameserver:
            for name in names:
                if _leads_to(nameserver, name, place):
                    nameserver.remove(name)
    except Exception as error:  # noqa: BLE001 - whatever the nameserver is or answers, it keeps the entry then
        logger.info("names of a dead daemon stay in %s: %s", address.name, error)


def _leads_to(nameserver: object, name: str, place: str) -> bool:
    try:
        return str(nameserver.lookup(name)).rpartition("@")[2] == place  # type: ignore[attr-defined]
    except Exception as error:
        if getattr(error, "remote_class", type(error).__name__).rpartition(".")[2] == "NamingError":
            return False  # it is not registered
        raise
