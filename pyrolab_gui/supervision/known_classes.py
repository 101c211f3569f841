"""Descriptions of the classes that the open lab names, for services whose servers do not describe themselves.

Each is made once, in a child of its daemon's interpreter. Limits: a class that cannot be imported there is known by
names only; whether the server really has that class, nobody can tell.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import LabPlan

if TYPE_CHECKING:
    from pyrolab_gui.wire.plans import DaemonPlan

SECONDS = 20.0


class KnownClasses:
    """The classes of one lab; any thread may ask."""

    def __init__(self) -> None:
        self._lab = LabPlan()
        self._lock = threading.Lock()
        self._made: dict[str, tuple[DaemonPlan, Future[dict[str, Any]]]] = {}
        """By service: what its description is of, and the description, which may still be under way."""

    def learn(self, lab: LabPlan) -> None:
        """Take another lab, or the same one edited."""
        self._lab = lab

    def description(self, name: str) -> dict[str, Any] | None:
        """Return the description of a service of the lab, made plain; None where the lab has no such service.

        May wait for a child.

        Raises
        ------
        LabError
            If its class cannot be looked at.
        """
        wanted = _hosted(self._lab, name)
        if wanted is None:
            return None
        with self._lock:  # whoever asks first makes it; who asks for another class does not wait for that
            plan, description = self._made.get(name, (None, Future()))
            is_mine = plan != wanted
            if is_mine:
                description = Future()
                self._made[name] = wanted, description
        if is_mine:
            _describe(wanted, description)
        return description.result()


def _hosted(lab: LabPlan, name: str) -> DaemonPlan | None:
    """Return the daemon of a service of a lab, with that service only."""
    for daemon in lab.daemons:
        for service in daemon.services:
            if service.name == name:
                return replace(daemon, services=(service,))
    return None


def _describe(daemon: DaemonPlan, description: Future[dict[str, Any]]) -> None:
    from pyrolab_gui.supervision.driver_children import DriverChild

    try:
        found = DriverChild(daemon, "service", {"daemon": asdict(daemon)}).ask(SECONDS)["service"]
    except LabError as error:
        description.set_exception(LabError(error.sentence, error.detail))
    except KeyError:
        description.set_exception(LabError("The interpreter gave no description."))
    except BaseException as error:
        description.set_exception(error)
        raise
    else:
        description.set_result(dict(found))
