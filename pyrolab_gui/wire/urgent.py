"""How a stop or a safe state went, for one instrument: what its daemon answers, and tells in its status.

`state` is ``done``, ``failed`` (`because` says why), ``none`` (the instrument has no such method) or ``interrupting``:
a running call did not let it through, so the daemon's process is ended and the next one makes the call; the outcome of
that stands in the status under the same ticket. Limits: plain data only.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pyrolab_gui.wire.record import known, record

SAFE_STATE = "safe-state"
STOP = "stop"
WORDS = {SAFE_STATE: "safe state", STOP: "stop"}
"""The roles of methods that wait for nobody, in words."""

DONE, FAILED, NONE, INTERRUPTING = "done", "failed", "none", "interrupting"


@record(frozen=True)
class UrgentOutcome:
    """One call of a stop or safe state, on one service.

    `read_back` are pairs of a setting and its value after the call; `returned` is what the method gave, where that is
    a plain value; `restarted` says that the daemon's process had to be ended for it.
    """

    object_id: str
    role: str
    state: str
    member: str = ""
    because: str = ""
    read_back: tuple[tuple[str, Any], ...] = ()
    returned: Any = None
    time: float = 0.0
    who: str = ""
    ticket: str = ""
    restarted: bool = False

    def to_plain(self) -> dict[str, Any]:
        """Return a dict that every serializer carries."""
        return {**asdict(self), "read_back": [list(pair) for pair in self.read_back]}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> UrgentOutcome:
        """Read what `to_plain` wrote, ignoring unknown keys."""
        own = known(cls, plain)
        own["read_back"] = tuple((str(name), value) for name, value in own.get("read_back", ()))
        return cls(**own)
