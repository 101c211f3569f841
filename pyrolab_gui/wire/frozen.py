"""The executable (PyInstaller): whether this is it, and what it changes in its environment, undone for other programs.

It points the system's loader to its own libraries and Qt to its plugins; another program that inherits this is led to
the wrong ones, while a new copy of the executable finds its own by itself. Limits: changes the mapping that it is
given; what the executable has overwritten without keeping it (a QT_PLUGIN_PATH of the user) stays lost.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_LISTS_OF_FOLDERS = (
    "DYLD_FRAMEWORK_PATH",
    "DYLD_LIBRARY_PATH",
    "LD_LIBRARY_PATH",
    "LIBPATH",
    "PATH",
    "QML2_IMPORT_PATH",
    "QT_PLUGIN_PATH",
)


def is_frozen() -> bool:
    """Whether this program is the executable, not an interpreter."""
    return bool(getattr(sys, "frozen", False))


def program(interpreter: str = "") -> list[str]:
    """Return how a command line begins that runs this program anew; `interpreter`: in another one than this."""
    if is_frozen() and not interpreter:
        return [sys.executable]
    return [interpreter or sys.executable, "-m", "pyrolab_gui"]


def unfreeze(environment: MutableMapping[str, str]) -> None:
    """Take out of an environment what the executable put there; without a frozen program, nothing."""
    if not is_frozen():
        return
    bundle = os.path.normpath(getattr(sys, "_MEIPASS", os.path.dirname(sys.executable)))
    for name in [name for name in environment if name.startswith("_PYI_")]:
        del environment[name]
    for name in _LISTS_OF_FOLDERS:
        now = environment.get(name)
        before = environment.pop(f"{name}_ORIG", None)
        if now is None:
            continue
        folders = (now if before is None else before).split(os.pathsep)
        kept = [folder for folder in folders if not _is_in(folder, bundle)]
        if any(kept):
            environment[name] = os.pathsep.join(kept)
        else:
            del environment[name]


def _is_in(folder: str, bundle: str) -> bool:
    path = os.path.normpath(folder) if folder else ""
    return path == bundle or path.startswith(bundle + os.sep)
