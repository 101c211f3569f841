"""The open lab file: its entries under edit, what is wrong with them, saving, and taking edits back.

Limits: one file at a time; the file is read and written at once, on the calling thread, because it is small and local.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.model.lab import Kind, Lab
from pyrolab_gui.model.problems import LabFileError, Problem
from pyrolab_gui.model.store import LabFile
from pyrolab_gui.viewmodels.lab_draft import Entry, LabDraft, check_values, fields_at
from pyrolab_gui.viewmodels.notifications import Notice
from pyrolab_gui.wire.errors import ConfigInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyrolab_gui.viewmodels.daemons_tree import Marks
    from pyrolab_gui.viewmodels.notifications import Kind as NoticeKind
    from pyrolab_gui.viewmodels.notifications import Notifications

_START: dict[str, Any] = {
    "nameservers": {"main": {}},
    "daemons": {"instruments": {"nameservers": ["main"]}},
    "autolaunch": {"nameservers": ["main"], "daemons": ["instruments"]},
}
"""What a new lab begins with: a phonebook and a place for instruments."""


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
    """

    loaded = Signal()
    changed = Signal()
    fileChanged = Signal()
    entryRenamed = Signal(str, str)

    def __init__(self, notifications: Notifications) -> None:
        super().__init__()
        self._notifications = notifications
        self._file: LabFile | None = None
        self._draft = LabDraft(Lab())
        self._discarded: LabDraft | None = None
        self._refused = ""

    # the file

    @property
    def path(self) -> Path | None:
        """Where the open file is."""
        return self._file.path if self._file is not None else None

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
        return self._file is not None and self._file.lab is not None

    @property
    def saved_lab(self) -> Lab | None:
        """The lab as it is in the file; None where its text cannot be understood."""
        return self._file.lab if self._file is not None else None

    @property
    def file_errors(self) -> tuple[Problem, ...]:
        """What is wrong with the file itself, whatever was typed since."""
        return self._file.errors if self._file is not None else ()

    def open(self, path: Path | str) -> bool:
        """Open a file; return whether there is a lab to work with.

        A file that cannot be read leaves the open one open, and is told; so is how many errors it has.
        """
        try:
            file = LabFile.open(path)
        except LabFileError as error:
            self._tell(error)
            return False
        self._show(file)
        return self.usable

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
        """Put another state of the open file below the edits."""
        edits = self._draft.changes
        self._file, self._draft = file, self._draft.onto(lab) if edits else LabDraft(lab)
        self._discarded = None
        self._refused = ""
        kept = f" Your {'change is' if edits == 1 else f'{edits} changes are'} kept, and not saved." if edits else ""
        count, detail = _told(file.errors)
        found = f" It has {count} now." if file.errors else ""
        words = f"{file.path.name} was changed on disk and was read again.{found}{kept}"
        self._say("error" if file.errors else "info", words, detail)
        self.loaded.emit()
        self.changed.emit()

    def new(self, path: Path | str) -> bool:
        """Make a file with a nameserver and a daemon, and open it."""
        file = LabFile.new(path)
        try:
            if file.path.exists():
                raise LabFileError(f"{file.path.name} exists already; open it, or choose another name.")
            file.save(Lab.model_validate(_START))
        except LabFileError as error:
            self._tell(error)
            return False
        self._show(file)
        return True

    def save(self) -> bool:
        """Write the edits; what cannot be written stays an edit, and is told."""
        if self._file is None:
            return False
        wrong = self._draft.wrong_fields
        if wrong:
            words = "1 field" if len(wrong) == 1 else f"{len(wrong)} fields"
            detail = "\n".join(map(str, wrong))
            self._notifications.error(ConfigInvalid(f"Not saved: {words} must be corrected first.", detail))
            return False
        try:
            self._file.save(self._draft.lab)
        except LabFileError as error:
            self._tell(error)
            return False
        self._draft = LabDraft(self._file.lab or self._draft.lab)
        self._discarded = None
        self.loaded.emit()
        self.changed.emit()
        return True

    def _show(self, file: LabFile) -> None:
        self._file = file
        self._draft = LabDraft(file.lab or Lab())
        self._discarded = None
        self._refused = ""
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
        """How many edits are not saved."""
        return self._draft.changes

    @property
    def edited(self) -> bool:
        """Whether there are edits that are not saved."""
        return self._draft.edited

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All findings; of the text, where that cannot be understood."""
        if self._file is not None and self._file.lab is None:
            return self._file.problems
        return self._draft.problems

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

    def entry_text(self, entry: Entry) -> str:
        """Return the lines of the file that an entry will have; those that it has while something is wrong."""
        if self._file is None or self._file.lab is None:
            return ""
        file = self._file
        if self._draft.edited and not self._draft.wrong_fields:
            try:
                file = LabFile.parse(file.text_for(self._draft.lab), file.path)
            except LabFileError:
                file = self._file
        return _lines_of(file, entry)

    # edits

    def set_value(self, entry: Entry, field: str, value: Any) -> None:
        """Put one value of one entry, valid or not."""
        self._draft.set_value(entry, field, value)
        self._edited()

    def set_starts_with_lab(self, entry: Entry, starts: bool) -> None:
        """Put a nameserver or daemon on the autolaunch list, or take it off."""
        self._draft.set_autolaunch(entry, starts)
        self._edited()

    def add(self, kind: Kind, name: str, values: Mapping[str, Any]) -> Entry:
        """Add an entry. Raises `ValueError` with a sentence if the name cannot be used."""
        entry = Entry(kind, name)
        self._draft.add(entry, values)
        self._edited()
        return entry

    def rename(self, entry: Entry, name: str) -> Entry:
        """Rename an entry and every reference to it. Raises `ValueError` with a sentence if that cannot be."""
        renamed = self._draft.rename(entry, name)
        if renamed != entry:
            self.entryRenamed.emit(entry.key, renamed.key)
            self._edited()
        return renamed

    def duplicate(self, entry: Entry) -> Entry:
        """Add a copy of an entry."""
        copy = self._draft.duplicate(entry)
        self._edited()
        return copy

    def remove(self, entry: Entry) -> None:
        """Remove an entry and the lists' references to it."""
        self._draft.remove(entry)
        self._edited()

    def free_name(self, kind: Kind, wish: str) -> str:
        """Return `wish`, or the next name like it that is not taken."""
        return self._draft.free_name(kind, wish)

    def discard(self) -> None:
        """Go back to the file; `undo_discard` brings the edits back."""
        self._discarded = self._draft
        self._draft = LabDraft(self._draft.base)
        self.changed.emit()

    @property
    def can_undo_discard(self) -> bool:
        """Whether discarded edits can be brought back: nothing was edited, opened or saved since."""
        return self._discarded is not None and not self._draft.edited

    def undo_discard(self) -> None:
        """Bring the discarded edits back."""
        if self._discarded is not None and self.can_undo_discard:
            self._draft, self._discarded = self._discarded, None
            self.changed.emit()

    def _edited(self) -> None:
        self._discarded = None
        self.changed.emit()

    def _tell(self, error: LabFileError) -> None:
        self._notifications.error(ConfigInvalid(error.sentence, error.detail))


def _told(problems: Sequence[Problem]) -> tuple[str, str]:
    """Return how many problems there are, and a line on each."""
    lines = [f"line {problem.line}: {problem}" if problem.line else str(problem) for problem in problems]
    return ("1 problem" if len(lines) == 1 else f"{len(lines)} problems"), "\n".join(lines)


def _lines_of(file: LabFile, entry: Entry) -> str:
    """Return the lines of an entry: from its key to the next line that is not further in."""
    line = file.located(Problem((entry.kind, entry.name), None, "")).line
    lines = file.text.splitlines()
    if line is None or not 1 <= line <= len(lines):
        return ""
    start = line - 1
    while start > 0 and not lines[start].lstrip().lstrip("\"'").startswith(entry.name):
        start -= 1
    depth = _depth(lines[start])
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or _depth(lines[end]) > depth):
        end += 1
    found = [text[depth:] if text.strip() else "" for text in lines[start:end]]
    return "\n".join(found).rstrip() + "\n"


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
