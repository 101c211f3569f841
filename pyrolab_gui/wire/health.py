"""The state of an instrument in one word, one sentence and one remedy: one function for every place that shows it.

Two links are told apart: from here to the process, and from the driver to its instrument; the worse one is shown.
Limits: judges only what it is given; it opens no connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pyrolab_gui.wire.remedies import REMEDY_WORDS, Remedy


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
    """State, sentence and remedy. `remedy` is a short imperative for a button, or empty; `remedy_key` what it does."""

    health: Health
    sentence: str
    remedy: str = ""
    detail: str = ""
    remedy_key: Remedy = Remedy.NONE


def judge(
    name: str,
    process: ProcessLink,
    instrument: InstrumentLink = InstrumentLink.UNKNOWN,
    reason: str = "",
    detail: str = "",
    last_seen: str = "",
    *,
    model: str = "",
    in_use_by: str = "",
    failing: str = "",
    note: str = "",
    registered: bool = True,
    remedy: Remedy | None = None,
) -> Verdict:
    """Return the verdict on one instrument.

    Parameters
    ----------
    name, model
        What it is called, and the class of its driver where that is known.
    process, instrument
        The two links.
    reason, detail
        Why the worse link is down, in words, without a full stop; and what stands behind it.
    last_seen
        A time of day.
    in_use_by
        Who holds its lock, or whose call runs.
    failing
        Why its last calls failed, in words; empty if they did not.
    note
        What else is to be said of one that can be used.
    registered
        False for a name that was promised or known, and that the nameserver does not have.
    remedy
        A better one than the state alone suggests, where the cause is known.
    """
    what = f"{name} ({model})" if model else name
    seen = f" (last seen {last_seen})" if last_seen else ""
    because = f": {reason}" if reason else ""

    def verdict(health: Health, sentence: str, usual: Remedy = Remedy.NONE) -> Verdict:
        key = usual if remedy is None else remedy
        return Verdict(health, sentence, REMEDY_WORDS[key], detail, key)

    if not registered:
        sentence = f"{what} is not registered{because}{seen}."
        return verdict(Health.LOST, sentence, Remedy.START_DAEMON)
    if process is ProcessLink.UNREACHABLE:
        return verdict(Health.LOST, f"{what} cannot be reached{because}{seen}.", Remedy.START_DAEMON)
    if process is ProcessLink.NO_REPLY:
        sentence = f"The process of {what} runs but does not answer{because}{seen}."
        return verdict(Health.NO_REPLY, sentence, Remedy.RESTART_DAEMON)
    if instrument is InstrumentLink.NOT_CONNECTED:
        sentence = f"{what} is not connected to its instrument{because}."
        return verdict(Health.NOT_CONNECTED, sentence, Remedy.RECONNECT)
    if instrument is InstrumentLink.CONNECTING:
        return verdict(Health.CONNECTING, f"{what} is connecting to its instrument.")
    if process is ProcessLink.UNKNOWN:
        return verdict(Health.UNKNOWN, f"{what} has not been checked yet{because}.")
    if failing:
        return verdict(Health.FAILED, f"{what} answers, but its last calls failed: {failing}.", Remedy.SHOW_CALLS)
    more = (f"; in use by {in_use_by}" if in_use_by else "") + (f"; {note}" if note else "")
    if process is ProcessLink.SLOW:
        return verdict(Health.SLOW, f"{what} answers slowly{because}{more}.")
    if instrument is InstrumentLink.NOT_ASKED:
        return verdict(Health.UNKNOWN, f"The daemon of {what} answers; its instrument has not been asked yet{more}.")
    return verdict(Health.LIVE, f"{what} answers{more}.")
