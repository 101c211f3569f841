"""What runs on although no supervisor does: said where one is missed. Limits: as far as the last one wrote it down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.supervision.hit_words import listed
from pyrolab_gui.supervision.records import read_record

if TYPE_CHECKING:
    from pathlib import Path


def left_running(state_dir: Path) -> list[str]:
    """Return the names of children whose processes run."""
    records = [read_record(file) for file in sorted((state_dir / "children").glob("*.run"))]
    return [record.key.partition("/")[2] for record in records if record is not None and record.lives]


def left_running_words(state_dir: Path) -> str:
    """Return that in a sentence, with what finds them again; empty where nothing runs."""
    names = left_running(state_dir)
    if not names:
        return ""
    run, them = ("runs", "it") if len(names) == 1 else ("run", "them")
    return f"{listed(names)} {run} on without one; the window, or `pyrolab-gui up`, takes {them} over."
