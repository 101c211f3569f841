"""Why an entry of the registry is as it is: the checks, many at once, each on a connection of its own.

All checks run on one thread that never blocks; names of machines are looked up on a few others. Two checks of one
daemon never run at the same time, and only a few of one machine. Limits: an instrument is never asked, and its own
connection never used: what is known of it is what its daemon tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyrolab_gui.wire.health import Health
from pyrolab_gui.wire.remedies import Cause, Remedy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

    from pyrolab_gui.network.identity import Identity
    from pyrolab_gui.network.registry_entry import RegistryEntry
    from pyrolab_gui.network.trust import Trust


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the doctor found.

    `code` is the cause; `sentence` and `remedy` (the words of a button, or empty) are for a person, as `wire.health`
    tells them everywhere; `remedy_key` is what the button does; `detail` the steps of the examination. `other` is the
    name or the address that the sentence speaks of (a duplicate, the new name).
    """

    code: Cause
    sentence: str
    remedy: str = ""
    remedy_key: Remedy = Remedy.NONE
    detail: str = ""
    name: str = ""
    health: Health = Health.UNKNOWN
    other: str = ""


class Doctor:
    """Examines entries.

    Parameters
    ----------
    identity
        Who this client is.
    threads
        So many names of machines are looked up at once.
    per_host
        So many daemons of one machine are examined at once.
    timeout
        Seconds for a connect, and for each answer.
    trust
        Certificates for TLS; None for plain connections.
    """

    def __init__(
        self,
        identity: Identity,
        *,
        threads: int = 16,
        per_host: int = 4,
        timeout: float = 3.0,
        trust: Trust | None = None,
    ) -> None:
        raise NotImplementedError

    def examine(
        self,
        entry: RegistryEntry | str,
        name: str = "",
        nameserver: str = "",
        *,
        names: Mapping[str, str] | None = None,
    ) -> Future[Diagnosis]:
        """Begin to examine an entry; returns at once. The future never holds an exception.

        Parameters
        ----------
        entry
            The entry, or its URI.
        name
            What it is registered as; an entry brings its own.
        nameserver
            ``host:port`` of the nameserver that has it; empty where there is none.
        names
            Name -> URI, all that this nameserver knows; None: it is asked.
        """
        raise NotImplementedError

    def close(self) -> None:
        """End all examinations; returns at once (see `join`). What is still examined gets the verdict *unknown*."""

    def join(self, timeout: float) -> bool:
        """Wait for the end of a closed doctor; return whether it came."""
        raise NotImplementedError
