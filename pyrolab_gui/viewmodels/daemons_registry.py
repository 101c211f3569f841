"""What the registry knows of this computer's lab: its nameservers by name, and whose daemon an entry is.

Joins two view models; neither knows the other. Limits: one computer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.supervision.plan import host_address
from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress
from pyrolab_gui.wire.child import ChildKind, ChildState, child_key

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.daemons_vm import DaemonsViewModel
    from pyrolab_gui.viewmodels.registry_vm import RegistryViewModel

_EVERYWHERE = ("0.0.0.0", "::", "")


def join(daemons: DaemonsViewModel, registry: RegistryViewModel) -> None:
    """Keep the registry's knowledge of the lab up to date, and start its nameserver where the registry asks."""

    def update() -> None:
        nameservers = lab_nameservers(daemons)
        if nameservers != registry.lab_nameservers:
            registry.set_lab_nameservers(nameservers)
        registry.set_lab_daemons(lab_names(daemons))
        tell_own_state()

    def tell_own_state() -> None:
        own = daemons.status(registry.own_nameserver)
        registry.set_own_state(str(own.state) if own is not None else "")

    def look(key: str) -> None:
        """Look at once when one of ours has come or gone: the next regular look may be seconds away."""
        status = daemons.status(key)
        state = status.state if status is not None else None
        if states.get(key) != state and state is not ChildState.STARTING:
            registry.refresh()
        states[key] = state

    states: dict[str, ChildState | None] = {}
    daemons.statusChanged.connect(look)
    registry.linkChanged.connect(lambda _: tell_own_state())
    daemons.summaryChanged.connect(update)
    daemons.lab.loaded.connect(update)
    registry.startRequested.connect(lambda key: daemons.start([key]))
    update()


def lab_nameservers(daemons: DaemonsViewModel) -> tuple[NameserverAddress, ...]:
    """Return where the lab's nameservers are reached; those whose port is picked at their start, while they run."""
    lab = daemons.lab.saved_lab
    found = []
    for name, entry in (lab.nameservers if lab is not None else {}).items():
        status = daemons.status(child_key(ChildKind.NAMESERVER, name))
        port = entry.ns_port or _port(status.uri if status is not None else "")
        if port:
            host = "localhost" if entry.host in _EVERYWHERE else host_address(entry.host)
            found.append(NameserverAddress(host, port, name))
    return tuple(found)


def lab_names(daemons: DaemonsViewModel) -> dict[str, str]:
    """Return registered name -> key of its child process, for all that the lab registers."""
    lab = daemons.lab.saved_lab
    if lab is None:
        return {}
    names = {name: child_key(ChildKind.DAEMON, name) for name, daemon in lab.daemons.items() if daemon.nameservers}
    names |= {name: child_key(ChildKind.DAEMON, service.daemon) for name, service in lab.services.items()}
    return names


def _port(uri: str) -> int:
    port = uri.rpartition(":")[2]
    return int(port) if port.isdigit() else 0
