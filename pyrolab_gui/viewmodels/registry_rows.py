"""One row of the registry as the window shows it, and the difference between two sets of rows.

Plain frozen data: made from what the network's watcher tells, read by the table and the inspector, which therefore
know nothing of the network. Limits: a name is the key; one nameserver at a time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyrolab_gui.wire.health import Health, InstrumentLink, ProcessLink, Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyrolab_gui.network.registry import RegistryEntry

_CONNECTION_WORDS = {
    InstrumentLink.UNKNOWN: "",
    InstrumentLink.NOT_ASKED: "not asked yet",
    InstrumentLink.CONNECTING: "connecting",
    InstrumentLink.CONNECTED: "connected",
    InstrumentLink.NOT_CONNECTED: "not connected",
}


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """One registered name: where it is, how it is.

    `connection` is the word for the link from the driver to its instrument, empty where the server does not tell;
    `latency` is in seconds; `last_seen` in seconds since the epoch.
    """

    name: str
    uri: str
    object_id: str
    host: str
    port: int
    metadata: tuple[str, ...]
    verdict: Verdict
    process: ProcessLink
    connection: str
    latency: float | None
    last_seen: float | None
    haystack: str
    """What the filter looks in, in lower case."""

    @property
    def health(self) -> Health:
        """The state in one word."""
        return self.verdict.health

    @property
    def seen(self) -> str:
        """When it last answered, in words: ``now``, a time of day, or nothing."""
        if self.process in (ProcessLink.LIVE, ProcessLink.SLOW):
            return "now"
        return clock(self.last_seen) if self.last_seen else ""

    @property
    def delay(self) -> str:
        """The latency in milliseconds, with as many digits as mean something."""
        if self.latency is None or self.process not in (ProcessLink.LIVE, ProcessLink.SLOW):
            return "–"
        milliseconds = self.latency * 1000
        return f"{milliseconds:.0f} ms" if milliseconds >= 100 else f"{milliseconds:.1f} ms"


@dataclass(frozen=True, slots=True)
class RegistryDiff:
    """What is to be done to one set of rows to get the next one."""

    added: tuple[RegistryRow, ...] = ()
    changed: tuple[RegistryRow, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def row_of(entry: RegistryEntry) -> RegistryRow:
    """Return the row of one entry of the nameserver, judged."""
    last_seen = clock(entry.last_seen) if entry.last_seen else ""
    instrument_down = entry.instrument is InstrumentLink.NOT_CONNECTED
    reason = entry.reason or (entry.error if instrument_down else "")
    verdict = judge(entry.name, entry.link, entry.instrument, reason.rstrip("."), entry.detail, last_seen)
    words = (entry.name, entry.uri, verdict.health, *entry.metadata)
    return RegistryRow(
        name=entry.name,
        uri=entry.uri,
        object_id=entry.object_id,
        host=entry.host,
        port=entry.port,
        metadata=tuple(entry.metadata),
        verdict=verdict,
        process=entry.link,
        connection=_CONNECTION_WORDS[entry.instrument],
        latency=entry.latency,
        last_seen=entry.last_seen,
        haystack="\n".join(words).lower(),
    )


def diff(old: Mapping[str, RegistryRow], new: Iterable[RegistryRow]) -> RegistryDiff:
    """Return what turns `old` into `new`."""
    added, changed, names = [], [], set()
    for row in new:
        names.add(row.name)
        before = old.get(row.name)
        if before is None:
            added.append(row)
        elif before != row:
            changed.append(row)
    return RegistryDiff(tuple(added), tuple(changed), tuple(name for name in old if name not in names))


def clock(seconds: float) -> str:
    """Return the local time of day, ``14:03:22``."""
    return time.strftime("%H:%M:%S", time.localtime(seconds))
