"""Watches for the moment in which a condition holds: it begins a recording, or ends one.

Limits: what was before it was made counts for nothing; a reading every second or so.
"""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from pyrolab_gui.network.feed import Feed

if TYPE_CHECKING:
    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.instrument import Instrument
    from pyrolab_gui.recording.condition import Condition
    from pyrolab_gui.wire.columns import Column


_WHO = "a recording that waits"


class Trigger:
    """One condition that is watched.

    Parameters
    ----------
    instrument
        That of the condition.
    period
        Between two readings, in seconds.

    Attributes
    ----------
    met
        Set when the condition has held.
    """

    def __init__(self, condition: Condition, instrument: Instrument, period: float, identity: Identity) -> None:
        self.met = threading.Event()
        self.trouble = ""
        """Why there is no reading, as last told."""
        self._condition = condition
        self._since = time.time() - period
        # It records nothing, so it is somebody else: what it wishes ends with it.
        self._feed = Feed(replace(identity, client=uuid.uuid4().hex, who=_WHO), self._take)
        self._feed.subscribe(instrument, condition.member, period, "always")

    def close(self) -> None:
        """End. Returns at once."""
        self._feed.close()

    def _take(self, columns: list[Column]) -> None:
        for column in columns:
            self.trouble = column.gaps[-1].message if column.gaps and not len(column.times) else ""
            for moment, value in zip(column.times, column.values, strict=True):
                if moment >= self._since and self._condition.holds(value):
                    self.met.set()
