"""The link between a child and its supervisor: lines of JSON over a loopback TCP connection.

The child connects (address and token from the state folder), says who it is, and keeps the connection; its end is the
event of the child's death. Child to supervisor: ``hello`` (token, kind, name, pid, ident), then ``state`` (state, uri,
error, services) whenever something changed; its ``state`` is ``starting``, ``running`` (this is *ready*) or
``stopping``. Supervisor to child: ``welcome``, ``go`` (to one that was started early and held), ``stop`` (who),
``tell`` (what: something about the child's own work, such as a note for a recording), ``refused`` (reason), and
``ping``, which the child's link thread answers at once with ``pong``: a process that lives but does not answer is
*unresponsive*. A child may ask to be ended because a call does not let a stop or a safe state through (``interrupt``:
calls, who); a process that follows one that was interrupted or crashed is told so (``begin``: after_crash, calls, who).
A child that meets another supervisor (or the same one again) says hello and its whole state anew, so a ``state`` always
follows a ``welcome``. A child that is refused keeps running and tries again when the address file changes.

The supervisor names the child's log file too (`LOG_FILE_VARIABLE`). The child appends to it, and when it is full it
goes on in ``NAME.log.1``, ``NAME.log.2``…: the highest number is the newest, and no file is ever renamed. This module
encodes and decodes lines and holds the format of the address file; it opens nothing.
"""

from __future__ import annotations

import json
from typing import Any

from pyrolab_gui.wire.record import record

MAX_LINE = 1 << 20
LINK_FILE_VARIABLE = "PYROLAB_GUI_LINK"
"""Environment variable that tells a child where the address file of its supervisor is."""

HOLD_VARIABLE = "PYROLAB_GUI_HOLD"
"""Environment variable that makes a child wait for ``go`` once it has loaded itself: the level before it starts up."""

LOG_FILE_VARIABLE = "PYROLAB_GUI_LOG"
"""Environment variable that tells a child where its log file is."""


@record(frozen=True)
class LinkAddress:
    """Where the supervisor listens, and the secret that a child must say."""

    host: str
    port: int
    token: str

    def to_json(self) -> str:
        """Write the address file's content."""
        return json.dumps({"host": self.host, "port": self.port, "token": self.token})

    @classmethod
    def from_json(cls, text: str) -> LinkAddress:
        """Read the address file's content.

        Raises
        ------
        ValueError
            If it is not such a file (it may be half written).
        """
        try:
            plain = json.loads(text)
            return cls(str(plain["host"]), int(plain["port"]), str(plain["token"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError("not an address file of a supervisor") from error


def encode(kind: str, /, **values: Any) -> bytes:
    """Return one message as a line."""
    return json.dumps({"message": kind, **values}, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> dict[str, Any]:
    """Read one line; its kind stands under ``message``.

    Raises
    ------
    ValueError
        If the line is no message.
    """
    message = json.loads(line)
    if not isinstance(message, dict) or not isinstance(message.get("message"), str):
        raise ValueError("not a message")
    return message
