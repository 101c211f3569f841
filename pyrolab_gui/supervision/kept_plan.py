"""The plan of a lab file, kept from one start to the next: one that has not changed need not be read and checked again.

That takes longer than all else that a lab needs to come up. Limits: what is kept counts only for the very same text at
the same place, read by the very same program; a text that names this PC's ``public`` address is always read anew, and
one with errors is not kept. What cannot be kept or is damaged is read from the lab file.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui import paths
from pyrolab_gui.supervision.private_file import write_private
from pyrolab_gui.supervision.version import version
from pyrolab_gui.wire.plans import lab_from_plain, lab_to_plain

if TYPE_CHECKING:
    from pyrolab_gui.wire.plans import LabPlan

_FILE = "last-plan.json"
_PACKAGE = Path(__file__).parent.parent
_MAKERS = ("model", "supervision/plan.py", "wire/plans.py")
"""What a plan is made by; in a checkout it changes without the version."""


def plan_of_file(path: Path) -> LabPlan:
    """Return the plan of a lab file.

    Raises
    ------
    ConfigInvalid
        If it cannot be used.
    """
    kept, key = paths.state_dir() / _FILE, _key(path)
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        plain = json.loads(kept.read_text("utf-8"))
        if key and plain["key"] == key:
            return lab_from_plain(plain["plan"])
    from pyrolab_gui.supervision.lab_text import read_plan

    plan = read_plan(str(path))
    if key and _key(path) == key:  # else it was written meanwhile
        with contextlib.suppress(OSError, ValueError, TypeError):
            write_private(kept, json.dumps({"key": key, "plan": lab_to_plain(plan)}))
    return plan


def _key(path: Path) -> str:
    """Return what stands for all that a plan depends on; empty for a text that is read anew each time."""
    try:
        text = path.read_bytes()
    except OSError:
        return ""
    if b"public" in text.lower():
        return ""
    made = (version(), *map(_changed, _MAKERS), str(path), os.path.expanduser("~"))
    return hashlib.sha256(repr(made).encode("utf-8", "surrogateescape") + text).hexdigest()


def _changed(part: str) -> int:
    """Return when a file, or the newest of a folder, was changed; 0 in the executable, where there are none."""
    place = _PACKAGE / part
    with contextlib.suppress(OSError):
        files = list(os.scandir(place)) if place.is_dir() else [place]
        return max(file.stat().st_mtime_ns for file in files)
    return 0
