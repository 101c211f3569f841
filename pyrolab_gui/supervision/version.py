"""The version of this program, which a supervisor tells: after an upgrade an old one may still run."""

from __future__ import annotations

import functools
import os
import sys

_FOLDER = "pyrolab_gui-"


@functools.cache
def version() -> str:
    """Return the version as installed; ``unknown`` in a bare checkout.

    It stands in the name of the folder that an installer leaves. `importlib.metadata` finds it there too, but takes a
    tenth of a command's time to load.
    """
    for place in sys.path:
        try:
            names = os.listdir(place or ".")
        except OSError:
            continue
        for name in names:
            if name.startswith(_FOLDER) and name.endswith(".dist-info"):
                return name[len(_FOLDER) : -len(".dist-info")]
    return "unknown"
