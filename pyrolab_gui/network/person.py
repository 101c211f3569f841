"""The name that somebody gave on this account, once, for all windows and scripts; and those who share the account.

On an account that several people use nobody is kept: the window asks at each start who it is, and a script says so.
Limits: one small file; what cannot be read is as if nobody had given a name.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from pyrolab_gui import paths

if TYPE_CHECKING:
    from pathlib import Path

_FILE = "person.json"
_MOST = 12


def known() -> str:
    """Return the name that was given on this account; empty where none was, or where several people use it."""
    told = _read()
    return "" if told["shared"] else str(told["name"])


def shared() -> bool:
    """Whether several people use this account."""
    return bool(_read()["shared"])


def asked() -> bool:
    """Whether anybody was ever asked."""
    return _file().exists()


def names() -> list[str]:
    """Return the names that were given on this account, the newest first."""
    found = _read()["names"]
    return [str(name) for name in found] if isinstance(found, list) else []


def keep(name: str, *, shared: bool = False) -> None:
    """Keep a name.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    name = " ".join(name.split())
    known_names = list(dict.fromkeys([name, *names()] if name else names()))[:_MOST]
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{_FILE}.{os.getpid()}")
    new.write_text(json.dumps({"name": name, "shared": shared, "names": known_names}, indent=1), encoding="utf-8")
    os.replace(new, file)


def _file() -> Path:
    return paths.config_dir() / _FILE


def _read() -> dict[str, object]:
    told: dict[str, object] = {"name": "", "shared": False, "names": []}
    try:
        read = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return told
    return {**told, **read} if isinstance(read, dict) else told
