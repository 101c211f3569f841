"""The files of one recording: ``night.rec``, then ``night-2.rec`` and so on, where it begins a new one now and then.

Limits: only files that say that they are of the same recording are counted or removed.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from pyrolab_gui.recording.reader import Recording
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path

    from pyrolab_gui.recording.reader import Metadata

COMPANIONS = ("", "-wal", "-shm", "-journal", "-lock")
"""What may stand beside a recording under its name, and goes with it."""


def files_of(first: Path, which: str) -> list[Path]:
    """Return the files of a recording that are there, the oldest first (see `numbered`)."""
    found = numbered(first, which)
    return [found[number] for number in sorted(found)]


def numbered(first: Path, which: str) -> dict[int, Path]:
    """Return the files of a recording that are there, by their numbers.

    Parameters
    ----------
    first
        The one that it began with.
    which
        What the recording calls itself (``id``).
    """
    pattern = re.compile(rf"{re.escape(first.stem)}(?:-(\d+))?{re.escape(first.suffix)}")
    found: dict[int, Path] = {}
    with contextlib.suppress(OSError):
        for path in first.parent.iterdir():
            match = pattern.fullmatch(path.name)
            if match and about(path, "id") == which:
                found[int(match[1] or 1)] = path
    return found


def next_file(first: Path, which: str) -> Path:
    """Return where the next file of a recording is to be."""
    number = max(numbered(first, which), default=1) + 1
    while (path := first.with_name(f"{first.stem}-{number}{first.suffix}")).exists():
        number += 1
    return path


def drop_oldest(first: Path, which: str, keep: int) -> list[Path]:
    """Remove all but the newest `keep` files of a recording; return those that are gone."""
    gone = []
    for path in files_of(first, which)[:-keep]:
        with contextlib.suppress(OSError):
            remove(path)
            gone.append(path)
    return gone


def remove(path: Path) -> None:
    """Remove a recording with all that stands beside it.

    Raises
    ------
    OSError
        If it cannot be removed.
    """
    for companion in COMPANIONS:
        path.with_name(path.name + companion).unlink(missing_ok=True)


def metadata_of(path: Path) -> Metadata | None:
    """Return what is known of a recording; None where it cannot be read."""
    try:
        with Recording(path) as found:
            return found.metadata
    except (LabError, KeyError, ValueError):
        return None


def about(path: Path, key: str) -> object:
    """Return one thing that a recording says of itself; None where it says nothing."""
    metadata = metadata_of(path)
    return metadata.more.get(key) if metadata is not None else None
