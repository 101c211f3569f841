"""The columns of the registry: what each shows, what it is sorted by, and which are there at first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.health import SEVERITY, Health

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.viewmodels.registry_rows import RegistryRow

ALARM_STATES = {"alarm": "alarm", "warn": "warning"}
"""Level of an alarm -> the state that its shape and colour show."""
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, what it shows, what it is sorted by, how wide it starts, whether it is there at first."""

    title: str
    text: Callable[[RegistryRow], str]
    key: Callable[[RegistryRow], Any]
    width: int
    right: bool = False
    shown: bool = True


@lru_cache(maxsize=1 << 16)
def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that puts ``laser2`` before ``laser10``."""
    parts = _DIGITS.split(text.casefold())
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part)


def _severity(row: RegistryRow) -> int:
    return 1 if row.offline else -SEVERITY[Health.STALE] if row.stopped else -SEVERITY[row.health]


COLUMNS: tuple[Column, ...] = (
    Column("Name", lambda row: row.name, lambda row: natural(row.name), 190),
    Column("Model", lambda row: row.model, lambda row: natural(row.model), 164),
    Column("State", lambda row: row.state, _severity, 140),
    Column("In use by", lambda row: row.used, lambda row: (not row.used, natural(row.used)), 136),
    Column("Value", lambda row: row.value, lambda row: (not row.value, natural(row.value)), 136, right=True),
    Column("PC", lambda row: row.computer, lambda row: natural(row.computer), 84),
    Column("Since", lambda row: row.appeared, lambda row: -(row.since or 0.0), 96),
    Column("Port", lambda row: str(row.port) if row.port else "", lambda row: row.port, 66, right=True, shown=False),
    Column("Object", lambda row: row.object_id, lambda row: natural(row.object_id), 130, shown=False),
    Column("Description", lambda row: row.description, lambda row: natural(row.description), 180, shown=False),
    Column("Metadata", lambda row: ", ".join(row.metadata), lambda row: row.metadata, 150, shown=False),
    Column("Daemon", lambda row: row.daemon, lambda row: natural(row.daemon), 96, shown=False),
    Column("Instrument", lambda row: row.connection, lambda row: row.connection, 112, shown=False),
    Column("Response", lambda row: row.delay, lambda row: (row.latency is None, row.latency or 0.0), 80, True, False),
    Column("Last seen", lambda row: row.seen, lambda row: -(row.last_seen or 0.0), 96, shown=False),
    Column("Nameserver", lambda row: row.place, lambda row: natural(row.place), 130, shown=False),
    Column("URI", lambda row: row.uri, lambda row: natural(row.uri), 240, shown=False),
)
(
    NAME, MODEL, STATE, USED, VALUE, COMPUTER, SINCE, PORT, OBJECT, DESCRIPTION, METADATA, DAEMON, INSTRUMENT,
    LATENCY, SEEN, NAMESERVER, URI,
) = range(len(COLUMNS))  # fmt: skip
