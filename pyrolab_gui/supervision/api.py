"""What a window asks of a supervisor, wherever the supervisor runs.

`supervision.supervisor.Supervisor` implements it in the window's own process; a supervisor in a process of its own is
reached through the same methods. Nothing here blocks but `close`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.wire.child import ChildStatus
    from pyrolab_gui.wire.plans import LabPlan


class SupervisorApi(Protocol):
    """Starts, watches, restarts and stops the children of one computer.

    Children are named by keys such as ``daemon/optics`` (`pyrolab_gui.wire.child.child_key`). A key that is not known,
    the start of a child that runs and the stop of one that does not are no errors: they change nothing.
    """

    def load(self, plan: LabPlan) -> None:
        """Take over a lab; the statuses know its children when this returns.

        Starts and stops nothing, `LabPlan.autolaunch` included: what is wanted is said with `start`. A child that
        runs with another plan goes on, marked `changed`, until it is restarted. One that the plan no longer has goes
        on too, marked `changed`, and is forgotten when it has ended; it is not started again.
        """

    def start(self, keys: Sequence[str]) -> None:
        """Start children, the lowest start level first; a level waits for the one before."""

    def stop(self, keys: Sequence[str]) -> None:
        """Stop children, the highest start level first: ask, terminate after `stop_seconds`, then kill."""

    def restart(self, keys: Sequence[str]) -> None:
        """Stop those that run, then start all of `keys`."""

    def statuses(self) -> tuple[ChildStatus, ...]:
        """Return all children as they stand: nameservers, then daemons, in the order of the lab file."""

    def log_tail(self, key: str, lines: int = 200) -> str:
        """Return the last lines of a child's output; empty if there is none."""

    def subscribe(self, callback: Callable[[ChildStatus], None]) -> Callable[[], None]:
        """Call `callback` on the supervisor's thread with each new status; return what ends that."""

    def close(self, *, stop_children: bool, timeout: float = 15.0) -> None:
        """End the supervision, and with `stop_children` every child; blocks for `timeout` seconds at most."""
