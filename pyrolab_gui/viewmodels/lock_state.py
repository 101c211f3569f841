"""Whether an instrument is free, ours, or in use by somebody else; what for, until when, and who asks for it.

Ours is what belongs to the person whose window this is, by whichever of their windows and scripts it was taken. Limits:
knows what it was told; asks nobody.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pyrolab_gui.wire.errors import Locked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyrolab_gui.wire.errors import LabError

Holder: TypeAlias = Literal["unknown", "free", "ours", "other"]
SETTLES = 3.0
"""Seconds after an answer to this window in which an older list of locks may still arrive."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody asks for the lock."""

    number: int
    who: str
    since: float
    note: str
    ours: bool


@dataclass(slots=True)
class LockState:
    """The lock of one instrument.

    Attributes
    ----------
    owner
        Who holds it, where somebody else does and it was said.
    since
        When it was taken, by the clock of its daemon; 0 where that is not known.
    busy
        Whether a question is under way.
    error
        Why the last try to lock or unlock failed, or None.
    purpose, until
        What it was taken for, and the time until which it stays in any case; 0: until it is given back.
    idle_since, last_call
        The end of its owner's last call (0: one runs, or a recording), and what that was; where the daemon tells.
    asking, due
        Who asks for it, and when it passes to the first of them; 0: when its owner says so.
    kept
        When its owner kept it though this person had asked; 0: that was not so.
    told_use
        Whether the daemon tells all this.
    """

    holder: Holder = "unknown"
    owner: str = ""
    since: float = 0.0
    busy: bool = False
    error: LabError | None = None
    purpose: str = ""
    until: float = 0.0
    idle_since: float = 0.0
    last_call: str = ""
    asking: tuple[Asking, ...] = ()
    due: float = 0.0
    take_over: float = 0.0
    kept: float = 0.0
    told_use: bool = False
    _answered: float = -SETTLES

    @property
    def blocks(self) -> str:
        """Why sending and calling would fail, or an empty text."""
        return f"in use by {self.owner or 'somebody else'}" if self.holder == "other" else ""

    @property
    def asked(self) -> Asking | None:
        """The request of this person, while it is open."""
        return next((asking for asking in self.asking if asking.ours), None)

    def begin(self) -> None:
        """Note that a question is under way."""
        self.busy, self.error = True, None

    def told(self, locked: bool, owner: str = "") -> None:
        """Note the answer of ``islocked``."""
        self.busy = False
        if not locked:
            self._set("free")
        elif self.holder != "ours":
            self._set("other", owner or self.owner, self.since)

    def listed(self, owner: str, since: float, who: str, told: Mapping[str, Any] | None = None) -> bool:
        """Note what the daemon's list of locks says (no owner: free); return whether that is news.

        Parameters
        ----------
        who
            What this window is called in that list.
        told
            The whole line of the list, of which an older daemon tells owner and since alone.
        """
        if self.busy or time.monotonic() - self._answered < SETTLES:
            return False
        before = self._shown()
        name = owner_text(owner)
        self._take_use(told or {})
        if not owner:
            self._set("free")
        elif told is not None and "yours" in told:
            self._set("ours" if told["yours"] else "other", name, since)
        elif self.holder == "ours" and who and who in owner:
            self.since = since
        else:
            self._set("other", f"{name} (another window or script)" if name == who else name, since)
        return self._shown() != before

    def answered_lock(self, taken: bool, error: LabError | None) -> None:
        """Note the answer of ``lock``."""
        self.busy, self.error = False, error
        if taken:
            self._set("ours", "", time.time())
            self._answered = time.monotonic()
        elif error is None or isinstance(error, Locked):
            self._set("other", self.owner, self.since)
            self.error = error or Locked("Somebody else is using this instrument.")

    def answered_unlock(self, freed: bool, error: LabError | None) -> None:
        """Note the answer of ``unlock``."""
        self.busy, self.error = False, error
        if freed:
            self._set("free")
            self._answered = time.monotonic()
        elif error is None:
            self._set("other", self.owner, self.since)
            self.error = Locked("The lock is not ours to open.")

    def _take_use(self, told: Mapping[str, Any]) -> None:
        self.told_use = "yours" in told
        self.purpose, self.until = str(told.get("purpose") or ""), _number(told.get("until"))
        self.idle_since, self.last_call = _number(told.get("idle_since")), str(told.get("last_call") or "")
        self.due, self.kept = _number(told.get("due")), _number(told.get("refused"))
        self.take_over = _number(told.get("take_over_s"))
        self.asking = tuple(
            Asking(
                int(_number(each.get("number"))),
                str(each.get("who") or "somebody"),
                _number(each.get("since")),
                str(each.get("note") or ""),
                bool(each.get("yours")),
            )
            for each in told.get("asking") or ()
            if isinstance(each, dict)
        )

    def _shown(self) -> tuple[object, ...]:
        return (
            self.holder, self.owner, self.since, self.purpose, self.until, self.idle_since, self.last_call,
            self.asking, self.due, self.kept,
        )  # fmt: skip

    def _set(self, holder: Holder, owner: str = "", since: float = 0.0) -> None:
        self.holder, self.owner, self.since = holder, owner, since


def _number(told: object) -> float:
    return float(told) if isinstance(told, int | float) else 0.0


def owner_text(owner: str) -> str:
    """Return who holds a lock, once: a client of ours that gives its name is listed as ``name (name)``."""
    match = re.fullmatch(r"(.+) \((.+)\)", owner)
    return match[1] if match is not None and match[1] == match[2] else owner
