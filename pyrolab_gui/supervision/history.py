"""What a supervisor remembers of its children: the interface, and a history that remembers nothing.

A supervisor tells its history each new status and each event (`supervision.events.EventWatch` makes events out of
statuses and orders); whoever wants to look back asks it. Limits: here nothing is written to disk or measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pyrolab_gui.wire.supervision import ChildEvent, ChildStatistics

if TYPE_CHECKING:
    from pyrolab_gui.wire.child import ChildStatus


class History(Protocol):
    """Takes what happens and answers questions; called from several threads."""

    def on_status(self, status: ChildStatus) -> None:
        """Take a new status; called on the supervisor's thread, which must not wait long."""

    def on_event(self, event: ChildEvent) -> None:
        """Take an event; called on the supervisor's thread."""

    def on_lost(self, key: str, reason: str) -> None:
        """A child ended while no supervisor ran; when, is what was last known. Telling it again changes nothing."""

    def forget(self, key: str) -> None:
        """A child is no longer known; what happened to it is kept."""

    def events(self, after: float = 0.0) -> tuple[ChildEvent, ...]:
        """Return the events after a time, the oldest first."""

    def statistics(self, status: ChildStatus) -> ChildStatistics:
        """Return the numbers of a child, given its present status."""

    def close(self) -> None:
        """Write what is to be kept, and end."""


class NoHistory:
    """Remembers nothing."""

    def on_status(self, status: ChildStatus) -> None:
        """Do nothing."""

    def on_event(self, event: ChildEvent) -> None:
        """Do nothing."""

    def on_lost(self, key: str, reason: str) -> None:
        """Do nothing."""

    def forget(self, key: str) -> None:
        """Do nothing."""

    def events(self, after: float = 0.0) -> tuple[ChildEvent, ...]:
        """Return nothing."""
        return ()

    def statistics(self, status: ChildStatus) -> ChildStatistics:
        """Return what the status itself says."""
        return ChildStatistics(restarts=status.restarts)

    def close(self) -> None:
        """Do nothing."""
