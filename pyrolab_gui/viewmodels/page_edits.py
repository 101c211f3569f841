"""Editing the file of the overview pages: a draft until it is saved. Limits: one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pyrolab_gui.model.pages import PageFile, Pages, Tile, tiles_of
from pyrolab_gui.model.problems import LabFileError
from pyrolab_gui.model.side_file import beside
from pyrolab_gui.viewmodels.looks_only import LOOKS_ONLY

if TYPE_CHECKING:
    from pathlib import Path

    from pyrolab_gui.viewmodels.plot_channel import Reading


class PageEdits(QObject):
    """The draft of the pages beside a lab file."""

    changed = Signal()

    def __init__(self, lab_file: Path, *, read_only: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.read_only = read_only
        self._path = beside(lab_file, "pages")
        self._file = PageFile(self._path, "")
        self._broken = ""
        try:
            self._file = PageFile.open(self._path)
        except LabFileError as error:
            self._broken = error.sentence
        if self._file.value is None:
            first = self._file.problems[0]
            self._broken = f"{self._path.name}, line {first.line or 1}: {first}"
        pages = (self._file.value or Pages()).pages
        self._texts = {name: "\n".join(lines) for name, lines in pages.items()}
        self._saved = dict(self._texts)
        self.current = next(iter(self._texts), "")

    @property
    def file_name(self) -> str:
        """The name of the file."""
        return self._path.name

    @property
    def names(self) -> list[str]:
        """The names of the pages."""
        return list(self._texts)

    @property
    def text(self) -> str:
        """The tiles of the current page, a line each."""
        return self._texts.get(self.current, "")

    @property
    def problem(self) -> str:
        """What is wrong with the file or the pages."""
        if self._broken:
            return self._broken
        for name, text in self._texts.items():
            for number, line in enumerate(text.splitlines(), 1):
                if line.strip() and (wrong := _wrong(line)):
                    return f"{name}, line {number}: {wrong}."
        return ""

    @property
    def may_save(self) -> bool:
        """Whether there is something to save, and nothing wrong with it."""
        return self._texts != self._saved and not self.problem and not self.read_only

    def tiles(self, name: str) -> tuple[Tile, ...]:
        """Return the tiles of a page; of lines that are none, nothing."""
        lines = [line for line in self._texts.get(name, "").splitlines() if line.strip() and not _wrong(line)]
        return tiles_of(lines)

    def add(self) -> None:
        """Add an empty page and go to it."""
        self.current = next(name for n in range(1, 10_000) if (name := f"page-{n}") not in self._texts)
        self._texts[self.current] = ""
        self.changed.emit()

    def remove(self) -> None:
        """Take the current page out."""
        self._texts.pop(self.current, None)
        self.current = next(iter(self._texts), "")
        self.changed.emit()

    def rename(self, name: str) -> bool:
        """Give the current page another name; False where that cannot be."""
        name = name.strip()
        if not name or name in self._texts or not self.current:
            return False
        self._texts = {name if key == self.current else key: text for key, text in self._texts.items()}
        self.current = name
        self.changed.emit()
        return True

    def set_text(self, text: str) -> None:
        """Take other lines for the current page."""
        if self.current and text != self.text:
            self._texts[self.current] = text
            self.changed.emit()

    def add_reading(self, reading: Reading) -> None:
        """Add a tile for a reading."""
        text = self.text.rstrip("\n")
        self.set_text(f"{text}\n{reading.label}".lstrip("\n"))

    def save(self) -> str:
        """Write the file; return why that could not be."""
        if self.read_only:
            return LOOKS_ONLY
        pages = {
            name: tuple(line.strip() for line in text.splitlines() if line.strip())
            for name, text in self._texts.items()
        }
        try:
            self._file.save(Pages(pages=pages))
        except LabFileError as error:
            return error.sentence
        self._saved = dict(self._texts)
        self.changed.emit()
        return ""


def _wrong(line: str) -> str:
    try:
        Tile.parse(line)
    except ValueError as error:
        return str(error)
    return ""
