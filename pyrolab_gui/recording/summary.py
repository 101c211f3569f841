"""How a recording went, in one line: ``12 of 12 channels, 08:14:10, 1 gap of 38 s: cryo restarted``.

Limits: gaps that overlap and have one cause are one for whoever reads it; the file has them all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyrolab_gui.recording.track import STOPPED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyrolab_gui.wire.columns import Gap

_WORDS = {
    "restart": "{} restarted",
    "busy": "{} was busy",
    "overrun": "{} was slower than the period",
    "dropped": "{} was not sampled",
    STOPPED: "the recorder did not run",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a recording."""

    channels: int
    silent: tuple[str, ...]
    """Channels without a reading, each with its reason."""
    seconds: float
    gaps: tuple[tuple[str, Gap], ...]
    """What happened: instruments and gap, one for each event."""
    problem: str = ""
    """Why it ended before its time."""

    def __str__(self) -> str:
        words = f"{self.channels - len(self.silent)} of {self.channels} channels, {_clock(self.seconds)}"
        if self.gaps:
            instrument, longest = max(self.gaps, key=lambda item: item[1].end - item[1].start)
            many = len(self.gaps) > 1
            words += f", {len(self.gaps)} gaps, the longest of " if many else ", 1 gap of "
            words += f"{_length(longest.end - longest.start)}: {_why(instrument, longest)}"
        else:
            words += ", no gaps"
        return "; ".join((words, *self.silent))


def events(gaps: Iterable[tuple[str, Gap]]) -> tuple[tuple[str, Gap], ...]:
    """Return gaps of channels as what happened to instruments: those that overlap are one.

    So are those of several instruments that tell of one loss, as when their daemon ends.
    """
    found: list[_Event] = []
    last: dict[tuple[str, str], _Event] = {}
    for instrument, gap in sorted(gaps, key=lambda item: item[1].start):
        whose = "" if gap.reason == STOPPED else gap.message if gap.reason == "restart" and gap.message else instrument
        event = last.get((whose, gap.reason))
        if event is None or gap.start > event.gap.end:
            event = last[whose, gap.reason] = _Event([], gap)
            found.append(event)
        event.gap = replace(event.gap, end=max(event.gap.end, gap.end), message=event.gap.message or gap.message)
        if instrument not in event.instruments:
            event.instruments.append(instrument)
    return tuple((" and ".join(event.instruments), event.gap) for event in found)


@dataclass(slots=True)
class _Event:
    """One or more gaps with one cause."""

    instruments: list[str]
    gap: Gap


def _why(instrument: str, gap: Gap) -> str:
    if gap.reason in _WORDS:
        return _WORDS[gap.reason].format(instrument)
    return f"{instrument}: {gap.message or gap.reason}".rstrip(".")


def _clock(seconds: float) -> str:
    whole = max(0, round(seconds))
    days, rest = divmod(whole, 86_400)
    return f"{f'{days} d ' if days else ''}{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"


def _length(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s" if seconds < 120 else _clock(seconds)
