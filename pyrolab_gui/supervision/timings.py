"""All waits of supervision in one place, so that a test can have them short."""

from __future__ import annotations

from pyrolab_gui.wire.record import record


@record(frozen=True)
class Timings:
    """All waits of supervision, in seconds."""

    ready: float = 30.0
    """From the start to *ready*; longer where the plan's `start_seconds` is longer."""
    ping: float = 1.0
    unanswered: int = 2
    """Pings without an answer before a child is unresponsive: a hang is told after two to three seconds."""
    adopted: float = 5.0
    """Within which an adopted child must have reported; a child looks for a new supervisor twice a second."""
    retries: int = 5
    """Starts in a row that may fail, each after a longer wait, before a child is *failed*."""
    first_backoff: float = 1.0
    longest_backoff: float = 60.0
    stable: float = 60.0
    """Running for so long makes the next crash a first one."""
    terminate: float = 2.0
    """From terminate to kill."""
