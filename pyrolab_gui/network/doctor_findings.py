"""What a look at a daemon means for one of its entries: the cause, and what is said and done about it.

Joins what was seen (`doctor_probe`) with what the nameserver knows (the same object under two names, a new name, a new
address). Limits: judges only; it opens no connection. The words are those of `wire.health`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.registry_entry import new_entry, parts, running_call, with_service
from pyrolab_gui.wire.health import InstrumentLink, Links, ProcessLink, Verdict, judge
from pyrolab_gui.wire.names import DAEMON_OBJECT
from pyrolab_gui.wire.remedies import Cause, Remedy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyrolab_gui.network.doctor_seen import Probe

_DOWN = {
    Cause.BAD_ADDRESS: Remedy.REMOVE_ENTRY,
    Cause.NO_SUCH_HOST: Remedy.REMOVE_ENTRY,
    Cause.LOCALHOST_ONLY: Remedy.CHANGE_HOST,
    Cause.NO_ANSWER: Remedy.NONE,
    Cause.NO_WAY: Remedy.NONE,
    Cause.NOTHING_LISTENS: Remedy.START_DAEMON,
    Cause.NOT_PYRO: Remedy.REMOVE_ENTRY,
    Cause.OTHER_VERSION: Remedy.NONE,
    Cause.WANTS_TLS: Remedy.USE_TLS,
    Cause.NO_TLS: Remedy.USE_PLAIN,
    Cause.NOT_TRUSTED: Remedy.USE_TLS,
    Cause.REFUSES: Remedy.NONE,
    Cause.FULL: Remedy.NONE,
    Cause.OBJECT_GONE: Remedy.REMOVE_ENTRY,
    Cause.MOVED: Remedy.SHOW_OTHER,
}
"""Causes that make an entry unreachable, each with what can be done."""

_IN_USE = re.compile(
    r"in use|\bbusy\b|exclusively lock|already open|access is denied|resource temporarily unavailable|EBUSY|RSRC_BUSY",
    re.IGNORECASE,
)
_DEVICE = re.compile(r"/dev/[\w/.:@-]+|\bCOM\d+\b|\b(?:ASRL|GPIB|USB|TCPIP)\d*::[\w:.-]+")


NOTHING_TOLD = Links()


@dataclass(frozen=True, slots=True)
class Finding:
    """A cause, and what is needed to tell it. `other` is the name or address that it speaks of."""

    cause: Cause
    process: ProcessLink = ProcessLink.LIVE
    reason: str = ""
    detail: str = ""
    told: Links = NOTHING_TOLD
    """What the daemon tells of the entry's own links."""
    remedy: Remedy | None = None
    note: str = ""
    registered: bool = True
    other: str = ""

    def verdict(self, name: str, last_seen: str = "") -> Verdict:
        """Return state, sentence and remedy, in the words that are used everywhere."""
        links = replace(
            self.told,
            process=self.process,
            reason=self.reason,
            error=self.reason,
            detail=self.detail,
            last_seen=last_seen,
        )
        return judge(name, links, note=self.note, registered=self.registered, remedy=self.remedy)


def unreachable(cause: Cause, reason: str, *, other: str = "") -> Finding:
    """Return the finding for something that cannot be reached."""
    return Finding(cause, ProcessLink.UNREACHABLE, reason=reason, remedy=_DOWN[cause], other=other)


def finding_of(uri: str, name: str, seen: Probe, names: Mapping[str, str] | None) -> Finding:
    """Return what is to be said of the entry `name` at `uri`.

    Parameters
    ----------
    uri, name
        The entry.
    seen
        What was seen of its daemon.
    names
        Name -> URI, as its nameserver knows them; None where that is not known.
    """
    object_id, _, _ = parts(uri)
    if names is not None and name and name not in names:
        found = _not_registered(uri, object_id, seen, names)
    elif names is not None and name and names[name] != uri:
        found = unreachable(Cause.MOVED, f"it is registered at {names[name]} now", other=names[name])
    elif seen.cause is Cause.HANGS:
        found = Finding(Cause.HANGS, ProcessLink.NO_REPLY, reason=seen.reason)
    elif seen.cause in _DOWN:
        found = unreachable(seen.cause, seen.reason)
    elif seen.objects is not None and object_id not in seen.objects:
        found = _gone(object_id, name, seen, names or {})
    else:
        found = _service(uri, object_id, name, seen, names or {})
    return found


