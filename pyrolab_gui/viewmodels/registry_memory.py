"""What the registry remembers: names that are not registered any more, when each came and went, what is taken out.

The history itself is kept by whoever watches the nameservers; without one nothing is remembered. It is asked in a
thread of its own, and answers on Qt's. Limits: a history that fails is told once, and asked no more.
"""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels.registry_rows import RegistryRow, offline_row
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.notifications import Notifications
    from pyrolab_gui.wire.registry_past import Change, PastEntry


class MemoryPort(Protocol):
    """What is used of `supervision.registry_history.RegistryHistory`; its functions may block."""

    def names(self, nameserver: str, since: float = 0.0) -> Sequence[PastEntry]:
        """Return all names that were ever seen there."""

    def timeline(self, nameserver: str, name: str) -> Sequence[Change]:
        """Return when a name came, moved and went; the oldest first."""

    def remove_after(self, nameserver: str) -> float | None:
        """Return after how many minutes unreachable a name is taken out; None: never."""

    def set_remove_after(self, nameserver: str, minutes: float | None) -> None:
        """Keep what is lost (None), or take it out after so many minutes."""

    def forget(self, nameserver: str, name: str) -> None:
        """Forget a name that is not registered any more."""


class RegistryMemory(QObject):
    """Answers from the history.

    Parameters
    ----------
    port
        The history, or None.
    notifications, bridge
        Where failures are told, and the way to Qt's thread.
    """

    changed = Signal()
    """Other names are remembered, or they are to be shown or not."""

    timelineTold = Signal(str, str, object)
    """Nameserver, name, and its changes, the newest first."""

    policyTold = Signal(str, object)
    """Nameserver, and after how many minutes it loses names that are unreachable (None: never)."""

    def __init__(self, port: MemoryPort | None, notifications: Notifications, bridge: Bridge) -> None:
        super().__init__()
        self._port = port
        self._notifications = notifications
        self._bridge = bridge
        self._shown = False
        self._past: dict[str, tuple[PastEntry, ...]] = {}
        self._thread = ThreadPoolExecutor(1, "registry memory") if port is not None else None

    @property
    def available(self) -> bool:
        """Whether anything is remembered."""
        return self._port is not None

    @property
    def shown(self) -> bool:
        """Whether names that are not registered any more are among the rows."""
        return self._shown

    def show(self, shown: bool) -> None:
        """Show them, or do not."""
        if shown != self._shown:
            self._shown = shown
            self._past.clear()
            self.changed.emit()

    def look(self, nameserver: str) -> None:
        """Ask again which names were there, if they are shown."""
        if self._shown:
            self._ask(lambda port: port.names(nameserver), lambda past: self._on_names(nameserver, past))

    def offline(
        self, nameserver: str, there: Container[str], first: str, watched: Container[str]
    ) -> Iterator[RegistryRow]:
        """Yield the rows of names that were once at a nameserver and are not now; none while they are not shown."""
        if not self._shown:
            return
        if nameserver not in self._past:
            self._past[nameserver] = ()
            self.look(nameserver)
        for past in self._past[nameserver]:
            if past.name not in there:
                key = f"{past.name}@{first}" if first else past.name
                yield offline_row(past, nameserver=first, watched=key in watched)

    def ask_timeline(self, nameserver: str, name: str) -> None:
        """Ask when a name came and went; `timelineTold` brings the answer."""
        self._ask(
            lambda port: port.timeline(nameserver, name),
            lambda changes: self.timelineTold.emit(nameserver, name, tuple(reversed(changes))),
        )

    def ask_policy(self, nameserver: str) -> None:
        """Ask what is done about names that are lost; `policyTold` brings the answer."""
        self._ask(lambda port: port.remove_after(nameserver), lambda minutes: self.policyTold.emit(nameserver, minutes))

    def set_policy(self, nameserver: str, minutes: float | None) -> None:
        """Take names out after so many minutes unreachable; None: never."""
        self._ask(lambda port: port.set_remove_after(nameserver, minutes), lambda _: self.ask_policy(nameserver))

    def forget(self, nameserver: str, name: str) -> None:
        """Forget a name that is not registered any more."""
        self._ask(lambda port: port.forget(nameserver, name), lambda _: self.look(nameserver))

    def close(self) -> None:
        """Ask nothing any more."""
        self._port = None
        if self._thread is not None:
            self._thread.shutdown(wait=False, cancel_futures=True)

    def _on_names(self, nameserver: str, past: Sequence[PastEntry]) -> None:
        if tuple(past) != self._past.get(nameserver):
            self._past[nameserver] = tuple(past)
            self.changed.emit()

    def _ask(self, question: Callable[[MemoryPort], Any], then: Callable[[Any], object]) -> None:
        port, thread = self._port, self._thread
        if port is None or thread is None:
            return

        def work() -> None:
            try:
                answer = question(port)
            except (sqlite3.Error, LabError) as error:
                self._bridge.post(self._fail, error)
            else:
                self._bridge.post(then, answer)

        thread.submit(work)

    def _fail(self, error: Exception) -> None:
        if self._port is not None:
            self._port = None
            sentence = "The registry's history cannot be used; nothing is remembered until the window is opened again."
            self._notifications.error(LabError(sentence, repr(error)))
