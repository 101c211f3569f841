"""Who acts on an instrument, so that a safe state is not undone by somebody who does not know of it.

After a safe state the next action of each other client that had acted before is refused, once: a script that goes on
in its loop ends there, and a person presses again if that is meant. Limits: readings are never refused.
"""

from __future__ import annotations

import time

from pyrolab_gui.hosting.failures import CANCELLED, refusal

_MOST = 1_000


class Bystanders:
    """The clients that acted on one instance."""

    __slots__ = ("_acting", "_sentence", "_to_tell")

    def __init__(self) -> None:
        self._acting: set[str] = set()
        self._to_tell: set[str] = set()
        self._sentence = ""

    def acts(self, client_id: str, label: str) -> None:
        """Note that a client acts.

        Raises
        ------
        RuntimeError
            Marked ``Cancelled``, where a safe state came since its last action and it has not been told yet.
        """
        if client_id in self._to_tell:
            self._to_tell.discard(client_id)
            raise refusal(RuntimeError, CANCELLED, f"{label} was cancelled: {self._sentence}")
        if client_id not in self._acting:
            if len(self._acting) >= _MOST:
                self._acting.clear()
            self._acting.add(client_id)

    def safe_state(self, client_id: str, who: str) -> None:
        """Note that a client wants the safe state: all others that acted are to be told."""
        at = time.strftime("%H:%M:%S")
        self._sentence = f"safe state, asked for by {who} at {at}. Call it again if it is meant all the same."
        self._to_tell = self._acting - {client_id}
