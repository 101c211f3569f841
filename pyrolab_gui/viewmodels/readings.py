"""Readings handed from the feed's threads to those who show them.

One feed serves the whole window; consoles and plots `watch` members and get each new `Column` on the Qt thread. What
came is kept as one series for each member, for as long as anybody watches it: who comes later finds it there. Limits: a
listener is called only for what comes later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from pyrolab_gui.viewmodels.series import Series, SeriesGap
from pyrolab_gui.wire.columns import Column, channel_name

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.ports import BridgePort, InstrumentPort, MakeFeed, SubscriptionPort

Listener: TypeAlias = Callable[[Column], None]


class Watch:
    """One listener's wish for one member; `close` ends it. `series` holds what came for anybody who watches it."""

    def __init__(
        self, readings: Readings, channel: str, listener: Listener, subscription: SubscriptionPort, series: Series
    ) -> None:
        self._readings = readings
        self.series = series
        self._subscription = subscription
        self.channel = channel
        self.listener = listener

    def close(self) -> None:
        """Stop listening; the last one to stop ends the reading."""
        if self._readings.forget(self):
            self._subscription.close()


class Readings:
    """The window's feed, its columns dispatched to listeners.

    Parameters
    ----------
    make_feed
        Called once with the function that takes the feed's columns on the feed's threads.
    bridge
        Runs functions on the Qt thread.
    """

    def __init__(self, make_feed: MakeFeed, bridge: BridgePort) -> None:
        self._bridge = bridge
        self._watches: dict[str, list[Watch]] = {}
        self._series: dict[str, Series] = {}
        self._closed = False
        self._feed = make_feed(self._on_columns)

    def watch(self, instrument: InstrumentPort, uri: str, member: str, period: float, listener: Listener) -> Watch:
        """Ask for readings of a member at a period (seconds)."""
        subscription = self._feed.subscribe(instrument, member, period)
        channel = str(getattr(subscription, "channel", "") or channel_name(object_of(uri), member))
        watch = Watch(self, channel, listener, subscription, self._series.setdefault(channel, Series()))
        self._watches.setdefault(channel, []).append(watch)
        return watch

    def forget(self, watch: Watch) -> bool:
        """Take a watch out; False if it was out already."""
        watches = self._watches.get(watch.channel, [])
        if watch not in watches:
            return False
        watches.remove(watch)
        if not watches:
            del self._watches[watch.channel], self._series[watch.channel]
        return not self._closed

    def close(self) -> None:
        """End the feed."""
        if not self._closed:
            self._closed = True
            self._feed.close()

    def _on_columns(self, columns: list[Column]) -> None:
        if not self._closed:
            self._bridge.post(self._deliver, columns)

    def _deliver(self, columns: list[Column]) -> None:
        for column in columns:
            series = self._series.get(column.channel)
            if series is not None:
                _keep(series, column)
            for watch in tuple(self._watches.get(column.channel, ())):
                watch.listener(column)


def _keep(series: Series, column: Column) -> None:
    """Keep what is a number, and the gaps."""
    numbers = not isinstance(column.values, list) or any(isinstance(value, int | float) for value in column.values)
    if len(column.times) and numbers:
        series.append(column.times, column.values, column.spacing)
    for gap in column.gaps:
        series.add_gap(SeriesGap(gap.start, gap.end, gap.reason, gap.message))


def object_of(uri: str) -> str:
    """Return the object id of a ``PYRO:object@host:port``."""
    return uri.partition(":")[2].partition("@")[0]


def location_of(uri: str) -> tuple[str, int]:
    """Return host and port of a ``PYRO:object@host:port``; an IPv6 host without its brackets."""
    host, _, port = uri.partition("@")[2].rpartition(":")
    return host.strip("[]"), int(port) if port.isdigit() else 0
