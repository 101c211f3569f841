"""The readings of one daemon of ours: one connection and one thread for all of its members that are subscribed.

The daemon samples; here its rings are asked for what is new, several times a second. When the connection is lost each
channel gets a gap, and every subscription is taken up again where its service is then. Limits: the gap that a restart
leaves begins when the loss was seen here.
"""

from __future__ import annotations

import contextlib
import threading
import time
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from Pyro5 import core

from pyrolab_gui.network.connection import Connection
from pyrolab_gui.wire.columns import ANNOTATION, Column, Gap, unpack
from pyrolab_gui.wire.errors import LabError, RemoteFailure, Unreachable
from pyrolab_gui.wire.names import DAEMON_OBJECT, PASSING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.network.feed import Subscription
    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.trust import Security

BATCH = 0.125
"""Seconds between two questions: what a plot shows is at most so much late."""
MANY, BATCH_OF_MANY = 16, 0.2
"""So many channels are asked for less often: what a batch costs goes with the channels, whatever is in it."""
LOOK_AGAIN = 2.0
"""Seconds between two questions where a foreign server is now that the relay has lost."""
AGAIN = 0.25
"""Seconds between two attempts to find a lost daemon again."""
ASK_AGAIN = 2.0
"""Seconds until a member whose sampling was refused is asked for again."""
TIMEOUT = 5.0
_PASSING = f"\n{PASSING}"
CONNECT_TIMEOUT = 2.0


@dataclass(slots=True)
class _Channel:
    """One sampled member with all who wish to see it."""

    subscriptions: list[Subscription] = field(default_factory=list)
    cursor: int = -1
    wished: float = 0.0
    """The period that the daemon has been told; 0: none yet."""
    told: str = ""
    """When it is to read, as it has been told."""
    failed: str = ""
    retry_at: float = 0.0
    lost_at: float | None = None

    @property
    def period(self) -> float:
        return min(subscription.period for subscription in self.subscriptions)

    @property
    def when(self) -> str:
        return "always" if any(subscription.when == "always" for subscription in self.subscriptions) else "idle"

    @property
    def passing(self) -> bool:
        return self.subscriptions[0].member == PASSING


