"""Recordings that were deleted in this window: set aside, brought back, or gone when the window closes.

They go into a folder beside them, on the same disk, so both is done at once. Limits: what a window that was killed left
there stays, and is found by its folder's name.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyrolab_gui.recording.series import COMPANIONS, remove
from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FOLDER = ".deleted recordings"


@dataclass
class Trash:
    """What was set aside: pairs of where it was and where it is, each deletion a list of them."""

    deletions: list[list[tuple[Path, Path]]] = field(default_factory=list)

    def put(self, paths: Sequence[Path]) -> None:
        """Set recordings aside; those that can be are.

        Raises
        ------
        LabError
            With the first that cannot.
        """
        moved: list[tuple[Path, Path]] = []
        try:
            for path in paths:
                aside = _free(path.parent / FOLDER / path.name)
                try:
                    aside.parent.mkdir(exist_ok=True)
                    _move(path, aside)
                except OSError as error:
                    sentence = f"{path.name} cannot be deleted ({error.strerror or error})."
                    raise LabError(sentence, str(error)) from error
                moved.append((path, aside))
        finally:
            if moved:
                self.deletions.append(moved)

    def take_back(self) -> list[Path]:
        """Bring back what was deleted last; return where it is.

        Raises
        ------
        LabError
            If something cannot be.
        """
        back = []
        for path, aside in self.deletions.pop() if self.deletions else []:
            place = _free(path)
            try:
                _move(aside, place)
            except OSError as error:
                raise LabError(f"{path.name} cannot be brought back from {aside}.", str(error)) from error
            back.append(place)
            _drop_folder(aside.parent)
        return back

    def empty(self) -> None:
        """Remove all for good; what cannot be stays."""
        for deletion in self.deletions:
            for _, aside in deletion:
                with contextlib.suppress(OSError):
                    remove(aside)
                _drop_folder(aside.parent)
        self.deletions = []


def _move(source: Path, target: Path) -> None:
    for companion in reversed(COMPANIONS):  # the file itself last: until then it is found where it was
        with contextlib.suppress(FileNotFoundError) if companion else contextlib.nullcontext():
            os.rename(source.with_name(source.name + companion), target.with_name(target.name + companion))


def _free(path: Path) -> Path:
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return free


def _drop_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # another window has something in it
        folder.rmdir()
