"""A child process as its supervisor reports it: identity, state and what is known of its life.

Plain frozen data, because a supervisor may live in another process than the window that shows it.
"""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import Any

from pyrolab_gui.wire.record import known, record


class ChildKind(StrEnum):
    """What a child process is for."""

    NAMESERVER = "nameserver"
    DAEMON = "daemon"
    RECORDER = "recorder"
    RELAY = "relay"
    ALARMS = "alarms"


GIVEN_UP = 3
"""Exit status of a child that says in its last line why it cannot go on: starting it again would not help."""


class ChildState(StrEnum):
    """Where a child stands. *Unresponsive*: the process lives, its ping is not answered."""

    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    UNRESPONSIVE = "unresponsive"
    BACKOFF = "backoff"
    FAILED = "failed"
    STOPPING = "stopping"
    EXITED = "exited"

    @property
    def alive(self) -> bool:
        """Whether there is a process."""
        return self in (ChildState.STARTING, ChildState.RUNNING, ChildState.UNRESPONSIVE, ChildState.STOPPING)


@record(frozen=True)
class ServiceStatus:
    """The link from a driver to its instrument, as its daemon reports it.

    `state` is ``not-asked``, ``connecting``, ``connected`` or ``not-connected``; `error` says why not, `retry_at` when
    the driver tries again by itself (seconds since the epoch; 0 where it does not).
    """

    name: str
    state: str = "not-asked"
    error: str = ""
    detail: str = ""
    retry_at: float = 0.0


@record(frozen=True)
class ChildStatus:
    """One child, as seen at one moment.

    `started` is in seconds since the epoch (0 when there is no process); `detail` holds the last output lines
    where the child failed; `retry_at` is set in *backoff*; `changed` says that the lab file differs from what
    runs; `stale` that the supervisor cannot be asked, so that this is what was known last.
    """

    kind: ChildKind
    name: str
    state: ChildState = ChildState.STOPPED
    pid: int = 0
    started: float = 0.0
    uri: str = ""
    restarts: int = 0
    exit_code: int | None = None
    error: str = ""
    detail: str = ""
    retry_at: float = 0.0
    changed: bool = False
    services: tuple[ServiceStatus, ...] = ()
    stale: bool = False

    @property
    def key(self) -> str:
        """A name that is unique among all children: ``daemon/optics``."""
        return child_key(self.kind, self.name)

    def to_plain(self) -> dict[str, Any]:
        """Return a JSON-ready dict."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> ChildStatus:
        """Read what `to_plain` wrote, ignoring unknown keys."""
        own = known(cls, plain)
        own["kind"] = ChildKind(own["kind"])
        own["state"] = ChildState(own["state"])
        own["services"] = tuple(ServiceStatus(**service) for service in own.get("services", ()))
        return cls(**own)


def child_key(kind: ChildKind | str, name: str) -> str:
    """Return the key of a child: ``daemon/optics``."""
    return f"{kind}/{name}"
