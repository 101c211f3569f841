"""The services of one daemon as its status page shows them: those of the lab, then what it hosts besides.

Limits: a pure function of the lab's entries, of what the daemon tells and of what is known beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyrolab_gui.viewmodels.daemons_tree import Evidence, state_of_service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyrolab_gui.wire.child import ChildStatus


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service of a daemon as its status page shows it."""

    name: str
    driver: str
    state: str
    error: str = ""
    detail: str = ""
    retry_at: float = 0.0


def service_rows(
    daemon: str, entries: Mapping[str, Mapping[str, Any]], status: ChildStatus | None, evidence: Evidence
) -> tuple[ServiceRow, ...]:
    """Return the rows of a daemon, by its name, the lab's services and its status; None where that is not known."""
    hosted = {item.name: item for item in status.services} if status is not None else {}
    rows = []
    for name, entry in entries.items():
        if entry.get("daemon") == daemon:
            state, error = state_of_service(name, status, evidence)
            told = hosted.get(name)
            detail, retry_at = (told.detail, told.retry_at) if told is not None else ("", 0.0)
            driver = f"{entry.get('module', '')}.{entry.get('classname', '')}"
            rows.append(ServiceRow(name, driver, state, error, detail, retry_at))
    known = {row.name for row in rows}
    rows += [
        ServiceRow(item.name, "", item.state, item.error, item.detail, item.retry_at)
        for name, item in hosted.items()
        if name not in known
    ]
    return tuple(rows)
