"""The lab's other PCs as far as this one knows: found in a nameserver, or added by hand; written down between runs.

Limits: a small file, read and written at once; who is asked is decided elsewhere.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.registry_entry import parts
from pyrolab_gui.supervision.lan import place_text
from pyrolab_gui.supervision.private_file import write_private
from pyrolab_gui.wire.names import SUPERVISOR_OBJECT
from pyrolab_gui.wire.supervision import SUPERVISOR_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HOSTS_FILE = "hosts.json"


@dataclass(frozen=True, slots=True)
class KnownHost:
    """One PC: where its supervisor listens, what it calls itself, and when it answered last (0: never)."""

    host: str
    port: int
    name: str = ""
    by_hand: bool = False
    seen: float = 0.0

    @property
    def key(self) -> str:
        """What tells it from others: its address."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def shown(self) -> str:
        """What people call it."""
        return self.name or place_text(self.host, self.port)

    def is_meant(self, word: str) -> bool:
        """Whether somebody who types `word` means it."""
        return word in (self.name, self.key, self.host, place_text(self.host, self.port))


class KnownHosts:
    """What is known, and the file that it is written to.

    Parameters
    ----------
    folder
        The folder of settings.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / HOSTS_FILE
        self._hosts = {host.key: host for host in _read(self._file)}

    def all(self) -> tuple[KnownHost, ...]:
        """Return all, in the order in which they became known."""
        return tuple(self._hosts.values())

    def add(self, host: KnownHost) -> bool:
        """Take a host in, or what is new about it; return whether anything is."""
        before = self._hosts.get(host.key)
        if before is not None:
            host = replace(
                host,
                name=host.name or before.name,
                by_hand=host.by_hand or before.by_hand,
                seen=max(host.seen, before.seen),
            )
        else:
            # The same PC with another port: it was started anew.
            for key, other in list(self._hosts.items()):
                if host.name and other.name == host.name and other.host == host.host and not other.by_hand:
                    del self._hosts[key]
        self._hosts[host.key] = host
        return host != before

    def forget(self, key: str) -> bool:
        """Take a host out; return whether it was known."""
        return self._hosts.pop(key, None) is not None

    def save(self) -> None:
        """Write the file. Raises `OSError` where it cannot be written."""
        write_private(self._file, json.dumps([asdict(host) for host in self._hosts.values()], indent=1))


def found_in(entries: Iterable[tuple[str, str]]) -> list[KnownHost]:
    """Return the supervisors among what a nameserver lists, given as pairs of name and URI."""
    found = []
    for name, uri in entries:
        object_id, host, port = parts(uri)
        if object_id == SUPERVISOR_OBJECT and port and name.startswith(SUPERVISOR_NAME):
            found.append(KnownHost(host, port, name.removeprefix(SUPERVISOR_NAME)))
    return found


def _read(file: Path) -> list[KnownHost]:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return [found for item in json.loads(file.read_text("utf-8")) if (found := _host(item)) is not None]
    return []


def _host(plain: Any) -> KnownHost | None:
    with contextlib.suppress(KeyError, ValueError, TypeError):
        return KnownHost(
            str(plain["host"]),
            int(plain["port"]),
            str(plain.get("name") or ""),
            bool(plain.get("by_hand")),
            float(plain.get("seen") or 0.0),
        )
    return None
