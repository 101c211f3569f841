"""What the window remembers: theme, size, last lab file. One small JSON file, written as a whole.

A file that cannot be read, or holds something unexpected, never stops the start: its values are the defaults then.
Two windows may share the file: each writes only what it changed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value", bool, int, str, list[str])


class Settings:
    """Named values of plain types.

    Parameters
    ----------
    file
        The JSON file; it and its folder need not exist.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._values, self._problem = _read(file)
        self._changed: set[str] = set()

    @property
    def problem(self) -> str:
        """Why the file could not be read, or empty."""
        return self._problem

    def get(self, name: str, default: Value) -> Value:
        """Return a value, or `default` where there is none or one of another type."""
        value = self._values.get(name, default)
        if type(value) is not type(default):
            return default
        if isinstance(value, list) and not all(isinstance(item, str) for item in value):
            return default
        return value

    def set(self, name: str, value: bool | int | str | list[str]) -> None:
        """Change a value; `save` writes it."""
        if self._values.get(name) != value or type(self._values.get(name)) is not type(value):
            self._values[name] = value
            self._changed.add(name)

    def save(self) -> str:
        """Write what was changed and return an empty string, or a sentence that says why it was not written."""
        if not self._changed:
            return ""
        stored, _ = _read(self._file)
        stored.update({name: self._values[name] for name in self._changed})
        try:
            _write(self._file, json.dumps(stored, indent=1, sort_keys=True))
        except OSError as error:
            return f"The settings could not be saved in {self._file}: {error.strerror or error}."
        self._changed.clear()
        return ""


def _read(file: Path) -> tuple[dict[str, object], str]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}, ""
    except (OSError, UnicodeDecodeError) as error:
        return {}, f"The settings in {file} could not be read, so the defaults are used: {error}."
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        return {}, f"The settings in {file} could not be read, so the defaults are used: {error}."
    if not isinstance(values, dict):
        return {}, f"The settings in {file} are not a list of named values, so the defaults are used."
    return values, ""


def _write(file: Path, text: str) -> None:
    """Replace the file in one step: a crash leaves the old one or the new one."""
    import tempfile  # slow to import, and not needed before the window is on the screen

    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=file.name, dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as temporary:
            temporary.write(text)
            temporary.flush()
            os.fsync(temporary.fileno())
        os.replace(name, file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
