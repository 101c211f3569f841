"""What an instance is busy with, and how far that is.

Limits: of a call that is in the driver the part done is what the driver's ``progress`` says, which is read beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyrolab_gui.hosting.failed_service import FailedService
    from pyrolab_gui.hosting.instance import Instance
    from pyrolab_gui.hosting.members import Member
    from pyrolab_gui.hosting.service import HostedService

PROGRESS = "progress"
"""An attribute of a driver that says which part (0 to 1) of the running call is done."""


def busy_with(instance: Instance, members: Mapping[str, Member]) -> dict[str, Any] | None:
    """Return the call that runs: ``member``, ``who``, ``since``, and ``progress`` (0 to 1) where it is known."""
    call = instance.running or instance.ramping or next(iter(instance.streaming), None)
    if call is None:
        return None
    busy: dict[str, Any] = {"member": call.member, "who": call.who, "since": call.time}
    progress = instance.progress if instance.ramping is call else _progress(instance, members)
    return busy if progress is None else {**busy, "progress": progress}


def longest(services: Iterable[HostedService | FailedService]) -> dict[str, Any] | None:
    """Return which call has been running for the longest time: ``service``, ``member``, ``who``, ``since``.

    Waits for nothing and asks no driver.
    """
    running = [(call, service.plan.name) for service in services for call in service.running()]
    if not running:
        return None
    call, name = min(running, key=lambda item: item[0].time)
    return {"service": name, "member": call.member, "who": call.who, "since": call.time}


def _progress(instance: Instance, members: Mapping[str, Member]) -> float | None:
    """Return what the driver says of the part that is done, where it may be asked beside a call."""
    member = members.get(PROGRESS)
    if member is None or not (member.is_attribute or getattr(member.getter, "runs_beside", False)):
        return None
    try:
        return min(1.0, max(0.0, float(getattr(instance.drivers.held(), PROGRESS))))
    except Exception:  # noqa: BLE001 - a driver may raise anything, or have given it no value yet
        return None
