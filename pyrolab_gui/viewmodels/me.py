"""Whose window this is: the name that others see, asked once on an account, and at each start on a shared one.

Limits: a name is what somebody says, and is proved by nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.network import person

if TYPE_CHECKING:
    from pyrolab_gui.network.identity import Identity


class Me(QObject):
    """The person at this window.

    Parameters
    ----------
    identity
        As whom the window introduces itself; it is changed in place.
    """

    changed = Signal()
    failed = Signal(str)
    """The name could not be kept for the next start."""

    def __init__(self, identity: Identity, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._identity = identity
        self.shared = person.shared()
        self.asked = person.asked() and not self.shared
        """Whether this person has said who they are, or would rather not."""

    @property
    def who(self) -> str:
        """What others see: ``name@computer``."""
        return self._identity.who

    @property
    def name(self) -> str:
        """The name; of somebody who gave none, that of the account."""
        return self._identity.who.partition("@")[0]

    def is_called(self, who: str) -> bool:
        """Whether somebody who is shown as this is the person at this window."""
        mine = self._identity.person
        return bool(mine) and (who if "@" in mine else who.partition("@")[0]).casefold() == mine.casefold()

    def names(self) -> list[str]:
        """Return the names that were given on this account, the newest first."""
        return person.names()

    def be(self, name: str, *, shared: bool = False) -> None:
        """Be called so from now on, here and in the scripts of this account; of a shared one, here until the end."""
        name = " ".join(name.split()) or self.name
        self.asked, self.shared = True, shared
        try:
            person.keep(name, shared=shared)
        except OSError as error:
            self.failed.emit(f"Your name could not be kept for the next start: {error.strerror or error}.")
        if name != self.name or name != self._identity.person:
            self._identity.introduce(name)
            self.changed.emit()
