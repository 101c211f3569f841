"""What recordings know of a reading from before the window looked at it.

Plain functions for a worker thread. Recordings are looked for in the folders of the lab; a file is opened only if it
says that it is one. Limits: the newest `MOST_FILES` files, and `MOST_SAMPLES` samples of each channel.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from pyrolab_gui import recording
from pyrolab_gui.recording.file import APPLICATION
from pyrolab_gui.viewmodels.series import Series, SeriesGap
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pyrolab_gui.recording.reader import Channel

MOST_FILES = 100
MOST_SAMPLES = 250_000
_HEAD = 72
_MARK = slice(68, 72)
"""Where SQLite keeps the mark of an application."""


def recordings_in(folders: Iterable[Path], most: int = MOST_FILES) -> list[Path]:
    """Return the recordings in some folders, the newest first."""
    found: dict[Path, float] = {}
    for folder in folders:
        with contextlib.suppress(OSError):
            for path in folder.iterdir():
                with contextlib.suppress(OSError):
                    if path.is_file() and _is_recording(path):
                        found[path] = path.stat().st_mtime
    return sorted(found, key=lambda path: found[path], reverse=True)[:most]


def recorded(folders: Iterable[Path], label: str) -> Series:
    """Return all that recordings know of a channel (``INSTRUMENT.MEMBER``); an empty series if they know nothing.

    A recording that cannot be read is passed over: there are others, and it is no news here.
    """
    parts: list[tuple[float, Path]] = []
    for path in recordings_in(folders):
        with contextlib.suppress(LabError, KeyError), recording.open(path) as file:
            span = file[label].span
            if span is not None:
                parts.append((span[0], path))
    series = Series()
    for _, path in sorted(parts):
        with contextlib.suppress(LabError, KeyError), recording.open(path) as file:
            _take(series, file[label])
    return series


def _take(series: Series, channel: Channel) -> None:
    span, count = channel.span, len(channel)
    if span is None:
        return
    start, stop = span
    if count > MOST_SAMPLES:
        start = stop - (stop - start) * MOST_SAMPLES / count
    for block in channel.blocks(start):
        series.append(block.times, block.numbers, channel.period)
    for gap in channel.recording.gaps:
        if gap.channel == channel.name and gap.end > start:
            series.add_gap(SeriesGap(gap.start, gap.end, gap.reason, gap.message))


def _is_recording(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return head.startswith(b"SQLite format 3\0") and head[_MARK] == APPLICATION.to_bytes(4, "big")
