"""The alarms of one instrument, asked from the daemon that judges them, once a second.

A daemon that does not know them (it was started again) is given them anew. One that cannot be asked is an instrument
without readings: that is judged here, because nobody else can. Limits: a daemon of ours; a thread and a connection for
each instrument.
"""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from Pyro5 import core

from pyrolab_gui.network.connection import Connection
from pyrolab_gui.wire.alarms import AlarmPlan, Judgement, from_plain
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.names import DAEMON_OBJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.network.identity import Identity

LOOK = 1.0
CONNECT_TIMEOUT = 2.0
TIMEOUT = 5.0


class Watcher:
    """Watches one instrument.

    Parameters
    ----------
    instrument
        Its name.
    alarms
        What is judged.
    find
        Returns its address; may raise `LabError`.
    identity
        Who asks.
    owner, version
        By which the daemon knows these alarms.
    stood
        Returns at which levels an alarm stands latched, and stands, by its name.
    """

    def __init__(
        self,
        instrument: str,
        alarms: Sequence[AlarmPlan],
        find: Callable[[], str],
        identity: Identity,
        owner: str,
        version: str,
        stood: Callable[[str], tuple[str, str]] = lambda name: ("ok", "ok"),
        look: float = LOOK,
    ) -> None:
        self.instrument = instrument
        self._alarms = {alarm.name: alarm for alarm in alarms}
        self._find, self._identity, self._stood, self._look = find, identity, stood, look
        self._owner, self._version = owner, version
        self._lock = threading.Lock()
        self._found: dict[str, Judgement] = {}
        self._refused: dict[str, str] = {}
        self._trouble = ""
        self._heard = time.monotonic()
        self._releases: list[str] = []
        self._wake = threading.Event()
        self._closed = False
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name=f"alarms of {instrument}", daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def close(self) -> None:
        """End. Returns at once."""
        self._closed = True
        self._wake.set()

    @property
    def silence(self) -> float:
        """For how many seconds its daemon has not answered; 0 while it does."""
        with self._lock:
            return time.monotonic() - self._heard if self._trouble else 0.0

    def release(self, name: str) -> None:
        """Have the daemon let go of a latched alarm, soon."""
        with self._lock:
            self._releases.append(name)
        self._wake.set()

    def judgement(self, name: str) -> Judgement:
        """Return how an alarm stands; one whose daemon is silent for too long has no data."""
        plan = self._alarms[name]
        with self._lock:
            found = self._found.get(name) or Judgement(name, judged=False)
            trouble, refused = self._trouble, self._refused.get(name, "")
            silent = time.monotonic() - self._heard if trouble else 0.0
        trouble = refused or trouble
        if refused:
            return replace(found, level="alarm", no_data=True, reason=refused, judged=True)
        if not trouble:
            return found
        if found.no_data or (plan.no_data and silent > plan.no_data * plan.period + plan.delay):
            since = found.since if found.level == "alarm" else 0.0  # since when it was well is another matter
            return replace(found, level="alarm", no_data=True, reason=trouble, since=since, latched=False, judged=True)
        return replace(found, reason=trouble)

    def _run(self) -> None:
        while not self._closed:
            try:
                self._ask()
            except LabError as error:
                self._lost(error.sentence.rstrip("."))
            except Exception as error:  # noqa: BLE001 - whatever a server answers, the next look is a second away
                self._lost(f"its daemon answers what this version does not understand ({error})")
            self._wake.wait(self._look)
            self._wake.clear()
        if self._connection is not None:
            self._connection.close()

    def _ask(self) -> None:
        uri = core.URI(self._find())
        if self._connection is not None and core.URI(self._connection.uri).location != uri.location:
            self._connection.close()
            self._connection = None
        if self._connection is None:
            self._connection = self._connect(uri)
        connection, object_id = self._connection, str(uri.object)
        with self._lock:
            releases = tuple(self._releases)
        for name in releases:
            connection.daemon("release", self._owner, object_id, name)
            with self._lock:
                self._releases.remove(name)  # not before: what was not heard is said again
        answer = connection.daemon("judged", self._owner, object_id, self._version)
        if answer is None:
            alarms = [
                {**asdict(alarm), **dict(zip(("latched", "standing"), self._stood(alarm.name), strict=True))}
                for alarm in self._alarms.values()
            ]
            refused = connection.daemon("watch", self._owner, object_id, alarms, self._version)
            told = dict(line.partition(": ")[::2] for line in refused)
            answer = connection.daemon("judged", self._owner, object_id, self._version) or []
            with self._lock:
                self._refused = told
        with self._lock:
            self._found = {item["name"]: from_plain(Judgement, item) for item in answer}
            self._trouble, self._heard = "", time.monotonic()

    def _connect(self, uri: core.URI) -> Connection:
        connection = Connection.open(
            f"PYRO:{DAEMON_OBJECT}@{uri.location}",
            f"The daemon of {self.instrument}",
            timeout=CONNECT_TIMEOUT,
            hello=self._identity.hello(),
            trust=self._identity.trust,
        )
        connection.set_timeout(TIMEOUT)
        return connection

    def _lost(self, trouble: str) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        with self._lock:
            self._trouble = trouble
