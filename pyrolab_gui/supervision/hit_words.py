"""What a stop or restart hits, in sentences: the same in a question of the window and in a command.

The most serious stands first: outputs that are on, calls that run, recordings, locks, who is connected. Limits: pure
functions; asking the daemons is `supervision.hits`.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from pyrolab_gui.supervision.when import duration_text
from pyrolab_gui.wire import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyrolab_gui.wire.supervision import Hit, HitRecording

RECORDING = f" ({names.RECORDING})"
"""How the name of a client that records ends."""
_SHOWN = 4


def hit_sentences(hits: Iterable[Hit], now: float, me: str = "") -> list[str]:
    """Return what the daemons say about who uses them and for what.

    Parameters
    ----------
    hits
        Their answers.
    now
        Seconds since the epoch.
    me
        As whom the window that tells this introduces itself; its own connections are marked.
    """
    found = list(hits)
    return [
        *(f"{out.name} is on." for hit in found for out in hit.outputs),
        *(
            f"The state of {out.name} is not known, an output may be on: its daemon crashed "
            f"{duration_text(now - out.since)} ago, and nobody has set anything since."
            for hit in found
            for out in hit.unknown
        ),
        *(
            f"{call.service}.{call.member} has been running for {call.who} since "
            f"{duration_text(now - call.since)}; it is cut off."
            for hit in found
            for call in hit.calls
        ),
        *(sentence for hit in found for sentence in _recordings(hit)),
        *(_ending(recording, me) for hit in found for recording in hit.recordings if not recording.member),
        *(
            f"{lock.service} is in use by {lock.owner}, for {duration_text(now - lock.since)}."
            for hit in found
            for lock in hit.locks
        ),
        *_clients(found, me),
        *(_unknown(hit) for hit in found if hit.error),
    ]


def listed(names: Sequence[str]) -> str:
    """Return names as words: ``laser, meter and 4 more``."""
    if len(names) > _SHOWN:
        return f"{', '.join(names[: _SHOWN - 1])} and {len(names) - _SHOWN + 1} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _recordings(hit: Hit) -> list[str]:
    by_whom = defaultdict(list)
    for recording in dict.fromkeys(hit.recordings):  # one reading may be in two recordings
        if recording.member:
            by_whom[recording.who].append(f"{recording.service}.{recording.member}")
    return [
        f"{listed(members)} {_is(members)} recorded by {who}; the recording gets a gap."
        for who, members in by_whom.items()
    ]


def _ending(recording: HitRecording, me: str) -> str:
    whose = "your recording" if recording.who == me else f"the recording of {recording.who}"
    return f"{recording.service} is {whose}; it ends, and who stopped it is written into it."


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _clients(hits: Sequence[Hit], me: str) -> list[str]:
    """Return who is connected to what, those with the same clients in one sentence."""
    found = []
    same: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for hit in hits:
        name = hit.key.partition("/")[2]
        if hit.clients and not hit.who:  # an older supervisor counts only
            found.append(f"{name} has {'1 connection' if hit.clients == 1 else f'{hit.clients} connections'} open.")
        same[tuple(_shown_clients(hit, me))].append(name)
    for clients, daemons in same.items():
        if clients:
            are = "are" if "×" in clients[0] else _is(clients)
            found.append(f"{listed(clients)} {are} connected to {listed(daemons)}.")
    return found


def _shown_clients(hit: Hit, me: str) -> list[str]:
    """Return the clients of a daemon in words, others first; what those who record are connected for has been said."""
    if not hit.present:  # an older daemon: one name may be several clients
        names_only = sorted((who for who in hit.who if not who.endswith(RECORDING)), key=lambda one: (one == me, one))
        return [f"{one} (this window included)" if one == me else one for one in names_only]
    others: Counter[str] = Counter()
    mine = []
    for client in hit.present:
        if client.program == names.WINDOW and client.process == os.getpid() and _pc(client.who) == _pc(me):
            mine.append(f"{client.who} (this window)")
        elif not client.who.endswith(RECORDING):
            program = ("another window" if me else "a window") if client.program == names.WINDOW else client.program
            others[f"{client.who} ({program})" if program else client.who] += 1
    counted = [one if times == 1 else f"{times} × {one}" for one, times in sorted(others.items())]
    return [*counted, *mine]


def _pc(who: str) -> str:
    return who.rpartition("@")[2]


def _unknown(hit: Hit) -> str:
    return hit.error if "not known" in hit.error else f"Who uses {hit.key.partition('/')[2]} is not known: {hit.error}"
