"""One name of a nameserver and what is known of what stands behind it; and a nameserver at one moment.

Frozen data, made by `network.registry` and read everywhere above. Limits: knows nothing of how it was found out.
"""

from __future__ import annotations

import dataclasses
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from Pyro5 import core, errors

from pyrolab_gui.wire.health import InstrumentLink, Links, ProcessLink, Verdict, judge
from pyrolab_gui.wire.names import SERVERS
from pyrolab_gui.wire.quick import quick

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyrolab_gui.network.slow_ways import SlowWay

_USUAL = re.compile(r"PYRO:([^\s@]+)@([\w.-]+):([1-9]\d{0,4})", re.ASCII).fullmatch
"""Addresses as they mostly are, read in a tenth of the time."""

CLASS = "class:"
"""How the metadata of an entry names the class of its driver."""


@dataclass(frozen=True, slots=True)
class Busy:
    """A call that has been running for a while: of which member, by whom, since when (seconds since the epoch)."""

    member: str
    who: str
    since: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The newest value of a member that its daemon samples by itself, and its unit."""

    member: str
    value: float | str
    unit: str = ""


@quick(frozen=True, slots=True)
class RegistryEntry:
    """One name, and what is known of what stands behind it.

    `link` is from here to the daemon's process, with its `reason`; `instrument` from the driver to its instrument,
    with `error` and `detail`. `latency` in seconds, `last_seen` in seconds since the epoch. `owner` is who holds the
    lock; `busy` a call that takes long; `failing` why its last calls failed, `slow` in what it is slower than usual,
    empty if nothing is to be said. `answered` is when the instrument itself answered last, in whole seconds since the
    epoch, `fresh` whether its daemon thinks that recent. `readings` are what the daemon samples as the lab file says,
    the newest of each. `since` is when the name was first seen at this address, None where that is not known; `model`
    the class of the driver; `expected` says that the lab file promises it.
    """

    name: str
    uri: str
    object_id: str = ""
    host: str = ""
    port: int = 0
    metadata: tuple[str, ...] = ()
    link: ProcessLink = ProcessLink.UNKNOWN
    reason: str = ""
    latency: float | None = None
    last_seen: float | None = None
    instrument: InstrumentLink = InstrumentLink.UNKNOWN
    error: str = ""
    detail: str = ""
    owner: str = ""
    asked_by: tuple[str, ...] = ()
    """Who asks the owner of the lock for it."""
    busy: Busy | None = None
    failing: str = ""
    slow: str = ""
    answered: float | None = None
    fresh: bool = False
    readings: tuple[Reading, ...] = ()
    since: float | None = None
    model: str = ""
    expected: bool = False

    @property
    def in_use_by(self) -> str:
        """Who holds the lock, else whose call runs; empty if nobody."""
        return self.owner or (self.busy.who if self.busy is not None else "")

    def links(self, last_seen: str = "") -> Links:
        """Return what is known of its two links. `last_seen` is a time of day, as the reader of a sentence has it."""
        answered = time.strftime("%H:%M", time.localtime(self.answered)) if self.answered else ""
        return Links(
            self.link,
            self.instrument,
            self.reason,
            self.error,
            self.detail,
            last_seen,
            answered,
            self.fresh or self.object_id in SERVERS,  # behind these is nothing but a process
            self.failing,
            self.slow,
            self.in_use_by,
        )

    def verdict(self, last_seen: str = "") -> Verdict:
        """Return state, sentence and remedy."""
        return judge(self.name, self.links(last_seen))


@dataclass(frozen=True, slots=True)
class RegistrySnapshot:
    """The nameserver at one moment: the link to it (`reason` says why it is down), its entries sorted by name.

    `missing` are the names that the lab file promises and the nameserver does not know, sorted. `secure` says whether
    it speaks TLS, None where that is not known; `slow_ways` are the computers whose daemons all answer slowly.
    """

    address: str
    link: ProcessLink
    reason: str
    entries: tuple[RegistryEntry, ...]
    time: float
    missing: tuple[str, ...] = ()
    secure: bool | None = None
    insecure: bool = False
    """Whether it cannot be reached because the two ends do not agree on TLS."""
    slow_ways: tuple[SlowWay, ...] = ()


def new_entry(name: str, uri: str, metadata: tuple[str, ...], since: float | None, expected: bool) -> RegistryEntry:
    """Return an entry of which nothing is known yet but what the nameserver says."""
    object_id, host, port = parts(uri)
    return RegistryEntry(
        name, uri, object_id, host, port, metadata, since=since, model=model_of(metadata), expected=expected
    )


def model_of(metadata: tuple[str, ...]) -> str:
    """Return the class that the metadata names, without its module; empty if it names none."""
    for item in metadata:
        if item.startswith(CLASS):
            return item.removeprefix(CLASS).rpartition(".")[2].strip()
    return ""


def with_service(entry: RegistryEntry, service: Mapping[str, Any]) -> RegistryEntry:
    """Return the entry with what its daemon tells of it: the link to its instrument, lock, failing calls."""
    lock, answered = service.get("lock"), service.get("answered")
    return dataclasses.replace(
        entry,
        instrument=_instrument(service.get("state")),
        error=str(service.get("error") or ""),
        detail=str(service.get("detail") or ""),
        owner=str(lock.get("owner") or "") if isinstance(lock, dict) else "",
        asked_by=tuple(map(str, lock.get("asked_by") or ())) if isinstance(lock, dict) else (),
        failing=str(service.get("failing") or ""),
        slow=_slow(service.get("slow")),
        answered=float(answered) if isinstance(answered, int | float) else None,
        fresh=bool(service.get("fresh")),
        readings=_readings(service.get("readings")),
    )


def _slow(told: object) -> str:
    """Return in words in what an instrument is slower than usual, as its daemon tells it."""
    if not isinstance(told, dict):
        return ""
    takes, usual = told.get("takes_s"), told.get("usual_s")
    if not isinstance(takes, int | float) or not isinstance(usual, int | float):
        return ""
    return f"{told.get('member')} takes {_duration(takes)}, usually {_duration(usual)}"


def _duration(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.001 else "under 1 ms"


def _readings(told: object) -> tuple[Reading, ...]:
    found = []
    for item in told if isinstance(told, list) else ():
        if isinstance(item, dict) and isinstance(item.get("value"), int | float | str):
            found.append(Reading(str(item.get("member") or ""), item["value"], str(item.get("unit") or "")))
    return tuple(found)


def without_service(entry: RegistryEntry) -> RegistryEntry:
    """Return the entry of a daemon that has ended: nothing is known of its instrument any more."""
    return dataclasses.replace(
        entry,
        instrument=InstrumentLink.UNKNOWN,
        error="",
        detail="",
        owner="",
        asked_by=(),
        busy=None,
        failing="",
        slow="",
        fresh=False,
        readings=(),
    )


def running_call(service: Mapping[str, Any]) -> Busy | None:
    """Return the call that runs, as a daemon's status tells it."""
    busy = service.get("busy")
    if not isinstance(busy, dict):
        return None
    since = busy.get("since")
    return Busy(
        str(busy.get("member") or ""),
        str(busy.get("who") or ""),
        float(since) if isinstance(since, int | float) else 0.0,
    )


def visible(entry: RegistryEntry) -> tuple[object, ...]:
    """Return what makes an entry another one: all but the figures that move at every answer."""
    return (
        entry.uri,
        entry.metadata,
        entry.link,
        entry.reason,
        entry.instrument,
        entry.error,
        entry.detail,
        entry.owner,
        entry.asked_by,
        entry.busy,
        entry.failing,
        entry.slow,
        entry.fresh,
        entry.readings,
        entry.since,
        entry.expected,
    )


def parts(uri: str) -> tuple[str, str, int]:
    """Return object, host and port of a URI; port 0 where it is no address that can be watched."""
    usual = _USUAL(uri)
    if usual is not None:
        return usual[1], usual[2], int(usual[3])
    try:
        parsed = core.URI(uri)
    except errors.PyroError:
        return "", "", 0
    if parsed.protocol != "PYRO" or parsed.sockname or not parsed.port:
        return str(parsed.object), str(parsed.sockname or parsed.host or ""), 0
    return str(parsed.object), str(parsed.host), int(parsed.port)


def _instrument(state: object) -> InstrumentLink:
    try:
        return InstrumentLink(str(state))
    except ValueError:
        return InstrumentLink.UNKNOWN
