"""Who has edits of a lab file that are not saved: clients say so every few seconds, and are told of each other.

Limits: it is what they say; nothing is locked. Who says nothing any more, because it ended or lost its connection, is
forgotten after a while.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

from pyrolab_gui.wire.supervision import LabEditor

SILENT = 12.0
"""Seconds after which who says nothing edits no more; a client says it every three."""


class Editors:
    """Clients with unsaved edits, by file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], tuple[LabEditor, float]] = {}
        """By file and client; with when it was said last, by a clock that nobody sets."""

    def say(self, path: str, client: str, who: str, changes: int) -> tuple[LabEditor, ...]:
        """Note how many edits a client has, and return who else has some, the first to begin first."""
        file, now = str(Path(path).resolve()), time.monotonic()
        with self._lock:
            self._known = {key: kept for key, kept in self._known.items() if now - kept[1] < SILENT}
            before = self._known.pop((file, client), None)
            if changes:
                since = before[0].since if before is not None else time.time()
                self._known[file, client] = (LabEditor(client, who, since), now)
            others = [kept[0] for (where, other), kept in self._known.items() if where == file and other != client]
        return tuple(sorted(others, key=lambda editor: editor.since))
