"""An instrument that is to move to another PC: what is filled in, what was found there, what follows, and the move.

Everything that waits runs in the background; a move that has begun goes on whoever closes what shows it. Limits: both
lab files must be without edits that are not saved, because the move writes them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from pyrolab_gui.supervision.moving import Move
from pyrolab_gui.supervision.moving_check import OWN, Prepared, Wish, kept_parameters, prepare
from pyrolab_gui.viewmodels.lab_draft import Entry
from pyrolab_gui.viewmodels.looks_only import LOOKS_ONLY
from pyrolab_gui.viewmodels.plugged_in import PluggedIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.viewmodels.bridge import Bridge
    from pyrolab_gui.viewmodels.daemons_vm import DaemonsViewModel
    from pyrolab_gui.viewmodels.notifications import Notifications
    from pyrolab_gui.wire.errors import LabError

__all__ = ["OWN", "MoveViewModel", "move_refusal"]

_PAUSE_MS = 400
"""After the last edit; then it is looked at what was filled in."""
_SETTLED_MS = 3000
"""After a move; what it wrote has been read again by then."""


def move_refusal(source: DaemonsViewModel, target: DaemonsViewModel) -> str:
    """Return why nothing can move between two PCs now, in a sentence; empty where it can."""
    if source.read_only:
        return LOOKS_ONLY
    for vm in (source, target):
        name = vm.site().name
        since, why = vm.absence
        if since:
            return f"{name}: {why or since}"
        if not vm.lab.usable:
            return f"The lab file of {name} is not known yet, or has mistakes."
        if vm.lab.edited:
            return f"The lab file of {name} has changes that are not applied. Apply or discard them first."
    return ""


class MoveViewModel(QObject):
    """One instrument, from `source` to `target`.

    Signals
    -------
    changed
        Something was found, or another step has begun.
    portsChanged
        It is known what is plugged in there.
    finished
        It is over: whether it has moved.
    """

    changed = Signal()
    portsChanged = Signal()
    finished = Signal(bool)

    def __init__(
        self,
        service: str,
        source: DaemonsViewModel,
        target: DaemonsViewModel,
        background: Background,
        bridge: Bridge,
        notifications: Notifications,
    ) -> None:
        super().__init__()
        self.service = service
        self._source, self._target = source, target
        self._from, self._to = source.site(), target.site()
        self._background, self._bridge, self._notifications = background, bridge, notifications
        values = source.lab.values(Entry("services", service))
        self.parameters: dict[str, Any] = dict(values.get("parameters") or {})
        self.daemon = OWN
        self.nameservers = self._likely_nameservers(tuple(values.get("nameservers") or ()))
        self.plugged_in = PluggedIn()
        self.prepared: Prepared | None = None
        self.hits: str | None = None
        """Who works with it now, in sentences; None while that is being asked."""
        self.problem: LabError | None = None
        """Why it could not be looked at."""
        self.failure: LabError | None = None
        """Why it did not move when it was to."""
        self.step = ""
        self._watched = True
        self._question = 0
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.look)

    @property
    def from_name(self) -> str:
        """The PC that it leaves."""
        return self._from.name

    @property
    def to_name(self) -> str:
        """The PC that it goes to."""
        return self._to.name

    @property
    def moving(self) -> bool:
        """Whether it is on its way."""
        return bool(self.step)

    @property
    def may_move(self) -> bool:
        """Whether it may, by all that was looked at."""
        return self.prepared is not None and not self.prepared.refusals and self.hits is not None and not self.moving

    @property
    def kept(self) -> dict[str, str]:
        """The parameters that say what it is plugged into."""
        return kept_parameters(self.parameters)

    def daemons(self) -> list[str]:
        """Return the daemons there that could host it."""
        return list(self._target.lab.entries("daemons"))

    def nameserver_names(self) -> list[str]:
        """Return the nameservers of that PC's lab file."""
        return list(self._target.lab.entries("nameservers"))

    # what is filled in

    def begin(self) -> None:
        """Look what is plugged in there, and whether it can move as it is."""
        services = {
            name: dict(values.get("parameters") or {}) for name, values in self._target.lab.entries("services").items()
        }
        place = self._to.drivers
        self._background.ask(
            lambda: PluggedIn(place.ports(), (), services, place.holders), self._on_ports, lambda error: None
        )
        self.look()

    def set_daemon(self, daemon: str) -> None:
        """Take the daemon that is to host it there; empty for one of its own."""
        self.daemon = daemon
        self._look_soon()

    def set_parameter(self, name: str, value: Any) -> None:
        """Say what it is plugged into there."""
        self.parameters[name] = value
        self._look_soon()

    def set_nameservers(self, names: tuple[str, ...]) -> None:
        """Say where it is listed then."""
        self.nameservers = names
        self._look_soon()

    def look(self) -> None:
        """Look whether it can move as it is filled in."""
        self._forget()
        question = self._question
        wish = Wish(self.service, dict(self.parameters), self.daemon, self.nameservers)
        self._background.ask(
            lambda: prepare(self._from, self._to, wish),
            partial(self._on_prepared, question),
            partial(self._on_not_prepared, question),
        )

    # the move

    def move(self) -> None:
        """Move it."""
        prepared = self.prepared
        if prepared is None or not self.may_move:
            return
        self.failure, self.step = None, "It begins…"
        self.changed.emit()
        self._write_past_the_editors(True)
        move = Move(prepared, self._from, self._to, lambda words: self._bridge.post(self._on_step, words))
        self._background.ask(move.run, self._on_moved, self._on_not_moved)

    def leave(self) -> None:
        """Nobody looks at it any more: what becomes of it is told where everything is told."""
        self._watched = False
        self._pause.stop()
        self._question += 1

    # inside

    def _likely_nameservers(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return where it is listed there: in the nameservers of the same names, else in all that there are."""
        there = self.nameserver_names()
        return tuple(name for name in names if name in there) or (tuple(there) if names else ())

    def _look_soon(self) -> None:
        self._forget()
        self._pause.start()

    def _forget(self) -> None:
        self._pause.stop()
        self._question += 1
        self.prepared = self.hits = self.problem = None
        self.changed.emit()

    def _on_ports(self, found: PluggedIn) -> None:
        self.plugged_in = found
        self.portsChanged.emit()

    def _on_prepared(self, question: int, prepared: Prepared) -> None:
        if question != self._question:
            return
        self.prepared = prepared
        self.changed.emit()
        words: list[str] = []
        asked: list[Callable[[Callable[[str], object]], object]] = [
            partial(self._source.ask_hits, [prepared.from_key]),
        ]
        if not prepared.daemon_is_new:
            asked.append(partial(self._target.ask_hits, [prepared.to_key]))
        waiting = len(asked)

        def on_hits(said: str) -> None:
            nonlocal waiting
            waiting -= 1
            words.append(said)
            if not waiting and question == self._question:
                self.hits = "\n".join(filter(None, words))
                self.changed.emit()

        for ask in asked:
            ask(on_hits)

    def _on_not_prepared(self, question: int, error: LabError) -> None:
        if question == self._question:
            self.problem = error
            self.changed.emit()

    def _on_step(self, words: str) -> None:
        if self.moving:
            self.step = words
            self.changed.emit()

    def _on_moved(self, said: str) -> None:
        self._end()
        self._notifications.info(said)
        self.finished.emit(True)

    def _on_not_moved(self, error: LabError) -> None:
        self._end()
        self.failure = error
        if self._watched:
            self.look()
        else:
            self._notifications.error(error)
        self.finished.emit(False)

    def _end(self) -> None:
        self.step = ""
        for vm in (self._source, self._target):
            vm.lab.read_again()
        QTimer.singleShot(_SETTLED_MS, self, partial(self._write_past_the_editors, False))

    def _write_past_the_editors(self, begins: bool) -> None:
        """Let nobody be told that a lab file was changed by somebody, while that is the move."""
        for vm in (self._source, self._target):
            vm.lab.written_from_here = begins
