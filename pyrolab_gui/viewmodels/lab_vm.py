"""The open lab file: opened, read again when somebody else wrote it, saved; its edits are `LabEdits`.

Limits: one file at a time; a file of ordinary size is read and written at once, on the calling thread, because it is
small and local.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Signal

from pyrolab_gui import paths
from pyrolab_gui.model.lab import Lab
from pyrolab_gui.model.merging import merged
from pyrolab_gui.model.overlay import renames_between
from pyrolab_gui.model.problems import LabFileError, Problem
from pyrolab_gui.model.store import LabFile
from pyrolab_gui.model.templates import TEMPLATES, Template
from pyrolab_gui.viewmodels.lab_draft import Entry, LabDraft
from pyrolab_gui.viewmodels.lab_edits import LabEdits
from pyrolab_gui.viewmodels.lab_history import Step
from pyrolab_gui.viewmodels.lab_reader import LabReader, is_large
from pyrolab_gui.viewmodels.lab_versions import LabVersion, read_versions
from pyrolab_gui.viewmodels.lab_writer import Work
from pyrolab_gui.viewmodels.notifications import Notice
from pyrolab_gui.wire.errors import ConfigInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyrolab_gui.viewmodels.notifications import Kind as NoticeKind
    from pyrolab_gui.viewmodels.notifications import Notifications

_T = TypeVar("_T")
_DISCARD = "Discard all changes"


class LabViewModel(LabEdits):
    """One lab file and its edits.

    Signals
    -------
    saved
        A save that went on in the background has ended: whether the file is written.
    """

    saved = Signal(bool)
    saves_in_background = True

    def __init__(self, notifications: Notifications) -> None:
        super().__init__()
        self._notifications = notifications
        self._waiting: list[Callable[[], object]] = []
        self.written_from_here = False
        """Whether the file is being written by this program past the editor: that it changed is no news then."""
        self._reader = LabReader(self._on_read, self._on_reading, self)
        self._reading_again = False

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

    def open(self, path: Path | str) -> bool:
        """Open a file; return whether there is a lab to work with now.

        A file that cannot be read leaves the open one open, and is told; so is how many errors it has. A large one is
        read in a thread, and is open later.
        """
        self._reader.forget()
        self._reading_again = False
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
        again, self._reading_again = self._reading_again, False
        if again:
            self._on_read_again(found)
            return
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
            if self.saving or self._reading_again or not self._file.changed_on_disk():
                return
            if is_large(self._file.path):
                self._reading_again = True
                self._reader.read(self._file.path)
                return
            self._on_read_again(LabFile.open(self._file.path))
        except (OSError, LabFileError) as error:
            self._on_read_again(error)

    def _on_read_again(self, file: LabFile | LabFileError | OSError) -> None:
        if self._file is None:
            return
        if not isinstance(file, LabFile):
            self._refuse(str(file), f"{self._file.path.name} was changed on disk and cannot be read", str(file))
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
        conflicts = self._draft.conflicts(lab) if edits else ()
        places = {conflict.place for conflict in conflicts}
        open_still = tuple(conflict for conflict in self.conflicts if conflict.place not in places)
        draft, working = self._rebased(file, lab) if edits else (LabDraft(lab), file)
        lost = bool(edits) and working is file and self._working is not self._file
        mine = self.text
        self._begin(file, LabDraft(lab))
        if edits:
            before = self._state()
            self._draft, self._working = draft, working
            self._conflicts = (*conflicts, *open_still)
            self.history.record(Step("All changes", before, self._state()))
        kept = f" Your {'change is' if edits == 1 else f'{edits} changes are'} kept, and not saved." if edits else ""
        count, detail = _told(file.errors)
        found = f" It has {count} now." if file.errors else ""
        if conflicts:
            values = "a value" if len(conflicts) == 1 else f"{len(conflicts)} values"
            kept += f" You both changed {values}: choose which holds."
            detail = "\n".join((*map(str, conflicts), *filter(None, (detail,))))
        if lost:
            kept += " What you changed in the text beside the values could not be merged; the details have your text."
            detail = f"{detail}\n\n{mine}".strip()
        words = f"{file.path.name} was changed on disk and was read again.{found}{kept}"
        if edits or file.errors or not self.written_from_here:
            self._say("error" if file.errors else "warning" if lost else "info", words, detail)
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
        if self.saving:
            return True
        if self._is_large and self.saves_in_background:
            self._save_in_background(self._file)
            return True
        try:
            fresh = self._written()
            self._write(fresh)
        except LabFileError as error:
            self._tell(error)
            return False
        self._settle_on(fresh)
        return True

    def after_save(self, act: Callable[[], object]) -> None:
        """Do something as soon as no save is under way; not at all if that save is refused."""
        if self.saving:
            self._waiting.append(act)
        else:
            act()

    def _save_in_background(self, file: LabFile) -> None:
        working, lab = self._working, self._draft.valid_lab
        self.saving = True
        self._say("info", f"{file.path.name} is large; it is being written…")
        self._writer.want(Work(working, lab, lambda found: self._on_written(working, lab, found), into=file))
        self.changed.emit()

    def _on_written(self, working: LabFile, lab: Lab, found: LabFile | LabFileError) -> None:
        self.saving = False
        waiting, self._waiting = self._waiting, []
        if isinstance(found, LabFileError):
            self._tell(found)
            self.changed.emit()
        else:
            edited = self._working is not working or self._draft.valid_lab is not lab
            later = self._rebased(found, found.lab) if edited and found.lab is not None else None
            self._settle_on(found)
            if later is not None:
                self._draft, self._working = later
                self.changed.emit()
            self._say("info", f"{found.path.name} was saved.")
            for act in waiting:
                act()
        self.saved.emit(not isinstance(found, LabFileError))

    def _settle_on(self, fresh: LabFile) -> None:
        """Take what was written for the state of the file."""
        self._file = self._working = fresh
        self._draft = LabDraft(fresh.lab or self._draft.lab)
        self._conflicts = ()
        self.history.settle()
        self.loaded.emit()
        self.changed.emit()

    def _write(self, fresh: LabFile) -> None:
        """Put the new state of the file into its place. Raises `LabFileError`."""
        assert self._file is not None
        self._file.replace_with(fresh)

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

    def versions(self) -> tuple[LabVersion, ...]:
        """Return what the file said before, the newest first."""
        return read_versions(self._file.versions(), datetime.date.today()) if self._file is not None else ()

    def ask_versions(
        self, answered: Callable[[tuple[LabVersion, ...]], object], failed: Callable[[str], object]
    ) -> None:
        """Have `answered` told the versions, or `failed` why there are none to be had; here at once."""
        answered(self.versions())

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
