"""What has to run beside the daemons that somebody starts: the nameservers of this PC that they register with.

A daemon whose nameserver is stopped would serve, and nobody would find its instruments. Limits: a nameserver whose
address is another PC's is started there.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from pyrolab_gui.wire.child import ChildKind, child_key
from pyrolab_gui.wire.plans import DaemonPlan, NameserverPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyrolab_gui.wire.plans import ChildPlan


def nameservers_for(keys: Iterable[str], plans: Mapping[str, ChildPlan]) -> list[str]:
    """Return the keys of the nameservers that these children register with and that this PC can serve."""
    wanted: dict[str, NameserverPlan] = {}
    for key in keys:
        plan = plans.get(key)
        for address in plan.nameservers if isinstance(plan, DaemonPlan) else ():
            found = plans.get(name := child_key(ChildKind.NAMESERVER, address.name))
            if isinstance(found, NameserverPlan):
                wanted[name] = found
    return [key for key, nameserver in wanted.items() if _is_here(nameserver.host)]


def _is_here(host: str) -> bool:
    """Whether an address is one of this PC's: only on those can it listen."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind(address)
    except OSError:
        return False
    return True
