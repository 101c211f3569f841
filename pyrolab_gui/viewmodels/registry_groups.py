"""By what the registry's rows can be put together: prefix of the name, PC, daemon, metadata, state, lab.

Limits: a row is in one group; nested prefixes are one group each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.wire import names

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.viewmodels.registry_rows import RegistryRow

FLAT = "none"
PREFIX = "prefix"
LAB, NAMESERVERS = "lab", "nameserver"
THIS_LAB, SERVERS = "This lab", "Nameservers, daemons"


def _prefix(row: RegistryRow) -> str:
    return row.name.rpartition(".")[0] or "no prefix"


def _daemon(row: RegistryRow) -> str:
    return row.daemon or (f"{row.host}:{row.port}" if row.port else row.host or "unknown daemon")


def _metadata(row: RegistryRow) -> str:
    return ", ".join(row.metadata) or "no metadata"


def _lab(row: RegistryRow) -> str:
    if row.object_id in names.SERVERS:
        return SERVERS
    return "Not of this lab" if row.ours is False else THIS_LAB


GROUPINGS: dict[str, tuple[str, Callable[[RegistryRow], str]]] = {
    FLAT: ("nothing", lambda row: ""),
    PREFIX: ("prefix", _prefix),
    "host": ("PC", lambda row: row.computer or "not registered"),
    "daemon": ("daemon", _daemon),
    "metadata": ("metadata", _metadata),
    "state": ("state", lambda row: row.state),
    LAB: ("lab", _lab),
    NAMESERVERS: ("nameserver", lambda row: row.place or "first nameserver"),
}
"""Key -> what the choice is called, and the group of a row."""


_RANKS = {THIS_LAB: -1, SERVERS: 1, "first nameserver": -1, "this PC": -1}


def rank_of(title: str) -> int:
    """Return where a group stands before titles are looked at: what is at hand first, what only serves last."""
    return _RANKS.get(title, 0)
