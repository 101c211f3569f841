"""Who this client is, as it introduces itself to every daemon: locks and readings belong to this identity.

One per window or script: all its connections say the same. Limits: it is an introduction, not a proof.
"""

from __future__ import annotations

import getpass
import socket
import uuid
from dataclasses import dataclass

from pyrolab_gui.wire import names


@dataclass(frozen=True, slots=True)
class Identity:
    """A client's id (unique, the same for all its connections) and who it is in words."""

    client: str
    who: str

    @classmethod
    def here(cls, purpose: str = "") -> Identity:
        """Return a new identity for this process: ``user@machine``, and what for: ``user@machine (recording)``."""
        try:
            user = getpass.getuser()
        except (OSError, KeyError, ImportError):  # no user name in this environment (a container, a service)
            user = "somebody"
        who = f"{user}@{socket.gethostname()}"
        return cls(uuid.uuid4().hex, f"{who} ({purpose})" if purpose else who)

    def hello(self) -> dict[str, object]:
        """Return the handshake of our own clients."""
        return names.hello(self.client, self.who)
