"""The supervisor's memory of the registry: it watches the nameservers that it runs, window or no window.

Limits: nameservers of other computers are watched by the windows that look at them.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.registry_entry import parts
from pyrolab_gui.network.trust import Trusts
from pyrolab_gui.supervision.registry_history import DATABASE
from pyrolab_gui.supervision.registry_keeper import RegistryKeeper
from pyrolab_gui.wire import names
from pyrolab_gui.wire.child import ChildKind

if TYPE_CHECKING:
    from pathlib import Path

    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.wire.child import ChildStatus

_EVERYWHERE = frozenset(("0.0.0.0", "::"))


class SupervisedRegistry:
    """Keeps the history of the nameservers among a supervisor's children.

    Parameters
    ----------
    supervisor
        Whose children are looked at.
    state_dir
        Where the history is kept.
    trust
        Certificates for nameservers that speak TLS.
    """

    def __init__(self, supervisor: SupervisorApi, state_dir: Path, trust: Trusts | None = None) -> None:
        self._supervisor = supervisor
        self._lock = threading.Lock()
        self._running: dict[str, tuple[str, int]] = {}
        identity = Identity("supervisor", names.SUPERVISOR, trust or Trusts())
        self.keeper = RegistryKeeper(state_dir / DATABASE, identity)
        self._unsubscribe = supervisor.subscribe(self._on_status)
        for status in supervisor.statuses():
            self._on_status(status)

    def close(self) -> None:
        """Write the last of it and end."""
        self._unsubscribe()
        self.keeper.close()

    def _on_status(self, status: ChildStatus) -> None:
        if status.kind is not ChildKind.NAMESERVER:
            return
        _, host, port = parts(status.uri) if status.uri and status.state.alive else ("", "", 0)
        with self._lock:
            before = dict(self._running)
            self._running.pop(status.key, None)
            if port:
                self._running[status.key] = ("localhost" if host in _EVERYWHERE else host, port)
            if self._running != before:
                self.keeper.watch(self._running.values())
