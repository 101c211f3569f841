"""The instruments that a nameserver knows, each with its health, as rows of plain data: asked once, for a script.

Limits: waits for all daemons to have answered or failed, for `timeout` seconds at most; those that are still open then
are *unknown*.
"""

from __future__ import annotations

import fnmatch
import threading
from typing import Any

from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.registry import RegistryEntry, RegistrySnapshot, RegistryWatcher
from pyrolab_gui.wire.errors import Unreachable
from pyrolab_gui.wire.health import ProcessLink

_DOWN = (ProcessLink.NO_REPLY, ProcessLink.UNREACHABLE)


def list_with_health(
    host: str, port: int, *, pattern: str | None = None, timeout: float, identity: Identity | None = None
) -> list[dict[str, Any]]:
    """Return a row for each name: name, uri, host, port, object, metadata, health, reason.

    Parameters
    ----------
    host, port
        The nameserver.
    pattern
        A part of the names wanted, or a pattern with ``*`` and ``?``; None for all.
    timeout
        Seconds to wait for daemons that do not answer.
    identity
        Who asks, and with which certificates; None for a new one of this process.

    Raises
    ------
    Unreachable
        If the nameserver cannot be asked.
    """
    settled = threading.Event()
    newest: list[RegistrySnapshot] = []

    def on_change(snapshot: RegistrySnapshot) -> None:
        newest[:] = [snapshot]
        if snapshot.link in _DOWN or (snapshot.link is not ProcessLink.UNKNOWN and _all_known(snapshot)):
            settled.set()

    watcher = RegistryWatcher(host, port, on_change, identity=identity or Identity.here())
    watcher.start()
    try:
        settled.wait(timeout)
    finally:
        watcher.close()
        watcher.join(1.0)
    if not newest or newest[0].link in (*_DOWN, ProcessLink.UNKNOWN):
        reason = newest[0].reason.rstrip(".") if newest else "no answer in time"
        said = f"The nameserver at {host}:{port} cannot be reached"
        raise Unreachable(f"{reason}." if reason.startswith(said) else f"{said}: {reason}.")
    return [_row(entry) for entry in newest[0].entries if matches(entry.name, pattern)]


def _all_known(snapshot: RegistrySnapshot) -> bool:
    return all(entry.link is not ProcessLink.UNKNOWN or not entry.port for entry in snapshot.entries)


def matches(name: str, pattern: str | None) -> bool:
    """Whether a name has that part, or fits that pattern with ``*`` and ``?``; None fits all."""
    if pattern is None:
        return True
    if any(sign in pattern for sign in "*?["):
        return fnmatch.fnmatchcase(name, pattern)
    return pattern.lower() in name.lower()


def _row(entry: RegistryEntry) -> dict[str, Any]:
    verdict = entry.verdict()
    reason = (entry.reason if entry.link in _DOWN else entry.error or entry.failing).rstrip(".")
    return {
        "name": entry.name,
        "uri": entry.uri,
        "host": entry.host,
        "port": entry.port,
        "object": entry.object_id,
        "metadata": list(entry.metadata),
        "health": str(verdict.health),
        "reason": reason,
    }
