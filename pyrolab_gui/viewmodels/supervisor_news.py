"""Whether the supervisor can be asked, and what is told when it goes away or comes back.

Limits: the first time that it is reached is no news, nor that it never was.
"""

from __future__ import annotations

from pyrolab_gui.viewmodels.notifications import Notice

_ABOUT = "supervisor"


class SupervisorNews:
    """The link to a supervisor as it was last."""

    def __init__(self) -> None:
        self.link = (False, "")
        """Whether it can be asked, and a sentence about it."""
        self._met = self._lost = False

    def note(self, reachable: bool, sentence: str) -> Notice | None:
        """Take note of how the link is now; return what is to be told of it."""
        was_reachable, self.link = self.link[0], (reachable, sentence)
        met, self._met = self._met, self._met or reachable
        if reachable and self._lost:
            self._lost = False
            return Notice("info", f"The supervisor is back. {sentence}", about=_ABOUT)
        if was_reachable and not reachable and met:
            self._lost = True
            return Notice("warning", f"{sentence} What it started runs on; it is looked for.", about=_ABOUT)
        return None
