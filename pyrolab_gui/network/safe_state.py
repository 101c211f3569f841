"""Stop instruments, or bring them into their safe state, whoever uses them and whatever they are doing.

Each daemon is asked over a connection that it keeps free for this, on a thread of its own. Where a running call lets
nothing through, the daemon's process is ended and the next one makes the call: the daemon sees to that itself, or,
where it answers nobody (a vendor's library may hold the whole interpreter up), the supervisor that `interrupt` asks.
Limits: daemons of ours only. It is no emergency stop: it needs a network, two computers and a driver that does what
it says.
"""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from Pyro5 import core

from pyrolab_gui.network.connection import Connection
from pyrolab_gui.wire.errors import LabError, NoReply, RemoteFailure, Unreachable
from pyrolab_gui.wire.names import DAEMON_OBJECT, URGENT_KEY
from pyrolab_gui.wire.urgent import DONE, FAILED, INTERRUPTING, NONE, SAFE_STATE, UrgentOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.trust import Security

    Interrupt: TypeAlias = Callable[[str, list[dict[str, Any]]], str]

ANSWER_SECONDS = 2.0
"""Within which a daemon must have greeted; one that has not is hung up by a call."""
_CALL_SECONDS = 12.0
"""After which a daemon is looked at by another connection: it may be busy with a long way to the safe state."""
AWAIT_SECONDS = 90.0
"""For how long an outcome is waited for in all."""
_PAUSE = 0.05


@dataclass(frozen=True)
class Target:
    """An instrument that is meant: its name, its URI, and how it is found again after its daemon was started anew."""

    name: str
    uri: str
    resolve: Callable[[], str] | None = None
    trust: Security | None = None


@dataclass(frozen=True)
class Outcome:
    """How it went for one instrument."""

    name: str
    urgent: UrgentOutcome

    @property
    def done(self) -> bool:
        """Whether the method was called and raised nothing."""
        return self.urgent.state == DONE

    @property
    def has_none(self) -> bool:
        """Whether there is no such method."""
        return self.urgent.state == NONE

    @property
    def sentence(self) -> str:
        """What happened, in words: *done, read back …*, or *not done, because …*."""
        outcome = self.urgent
        if self.has_none:
            return outcome.because
        if not self.done:
            return f"not done, because {outcome.because.rstrip('.')}"
        read = ", ".join(f"{name} {_word(value)}" for name, value in outcome.read_back)
        said = f"done, read back: {read}" if read else "done; there is nothing to read back"
        return f"{said} (its daemon had to be ended and started again)" if outcome.restarted else said


