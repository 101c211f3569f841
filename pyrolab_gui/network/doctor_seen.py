"""What one look at a daemon has seen so far, and how a conversation with it can be over before its end.

Limits: data and signals; who talks is `doctor_talk`, who decides what comes next is `doctor_probe`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.remedies import Cause

if TYPE_CHECKING:
    from pyrolab_gui.network.tls_faults import TlsFault


@dataclass(slots=True)
class Probe:
    """What was seen. `cause` is *well* where the daemon answered all; `reason` in words without a full stop."""

    host: str
    port: int
    cause: Cause = Cause.WELL
    reason: str = ""
    steps: list[str] = field(default_factory=list)
    objects: frozenset[str] | None = None
    """Ids of what it hosts; None where it does not tell."""
    status: dict[str, Any] | None = None
    """What a daemon of ours tells of itself."""
    seconds: float | None = None
    """How long the quickest of its answers took."""

    @property
    def where(self) -> str:
        """The address."""
        return f"{self.host}:{self.port}"

    def failed(self, cause: Cause, reason: str, step: str = "") -> Probe:
        """Note why it goes no further."""
        self.cause, self.reason = cause, reason
        self.steps.append(step or reason)
        return self


class Ended(Exception):  # noqa: N818
    """The conversation is over; the probe says why."""


class Silent(Exception):  # noqa: N818
    """It closed the connection without a word: a stranger does, and a daemon that cannot take any more in time."""


class SpeaksTls(Exception):  # noqa: N818
    """In plain text there is no talking with it."""


class Insecure(Exception):  # noqa: N818
    """With these certificates there is no talking with it."""

    def __init__(self, fault: TlsFault) -> None:
        super().__init__(fault.reason)
        self.fault = fault
