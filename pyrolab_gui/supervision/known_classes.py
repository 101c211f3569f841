"""Descriptions of the classes that the open lab names, for services whose servers do not describe themselves.

Each is made once, in a child of its daemon's interpreter. Limits: a class that cannot be imported there is known by
names only, which is told in the log; whether the server really has that class, nobody can tell.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import LabPlan

if TYPE_CHECKING:
    from pyrolab_gui.wire.plans import DaemonPlan

SECONDS = 20.0

log = logging.getLogger(__name__)


class KnownClasses:
    """The classes of one lab; any thread may ask."""

    def __init__(self) -> None:
        self._lab = LabPlan()
        self._lock = threading.Lock()
        self._made: dict[str, tuple[DaemonPlan, dict[str, Any] | None]] = {}

    def learn(self, lab: LabPlan) -> None:
        """Take another lab, or the same one edited."""
        self._lab = lab

    def description(self, name: str) -> dict[str, Any] | None:
        """Return the description of a service of the lab, made plain; None where its class is not known.

        May wait for a child.
        """
        wanted = _hosted(self._lab, name)
        if wanted is None:
            return None
        with self._lock:
            made, description = self._made.get(name, (None, None))
            if made != wanted:
                description = _described(wanted)
                self._made[name] = wanted, description
            return description


def _hosted(lab: LabPlan, name: str) -> DaemonPlan | None:
    """Return the daemon of a service of a lab, with that service only."""
    for daemon in lab.daemons:
        for service in daemon.services:
            if service.name == name:
                return replace(daemon, services=(service,))
    return None


def _described(daemon: DaemonPlan) -> dict[str, Any] | None:
    from pyrolab_gui.supervision.driver_children import DriverChild

    try:
        found = DriverChild(daemon, "service", {"daemon": asdict(daemon)}).ask(SECONDS).get("service")
        return found if isinstance(found, dict) else None
    except LabError as error:
        log.warning("%s is known by names only: %s", daemon.services[0].name, error.sentence)
        return None
