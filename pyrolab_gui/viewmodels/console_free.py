"""Ways to free an instrument that somebody, or something, holds: the least harmful first, and whom each one hits.

Who is connected is asked of the daemon. Limits: names the ways and does those that one call does; a restart is asked
for elsewhere, and the power switch is a person's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.viewmodels.answers import Answers
from pyrolab_gui.viewmodels.readings import location_of, object_of
from pyrolab_gui.viewmodels.value_text import count_text
from pyrolab_gui.wire.health import Health
from pyrolab_gui.wire.names import DAEMON_OBJECT

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel
    from pyrolab_gui.viewmodels.ports import BridgePort, InstrumentPort
    from pyrolab_gui.wire.errors import LabError

Kind: TypeAlias = Literal["disconnect", "clear", "reconnect", "restart", "power"]
CLEARS = ("device_clear", "clear")
LEASE = "15 s"
"""How long what a client has locked stays its own after its last connection."""
HITS_CLEAR = "Hits whoever has a call under way on this instrument."
HITS_RECONNECT = "Hits nobody: the instrument is not connected."
HITS_RESTART = "Hits everybody who uses an instrument of the same daemon; it is asked before, by name."


@dataclass(frozen=True, slots=True)
class Step:
    """One way."""

    kind: Kind
    title: str
    hits: str
    button: str = ""
    """What its button says; without one a person does it."""
    client: str = ""
    """The id of the client that is disconnected."""


class FreeViewModel(QObject):
    """The ways to free one instrument.

    Parameters
    ----------
    console
        Its console.
    make_daemon
        Makes a connection to the daemon object at an address.
    own
        The id of this window among the daemon's clients.
    """

    stepsChanged = Signal()
    told = Signal(str)

    def __init__(
        self,
        console: ConsoleViewModel,
        make_daemon: Callable[[str], InstrumentPort],
        uri: str,
        bridge: BridgePort,
        own: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.console = console
        self._own = own
        self._object_id = object_of(uri)
        host, port = location_of(uri)
        host = f"[{host}]" if ":" in host else host
        self._daemon = make_daemon(f"PYRO:{DAEMON_OBJECT}@{host}:{port}")
        self._answers = Answers(console.name, bridge, lambda error: None)
        self._guests: list[dict[str, Any]] = []

    def close(self) -> None:
        """Let go of the daemon."""
        self._answers.close()
        self._daemon.close()

    def look(self) -> None:
        """Ask who is connected; `stepsChanged` follows."""
        self._answers.then(self._daemon.call("guests", [], timeout=5.0), self._on_guests)

    def _on_guests(self, guests: Any, error: LabError | None) -> None:
        known = [guest for guest in guests if isinstance(guest, dict)] if isinstance(guests, list) else []
        self._guests = [guest for guest in known if str(guest.get("client", "")).lstrip(".") != self._own]
        if error is not None:
            self.told.emit(f"Who is connected is not known: {error.sentence}")
        self.stepsChanged.emit()

    def steps(self) -> list[Step]:
        """Return the ways, the least harmful first."""
        found = [self._disconnect(guest) for guest in self._guests]
        clear = self._clear_member()
        if clear:
            found.append(Step("clear", f"Clear the instrument's interface ({clear})", HITS_CLEAR, "Clear"))
        if self.console.verdict.health == Health.NOT_CONNECTED:
            found.append(Step("reconnect", "Let the driver connect again now", HITS_RECONNECT, "Connect again"))
        found.append(Step("restart", "Restart its daemon", HITS_RESTART, "Restart…"))
        note = self.console.description.power_cycle if self.console.description is not None else ""
        found.append(Step("power", "Switch it off and on again", note or "The lab file does not say how."))
        return found

    def _disconnect(self, guest: dict[str, Any]) -> Step:
        who, count = str(guest.get("who", "somebody")), int(guest.get("connections", 1))
        holds = self.console.lock.holder == "other" and self.console.lock.owner.startswith(who)
        lock = f" Its lock on this instrument ends {LEASE} later." if holds else ""
        hits = f"Hits {who} alone, on all instruments of this daemon: what it waits for fails.{lock}"
        title = f"Disconnect {who} ({count_text(count, 'connection')})"
        return Step("disconnect", title, hits, "Disconnect", str(guest.get("client", "")))

    def _clear_member(self) -> str:
        for member in self.console.methods():
            if member.name in CLEARS and not any(parameter.required for parameter in member.parameters):
                return member.name
        return ""

    def do(self, step: Step) -> None:
        """Do a way that one call does; `told` says how it went."""
        if step.kind == "disconnect":
            asked = self._daemon.call("disconnect", [step.client], timeout=5.0)
            self._answers.then(asked, lambda _, error: self._ended("Disconnected.", error))
        elif step.kind == "clear":
            self.console.call(self._clear_member())
            self.told.emit("The interface is being cleared; how that went stands in the history.")
        elif step.kind == "reconnect":
            asked = self._daemon.call("reconnect", [self._object_id], timeout=20.0)
            self._answers.then(asked, lambda _, error: self._ended("The driver tries to connect now.", error))

    def _ended(self, done: str, error: LabError | None) -> None:
        self.told.emit(done if error is None else error.sentence)
        self.look()
