"""Samples on the wire: columns of times and values, packed into one annotation.

`Column` is what a sampler's ring hands out for one channel since a cursor. Times are UTC seconds since the epoch as
taken at the instrument's end. Numeric values are packed as float64; anything else travels in the message itself.
Standard library only: a daemon must not load numpy for it. Limits: at most `MAX_SAMPLES` a channel and answer.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

ANNOTATION = "COLS"
MAX_SAMPLES = 50_000
GapReason: TypeAlias = Literal["busy", "error", "overrun", "restart", "dropped"]


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which there was no reading: from, to (UTC seconds), why, and the error's text."""

    start: float
    end: float
    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """New samples of one channel.

    `first` is the sequence number of the first sample, `cursor` what to ask for next. `values` is an array of
    doubles, or a list where a value is no number. `period` is the shortest that anybody wishes; `pace` how far apart
    readings are where they cannot come so often, else 0.
    """

    channel: str
    first: int
    cursor: int
    times: array[float]
    values: array[float] | list[Any]
    gaps: tuple[Gap, ...] = ()
    period: float = 0.0
    pace: float = 0.0

    @property
    def spacing(self) -> float:
        """Seconds after which another sample is to be expected."""
        return max(self.period, self.pace)


def pack(columns: list[Column]) -> tuple[list[dict[str, Any]], bytes]:
    """Return the header (plain data) and the bytes of the annotation."""
    header: list[dict[str, Any]] = []
    blob = bytearray()
    for column in columns:
        entry: dict[str, Any] = {
            "channel": column.channel,
            "first": column.first,
            "cursor": column.cursor,
            "count": len(column.times),
            "gaps": [[gap.start, gap.end, gap.reason, gap.message] for gap in column.gaps],
            "period": column.period,
        }
        if column.pace:
            entry["pace"] = column.pace
        blob += column.times.tobytes()
        if isinstance(column.values, array):
            blob += column.values.tobytes()
        else:
            entry["values"] = column.values
        header.append(entry)
    return header, bytes(blob)


def unpack(header: list[dict[str, Any]], blob: bytes | bytearray | memoryview) -> list[Column]:
    """Read what `pack` wrote.

    Raises
    ------
    ValueError
        If header and bytes do not fit together.
    """
    view = memoryview(blob).cast("B")
    offset = 0

    def take(count: int) -> array[float]:
        nonlocal offset
        end = offset + 8 * count
        if end > len(view):
            raise ValueError("columns are shorter than announced")
        taken = array("d")
        taken.frombytes(view[offset:end])
        offset = end
        return taken

    columns = []
    for entry in header:
        count = int(entry["count"])
        times = take(count)
        values: array[float] | list[Any] = list(entry["values"]) if "values" in entry else take(count)
        gaps = tuple(Gap(float(g[0]), float(g[1]), str(g[2]), str(g[3])) for g in entry.get("gaps", ()))
        columns.append(
            Column(
                str(entry["channel"]),
                int(entry["first"]),
                int(entry["cursor"]),
                times,
                values,
                gaps,
                float(entry.get("period", 0.0)),
                float(entry.get("pace", 0.0)),
            )
        )
    if offset != len(view):
        raise ValueError("columns are longer than announced")
    return columns


def channel_name(object_id: str, member: str) -> str:
    """Return the name of a sampled member's channel."""
    return f"{object_id}\n{member}"
