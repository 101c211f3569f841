"""Readings from the network to disk, for as long as is wished: what every recording does, in a child or in a terminal.

An instrument that goes away is found again by its feed; what it could not tell meanwhile is a gap with its reason. What
a daemon kept while the connection was cut is fetched. How the instruments are set, and how their computers' clocks
stand, is written beside. Limits: readings only, not waveforms; one period for all.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.feed import Feed
from pyrolab_gui.recording.clocks import Clocks
from pyrolab_gui.recording.settings_log import SettingsLog
from pyrolab_gui.recording.summary import Summary, events
from pyrolab_gui.recording.track import Track
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pyrolab_gui.network.feed import Subscription
    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.instrument import Instrument
    from pyrolab_gui.recording.writer import Writer
    from pyrolab_gui.wire.columns import Column, Gap

FLUSH = 0.5
"""Seconds between two writes; together with the feed's own batches less than the second that may be lost."""
_END = 3.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One member that is to be recorded."""

    instrument: Instrument
    member: str

    @property
    def name(self) -> str:
        """``INSTRUMENT.MEMBER``."""
        return f"{self.instrument.name}.{self.member}"


@dataclass(slots=True)
class _Line:
    """One reading, its channel in the file, and what has come of it."""

    reading: Reading
    channel: int
    track: Track
    unit_known: bool


class Recorder:
    """Records readings into a file.

    Parameters
    ----------
    writer
        The file; the recorder closes it.
    readings
        What is recorded.
    period
        Between two readings, in seconds.
    identity
        Who this client is.
    since
        When the recording began, of one that goes on: how it went is told since then.

    Raises
    ------
    LabError
        If the file cannot be written.
    """

    def __init__(
        self, writer: Writer, readings: Sequence[Reading], period: float, identity: Identity, since: float | None = None
    ) -> None:
        self._writer = writer
        self._identity = identity
        self._period = period
        self._since = writer.started if since is None else since
        self._earlier = writer.started - self._since
        self._lock = threading.Lock()
        self._before: list[tuple[str, Gap]] = []
        self._grew = time.monotonic()
        self._lines = [self._line(reading, period) for reading in readings]
        instruments = list({id(reading.instrument): reading.instrument for reading in readings}.values())
        self._settings = SettingsLog(lambda: self._writer, instruments, writer.started)
        self._clocks = Clocks(instruments, identity, lambda *told: self._writer.clock(*told))
        self._feeds: list[Feed] = []
        self._subscriptions: list[Subscription] = []
        for group in _apart(self._lines):
            self._feeds.append(self._feed(group, period))
        if self._feeds:
            with self._lock:
                self._subscriptions += self._settings.watch(self._feeds[0])

    @property
    def path(self) -> Path:
        """The file that is written now."""
        return self._writer.path

    @property
    def still_for(self) -> float:
        """For how many seconds no sample has come to disk."""
        return time.monotonic() - self._grew

    @property
    def troubles(self) -> dict[str, str]:
        """Why the instruments have no reading, as last told, by their names."""
        return {line.reading.instrument.name: line.track.trouble for line in self._lines if line.track.trouble}

    def run(
        self,
        stop: threading.Event,
        seconds: float | None = None,
        each: Callable[[Recorder], bool] = lambda recorder: True,
        last: Callable[[Recorder], object] = lambda recorder: None,
    ) -> Summary:
        """Record until `stop` is set, the time is over or the file can take no more; return how it went.

        `each` is called after everything came to disk, about twice a second; it ends the recording by False. `last` is
        called before the file is finished.
        """
        began = time.monotonic()
        problem = ""
        try:
            while not stop.wait(self._pause(began, seconds)):
                self._note_units()
                self._settings.look()
                if self._writer.flush():
                    self._grew = time.monotonic()
                if not each(self) or (seconds is not None and time.monotonic() - began >= seconds):
                    break
        except LabError as error:
            problem = error.sentence
        last(self)
        return self._end(time.monotonic() - began + self._earlier, problem)

    def note(self, text: str, who: str = "") -> None:
        """Write a remark down."""
        self._writer.note(text, who)

    def remember(self, key: str, value: Any) -> None:
        """Keep what else is to be known of the recording."""
        self._writer.remember(key, value)

    def begin_file(self, writer: Writer) -> None:
        """Go on in another file; the one before is finished. Called by `run`'s `each`.

        Raises
        ------
        LabError
            If the last samples of the one before, or the new one, cannot be written.
        """
        before = self._writer
        with self._lock:
            for line in self._lines:
                reading = line.reading
                before_unit = _unit(reading) or ""
                line.channel = writer.channel(reading.instrument.name, reading.member, self._period, before_unit)
            self._writer = writer
        try:
            before.flush()
            self._before += before.gaps(self._since)
            before.close(now=writer.started, summary=f"goes on in {writer.path.name}")
        finally:
            before.abandon()
        self._settings.begin_file()
        self._clocks.look_again()

    def _line(self, reading: Reading, period: float) -> _Line:
        unit = _unit(reading)
        channel = self._writer.channel(reading.instrument.name, reading.member, period, unit or "")
        track = Track(
            period,
            self._writer.begun,
            self._writer.last_time(channel),
            lambda gap: self._writer.gap(line.channel, gap),
            lambda gap: self._writer.no_gap(line.channel, gap.start),
        )
        line = _Line(reading, channel, track, unit is not None)
        return line

    def _feed(self, group: dict[str, _Line], period: float) -> Feed:
        lines: dict[str, _Line] = {}
        feed = Feed(self._identity, self._taking(lines))
        with self._lock:  # nothing is taken before it is known whose it is
            for line in group.values():
                reading = line.reading
                subscription: Subscription = feed.subscribe(reading.instrument, reading.member, period, "always")
                lines[subscription.channel] = line
                self._subscriptions.append(subscription)
        return feed

    def _taking(self, lines: dict[str, _Line]) -> Callable[[list[Column]], None]:
        def take(columns: list[Column]) -> None:
            with self._lock:
                for column in columns:
                    if self._settings.take(column):
                        continue
                    line = lines.get(column.channel)
                    if line is not None:
                        self._writer.add(line.channel, line.track.take(column))

        return take

    def _pause(self, began: float, seconds: float | None) -> float:
        left = FLUSH if seconds is None else began + seconds - time.monotonic()
        return max(0.0, min(FLUSH, left))

    def _note_units(self) -> None:
        for line in self._lines:
            if not line.unit_known and (unit := _unit(line.reading)) is not None:
                line.unit_known = True
                self._writer.unit(line.channel, unit)

    def _end(self, seconds: float, problem: str) -> Summary:
        self._clocks.close()
        for subscription in self._subscriptions:
            subscription.close()  # the daemon is told; to close only the feed would cut it off
        until = time.monotonic() + _END
        for feed in self._feeds:
            feed.join(max(0.0, until - time.monotonic()))
            feed.close()
        with self._lock:
            for line in self._lines:
                line.track.finish(time.time())
        silent = tuple(
            f"{line.reading.name} gave nothing" + (f": {line.track.trouble}" if line.track.trouble else "")
            for line in self._lines
            if not line.track.count
        )
        try:
            if not problem:
                self._writer.flush()
            gaps = events([*self._before, *self._writer.gaps(self._since)])
            if not problem:
                self._writer.close(summary=str(Summary(len(self._lines), silent, seconds, gaps)))
        except LabError as error:
            gaps, problem = (), problem or error.sentence
        finally:
            self._writer.abandon()
        return Summary(len(self._lines), silent, seconds, gaps, problem)


def _unit(reading: Reading) -> str | None:
    """Return the unit of a reading, None as long as the instrument could not be asked."""
    description = reading.instrument.description
    if description is None:
        return None
    try:
        return description.member(reading.member).returns.unit
    except KeyError:
        return ""


def _apart(lines: Sequence[_Line]) -> list[dict[str, _Line]]:
    """Part lines whose columns would have one name: two daemons may host the same object id."""
    groups: list[dict[str, _Line]] = []
    for line in lines:
        object_id = line.reading.instrument.uri.partition("@")[0]
        key = f"{object_id}\n{line.reading.member}"
        for group in groups:
            if key not in group:
                group[key] = line
                break
        else:
            groups.append({key: line})
    return groups
