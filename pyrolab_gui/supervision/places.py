"""Where a supervisor is asked: that of this computer, by the file in its state folder, or one of another PC, over TLS.

Limits: says where and in which words; connections are `supervision.calling`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pyrolab_gui.supervision.ident import ident_of
from pyrolab_gui.supervision.lan import place_text
from pyrolab_gui.wire.errors import Unreachable
from pyrolab_gui.wire.names import SERVICE_FILE, SUPERVISOR_OBJECT
from pyrolab_gui.wire.supervision import ServiceAddress

if TYPE_CHECKING:
    from pathlib import Path

    from pyrolab_gui.network.trust import Security, Trusts

NONE_RUNS = "No supervisor runs on this computer."


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one is now: the address of its object, the secret that it wants to hear, and the certificates."""

    uri: str
    token: str = ""
    trust: Security | None = None


class Place(Protocol):
    """Where a supervisor is looked for, again before each connection."""

    def find(self) -> Spot:
        """Return where it is now. Raises `Unreachable` where that is known of none."""

    def silent(self) -> str:
        """Return the sentence about one that does not answer."""

    def lost(self) -> str:
        """Return the sentence about a connection that ended."""

    def absent(self, sentence: str) -> str:
        """Return the sentence about one that cannot be connected to, for which the network says `sentence`."""


class LocalPlace:
    """The supervisor of this computer and user, by the address file in its state folder."""

    def __init__(self, state_dir: Path) -> None:
        self._file = state_dir / SERVICE_FILE
        self._pid = 0

    def find(self) -> Spot:
        """Read the address file."""
        try:
            address = ServiceAddress.from_json(self._file.read_text("utf-8"))
        except FileNotFoundError:
            raise Unreachable(NONE_RUNS, str(self._file)) from None
        except (OSError, ValueError) as error:
            raise Unreachable("The address file of the supervisor cannot be read.", f"{self._file}: {error}") from error
        self._pid = address.pid
        return Spot(address.uri, address.token)

    def silent(self) -> str:
        """It hangs, and its process is known."""
        return f"The supervisor (process {self._pid}) does not answer."

    def lost(self) -> str:
        """Its process has ended: here nothing else ends a connection."""
        return "The connection to the supervisor was lost: its process has ended."

    def absent(self, sentence: str) -> str:
        """Nobody listens there, or somebody else: what the file says is over."""
        return sentence if _lives(self._pid) else NONE_RUNS


class FarPlace:
    """The supervisor of another PC.

    Parameters
    ----------
    host, port
        Where it listens for other PCs.
    trusts
        The certificates of this PC.
    """

    def __init__(self, host: str, port: int, trusts: Trusts) -> None:
        self._host, self._port = host, port
        self._trust = trusts.only_secure()
        self._name = place_text(host, port)

    def find(self) -> Spot:
        """Return its address.

        Raises
        ------
        Unreachable
            If this PC has no certificate: no supervisor of another PC answers then.
        """
        if not self._trust.ways(self._host, self._port):
            raise Unreachable(
                "Other PCs answer only to a PC with a certificate of the lab, and this PC has none. "
                "Install one: pyrolab-gui certs."
            )
        host = f"[{self._host}]" if ":" in self._host else self._host
        return Spot(f"PYRO:{SUPERVISOR_OBJECT}@{host}:{self._port}", "", self._trust)

    def silent(self) -> str:
        """The PC may be off, or its network."""
        return f"The supervisor of {self._name} does not answer."

    def lost(self) -> str:
        """Its process, its PC or the network between."""
        return f"The connection to the supervisor of {self._name} was lost."

    def absent(self, sentence: str) -> str:
        """What the network says."""
        return sentence


def _lives(pid: int) -> bool:
    try:
        ident_of(pid)
    except ValueError:
        return False
    return True
