"""The state of an instrument in one word, one sentence and one remedy: one function for every place that shows it.

Two links are told apart: from here to the process, and from the driver to its instrument; the worse one is shown.
*Live* needs an answer of the instrument itself: that its process answers makes nothing live. Limits: judges only what
it is given; it opens no connection.
"""

from __future__ import annotations

import time
from dataclasses import replace
from enum import StrEnum

from pyrolab_gui.wire.names import FRESH_SECONDS
from pyrolab_gui.wire.quick import quick
from pyrolab_gui.wire.remedies import REMEDY_WORDS, Remedy


class Health(StrEnum):
    """What a row's shape, word and colour say. Ordered from best to worst in `SEVERITY`."""

    LIVE = "live"
    NOT_ASKED = "not asked"
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


@quick(frozen=True, slots=True)
class Links:
    """All that is known of one instrument's two links.

    `process` with the `reason` why it is down or slow; `instrument` with the `error` why it is not connected; both
    in words, without a full stop. `detail` is what stands behind them, `last_seen` a time of day. `answered` is when
    the instrument itself answered last, as a time of day, and `fresh` whether that is recent enough to call it live.
    `failing` says why its last calls failed, `slow` in what it is slower than usual, `in_use_by` who holds its lock
    or whose call runs; each is empty where there is nothing to say.
    """

    process: ProcessLink = ProcessLink.UNKNOWN
    instrument: InstrumentLink = InstrumentLink.UNKNOWN
    reason: str = ""
    error: str = ""
    detail: str = ""
    last_seen: str = ""
    answered: str = ""
    fresh: bool = False
    failing: str = ""
    slow: str = ""
    in_use_by: str = ""

    def with_answer(self, when: float | None) -> Links:
        """Return the links of an instrument that answered us at `when` (seconds since the epoch).

        That counts where its server does not tell such things itself.
        """
        if when is None or self.instrument is not InstrumentLink.UNKNOWN or time.time() - when > FRESH_SECONDS:
            return self
        return replace(self, fresh=True)


@quick(frozen=True, slots=True)
class Verdict:
    """State, sentence and remedy. `remedy` is a short imperative for a button, or empty; `remedy_key` what it does."""

    health: Health
    sentence: str
    remedy: str = ""
    detail: str = ""
    remedy_key: Remedy = Remedy.NONE


def judge(
    name: str,
    links: Links,
    *,
    model: str = "",
    note: str = "",
    registered: bool = True,
    remedy: Remedy | None = None,
) -> Verdict:
    """Return the verdict on one instrument.

    Parameters
    ----------
    name, model
        What it is called, and the class of its driver where that is known.
    links
        What is known of it.
    note
        What else is to be said of one that can be used.
    registered
        False for a name that was promised or known, and that the nameserver does not have.
    remedy
        A better one than the state alone suggests, where the cause is known.
    """
    what = f"{name} ({model})" if model else name
    seen = f" (last seen {links.last_seen})" if links.last_seen else ""
    because = _because(links.reason)
    process, instrument = links.process, links.instrument

    def verdict(health: Health, sentence: str, usual: Remedy = Remedy.NONE) -> Verdict:
        key = usual if remedy is None else remedy
        return Verdict(health, sentence, REMEDY_WORDS[key], links.detail, key)

    if not registered:
        sentence = f"{what} is not registered{because}{seen}."
        return verdict(Health.LOST, sentence, Remedy.START_DAEMON)
    if process is ProcessLink.UNREACHABLE:
        return verdict(Health.LOST, f"{what} cannot be reached{because}{seen}.", Remedy.START_DAEMON)
    if process is ProcessLink.NO_REPLY:
        sentence = f"The process of {what} runs but does not answer{because}{seen}."
        return verdict(Health.NO_REPLY, sentence, Remedy.RESTART_DAEMON)
    if instrument is InstrumentLink.NOT_CONNECTED:
        sentence = f"{what} is not connected to its instrument{_because(links.error)}."
        return verdict(Health.NOT_CONNECTED, sentence, Remedy.RECONNECT)
    if instrument is InstrumentLink.CONNECTING:
        return verdict(Health.CONNECTING, f"{what} is connecting to its instrument.")
    if process is ProcessLink.UNKNOWN:
        return verdict(Health.UNKNOWN, f"{what} has not been checked yet{because}.")
    if links.failing:
        sentence = f"{what} answers, but its last calls failed{_because(links.failing)}."
        return verdict(Health.FAILED, sentence, Remedy.SHOW_CALLS)
    more = (f"; in use by {links.in_use_by}" if links.in_use_by else "") + (f"; {note}" if note else "")
    if process is ProcessLink.SLOW:
        return verdict(Health.SLOW, f"{what} answers slowly{because}{more}.")
    if links.slow:
        return verdict(Health.SLOW, f"{what} answers slowly{_because(links.slow)}{more}.")
    if links.fresh:
        return verdict(Health.LIVE, f"{what} answers{more}.")
    return verdict(Health.NOT_ASKED, f"{_not_asked(what, links)}{more}.")


def _because(reason: str) -> str:
    return f": {reason.rstrip('.')}" if reason else ""


def _not_asked(what: str, links: Links) -> str:
    if links.instrument is InstrumentLink.CONNECTED:
        if links.answered:
            return f"{what} is connected; it was last asked at {links.answered}, and answered"
        return f"{what} is connected; its instrument has not been asked yet"
    if links.instrument is InstrumentLink.NOT_ASKED:
        return f"The daemon of {what} answers; it connects to its instrument at the first call"
    return f"{what} answers; its server does not tell whether the instrument does"
