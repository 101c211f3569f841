"""What goes on in a daemon at the moment: connections, the call that runs, the call before; asked from the daemon.

Limits: asks when it is asked, in the caller's thread, and gives up after a second; nothing is known of a nameserver or
of a daemon that does not answer.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.connect import open_proxy
from pyrolab_gui.supervision.when import duration_text
from pyrolab_gui.wire import names
from pyrolab_gui.wire.child import ChildKind, ChildState

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.network.trust import Trusts
    from pyrolab_gui.wire.child import ChildStatus

SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Activity:
    """The calls are sentences such as ``laser.power, 3 s, by ada@bench``; empty and None where nothing is known."""

    connections: int | None = None
    running_call: str = ""
    last_call: str = ""


class ActivityInquiry:
    """Asks daemons; remembers up to which call it has read, so that a later question costs little."""

    def __init__(
        self, seconds: float = SECONDS, clock: Callable[[], float] = time.time, trust: Trusts | None = None
    ) -> None:
        self._seconds = seconds
        self._trust = trust
        self._clock = clock
        self._lock = threading.Lock()
        self._read: dict[tuple[int, str], int] = {}

    def ask(self, status: ChildStatus) -> Activity:
        """Return what goes on in a child."""
        if status.kind is not ChildKind.DAEMON or not status.uri or status.state is not ChildState.RUNNING:
            return Activity()
        hello = names.hello("supervisor", names.SUPERVISOR, arrays=False)
        try:
            with open_proxy(status.uri, timeout=self._seconds, hello=hello, trust=self._trust) as proxy:
                said = proxy.status()
                calls = [
                    (str(service["name"]), call)
                    for service in said["services"]
                    if (call := self._last_call(proxy, status.pid, str(service["object_id"]))) is not None
                ]
            return self._activity(said, calls)
        except Exception:  # noqa: BLE001 - whatever the daemon is or answers, the statistics go on without it
            return Activity()

    def _last_call(self, proxy: Any, pid: int, object_id: str) -> dict[str, Any] | None:
        """Return the newest call that has ended."""
        with self._lock:
            after = self._read.get((pid, object_id), 0)
        calls = [call for call in proxy.calls(object_id, after) if call["duration_s"] is not None]
        if not calls:
            return None
        with self._lock:
            self._read[pid, object_id] = calls[-1]["seq"] - 1  # that one again, next time
        newest: dict[str, Any] = max(calls, key=lambda call: call["time"])
        return newest

    def _activity(self, said: dict[str, Any], calls: list[tuple[str, dict[str, Any]]]) -> Activity:
        running = [(service["name"], busy) for service in said["services"] if (busy := service.get("busy"))]
        running_call = last_call = ""
        if running:
            name, busy = min(running, key=lambda item: item[1]["since"])
            lasts = _duration(max(0.0, self._clock() - float(busy["since"])))
            running_call = f"{name}.{busy['member']}, {lasts}, by {busy['who']}"
        if calls:
            name, call = max(calls, key=lambda item: item[1]["time"])
            at = time.strftime("%H:%M:%S", time.localtime(call["time"]))
            outcome = f", {call['error']}" if call["error"] else ""
            last_call = f"{name}.{call['member']}, {_duration(call['duration_s'])}, by {call['who']}, at {at}{outcome}"
        present = [guest for guest in said.get("present", ()) if guest["who"] != names.SUPERVISOR]
        return Activity(len(present or clients_of(said)), running_call, last_call)


def clients_of(said: dict[str, Any]) -> list[str]:
    """Return who is connected to a daemon, by its status; supervisors do not count."""
    return [str(who) for who in said.get("clients", ()) if who != names.SUPERVISOR]


def _duration(seconds: float) -> str:
    """Return how long a call took or lasts: ``4 ms``, ``3 s``, ``2 min 5 s``."""
    return f"{seconds * 1e3:.0f} ms" if seconds < 1 else duration_text(seconds)
