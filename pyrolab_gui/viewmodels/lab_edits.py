"""A lab under edit, as forms and as text: what is shown, what is wrong with it, and every edit as a step.

A text that is edited by hand becomes what the forms' edits are laid over, once it can be understood; until then the
forms keep the last one that could. Limits: opens, reads and writes no file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.model.check import named_twice
from pyrolab_gui.model.lab import ENTRY_TYPES, Kind, Lab
from pyrolab_gui.model.overlay import renames_between
from pyrolab_gui.model.problems import LabFileError, Problem
from pyrolab_gui.model.store import LabFile
from pyrolab_gui.viewmodels.lab_draft import DraftState, Entry, LabDraft, check_values, fields_at
from pyrolab_gui.viewmodels.lab_history import EditHistory, Step
from pyrolab_gui.viewmodels.lab_writer import LARGE, LabWriter, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyrolab_gui.viewmodels.daemons_tree import Marks
    from pyrolab_gui.viewmodels.lab_conflicts import Conflict
    from pyrolab_gui.viewmodels.lab_versions import LabVersion

_T = TypeVar("_T")
_DISCARD = "Discard all changes"


@dataclass(frozen=True, slots=True)
class _State:
    """All that an edit can change: the values, the text that they are laid over, a text that is no lab."""

    draft: DraftState
    working: LabFile
    broken: LabFile | None


class LabEdits(QObject):
    """One lab and its edits.

    Signals
    -------
    loaded
        Another lab is in force: a file was opened, made or saved.
    changed
        Edits or problems changed.
    fileChanged
        Another file is open.
    entryRenamed
        An entry has another key: the old one, the new one.
    settling
        What was typed and not told yet is to be told now, because it is about to be used.
    stepTaken
        An edit was taken back or made again: the key of its node and its field, or empty texts.
    """

    loaded = Signal()
    changed = Signal()
    fileChanged = Signal()
    entryRenamed = Signal(str, str)
    settling = Signal()
    stepTaken = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.read_only = False
        self._refused = ""
        self._file: LabFile | None = None
        self._working = LabFile.new(Path("lab.yaml"))
        self._broken: LabFile | None = None
        self._draft = LabDraft(Lab())
        self._conflicts: tuple[Conflict, ...] = ()
        self._writer = LabWriter(self)
        self._unwritable: Lab | None = None
        self.saving = False
        """Whether a large lab is being written."""
        self._ports: Mapping[str, str] = {}
        self._fresh: tuple[LabFile, Lab, LabFile] | None = None
        self.history = EditHistory(self._restore, self)

    @property
    def usable(self) -> bool:
        """Whether there is a lab to show and edit; False also for a file whose text cannot be understood."""
        return self._file is not None and self._working.lab is not None

    @property
    def saved_lab(self) -> Lab | None:
        """The lab as it is in the file; None where its text cannot be understood."""
        return self._file.lab if self._file is not None else None

    @property
    def lab(self) -> Lab | None:
        """The lab as a save would leave it; None where there is none to edit."""
        return self._draft.valid_lab if self.usable else None

    def renamed_children(self) -> dict[str, str]:
        """Return the keys of nameservers and daemons that have another name than in the file: old to new."""
        return self._draft.renamed_children()

    @property
    def file_errors(self) -> tuple[Problem, ...]:
        """What is wrong with the file itself, whatever was typed since."""
        return self._file.errors if self._file is not None else ()

    def _begin(self, file: LabFile, draft: LabDraft) -> None:
        """Begin anew with what a file says."""
        self._file = self._working = file
        self._broken = None if file.lab is not None else file
        self._draft = draft
        self._refused = ""
        self._conflicts = ()
        self.history.clear()

    @property
    def save_refusal(self) -> str:
        """Why the edits cannot be saved as they are; empty where they can."""
        if self.read_only:
            return "this window only looks."
        if self._broken is not None:
            line = next((problem.line for problem in self._broken.errors if problem.line), None)
            return f"the text has a mistake in line {line}." if line else "the text has a mistake."
        wrong = len(self._draft.wrong_fields)
        if wrong:
            return f"{'1 field' if wrong == 1 else f'{wrong} fields'} must be corrected first."
        return ""

    def entries(self, kind: Kind) -> Mapping[str, Mapping[str, Any]]:
        """Return the entries of a section, edits included."""
        return self._draft.entries(kind)

    def values(self, entry: Entry) -> dict[str, Any]:
        """Return the values of one entry, edits included. Raises `KeyError` if there is none."""
        return self._draft.values(entry)

    def saved_values(self, entry: Entry) -> dict[str, Any] | None:
        """Return the values that the file has; None for a new entry."""
        return self._draft.saved_values(entry)

    def has(self, entry: Entry) -> bool:
        """Whether there is such an entry."""
        return self._draft.has(entry)

    def starts_with_lab(self, entry: Entry) -> bool:
        """Whether a nameserver or daemon is on the autolaunch list."""
        return entry.name in getattr(self._draft.lab.autolaunch, entry.kind, ())

    @property
    def marks(self) -> Marks:
        """What the tree shows beside entries."""
        return self._draft.marks()

    @property
    def changes(self) -> int:
        """How many edits are not saved; edits of the text that change no value are one."""
        return self._draft.changes or int(self._text_differs())

    @property
    def edited(self) -> bool:
        """Whether there are edits that are not saved."""
        return self._draft.edited or self._text_differs()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All findings; of the text alone, where that cannot be understood."""
        return self._broken.problems if self._broken is not None else self._found()

    @property
    def wrong_fields(self) -> tuple[Problem, ...]:
        """Values that cannot be saved."""
        return self._draft.wrong_fields

    def field_problems(self, entry: Entry) -> dict[str, Problem]:
        """Return the first problem of each field of an entry."""
        return fields_at(self._found(), entry)

    def set_ports(self, ports: Mapping[str, str]) -> None:
        """Take over what parameters that name a port by its serial number are called now."""
        if ports != self._ports:
            self._ports = ports
            self.changed.emit()

    def _found(self) -> tuple[Problem, ...]:
        twice = named_twice(self._draft.valid_lab, self._ports) if self._ports else ()
        return (*self._draft.problems, *twice)

    def check_values(self, kind: Kind, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with the values of a new entry, by field."""
        return check_values(kind, values)

    @property
    def text(self) -> str:
        """What the file will say after a save; of values that cannot be saved, what they were before."""
        if self._broken is not None:
            return self._broken.text
        return self._as_known().text

    @property
    def text_is_ready(self) -> bool:
        """Whether `text` has all edits; that of a large lab is worked out in a thread, and `changed` is told then."""
        return self._broken is not None or not self._is_large or self._is_fresh

    @property
    def saved_text(self) -> str:
        """What the file says now."""
        return self._file.text if self._file is not None else ""

    @property
    def text_problems(self) -> tuple[Problem, ...]:
        """What is wrong with a text that was edited by hand and is no lab; the forms show the last one that was."""
        return self._broken.errors if self._broken is not None else ()

    @property
    def can_take_text_back(self) -> bool:
        """Whether there is a text without mistakes to go back to."""
        return self._broken is not None and self._working.lab is not None

    def set_text(self, text: str, place: int = 0, words: str = "Text") -> None:
        """Take a text that was edited by hand; edits in the same line (`place`) are one step."""
        if self._file is None or text == self.text:
            return
        fresh = LabFile.parse(text, self._file.path)

        def take() -> None:
            if fresh.lab is None:
                self._broken = fresh
                return
            self._working, self._broken = fresh, None
            renames = renames_between(self._draft.base, fresh.lab)
            self._draft.replace(fresh.lab, {Entry(kind, new): str(old) for (kind, old), new in renames.items()})  # type: ignore[arg-type]

        self._make(words, take, merges=f"text {place}")

    def restore(self, version: LabVersion) -> None:
        """Put an earlier version in the place of the text, as an edit."""
        self.history.settle()
        self.set_text(version.text, words=f"Restore what stood there {version.words}")
        self.history.settle()

    def take_text_back(self) -> None:
        """Give up a text that is no lab."""

        def take() -> None:
            self._broken = None

        if self.can_take_text_back:
            self._make("Text", take)

    def entry_text(self, entry: Entry) -> str:
        """Return the lines of the file that an entry will have; empty where it has none of its own."""
        first, last = self.lines_of(entry)
        lines = self.text.splitlines()[first - 1 : last] if first else []
        depth = _depth(lines[0]) if lines else 0
        found = "\n".join(text[depth:] if text.strip() else "" for text in lines).rstrip()
        return f"{found}\n" if found else ""

    def lines_of(self, entry: Entry) -> tuple[int, int]:
        """Return the first and the last line of an entry in `text`, from 1; zeros where it has none of its own."""
        if self._file is None or self._broken is not None or self._working.lab is None:
            return 0, 0
        return _lines_of(self._as_known(), entry)

    def line_of(self, problem: Problem) -> int:
        """Return the line in `text` that a problem is about; 0 where that is not known."""
        if problem.line or self._broken is not None or self._working.lab is None:
            return problem.line or 0
        return self._as_known().located(problem).line or 0

    @property
    def _is_large(self) -> bool:
        return len(self._working.text) >= LARGE

    @property
    def _is_fresh(self) -> bool:
        known = self._fresh
        return known is not None and known[0] is self._working and known[1] is self._draft.valid_lab

    def _as_known(self) -> LabFile:
        """Return the file as a save would leave it, as far as that is known; a large one is worked out meanwhile."""
        if self._is_large and not self._is_fresh:
            working, lab = self._working, self._draft.valid_lab
            if not self.saving and (lab is not self._unwritable):
                self._writer.want(Work(working, lab, lambda found: self._on_worked_out(working, lab, found)))
            return self._fresh[2] if self._fresh is not None and self._fresh[0] is working else working
        try:
            return self._written()
        except LabFileError:
            return self._working

    def _on_worked_out(self, working: LabFile, lab: Lab, found: LabFile | LabFileError) -> None:
        if isinstance(found, LabFileError):
            self._unwritable = lab
        else:
            self._fresh = (working, lab, found)
        self.changed.emit()

    def _written(self) -> LabFile:
        """Return the file as a save would leave it."""
        lab = self._draft.valid_lab
        known = self._fresh
        if known is None or not self._is_fresh:
            known = self._fresh = (self._working, lab, self._working.with_lab(lab))
        return known[2]

    def _text_differs(self) -> bool:
        if self._file is None or (self._working is self._file and self._broken in (None, self._file)):
            return False
        return self.text != self._file.text

    def set_value(self, entry: Entry, field: str, value: Any) -> None:
        """Put one value of one entry, valid or not; what is typed into a field is one step until `history.settle`."""
        words = f"{ENTRY_TYPES[entry.kind].model_fields[field].title or field} of {entry.name}"
        self._make(
            words,
            lambda: self._draft.set_value(entry, field, value),
            key=entry.key,
            field=field,
            merges=f"{entry.key} {field}",
        )

    def set_starts_with_lab(self, entry: Entry, starts: bool) -> None:
        """Put a nameserver or daemon on the autolaunch list, or take it off."""
        self._make(
            f"Start of {entry.name} with the lab", lambda: self._draft.set_autolaunch(entry, starts), key=entry.key
        )

    def add(self, kind: Kind, name: str, values: Mapping[str, Any]) -> Entry:
        """Add an entry. Raises `ValueError` with a sentence if the name cannot be used."""
        entry = Entry(kind, name)
        self._make(f"Add {name}", lambda: self._draft.add(entry, values), key=entry.key)
        return entry

    def add_hosted(
        self,
        service: Entry,
        values: Mapping[str, Any],
        daemon: Entry,
        daemon_values: Mapping[str, Any] | None = None,
        search_path: str = "",
    ) -> None:
        """Add an instrument in one step, with the daemon that hosts it.

        Parameters
        ----------
        daemon_values
            Of a new daemon, which starts with the lab; None for one that is there.
        search_path
            Where the driver is found; added to the daemon's where it is not among them.
        """

        def add() -> None:
            if daemon_values is not None:
                self._draft.add(daemon, daemon_values)
                self._draft.set_autolaunch(daemon, True)
            paths = tuple(self._draft.values(daemon).get("search_paths") or ())
            if search_path and search_path not in paths:
                self._draft.set_value(daemon, "search_paths", (*paths, search_path))
            self._draft.add(service, values)

        self._make(f"Add {service.name}", add, key=service.key)

    def rename(self, entry: Entry, name: str) -> Entry:
        """Rename an entry and every reference to it. Raises `ValueError` with a sentence if that cannot be."""
        if entry.name == name:
            return entry
        renamed = Entry(entry.kind, name)
        return self._make(
            f"Rename {entry.name} to {name}",
            lambda: self._draft.rename(entry, name),
            key=renamed.key,
            renamed=(entry.key, renamed.key),
        )

    def duplicate(self, entry: Entry) -> Entry:
        """Add a copy of an entry."""
        return self._make(f"Duplicate {entry.name}", lambda: self._draft.duplicate(entry), key=entry.key)

    def can_move(self, entry: Entry, down: bool) -> bool:
        """Whether an entry has a neighbour there: in its section, of an instrument in its daemon."""
        beside = self._beside(entry)
        return not self.save_refusal and beside[-1 if down else 0] != entry.name

    def move(self, entry: Entry, down: bool) -> None:
        """Move an entry one place further down, or up, in its section.

        Raises
        ------
        LabFileError
            With a sentence, if its lines cannot be moved.
        """
        order = self._beside(entry)
        fresh = self._written().with_moved(entry.kind, entry.name, down)
        while fresh.lab is not None and [name for name in fresh.lab.entries(entry.kind) if name in order] == order:
            fresh = fresh.with_moved(entry.kind, entry.name, down)

        def take() -> None:
            assert fresh.lab is not None
            self._working = fresh
            self._draft.rearrange(fresh.lab)

        self._make(f"Move {entry.name} {'down' if down else 'up'}", take, key=entry.key)

    def _beside(self, entry: Entry) -> list[str]:
        """Return the names among which an entry has its place, in their order."""
        entries = self._draft.lab.entries(entry.kind)
        daemon = getattr(entries[entry.name], "daemon", None)
        return [name for name, other in entries.items() if getattr(other, "daemon", None) == daemon]

    def remove(self, entry: Entry) -> None:
        """Remove an entry and the lists' references to it."""
        self._make(f"Remove {entry.name}", lambda: self._draft.remove(entry), key=entry.key)

    def free_name(self, kind: Kind, wish: str) -> str:
        """Return `wish`, or the next name like it that is not taken."""
        return self._draft.free_name(kind, wish)

    def name_fault(self, kind: Kind, name: str) -> str:
        """Return why a new entry cannot have that name; empty where it can."""
        return self._draft.name_fault(kind, name)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What somebody else changed in the file too; what was edited here holds, until it is chosen."""
        return tuple(conflict for conflict in self._conflicts if self._draft.overrules(conflict))

    def choose(self, theirs: Sequence[Conflict]) -> None:
        """Take what somebody else wrote of some conflicts, in one step; of the others the edits hold."""
        self._conflicts = ()
        if theirs:
            count = "a value" if len(theirs) == 1 else f"{len(theirs)} values"

            def take() -> None:
                for conflict in theirs:
                    self._draft.take(conflict)

            self._make(f"Take {count} of somebody else", take)
        else:
            self.changed.emit()

    def undo(self) -> None:
        """Take the last step back."""
        self.settling.emit()
        self.history.undo()

    def redo(self) -> None:
        """Make the step again that was taken back last."""
        self.settling.emit()
        self.history.redo()

    def discard(self) -> None:
        """Go back to the file; that is a step as well."""

        def discard() -> None:
            if self._file is not None:
                self._working, self._broken = self._file, None if self._file.lab is not None else self._file
            self._draft = LabDraft(self._draft.base)
            self._conflicts = ()

        self._make(_DISCARD, discard)

    @property
    def can_undo_discard(self) -> bool:
        """Whether the last step was to discard."""
        return self.history.undo_words == _DISCARD and not self.edited

    def _make(
        self,
        words: str,
        make: Callable[[], _T],
        *,
        merges: str = "",
        key: str = "",
        field: str = "",
        renamed: tuple[str, str] | None = None,
    ) -> _T:
        """Make a step."""
        before = self._state()
        made = make()
        self.history.record(Step(words, before, self._state(), merges, key, field, renamed))
        if renamed is not None:
            self.entryRenamed.emit(*renamed)
        self.changed.emit()
        return made

    def _state(self) -> _State:
        return _State(self._draft.state(), self._working, self._broken)

    def _restore(self, step: Step, back: bool) -> None:
        state: _State = step.before if back else step.after
        self._draft.restore(state.draft)
        self._working, self._broken = state.working, state.broken
        if step.renamed is not None:
            old, new = step.renamed
            self.entryRenamed.emit(*((new, old) if back else (old, new)))
        self.changed.emit()
        key = step.renamed[0] if step.renamed is not None and back else step.key
        self.stepTaken.emit(key, step.field)


def _lines_of(file: LabFile, entry: Entry) -> tuple[int, int]:
    """Return the lines of an entry: from its key to the last line that is further in."""
    line = file.located(Problem((entry.kind, entry.name), None, "")).line
    lines = file.text.splitlines()
    if line is None or not 1 <= line <= len(lines):
        return 0, 0
    start = line - 1
    while start > 0 and not lines[start].lstrip().lstrip("\"'").startswith(entry.name):
        start -= 1
    depth = _depth(lines[start])
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or _depth(lines[end]) > depth):
        end += 1
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return start + 1, end


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
