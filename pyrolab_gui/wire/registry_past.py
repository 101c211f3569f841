"""What is remembered of a nameserver's entries: plain frozen data, because who remembers is another process.

Limits: no behaviour; `supervision.registry_history` keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pyrolab_gui.wire.supervision import Plain


class ChangeKind(StrEnum):
    """What happened to a name.

    *Appeared* in the nameserver (again), *moved* to another address, *gone* from the nameserver, *lost*: its daemon
    could not be reached any more, *back*: it can, *removed*: taken out because it was lost for too long.
    """

    APPEARED = "appeared"
    MOVED = "moved"
    GONE = "gone"
    LOST = "lost"
    BACK = "back"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change(Plain):
    """One thing that happened to a name; `time` in seconds since the epoch, `uri` its address then."""

    time: float
    kind: str
    uri: str


@dataclass(frozen=True, slots=True)
class PastEntry(Plain):
    """A name that was registered at some time.

    `uri` is its last address, `addresses` all it had, the newest first. `last_seen` is when it last answered (or, if
    it never did, when it was first seen); `online` whether it stands in the nameserver, `lost` that it stands there
    and cannot be reached; `since` is when it came to its present address.
    """

    name: str
    uri: str
    first_seen: float
    last_seen: float
    online: bool
    addresses: tuple[str, ...] = ()
    lost: bool = False
    since: float = 0.0
    metadata: tuple[str, ...] = ()
