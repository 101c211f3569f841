"""Who remembers a nameserver: one process of this user at a time, by a lock on a file of its own.

The system lets go of a lock when its process ends, however it ends. Limits: the files stay, empty; a folder that two
computers share is one for both.
"""

from __future__ import annotations

import os
import urllib.parse
from typing import TYPE_CHECKING

from pyrolab_gui.supervision.file_lock import lock_descriptor

if TYPE_CHECKING:
    from pathlib import Path

_FOLDER = "registry-claims"


class RegistryClaims:
    """The claims of one process.

    Parameters
    ----------
    folder
        Where all processes of this user look; None where there is nothing to share, and each claim is granted.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / _FOLDER if folder is not None else None
        self._held: dict[str, int] = {}

    def take(self, nameserver: str) -> bool:
        """Claim a nameserver; return whether nobody else has it."""
        if self._folder is None or nameserver in self._held:
            return True
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self._folder / f"{urllib.parse.quote(nameserver, safe='')}.lock"
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:  # a full or read-only disk: then nothing can be written down either
            return False
        if not lock_descriptor(descriptor):
            os.close(descriptor)
            return False
        self._held[nameserver] = descriptor
        return True

    def release(self, nameserver: str) -> None:
        """Let go of a nameserver."""
        descriptor = self._held.pop(nameserver, None)
        if descriptor is not None:
            os.close(descriptor)

    def close(self) -> None:
        """Let go of all."""
        for nameserver in tuple(self._held):
            self.release(nameserver)
