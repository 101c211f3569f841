"""Entries of a nameserver examined by the doctor, as rows of plain data: asked once, for a script or a terminal.

Limits: one nameserver; waits until all are examined, which takes as long as the slowest of them, not their sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.doctor import Diagnosis, Doctor
from pyrolab_gui.network.identity import Identity
from pyrolab_gui.network.listing import matches
from pyrolab_gui.network.nameserver import list_entries
from pyrolab_gui.network.registry_entry import parts
from pyrolab_gui.wire.errors import LabError, Unreachable
from pyrolab_gui.wire.health import SEVERITY, Health
from pyrolab_gui.wire.names import NAMESERVER_OBJECT

if TYPE_CHECKING:
    from pyrolab_gui.network.trust import Trusts

FAULTS = frozenset((Health.NO_REPLY, Health.NOT_CONNECTED, Health.LOST, Health.FAILED))
"""States that somebody must do something about."""


def examine(
    host: str,
    port: int,
    what: str | None = None,
    *,
    pattern: str | None = None,
    timeout: float = 3.0,
    identity: Identity | None = None,
) -> list[dict[str, Any]]:
    """Return a row for each entry: name, uri, host, port, object, code, health, sentence, remedy, detail.

    Parameters
    ----------
    host, port
        The nameserver.
    what
        One name, or a URI that need not be registered; None for all names.
    pattern
        A part of the names wanted, or a pattern with ``*`` and ``?``.
    timeout
        Seconds for a connect, and for each answer.
    identity
        Who asks, and with which certificates; None for a new one of this process.

    Raises
    ------
    LabError
        If the nameserver cannot be asked, in the doctor's words, or does not know the name.
    """
    identity = identity or Identity.here()
    doctor = Doctor(identity, timeout=timeout)
    try:
        if what is not None and what.startswith("PYRO:"):
            return [_row(what, doctor.examine(what, what).result())]
        known = _known(doctor, host, port, timeout, identity.trust)
        if what is not None and what not in known:
            raise LabError(f"The nameserver at {host}:{port} knows no “{what}”.")
        wanted = [what] if what is not None else [name for name in sorted(known) if matches(name, pattern)]
        address = f"{host}:{port}"
        asked = [(known[name], doctor.examine(known[name], name, address, names=known)) for name in wanted]
        return [_row(uri, future.result()) for uri, future in asked]
    finally:
        doctor.close()
        doctor.join(1.0)


def is_fault(row: dict[str, Any]) -> bool:
    """Whether a row tells of something that is wrong."""
    return row["health"] in FAULTS


def worst_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows, those that somebody must look at before the others."""
    return sorted(rows, key=lambda row: -SEVERITY[Health(row["health"])])


def _known(doctor: Doctor, host: str, port: int, timeout: float, trust: Trusts) -> dict[str, str]:
    try:
        return {name: uri for name, (uri, _) in list_entries(host, port, timeout=timeout, trust=trust).items()}
    except Unreachable as error:
        name = f"The nameserver at {host}:{port}"
        found = doctor.examine(f"PYRO:{NAMESERVER_OBJECT}@{host}:{port}", name).result()
        raise Unreachable(found.sentence if found.health in FAULTS else error.sentence, found.detail) from error


def _row(uri: str, found: Diagnosis) -> dict[str, Any]:
    object_id, host, port = parts(uri)
    return {
        "name": found.name,
        "uri": uri,
        "host": host,
        "port": port,
        "object": object_id,
        "code": str(found.code),
        "health": str(found.health),
        "sentence": found.sentence,
        "remedy": found.remedy,
        "detail": found.detail,
    }