def make_safe(
    targets: Sequence[Target],
    identity: Identity,
    *,
    role: str = SAFE_STATE,
    interrupt: Interrupt | None = None,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Call the stop or safe state of instruments, all at once; blocks until all have an outcome.

    Parameters
    ----------
    targets
        The instruments.
    identity
        Who asks for it.
    role
        *safe-state* or *stop*.
    interrupt
        Given ``host:port`` and calls, has a daemon's process ended and the next one make the calls; returns why not, or
        an empty text (`supervision.api.SupervisorApi.interrupt`). May raise `LabError`.
    on_outcome
        Called with each outcome as it comes, on a thread of its own.

    Returns
    -------
    list of Outcome
        In the order of the targets. Nothing is raised: what fails is an outcome.
    """
    groups: dict[str, list[Target]] = {}
    found: dict[str, Outcome] = {}
    for target in targets:
        try:
            groups.setdefault(core.URI(target.uri).location, []).append(target)
        except Exception as error:  # noqa: BLE001 - a nameserver may hold anything
            found[target.name] = _failed(target.name, role, f"its address {target.uri} cannot be read: {error}")
    threads = []
    for location, group in groups.items():
        asked = _Daemon(location, group, identity, role, interrupt, _teller(found, on_outcome))
        threads.append(threading.Thread(target=asked.run, name=f"safe state at {location}", daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return [found[target.name] for target in targets]


def _teller(found: dict[str, Outcome], on_outcome: Callable[[Outcome], None]) -> Callable[[Outcome], None]:
    def tell(outcome: Outcome) -> None:
        found[outcome.name] = outcome
        on_outcome(outcome)

    return tell


@dataclass
class _Daemon:
    """The instruments of one daemon."""

    location: str
    targets: list[Target]
    identity: Identity
    role: str
    interrupt: Interrupt | None
    tell: Callable[[Outcome], None]
    ticket: str = field(default_factory=lambda: uuid.uuid4().hex)
    told: set[str] = field(default_factory=set)
    """The names of those that have an outcome."""

    def run(self) -> None:
        """Ask until each instrument has an outcome."""
        try:
            left = self._ask()
            if left:
                self._await(left)
        except LabError as error:
            self._all_failed(error.sentence)
        except Exception as error:  # noqa: BLE001 - every instrument gets an outcome
            self._all_failed(f"this failed here: {error!r}")

    def _ask(self) -> dict[str, Target]:
        """Ask the daemon; return the instruments whose outcome is still to come, by object id."""
        targets = {str(core.URI(target.uri).object): target for target in self.targets}
        try:
            connection = self._found(self.targets[0])
        except NoReply:
            return self._interrupt(targets)
        try:
            connection.set_timeout(_CALL_SECONDS)
            answer = connection.daemon("urgent", list(targets), self.role, self.ticket)
        except RemoteFailure as error:
            if error.class_name == "AttributeError":
                raise LabError("its server is none of this program, or an older one", error.detail) from error
            raise
        except (NoReply, Unreachable):  # busy with it, hung up, or ended for it: its status tells
            return targets
        finally:
            connection.close()
        left = {}
        for plain in answer["outcomes"]:
            outcome = UrgentOutcome.from_plain(plain)
            target = targets[outcome.object_id]
            if outcome.state == INTERRUPTING:
                left[outcome.object_id] = target
            else:
                self._tell(Outcome(target.name, outcome))
        return left

    def _found(self, target: Target) -> Connection:
        """Return a connection with the daemon, which may have been started again at another place."""
        try:
            return self._open(self.location, target)
        except NoReply:
            raise
        except Unreachable:
            if target.resolve is None:
                raise
            location, self.location = self.location, str(core.URI(target.resolve()).location)
            if location == self.location:
                raise
            return self._open(self.location, target)

    def _interrupt(self, targets: dict[str, Target]) -> dict[str, Target]:
        """Have the supervisor end a daemon that answers nobody."""
        if self.interrupt is None:
            return self._all_failed("its daemon does not answer, and no supervisor can be asked to end it")
        calls = [{"object_id": object_id, "role": self.role, "ticket": self.ticket} for object_id in targets]
        try:
            because = self.interrupt(self.location, calls)
        except LabError as error:
            because = error.sentence
        if because:
            return self._all_failed(f"its daemon does not answer, and was not ended: {because}")
        return targets

    def _await(self, left: dict[str, Target]) -> None:
        """Look at the status of where the instruments are now until it tells the outcomes."""
        deadline = time.monotonic() + AWAIT_SECONDS
        silent = 0
        while left and time.monotonic() < deadline:
            target = next(iter(left.values()))
            try:
                outcomes = self._told(target)
                silent = 0
            except NoReply:
                silent += 1
                if silent == 2 and not self._interrupt(left):
                    return
                outcomes = []
            except LabError:  # between two lives
                outcomes = []
            for outcome in outcomes:
                if outcome.ticket == self.ticket and outcome.state != INTERRUPTING and outcome.object_id in left:
                    self._tell(Outcome(left.pop(outcome.object_id).name, outcome))
            if left:
                time.sleep(_PAUSE)
        self._all_failed(f"nothing was heard of it for {AWAIT_SECONDS:g} s; look at the instrument")

    def _told(self, target: Target) -> list[UrgentOutcome]:
        uri = target.resolve() if target.resolve is not None else target.uri
        self.location = str(core.URI(uri).location)
        connection = self._open(self.location, target)
        try:
            status = connection.daemon("status")
        finally:
            connection.close()
        return [UrgentOutcome.from_plain(plain) for item in status["services"] if (plain := item.get("urgent"))]

    def _open(self, location: str, target: Target) -> Connection:
        hello = {**self.identity.hello(), URGENT_KEY: True}
        uri = f"PYRO:{DAEMON_OBJECT}@{location}"
        return Connection.open(uri, target.name, timeout=ANSWER_SECONDS, hello=hello, trust=target.trust)

    def _all_failed(self, because: str) -> dict[str, Target]:
        """Tell that it failed for each that has no outcome; nothing is left to be waited for."""
        for target in self.targets:
            if target.name not in self.told:
                self._tell(_failed(target.name, self.role, because))
        return {}

    def _tell(self, outcome: Outcome) -> None:
        self.told.add(outcome.name)
        self.tell(outcome)


def _failed(name: str, role: str, because: str) -> Outcome:
    return Outcome(name, UrgentOutcome(name, role, FAILED, because=because, time=time.time()))


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
