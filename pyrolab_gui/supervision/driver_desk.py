"""Where clients of a supervisor ask its drivers something: one on another PC has neither its ports nor its drivers.

Each question runs in a child of a daemon's interpreter (`driver_children`) and has a ticket, under which news and the
answer are fetched. A question that nobody fetches from any more is ended. Limits: a few at once; an answer is kept
until it was fetched, for some seconds.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import DaemonPlan, daemon_from_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyrolab_gui.supervision.driver_children import DriverChild

WAIT = 1.0
"""Seconds for which a fetch waits for news."""
_FORGOTTEN = 10.0
"""Seconds without a fetch after which a question is nobody's any more."""
_MOST = 8
_LONGEST = 600.0


def anchored(daemon: DaemonPlan, folder: Path) -> DaemonPlan:
    """Return a daemon with the paths that its lab file writes made absolute, from the folder of that file."""
    paths = tuple(str((folder / Path(path).expanduser()).resolve()) for path in daemon.search_paths)
    python = str(Path(daemon.python).expanduser()) if daemon.python else ""
    return replace(daemon, search_paths=paths, python=python)


class DriverDesk:
    """The questions of all clients; any thread may ask.

    Parameters
    ----------
    folder
        Says where the lab file is, which relative search paths start from.
    """

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._asked: dict[str, _Question] = {}

    def begin(self, daemon: Mapping[str, Any], what: str, request: Mapping[str, Any], seconds: float) -> str:
        """Ask, and return the ticket.

        Raises
        ------
        LabError
            If too many are being asked.
        """
        from pyrolab_gui.supervision.driver_children import DriverChild

        plan = anchored(daemon_from_plain(dict(daemon)), self._folder())
        ticket = secrets.token_hex(8)
        with self._lock:
            if len(self._asked) >= _MOST:
                raise LabError(f"{_MOST} drivers are being asked on that PC already. Try again in a moment.")
            question = self._asked[ticket] = _Question(lambda: self.end(ticket))
        question.begin(DriverChild(plan, what, request, question.tell), min(seconds, _LONGEST))
        return ticket

    def said(self, ticket: str, after: int) -> dict[str, Any]:
        """Return what was told after the first `after` pieces of news, waiting a while for more.

        ``answer`` is there once there is one, or ``failure`` with sentence, detail and the name of the error's class.
        """
        with self._lock:
            question = self._asked.get(ticket)
        if question is None:
            raise LabError("The question was dropped: it was not asked after for too long.")
        told = question.said(after)
        if "answer" in told or "failure" in told:
            self.end(ticket)
        return told

    def end(self, ticket: str) -> None:
        """End a question; nothing where it is over."""
        with self._lock:
            question = self._asked.pop(ticket, None)
        if question is not None:
            question.end()


class _Question:
    def __init__(self, forget: Callable[[], object]) -> None:
        self._forget = forget
        self._changed = threading.Condition()
        self._news: list[dict[str, Any]] = []
        self._outcome: dict[str, Any] = {}
        self._child: DriverChild | None = None
        self._clock = threading.Timer(_FORGOTTEN, forget)
        self._restart_clock()

    def begin(self, child: DriverChild, seconds: float) -> None:
        self._child = child
        threading.Thread(target=self._run, args=(child, seconds), name="driver question", daemon=True).start()

    def tell(self, news: dict[str, Any]) -> None:
        with self._changed:
            self._news.append(news)
            self._changed.notify_all()

    def said(self, after: int) -> dict[str, Any]:
        self._restart_clock()
        with self._changed:
            self._changed.wait_for(lambda: len(self._news) > after or bool(self._outcome), WAIT)
            return {"news": self._news[after:], "next": len(self._news), **self._outcome}

    def end(self) -> None:
        self._clock.cancel()
        if self._child is not None and not self._outcome:
            self._child.end()

    def _restart_clock(self) -> None:
        self._clock.cancel()
        self._clock = threading.Timer(_FORGOTTEN, self._forget)
        self._clock.daemon = True
        self._clock.start()

    def _run(self, child: DriverChild, seconds: float) -> None:
        try:
            outcome: dict[str, Any] = {"answer": child.ask(seconds)}
        except LabError as error:
            outcome = {"failure": [error.sentence, error.detail, type(error).__name__]}
        except Exception as error:  # noqa: BLE001 - who asked is to be told, whatever it was
            outcome = {"failure": ["The driver could not be asked.", repr(error), "LabError"]}
        with self._changed:
            self._outcome = outcome
            self._changed.notify_all()
