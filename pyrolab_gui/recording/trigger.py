"""Watches for the moment in which a condition holds: it begins a recording, or ends one.

Its instrument is looked for on a thread of its own, as long as that takes: nobody waits for it.

Limits: what was before it was made counts for nothing; a reading every second or so.
"""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from pyrolab_gui.network.feed import Feed
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.instrument import Instrument
    from pyrolab_gui.recording.condition import Condition
    from pyrolab_gui.wire.columns import Column


_WHO = "a recording that waits"
_LOOK_AGAIN = 1.0


class Trigger:
    """One condition that is watched.

    Parameters
    ----------
    find
        Returns the instrument of the condition; may block, and raise `LabError`. It is asked until it succeeds.
    period
        Between two readings, in seconds.

    Attributes
    ----------
    met
        Set when the condition has held.
    """

    def __init__(self, condition: Condition, find: Callable[[], Instrument], period: float, identity: Identity) -> None:
        self.met = threading.Event()
        self.missing = ""
        """Why the instrument is not found yet."""
        self.trouble = ""
        """Why there is no reading, as last told."""
        self._condition, self._find, self._period = condition, find, period
        self._closed = threading.Event()
        self._since = time.time() - period
        # It records nothing, so it is somebody else: what it wishes ends with it.
        self._feed = Feed(replace(identity, client=uuid.uuid4().hex, who=_WHO), self._take)
        threading.Thread(target=self._begin, name=f"look for {condition.instrument}", daemon=True).start()

    def close(self) -> None:
        """End. Returns at once."""
        self._closed.set()
        self._feed.close()

    def _begin(self) -> None:
        while not self._closed.is_set():
            try:
                self._feed.subscribe(self._find(), self._condition.member, self._period, "always")
            except Exception as error:  # noqa: BLE001 - told, and tried again: a nameserver may hold anything
                self.missing = error.sentence if isinstance(error, LabError) else repr(error)
                self._closed.wait(_LOOK_AGAIN)
            else:
                self.missing = ""
                return

    def _take(self, columns: list[Column]) -> None:
        for column in columns:
            self.trouble = column.gaps[-1].message if column.gaps and not len(column.times) else ""
            for moment, value in zip(column.times, column.values, strict=True):
                if moment >= self._since and self._condition.holds(value):
                    self.met.set()
