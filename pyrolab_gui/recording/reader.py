"""Reading a recording: its channels as numpy arrays, its gaps, its notes, and who made it, why and when.

Works on a file that is being written: each question sees what was on disk at that moment. Limits: `read` brings a whole
range into memory; `overview` is for what is larger.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyrolab_gui.recording.file import KEEPS_SETTINGS, open_for_reading, trouble
from pyrolab_gui.recording.overview import Overview, overview
from pyrolab_gui.recording.search import Place, overlapping, top_level
from pyrolab_gui.recording.values import Samples, joined, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

_EVER = float("inf")


@dataclass(frozen=True, slots=True)
class Segment:
    """One run of the recorder; `ended` is None where it was interrupted, or still runs."""

    started: float
    ended: float | None
    who: str
    summary: str = ""
    """How it went, in one line; empty where it was interrupted."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a recording; times are UTC seconds."""

    started: float
    who: str
    purpose: str
    lab: str
    segments: tuple[Segment, ...]
    more: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecordedGap:
    """A time in which a channel has no samples, and why."""

    channel: str
    start: float
    end: float
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Note:
    """A remark that somebody made."""

    time: float
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Setting:
    """How a setting stood at a time; `who` set it so, nobody where it was only read."""

    time: float
    instrument: str
    member: str
    value: Any
    who: str


@dataclass(frozen=True, slots=True)
class Clock:
    """By how many seconds the clock of a computer was ahead of the recorder's, as far as could be told."""

    time: float
    computer: str
    offset: float
    uncertainty: float


