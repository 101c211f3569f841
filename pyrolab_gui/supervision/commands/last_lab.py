"""Which lab file is meant where none is named. Limits: says where it is, does not read it."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from pyrolab_gui import paths
from pyrolab_gui.wire.errors import LabError


def last_lab() -> Path:
    """Return the lab file that this computer ran last, or else the one that the window had open last.

    Raises
    ------
    LabError
        If there was none, or it is gone.
    """
    for file, key in ((paths.state_dir() / "supervisor-lab.json", "path"), (paths.config_dir() / "window.json", "lab")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            if name := json.loads(file.read_text("utf-8"))[key]:
                path = Path(str(name))
                break
    else:
        raise LabError("No lab file was opened before; say which: `pyrolab-gui up FILE`.")
    if not path.is_file():
        raise LabError(f"The lab file that was open last, {path}, is not there any more.")
    return path
