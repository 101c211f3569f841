"""What a stop or restart does to those who work with the children, in sentences.

Limits: pure functions; what the daemons say of their clients (`Hit`) is asked elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from pyrolab_gui.viewmodels.words import listed, uptime

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyrolab_gui.wire.supervision import Hit

Verb: TypeAlias = Literal["stop", "restart"]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before something that running work may notice."""

    title: str
    text: str
    button: str


def question(verb: Verb, names: Sequence[str], sentences: Iterable[str]) -> Question:
    """Return the question before a stop or restart of these children."""
    word = "Restart" if verb == "restart" else "Stop"
    who = listed(names)
    return Question(f"{word} {who}?", "\n".join(sentences), f"{word} {who}" if len(names) == 1 else word)


def of_daemon(verb: Verb, name: str, services: Sequence[str]) -> str:
    """Return what happens to the instruments of a daemon; empty if it hosts none."""
    if not services:
        return ""
    back = " until it is back" if verb == "restart" else ""
    return f"{name} hosts {listed(services)}: clients lose their connection{back}, running calls end."


def of_nameserver(name: str, daemons: Sequence[str]) -> str:
    """Return what happens to the daemons that a nameserver lists; empty if it lists none."""
    if not daemons:
        return ""
    return f"{name} is where {listed(daemons)} can be found: they go on, but no new client finds them."


def of_hits(hits: Iterable[Hit], now: float) -> list[str]:
    """Return what the daemons say about who uses them: running calls first, then locks, then clients."""
    calls, locks, clients, unknown = [], [], [], []
    for hit in hits:
        name = hit.key.partition("/")[2]
        if hit.error:
            unknown.append(hit.error if "not known" in hit.error else f"Who uses {name} is not known: {hit.error}")
        for call in hit.calls:
            since = uptime(now - call.since)
            calls.append(f"{call.service}.{call.member} has been running for {call.who} since {since}; it is cut off.")
        for lock in hit.locks:
            locks.append(f"{lock.service} is in use by {lock.owner}, for {uptime(now - lock.since)}.")
        if hit.clients:
            number = "1 connection" if hit.clients == 1 else f"{hit.clients} connections"
            clients.append(f"{name} has {number} open, this window's included.")
    return [*calls, *locks, *clients, *unknown]
