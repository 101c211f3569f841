"""From the names that people type to children of a supervisor. Limits: knows what the statuses know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.wire.child import ChildKind
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.wire.child import ChildStatus


def child_of(statuses: Sequence[ChildStatus], name: str, *, by_service: bool = False) -> ChildStatus:
    """Return the child that is called ``optics`` or ``daemon/optics``.

    Parameters
    ----------
    statuses
        All children.
    name
        What was typed.
    by_service
        Whether the name of a service stands for its daemon; an order must name the daemon, since it hits all of it.

    Raises
    ------
    LabError
        If there is none, or more than one.
    """
    found = [status for status in statuses if name in (status.name, status.key)]
    if len(found) == 1:
        return found[0]
    if found:
        keys = " or ".join(status.key for status in found)
        raise LabError(f"There is more than one child called {name}; say {keys}.")
    for status in statuses:
        if status.kind is not ChildKind.ALARMS and any(service.name == name for service in status.services):
            if by_service:
                return status
            raise LabError(
                f"{name} is a service of the daemon {status.name}; name the daemon, all of it is meant then."
            )
    known = ", ".join(status.name for status in statuses) or "none"
    raise LabError(f"There is no child called {name} there; there are: {known}.")


def keys_of(statuses: Sequence[ChildStatus], names: Sequence[str]) -> list[str]:
    """Return the keys of children by their names, each once.

    Raises
    ------
    LabError
        As `child_of`; nothing is done then, for the other names neither.
    """
    return list(dict.fromkeys(child_of(statuses, name).key for name in names))
