"""When a child that ended is started again: at once after a first crash, then after growing waits, and then no more.

A start counts when the child was ready and lived for its `start_seconds`; `Timings.retries` starts in a row may fail.
A child that has run for `Timings.stable` begins anew. Limits: counts only; the policy is looked at elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyrolab_gui.supervision.timings import Timings


class Backoff:
    """The crashes of one child."""

    def __init__(self, timings: Timings) -> None:
        self._timings = timings
        self._crashes = 0
        self.failed_starts = 0
        """Starts in a row that did not count."""

    @property
    def fresh(self) -> bool:
        """Whether nothing has gone wrong since somebody started it, or since it last ran for long."""
        return not self._crashes

    @property
    def exhausted(self) -> bool:
        """Whether it has failed to start often enough."""
        return self.failed_starts > self._timings.retries

    def reset(self) -> None:
        """Somebody starts it: begin anew."""
        self._crashes = self.failed_starts = 0

    def ended(self, lived: float | None, start_seconds: float) -> None:
        """Note an end: `lived` seconds after it was ready, None where it never was."""
        self.failed_starts = 0 if lived is not None and lived >= start_seconds else self.failed_starts + 1
        if lived is not None and lived >= self._timings.stable:
            self._crashes = 0

    def delay(self, *, was_ready: bool) -> float:
        """Return the wait before it is started again, in seconds; each one is longer."""
        # A start that fails is never repeated at once.
        self._crashes = self._crashes + 1 if was_ready or self._crashes else 2
        if self._crashes < 2:
            return 0.0
        return float(
            min(self._timings.first_backoff * 2.0 ** min(self._crashes - 2, 20), self._timings.longest_backoff)
        )
