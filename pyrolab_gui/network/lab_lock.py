"""The lock of one instrument for a script: taken, asked for, waited for, answered, given back.

    with lab.lock_of("bench.laser").held("night sweep", until="08:00", wait=600):
        ...

It belongs to the person whose script it is, with all their windows and scripts. Limits: instruments whose daemon is of
this system; any other has PyroLab's ``lock`` at most, which is a method of the instrument.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from pyrolab_gui.wire.clock_time import seconds_until
from pyrolab_gui.wire.errors import LabError, Locked, RemoteFailure

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOK = 0.5
"""Seconds between two looks at a lock that is waited for."""


class LockLine(Protocol):
    """The connection to the instrument."""

    name: str

    def get_lock(self, *args: Any) -> bool:
        """Take the lock; False where another person has it."""

    def give_lock(self) -> bool:
        """Give it back; False where another person has it."""

    def daemon(self, member: str, *args: Any, object_id: bool = True) -> Any:
        """Call a method of the daemon, with the instrument's id as its first argument where that is wanted."""

    @property
    def object_id(self) -> str:
        """The instrument's id."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody asks for a lock."""

    number: int
    who: str
    note: str
    since: float


@dataclass(frozen=True, slots=True)
class Use:
    """Who uses an instrument; times are in seconds since 1970, 0 where there is none.

    `yours`: whether it is the person's whose script this is. `idle_since`: the end of the owner's last call; 0 while
    one runs. `asking`: who asks for it, the first first.
    """

    owner: str
    yours: bool
    purpose: str
    since: float
    until: float
    idle_since: float
    asking: tuple[Asking, ...]


class LabLock:
    """The lock of one instrument."""

    def __init__(self, line: LockLine) -> None:
        self._line = line

    def use(self) -> Use | None:
        """Return who uses the instrument, or None while nobody has locked it.

        Raises
        ------
        LabError
            If its daemon cannot be asked, or is none of this system's.
        """
        told = self._told()
        if told is None:
            return None
        asking = tuple(
            Asking(int(each["number"]), str(each["who"]), str(each["note"]), float(each["since"]))
            for each in told.get("asking", ())
        )
        return Use(
            str(told["owner"]),
            bool(told.get("yours")),
            str(told.get("purpose", "")),
            float(told["since"]),
            float(told.get("until", 0.0)),
            float(told.get("idle_since", 0.0)),
            asking,
        )

    def take(self, purpose: str = "", *, until: str | datetime = "", wait: float = 0.0) -> None:
        """Lock the instrument; ask whoever has it, and wait for the answer.

        Parameters
        ----------
        purpose
            What for; others see it.
        until
            ``18:30``, ``2026-03-01 18:30`` or a datetime: the lock stays until then, though this script should end.
            Without it, it ends when it is given back, or 15 s after the last of this person's windows and scripts.
        wait
            Seconds to wait, once its owner has been asked; 0: it is not asked for.

        Raises
        ------
        Locked
            If another person has it and keeps it, or does not answer in time.
        LabError
            If it cannot be locked, or its daemon cannot be asked.
        ValueError
            If `until` is no time to come.
        """
        seconds = 0.0
        if until:
            seconds = seconds_until(until.isoformat() if isinstance(until, datetime) else until)
        if not self._line.get_lock("", purpose, seconds):
            if wait <= 0:
                raise self._in_use()
            self._wait(purpose, wait)
            self._line.get_lock("", purpose, seconds)  # ours already: says until when

    def give_back(self) -> None:
        """Unlock the instrument; whoever asked for it first has it then.

        Raises
        ------
        Locked
            If another person has it.
        """
        if not self._line.give_lock():
            raise self._in_use()

    def answer(self, give: bool, who: str = "") -> bool:
        """Give the lock to one who asks for it, or keep it; return whether anybody had asked.

        Parameters
        ----------
        who
            Whom of those who ask; the first of them by default.
        """
        use = self.use()
        asking = [each for each in use.asking if who in ("", each.who)] if use is not None else []
        return bool(asking) and bool(self._line.daemon("answer_request", asking[0].number, give))

    @contextlib.contextmanager
    def held(self, purpose: str = "", *, until: str | datetime = "", wait: float = 0.0) -> Iterator[None]:
        """Hold the lock for a while; parameters and errors are those of `take`. Given back at the end."""
        self.take(purpose, until=until, wait=wait)
        try:
            yield
        finally:
            with contextlib.suppress(LabError):  # given to another meanwhile, or gone with its daemon
                self._line.give_lock()

    def _wait(self, note: str, seconds: float) -> None:
        end = time.monotonic() + seconds
        if self._line.daemon("ask_for_lock", note):
            return
        asked = time.monotonic()
        while time.monotonic() < end:
            told = self._told()
            if told is None:
                if self._line.get_lock("", note):
                    return
            elif told.get("yours"):
                return
            elif told.get("refused"):  # since it was asked for: who asks again has no answer yet
                raise Locked(f"{self._line.name} stays with {told['owner']}, who was asked and keeps it.")
            time.sleep(max(0.0, min(_LOOK, end - time.monotonic())))
        self._line.daemon("withdraw_request")
        raise self._in_use(f" and nobody answered for {time.monotonic() - asked:.0f} s")

    def _told(self) -> dict[str, Any] | None:
        try:
            locks = self._line.daemon("locks", object_id=False)
        except RemoteFailure as error:
            sentence = f"Who uses {self._line.name} is not told by its server, which is none of this system's."
            raise LabError(sentence, error.detail) from error
        return next((lock for lock in locks if lock.get("object_id") == self._line.object_id), None)

    def _in_use(self, more: str = "") -> Locked:
        told = self._told()
        if told is None:
            return Locked(f"{self._line.name} was in use by somebody else just now{more}.")
        purpose = f" ({told['purpose']})" if told.get("purpose") else ""
        return Locked(f"{self._line.name} is in use by {told['owner']}{purpose}{more}.")
