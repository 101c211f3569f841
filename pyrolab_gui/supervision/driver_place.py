"""A computer whose ports are looked at and whose drivers are asked: this one, or another through its supervisor.

What is asked is the same for both, in the same words. Limits: every method but `child` blocks; nothing is sent to a
port by listing it.
"""

from __future__ import annotations

import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

from pyrolab_gui.supervision.driver_desk import anchored
from pyrolab_gui.supervision.plugged import holders
from pyrolab_gui.wire.errors import ConfigInvalid, LabError, NoReply
from pyrolab_gui.wire.record import known
from pyrolab_gui.wire.serial_ports import SerialPort, serial_ports

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pyrolab_gui.supervision.calling import Caller
    from pyrolab_gui.wire.plans import DaemonPlan

_KINDS: dict[str, type[LabError]] = {"ConfigInvalid": ConfigInvalid, "NoReply": NoReply}
"""What a question may fail with besides."""


class Child(Protocol):
    """One question to a driver."""

    def ask(self, seconds: float) -> dict[str, Any]:
        """Return the answer; blocks. Raises as `DriverChild.ask`."""

    def end(self) -> None:
        """Want no answer any more; any thread."""


class DriverPlace(Protocol):
    """Where drivers are asked. A daemon's paths are those of its lab file, relative to it."""

    @property
    def name(self) -> str:
        """What the PC is called in a sentence: ``this PC``, ``pc7``."""

    @property
    def is_here(self) -> bool:
        """Whether it is the computer that one sits at."""

    def ports(self) -> Sequence[SerialPort]:
        """Return the serial ports there. Raises `LabError`."""

    def holders(self, devices: Sequence[str]) -> Mapping[str, str]:
        """Return which program there has which port open (`plugged.holders`). Raises `LabError`."""

    def child(
        self, daemon: DaemonPlan, what: str, request: Mapping[str, Any], on_news: Callable[[dict[str, Any]], object]
    ) -> Child:
        """Return a question to a driver, to be asked on another thread (`driver_children.DriverChild`)."""


class DriversHere:
    """The computer that one sits at.

    Parameters
    ----------
    folder
        Says where the lab file is.
    """

    name = "this PC"
    is_here = True

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder

    def ports(self) -> Sequence[SerialPort]:
        """Return the serial ports."""
        return serial_ports()

    def holders(self, devices: Sequence[str]) -> Mapping[str, str]:
        """Return which program has which port open."""
        return holders(devices)

    def child(
        self, daemon: DaemonPlan, what: str, request: Mapping[str, Any], on_news: Callable[[dict[str, Any]], object]
    ) -> Child:
        """Return a question to a driver."""
        from pyrolab_gui.supervision.driver_children import DriverChild

        return DriverChild(anchored(daemon, self._folder()), what, request, on_news)


class DriversThere:
    """Another computer, or this one by its supervisor.

    Parameters
    ----------
    caller
        Asks the supervisor.
    name
        What the PC is called.
    """

    is_here = False

    def __init__(self, caller: Caller, name: str) -> None:
        self._caller = caller
        self.name = name

    def ports(self) -> Sequence[SerialPort]:
        """Return the serial ports there."""
        told = self._ask("plugged")
        return tuple(SerialPort(**known(SerialPort, item)) for item in told["ports"])

    def holders(self, devices: Sequence[str]) -> Mapping[str, str]:
        """Return which program there has which port open."""
        return dict(self._ask("port_holders", list(devices))["holders"]) if devices else {}

    def child(
        self, daemon: DaemonPlan, what: str, request: Mapping[str, Any], on_news: Callable[[dict[str, Any]], object]
    ) -> Child:
        """Return a question to a driver there."""
        return _FarChild(self._ask, asdict(daemon), what, dict(request), on_news)

    def _ask(self, method: str, *arguments: Any) -> dict[str, Any]:
        try:
            answer = dict(self._caller.ask(method, *arguments))
        except LabError as error:
            if "AttributeError" in f"{error.sentence} {error.detail}":
                raise LabError(
                    f"The supervisor of {self.name} is of an older version, which cannot be asked for drivers. "
                    "Bring pyrolab-gui up to date there.",
                    error.detail,
                ) from error
            raise
        if "error" in answer:
            raise _failure(str(answer["error"]), str(answer.get("detail") or ""), str(answer.get("class") or ""))
        return answer


class _FarChild:
    def __init__(
        self,
        ask: Callable[..., dict[str, Any]],
        daemon: dict[str, Any],
        what: str,
        request: dict[str, Any],
        on_news: Callable[[dict[str, Any]], object],
    ) -> None:
        self._ask = ask
        self._question = daemon, what, request
        self._on_news = on_news
        self._lock = threading.Lock()
        self._ended = False
        self._ticket = ""

    def ask(self, seconds: float) -> dict[str, Any]:
        ticket = str(self._ask("ask_driver", *self._question, seconds)["ticket"])
        with self._lock:
            self._ticket = ticket
            ended = self._ended
        if ended:
            self._stop(ticket)
        after = 0
        while True:
            told = self._ask("driver_said", ticket, after)
            after = int(told["next"])
            for news in told["news"]:
                self._on_news(news)
            if "answer" in told:
                return dict(told["answer"])
            if "failure" in told:
                raise _failure(*map(str, told["failure"]))
            if self._ended:
                raise NoReply("There was no answer, because it was cancelled.")

    def end(self) -> None:
        """Want no answer any more; the other PC is told from a thread, so that nobody waits for it."""
        with self._lock:
            self._ended = True
            ticket = self._ticket
        if ticket:
            threading.Thread(target=self._stop, args=(ticket,), name="end of a driver question", daemon=True).start()

    def _stop(self, ticket: str) -> None:
        try:
            self._ask("end_driver", ticket)
        except LabError:
            pass  # it ends by itself there when nobody asks after it


def _failure(sentence: str, detail: str, kind: str) -> LabError:
    return _KINDS.get(kind, LabError)(sentence, detail)
