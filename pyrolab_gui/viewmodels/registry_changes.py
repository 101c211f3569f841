"""What the user does to a nameserver's entries: remove them, put them back, register an object by hand.

Limits: asks nobody; the view asks before, and offers `undo` after.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.notifications import Notifications
    from pyrolab_gui.viewmodels.registry_addresses import NameserverAddress
    from pyrolab_gui.viewmodels.registry_inspection import Actions
    from pyrolab_gui.viewmodels.registry_rows import RegistryRow

_NAME_TAKEN = "already registered"


class RegistryChanges(QObject):
    """Changes, each told when it is done.

    Parameters
    ----------
    notifications
        Where failures are told.
    bridge, actions
        The network.
    on_done
        Called after each change: to look at once.
    """

    removed = Signal(str)  # a sentence; `undo` takes it back
    registered = Signal(str, str)  # name, and a sentence why it was not registered, or nothing

    def __init__(
        self, notifications: Notifications, bridge: Bridge, actions: Actions, on_done: Callable[[], None]
    ) -> None:
        super().__init__()
        self._notifications = notifications
        self._bridge = bridge
        self._actions = actions
        self._on_done = on_done
        self._taken: list[tuple[RegistryRow, NameserverAddress]] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is something to put back."""
        return bool(self._taken)

    def remove(self, entries: Sequence[tuple[RegistryRow, NameserverAddress]]) -> None:
        """Take entries out of their nameservers; the objects themselves are not touched."""
        self._taken = []
        for row, nameserver in entries:
            done = partial(self._on_removed, row, nameserver)
            self._ask(self._actions.remove(nameserver, row.name), done, f"{row.name} was not removed")

    def undo(self) -> None:
        """Put back what was removed last; nothing that was registered meanwhile is overwritten."""
        taken, self._taken = self._taken, []
        for row, nameserver in taken:
            future = self._actions.register(nameserver, row.name, row.uri, row.metadata)
            self._ask(future, lambda _: None, f"{row.name} was not put back")

    def register(self, nameserver: NameserverAddress, name: str, uri: str, metadata: Sequence[str]) -> None:
        """Register an object by hand; a name that is taken stays as it is, and `registered` says so."""

        def answered(done: Future[Any]) -> None:
            error = error_of(done)
            sentence = error.sentence if error is not None else ""
            if _NAME_TAKEN in sentence or (error is not None and _NAME_TAKEN in error.detail):
                sentence = f"{nameserver.label} has an entry {name} already; remove it first, or take another name."
            self.registered.emit(name, sentence)
            self._on_done()

        self._actions.register(nameserver, name, uri, metadata).add_done_callback(
            lambda done: self._bridge.post(answered, done)
        )

    def reconnect(self, row: RegistryRow) -> None:
        """Ask the daemon of an entry to open its instrument again, now."""
        self._ask(self._actions.reconnect(row.uri, row.name), lambda _: None, f"{row.name} was not connected")

    def _on_removed(self, row: RegistryRow, nameserver: NameserverAddress, _answer: object) -> None:
        self._taken.append((row, nameserver))
        names = self._taken[0][0].name if len(self._taken) == 1 else f"{len(self._taken)} entries"
        self.removed.emit(f"Removed {names} from {nameserver.label}.")

    def _ask(self, future: Future[Any], then: Callable[[Any], None], what: str) -> None:
        def answered(done: Future[Any]) -> None:
            error = error_of(done)
            if error is None:
                then(done.result())
            else:
                self._notifications.error(LabError(f"{what}: {error.sentence}", error.detail))
            self._on_done()

        future.add_done_callback(lambda done: self._bridge.post(answered, done))


def error_of(done: Future[Any]) -> LabError | None:
    """Return why a question failed, as an error with a sentence; None if it did not."""
    if done.cancelled():
        return LabError("the question was given up")
    error = done.exception()
    if error is None or isinstance(error, LabError):
        return error
    return LabError(str(error) or type(error).__name__, repr(error))
