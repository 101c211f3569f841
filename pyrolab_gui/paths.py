"""Where files live: state of the user, and resources of the project.

``PYROLAB_GUI_HOME`` puts all state into one folder (tests, portable use). Resources are found in the checkout, in
the wheel and in the frozen executable. Nothing is created on import.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

HOME_VARIABLE = "PYROLAB_GUI_HOME"
_NAME = "pyrolab-gui"


def state_dir() -> Path:
    """Return the folder for state (addresses, tokens, histories), creating it readable by its owner alone."""
    return _private(_base("state"))


def config_dir() -> Path:
    """Return the folder for settings of the window."""
    return _private(_base("config"))


def log_dir() -> Path:
    """Return the folder for the logs of children."""
    return _private(_base("log"))


def resources_dir() -> Path:
    """Return the folder of resources: icons, fonts, example labs.

    Raises
    ------
    FileNotFoundError
        If the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [package / "_resources", package.parent / "resources"]
    if frozen:
        candidates.insert(0, Path(frozen) / "resources")
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError("The folder of resources is missing; install PyroLab GUI again.")


def _base(kind: str) -> Path:
    home = os.environ.get(HOME_VARIABLE)
    if home:
        return Path(home).expanduser().resolve() / kind
    import platformdirs

    dirs = platformdirs.PlatformDirs(_NAME, appauthor=False)
    return {"state": dirs.user_state_path, "config": dirs.user_config_path, "log": dirs.user_log_path}[kind]


def _private(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
