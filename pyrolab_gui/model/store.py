"""The lab file on disk: read with all its problems, changed in the smallest way, written so that nothing is lost.

A save replaces the file in one step, keeps what was there before in ``.NAME.history``, refuses when somebody else
changed the file meanwhile, and is read again before it is written: what does not say exactly what was asked for never
reaches the disk. Limits: one file; no watching; not for two threads at once.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pyrolab_gui.model import emit
from pyrolab_gui.model.check import problems_of
from pyrolab_gui.model.document import Document, read
from pyrolab_gui.model.files import keep, versions_of, write_atomically
from pyrolab_gui.model.lab import KINDS, Kind, Lab
from pyrolab_gui.model.names import auto_words, made_name
from pyrolab_gui.model.overlay import changed_entries, fresh_data, renames_between, same_labs, target_data
from pyrolab_gui.model.problems import MOST, KeyPath, LabFileError, Problem, errors_of
from pyrolab_gui.model.rewriting import NotLocal, moved, newline_of, rewritten
from pyrolab_gui.model.salvage import further_problems
from pyrolab_gui.model.sentences import problems_from

if TYPE_CHECKING:
    from collections.abc import Container

    from pyrolab_gui.model.nodes import Progress


class LabFile:
    """A lab file, as it was last read or written.

    Attributes
    ----------
    path
        Where it is.
    text
        What it says.
    lab
        What that means; None where the text cannot be understood. A lab whose entries do not agree (a service without
        its daemon, two with one port) is there, with `problems`.
    problems
        All findings, in the order of their lines.
    """

    def __init__(self, path: Path, text: str, progress: Progress | None = None) -> None:
        self.path = path
        self.text = text
        self._document = read(text, _namer(path), progress)
        self.lab, self.problems = _understood(self._document)

    @classmethod
    def open(cls, path: Path | str, progress: Progress | None = None) -> LabFile:
        """Read a lab file; `progress` is told the part that was read, from 0 to 1.

        Raises
        ------
        LabFileError
            If it cannot be read at all. What it says wrongly is in `problems`.
        """
        path = Path(path).expanduser().absolute()
        try:
            raw = path.read_bytes()
        except FileNotFoundError as error:
            raise LabFileError(f"There is no lab file {path}.", str(error)) from error
        except IsADirectoryError as error:
            raise LabFileError(f"{path} is a folder, not a lab file.", str(error)) from error
        except OSError as error:
            raise LabFileError(f"The lab file {path} cannot be read: {_reason(error)}.", str(error)) from error
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            found = cls(path, "")
            found.text = raw.decode("utf-8", errors="surrogateescape")
            found.lab = None
            found.problems = (Problem((), line, "The file is not text in UTF-8; save it in that encoding."),)
            return found
        return cls(path, text, progress)

    @classmethod
    def new(cls, path: Path | str) -> LabFile:
        """Return an empty lab file that is not on disk yet."""
        return cls.parse("", path)

    @classmethod
    def parse(cls, text: str, path: Path | str) -> LabFile:
        """Read a text as if it stood in the file at `path`."""
        return cls(Path(path).expanduser().absolute(), text)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that are no mere warnings."""
        return errors_of(self.problems)

    def located(self, problem: Problem) -> Problem:
        """Return a finding about this lab with the line of the file that it is about."""
        return problem.at(self._document.line(problem.path))

    def save(self, lab: Lab) -> None:
        """Write `lab`, changing only the lines that must change.

        Raises
        ------
        LabFileError
            If the file changed on disk since it was read, or cannot be written; the old file is then intact.
        """
        fresh = self.with_lab(lab)
        if fresh is not self or not self.path.exists():
            self._become(fresh)

    def save_text(self, text: str) -> None:
        """Write a text that somebody edited by hand.

        Raises
        ------
        LabFileError
            If it has errors, the file changed on disk since it was read, or cannot be written.
        """
        fresh = LabFile(self.path, text)
        if fresh.errors:
            raise LabFileError(f"The text has errors and was not saved. {fresh.errors[0]}", _told(fresh.errors))
        self._become(fresh)

    def with_lab(self, lab: Lab) -> LabFile:
        """Return what `save` would write, as a file that is not on disk yet; this one where `lab` is what it says.

        Raises
        ------
        LabFileError
            If the text cannot be understood, or the lab cannot be written as text.
        """
        if self.lab is None:
            raise LabFileError("The lab file has errors that must be mended in its text first.", _told(self.problems))
        return self if same_labs(self.lab, lab) else self._changed_to(lab)

    def with_moved(self, kind: Kind, name: str, down: bool) -> LabFile:
        """Return the file with an entry one place further down, or up, in its section; nothing else changes.

        Raises
        ------
        LabFileError
            If it is the last or the first, or its lines cannot be moved.
        """
        with contextlib.suppress(NotLocal):
            found = LabFile(self.path, moved(self._document, (kind, name), down))
            if self.lab is not None and found._says(self.lab):
                return found
        raise LabFileError(f"{name} cannot be moved by itself; move its lines in the text.")

    def replace_with(self, fresh: LabFile) -> None:
        """Write what `fresh` says in the place of this file, whose object stays what it was.

        Raises
        ------
        LabFileError
            If the file changed on disk since this one was read, or cannot be written; the old file is then intact.
        """
        target = self._target
        try:
            if self.changed_on_disk():
                raise LabFileError(
                    f"{self.path.name} was changed by somebody else since it was opened; open it again before saving.",
                    str(self.path),
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                keep(target)
            write_atomically(target, self._bytes(fresh.text))
        except OSError as error:
            raise LabFileError(
                f"{self.path.name} cannot be written: {_reason(error)}. The file is as it was.", str(error)
            ) from error

    def text_for(self, lab: Lab) -> str:
        """Return the text that `save` would write."""
        return self.text if self.lab is None else self.with_lab(lab).text

    def changed_on_disk(self) -> bool:
        """Whether the file says something else than what was read here. A file that is gone has not changed."""
        try:
            return self.path.read_bytes() != self._bytes(self.text)
        except FileNotFoundError:
            return False

    def versions(self) -> tuple[Path, ...]:
        """Return the previous versions that are kept, newest first."""
        return versions_of(self.path)

    @property
    def _target(self) -> Path:
        return Path(os.path.realpath(self.path))

    def _changed_to(self, lab: Lab) -> LabFile:
        """Find the smallest change whose result, read again, says exactly `lab`."""
        assert self.lab is not None
        renames = renames_between(self.lab, lab)
        target = target_data(self._document.data or {}, self.lab, lab, renames)
        changed = changed_entries(self.lab, lab, renames)
        sections = frozenset(path[:1] for path in changed)
        for whole, pinned in ((frozenset[KeyPath](), False), (frozenset(), True), (changed, True), (sections, True)):
            try:
                text = rewritten(self._document, target, renames, whole, pinned=pinned)
            except NotLocal:
                continue
            found = LabFile(self.path, text)
            if found._says(lab):
                return found
        newline = newline_of(self.text)
        text = _leading_comments(self.text) + "".join(line + newline for line in emit.block(fresh_data(lab), 0))
        found = LabFile(self.path, text)
        if found._says(lab):
            return found
        raise LabFileError(
            "The lab holds a value that cannot be written to a YAML file; nothing was saved.",
            "It reads back differently.",
        )

    def _says(self, wanted: Lab) -> bool:
        return self.lab is not None and same_labs(self.lab, wanted)

    def _become(self, fresh: LabFile) -> None:
        self.replace_with(fresh)
        self.text, self.lab, self.problems, self._document = fresh.text, fresh.lab, fresh.problems, fresh._document

    @staticmethod
    def _bytes(text: str) -> bytes:
        return text.encode("utf-8", errors="surrogateescape")


def _namer(path: Path) -> Any:
    def name_of(section: str, key: str, taken: Container[str]) -> str:
        words = auto_words(key) if section in KINDS else 0
        return made_name(words, f"{path}\n{section}\n{key}", taken) if words else key

    return name_of


def _understood(document: Document) -> tuple[Lab | None, tuple[Problem, ...]]:
    """Return the lab that a document describes, and all that is wrong with it."""
    problems = list(document.problems)
    if any(not problem.path for problem in problems):
        return None, tuple(problems)
    data = {} if document.data is None else document.data
    if not isinstance(data, dict):
        problems.append(
            Problem((), 1, "The file must consist of sections: nameservers, daemons, services, autolaunch.")
        )
        return None, tuple(problems)
    lab: Lab | None = None
    try:
        lab = Lab.model_validate(data)
        found = problems_of(lab)
    except ValidationError as error:
        wrong = [problem for problem in problems_from(error) if problem.path not in document.refused]
        found = wrong
        if len(wrong) + len(problems) < MOST:
            found = [*wrong, *further_problems(data, {*document.refused, *(problem.path for problem in wrong)})]
    about_keys = ("There is no key", "The name")
    for problem in found:
        of_key = problem.sentence.startswith(about_keys)
        problems.append(problem.at(document.line(problem.path, of_key=of_key)))
    problems.sort(key=lambda problem: problem.line or 0)
    return (None if document.problems else lab), tuple(problems)


def _leading_comments(text: str) -> str:
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    count = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    return "".join(lines[:count])


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _told(problems: tuple[Problem, ...]) -> str:
    return "\n".join(f"line {problem.line}: {problem}" if problem.line else str(problem) for problem in problems)
