"""One row of the registry as the window shows it, and the difference between two sets of rows.

Plain frozen data: made from what the network's watcher tells, what the lab file promises and what history remembers;
read by the table and the inspector, which therefore know nothing of the network. Limits: `key` tells rows apart.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyrolab_gui.wire.health import Health, InstrumentLink, Links, ProcessLink, Verdict, judge
from pyrolab_gui.wire.quick import quick
from pyrolab_gui.wire.remedies import Remedy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyrolab_gui.network.registry import RegistryEntry
    from pyrolab_gui.wire.registry_past import PastEntry

_CONNECTION_WORDS = {
    InstrumentLink.UNKNOWN: "",
    InstrumentLink.NOT_ASKED: "not asked yet",
    InstrumentLink.CONNECTING: "connecting",
    InstrumentLink.CONNECTED: "connected",
    InstrumentLink.NOT_CONNECTED: "not connected",
}
_ANSWERS = (ProcessLink.LIVE, ProcessLink.SLOW)
_LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))
LOST = (Health.NO_REPLY, Health.NOT_CONNECTED, Health.LOST, Health.FAILED)
"""States in which an instrument cannot be used."""
MISSING, STOPPED = "missing", "stopped"
"""The words for a name that the lab promises and nobody registered; and for one whose daemon was stopped."""
OFFLINE = "offline"
"""The word for a name that is not registered any more, and only remembered."""
ALARM_WORDS = {"warn": "warning", "alarm": "alarm"}
"""The words for the levels of an alarm."""


@dataclass(frozen=True, slots=True)
class LabName:
    """What the lab file says of a registered name: the key of its daemon, what it is, in which nameservers it is to be.

    None of them: nobody waits for it. `computer` is the PC whose lab file says so, empty for this one.
    """

    daemon_key: str
    model: str = ""
    description: str = ""
    nameservers: tuple[str, ...] = ()
    computer: str = ""

    @property
    def daemon(self) -> str:
        """The daemon's name."""
        return self.daemon_key.partition("/")[2]


@dataclass(frozen=True, slots=True)
class RowAlarm:
    """The worst alarm about an instrument: ``warn`` or ``alarm``, what is said of it, and the reading that is out."""

    level: str
    text: str = ""
    member: str = ""
    value: float | None = None
    unit: str = ""


