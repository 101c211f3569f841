"""Reading members of one service at a period, once for all who watch them.

One thread per sampled service, so that a slow instrument delays no other; it ends when nobody watches. Slots are on
a grid of the monotonic clock: no drift, and a slot that has passed is left out, never made up for, so periods
stretch under load; which of several members is read next is the business of `hosting.turns`. Those of a driver whose
calls may overlap are read beside each other, each slow one on a thread of its own. A reading waits for a busy
instrument for one period at most; then, and after an error, there is a gap. Who watches says so again within 15 s, by
`sample` or `since`; who records has an hour, as long as the ring holds, so that a recorder that was cut off or killed
finds what it missed. A wish that is *idle* is left out while somebody uses the instrument (`hosting.use`); what a user
reads meanwhile is taken instead. A date is sampled as text. Limits: numbers, truth values, dates and short text only; a
waveform is fetched by a call.
"""

from __future__ import annotations

import datetime
import threading
import time
from typing import TYPE_CHECKING, Any

from pyrolab_gui.hosting.failures import BAD_ARGUMENT, LINK_LOST, message_of, refusal
from pyrolab_gui.hosting.results import READY, Receiver, converted
from pyrolab_gui.hosting.ring import KEPT_SECONDS, Ring
from pyrolab_gui.hosting.sampled_channel import Channel, Wish, records
from pyrolab_gui.hosting.turns import Turns
from pyrolab_gui.wire.columns import Column, channel_name
from pyrolab_gui.wire.names import MSGPACK_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyrolab_gui.hosting.instance import Instance
    from pyrolab_gui.hosting.operation import Operation
    from pyrolab_gui.hosting.use import Use
    from pyrolab_gui.wire.columns import GapReason

WISH_SECONDS = 15.0
SHORTEST_PERIOD = 0.005
LONGEST_PERIOD = 3_600.0
_LATE_PERIODS = 3.0
_LONGEST_TEXT = 1_000
_SILENT_SECONDS = 2.0
"""Without a value for so long there is a gap, while an instrument is used and not asked."""
_STEP = 0.25
_QUICK = 0.02
"""What takes less is read on the sampling thread, though it may overlap with others."""
_ITSELF = "the daemon"
_RECEIVER = Receiver(MSGPACK_ID)
_MOMENTS = (datetime.date, datetime.time)


