"""Recordings: readings on disk, and what is read from them again.

``pyrolab_gui.recording.open("night.rec")`` gives a script its channels as numpy arrays. Limits: nothing is loaded
before it is used, because the commands import this package too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pyrolab_gui.recording.reader import Recording as Recording

__all__ = ["open"]


def open(path: str | Path) -> Recording:
    """Open a recording for reading, also one that is being written at this moment.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    LabError
        If it is not there, is no recording, or cannot be read.
    """
    from pathlib import Path

    from pyrolab_gui.recording.reader import Recording

    return Recording(Path(path))
