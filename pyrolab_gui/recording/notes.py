"""A remark in a recording that is finished. Limits: one that is being written takes remarks from its recorder alone."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

from pyrolab_gui.recording.file import RecordingFile, trouble
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path


def add_note(path: Path, who: str, text: str) -> None:
    """Write a remark down, with the time and who writes it.

    Raises
    ------
    LabError
        If the file is not there, cannot be written, or is being written.
    """
    if not path.is_file():
        raise LabError(f"There is no recording {path}.")
    file = RecordingFile(path)
    try:
        file.run("INSERT INTO notes VALUES (?, ?, ?)", (time.time(), who, text))
    except sqlite3.Error as error:
        raise trouble(path, error) from error
    finally:
        file.close()
