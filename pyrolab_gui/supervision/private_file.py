"""Small files that only their owner may read, written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)


def write_private(path: Path, text: str, *, in_place: bool = False) -> None:
    """Write `text` to `path` in one step, mode 0600 where there are modes.

    Parameters
    ----------
    in_place
        On a full disk, write into the file that is there, which needs no room: for files that are small, and whose
        readers bear half of one.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    try:
        _write_anew(path, text)
    except OSError as error:
        if not in_place or error.errno not in _FULL:
            raise
        with path.open("r+", encoding="utf-8", newline="") as file:
            file.write(text)
            file.truncate()


def _write_anew(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        _replace(draft, path)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


def _replace(draft: Path, path: Path) -> None:
    # Windows refuses while somebody has the old file open, which is a matter of milliseconds.
    for _ in range(20):
        with contextlib.suppress(PermissionError):
            draft.replace(path)
            return
        time.sleep(0.01)
    draft.replace(path)
