"""Writing a file in one step, and keeping what stood in it before.

Limits: whole files of a moderate size; the history is a folder beside the file, ``.NAME.history``.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

KEPT_VERSIONS = 20
_NAME = "%Y-%m-%dT%H-%M-%S-%f"


def history_of(target: Path) -> Path:
    """Return the folder in which previous versions of a file are kept."""
    return target.parent / f".{target.name}.history"


def keep(target: Path) -> None:
    """Put a copy of the file into its history, and take out the oldest beyond `KEPT_VERSIONS`."""
    folder = history_of(target)
    folder.mkdir(exist_ok=True)
    now = datetime.datetime.now().strftime(_NAME)
    write_atomically(folder / f"{now}{target.suffix}", target.read_bytes())
    for old in sorted(folder.glob(f"*{target.suffix}"))[:-KEPT_VERSIONS]:
        with contextlib.suppress(OSError):
            old.unlink()


def versions_of(path: Path) -> tuple[Path, ...]:
    """Return the previous versions of a file that are kept, newest first."""
    target = Path(os.path.realpath(path))
    return tuple(sorted(history_of(target).glob(f"*{target.suffix}"), reverse=True))


def time_of_version(version: PurePath) -> datetime.datetime | None:
    """Return until when a kept version stood in its file, in local time; None where its name does not say."""
    try:
        return datetime.datetime.strptime(version.stem, _NAME)
    except ValueError:
        return None


def write_atomically(target: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it sees the old or the new one, also after a power cut."""
    with _temporary(target) as (descriptor, name):
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            with contextlib.suppress(OSError):
                os.chmod(name, target.stat().st_mode & 0o7777)
        os.replace(name, target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextlib.contextmanager
def _temporary(target: Path) -> Iterator[tuple[int, str]]:
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    try:
        yield descriptor, name
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
