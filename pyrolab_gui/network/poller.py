"""Readings of services that cannot be sampled in their daemon: asked for one by one, at the period, from here.

One thread says when; the instruments' own workers ask. What they bring is collected and handed over in batches. A
reading that takes longer than its period leaves a gap (overrun), never a queue. Limits: every window that polls costs
the instrument its own readings.
"""

from __future__ import annotations

import threading
import time
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.columns import Column, Gap
from pyrolab_gui.wire.errors import LabError, Locked, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from pyrolab_gui.network.feed import Subscription
    from pyrolab_gui.wire.description import ServiceDescription

BATCH = 0.125
SHORTEST = 0.01


@dataclass(eq=False, slots=True)
class _Polled:
    subscription: Subscription
    method: bool
    due: float
    pending: bool = False
    sequence: int = 0
    times: list[float] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


class Poller:
    """Asks and collects.

    Parameters
    ----------
    on_columns
        Called with each batch on the poller's thread.
    """

    def __init__(self, on_columns: Callable[[list[Column]], None]) -> None:
        self._on_columns = on_columns
        self._polled: dict[Subscription, _Polled] = {}
        self._lost: list[Column] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = False

    def add(self, subscription: Subscription, description: ServiceDescription) -> None:
        """Poll a member from now on; a method is called without arguments."""
        try:
            method = description.member(subscription.member).kind == "method"
        except KeyError:
            method = False
        with self._lock:
            if subscription.closed:
                return
            self._polled[subscription] = _Polled(subscription, method, time.monotonic())
        self._begin()

    def failed(self, subscription: Subscription, error: BaseException | None) -> None:
        """Note a service that could not even be asked what it is."""
        now = time.time()
        gap = Gap(now, now, _reason(error), str(error or "cancelled"))
        with self._lock:
            self._lost.append(Column(subscription.channel, 0, 0, array("d"), array("d"), (gap,), subscription.period))
        self._begin()

    def remove(self, subscription: Subscription) -> None:
        """Poll a member no longer."""
        with self._lock:
            self._polled.pop(subscription, None)

    def close(self) -> None:
        """End. Returns at once."""
        with self._lock:
            self._closed = True
        self._wake.set()

    def join(self, timeout: float) -> bool:
        """Wait for the end; return whether it came."""
        if self._thread is None:
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _begin(self) -> None:
        with self._lock:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="polled readings", daemon=True)
                self._thread.start()
        self._wake.set()

    def _work(self) -> None:
        flush_at = time.monotonic() + BATCH
        while not self._closed:
            self._wake.clear()
            now = time.monotonic()
            with self._lock:
                polled = list(self._polled.values())
            for item in polled:
                if item.due <= now:
                    self._ask(item, now)
            if now >= flush_at:
                self._flush()
                flush_at = now + BATCH
            due = min((item.due for item in polled), default=now + 60.0)
            if polled or self._lost:
                due = min(due, flush_at)
            self._wake.wait(max(due - time.monotonic(), 0.0))

    def _ask(self, item: _Polled, now: float) -> None:
        subscription = item.subscription
        period = max(subscription.period, SHORTEST)
        item.due += period
        if item.due <= now:  # this thread was late, or the machine slept
            item.due = now + period
        if item.pending:
            self._add_gap(item, Gap(time.time() - period, time.time(), "overrun"))
            return
        item.pending = True
        instrument, member = subscription.instrument, subscription.member
        future = instrument.call(member) if item.method else instrument.get(member)
        asked = time.time()
        future.add_done_callback(lambda done: self._take(item, asked, done))

    def _take(self, item: _Polled, asked: float, future: Future[Any]) -> None:
        error = None if future.cancelled() else future.exception()
        now = time.time()
        with self._lock:
            item.pending = False
            if error is not None or future.cancelled():
                gap = Gap(asked, now, _reason(error), str(error or "cancelled"))
            else:
                item.times.append((asked + now) / 2)
                item.values.append(future.result())
                return
        self._add_gap(item, gap)

    def _add_gap(self, item: _Polled, gap: Gap) -> None:
        """Note a gap; one that goes on is made longer."""
        with self._lock:
            last = item.gaps[-1] if item.gaps else None
            if last is not None and (last.reason, last.message) == (gap.reason, gap.message) and not item.times:
                item.gaps[-1] = Gap(last.start, gap.end, gap.reason, gap.message)
            else:
                item.gaps.append(gap)

    def _flush(self) -> None:
        with self._lock:
            columns, self._lost = self._lost, []
            for item in self._polled.values():
                if item.times or item.gaps:
                    columns.append(_column(item))
        if columns and not self._closed:
            self._on_columns(columns)


def _column(item: _Polled) -> Column:
    """Return what was collected, and forget it."""
    first, count = item.sequence, len(item.times)
    item.sequence += count
    numbers = all(type(value) in (float, int, bool) for value in item.values)
    column = Column(
        item.subscription.channel,
        first,
        item.sequence,
        array("d", item.times),
        array("d", item.values) if numbers else list(item.values),
        tuple(item.gaps),
        item.subscription.period,
    )
    item.times, item.values, item.gaps = [], [], []
    return column


def _reason(error: BaseException | None) -> str:
    if isinstance(error, Unreachable):
        return "restart"
    return "busy" if isinstance(error, Locked) else "error" if isinstance(error, LabError) else "dropped"
