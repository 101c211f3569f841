"""The lock of one service: who holds it, what for, since when and until when, and who asks for it.

Its owner is a person, with all the windows and scripts that say that they are theirs; a client that names nobody is a
person of its own. It ends 15 s after the last of them is gone, or at the time until which it was taken; never by time
alone. Somebody else asks for it and gets it by an answer, when it is given back or, where the lab allows that, after
a wait in which its owner made no call and recorded nothing. Checking and calling under one mutex is the caller's
business (`hosting.instance`). The sessions of a service share its lock, because they share its hardware. Limits: who
somebody is, is what they said; what is due is done when somebody asks.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.calls import CallLog
from pyrolab_gui.hosting.failures import LOCKED, refusal
from pyrolab_gui.hosting.presence import LEASE_SECONDS, Presence

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

LOCK_MEMBERS = ("lock", "unlock", "islocked")
"""The names that PyroLab's clients call."""
_LONGEST = 200


class _Request:
    """Somebody asks for the lock."""

    __slots__ = ("client", "note", "number", "person", "since", "who")

    def __init__(self, number: int, person: str, client: str, who: str, note: str) -> None:
        self.number, self.person, self.client, self.who, self.note = number, person, client, who, note
        self.since = time.time()


class ServiceLock:
    """The lock of one service.

    Parameters
    ----------
    name
        Of the service.
    calls
        The calls to it: who calls is not idle, and what is taken over is noted there.
    recorded
        Whether somebody records it.
    take_over_seconds
        After so long without a call and a recording it passes to the one who asked; 0: only its owner gives it.
    lease_seconds
        How long it outlives the last connection of its owner.
    """

    def __init__(
        self,
        name: str,
        calls: CallLog | None = None,
        recorded: Callable[[], bool] = bool,
        take_over_seconds: float = 0.0,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._name = name
        self._calls = calls or CallLog()
        self._recorded = recorded
        self._wait = take_over_seconds
        self._mutex = threading.RLock()
        self._presence = Presence(self._gone, self._holds, lease_seconds, key="person")
        self._numbers = itertools.count(1)
        self._requests: list[_Request] = []
        self._refused: dict[str, float] = {}
        """When its owner kept it, by the person who had asked."""
        self._owner: str | None = None
        self._client = self._who = self._purpose = ""
        self._since = self._until = 0.0

    @property
    def locked(self) -> bool:
        """Whether somebody holds it."""
        self._settle()
        return self._owner is not None

    @property
    def owner(self) -> str | None:
        """The person who holds it."""
        return self._owner

    @property
    def client(self) -> str | None:
        """The client by which its owner took it."""
        return self._client if self._owner is not None else None

    # -- who is there

    def seen(self, conn: Any) -> None:
        """Note that a client called over `conn`."""
        self._presence.seen(conn)

    def ended(self, conn: Any) -> None:
        """Note that `conn` has been closed."""
        self._presence.ended(conn)

    def renamed(self, conn: Any, person: str, who: str) -> None:
        """Note that the client of `conn` says from now on that it is another person: what it locked goes with it."""
        with self._mutex:
            if self._owner == conn.person and self._client == conn.client_id:
                self._owner, self._who = person, who
        self._presence.ended(conn)

    def close(self) -> None:
        """Wait for nobody any more."""
        self._presence.close()

    # -- holding it

    def check(self, person: str) -> None:
        """Refuse a person who is locked out.

        Raises
        ------
        ConnectionRefusedError
            Marked as ``Locked``, naming the owner; PyroLab's scripts expect this class.
        """
        owner = self._owner
        if owner is None or owner == person:
            return
        with self._mutex:
            self._settle()
            if self._owner not in (None, person):
                purpose = f": {self._purpose}" if self._purpose else ""
                raise refusal(ConnectionRefusedError, LOCKED, f"{self._name} is locked by {self._who}{purpose}.")

    def take(self, conn: Any, who: str, purpose: str = "", seconds: float = 0.0) -> bool:
        """Take the lock for the person behind `conn`; False when another has it.

        Parameters
        ----------
        who
            As whom the owner is shown.
        purpose
            What it is for.
        seconds
            For so long from now it stays, whether its owner is there or not.
        """
        with self._mutex:
            self._settle()
            if self._owner not in (None, conn.person):
                return False
            if self._owner is None:
                self._set(conn.person, conn.client_id, who)
            self._purpose = purpose[:_LONGEST] or self._purpose
            self._until = time.time() + seconds if seconds > 0 else self._until
            return True

    def release(self, person: str) -> bool:
        """Give the lock back, to whoever has asked for it first; False when another has it."""
        with self._mutex:
            if self._owner not in (None, person):
                return False
            self._pass_on("given back by {0}")
            return True

    # -- asking for it

    def ask(self, conn: Any, note: str = "") -> bool:
        """Ask for the lock; return whether it is that person's now."""
        with self._mutex:
            self._presence.seen(conn)
            self._settle()
            if self._owner in (None, conn.person):
                return self.take(conn, conn.who, note)
            self._refused.pop(conn.person, None)
            if not any(request.person == conn.person for request in self._requests):
                number = next(self._numbers)
                self._requests.append(_Request(number, conn.person, conn.client_id, conn.who, note[:_LONGEST]))
                log.info("%s asks %s for the lock of %s", conn.who, self._who, self._name)
            return False

    def withdraw(self, person: str) -> None:
        """Ask for it no more."""
        with self._mutex:
            self._requests = [request for request in self._requests if request.person != person]

    def answer(self, person: str, number: int, give: bool) -> bool:
        """Answer one who asks, as the owner; False where it is not that person's to answer, or nobody asks."""
        with self._mutex:
            found = next((request for request in self._requests if request.number == number), None)
            if found is None or self._owner != person:
                return False
            if give:
                self._hand_over(found, "given by {0}")
            else:
                self._requests.remove(found)
                self._refused[found.person] = time.time()
                log.info("%s keeps the lock of %s, for which %s had asked", self._who, self._name, found.who)
            return True

    # -- telling of it

    def to_plain(self) -> dict[str, Any] | None:
        """Return what everybody is told, or None if it is free.

        ``owner`` (as shown to people), ``since``, ``purpose``, ``until`` (0: until given back), ``asked_by``.
        """
        with self._mutex:
            self._settle()
            if self._owner is None:
                return None
            return {
                "owner": self._who,
                "since": self._since,
                "purpose": self._purpose,
                "until": self._until,
                "asked_by": [request.who for request in self._requests],
            }

    def told_to(self, person: str) -> dict[str, Any] | None:
        """Return all that a person is told of it: `to_plain`, whose it is, its use and who asks; None if it is free.

        ``yours``; ``idle_since`` (0: a call of its owner runs, or a recording); ``last_call`` in words; ``asking``:
        each with ``number``, ``who``, ``since``, ``note``, ``yours``; ``due``: when it passes to the first of them (0:
        when its owner says so); ``refused``: when its owner kept it though this person had asked.
        """
        with self._mutex:
            plain = self.to_plain()
            if plain is None or self._owner is None:
                return None
            idle_since, last = self._use()
            asking = [
                {
                    "number": request.number,
                    "who": request.who,
                    "since": request.since,
                    "note": request.note,
                    "yours": request.person == person,
                }
                for request in self._requests
            ]
            return {
                **plain,
                "yours": self._owner == person,
                "idle_since": idle_since,
                "last_call": last,
                "asking": asking,
                "due": self._due(idle_since),
                "take_over_s": self._wait,
                "refused": self._refused.get(person, 0.0),
            }

    # -- inside

    def _use(self) -> tuple[float, str]:
        runs, last = self._calls.use_of(self._owner or "")
        text = f"{last.member}{f' {last.arguments}' if last.writes else ''}" if last is not None else ""
        if runs or self._recorded():
            return 0.0, text
        ended = last.time + (last.duration or 0.0) if last is not None else 0.0
        return max(self._since, ended), text

    def _due(self, idle_since: float) -> float:
        if not self._wait or not idle_since or not self._requests:
            return 0.0
        return max(idle_since, self._requests[0].since) + self._wait

    def _settle(self) -> None:
        """Do what is due: end what was taken until a time, and hand over what nobody has used for long."""
        if self._owner is None:
            return
        with self._mutex:
            if self._owner is None:
                return
            now = time.time()
            self._requests = [request for request in self._requests if self._presence.is_there(request.person)]
            if 0 < self._until <= now and not self._presence.is_there(self._owner):
                self._pass_on("free since the time until which {0} had taken it is over")
            elif self._requests and self._wait:
                idle_since, _ = self._use()
                due = self._due(idle_since)
                if 0 < due <= now:
                    self._hand_over(
                        self._requests[0], f"taken over from {{0}}, who had made no call for {self._wait:g} s"
                    )

    def _holds(self, person: str) -> bool:
        return person == self._owner or any(request.person == person for request in self._requests)

    def _gone(self, person: str) -> None:
        """End the lock of a person whose last client is gone, unless it was taken until a time that is to come."""
        with self._mutex:
            self.withdraw(person)
            self._refused.pop(person, None)
            if self._owner == person and self._until <= time.time():
                self._pass_on("free since {0} is gone")

    def _pass_on(self, how: str) -> None:
        """Let the owner have it no more: the first who asks gets it."""
        waiting = [request for request in self._requests if self._presence.is_there(request.person)]
        if waiting and self._owner is not None:
            self._hand_over(waiting[0], how)
        else:
            self._owner, self._purpose, self._until = None, "", 0.0
            self._requests = []
            self._refused = {}

    def _hand_over(self, request: _Request, how: str) -> None:
        sentence = how.format(self._who)
        self._requests.remove(request)
        self._set(request.person, request.client, request.who)
        self._purpose, self._until, self._refused = request.note, 0.0, {}
        log.warning("The lock of %s is with %s now: %s", self._name, request.who, sentence)
        self._calls.begin(request.who, "lock handed over", sentence, request.person).end()

    def _set(self, person: str, client: str, who: str) -> None:
        self._client, self._who, self._since = client, who, time.time()
        self._purpose, self._until = "", 0.0
        self._owner = person
        self._requests = [request for request in self._requests if request.person != person]
