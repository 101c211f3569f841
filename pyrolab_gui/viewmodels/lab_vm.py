"""The open lab file: its entries under edit, as forms and as text, what is wrong with them, saving, taking edits back.

A text that is edited by hand becomes what the forms' edits are laid over, once it can be understood; until then the
forms keep the last one that could. Limits: one file at a time; the file is read and written at once, on the calling
thread, because it is small and local.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from pyrolab_gui import paths
from pyrolab_gui.model.lab import ENTRY_TYPES, Kind, Lab
from pyrolab_gui.model.merging import merged
from pyrolab_gui.model.overlay import renames_between
from pyrolab_gui.model.problems import LabFileError, Problem
from pyrolab_gui.model.store import LabFile
from pyrolab_gui.model.templates import TEMPLATES, Template
from pyrolab_gui.viewmodels.lab_draft import DraftState, Entry, LabDraft, check_values, fields_at
from pyrolab_gui.viewmodels.lab_history import EditHistory, Step
from pyrolab_gui.viewmodels.lab_reader import LabReader, is_large
from pyrolab_gui.viewmodels.lab_versions import LabVersion, read_versions
from pyrolab_gui.viewmodels.notifications import Notice
from pyrolab_gui.wire.errors import ConfigInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyrolab_gui.viewmodels.daemons_tree import Marks
    from pyrolab_gui.viewmodels.notifications import Kind as NoticeKind
    from pyrolab_gui.viewmodels.notifications import Notifications

_T = TypeVar("_T")
_DISCARD = "Discard all changes"


@dataclass(frozen=True, slots=True)
class _State:
    """All that an edit can change: the values, the text that they are laid over, a text that is no lab."""

    draft: DraftState
    working: LabFile
    broken: LabFile | None


class LabViewModel(QObject):
    """One lab file and its edits.

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

    def __init__(self, notifications: Notifications) -> None:
        super().__init__()
        self.read_only = False
        self._notifications = notifications
        self._file: LabFile | None = None
        self._working = LabFile.new(Path("lab.yaml"))
        self._broken: LabFile | None = None
        self._draft = LabDraft(Lab())
        self._fresh: tuple[LabFile, Lab, LabFile] | None = None
        self._refused = ""
        self.history = EditHistory(self._restore, self)
        self._reader = LabReader(self._on_read, self._on_reading, self)

    # the file

    @property
    def path(self) -> Path | None:
        """Where the open file is."""
        return self._file.path if self._file is not None else None

    @property
    def file_name(self) -> str:
        """What the open file is called, with its PC where that is another; empty where there is none."""
        return self._file.path.name if self._file is not None else ""

    @property
    def place(self) -> str:
        """Where the open file is, as it is written there; empty where there is none."""
        return str(self._file.path) if self._file is not None else ""

    @property
    def name(self) -> str:
        """What the lab is called: the name of its file."""
        return self._file.path.stem if self._file is not None else ""

    @property
    def folder(self) -> Path:
        """The folder that relative paths of the lab start from."""
        return self._file.path.parent if self._file is not None else Path()

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

    def open(self, path: Path | str) -> bool:
        """Open a file; return whether there is a lab to work with now.

        A file that cannot be read leaves the open one open, and is told; so is how many errors it has. A large one is
        read in a thread, and is open later.
        """
        self._reader.forget()
        path = Path(path).expanduser().absolute()
        if is_large(path):
            self._say("info", f"{path.name} is large; it is being read…")
            self._reader.read(path)
            return False
        try:
            file = LabFile.open(path)
        except LabFileError as error:
            self._tell(error)
            return False
        self._show(file)
        return self.usable

    def _on_read(self, found: LabFile | LabFileError) -> None:
        if isinstance(found, LabFileError):
            self._tell(found)
            return
        self._say("info", f"{found.path.name} was read.")
        self._show(found)

    def _on_reading(self, name: str, part: float) -> None:
        self._say("info", f"{name} is large; it is being read: {part:.0%}")

    def read_again(self) -> None:
        """Take what the file says now, if somebody else has written it since; edits stay edits, and are not saved.

        A text with mistakes in the place of one without leaves what is shown as it is, and is told once.
        """
        if self._file is None:
            return
        try:
            if not self._file.changed_on_disk():
                return
            file = LabFile.open(self._file.path)
        except (OSError, LabFileError) as error:
            self._refuse(str(error), f"{self._file.path.name} was changed on disk and cannot be read", str(error))
            return
        if file.lab is None and self.usable:
            count, detail = _told(file.errors)
            self._refuse(file.text, f"{file.path.name} was changed on disk and has {count} now", detail)
        elif self.usable and file.lab is not None:
            self._take(file, file.lab)
        else:
            self._show(file)
            if not file.errors:
                self._say("info", f"{file.path.name} was read again; its problems are mended.")

    def _refuse(self, what: str, sentence: str, detail: str) -> None:
        if what != self._refused:
            self._refused = what
            self._say("warning", f"{sentence}; what is shown is what it said before.", detail)

    def _take(self, file: LabFile, lab: Lab) -> None:
        """Put another state of the open file below the edits; what was done before cannot be taken back any more."""
        edits = self.changes
        conflicts = self._draft.conflicts(lab) if edits else []
        draft, working = self._rebased(file, lab) if edits else (LabDraft(lab), file)
        lost = bool(edits) and working is file and self._working is not self._file
        mine = self.text
        self._begin(file, LabDraft(lab))
        if edits:
            before = self._state()
            self._draft, self._working = draft, working
            self.history.record(Step("All changes", before, self._state()))
        kept = f" Your {'change is' if edits == 1 else f'{edits} changes are'} kept, and not saved." if edits else ""
        count, detail = _told(file.errors)
        found = f" It has {count} now." if file.errors else ""
        if conflicts:
            values = "a value" if len(conflicts) == 1 else f"{len(conflicts)} values"
            kept += f" You both changed {values}: Review shows what applying would put in its place."
            detail = "\n".join((*conflicts, *filter(None, (detail,))))
        if lost:
            kept += " What you changed in the text beside the values could not be merged; the details have your text."
            detail = f"{detail}\n\n{mine}".strip()
        words = f"{file.path.name} was changed on disk and was read again.{found}{kept}"
        self._say("error" if file.errors else "warning" if conflicts or lost else "info", words, detail)
        self.loaded.emit()
        self.changed.emit()

    def _rebased(self, file: LabFile, lab: Lab) -> tuple[LabDraft, LabFile]:
        """Return the edits laid over what somebody else has written: a text that was edited by hand line by line."""
        if self._file is not None and self._working is not self._file and not self._draft.wrong_fields:
            text = merged(self._file.text, self.text, file.text)
            fresh = LabFile.parse(text, file.path) if text is not None else None
            if fresh is not None and fresh.lab is not None:
                draft = LabDraft(lab)
                renames = renames_between(lab, fresh.lab)
                draft.replace(fresh.lab, {Entry(kind, new): str(old) for (kind, old), new in renames.items()})  # type: ignore[arg-type]
                return draft, fresh
        return self._draft.onto(lab), file

    def _begin(self, file: LabFile, draft: LabDraft) -> None:
        """Begin anew with what a file says."""
        self._file = self._working = file
        self._broken = None if file.lab is not None else file
        self._draft = draft
        self._refused = ""
        self.history.clear()

    def new(self, path: Path | str, template: str = "empty") -> bool:
        """Make a file from one of `model.templates`, and open it."""
        file = LabFile.new(path)
        try:
            if file.path.exists():
                raise LabFileError(f"{file.path.name} exists already; open it, or choose another name.")
            file.save_text(_text_of(TEMPLATES[template]))
        except LabFileError as error:
            self._tell(error)
            return False
        self._show(file)
        return True

    def save(self) -> bool:
        """Write the edits; what cannot be written stays an edit, and is told."""
        self.settling.emit()
        if self._file is None:
            return False
        refusal, wrong = self.save_refusal, (*self.text_problems, *self._draft.wrong_fields)
        if refusal:
            self._notifications.error(ConfigInvalid(f"Not saved: {refusal}", "\n".join(map(str, wrong))))
            return False
        try:
            fresh = self._written()
            self._write(fresh)
        except LabFileError as error:
            self._tell(error)
            return False
        self._file = self._working = fresh
        self._draft = LabDraft(fresh.lab or self._draft.lab)
        self.history.settle()
        self.loaded.emit()
        self.changed.emit()
        return True

    def _write(self, fresh: LabFile) -> None:
        """Put the new state of the file into its place. Raises `LabFileError`."""
        assert self._file is not None
        self._file.replace_with(fresh)

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

    def _show(self, file: LabFile) -> None:
        self._begin(file, LabDraft(file.lab or Lab()))
        self.fileChanged.emit()
        self.loaded.emit()
        self.changed.emit()
        self._tell_errors()

    def _tell_errors(self) -> None:
        if self._file is not None and self.file_errors:
            count, detail = _told(self.file_errors)
            self._say("error", f"{self._file.path.name} has {count}.", detail)

    def _say(self, kind: NoticeKind, sentence: str, detail: str = "") -> None:
        """Tell something of the file, in the place of what was told of it before."""
        self._notifications.post(Notice(kind, sentence, detail, about="the lab file"))

    # what is shown

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
        return self._broken.problems if self._broken is not None else self._draft.problems

    @property
    def wrong_fields(self) -> tuple[Problem, ...]:
        """Values that cannot be saved."""
        return self._draft.wrong_fields

    def field_problems(self, entry: Entry) -> dict[str, Problem]:
        """Return the first problem of each field of an entry."""
        return fields_at(self._draft.problems, entry)

    def check_values(self, kind: Kind, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with the values of a new entry, by field."""
        return check_values(kind, values)

    # the text

    @property
    def text(self) -> str:
        """What the file will say after a save; of values that cannot be saved, what they were before."""
        if self._broken is not None:
            return self._broken.text
        try:
            return self._written().text
        except LabFileError:
            return self._working.text

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

    def versions(self) -> tuple[LabVersion, ...]:
        """Return what the file said before, the newest first."""
        return read_versions(self._file.versions(), datetime.date.today()) if self._file is not None else ()

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
        try:
            return _lines_of(self._written(), entry)
        except LabFileError:
            return _lines_of(self._working, entry)

    def line_of(self, problem: Problem) -> int:
        """Return the line in `text` that a problem is about; 0 where that is not known."""
        if problem.line or self._broken is not None or self._working.lab is None:
            return problem.line or 0
        try:
            return self._written().located(problem).line or 0
        except LabFileError:
            return 0

    def _written(self) -> LabFile:
        """Return the file as a save would leave it."""
        lab = self._draft.valid_lab
        known = self._fresh
        if known is None or known[0] is not self._working or known[1] is not lab:
            known = self._fresh = (self._working, lab, self._working.with_lab(lab))
        return known[2]

    def _text_differs(self) -> bool:
        if self._file is None or (self._working is self._file and self._broken in (None, self._file)):
            return False
        return self.text != self._file.text

    # edits

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

    def remove(self, entry: Entry) -> None:
        """Remove an entry and the lists' references to it."""
        self._make(f"Remove {entry.name}", lambda: self._draft.remove(entry), key=entry.key)

    def free_name(self, kind: Kind, wish: str) -> str:
        """Return `wish`, or the next name like it that is not taken."""
        return self._draft.free_name(kind, wish)

    def name_fault(self, kind: Kind, name: str) -> str:
        """Return why a new entry cannot have that name; empty where it can."""
        return self._draft.name_fault(kind, name)

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

        self._make(_DISCARD, discard)

    @property
    def can_undo_discard(self) -> bool:
        """Whether the last step was to discard."""
        return self.history.undo_words == _DISCARD and not self.edited

    def undo_discard(self) -> None:
        """Bring the discarded edits back."""
        if self.can_undo_discard:
            self.history.undo()

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

    def _tell(self, error: LabFileError) -> None:
        self._notifications.error(ConfigInvalid(error.sentence, error.detail))


def _text_of(template: Template) -> str:
    if not template.example:
        return template.text
    return (paths.resources_dir() / "labs" / f"{template.example}.yaml").read_text(encoding="utf-8")


def _told(problems: Sequence[Problem]) -> tuple[str, str]:
    """Return how many problems there are, and a line on each."""
    lines = [f"line {problem.line}: {problem}" if problem.line else str(problem) for problem in problems]
    return ("1 problem" if len(lines) == 1 else f"{len(lines)} problems"), "\n".join(lines)


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
