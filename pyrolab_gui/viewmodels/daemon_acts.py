"""What may be done to children in their states, and which of it somebody would notice.

Limits: pure functions of states and of the lab's entries; who works with a child just now is asked elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyrolab_gui.viewmodels import consequences
from pyrolab_gui.wire.child import ChildKind, ChildState, ChildStatus, child_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pyrolab_gui.viewmodels.consequences import Question, Verb

    Entries = Mapping[str, Mapping[str, Any]]

_STARTABLE = (ChildState.STOPPED, ChildState.EXITED, ChildState.FAILED, ChildState.BACKOFF)
_STOPPABLE = (ChildState.STARTING, ChildState.RUNNING, ChildState.UNRESPONSIVE, ChildState.BACKOFF)
_RESTARTABLE = (ChildState.RUNNING, ChildState.UNRESPONSIVE)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which acts make sense for what is selected."""

    start: bool = False
    stop: bool = False
    restart: bool = False


def allowed(states: Collection[ChildState]) -> Allowed:
    """Return which acts make sense for children in these states, taken together."""
    return Allowed(
        any(state in _STARTABLE for state in states),
        any(state in _STOPPABLE for state in states),
        any(state in _RESTARTABLE for state in states),
    )


def matters(status: ChildStatus | None) -> bool:
    """Return whether somebody may notice that this child stops."""
    return status is not None and status.state in (*_RESTARTABLE, ChildState.STARTING)


def question(
    verb: Verb, hit: Sequence[ChildStatus], statuses: Mapping[str, ChildStatus], daemons: Entries, services: Entries
) -> Question | None:
    """Return what must be asked before children are stopped; None if nobody notices.

    Parameters
    ----------
    verb
        What is done to them.
    hit
        Those that it is done to and that matter.
    statuses
        All children by their keys.
    daemons, services
        The lab's entries by their names.
    """

    def consequence(status: ChildStatus) -> str:
        if status.kind is ChildKind.DAEMON:
            told = [service.name for service in status.services]
            own = [name for name, entry in services.items() if entry.get("daemon") == status.name]
            return consequences.of_daemon(verb, status.name, told or own)
        keys = {name: child_key(ChildKind.DAEMON, name) for name in _users(status.name, daemons, services)}
        going_on = [name for name, key in keys.items() if key not in mine and matters(statuses.get(key))]
        return consequences.of_nameserver(verb, status.name, going_on)

    mine = {status.key for status in hit}
    sentences = [sentence for status in hit if (sentence := consequence(status))]
    return consequences.question(verb, [status.name for status in hit], sentences) if sentences else None


def _users(nameserver: str, daemons: Entries, services: Entries) -> Iterable[str]:
    """Yield the daemons that register with a nameserver, themselves or one of their services."""
    for daemon, entry in daemons.items():
        lists = [entry.get("nameservers") if isinstance(entry, dict) else ()]
        lists += [service.get("nameservers") for service in services.values() if service.get("daemon") == daemon]
        if any(nameserver in (names or ()) for names in lists):
            yield daemon
