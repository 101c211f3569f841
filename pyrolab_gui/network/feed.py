"""Readings for plots and tables, in batches: each subscribed member as columns of times and values.

A service of ours in single mode is sampled in its daemon, once for all windows; any other is polled through its
`Instrument`, with the same columns as result. A daemon that goes away is found again (asking `Instrument.resolve`).
Limits: numbers travel as doubles, anything else in lists; two daemons that host the same object id give columns of
the same channel name.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from Pyro5 import core

from pyrolab_gui.network.poller import Poller
from pyrolab_gui.network.sampled import SampledDaemon
from pyrolab_gui.wire.columns import channel_name
from pyrolab_gui.wire.names import PASSING

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.instrument import Instrument
    from pyrolab_gui.wire.columns import Column
    from pyrolab_gui.wire.description import ServiceDescription

ASK_AGAIN = 0.5
"""Seconds until a service that could not be asked what it is, is asked again."""


@dataclass(eq=False, slots=True)
class Subscription:
    """One wish for the readings of a member, until it is closed."""

    instrument: Instrument
    member: str
    period: float
    channel: str
    """The name that its columns carry."""
    _end: Callable[[Subscription], None] = field(repr=False)
    when: str = "idle"
    """*idle*: not while somebody else uses the instrument; *always*: even then."""
    closed: bool = False

    def close(self) -> None:
        """End the wish. Returns at once; a batch that is on its way may still come."""
        self.closed = True
        self._end(self)


class Feed:
    """All readings of one window.

    Parameters
    ----------
    identity
        Who this client is.
    on_columns
        Called with each batch on a thread of the feed.
    """

    def __init__(self, identity: Identity, on_columns: Callable[[list[Column]], None]) -> None:
        self._identity = identity
        self._on_columns = on_columns
        self._lock = threading.Lock()
        self._closed = False
        self._timers: set[threading.Timer] = set()
        self._daemons: dict[tuple[str, int], SampledDaemon] = {}
        self._poller = Poller(on_columns)

    def subscribe(self, instrument: Instrument, member: str, period: float, when: str = "idle") -> Subscription:
        """Ask for readings of `member` every `period` seconds. Returns at once.

        Unless `when` is *always*, nothing is read while somebody else uses the instrument; what that one reads comes
        instead. The member `wire.names.PASSING` stands for all that is read and set by anybody.
        """
        channel = channel_name(core.URI(instrument.uri).object, member)
        subscription = Subscription(instrument, member, period, channel, self._end, when)
        self._ask(subscription)
        return subscription

    def close(self) -> None:
        """End all subscriptions and threads. Returns at once (see `join`)."""
        with self._lock:
            self._closed = True
            timers, self._timers = self._timers, set()
            daemons = list(self._daemons.values())
        for timer in timers:
            timer.cancel()
        for daemon in daemons:
            daemon.close()
        self._poller.close()

    def join(self, timeout: float) -> bool:
        """Wait until nothing of a closed feed runs any more; return whether that is so."""
        with self._lock:
            daemons = list(self._daemons.values())
        return all([*(daemon.join(timeout) for daemon in daemons), self._poller.join(timeout)])

    def _ask(self, subscription: Subscription) -> None:
        """Ask the service what it is, then subscribe where it is sampled."""
        if subscription.closed or self._closed:
            return
        known = subscription.instrument.description
        if known is not None:
            self._begin(subscription, known)
            return
        subscription.instrument.describe().add_done_callback(lambda future: self._described(subscription, future))

    def _described(self, subscription: Subscription, future: Future[ServiceDescription]) -> None:
        if future.cancelled() or future.exception() is not None:
            self._poller.failed(subscription, future.exception() if not future.cancelled() else None)
            self._later(subscription)
        else:
            self._begin(subscription, future.result())

    def _later(self, subscription: Subscription) -> None:
        def run() -> None:
            with self._lock:
                self._timers.discard(timer)
            self._ask(subscription)

        timer = threading.Timer(ASK_AGAIN, run)
        timer.daemon = True
        with self._lock:
            if self._closed or subscription.closed:
                return
            self._timers.add(timer)
            timer.start()

    def _begin(self, subscription: Subscription, description: ServiceDescription) -> None:
        if description.relayed or (description.described and description.instance_mode == "single"):
            self._sample(subscription)
        elif subscription.member != PASSING:  # what passes is known to a daemon of ours only
            self._poller.add(subscription, description)

    def _sample(self, subscription: Subscription) -> None:
        """Hand a subscription to the connection with its daemon; also called when it has moved to another one."""
        uri = core.URI(subscription.instrument.uri)
        with self._lock:
            if self._closed or subscription.closed:
                return
            key = (str(uri.host), int(uri.port or 0))
            daemon = self._daemons.get(key)
            if daemon is None or not daemon.add(subscription):
                trust = subscription.instrument.trust
                daemon = SampledDaemon(*key, self._identity, self._on_columns, self._sample, trust)
                self._daemons[key] = daemon
                daemon.add(subscription)

    def _end(self, subscription: Subscription) -> None:
        self._poller.remove(subscription)
        with self._lock:
            daemons = list(self._daemons.values())
        for daemon in daemons:
            daemon.remove(subscription)
