"""How the instruments of a recording are set: read once when each is known, then noted whenever somebody sets one.

Nobody asks an instrument again for it: what passes through its daemon tells (`wire.names.PASSING`). Limits: members
that the lab wants never read are not read; of several changes within a moment the last counts; what is set at the
instrument itself is not seen.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.names import PASSING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from pyrolab_gui.network.feed import Feed, Subscription
    from pyrolab_gui.network.instrument import Instrument
    from pyrolab_gui.recording.writer import Writer
    from pyrolab_gui.wire.columns import Column
    from pyrolab_gui.wire.description import ServiceDescription

_PERIOD = 1.0
_SET = "set"


class SettingsLog:
    """The settings of some instruments.

    Parameters
    ----------
    writer
        Returns the file that is written now.
    instruments
        Each once.
    started
        When the recording began, in seconds since the epoch: what was set before is seen in what is read.
    """

    def __init__(self, writer: Callable[[], Writer], instruments: Sequence[Instrument], started: float) -> None:
        self._writer = writer
        self._instruments = list(instruments)
        self._started = started
        self._lock = threading.Lock()
        self._asked: set[int] = set()
        self._names: dict[str, str] = {}
        self._known: dict[tuple[str, str], Any] = {}

    def watch(self, feed: Feed) -> list[Subscription]:
        """Learn of what is set, from a feed whose columns are given to `take`; return what ends it."""
        subscriptions = []
        for instrument in self._instruments:
            subscription = feed.subscribe(instrument, PASSING, _PERIOD)
            self._names[subscription.channel] = instrument.name
            subscriptions.append(subscription)
        return subscriptions

    def look(self) -> None:
        """Read the settings of those that have become known. Returns at once."""
        for instrument in self._instruments:
            description = instrument.description
            if description is not None and id(instrument) not in self._asked:
                self._asked.add(id(instrument))
                for member in _settings(description):
                    instrument.get(member).add_done_callback(self._reading(instrument.name, member))

    def take(self, column: Column) -> bool:
        """Take a column of the feed; return whether it was one of what passes."""
        instrument = self._names.get(column.channel)
        if instrument is None:
            return False
        for moment, (member, kind, value, who) in zip(column.times, column.values, strict=True):
            if kind == _SET and moment >= self._started:
                self._note(moment, instrument, str(member), value, str(who))
        return True

    def begin_file(self) -> None:
        """Another file is written from now on: how all is set stands at its beginning too."""
        with self._lock:
            known = dict(self._known)
        for (instrument, member), value in known.items():
            self._writer().setting(time.time(), instrument, member, value)

    def _reading(self, instrument: str, member: str) -> Callable[[Future[Any]], None]:
        def done(future: Future[Any]) -> None:
            if not future.cancelled() and future.exception() is None:  # one that cannot be read is no news here
                self._note(time.time(), instrument, member, future.result(), "")

        return done

    def _note(self, moment: float, instrument: str, member: str, value: Any, who: str) -> None:
        with self._lock:
            self._known[instrument, member] = value
        self._writer().setting(moment, instrument, member, value, who)


def _settings(description: ServiceDescription) -> list[str]:
    if not description.described or description.instance_mode != "single":
        return []
    return [
        member.name
        for member in description.members
        if member.kind == "property" and member.readable and member.writable and member.refresh != "never"
    ]
