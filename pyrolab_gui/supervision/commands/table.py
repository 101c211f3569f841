"""Children as rows for a program and as a table for people."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyrolab_gui.supervision.when import duration_text
from pyrolab_gui.wire.child import ChildState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.wire.child import ChildStatus
    from pyrolab_gui.wire.supervision import SupervisorInfo

HEAD = ("NAME", "KIND", "STATE", "PID", "UP", "RESTARTS", "ADDRESS", "")


def supervisor_row(info: SupervisorInfo, now: float, *, reachable: bool = True) -> dict[str, Any]:
    """Return the row of the supervisor itself."""
    return {
        "host": info.host,
        "kind": "supervisor",
        "name": "supervisor",
        "state": "running" if reachable else "unreachable",
        "pid": info.pid or None,
        "uptime_s": _uptime(info.started, now),
        "restarts": 0,
        "uri": "",
        "error": "",
        "version": info.version,
    }


def child_row(host: str, status: ChildStatus, now: float) -> dict[str, Any]:
    """Return the row of a child."""
    if status.stale:
        status = replace(status, error="This is what was known last; the supervisor does not answer.")
    elif status.state is ChildState.BACKOFF and status.retry_at:
        status = replace(status, error=f"next try in {duration_text(status.retry_at - now)}: {status.error}")
    waiting = [service for service in status.services if service.state == "not-connected"]
    error = status.error
    if waiting and not error:
        error = f"{len(waiting)} of {len(status.services)} not connected: {waiting[0].name}"
        error += f": {waiting[0].error}" if waiting[0].error else ""
    return {
        "host": host,
        "kind": str(status.kind),
        "name": status.name,
        "state": str(status.state),
        "pid": status.pid or None,
        "uptime_s": _uptime(status.started, now) if status.pid else None,
        "restarts": status.restarts,
        "uri": status.uri,
        "error": error,
    }


def table(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return rows as lines, in columns as wide as what stands in them; PCs are named where there are several."""
    cells = [HEAD, *(_cells(row) for row in rows)]
    if sum(row["kind"] == "supervisor" for row in rows) > 1:
        cells = [(host, *line) for host, line in zip(["HOST", *(row["host"] for row in rows)], cells, strict=True)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]) - 1)]
    return [
        "  ".join((*(line[column].ljust(width) for column, width in enumerate(widths)), line[-1])).rstrip()
        for line in cells
    ]


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    up = "" if row["uptime_s"] is None else duration_text(row["uptime_s"])
    address = row["uri"].rpartition("@")[2]
    return (
        row["name"],
        row["kind"],
        row["state"],
        str(row["pid"] or ""),
        up,
        str(row["restarts"]),
        address,
        row["error"].partition("\n")[0],
    )


def _uptime(started: float, now: float) -> float | None:
    return round(max(0.0, now - started), 3) if started else None
