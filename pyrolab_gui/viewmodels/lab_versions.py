"""The versions of a lab file that are kept: when each was written over, and what it said.

Limits: reads them all at once; a version that cannot be read is left out.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyrolab_gui.model.files import time_of_version

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from pathlib import Path, PurePath


@dataclass(frozen=True, slots=True)
class LabVersion:
    """One version: until when it was in the file, in words, and its text."""

    words: str
    text: str


def read_versions(paths: Iterable[Path], today: datetime.date) -> tuple[LabVersion, ...]:
    """Return what stands in kept versions, in their order."""
    found = []
    for path in paths:
        with contextlib.suppress(OSError):
            found.append(lab_version(path, path.read_bytes().decode("utf-8", errors="surrogateescape"), today))
    return tuple(found)


def lab_version(path: PurePath, text: str, today: datetime.date) -> LabVersion:
    """Return what a kept version said."""
    return LabVersion(_until(time_of_version(path), path.stem, today), text)


def _until(moment: datetime.datetime | None, name: str, today: datetime.date) -> str:
    if moment is None:
        return name
    days = (today - moment.date()).days
    day = {0: "today", 1: "yesterday"}.get(days, f"{moment:%d %b %Y}")
    return f"until {day}, {moment:%H:%M:%S}"
