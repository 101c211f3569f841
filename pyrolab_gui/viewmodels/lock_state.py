"""Whether an instrument is free, ours, or in use by somebody else. Limits: knows what it was told; asks nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from pyrolab_gui.wire.errors import Locked

if TYPE_CHECKING:
    from pyrolab_gui.wire.errors import LabError

Holder: TypeAlias = Literal["unknown", "free", "ours", "other"]


@dataclass(slots=True)
class LockState:
    """The lock of one instrument.

    Attributes
    ----------
    owner
        Who holds it, where somebody else does and it was said.
    busy
        Whether a question is under way.
    error
        Why the last try to lock or unlock failed, or None.
    """

    holder: Holder = "unknown"
    owner: str = ""
    busy: bool = False
    error: LabError | None = None

    def asking(self) -> None:
        """Note that a question is under way."""
        self.busy, self.error = True, None

    def told(self, locked: bool, owner: str = "") -> None:
        """Note the answer of ``islocked``."""
        self.busy = False
        if not locked:
            self.holder, self.owner = "free", ""
        elif self.holder != "ours":
            self.holder, self.owner = "other", owner

    def answered_lock(self, taken: bool, error: LabError | None) -> None:
        """Note the answer of ``lock``."""
        self.busy, self.error = False, error
        if taken:
            self.holder, self.owner = "ours", ""
        elif error is None or isinstance(error, Locked):
            self.holder = "other"
            self.error = error or Locked("Somebody else is using this instrument.")

    def answered_unlock(self, freed: bool, error: LabError | None) -> None:
        """Note the answer of ``unlock``."""
        self.busy, self.error = False, error
        if freed:
            self.holder, self.owner = "free", ""
        elif error is None:
            self.holder = "other"
            self.error = Locked("The lock is not ours to open.")
