"""Writing a recording: samples are taken at any time from any thread, and with each `flush` all of them are on disk.

A flush is one transaction: a killed recorder, a full disk or a power cut cost what came after the last one, and
nothing that was written before. Small batches become pieces, and pieces become blocks with their summaries as soon as
there are enough samples. Limits: knows no network, and when to flush is decided by who writes.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyrolab_gui.recording import pyramid
from pyrolab_gui.recording.file import RecordingFile, is_busy, trouble
from pyrolab_gui.recording.values import LONGEST_TEXT, Samples, joined, pack, unpack
from pyrolab_gui.wire.columns import Gap

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


BLOCK = 4_096
"""Samples of a full block."""
ENOUGH = 1_024
"""Samples that become a block at once, when they come together."""
_PATIENCE = 30.0
"""Seconds in which samples wait in memory while somebody else keeps the file locked."""


@dataclass(slots=True)
class _Channel:
    """What a channel's next flush needs to know."""

    next_block: int
    last_time: float | None
    tail: list[Samples]
    """What stands in pieces."""
    pending: list[Samples] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Written:
    """What a flush did to a channel, to be remembered when it is on disk."""

    taken: int
    next_block: int
    tail: list[Samples]


class Writer:
    """A recording that is being written, one segment of it.

    Parameters
    ----------
    path
        The file. A new one is begun there; an existing recording is continued.
    who
        Whose recording it is.
    about
        What else is to be known of it (purpose, lab file…), of a new one only.
    now
        When it begins, in seconds since the epoch.

    Raises
    ------
    LabError
        If the file cannot be used.
    """

    def __init__(
        self, path: Path, who: str, about: Mapping[str, str] | None = None, *, now: float | None = None
    ) -> None:
        self.path = path
        self.who = who
        self.started = time.time() if now is None else now
        self._lock = threading.Lock()
        self._channels: dict[int, _Channel] = {}
        self._statements: list[tuple[str, tuple[Any, ...]]] = []
        self._late_since: float | None = None
        self._file = RecordingFile(path)
        try:
            self._begin(about or {})
        except sqlite3.Error as error:
            self._file.close()
            raise trouble(path, error) from error

    def channel(self, instrument: str, member: str, period: float, unit: str = "") -> int:
        """Begin or continue a channel and return its number.

        Raises
        ------
        LabError
            If it cannot be written.
        """
        try:
            self._file.run(
                "INSERT INTO channels (instrument, member, unit, period) VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET period = excluded.period, "
                "unit = CASE WHEN excluded.unit = '' THEN unit ELSE excluded.unit END",
                (instrument, member, unit, period),
            )
            place = "SELECT id FROM channels WHERE instrument = ? AND member = ?"
            number: int = self._file.rows(place, (instrument, member))[0][0]
            known = self._read(number)
        except sqlite3.Error as error:
            raise trouble(self.path, error) from error
        with self._lock:
            self._channels[number] = known
        return number

    def last_time(self, channel: int) -> float | None:
        """Return the time of the last sample that a channel had when it was begun here; None for a new one."""
        return self._channels[channel].last_time

    def add(self, channel: int, these: Samples) -> None:
        """Take samples. Returns at once; they are on disk after the next flush."""
        if len(these):
            with self._lock:
                self._channels[channel].pending.append(these)

    def gap(self, channel: int, gap: Gap) -> None:
        """Take a gap; one with the same start is replaced."""
        self._later(
            "INSERT INTO gaps VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
            "stop = excluded.stop, reason = excluded.reason, message = excluded.message",
            (channel, gap.start, gap.end, gap.reason, gap.message),
        )

    def no_gap(self, channel: int, start: float) -> None:
        """Take a gap back: what it lacked has come."""
        self._later("DELETE FROM gaps WHERE channel = ? AND start = ?", (channel, start))

    def unit(self, channel: int, unit: str) -> None:
        """Note a channel's unit, where it was not known when it began."""
        self._later("UPDATE channels SET unit = ? WHERE id = ?", (unit, channel))

    def note(self, text: str, who: str = "") -> None:
        """Write a remark down, with the time and who writes it."""
        self._later("INSERT INTO notes VALUES (?, ?, ?)", (time.time(), who or self.who, text))

    def remember(self, key: str, value: Any) -> None:
        """Keep what else is to be known of the recording; it takes the place of what was kept under this key."""
        self._later("INSERT OR REPLACE INTO about VALUES (?, ?)", (key, json.dumps(value)))

    def setting(self, moment: float, instrument: str, member: str, value: Any, who: str = "") -> None:
        """Write down how a setting stood at a time (`who` empty), or who set it so."""
        text = json.dumps(value, ensure_ascii=False, default=repr)[:LONGEST_TEXT]
        self._later("INSERT INTO settings VALUES (?, ?, ?, ?, ?)", (moment, instrument, member, text, who))

    def clock(self, moment: float, computer: str, offset: float, uncertainty: float) -> None:
        """Write down by how many seconds the clock of a computer was ahead of the one here."""
        self._later("INSERT INTO clocks VALUES (?, ?, ?, ?)", (moment, computer, offset, uncertainty))

    def flush(self) -> bool:
        """Bring everything to disk that was taken before; return whether samples were among it.

        Raises
        ------
        LabError
            If that cannot be done, for instance on a full disk; what was written before is kept, and a later flush
            tries again with what was not.
        """
        with self._lock:
            batches = {number: list(one.pending) for number, one in self._channels.items() if one.pending}
            statements = list(self._statements)
        if not batches and not statements:
            return False
        try:
            with self._file.transaction():
                written = {number: self._write(number, batch) for number, batch in batches.items()}
                for sql, values in statements:
                    self._file.run(sql, values)
        except sqlite3.Error as error:
            self._bear(error)
            return False
        self._late_since = None
        with self._lock:
            del self._statements[: len(statements)]
            for number, done in written.items():
                channel = self._channels[number]
                del channel.pending[: done.taken]
                channel.next_block, channel.tail = done.next_block, done.tail
        return bool(batches)

    def close(self, *, now: float | None = None, summary: str = "") -> None:
        """Flush, note the end of the segment and how it went, and close the file, even when that fails.

        Raises
        ------
        LabError
            If the last samples could not be written.
        """
        end = time.time() if now is None else now
        self._later("UPDATE segments SET ended = ?, summary = ? WHERE id = ?", (end, summary, self._segment))
        self._late_since = float("-inf")  # there is no later flush
        try:
            self.flush()
        finally:
            self._file.close()

    def gaps(self, since: float | None = None) -> list[tuple[str, Gap]]:
        """Return the gaps that are on disk since a time, by default of this segment, each with its instrument.

        Raises
        ------
        LabError
            If the file cannot be read.
        """
        try:
            rows = self._file.rows(
                "SELECT instrument, start, stop, reason, message FROM gaps JOIN channels ON channels.id = gaps.channel "
                "WHERE stop >= ? ORDER BY start",
                (self.started if since is None else since,),
            )
        except sqlite3.Error as error:
            raise trouble(self.path, error, "read") from error
        return [(instrument, Gap(*gap)) for instrument, *gap in rows]

    def abandon(self) -> None:
        """Close the file without what was not written: the disk has refused it."""
        self._file.close()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _begin(self, about: Mapping[str, str]) -> None:
        with self._file.transaction():
            if not self._file.rows("SELECT 1 FROM segments LIMIT 1"):
                plain = {**about, "who": self.who, "started": self.started}
                self._file.run_many(
                    "INSERT OR REPLACE INTO about VALUES (?, ?)", [(k, json.dumps(v)) for k, v in plain.items()]
                )
            self._file.run("INSERT INTO segments (started, who) VALUES (?, ?)", (self.started, self.who))
            self.begun: float = self._file.rows("SELECT min(started) FROM segments")[0][0]
            """When the file was begun, perhaps by an earlier process."""
            self._segment: int = self._file.rows("SELECT max(id) FROM segments")[0][0]

    def _read(self, channel: int) -> _Channel:
        """Return where a channel stands in the file."""
        pieces = "SELECT times, numbers, texts FROM pieces WHERE channel = ? ORDER BY id"
        tail = [unpack(*row) for row in self._file.rows(pieces, (channel,))]
        block, last = self._file.rows(
            "SELECT coalesce(max(number) + 1, 0), max(stop) FROM summaries WHERE channel = ? AND level = 1", (channel,)
        )[0]
        moments = [*(float(piece.times.max()) for piece in tail), *([] if last is None else [last])]
        return _Channel(block, max(moments, default=None), tail)

    def _later(self, sql: str, values: tuple[Any, ...]) -> None:
        with self._lock:
            self._statements.append((sql, values))

    def _bear(self, error: sqlite3.Error) -> None:
        """Wait for the next flush where somebody else only holds the file for a moment."""
        now = time.monotonic()
        self._late_since = now if self._late_since is None else self._late_since
        if not is_busy(error) or now - self._late_since > _PATIENCE:
            raise trouble(self.path, error) from error

    def _write(self, channel: int, batch: list[Samples]) -> _Written:
        known = self._channels[channel]
        fresh = _in_order(batch)
        count = sum(map(len, known.tail)) + len(fresh)
        if count < BLOCK and (known.tail or len(fresh) < ENOUGH):
            row = (channel, *pack(fresh))
            self._file.run("INSERT INTO pieces (channel, times, numbers, texts) VALUES (?, ?, ?, ?)", row)
            return _Written(len(batch), known.next_block, [*known.tail, fresh])
        if known.tail:
            self._file.run("DELETE FROM pieces WHERE channel = ?", (channel,))
        whole, number = _in_order([*known.tail, fresh]), known.next_block
        for start in range(0, count, BLOCK):
            self._seal(channel, number, whole.part(start, start + BLOCK))
            number += 1
        return _Written(len(batch), number, [])

    def _seal(self, channel: int, number: int, block: Samples) -> None:
        """Write a block, and each level of summaries that it completes."""
        row = (channel, number, *pack(block))
        self._file.run("INSERT INTO blocks (channel, number, times, numbers, texts) VALUES (?, ?, ?, ?, ?)", row)
        entries = pyramid.every(pyramid.of_samples(block.times, block.numbers), pyramid.FIRST)
        self._summary(channel, 1, number, len(block), entries)
        level = 1
        while number % pyramid.FAN == pyramid.FAN - 1:
            number //= pyramid.FAN
            rows = self._file.rows(
                "SELECT count, entries FROM summaries WHERE channel = ? AND level = ? AND number BETWEEN ? AND ? "
                "ORDER BY number",
                (channel, level, pyramid.FAN * number, pyramid.FAN * number + pyramid.FAN - 1),
            )
            entries = pyramid.concatenated(pyramid.every(pyramid.unpack(packed), pyramid.FAN) for _, packed in rows)
            level += 1
            self._summary(channel, level, number, sum(count for count, _ in rows), entries)

    def _summary(self, channel: int, level: int, number: int, count: int, entries: pyramid.Entries) -> None:
        start, stop = float(entries[:, pyramid.START].min()), float(entries[:, pyramid.STOP].max())
        self._file.run(
            "INSERT INTO summaries (channel, level, number, start, stop, count, entries) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (channel, level, number, start, stop, count, pyramid.pack(entries)),
        )


def _in_order(batch: list[Samples]) -> Samples:
    return batch[0] if len(batch) == 1 else joined(batch)
