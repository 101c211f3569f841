"""The versions of a lab file that are kept: when each was written over, and what it said.

Limits: reads them all at once; a version that cannot be read is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyrolab_gui.model.files import time_of_version

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class LabVersion:
    """One version: until when it was in the file, in words, and its text."""

    words: str
    text: str


def read_versions(paths: Iterable[Path], today: datetime.date) -> tuple[LabVersion, ...]:
    """Return what stands in kept versions, in their order."""
    found = []
    for path in paths:
        try:
            text = path.read_bytes().decode("utf-8", errors="surrogateescape")
        except OSError:
            continue
        found.append(LabVersion(_until(time_of_version(path), path.stem, today), text))
    return tuple(found)


def _until(moment: datetime.datetime | None, name: str, today: datetime.date) -> str:
    if moment is None:
        return name
    days = (today - moment.date()).days
    day = {0: "today", 1: "yesterday"}.get(days, f"{moment:%d %b %Y}")
    return f"until {day}, {moment:%H:%M:%S}"