class SampledDaemon:
    """Fetches what a daemon has sampled.

    Parameters
    ----------
    on_columns
        Called with each batch on this object's thread.
    moved
        Called with a subscription whose service is at another daemon now, on this object's thread.
    """

    def __init__(
        self,
        host: str,
        port: int,
        identity: Identity,
        on_columns: Callable[[list[Column]], None],
        moved: Callable[[Subscription], None],
        trust: Security | None = None,
    ) -> None:
        self._place = (host, port)
        self._identity, self._trust = identity, trust or identity.trust
        self._on_columns, self._moved = on_columns, moved
        self._channels: dict[str, _Channel] = {}
        self._leaving: list[str] = []
        self._looked = float("-inf")
        self._life: object = None
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closed = False
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._work, name=f"readings of {host}:{port}", daemon=True)
        self._thread.start()

    def add(self, subscription: Subscription) -> bool:
        """Take a subscription; False when this object has ended because it had none left."""
        with self._lock:
            if self._closed:
                return False
            channel = self._channels.setdefault(subscription.channel, _Channel())
            channel.subscriptions.append(subscription)
        self._wake.set()
        return True

    def remove(self, subscription: Subscription) -> None:
        """Forget a subscription if it is here; the last one ends the connection."""
        with self._lock:
            channel = self._channels.get(subscription.channel)
            if channel is None or subscription not in channel.subscriptions:
                return
            channel.subscriptions.remove(subscription)
            if not channel.subscriptions:
                del self._channels[subscription.channel]
                if channel.wished and channel.told == "always":
                    self._leaving.append(subscription.channel)
            self._closed = self._closed or not self._channels
        self._wake.set()

    def close(self) -> None:
        """End. Returns at once."""
        self._closed = True
        self._wake.set()
        connection = self._connection
        if connection is not None:
            connection.interrupt()

    def join(self, timeout: float) -> bool:
        """Wait for the end; return whether it came."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while not self._closed:
            self._wake.clear()
            started = time.monotonic()
            try:
                self._turn()
                pause = BATCH if len(self._channels) <= MANY else BATCH_OF_MANY
            except LabError as error:
                self._lost(error)
                pause = AGAIN
            self._wake.wait(max(pause - (time.monotonic() - started), 0.01))
        if self._connection is not None:
            with contextlib.suppress(LabError):
                self._take_leave()
            self._connection.close()

    def _take_leave(self) -> None:
        """Say what is not wished any more: for who records it would go on being read for an hour."""
        for name in self._leaving:
            object_id, _, member = name.partition("\n")
            self._sample(object_id, member, 0.0, "always")

    def _turn(self) -> None:
        """Connect if need be, say what is wished, fetch what is new."""
        if self._connection is None:
            self._look()
            if self._closed:
                return
            self._connect()
        with self._lock:
            channels = dict(self._channels)
        problems = [column for name, channel in channels.items() for column in self._wish(name, channel)]
        cursors = {name: channel.cursor for name, channel in channels.items() if channel.wished}
        columns = self._fetch(cursors) if cursors else []
        for column in columns:
            channel = channels[column.channel]
            channel.cursor = column.cursor
            if not column.channel.endswith(_PASSING) and (column.period == 0.0 or column.period > channel.wished):
                self._forget_wish(channel)  # it had lapsed: this machine slept
            if channel.lost_at is not None:
                problems.append(_gap(column.channel, channel.lost_at, time.time(), "restart"))
                channel.lost_at = None
        self._look_for_servers(columns)
        self._tell(problems + [column for column in columns if len(column.times) or column.gaps])

    def _connect(self) -> None:
        host, port = self._place
        connection = Connection.open(
            f"PYRO:{DAEMON_OBJECT}@{host}:{port}",
            f"The daemon at {host}:{port}",
            timeout=CONNECT_TIMEOUT,
            hello=self._identity.hello(),
            trust=self._trust,
        )
        connection.set_timeout(TIMEOUT)
        self._connection = connection
        life = _life(connection.daemon("status"))
        with self._lock:
            for channel in self._channels.values():
                channel.wished = channel.retry_at = 0.0
                if life != self._life:
                    channel.cursor = -1  # another process: its rings begin anew
        self._life = life

    def _wish(self, name: str, channel: _Channel) -> list[Column]:
        """Tell the daemon that a member is wanted, at which period; return the gap if it cannot be had."""
        now = time.monotonic()
        with self._lock:
            if not channel.subscriptions:
                return []
            period, when = channel.period, channel.when
            if channel.passing:  # nothing is read for it
                channel.wished = period
                return []
        if (channel.wished, channel.told) == (period, when) or now < channel.retry_at:
            return []
        assert self._connection is not None
        object_id, _, member = name.partition("\n")
        try:
            self._sample(object_id, member, period, when)
        except Unreachable:
            raise
        except LabError as error:
            channel.wished, channel.retry_at = 0.0, now + ASK_AGAIN
            if channel.failed == error.sentence:
                return []
            channel.failed = error.sentence
            return [_gap(name, time.time(), time.time(), "error", error.sentence)]
        channel.wished, channel.told, channel.failed = period, when, ""
        return []

    def _sample(self, object_id: str, member: str, period: float, when: str) -> None:
        assert self._connection is not None
        try:
            self._connection.daemon("sample", object_id, member, period, when)
        except RemoteFailure as error:
            if error.class_name != "TypeError":
                raise
            self._connection.daemon("sample", object_id, member, period)  # an older daemon reads always

    def _fetch(self, cursors: dict[str, int]) -> list[Column]:
        assert self._connection is not None
        answer, annotations = self._connection.daemon_annotated("since", cursors)
        try:
            columns = unpack(answer["columns"], annotations.get(ANNOTATION, b""))
        except (KeyError, TypeError, ValueError) as error:
            raise RemoteFailure("The readings of a daemon cannot be read.", repr(error)) from error
        known = {column.channel for column in columns}
        with self._lock:
            for name in cursors.keys() - known:
                if name in self._channels:
                    self._forget_wish(self._channels[name])
        return [column for column in columns if column.channel in cursors]

    @staticmethod
    def _forget_wish(channel: _Channel) -> None:
        """Have the daemon told again what is wished, though not at every turn."""
        channel.wished, channel.retry_at = 0.0, time.monotonic() + ASK_AGAIN

    def _lost(self, error: LabError) -> None:
        """Drop the connection and mark every channel, once."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        now = time.time()
        with self._lock:
            fresh = [(name, channel) for name, channel in self._channels.items() if channel.lost_at is None]
            for _, channel in fresh:
                channel.lost_at = now
        self._tell([_gap(name, now, now, "restart", error.sentence) for name, _ in fresh])

    def _look(self) -> None:
        """Ask where each service is now, and hand over those that have moved."""
        with self._lock:
            lost = [
                subscription
                for channel in self._channels.values()
                if channel.lost_at is not None
                for subscription in channel.subscriptions
            ]
        self._ask_where(lost)

    def _look_for_servers(self, columns: list[Column]) -> None:
        """Where this is a relay that has lost a foreign server, ask where that is now; not at every turn."""
        lost = [column.channel for column in columns if column.gaps and column.gaps[-1].reason == "restart"]
        if not lost or time.monotonic() < self._looked + LOOK_AGAIN:
            return
        with self._lock:
            found = [(name, each) for name, channel in self._channels.items() for each in channel.subscriptions]
        moved = {each.instrument for name, each in found if name in lost and each.instrument.relayed}
        self._ask_where([each for _, each in found if each.instrument in moved])
        self._looked = time.monotonic()

    def _ask_where(self, lost: list[Subscription]) -> None:
        for subscription in lost:
            with contextlib.suppress(LabError):  # the nameserver is away: it may be at the same place
                uri = core.URI(subscription.instrument.resolve())
                if (str(uri.host), int(uri.port or 0)) != self._place:
                    self._hand_over(subscription)

    def _hand_over(self, subscription: Subscription) -> None:
        now = time.time()
        with self._lock:
            channel = self._channels.get(subscription.channel)
            start = now if channel is None or channel.lost_at is None else channel.lost_at
        self._tell([_gap(subscription.channel, start, now, "restart")])
        self.remove(subscription)
        self._moved(subscription)

    def _tell(self, columns: list[Column]) -> None:
        if columns and not self._closed:
            self._on_columns(columns)


def _gap(channel: str, start: float, end: float, reason: str, message: str = "") -> Column:
    """Return a column that holds nothing but a gap."""
    return Column(channel, 0, 0, array("d"), array("d"), (Gap(start, end, reason, message),))


def _life(status: Any) -> object:
    """What tells one life of a daemon from the next."""
    return (status.get("pid"), status.get("started")) if isinstance(status, dict) else None
