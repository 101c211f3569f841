"""What others do with a console's instrument: their calls and their lock, asked of its daemon every two seconds.

The daemon object answers; no instrument is asked for this. One connection, open only while the console is visible.
Limits: daemons of ours only; one that has no such list is not asked again; who somebody is, is what they said.
"""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from pyrolab_gui.viewmodels.readings import location_of, object_of
from pyrolab_gui.viewmodels.runs import Run
from pyrolab_gui.wire.errors import LabError, RemoteFailure
from pyrolab_gui.wire.names import DAEMON_OBJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyrolab_gui.viewmodels.ports import BridgePort, InstrumentPort
    from pyrolab_gui.viewmodels.runs import Kind, Runs

PERIOD_MS = 2000
QUICK_MS = 500
SAME_CALL = 90.0
"""Seconds by which the clocks of this PC and the daemon's may differ for a call to be known as ours."""
LOCK_MEMBERS = frozenset(["lock", "unlock", "islocked"])


class Peers(QObject):
    """Watches what others do.

    Parameters
    ----------
    uri
        Returns the instrument's address; asked at each start.
    make
        Makes a connection to an address, for the daemon object.
    runs
        Where the calls of others go.
    who
        Who this window is, in the daemon's list.
    is_property
        Whether a member is a property, so that a line without arguments is a reading.
    """

    changed = Signal()
    """Calls of others came or ended."""
    lockTold = Signal(object)
    """The line of the lock in the daemon's list, or None."""
    progressTold = Signal(str, str, float)
    """Member of the running call, who made it, and the part (0 to 1) that is done; below 0 where nobody knows."""
    unknownTold = Signal(float)
    """Since when nobody knows the state of the instrument, because its daemon crashed; 0 where it is known."""

    def __init__(
        self,
        uri: Callable[[], str],
        make: Callable[[str], InstrumentPort],
        bridge: BridgePort,
        runs: Runs,
        who: str,
        is_property: Callable[[str], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._uri, self._make, self._bridge = uri, make, bridge
        self._runs, self._who, self._is_property = runs, who, is_property
        self._daemon: InstrumentPort | None = None
        self._object_id = ""
        self._waiting = 0
        self._after = 0
        self._unknown_since = 0.0
        self._known: dict[tuple[int, float], Run | None] = {}
        self._process: object = None
        self._last_read: Run | None = None
        self.supported = True
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self.ask)
        self._quick = QTimer(self)
        self._quick.setInterval(QUICK_MS)
        self._quick.timeout.connect(self._ask_progress)

    @property
    def watches(self) -> bool:
        """Whether it is asking at the moment."""
        return self._daemon is not None

    def start(self) -> None:
        """Begin to ask, at once."""
        if self.supported and self._daemon is None:
            uri = self._uri()
            host, port = location_of(uri)
            if not port:
                return
            self._object_id, self._waiting = object_of(uri), 0
            host = f"[{host}]" if ":" in host else host
            self._daemon = self._make(f"PYRO:{DAEMON_OBJECT}@{host}:{port}")
            self._timer.start()
            self.ask()

    def stop(self) -> None:
        """Ask no more, and let go of the connection."""
        self._timer.stop()
        self._quick.stop()
        daemon, self._daemon = self._daemon, None
        if daemon is not None:
            daemon.close()

    def set_who(self, who: str) -> None:
        """Note what this window is called from now on: it introduces itself anew."""
        self._who = who
        if self._daemon is not None:
            self.stop()
            self.start()

    def tell(self, member: str, *args: Any) -> None:
        """Tell the daemon something about this instrument's lock, and ask what has become of it."""
        self._send(member, [self._object_id, *args], lambda _answer: self._send("locks", [], self._take_locks))

    def ask(self) -> None:
        """Ask now, unless an answer is still awaited; the status first, which tells whether it is the same process."""
        if self._daemon is not None and not self._waiting:
            self._send("status", [], self._take_status)

    def _ask_progress(self) -> None:
        """Ask how far the running call is, while there is one."""
        if not self._runs.occupying():
            self._quick.stop()
        elif self._daemon is not None and not self._waiting:
            self._send("status", [], self._take_progress)

    def watch_progress(self) -> None:
        """Ask how far a call is that has begun, for as long as it runs."""
        if self.supported and not self._quick.isActive() and self._runs.occupying():
            self._quick.start()

    def _send(self, member: str, args: list[Any], take: Callable[[Any], None]) -> None:
        daemon = self._daemon
        if daemon is None:
            return
        self._waiting += 1
        future = daemon.call(member, args, timeout=10.0)
        future.add_done_callback(lambda ended: self._bridge.post(self._on_answer, daemon, ended, take))

    def _on_answer(self, daemon: InstrumentPort, future: Future[Any], take: Callable[[Any], None]) -> None:
        if daemon is not self._daemon:
            return
        self._waiting = max(0, self._waiting - 1)
        try:
            answer = future.result()
        except RemoteFailure:  # an older daemon, or one that is not ours
            self.supported = False
            self.stop()
        except (LabError, CancelledError):
            return  # its health is told elsewhere
        else:
            take(answer)

    def _take_status(self, status: Any) -> None:
        """Begin anew where the daemon is another process: its list counts from 1 again."""
        process = (status.get("pid"), status.get("started")) if isinstance(status, dict) else None
        if process != self._process:
            self._process, self._after = process, 0
            self._known.clear()
        self._take_unknown(status)
        self._send("calls", [self._object_id, self._after], self._take_calls)
        self._send("locks", [], self._take_locks)

    def _take_unknown(self, status: Any) -> None:
        service = self._service(status)
        if service is not None:
            since = float(service.get("unknown_since") or 0.0)
            if since != self._unknown_since:
                self._unknown_since = since
                self.unknownTold.emit(since)

    def _take_progress(self, status: Any) -> None:
        busy = (self._service(status) or {}).get("busy")
        if isinstance(busy, dict):
            part = busy.get("progress")
            done = float(part) if isinstance(part, int | float) else -1.0
            self.progressTold.emit(str(busy.get("member", "")), str(busy.get("who", "")), done)

    def _service(self, status: Any) -> dict[str, Any] | None:
        """Return what a status says of this instrument."""
        services = status.get("services") if isinstance(status, dict) else None
        found = (each for each in _dicts(services) if each.get("object_id") == self._object_id)
        return next(found, None)

    # -- locks -----------------------------------------------------------------------------------------------------

    def _take_locks(self, locks: Any) -> None:
        for lock in _dicts(locks):
            if lock.get("object_id") == self._object_id:
                self.lockTold.emit(lock)
                return
        self.lockTold.emit(None)

    # -- calls -----------------------------------------------------------------------------------------------------

    def _take_calls(self, calls: Any) -> None:
        changed = False
        unended = []
        for call in _dicts(calls):
            seq = int(call.get("seq", 0))
            key = (seq, float(call.get("time") or 0.0))
            if call.get("duration_s") is None:
                unended.append(seq)
            self._after = max(self._after, seq)
            if key not in self._known:
                self._known[key] = self._take(call)
                fresh = self._known[key]
                changed = changed or (fresh is not None and not fresh.ours)
            run = self._known[key]
            if run is not None and run.kind != "read":
                changed = (_note_left(run, call) if run.ours else _end(run, call)) or changed
        if unended:
            self._after = min(unended) - 1  # asked again until they have ended
        for key in [key for key in self._known if key[0] <= self._after]:
            del self._known[key]
        if changed:
            self.changed.emit()

    def _take(self, call: Mapping[str, Any]) -> Run | None:
        """Return the line of a call: a new one, or one of ours; None for what is not worth a line."""
        member, arguments = str(call.get("member", "")), str(call.get("arguments", ""))
        who = str(call.get("who", "")) or "somebody"
        kind: Kind = "write" if arguments.startswith("= ") else "read" if self._is_property(member) else "call"
        if member in LOCK_MEMBERS and kind == "call":
            return None
        if who == self._who:
            own = None if kind == "read" else self._own(member, kind, float(call.get("time") or 0.0))
            if kind == "read" or own is not None:
                return own
        if kind == "read":
            return self._take_read(member, who, call)
        self._last_read = None
        text = f"{member}({arguments})"
        if kind == "write":
            text = f"{member} {arguments}"
        elif not member.isidentifier():  # what the daemon itself notes, in words
            text = f"{member}: {arguments}"
        run = Run(member, text, kind, who=who)
        run.started = float(call.get("time") or run.started)
        _end(run, call)
        self._runs.add_other(run)
        return run

    def _take_read(self, member: str, who: str, call: Mapping[str, Any]) -> Run:
        last = self._last_read
        error = str(call.get("error") or "")
        if last is not None and (last.member, last.who, last.error is None) == (member, who, not error):
            last.count += 1
        else:
            self._last_read = last = Run(member, f"read {member}", "read", who=who)
            self._runs.add_other(last)
        last.started = float(call.get("time") or last.started)
        last.outcome = "failed" if error else "done"
        last.duration = float(call.get("duration_s") or 0.0)
        last.error = LabError(error) if error else None
        return last

    def _own(self, member: str, kind: Kind, when: float) -> Run | None:
        """Return the call of this window that a line under its name is: each of ours is one line of the daemon's."""
        for run in reversed(self._runs.own()):
            same = run.member == member and run.kind == kind and not run.listed
            if same and abs(run.started - when) < SAME_CALL:
                run.listed = True
                return run
        return None


def _dicts(answer: Any) -> list[dict[str, Any]]:
    return [item for item in answer if isinstance(item, dict)] if isinstance(answer, list) else []


def _note_left(run: Run, call: Mapping[str, Any]) -> bool:
    """Note whether a call that was left still runs there; return whether that is news."""
    runs = call.get("duration_s") is None
    news = run.outcome == "left" and runs != run.runs_there
    run.runs_there = runs
    if news and not runs:
        run.duration = float(call["duration_s"])
    return news


def _end(run: Run, call: Mapping[str, Any]) -> bool:
    """Note the end of a call of somebody else; return whether that is news."""
    if call.get("duration_s") is None or run.outcome != "running":
        return False
    run.duration = float(call["duration_s"])
    error = str(call.get("error") or "")
    run.outcome = "failed" if error else "done"
    run.error = LabError(error) if error else None
    return True
