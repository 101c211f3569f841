"""Who this client is, as it introduces itself to every daemon: locks and readings belong to this identity.

One per window or script: all its connections say the same, and show the same certificates where a server asks for
one. Limits: the name is an introduction, not a proof.
"""

from __future__ import annotations

import getpass
import socket
import uuid
from dataclasses import dataclass, field

from pyrolab_gui.network.trust import Trusts
from pyrolab_gui.wire import names


@dataclass(frozen=True, slots=True)
class Identity:
    """A client's id (unique, the same for all its connections), who it is in words, and its certificates."""

    client: str
    who: str
    trust: Trusts = field(default_factory=Trusts, compare=False)

    @classmethod
    def here(cls, purpose: str = "") -> Identity:
        """Return a new identity for this process: ``user@machine``, and what for: ``user@machine (recording)``."""
        try:
            user = getpass.getuser()
        except (OSError, KeyError, ImportError):  # no user name in this environment (a container, a service)
            user = "somebody"
        who = f"{user}@{socket.gethostname()}"
        return cls(uuid.uuid4().hex, f"{who} ({purpose})" if purpose else who, Trusts.here())

    def hello(self) -> dict[str, object]:
        """Return the handshake of our own clients."""
        return names.hello(self.client, self.who)
