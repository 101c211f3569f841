"""From a PC that somebody names to its supervisor: this one, one that is known, or one at an address.

Limits: other PCs are known from the window, from what was added there by hand, and from the nameservers of the lab that
ran here last; a nameserver that does not answer is left out.
"""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pyrolab_gui import paths
from pyrolab_gui.network.nameserver import list_entries
from pyrolab_gui.network.trust import Trusts, certificates_folder
from pyrolab_gui.supervision.kept_lab import KeptLab
from pyrolab_gui.supervision.known_hosts import KnownHost, KnownHosts, found_in
from pyrolab_gui.supervision.lan import place_of, read_settings
from pyrolab_gui.supervision.places import FarPlace
from pyrolab_gui.supervision.remote import RemoteSupervisor
from pyrolab_gui.wire.errors import ConfigInvalid, LabError

if TYPE_CHECKING:
    from collections.abc import Iterable

HERE = ("this-pc", "localhost")
"""What stands for this PC, beside its name."""

_CONNECT = 4.0
_ASK = 1.5


def is_here(word: str) -> bool:
    """Whether somebody who types `word` means this PC."""
    return not word or word.lower() in HERE or word == socket.gethostname()


def known_hosts() -> list[KnownHost]:
    """Return all other PCs that are known; none where this PC has no certificate, because none would answer."""
    if not certificates_folder().is_dir():
        return []
    known = KnownHosts(paths.config_dir())
    places = _nameservers()
    if places:
        with ThreadPoolExecutor(len(places)) as pool:
            for entries in pool.map(_entries, places):
                for found in found_in(entries):
                    known.add(found)
    return list(known.all())


def host_meant(word: str) -> KnownHost:
    """Return the PC that somebody means.

    Raises
    ------
    LabError
        If that cannot be told.
    """
    found = [host for host in known_hosts() if host.is_meant(word)]
    if len(found) > 1:
        raise LabError(f"More than one PC is called {word}: {', '.join(host.key for host in found)}. Say which.")
    return found[0] if found else KnownHost(*place_of(word))


def connect(host: KnownHost) -> RemoteSupervisor:
    """Return the supervisor of another PC, connected.

    Raises
    ------
    Unreachable
        If it cannot be reached.
    """
    return RemoteSupervisor.connect(place=FarPlace(host.host, host.port, Trusts.here()), timeout=_CONNECT)


def connect_all(hosts: Iterable[KnownHost]) -> list[tuple[KnownHost, RemoteSupervisor | LabError]]:
    """Return the supervisors of other PCs, or why one cannot be reached; all are tried at the same time."""
    hosts = list(hosts)
    if not hosts:
        return []
    with ThreadPoolExecutor(len(hosts)) as pool:
        return list(zip(hosts, pool.map(_tried, hosts), strict=True))


def split_name(typed: str) -> tuple[str, str]:
    """Return name and PC of what was typed as ``NAME`` or ``NAME@HOST``."""
    name, _, host = typed.partition("@")
    return name, host


def _tried(host: KnownHost) -> RemoteSupervisor | LabError:
    try:
        return connect(host)
    except LabError as error:
        return error


def _nameservers() -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    try:
        found += read_settings(paths.config_dir()).nameservers
    except ConfigInvalid:
        pass  # the supervisor says it
    plan, _ = KeptLab(paths.state_dir()).read()
    for daemon in plan.daemons if plan is not None else ():
        found += [(nameserver.host, nameserver.port) for nameserver in daemon.nameservers if nameserver.port]
    return list(dict.fromkeys(found))


def _entries(place: tuple[str, int]) -> list[tuple[str, str]]:
    try:
        return [(name, uri) for name, (uri, _) in list_entries(*place, timeout=_ASK, trust=Trusts.here()).items()]
    except LabError:
        return []
