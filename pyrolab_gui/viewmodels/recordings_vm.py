"""The recordings of this PC, those in the lab's folder and those at work, with what can be done with them.

The supervisor's recorders record; this only asks for them, looks at files in the background, and tells of their ends.
Those at work on other PCs (`recordings_far`) are listed and ordered too. Limits: files of other PCs stay there and are
not read; those here are looked at every few seconds, and when a recorder changes.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from pyrolab_gui import recording
from pyrolab_gui.recording.condition import Condition
from pyrolab_gui.recording.notes import add_note
from pyrolab_gui.viewmodels import recordings_plot
from pyrolab_gui.viewmodels.recordings_catalogue import Catalogue, look
from pyrolab_gui.viewmodels.recordings_far import FarRecordings
from pyrolab_gui.viewmodels.recordings_rows import FAILED, STANDS, STILL, RecordingRow, clock_duration, key_of, rows_of
from pyrolab_gui.viewmodels.recordings_trash import Trash
from pyrolab_gui.viewmodels.value_text import count_text
from pyrolab_gui.wire.child import ChildKind, ChildState
from pyrolab_gui.wire.errors import LabError
from pyrolab_gui.wire.plans import RecordedMember, RecorderPlan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.supervision.api import SupervisorApi
    from pyrolab_gui.viewmodels.background import Background
    from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
    from pyrolab_gui.viewmodels.notifications import Notifications
    from pyrolab_gui.viewmodels.plot_channel import Reading
    from pyrolab_gui.viewmodels.plots_vm import PlotsViewModel
    from pyrolab_gui.viewmodels.ports import BridgePort
    from pyrolab_gui.wire.child import ChildStatus
    from pyrolab_gui.wire.plans import NameserverAddress

LOOK_MS = 3_000
MANY_SAMPLES = 2_000_000
"""Reading so many takes long enough to say so."""
SHORTEST, LONGEST = 0.005, 3_600.0


@dataclass(frozen=True)
class Wish:
    """What somebody wants to be recorded; times are seconds since the epoch, 0 for none."""

    readings: tuple[Reading, ...] = ()
    name: str = ""
    purpose: str = ""
    period: float = 1.0
    begins: float = 0.0
    begins_when: str = ""
    ends: float = 0.0
    seconds: float = 0.0
    ends_when: str = ""
    new_file_seconds: float = 0.0
    keep_files: int = 0


@dataclass
class Place:
    """Where recordings are, and what is written into them of the lab."""

    folders: Callable[[], list[Path]]
    """Where they are looked for; new ones go into the last."""
    nameservers: Callable[[], tuple[NameserverAddress, ...]]
    lab: Callable[[], str]
    who: str
    read_only: bool = False


class RecordingsViewModel(QObject):
    """All recordings."""

    rowsChanged = Signal()
    deletedChanged = Signal()
    """Something was deleted that can be brought back, or there is nothing any more."""

    def __init__(
        self,
        supervisor: SupervisorApi,
        consoles: ConsolesViewModel,
        plots: PlotsViewModel,
        notifications: Notifications,
        bridge: BridgePort,
        background: Background,
        place: Place,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._supervisor, self._consoles, self._plots = supervisor, consoles, plots
        self._notifications, self._background, self._place = notifications, background, place
        self._catalogue: Catalogue = {}
        self._plans: tuple[RecorderPlan, ...] = ()
        self._search = ""
        self._looking = self._again = False
        self.looked = False
        """Whether the folders were looked at."""
        self._bridge, self._trash = bridge, Trash()
        self._far: dict[str, FarRecordings] = {}
        self._statuses: dict[str, ChildStatus] = {}
        self._told: set[tuple[str, str]] = set()
        self._unsubscribe = supervisor.subscribe(lambda status: bridge.post(self._on_status, status))
        self._unlink = supervisor.subscribe_link(lambda reachable, _: bridge.post(self._on_link, reachable))
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def read_only(self) -> bool:
        """Whether this window only looks."""
        return self._place.read_only

    @property
    def who(self) -> str:
        """Whose recordings are one's own."""
        return self._place.who

    @property
    def plots(self) -> PlotsViewModel:
        """Where readings are chosen from, and drawn."""
        return self._plots

    # -- looking -----------------------------------------------------------------------------------------------------

    def rows(self) -> list[RecordingRow]:
        """Return what the search finds."""
        words = self._search.casefold().split()
        far = [row for one in self._far.values() for row in one.rows() if row.matches(words)]
        here = rows_of((facts for _, facts in self._catalogue.values()), self._plans, self._statuses, self._search)
        return far + here

    @property
    def total(self) -> int:
        """How many there are, found or not."""
        here = len(rows_of((facts for _, facts in self._catalogue.values()), self._plans, self._statuses))
        return here + sum(len(one.rows()) for one in self._far.values())

    def attach(self, key: str, pc: str, supervisor: SupervisorApi, background: Background) -> None:
        """List what is at work on another PC too; `key` tells it from others, `pc` is what it is called."""
        self._far[key] = FarRecordings(pc, supervisor, background, self._bridge, self.rowsChanged.emit, self._end_there)

    def detach(self, key: str) -> None:
        """List those of a PC no more."""
        if (found := self._far.pop(key, None)) is not None:
            found.close()
            self.rowsChanged.emit()

    def set_search(self, text: str) -> None:
        """Show only recordings in which all words of a text stand."""
        self._search = text
        self.rowsChanged.emit()

    def set_watching(self, watching: bool) -> None:
        """Look again and again, as long as somebody sees it."""
        if watching:
            self.look()
            self._timer.start()
        else:
            self._timer.stop()

    def look(self) -> None:
        """Look at the folders and ask the supervisors, in the background."""
        for far in self._far.values():
            far.look()
        if self._looking:
            self._again = True
            return
        self._looking = True
        folders = dict.fromkeys((*self._place.folders(), *(Path(plan.file).parent for plan in self._plans)))
        known = dict(self._catalogue)

        def ask() -> tuple[Catalogue, tuple[RecorderPlan, ...] | None]:
            try:
                plans: tuple[RecorderPlan, ...] | None = self._supervisor.recordings()
            except LabError:  # it is away, or too old: what is known of them is kept
                plans = None
            for plan in plans or ():
                folders.setdefault(Path(plan.file).parent)
            return look(folders, known), plans

        self._background.ask(ask, self._on_looked, self._on_not_looked)

    def _on_looked(self, answer: tuple[Catalogue, tuple[RecorderPlan, ...] | None]) -> None:
        self._looking = False
        before = {key_of(plan): plan for plan in self._plans}
        first, self.looked = not self.looked, True
        changed = answer[0] != self._catalogue or (answer[1] is not None and answer[1] != self._plans)
        self._catalogue = answer[0]
        if answer[1] is not None:
            self._plans = answer[1]
        for key in before.keys() - {key_of(plan) for plan in self._plans}:
            self._tell_end(before[key])
        if changed or first:
            self.rowsChanged.emit()
        if self._again:
            self._again = False
            self.look()

    def _on_not_looked(self, error: LabError) -> None:
        self._looking = False
        self._notifications.error(error)

    def _on_status(self, status: ChildStatus) -> None:
        if status.kind is not ChildKind.RECORDER:
            return
        self._statuses[status.key] = status
        if status.state is ChildState.FAILED:
            self._tell("error", status.key, f"The recording {status.name} has stopped. {status.error}", status.detail)
        elif status.error and status.state is ChildState.RUNNING and STANDS in status.error:
            self._tell("warning", status.key, f"The recording {status.name}: {status.error}", "")
        self.look()
        self.rowsChanged.emit()

    def _on_link(self, reachable: bool) -> None:
        if reachable:
            self._statuses = {
                status.key: status for status in self._supervisor.statuses() if status.kind is ChildKind.RECORDER
            }
            self.look()

    def _tell(self, kind: str, key: str, sentence: str, detail: str) -> None:
        if (key, sentence) not in self._told:
            self._told.add((key, sentence))
            (self._notifications.error if kind == "error" else self._notifications.warning)(sentence, detail)

    def _tell_end(self, plan: RecorderPlan) -> None:
        self._statuses.pop(key_of(plan), None)
        ended = [facts for _, facts in self._catalogue.values() if facts.id == plan.client and plan.client]
        if ended:
            newest = max(ended, key=lambda facts: facts.started)
            self._notifications.info(f"The recording {plan.name} has ended: {newest.summary}.", str(newest.path))
        else:
            self._notifications.info(f"The recording {plan.name} has ended before it began; nothing was recorded.")

    def _end_there(self, pc: str, plan: RecorderPlan) -> None:
        self._notifications.info(f"The recording {plan.name} on {pc} has ended.", f"Its file there: {plan.file}")

    def _at(self, row: RecordingRow) -> tuple[SupervisorApi, Background]:
        """Return who is told about a recording, and whose threads wait for that."""
        far = self._far_of(row)
        return (far.supervisor, far.background) if far is not None else (self._supervisor, self._background)

    def _far_of(self, row: RecordingRow) -> FarRecordings | None:
        return next((far for far in self._far.values() if row.pc and far.pc == row.pc), None)

    # -- what goes on --------------------------------------------------------------------------------------------------

    def at_work(self) -> list[RecordingRow]:
        """Return what is recorded now, waits, or has failed."""
        rows = rows_of((facts for _, facts in self._catalogue.values()), self._plans, self._statuses)
        return [row for row in rows if row.running or row.state == FAILED]

    def in_trouble(self) -> list[RecordingRow]:
        """Return what has failed, or does not grow."""
        return [row for row in self.at_work() if row.state in (FAILED, STILL)]

    def status(self, now: float) -> tuple[str, str, str]:
        """Return state, text and tip for the status bar; empty texts where nothing is recorded."""
        rows = self.at_work()
        if not rows:
            return "", "", ""
        failed = [row for row in rows if row.state in (FAILED, STILL)]
        running = [row for row in rows if row.running and row.facts.started]
        state = ("failed" if any(row.state == FAILED for row in failed) else "alarm") if failed else "recording"
        parts = []
        if running:
            parts.append(count_text(len({name for row in running for name in row.channels}), "channel"))
            parts.append(clock_duration(max(row.seconds(now) for row in running)))
        if waiting := len(rows) - len(running) - sum(row.state == FAILED for row in rows):
            parts.append(f"{waiting} waiting")
        if failed:
            parts.append(f"{count_text(len(failed), 'recording')} in trouble")
        tip = "\n".join(f"{row.name}: {row.sentence}" for row in rows)
        return state, " · ".join(parts), tip

    def default_name(self) -> str:
        """Return a name for a recording that begins now."""
        return time.strftime("%Y-%m-%d %H%M")

    def problem_of(self, wish: Wish) -> tuple[str, str]:
        """Return what is wrong with a wish: the field, and a sentence; both empty where nothing is."""
        if not wish.readings:
            return "readings", "Choose at least one reading."
        name = wish.name.strip()
        if not name or any(letter in '/\\:*?"<>|' for letter in name) or name.startswith("."):
            return "name", 'A file is called so: it needs a name without / \\ : * ? " < > |.'
        if not SHORTEST <= wish.period <= LONGEST:
            return "period", f"Between {SHORTEST:g} and {LONGEST:g} s."
        if self._file(name).exists() or any(plan.name == name for plan in self._plans):
            return "name", "There is a recording of this name already."
        for key, text in (("begins", wish.begins_when), ("ends", wish.ends_when)):
            try:
                if text:
                    Condition.parse(text)
            except LabError as error:
                return key, error.sentence
        if wish.begins and wish.begins <= time.time():
            return "begins", "This time is over."
        if wish.ends and wish.ends <= max(wish.begins, time.time()):
            return "ends", "It would end before it begins."
        return "", ""

    def start(self, wish: Wish, done: Callable[[str], object]) -> None:
        """Begin a recording; `done` is called with why that cannot be, or an empty text."""
        problem = self.problem_of(wish)[1]
        if problem:
            done(problem)
            return
        members = []
        for reading in wish.readings:
            lease = self._consoles.lease(reading.instrument)
            if lease is None:
                done(f"{reading.instrument} is not registered at the moment, so it cannot be recorded.")
                return
            members.append(RecordedMember(reading.instrument, reading.member, lease.uri))
            lease.close()
        name = wish.name.strip()
        plan = RecorderPlan(
            name=name,
            file=str(self._file(name)),
            members=tuple(members),
            period=wish.period,
            nameservers=self._place.nameservers(),
            who=self._place.who,
            purpose=wish.purpose.strip(),
            lab=self._place.lab(),
            client=uuid.uuid4().hex,
            begins=wish.begins,
            begins_when=wish.begins_when,
            ends=wish.ends,
            seconds=wish.seconds,
            ends_when=wish.ends_when,
            new_file_seconds=wish.new_file_seconds,
            keep_files=wish.keep_files,
        )

        def begin() -> None:
            try:
                Path(plan.file).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                sentence = f"The folder {Path(plan.file).parent} cannot be made ({error.strerror or error})."
                raise LabError(sentence, str(error)) from error
            self._supervisor.record(plan)

        def begun(_: None) -> None:
            self._plans = (*self._plans, plan)
            self.rowsChanged.emit()
            self.look()
            done("")

        self._background.ask(begin, begun, lambda error: done(error.sentence))

    def is_of_another(self, row: RecordingRow) -> bool:
        """Whether somebody else began it: who stops it is asked first."""
        return bool(row.who) and row.who != self._place.who

    def stop(self, row: RecordingRow) -> None:
        """End a recording that is at work; who did is written into it."""
        supervisor, background = self._at(row)
        background.ask(partial(supervisor.stop, [row.key]), lambda _: None)

    def restart(self, row: RecordingRow) -> None:
        """Go on with a recording that has failed."""
        supervisor, background = self._at(row)
        background.ask(partial(supervisor.start, [row.key]), lambda _: None)

    def change_end(self, row: RecordingRow, ends: float) -> None:
        """Let a recording end at another time, 0 for when somebody stops it; who did is written into it."""
        if (far := self._far_of(row)) is not None:
            far.change_end(row.key, ends)
        else:
            self._background.ask(partial(self._supervisor.tell, row.key, {"ends": ends}), self._on_changed)

    # -- what is there -------------------------------------------------------------------------------------------------

    def add_note(self, row: RecordingRow, text: str) -> None:
        """Write a remark into a recording, whether it is at work or not."""
        if row.running:
            supervisor, background = self._at(row)
            background.ask(partial(supervisor.tell, row.key, {"note": text}), self._on_changed)
        else:
            self._background.ask(partial(add_note, row.path, self._place.who, text), self._on_changed)

    def plot(self, rows: Sequence[RecordingRow], shown: Callable[[], object]) -> None:
        """Draw recordings on a page of the plots; several are compared, each from its beginning."""
        names = [row.name for row in rows]
        title = names[0] if len(names) == 1 else f"{names[0]} and {count_text(len(names) - 1, 'other')}"

        def loaded(curves: recordings_plot.Curves) -> None:
            self._plots.show_recorded(title, curves.channels, curves.start, curves.end)
            shown()

        if sum(row.facts.samples for row in rows) > MANY_SAMPLES:
            self._notifications.info(f"Reading {title}; it is drawn in a moment.")
        question = partial(recordings_plot.load, [row.facts for row in rows])
        self._background.ask(question, loaded, self._notifications.error)

    def export(self, row: RecordingRow, path: str) -> None:
        """Write a recording to a file for other programs; its ending says of which kind."""

        def write() -> Path:
            with recording.open(row.path) as file:
                file.export(path)
            return Path(path)

        def done(target: Path) -> None:
            self._notifications.info(f"Exported to {target.name}.", str(target))

        self._background.ask(write, done, self._notifications.error)

    def delete(self, rows: Sequence[RecordingRow]) -> None:
        """Delete recordings that are not at work; they can be brought back until the window closes."""
        paths = [row.path for row in rows if not row.running]
        self._background.ask(partial(self._trash.put, paths), self._on_deleted, self._on_not_deleted)

    @property
    def deleted(self) -> tuple[str, ...]:
        """Names of what was deleted last and can be brought back."""
        return tuple(path.stem for path, _ in self._trash.deletions[-1]) if self._trash.deletions else ()

    def undo_delete(self) -> None:
        """Bring back what was deleted last."""
        self._background.ask(self._trash.take_back, self._on_deleted, self._on_not_deleted)

    def _on_deleted(self, _answer: object) -> None:
        self.deletedChanged.emit()
        self.look()

    def _on_not_deleted(self, error: LabError) -> None:
        self._notifications.error(error)
        self._on_deleted(None)

    def _on_changed(self, _answer: object) -> None:
        self.look()

    def _file(self, name: str) -> Path:
        return self._place.folders()[-1] / f"{name}.rec"

    def close(self) -> None:
        """Listen to nothing any more; what was deleted is gone."""
        self._timer.stop()
        for far in self._far.values():
            far.close()
        self._unsubscribe()
        self._unlink()
        self._trash.empty()
