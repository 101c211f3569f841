"""What a service's calls and its lock tell of it: who has it, and whether its last calls failed.

Added to a daemon's status for those who watch it from outside. Limits: readings of the sampler are not calls; calls
that were refused before the driver saw them (a bad argument, somebody's lock) say nothing of the instrument.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyrolab_gui.hosting.failed_service import FailedService
    from pyrolab_gui.hosting.service import HostedService

FAILURES = 3
"""So many calls in a row must have failed: one may be a mistake of the caller."""


def vitals(service: HostedService | FailedService) -> dict[str, Any]:
    """Return ``lock`` (owner and since, or None) and ``failing`` (the last error, or an empty text)."""
    return {
        "lock": service.lock.to_plain() if service.lock is not None else None,
        "failing": service.calls.failing(FAILURES),
    }
