"""The registry's rows as a file: CSV for spreadsheets, JSON for programs.

Limits: writes what it is given, as a whole or not at all.
"""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pyrolab_gui.viewmodels.export import write_atomically
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyrolab_gui.viewmodels.registry_rows import RegistryRow

KEYS = (
    "name", "model", "state", "reason", "alarm", "in_use_by", "value", "host", "port", "object", "uri", "daemon",
    "description", "metadata", "response_s", "since", "last_seen", "nameserver", "of_this_lab",
)  # fmt: skip


def as_csv(rows: Iterable[RegistryRow]) -> str:
    """Return the rows as CSV with a head line."""
    out = io.StringIO()
    writer = csv.DictWriter(out, KEYS)
    writer.writeheader()
    for row in rows:
        plain = _plain(row)
        writer.writerow({**plain, "metadata": "; ".join(row.metadata)})
    return out.getvalue()


def as_json(rows: Iterable[RegistryRow]) -> str:
    """Return the rows as a JSON list of objects."""
    return json.dumps([_plain(row) for row in rows], indent=1, ensure_ascii=False) + "\n"


def write_rows(path: str, rows: Iterable[RegistryRow]) -> tuple[str, LabError | None]:
    """Write a file, JSON if it is called so; return what is to be said of it: a sentence, or why it failed."""
    file = Path(path)
    if file.suffix.lower() == ".json":
        data = as_json(rows).encode()
    else:
        data = as_csv(rows).encode("utf-8-sig")  # without its mark, Excel reads °C as two letters
    try:
        write_atomically(file, lambda target: target.write(data))
    except LabError as error:
        return "", error
    return f"Saved {file.name}.", None


def _plain(row: RegistryRow) -> dict[str, object]:
    return {
        "name": row.name,
        "model": row.model,
        "state": row.state,
        "reason": row.verdict.sentence,
        "alarm": row.alarm.text if row.alarm is not None else "",
        "in_use_by": row.used,
        "value": row.value,
        "host": row.host,
        "port": row.port,
        "object": row.object_id,
        "uri": row.uri,
        "daemon": row.daemon,
        "description": row.description,
        "metadata": list(row.metadata),
        "response_s": row.latency,
        "since": _iso(row.since),
        "last_seen": _iso(row.last_seen),
        "nameserver": row.nameserver,
        "of_this_lab": row.ours,
    }


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(seconds))
