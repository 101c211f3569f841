"""The lock of one service: who holds it, and since when.

Its owner is a client, not a thread and not a connection: all connections of one window share it. Checking and calling
under one mutex is the caller's business (`hosting.instance`). The sessions of a service share its lock, because they
share its hardware. Limits: no waiting for it; who does not get it is told who has it.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from pyrolab_gui.hosting.failures import LOCKED, refusal

LOCK_MEMBERS = ("lock", "unlock", "islocked")
"""The names that PyroLab's clients call."""


class ServiceLock:
    """The lock of one service."""

    __slots__ = ("_mutex", "_name", "_owner", "_since", "_who")

    def __init__(self, name: str) -> None:
        self._name = name
        self._mutex = threading.Lock()
        self._owner: str | None = None
        self._who = ""
        self._since = 0.0

    @property
    def locked(self) -> bool:
        """Whether somebody holds it."""
        return self._owner is not None

    @property
    def owner(self) -> str | None:
        """The client that holds it."""
        return self._owner

    def check(self, client_id: str) -> None:
        """Refuse a client that is locked out.

        Raises
        ------
        ConnectionRefusedError
            Marked as ``Locked``, naming the owner; PyroLab's scripts expect this class.
        """
        owner = self._owner
        if owner is not None and owner != client_id:
            raise refusal(ConnectionRefusedError, LOCKED, f"{self._name} is locked by {self._who}.")

    def take(self, client_id: str, who: str) -> bool:
        """Take the lock for a client; False when another has it."""
        with self._mutex:
            if self._owner is None:
                self._who, self._since = who, time.time()
                self._owner = client_id
            return self._owner == client_id

    def release(self, client_id: str) -> bool:
        """Give the lock back; False when another has it."""
        with self._mutex:
            if self._owner not in (None, client_id):
                return False
            self._owner = None
            return True

    def to_plain(self) -> dict[str, Any] | None:
        """Return owner (as shown to people) and since when, or None."""
        with self._mutex:
            return None if self._owner is None else {"owner": self._who, "since": self._since}