class Sampler:
    """The sampling of one service.

    Parameters
    ----------
    object_id, name
        Of the service.
    instance
        What is read; None where there is nothing that all clients share.
    operations
        The members that can be read.
    wish_seconds
        How long a client's wish lasts after it was last heard of.
    use
        Who uses the service; None where that is of no matter.
    locked_by
        Returns the client that has locked it, or None.
    """

    def __init__(
        self,
        object_id: str,
        name: str,
        instance: Instance | None,
        operations: Mapping[str, Operation],
        wish_seconds: float = WISH_SECONDS,
        use: Use | None = None,
        locked_by: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._object_id = object_id
        self._name = name
        self._instance = instance
        self._operations = operations
        self._wish_seconds = wish_seconds
        self._use = use
        self._locked_by = locked_by
        if use is not None:
            use.offer = self._offered
        self._changed = threading.Condition()
        self._channels: dict[str, Channel] = {}
        self._turns = Turns()
        self._thread: threading.Thread | None = None
        self._closed = False

    def sample(self, member: str, period: float, client_id: str, conn: Any, when: str = "always") -> str:
        """Read a member at a period for this client from now on, and return the channel's name.

        With `when` *idle* it is left out while somebody uses the instrument. A period of 0 takes the wish back.

        Raises
        ------
        Exception
            Marked ``BadArgument``, where that cannot be.
        """
        if period == 0:
            self._withdraw(member, client_id)
        else:
            lasts = KEPT_SECONDS if records(conn) else self._wish_seconds
            self._wish(member, period, client_id, Wish(period, conn, lasts, when == "idle"))
        return channel_name(self._object_id, member)

    def keep(self, member: str, period: float, when: str = "always") -> None:
        """Read a member at a period for as long as the daemon runs; `when` as for `sample`."""
        self._wish(member, period, _ITSELF, Wish(period, None, None, when == "idle"))

    def judge(self, member: str, period: float, key: str, take: Callable[[float, Any], None] | None) -> None:
        """Read a member at a period and hand each reading (its time, its value) to `take`; None ends that.

        `take` is called on the sampling thread, or on that of a client that read the member by itself.
        """
        if take is not None:
            self._wish(member, period, key, Wish(period, None, None))
        with self._changed:
            channel = self._channels.get(channel_name(self._object_id, member))
            if channel is None:
                return
            judges = {name: other for name, other in channel.judges.items() if name != key}
            if take is not None:
                judges[key] = take
            else:
                channel.wishes.pop(key, None)
            channel.judges = judges

    def trouble(self, member: str) -> str:
        """Return why there is no reading of a member now, in words; empty where there is one."""
        with self._changed:
            channel = self._channels.get(channel_name(self._object_id, member))
        gap = channel.ring.open_gap if channel is not None else None
        return (gap.message or gap.reason) if gap is not None else ""

    def since(self, channel: str, cursor: int, client_id: str, conn: Any) -> Column | None:
        """Return what is new on a channel, or None where it is not known; the client's wish lasts on."""
        with self._changed:
            found = self._channels.get(channel)
            if found is None:
                return None
            now = time.monotonic()
            wish = found.wishes.get(client_id)
            if wish is not None:
                wish.renew(conn, now)
            period, pace = found.period(now) or 0.0, found.pace
        return found.ring.since(cursor, period, pace)

    def newest(self, member: str) -> tuple[float, Any] | None:
        """Return the time and the value of a member's newest reading, or None."""
        with self._changed:
            channel = self._channels.get(channel_name(self._object_id, member))
        return channel.ring.newest if channel is not None else None

    def watchers(self) -> list[dict[str, Any]]:
        """Return which members are read for which clients, and at what period."""
        now = time.monotonic()
        with self._changed:
            return [
                {"member": channel.operation.name, "who": str(wish.conn.who), "period": wish.period}
                for channel in self._channels.values()
                if channel.period(now) is not None
                for wish in channel.wishes.values()
                if wish.conn is not None
            ]

    def disconnected(self, conn: Any) -> None:
        """Forget the wishes that a connection brought, but those of who records."""
        if records(conn):
            return
        with self._changed:
            for channel in self._channels.values():
                for client in [client for client, wish in channel.wishes.items() if wish.conn is conn]:
                    del channel.wishes[client]
            self._note_watchers()

    def close(self) -> None:
        """Stop reading; waits for a reading that is under way, but not long."""
        with self._changed:
            self._closed = True
            thread = self._thread
            self._changed.notify_all()
        if thread is not None and thread is not threading.current_thread():
            thread.join(1.0)

    def _wish(self, member: str, period: float, client_id: str, wish: Wish) -> None:
        operation = self._checked(member, period)
        channel_id = channel_name(self._object_id, member)
        with self._changed:
            channel = self._channels.get(channel_id)
            if channel is None:
                channel = self._channels[channel_id] = Channel(Ring(channel_id), operation)
            before = channel.period(time.monotonic())
            channel.wishes[client_id] = wish
            self._note_watchers()
            channel.ring.hold_for(period)
            after = channel.period(time.monotonic())
            if before != after and after is not None:
                self._resume(channel, paused=before is None)
            self._wake()

    def _withdraw(self, member: str, client_id: str) -> None:
        with self._changed:
            channel = self._channels.get(channel_name(self._object_id, member))
            if channel is not None:
                channel.wishes.pop(client_id, None)
            self._note_watchers()
            self._changed.notify_all()

    def _note_watchers(self) -> None:
        if self._use is not None:
            self._use.watchers = {client for channel in self._channels.values() for client in channel.wishes}

    def _offered(self, member: str, value: Any) -> None:
        """Take a value that a client read."""
        with self._changed:
            channel = self._channels.get(channel_name(self._object_id, member))
            period = channel.period(time.monotonic()) if channel is not None else None
        if channel is not None and period is not None:
            channel.ring.offer(time.time(), value, period)
            channel.judge(time.time(), value)

    def _in_use(self) -> bool:
        use = self._use
        if use is None:
            return False
        owner = self._locked_by()
        return use.busy or (owner is not None and owner not in use.watchers)

    def _resume(self, channel: Channel, *, paused: bool) -> None:
        last = channel.ring.last_time
        if paused and last is not None and channel.idle_since:
            channel.ring.gap(last, time.time(), "dropped", "not sampled")
        if not channel.reading:  # else it is put there when that reading has ended
            self._turns.put(channel, time.monotonic())

    def _wake(self) -> None:
        """Have the sampling thread look what is due now."""
        if self._thread is None and not self._closed and self._turns.due() is not None:
            self._thread = threading.Thread(target=self._run, name=f"sample {self._name}", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _checked(self, member: str, period: float) -> Operation:
        operation = self._operations.get(member)
        label = f"{self._name}.{member}"
        if operation is None:
            raise refusal(TypeError, BAD_ARGUMENT, f"{self._name} has no readable member '{member}'.")
        if self._instance is None:
            raise refusal(TypeError, BAD_ARGUMENT, f"{label} cannot be sampled: every client has its own {self._name}.")
        free = getattr(operation.check, "free", operation.check is None)
        if operation.urgent or not free:
            raise refusal(TypeError, BAD_ARGUMENT, f"{label} cannot be sampled: it is not a reading.")
        if isinstance(period, bool) or not isinstance(period, int | float):
            raise refusal(TypeError, BAD_ARGUMENT, "The period must be a number of seconds.")
        if not SHORTEST_PERIOD <= period <= LONGEST_PERIOD:
            raise refusal(
                ValueError,
                BAD_ARGUMENT,
                f"The period must be between {SHORTEST_PERIOD:g} and {LONGEST_PERIOD:g} s, got {period:g}.",
            )
        return operation

    # -- on the sampling thread

    def _run(self) -> None:
        while True:
            with self._changed:
                channel = self._next()
                if channel is None:
                    self._thread = None
                    return
                channel.reading = True
            if self._may_overlap(channel) and not (channel.known and channel.cost < _QUICK):
                name = f"sample {self._name}.{channel.operation.name}"
                threading.Thread(target=self._turn, args=(channel,), name=name, daemon=True).start()
            else:
                self._turn(channel)

    def _may_overlap(self, channel: Channel) -> bool:
        return channel.operation.beside

    def _turn(self, channel: Channel) -> None:
        """Read a channel, unless it is left out this time, and put it where its next turn is."""
        with self._changed:
            period = channel.period(time.monotonic())
        if period is not None and not self._left_out(channel, period):
            self._take(channel, period)
        with self._changed:
            channel.reading = False
            self._reschedule(channel)
            self._wake()

    def _left_out(self, channel: Channel, period: float) -> bool:
        """Whether this slot's reading is wanted by those only who leave it out while the instrument is used."""
        if not self._in_use():
            return False
        now = time.monotonic()
        with self._changed:
            wanted = channel.period(now, in_use=True)
        if wanted is not None and now - channel.read_at >= wanted - period / 2:
            return False
        last = channel.ring.last_time
        if last is None or time.time() - last > max(_LATE_PERIODS * period, _SILENT_SECONDS):
            who = self._use.who if self._use is not None else ""
            channel.ring.gap(last or time.time(), time.time(), "busy", f"in use by {who}" if who else "")
        return True

    def _next(self) -> Channel | None:
        """Wait for the next slot of a channel that somebody wants; None when there is none any more."""
        while not self._closed:
            now = time.monotonic()
            channel = self._turns.next(now, self._channels.values())
            if channel is not None:
                if channel.period(now) is not None:
                    return channel
                self._pause(channel)
                continue
            due = self._turns.due()
            if due is None:
                return None
            self._changed.wait(min(due - now, self._wish_seconds))
        return None

    def _pause(self, channel: Channel) -> None:
        channel.idle_since = time.time()
        for name, other in list(self._channels.items()):
            if not other.wishes and other.idle_since and other.idle_since < time.time() - KEPT_SECONDS:
                del self._channels[name]

    def _reschedule(self, channel: Channel) -> None:
        now = time.monotonic()
        period = channel.period(now)
        if period is None:
            self._pause(channel)
        elif not channel.queued:  # else a new wish has put it there meanwhile
            missed = max(0, int((now - channel.since) / period))
            self._turns.put(channel, channel.since + (missed + 1) * period)

    def _take(self, channel: Channel, period: float) -> None:
        instance = self._instance
        assert instance is not None
        asked, before = time.monotonic(), channel.read_at
        self._note_overrun(channel, period, asked)
        channel.read_at = asked
        began: float | None = None
        try:
            instance.drivers.ready_now()
            began, value = self._read(instance, channel.operation, period)
            ended = time.monotonic()
            if began is None:
                channel.ring.gap(_utc(asked), time.time(), "busy", self._occupant(instance))
                return
            value = self._sampled(value, channel.operation.label)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a driver may raise anything
            reason: GapReason = "restart" if getattr(error, "remote_class", "") == LINK_LOST else "error"
            channel.ring.gap(_utc(asked), time.time(), reason, message_of(error))
            self._note_cost(channel, time.monotonic() - asked)
            return
        self._note_cost(channel, ended - began)
        channel.pace = asked - before if channel.held else channel.cost if channel.cost > period else 0.0
        moment = _utc((began + ended) / 2)
        channel.ring.add(moment, value)
        channel.judge(moment, value)

    def _read(self, instance: Instance, operation: Operation, period: float) -> tuple[float | None, Any]:
        until = time.monotonic() + period
        while True:
            began, value = instance.read(operation, min(_STEP, max(0.0, until - time.monotonic())))
            if began is not None or self._closed or time.monotonic() >= until:
                return began, value

    def _note_cost(self, channel: Channel, took: float) -> None:
        with self._changed:
            if self._may_overlap(channel):
                channel.took(took)
            else:
                self._turns.took(channel, took, self._channels.values())

    def _note_overrun(self, channel: Channel, period: float, asked: float) -> None:
        late = asked - channel.since
        last = channel.ring.last_time
        if last is not None and not channel.held and late > _LATE_PERIODS * max(period, channel.cost):
            channel.ring.gap(_utc(asked - late), _utc(asked), "overrun")

    def _occupant(self, instance: Instance) -> str:
        running = instance.running
        return f"{running.member} runs" if running is not None else ""

    def _sampled(self, value: Any, label: str) -> Any:
        if isinstance(value, _MOMENTS):
            value = value.isoformat()
        if type(value) not in READY:
            value = converted(value, _RECEIVER, label)
        if value is None:
            return float("nan")
        if type(value) in READY and not (isinstance(value, str) and len(value) > _LONGEST_TEXT):
            return value
        raise TypeError(f"{label} gives a {type(value).__name__}, which cannot be sampled.")


def _utc(moment: float) -> float:
    """Return a moment of the monotonic clock in UTC seconds, by the clock of now."""
    return time.time() - (time.monotonic() - moment)
