"""What clients may ask of a supervisor: `SupervisorApi` with plain data of `wire`, over Pyro5.

Limits: who may ask was settled by the handshake (`supervision.service`); nothing is decided here.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from Pyro5 import server
from Pyro5.callcontext import current_context

from pyrolab_gui.supervision.driver_desk import DriverDesk
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.host import Host
from pyrolab_gui.wire.plans import lab_from_plain, recorder_from_plain, recorder_to_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.supervision.changes import Changes
    from pyrolab_gui.supervision.supervisor import Supervisor
    from pyrolab_gui.wire.supervision import SupervisorInfo

LONGEST_WAIT = 1.0
"""Seconds after which a client that waits for changes is told that there are none: so it knows that we live."""


@server.expose  # type: ignore[untyped-decorator, unused-ignore]
class FarInterface:
    """What clients on other PCs may call; each method takes and returns plain data."""

    def __init__(
        self, supervisor: Supervisor, changes: Changes, introduced: Callable[[SupervisorInfo], SupervisorInfo]
    ) -> None:
        self._supervisor = supervisor
        self._changes = changes
        self._introduced = introduced
        self._drivers = DriverDesk(lambda: Path(supervisor.lab_path).parent)

    def info(self) -> dict[str, Any]:
        """Return which supervisor this is."""
        return self._introduced(self._supervisor.info()).to_plain()

    def start(self, keys: Sequence[str]) -> None:
        """Start children."""
        self._supervisor.start(keys, who=_who())

    def stop(self, keys: Sequence[str]) -> None:
        """Stop children."""
        self._supervisor.stop(keys, who=_who())

    def restart(self, keys: Sequence[str]) -> None:
        """Restart children."""
        self._supervisor.restart(keys, who=_who())

    def interrupt(self, location: str, calls: list[dict[str, Any]]) -> str:
        """End a daemon and start it again, with calls to make first; return why not."""
        return self._supervisor.interrupt(location, calls, who=_who())

    def record(self, plan: dict[str, Any]) -> dict[str, Any]:
        """Begin a recording."""
        return _done(lambda: self._supervisor.record(recorder_from_plain(plan), who=_who()))

    def recordings(self) -> list[dict[str, Any]]:
        """Return the plans of the recordings that are not over."""
        return [recorder_to_plain(plan) for plan in self._supervisor.recordings()]

    def tell(self, key: str, what: dict[str, Any]) -> dict[str, Any]:
        """Tell a child something about its own work."""
        return _done(lambda: self._supervisor.tell(key, {**what, "who": _who()}))

    def statuses(self) -> list[dict[str, Any]]:
        """Return all children as they stand."""
        return [status.to_plain() for status in self._supervisor.statuses()]

    def changes(self, after: int) -> dict[str, Any]:
        """Return the changes of statuses after a number, or wait a while for the next one."""
        return self._changes.after(after, LONGEST_WAIT)

    def log_tail(self, key: str, lines: int) -> str:
        """Return the last lines of a child's output."""
        return self._supervisor.log_tail(key, lines)

    def log_lines(self, key: str, after: str, limit: int) -> dict[str, Any]:
        """Return what a child wrote after a position."""
        return self._supervisor.log_lines(key, after, limit).to_plain()

    def lab(self) -> dict[str, Any]:
        """Return the lab file."""
        return _answered(lambda: self._supervisor.lab().to_plain())

    def lab_versions(self) -> list[dict[str, Any]]:
        """Return what the lab file said before."""
        return [version.to_plain() for version in self._supervisor.lab_versions()]

    def set_lab(self, text: str, path: str, based_on: str) -> list[dict[str, Any]]:
        """Write the lab file and take it over; return what is wrong with it."""
        return [problem.to_plain() for problem in self._supervisor.set_lab(text, path, based_on)]

    def editing(self, path: str, changes: int) -> list[dict[str, Any]]:
        """Note how many edits of a lab file a client has that are not saved; return who else has some."""
        client = Host.client_of(current_context.client)
        others = self._supervisor.editing(path, changes, client=client.client_id, who=client.who)
        return [editor.to_plain() for editor in others]

    def planned(self) -> dict[str, Any]:
        """Return what a reload would do now."""
        return _answered(lambda: {"changes": [change.to_plain() for change in self._supervisor.planned()]})

    def reload(self) -> dict[str, Any]:
        """Take over the lab file as it stands now; return what is done."""
        return _answered(
            lambda: {"changes": [change.to_plain() for change in self._supervisor.reload(who=_who())]},
        )

    def events(self, after: float) -> list[dict[str, Any]]:
        """Return what happened after a time."""
        return [event.to_plain() for event in self._supervisor.events(after)]

    def statistics(self, key: str) -> dict[str, Any]:
        """Return the numbers of a child."""
        return self._supervisor.statistics(key).to_plain()

    def hits(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        """Return what a stop or restart hits."""
        return [hit.to_plain() for hit in self._supervisor.hits(keys)]

    def plugged(self) -> dict[str, Any]:
        """Return the serial ports of this computer; none is opened."""
        from pyrolab_gui.wire.serial_ports import serial_ports

        return _answered(lambda: {"ports": [asdict(port) for port in serial_ports()]})

    def port_holders(self, devices: Sequence[str]) -> dict[str, Any]:
        """Return which program of this computer has which port open."""
        from pyrolab_gui.supervision.plugged import holders

        return _answered(lambda: {"holders": holders(devices)})

    def ask_driver(self, daemon: dict[str, Any], what: str, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Ask a driver of this computer something in a child; return the ticket of the question."""
        return _answered(lambda: {"ticket": self._drivers.begin(daemon, what, request, seconds)})

    def driver_said(self, ticket: str, after: int) -> dict[str, Any]:
        """Return what a question has told, or wait a while for more."""
        return _answered(lambda: self._drivers.said(ticket, after))

    def end_driver(self, ticket: str) -> dict[str, Any]:
        """End a question to a driver."""
        return _done(lambda: self._drivers.end(ticket))


@server.expose  # type: ignore[untyped-decorator, unused-ignore]
class Interface(FarInterface):
    """What clients on this computer may call besides: whose lab it is, and the end of the process."""

    def __init__(
        self,
        supervisor: Supervisor,
        changes: Changes,
        introduced: Callable[[SupervisorInfo], SupervisorInfo],
        on_shutdown: Callable[[bool], None],
        *,
        ends_with_children: bool,
    ) -> None:
        super().__init__(supervisor, changes, introduced)
        self._on_shutdown = on_shutdown
        self._ends_with_children = ends_with_children

    def relay(self) -> dict[str, Any]:
        """Return where the relay of this computer is, which is started where none runs."""
        return _answered(lambda: {"uri": self._supervisor.relay()})

    def load(self, plan: dict[str, Any], path: str) -> None:
        """Take over a lab."""
        self._supervisor.load(lab_from_plain(plan), path)

    def leave(self) -> bool:
        """End this process with all children, if it is one that ends with the window; return whether it does."""
        if self._ends_with_children:
            self._on_shutdown(True)
        return self._ends_with_children

    def shutdown(self, stop_children: bool) -> None:
        """End this process, with all children or without."""
        self._on_shutdown(bool(stop_children))


def _who() -> str:
    return Host.client_of(current_context.client).who


def _done(act: Callable[[], None]) -> dict[str, Any]:
    """Act; return nothing, or the failure as data."""

    def answer() -> dict[str, Any]:
        act()
        return {}

    return _answered(answer)


def _answered(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return an answer, or the failure as data: an exception of our own class is not known to every peer."""
    try:
        return ask()
    except LabError as error:
        return {"error": error.sentence, "detail": error.detail, "class": type(error).__name__}
