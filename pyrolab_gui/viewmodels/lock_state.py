"""Whether an instrument is free, ours, or in use by somebody else. Limits: knows what it was told; asks nobody."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from pyrolab_gui.wire.errors import Locked

if TYPE_CHECKING:
    from pyrolab_gui.wire.errors import LabError

Holder: TypeAlias = Literal["unknown", "free", "ours", "other"]
SETTLES = 3.0
"""Seconds after an answer to this window in which an older list of locks may still arrive."""


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
    """

    holder: Holder = "unknown"
    owner: str = ""
    since: float = 0.0
    busy: bool = False
    error: LabError | None = None
    _answered: float = -SETTLES

    @property
    def blocks(self) -> str:
        """Why sending and calling would fail, or an empty text."""
        return f"in use by {self.owner or 'somebody else'}" if self.holder == "other" else ""

    def asking(self) -> None:
        """Note that a question is under way."""
        self.busy, self.error = True, None

    def told(self, locked: bool, owner: str = "") -> None:
        """Note the answer of ``islocked``."""
        self.busy = False
        if not locked:
            self._set("free")
        elif self.holder != "ours":
            self._set("other", owner or self.owner, self.since)

    def listed(self, owner: str, since: float, who: str) -> bool:
        """Note what the daemon's list of locks says (no owner: free); return whether that is news.

        Parameters
        ----------
        who
            What this window is called in that list.
        """
        if self.busy or time.monotonic() - self._answered < SETTLES:
            return False
        before = (self.holder, self.owner, self.since)
        name = owner_text(owner)
        if not owner:
            self._set("free")
        elif self.holder == "ours" and who and who in owner:
            self.since = since
        else:
            self._set("other", f"{name} (another window or script)" if name == who else name, since)
        return (self.holder, self.owner, self.since) != before

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

    def _set(self, holder: Holder, owner: str = "", since: float = 0.0) -> None:
        self.holder, self.owner, self.since = holder, owner, since


def owner_text(owner: str) -> str:
    """Return who holds a lock, once: a client of ours that gives its name is listed as ``name (name)``."""
    match = re.fullmatch(r"(.+) \((.+)\)", owner)
    return match[1] if match is not None and match[1] == match[2] else owner