@quick(frozen=True, slots=True)
class RegistryRow:
    """One name: where it is, how it is.

    `connection` is the word for the link from the driver to its instrument, empty where the server does not tell;
    `latency` is in seconds; `last_seen` and `since` in seconds since the epoch; `nameserver` is the address of the
    nameserver that has it, empty for the first, and `place` what that is called; `lock` is who holds the lock, `busy` a
    call that takes long; `value` the newest reading where one is sampled; `ours` is None where there is no lab to
    belong to; `missing` says that the lab promises it and the nameserver does not know it, `stopped` that its
    process was stopped on purpose, `offline` that only history knows it.
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
    """What the search looks in, in lower case."""
    nameserver: str = ""
    model: str = ""
    lock: str = ""
    busy: str = ""
    value: str = ""
    since: float | None = None
    daemon: str = ""
    description: str = ""
    ours: bool | None = None
    missing: bool = False
    stopped: bool = False
    offline: bool = False
    watched: bool = False
    place: str = ""
    alarm: RowAlarm | None = None
    home: str = ""
    """The PC of its nameserver, where that is another than this."""
    own: bool = False
    """Whether its host is this PC under another name than localhost."""
    key: str = field(init=False, compare=False)
    """What tells it apart from the same name in another nameserver; for the first one it is the name."""

    def __post_init__(self) -> None:
        """Make the key, which is asked for often."""
        object.__setattr__(self, "key", f"{self.name}@{self.nameserver}" if self.nameserver else self.name)
        if not self.place:
            object.__setattr__(self, "place", self.nameserver)

    @property
    def health(self) -> Health:
        """The state in one word."""
        return self.verdict.health

    @property
    def state(self) -> str:
        """The word of its state: the health, or that it is missing, stopped or only remembered."""
        if self.offline:
            return OFFLINE
        if self.stopped:
            return STOPPED
        return MISSING if self.missing else str(self.health)

    @property
    def look(self) -> str:
        """The state whose shape and colour it has."""
        return STOPPED if self.offline or self.stopped else str(self.health)

    @property
    def computer(self) -> str:
        """The PC it is on, in words."""
        if self.own:
            return "this PC"
        return (self.home or "this PC") if self.host in _LOCAL else self.host or self.home

    @property
    def used(self) -> str:
        """Who uses it: the holder of the lock, else whose call runs."""
        return self.lock or self.busy

    @property
    def seen(self) -> str:
        """When it last answered, in words: ``now``, a time of day, or nothing."""
        if self.process in _ANSWERS:
            return "now"
        return moment(self.last_seen) if self.last_seen else ""

    @property
    def appeared(self) -> str:
        """Since when it has been at this address, in words."""
        return moment(self.since) if self.since else ""

    @property
    def delay(self) -> str:
        """The latency in milliseconds, with as many digits as mean something."""
        if self.latency is None or self.process not in _ANSWERS:
            return "–"
        milliseconds = self.latency * 1000
        return f"{milliseconds:.0f} ms" if milliseconds >= 100 else f"{milliseconds:.1f} ms"


@dataclass(frozen=True, slots=True)
class RegistryDiff:
    """What is to be done to one set of rows to get the next one; `removed` are keys."""

    added: tuple[RegistryRow, ...] = ()
    changed: tuple[RegistryRow, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def row_of(
    entry: RegistryEntry,
    *,
    nameserver: str = "",
    place: str = "",
    lab: LabName | None = None,
    has_lab: bool = False,
    watched: bool = False,
    value: str = "",
    alarm: RowAlarm | None = None,
    answered: float | None = None,
    home: str = "",
    own: bool = False,
) -> RegistryRow:
    """Return the row of one entry of a nameserver, judged.

    Parameters
    ----------
    entry
        What the network tells.
    nameserver, place
        Its address and its name, for another than the first.
    lab
        What the lab file says of this name.
    has_lab
        Whether there is a lab that promises names at all.
    watched, value
        Whether the user wants to hear of it; its newest reading, in words.
    alarm
        What stands about it.
    answered
        When the instrument answered this window last.
    home
        The PC of the nameserver: what that calls localhost is there.
    own
        Whether the host is this PC by another name.
    """
    links = entry.links(moment(entry.last_seen) if entry.last_seen else "").with_answer(answered)
    verdict = judge(entry.name, links)
    model = entry.model or (lab.model if lab is not None else "")
    description = lab.description if lab is not None else ""
    daemon = lab.daemon if lab is not None else ""
    busy = f"{entry.busy.member} · {entry.busy.who}" if entry.busy is not None else ""
    words = [entry.name, entry.uri, str(verdict.health), model, description, daemon, entry.owner, *entry.metadata]
    if alarm is not None:
        words.append(ALARM_WORDS.get(alarm.level, alarm.level))
    return RegistryRow(
        name=entry.name,
        uri=entry.uri,
        object_id=entry.object_id,
        host=entry.host,
        port=entry.port,
        metadata=tuple(entry.metadata),
        verdict=verdict,
        process=entry.link,
        connection=_connection(links),
        latency=entry.latency,
        last_seen=entry.last_seen,
        haystack="\n".join(words).lower(),
        nameserver=nameserver,
        model=model,
        lock=entry.owner,
        busy=busy,
        value=value,
        since=entry.since,
        daemon=daemon,
        description=description,
        ours=lab is not None if has_lab else None,
        watched=watched,
        place=place,
        alarm=alarm,
        home="" if home in _LOCAL else home,
        own=own,
    )


def _connection(links: Links) -> str:
    """Return the link from the driver to its instrument in words; empty where nobody knows."""
    words = _CONNECTION_WORDS[links.instrument]
    if links.instrument is InstrumentLink.UNKNOWN:
        return "answers" if links.fresh else ""
    if links.instrument is not InstrumentLink.CONNECTED:
        return words
    if links.process not in _ANSWERS:
        return f"{words} when last heard of"
    if links.fresh:
        return f"{words}, answers"
    return f"{words}, last asked {links.answered}" if links.answered else f"{words}, not asked yet"


def missing_row(
    name: str,
    lab: LabName,
    reason: str = "",
    *,
    stopped: bool = False,
    running: bool = False,
    nameserver: str = "",
    place: str = "",
    watched: bool = False,
) -> RegistryRow:
    """Return the row of a name that the lab file promises and the nameserver does not know.

    A daemon that is `running` registers it by itself, now that it is not there.
    """
    if running:
        reason = f"its daemon {lab.daemon} runs, and is about to register it"
    remedy = Remedy.NONE if running else None
    verdict = judge(name, Links(reason=reason), model=lab.model, registered=False, remedy=remedy)
    words = (name, str(verdict.health), MISSING, STOPPED if stopped else "", lab.model, lab.description, lab.daemon)
    return RegistryRow(
        name=name,
        uri="",
        object_id="",
        host="",
        port=0,
        metadata=(),
        verdict=verdict,
        process=ProcessLink.UNKNOWN,
        connection="",
        latency=None,
        last_seen=None,
        haystack="\n".join(words).lower(),
        nameserver=nameserver,
        model=lab.model,
        daemon=lab.daemon,
        description=lab.description,
        ours=True,
        missing=True,
        stopped=stopped,
        watched=watched,
        place=place,
        home=lab.computer.rpartition(":")[0].strip("[]"),
        own=not lab.computer,
    )


def offline_row(past: PastEntry, *, nameserver: str = "", watched: bool = False) -> RegistryRow:
    """Return the row of a name that is not registered any more, as history remembers it."""
    object_id, _, location = past.uri.removeprefix("PYRO:").partition("@")
    host, _, port = location.rpartition(":")
    where = location or past.uri
    sentence = f"{past.name} is not registered any more; it was last seen {moment(past.last_seen)} at {where}."
    return RegistryRow(
        name=past.name,
        uri=past.uri,
        object_id=object_id,
        host=host.strip("[]"),
        port=int(port) if port.isdigit() else 0,
        metadata=past.metadata,
        verdict=Verdict(Health.STALE, sentence),
        process=ProcessLink.UNKNOWN,
        connection="",
        latency=None,
        last_seen=past.last_seen,
        haystack="\n".join((past.name, past.uri, OFFLINE, *past.metadata)).lower(),
        nameserver=nameserver,
        since=past.first_seen,
        offline=True,
        watched=watched,
    )


def diff(old: Mapping[str, RegistryRow], new: Iterable[RegistryRow]) -> RegistryDiff:
    """Return what turns `old` into `new`."""
    added, changed, keys = [], [], set()
    for row in new:
        keys.add(row.key)
        before = old.get(row.key)
        if before is None:
            added.append(row)
        elif before is not row and before != row:
            changed.append(row)
    return RegistryDiff(tuple(added), tuple(changed), tuple(key for key in old if key not in keys))


def clock(seconds: float) -> str:
    """Return the local time of day, ``14:03:22``."""
    return time.strftime("%H:%M:%S", time.localtime(seconds))


def moment(seconds: float) -> str:
    """Return when something was: the time of day if it was today, else the date with it."""
    then, now = time.localtime(seconds), time.localtime()
    if then[:3] == now[:3]:
        return time.strftime("%H:%M:%S", then)
    return time.strftime("%d %b %H:%M" if then.tm_year == now.tm_year else "%d %b %Y", then)
