"""A result that is kept fresh: its call is made again and again while somebody looks at it, as a scope's trace is.

The next call begins when the one before has ended and its time has come; none waits in a queue behind it. The first
that fails ends the repetition and says why; an instrument that is lost is waited for. Limits: one result; stops and
streams are never repeated.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from pyrolab_gui.viewmodels.answers import Answers
from pyrolab_gui.viewmodels.value_text import call_text
from pyrolab_gui.wire.errors import Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.viewmodels.instrument_pool import Lease
    from pyrolab_gui.viewmodels.ports import BridgePort
    from pyrolab_gui.wire.errors import LabError

EVERY = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds from one call to the next that are offered."""
PATIENCE = 120.0
LOST_PAUSE = 1.0
"""Seconds to the next attempt to reach an instrument that is lost."""
LOOK_MS = 200
"""Between two looks whether anybody sees it again."""


@dataclass(frozen=True, slots=True)
class Call:
    """What brought a result."""

    instrument: str
    member: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """As the history of a console shows it."""
        return f"{self.instrument}.{call_text(self.member, self.args, self.kwargs)}"


class RepeatedCall(QObject):
    """Makes a call again and again.

    Parameters
    ----------
    call
        What is called.
    lease
        Returns its instrument, or None where that is not registered now; whoever repeats closes it.
    arrived
        Called with each result.
    """

    changed = Signal()
    """It began, ended, or has a problem now."""

    def __init__(
        self,
        call: Call,
        lease: Callable[[], Lease | None],
        bridge: BridgePort,
        arrived: Callable[[Any], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.call = call
        self.every = 0.0
        """Seconds from one call to the next; 0 while none is made."""
        self.problem = ""
        """Why it ended by itself, or why nothing comes now."""
        self._make_lease, self._arrived = lease, arrived
        self._answers = Answers(call.instrument, bridge, lambda error: None)
        self._lease: Lease | None = None
        self.seen: Callable[[], bool] = lambda: False
        """Whether anybody looks at it; while nobody does, nobody pays for it."""
        self._under_way = False
        self._began = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._call)

    def start(self, every: float) -> None:
        """Call every so many seconds from now on; 0 for no more."""
        self.every, self.problem = every, ""
        if not every:
            self._rest()
        elif self._lease is None:
            self._lease = self._make_lease()
            if self._lease is None:
                self.every, self.problem = 0.0, f"{self.call.instrument} is not registered at the moment."
        self._go_on()
        self.changed.emit()

    def close(self) -> None:
        """Call no more, and take nothing that still comes."""
        self.every = 0.0
        self._answers.close()
        self._rest()

    def _rest(self) -> None:
        self._timer.stop()
        lease, self._lease = self._lease, None
        if lease is not None:
            lease.close()

    def _go_on(self) -> None:
        if not self.every:
            self._timer.stop()
        elif not self._under_way:
            self._timer.start(max(0, round((self._began + self.every - time.monotonic()) * 1000)))

    def _call(self) -> None:
        if self._lease is None or self._under_way:
            return
        if not self.seen():
            self._timer.start(LOOK_MS)
            return
        self._under_way, self._began = True, time.monotonic()
        call = self.call
        future = self._lease.instrument.call(call.member, call.args, call.kwargs, timeout=PATIENCE)
        self._answers.then(future, self._on_answer)

    def _on_answer(self, result: Any, error: LabError | None) -> None:
        self._under_way = False
        if not self.every:
            return
        if isinstance(error, Unreachable):  # it is there again by itself, so is what is seen of it
            self._say(error.sentence)
            self._began = time.monotonic() + max(0.0, LOST_PAUSE - self.every)
            self._go_on()
            return
        if error is not None:
            self.every, self.problem = 0.0, error.sentence
            self._rest()
            self.changed.emit()
            return
        self._say("")
        self._arrived(result)
        self._go_on()

    def _say(self, problem: str) -> None:
        if problem != self.problem:
            self.problem = problem
            self.changed.emit()