class Recording:
    """A recording, open for reading; may be used from any thread.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    LabError
        If it cannot be opened; each question raises it too where the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = open_for_reading(path)
        self._lock = threading.RLock()

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What was recorded, in the order it was asked for."""
        rows = self.rows("SELECT id, instrument, member, unit, period FROM channels ORDER BY id")
        return tuple(Channel(self, *row) for row in rows)

    def __getitem__(self, name: str) -> Channel:
        """Return the channel ``INSTRUMENT.MEMBER``. Raises KeyError with the names that there are."""
        channels = {channel.name: channel for channel in self.channels}
        if name not in channels:
            raise KeyError(f"{self.path.name} has no channel {name}; it has: {', '.join(channels) or 'none'}")
        return channels[name]

    @property
    def metadata(self) -> Metadata:
        """Who recorded it, why, when, from which lab."""
        about = {key: json.loads(value) for key, value in self.rows("SELECT key, value FROM about")}
        summary = "summary" if self._keeps_settings else "''"
        segments = self.rows(f"SELECT started, ended, who, {summary} FROM segments ORDER BY id")
        return Metadata(
            float(about.pop("started")),
            str(about.pop("who")),
            str(about.pop("purpose", "")),
            str(about.pop("lab", "")),
            tuple(Segment(*row) for row in segments),
            about,
        )

    @property
    def gaps(self) -> tuple[RecordedGap, ...]:
        """Times without samples, of all channels, in order."""
        rows = self.rows(
            "SELECT instrument || '.' || member, start, stop, reason, message FROM gaps "
            "JOIN channels ON channels.id = gaps.channel ORDER BY start, channels.id"
        )
        return tuple(RecordedGap(*row) for row in rows)

    @property
    def notes(self) -> tuple[Note, ...]:
        """Remarks, in order."""
        return tuple(Note(*row) for row in self.rows("SELECT time, who, text FROM notes ORDER BY time"))

    @property
    def settings(self) -> tuple[Setting, ...]:
        """How the instruments were set at the beginning, and each change since, in order."""
        if not self._keeps_settings:
            return ()
        rows = self.rows("SELECT time, instrument, member, value, who FROM settings ORDER BY time")
        return tuple(
            Setting(when, instrument, member, _value(text), who) for when, instrument, member, text, who in rows
        )

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """How far the clocks of the instruments' computers were ahead of the recorder's, in order."""
        if not self._keeps_settings:
            return ()
        rows = self.rows("SELECT time, computer, offset, uncertainty FROM clocks ORDER BY time")
        return tuple(Clock(*row) for row in rows)

    @property
    def _keeps_settings(self) -> bool:
        return bool(self.rows("PRAGMA user_version")[0][0] >= KEEPS_SETTINGS)

    def export(self, path: str | Path) -> None:
        """Write everything to a file for other programs: ``.csv`` always, ``.h5`` and ``.parquet`` where installed.

        Raises
        ------
        LabError
            If the kind is not known, its library is not installed, or the file cannot be written.
        """
        from pathlib import Path

        from pyrolab_gui.recording.export import export

        export(self, Path(path))

    def to_pandas(self) -> Any:
        """Return all channels as one pandas DataFrame: times (UTC) as index, a column for each channel."""
        import pandas as pd

        return pd.concat([channel.to_pandas() for channel in self.channels], axis=1)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Recording:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a query on the file (see `file.SCHEMA`), as tuples."""
        with self._lock:
            try:
                return self._connection.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise trouble(self.path, error, "read") from error

    @contextlib.contextmanager
    def moment(self) -> Iterator[None]:
        """Let all queries of the block see the file as it is at its beginning."""
        with self._lock:
            self.rows("BEGIN")
            try:
                yield
            finally:
                self.rows("COMMIT")


@dataclass(frozen=True, slots=True)
class Channel:
    """The readings of one member of one instrument."""

    recording: Recording
    id: int
    instrument: str
    member: str
    unit: str
    period: float

    @property
    def name(self) -> str:
        """``INSTRUMENT.MEMBER``."""
        return f"{self.instrument}.{self.member}"

    def __len__(self) -> int:
        with self.recording.moment():
            sealed = "SELECT coalesce(sum(count), 0) FROM summaries WHERE channel = ? AND level = 1"
            loose = "SELECT coalesce(sum(length(times)) / 8, 0) FROM pieces WHERE channel = ?"
            return sum(int(self.recording.rows(sql, (self.id,))[0][0]) for sql in (sealed, loose))

    @property
    def span(self) -> tuple[float, float] | None:
        """The times of the first and the last sample; None where there is none."""
        with self.recording.moment():
            ends = []
            if (level := top_level(self._place)) > 0:
                # Rows that no higher one stands for yet are the last ones of each level.
                for one in range(level, 0, -1):
                    rows = overlapping(self._place, one, -_EVER, _EVER, uncovered=True)
                    ends += [(row.start, row.stop) for row in rows]
            ends += [(float(piece.times.min()), float(piece.times.max())) for piece in self._pieces()]
        return (min(start for start, _ in ends), max(stop for _, stop in ends)) if ends else None

    def read(self, start: float | None = None, end: float | None = None) -> tuple[NDArray[np.float64], NDArray[Any]]:
        """Return the samples of a time, both ends included; all without one.

        Returns
        -------
        times, values
            UTC seconds, and float64; an array of objects (float or str) where a value is no number.
        """
        whole = joined(self.blocks(start, end))
        return whole.times, whole.values

    def blocks(self, start: float | None = None, end: float | None = None) -> Iterator[Samples]:
        """Give the samples of a time block by block, so that not all of them need memory at once."""
        first, last = -_EVER if start is None else start, _EVER if end is None else end
        with self.recording.moment():
            numbers = [row.number for row in overlapping(self._place, 1, first, last)]
            pieces = list(self._pieces())
        block = "SELECT times, numbers, texts FROM blocks WHERE channel = ? AND number = ?"
        for number in numbers:  # a block is never changed
            yield unpack(*self.recording.rows(block, (self.id, number))[0]).between(first, last)
        for piece in pieces:
            yield piece.between(first, last)

    def overview(self, start: float | None = None, end: float | None = None, points: int = 1000) -> Overview:
        """Return lowest, highest and mean of each of `points` equal parts of a time.

        Takes as long for a year as for a minute. Where a part is finer than the summaries are, an entry counts for the
        part in which it begins.
        """
        span = self.span or (0.0, 0.0)
        first, last = span[0] if start is None else start, span[1] if end is None else end
        with self.recording.moment():
            return overview(self._place, list(self._pieces()), first, last, points)

    def to_pandas(self) -> Any:
        """Return the samples as a pandas Series, with times (UTC) as index."""
        import pandas as pd

        times, values = self.read()
        index = pd.to_datetime(times, unit="s", utc=True)
        return pd.Series(values, index=index, name=f"{self.name} [{self.unit}]" if self.unit else self.name)

    @property
    def _place(self) -> Place:
        return Place(self.recording.rows, self.id)

    def _pieces(self) -> Iterator[Samples]:
        pieces = "SELECT times, numbers, texts FROM pieces WHERE channel = ? ORDER BY id"
        for row in self.recording.rows(pieces, (self.id,)):
            yield unpack(*row)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:  # it was cut because of its length
        return text
