"""What the stop or restart of children hits: clients, running calls and locks, asked from the daemons themselves.

All are asked at once and have a second. Limits: a nameserver and a daemon that does not answer are not asked; only what
says of itself that it records is known to record; outputs are on as far as the daemon has seen.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.connect import open_proxy
from pyrolab_gui.network.errors import translated
from pyrolab_gui.supervision.activity import clients_of
from pyrolab_gui.supervision.hit_words import RECORDING
from pyrolab_gui.wire import names
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus
from pyrolab_gui.wire.supervision import Hit, HitCall, HitClient, HitLock, HitOutput, HitRecording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.network.trust import Trusts

SECONDS = 1.0
_MOST_AT_ONCE = 16


def ask_hits(statuses: Sequence[ChildStatus], seconds: float = SECONDS, trust: Trusts | None = None) -> tuple[Hit, ...]:
    """Return what a stop of these children hits, in their order; takes `seconds` at most, however many they are."""
    if not statuses:
        return ()
    deadline = time.monotonic() + seconds
    pool = ThreadPoolExecutor(min(_MOST_AT_ONCE, len(statuses)), "hits")
    asked = [pool.submit(_ask, status, deadline, trust) for status in statuses]
    found = []
    for status, future in zip(statuses, asked, strict=True):
        try:
            found.append(future.result(max(0.0, deadline - time.monotonic())))
        except TimeoutError:
            found.append(Hit(status.key, error=f"{status.name} has not answered in {seconds:g} s."))
    pool.shutdown(wait=False, cancel_futures=True)
    return tuple(found)


def _ask(status: ChildStatus, deadline: float, trust: Trusts | None) -> Hit:
    if status.kind is not ChildKind.DAEMON or not status.uri:
        return Hit(status.key)
    if status.state is ChildState.UNRESPONSIVE:
        known = status.error if ": " in status.error else f"{status.name} does not answer."
        return Hit(status.key, error=f"{known} What it does besides is not known.")
    limit = max(0.05, deadline - time.monotonic())
    hello = names.hello("supervisor", names.SUPERVISOR, arrays=False)
    try:
        proxy = open_proxy(status.uri, timeout=limit, hello=hello, trust=trust)
        with proxy:
            return _hit(status.key, proxy.status(), proxy.locks())
    except Exception as error:  # noqa: BLE001 - whatever the daemon is or answers, the question goes on without it
        return Hit(status.key, error=translated(error, status.name).sentence)


def _hit(key: str, said: dict[str, Any], locks: list[dict[str, Any]]) -> Hit:
    services = {str(service["object_id"]): str(service["name"]) for service in said["services"]}
    calls = tuple(
        HitCall(str(service["name"]), str(busy["member"]), str(busy["who"]), float(busy["since"]))
        for service in said["services"]
        if (busy := service.get("busy"))
    )
    held = tuple(
        HitLock(services.get(lock["object_id"], lock["object_id"]), str(lock["owner"]), float(lock["since"]))
        for lock in locks
    )
    recordings = tuple(
        HitRecording(str(service["name"]), str(watched["member"]), str(watched["who"]).removesuffix(RECORDING))
        for service in said["services"]
        for watched in service.get("sampled", ())
        if str(watched["who"]).endswith(RECORDING)
    )
    outputs = tuple(
        HitOutput(str(service["name"]), str(member), float(service.get("outputs_since", {}).get(member, 0.0)))
        for service in said["services"]
        for member in service.get("outputs", ())
    )
    unknown = tuple(
        HitOutput(str(service["name"]), "", float(service["unknown_since"]))
        for service in said["services"]
        if service.get("unknown_since")
    )
    who = tuple(clients_of(said))
    present = tuple(
        HitClient(str(guest["who"]), str(guest["program"]), int(guest["process"]))
        for guest in said.get("present", ())
        if guest["who"] != names.SUPERVISOR
    )
    clients = len(present) or len(who)
    return Hit(
        key, clients, calls, held, who=who, recordings=recordings, outputs=outputs, unknown=unknown, present=present
    )