def device_in(text: str) -> str:
    """Return the name of a device in an error's text (a serial port, a VISA address); empty if there is none."""
    match = _DEVICE.search(text)
    return match[0].rstrip(".:") if match else ""


def _not_registered(uri: str, object_id: str, seen: Probe, names: Mapping[str, str]) -> Finding:
    same = sorted(other for other, address in names.items() if address == uri)
    if same:
        reason = f"the same object is registered as “{same[0]}”"
        return Finding(Cause.RENAMED, reason=reason, registered=False, remedy=Remedy.SHOW_OTHER, other=same[0])
    there = seen.objects is not None and object_id in seen.objects
    reason = f"its object answers at {seen.where}" if there else seen.reason
    remedy = Remedy.REGISTER_AGAIN if there else Remedy.START_DAEMON
    return Finding(Cause.NOT_REGISTERED, reason=reason, registered=False, remedy=remedy)


def _gone(object_id: str, name: str, seen: Probe, names: Mapping[str, str]) -> Finding:
    """The daemon answers, but hosts no such object."""
    elsewhere = sorted(
        (other, address) for other, address in names.items() if other != name and parts(address)[0] == object_id
    )
    if elsewhere:
        other, address = elsewhere[0]
        reason = f"the process at {seen.where} does not host it any more; “{other}” is the same object at {address}"
        return unreachable(Cause.MOVED, reason, other=other)
    hosted = (seen.objects or frozenset()) - {DAEMON_OBJECT}
    known = {
        parts(address)[0]
        for other, address in names.items()
        if other != name and parts(address)[1:] == (seen.host, seen.port)
    }
    new = sorted(hosted - known)
    if len(new) == 1:
        reason = f"the process at {seen.where} hosts “{new[0]}” in its place, and nothing called “{object_id}”"
        return Finding(Cause.RENAMED, ProcessLink.UNREACHABLE, reason=reason, remedy=Remedy.REMOVE_ENTRY, other=new[0])
    reason = f"the process at {seen.where} answers, but hosts nothing called “{object_id}”"
    return unreachable(Cause.OBJECT_GONE, reason)


def _service(uri: str, object_id: str, name: str, seen: Probe, names: Mapping[str, str]) -> Finding:
    """The object is there: how is its instrument, and is it registered twice."""
    service = _told(object_id, seen.status)
    entry = replace(with_service(new_entry(name, uri, (), None, expected=False), service), busy=running_call(service))
    told = entry.links()
    if told.instrument is InstrumentLink.NOT_CONNECTED:
        cause = Cause.PORT_IN_USE if _IN_USE.search(told.error) else Cause.NOT_CONNECTED
        return Finding(cause, reason=told.error.rstrip("."), detail=told.detail, told=told)
    if told.instrument is InstrumentLink.CONNECTING:
        return Finding(Cause.CONNECTING, told=told)
    if told.failing:
        return Finding(Cause.CALLS_FAIL, told=told)
    twins = sorted(other for other, address in names.items() if address == uri and other != name)
    if twins:
        note = f"the same object is registered as “{twins[0]}” too"
        # A daemon of ours calls its objects by their names: the entry of that name is the one that stays.
        remedy = Remedy.SHOW_OTHER if name == object_id else Remedy.REMOVE_ENTRY
        return Finding(Cause.DUPLICATE, told=told, note=note, remedy=remedy, other=twins[0])
    if seen.cause is Cause.SLOW:
        return Finding(Cause.SLOW, ProcessLink.SLOW, seen.reason, told=told)
    if told.slow:
        return Finding(Cause.SLOW, told=told)
    return Finding(Cause.WELL if told.fresh or not service else Cause.NOT_ASKED, told=told)


def _told(object_id: str, status: dict[str, Any] | None) -> dict[str, Any]:
    services = status.get("services") if status else None
    for service in services if isinstance(services, list) else ():
        if isinstance(service, dict) and service.get("object_id") == object_id:
            return service
    return {}
