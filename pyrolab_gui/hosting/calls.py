"""The last calls to a service: who called what, when, how long it took, and what went wrong.

A ring of 500 entries, cheap to write because it stands in every call. Limits: arguments are kept as a short text,
never as objects; readings of the daemon's own sampler are not calls and are not listed.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from typing import Any

KEPT = 500
_LONGEST = 40
_SHOWN = 4


class Call:
    """One call; `duration` is None while it runs or waits, `waited` how much of it was waiting for its turn."""

    __slots__ = (
        "arguments", "begun", "duration", "error", "looked_at", "member", "person", "refused", "seq", "time", "waited",
        "who",
    )  # fmt: skip

    def __init__(self, seq: int, who: str, member: str, arguments: str, person: str = "") -> None:
        self.seq = seq
        self.time = time.time()
        self.begun = time.monotonic()
        self.who = who
        self.person = person
        self.member = member
        self.arguments = arguments
        self.duration: float | None = None
        self.waited = 0.0
        self.looked_at = False
        self.error = ""
        self.refused = False
        """Whether the error is a refusal of ours, which the driver never saw."""

    @property
    def writes(self) -> bool:
        """Whether it sets a property."""
        return self.arguments.startswith("= ")

    def end(self, error: str = "") -> None:
        """Note that the call is over."""
        self.error = error
        self.duration = time.monotonic() - self.begun

    def to_plain(self) -> dict[str, Any]:
        """Return what clients see of it."""
        return {
            "seq": self.seq,
            "time": self.time,
            "who": self.who,
            "member": self.member,
            "arguments": self.arguments,
            "duration_s": self.duration,
            "error": self.error,
        }


class CallLog:
    """The ring of one service."""

    def __init__(self, kept: int = KEPT) -> None:
        self._calls: deque[Call] = deque(maxlen=kept)
        self._seq = itertools.count(1)

    def begin(self, who: str, member: str, arguments: str, person: str = "") -> Call:
        """Note a call that begins; `person` is whom locks know, and is told to nobody."""
        call = Call(next(self._seq), who, member, arguments, person)
        self._calls.append(call)
        return call

    def after(self, seq: int) -> list[dict[str, Any]]:
        """Return the calls after number `seq`, oldest first.

        An entry whose ``duration_s`` is None was still running: ask again from before its number to see its end.
        """
        return [call.to_plain() for call in tuple(self._calls) if call.seq > seq]

    def use_of(self, person: str) -> tuple[bool, Call | None]:
        """Return whether a call of a person runs or waits, and the last one that is kept."""
        own = [call for call in tuple(self._calls) if call.person == person]
        return any(call.duration is None for call in own), own[-1] if own else None

    def newly_ended(self) -> list[Call]:
        """Return the calls that have ended and were not returned here before, oldest first."""
        found = [call for call in tuple(self._calls) if not call.looked_at and call.duration is not None]
        for call in found:
            call.looked_at = True
        return found

    def failed(self, most: int, since: float) -> list[tuple[float, str]]:
        """Return when and why the newest calls failed after `since`; what the driver never saw does not count."""
        found: list[tuple[float, str]] = []
        for call in reversed(tuple(self._calls)):
            if len(found) == most or call.time < since:
                break
            if call.error and not call.refused:
                found.append((call.time, call.error))
        return found


def short_text(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Return arguments as a short text."""
    if not args and not kwargs:
        return ""
    parts = [_short(arg) for arg in args[:_SHOWN]]
    parts += [f"{key}={_short(value)}" for key, value in itertools.islice(kwargs.items(), _SHOWN)]
    if len(args) > _SHOWN or len(kwargs) > _SHOWN:
        parts.append("…")
    return ", ".join(parts)


def _short(value: Any) -> str:
    kind = type(value)
    if kind in (float, int, bool, type(None)):
        return repr(value)
    if kind is str:
        return repr(value) if len(value) <= _LONGEST else repr(value[:_LONGEST]) + "…"
    if isinstance(value, list | tuple | dict | set | bytes | bytearray):
        return f"<{kind.__name__} of {len(value)}>" if len(value) > _SHOWN or kind is dict else _bounded(repr(value))
    return f"<{kind.__name__}>"


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
