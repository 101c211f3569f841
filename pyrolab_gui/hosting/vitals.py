"""What a service's calls, readings and lock tell of it: who has it, whether its instrument answers, how fast.

Added to a daemon's status for those who watch it from outside. Limits: asks no instrument.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyrolab_gui.hosting.failed_service import FailedService
    from pyrolab_gui.hosting.service import HostedService


def vitals(service: HostedService | FailedService) -> dict[str, Any]:
    """Return ``lock`` (owner and since, or None), ``readings`` and what `hosting.pulse` tells.

    ``readings`` are the newest values of what the lab file wants sampled: a list of ``{member, value, unit}``.
    """
    return {
        "lock": service.lock.to_plain() if service.lock is not None else None,
        "readings": service.readings(),
        **service.pulse.to_plain(),
    }
