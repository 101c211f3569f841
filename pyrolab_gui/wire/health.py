"""The state of an instrument in one word, one sentence and one remedy: one function for every place that shows it.

Two links are told apart: from here to the process, and from the driver to its instrument; the worse one is shown.
Limits: judges only what it is given; it opens no connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """What a row's shape, word and colour say. Ordered from best to worst in `SEVERITY`."""

    LIVE = "live"
    UNKNOWN = "unknown"
    CONNECTING = "connecting"
    SLOW = "slow"
    STALE = "stale"
    NO_REPLY = "no reply"
    NOT_CONNECTED = "not connected"
    LOST = "lost"
    FAILED = "failed"


SEVERITY = {health: rank for rank, health in enumerate(Health)}


class ProcessLink(StrEnum):
    """From here to the daemon's process."""

    UNKNOWN = "unknown"
    LIVE = "live"
    SLOW = "slow"
    NO_REPLY = "no reply"
    UNREACHABLE = "unreachable"


class InstrumentLink(StrEnum):
    """From the driver to its instrument, as the daemon tells it; *unknown* for servers that are not ours."""

    UNKNOWN = "unknown"
    NOT_ASKED = "not-asked"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    NOT_CONNECTED = "not-connected"


@dataclass(frozen=True, slots=True)
class Verdict:
    """State, sentence and remedy. `remedy` is a short imperative for a button, or empty."""

    health: Health
    sentence: str
    remedy: str = ""
    detail: str = ""


def judge(
    name: str,
    process: ProcessLink,
    instrument: InstrumentLink = InstrumentLink.UNKNOWN,
    reason: str = "",
    detail: str = "",
    last_seen: str = "",
) -> Verdict:
    """Return the verdict on one instrument.

    `reason` is why the worse link is down, in words, without a full stop; `last_seen` a time of day.
    """
    seen = f" (last seen {last_seen})" if last_seen else ""
    because = f": {reason}" if reason else ""
    if process is ProcessLink.UNREACHABLE:
        return Verdict(Health.LOST, f"{name} cannot be reached{because}{seen}.", "Start its daemon", detail)
    if process is ProcessLink.NO_REPLY:
        return Verdict(
            Health.NO_REPLY,
            f"The process of {name} runs but does not answer{because}{seen}.",
            "Restart",
            detail,
        )
    if instrument is InstrumentLink.NOT_CONNECTED:
        return Verdict(
            Health.NOT_CONNECTED,
            f"{name} is not connected to its instrument{because}.",
            "Connect again",
            detail,
        )
    if instrument is InstrumentLink.CONNECTING:
        return Verdict(Health.CONNECTING, f"{name} is connecting to its instrument.", "", detail)
    if process is ProcessLink.UNKNOWN:
        return Verdict(Health.UNKNOWN, f"{name} has not been checked yet.", "", detail)
    if process is ProcessLink.SLOW:
        return Verdict(Health.SLOW, f"{name} answers slowly{because}.", "", detail)
    return Verdict(Health.LIVE, f"{name} answers.", "", detail)
