"""What there is to know of the recordings in some folders: who, why, when, which readings, how long, which gaps.

Plain functions for a worker thread. A file that has not changed since it was looked at is not opened again. Limits: no
samples are read.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pyrolab_gui import recording
from pyrolab_gui.recording.file import ENDS
from pyrolab_gui.recording.summary import Summary, events
from pyrolab_gui.viewmodels.plots_history import recordings_in
from pyrolab_gui.wire.columns import Gap
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pyrolab_gui.recording.reader import Clock, Note, Recording, Setting

MOST_FILES = 5_000
Stamp: TypeAlias = "tuple[float, int]"
"""Changes when a file does."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One recording; times are UTC seconds. `problem` says why a file could not be read."""

    path: Path
    size: int = 0
    who: str = ""
    purpose: str = ""
    lab: str = ""
    id: str = ""
    """The same for all files of one recording."""
    started: float = 0.0
    ended: float | None = None
    """Its last moment; None where it was interrupted, or goes on."""
    last: float = 0.0
    """Its last sample, or its beginning."""
    channels: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    samples: int = 0
    gaps: int = 0
    summary: str = ""
    """How it went, in one line."""
    notes: tuple[Note, ...] = ()
    settings: tuple[Setting, ...] = ()
    clocks: tuple[Clock, ...] = ()
    problem: str = ""
    ends: float | None = None
    """The end that somebody wished while it went on (0: none); None where the plan's holds."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return max((self.ended or self.last) - self.started, 0.0)


Catalogue: TypeAlias = "dict[Path, tuple[Stamp, Facts]]"


def look(folders: Iterable[Path], known: Mapping[Path, tuple[Stamp, Facts]]) -> Catalogue:
    """Return all recordings in some folders, the newest file first; what is `known` and is as it was is taken over."""
    found: Catalogue = {}
    for path in recordings_in(folders, MOST_FILES):
        with contextlib.suppress(OSError):
            stamp = _stamp(path)
            before = known.get(path)
            found[path] = before if before is not None and before[0] == stamp else (stamp, facts_of(path))
    return found


def facts_of(path: Path) -> Facts:
    """Return what is known of one recording; what is wrong with a file stands in its facts."""
    size = sum(_size(path.with_name(path.name + end)) for end in ("", "-wal"))
    try:
        with recording.open(path) as file:
            return _facts(path, size, file)
    except LabError as error:
        return Facts(path, size, problem=error.sentence)
    except (KeyError, ValueError, TypeError) as error:
        return Facts(path, size, problem=f"{path.name} cannot be read ({error}).")


def _facts(path: Path, size: int, file: Recording) -> Facts:
    about, channels, gaps = file.metadata, file.channels, file.gaps
    spans = [span for channel in channels if (span := channel.span) is not None]
    last = max((end for _, end in spans), default=about.started)
    whats = events((gap.channel.rpartition(".")[0], Gap(gap.start, gap.end, gap.reason, gap.message)) for gap in gaps)
    segment = about.segments[-1] if about.segments else None
    ended = segment.ended if segment is not None else None
    summary = segment.summary if segment is not None else ""
    if not summary:
        silent = tuple(f"{channel.name} gave nothing" for channel in channels if not len(channel))
        summary = str(Summary(len(channels), silent, max((ended or last) - about.started, 0.0), whats))
    return Facts(
        path,
        size,
        about.who,
        about.purpose,
        about.lab,
        str(about.more.get("id") or ""),
        about.started,
        ended,
        last,
        tuple(channel.name for channel in channels),
        tuple(channel.unit for channel in channels),
        sum(len(channel) for channel in channels),
        len(whats),
        summary,
        file.notes,
        file.settings,
        file.clocks,
        ends=about.more.get(ENDS),
    )


def _stamp(path: Path) -> Stamp:
    """Return what changes with a file or its journal."""
    state = path.stat()
    log = path.with_name(f"{path.name}-wal")
    with contextlib.suppress(OSError):
        journal = log.stat()
        return state.st_mtime + journal.st_mtime, state.st_size + journal.st_size
    return state.st_mtime, state.st_size


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
