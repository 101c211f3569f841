"""What a window or a command asks of a supervisor, wherever the supervisor runs.

`supervision.supervisor.Supervisor` implements it in its own process, `supervision.remote.RemoteSupervisor` reaches one
in another process. Orders, `load`, `statuses` and the subscriptions never block. Questions (from `info` on) are
answered at once where the supervisor is in this process; a remote one is waited for, with a limit: ask in a thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.wire.child import ChildStatus
    from pyrolab_gui.wire.plans import LabPlan, RecorderPlan
    from pyrolab_gui.wire.supervision import (
        ChildEvent,
        ChildStatistics,
        Hit,
        LabEditor,
        LabProblem,
        LabText,
        LogLines,
        PlanChange,
        SupervisorInfo,
    )


class SupervisorApi(Protocol):
    """Starts, watches, restarts and stops the children of one computer.

    Children are named by keys such as ``daemon/optics`` (`pyrolab_gui.wire.child.child_key`). A key that is not known,
    the start of a child that runs and the stop of one that does not are no errors: they change nothing.
    """

    def load(self, plan: LabPlan, path: str = "") -> None:
        """Take over a lab; the statuses know its children when this returns. `path` is the lab file it comes from.

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

    def interrupt(self, location: str, calls: list[dict[str, Any]]) -> str:
        """End the process of the daemon at ``host:port`` now, and have the next one make calls before all else.

        A call is a dict with ``object_id``, ``role`` (*stop* or *safe-state*) and ``ticket``, under which the daemon's
        status tells how it went. Returns why not, or an empty text. A remote supervisor is waited for.
        """

    def record(self, plan: RecorderPlan) -> None:
        """Begin a recording in a child of its own, which goes on without this program; stopped with `stop`.

        Raises
        ------
        LabError
            If there is one of that name.
        """

    def recordings(self) -> tuple[RecorderPlan, ...]:
        """Return the plans of the recordings that are not over: those that wait, run or have failed."""

    def relay(self) -> str:
        """Return the URI of the relay of this computer, which is started where none runs; waits for it.

        Raises
        ------
        LabError
            If there is none to be had.
        """

    def tell(self, key: str, what: dict[str, Any]) -> None:
        """Tell a child something about its own work: to a recorder ``{"note": TEXT}`` or ``{"ends": TIME}``.

        Raises
        ------
        LabError
            If it does not run.
        """

    def statuses(self) -> tuple[ChildStatus, ...]:
        """Return all children as they stand: nameservers, then daemons, in the order of the lab file."""

    def subscribe(self, callback: Callable[[ChildStatus], None]) -> Callable[[], None]:
        """Call `callback` on the supervisor's thread with each new status; return what ends that."""

    def subscribe_link(self, callback: Callable[[bool, str], None]) -> Callable[[], None]:
        """Call `callback` now and at each change with whether the supervisor is reachable, and a sentence about it.

        While it is not, `statuses` are the last known ones, marked `stale`. Returns what ends the calls.
        """

    def info(self) -> SupervisorInfo:
        """Return which supervisor this is; of one that cannot be reached, the last that is known."""

    def log_tail(self, key: str, lines: int = 200) -> str:
        """Return the last lines of a child's output; empty if there is none."""

    def log_lines(self, key: str, after: str = "", limit: int = 1000) -> LogLines:
        """Return what a child wrote after a position (`LogLines.next` of the answer before), the oldest first.

        Without `after`, the last `limit` lines. Only whole lines, at most `limit`: ask again until there are none.
        """

    def lab(self) -> LabText:
        """Return the lab file as it stands on the supervisor's computer.

        Raises
        ------
        LabError
            If it cannot be read.
        """

    def lab_versions(self) -> tuple[LabText, ...]:
        """Return what the lab file said before, the newest first, each with the path of the file that keeps it."""

    def set_lab(self, text: str, path: str, based_on: str) -> tuple[LabProblem, ...]:
        """Write the lab file and take it over as `load` does; return what is wrong with it.

        With an error among the problems nothing is written. `based_on` is the version that was edited (empty for a new
        file): one that is not the present one is an error, so that nobody's edit is lost.
        """

    def editing(self, path: str, changes: int) -> tuple[LabEditor, ...]:
        """Say how many edits of a lab file are not saved here; return who else has some.

        To be said again every few seconds as long as there are any, and once that there are none.
        """

    def planned(self) -> tuple[PlanChange, ...]:
        """Return what `reload` would do now, and why; nothing is done.

        Raises
        ------
        ConfigInvalid
            If the file cannot be used.
        """

    def reload(self) -> tuple[PlanChange, ...]:
        """Take over the lab file as it stands now; restart what runs and has changed, stop what is gone from it.

        Returns what is done and why; it is under way then.

        Raises
        ------
        ConfigInvalid
            If the file cannot be used; nothing is done then.
        """

    def events(self, after: float = 0.0) -> tuple[ChildEvent, ...]:
        """Return what happened after a time (seconds since the epoch), the oldest first."""

    def statistics(self, key: str) -> ChildStatistics:
        """Return the numbers of a child."""

    def hits(self, keys: Sequence[str]) -> tuple[Hit, ...]:
        """Return what the stop or restart of these children hits: asked from the daemons, for a second at most."""

    def close(self, *, stop_children: bool, timeout: float = 15.0) -> None:
        """End the supervision from here, and with `stop_children` every child; blocks for `timeout` seconds at most.

        A remote supervisor goes on supervising what runs; with `stop_children` one that a window started ends too.
        """
