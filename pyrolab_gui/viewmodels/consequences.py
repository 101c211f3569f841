"""What a stop or restart does to those who work with the children, in sentences.

Limits: pure functions; what the daemons say of their clients (`Hit`) is asked elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from pyrolab_gui.supervision.hit_words import hit_sentences, listed

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


def of_nameserver(verb: Verb, name: str, daemons: Sequence[str]) -> str:
    """Return what happens to the daemons that a nameserver lists and that go on; empty if there is none."""
    if not daemons:
        return ""
    back = " until it is back" if verb == "restart" else ""
    return f"{name} is where {listed(daemons)} can be found: they go on, but no new client finds them{back}."


def of_hits(hits: Iterable[Hit], now: float, me: str = "") -> list[str]:
    """Return what the daemons say about who uses them; see `supervision.hit_words`."""
    return hit_sentences(hits, now, me)
