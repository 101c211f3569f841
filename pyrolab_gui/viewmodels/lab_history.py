"""The edits of a lab as steps that can be taken back and made again.

A step is the state before and the state after it; states share what did not change, so a step is small. Steps of one
kind at one place (the keystrokes in a field) are one step until `settle`. Limits: what a state is, is the caller's.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Step:
    """What was done.

    Parameters
    ----------
    words
        What it was: ``Port of optics``.
    before, after
        The states.
    merges
        Steps with the same text here that follow each other are one step; empty for a step of its own.
    key, field
        The node and the field where it was done, to show it.
    renamed
        The keys of a renamed node, before and after.
    """

    words: str
    before: Any
    after: Any
    merges: str = ""
    key: str = ""
    field: str = ""
    renamed: tuple[str, str] | None = None


class EditHistory(QObject):
    """The steps since a lab was opened.

    Parameters
    ----------
    restore
        Called with a step and whether it is taken back, to put its state into force.
    """

    changed = Signal()

    def __init__(self, restore: Callable[[Step, bool], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._restore = restore
        self._stack = QUndoStack(self)
        self._settled = 0

    @property
    def undo_words(self) -> str:
        """What `undo` would take back; empty if nothing."""
        return self._stack.undoText()

    @property
    def redo_words(self) -> str:
        """What `redo` would make again; empty if nothing."""
        return self._stack.redoText()

    def record(self, step: Step) -> None:
        """Add a step that was just made."""
        self._stack.push(_Command(step, self._restore, self._settled))
        self.changed.emit()

    def settle(self) -> None:
        """Let the next step be one of its own."""
        self._settled += 1

    def undo(self) -> None:
        """Take the last step back."""
        self.settle()
        self._stack.undo()
        self.changed.emit()

    def redo(self) -> None:
        """Make the step again that was taken back last."""
        self.settle()
        self._stack.redo()
        self.changed.emit()

    def clear(self) -> None:
        """Forget all steps."""
        self.settle()
        self._stack.clear()
        self.changed.emit()


class _Command(QUndoCommand):
    def __init__(self, step: Step, restore: Callable[[Step, bool], object], settled: int) -> None:
        super().__init__(step.words)
        self.step = step
        self.settled = settled
        self._restore = restore
        self._fresh = True

    def id(self) -> int:
        return zlib.crc32(self.step.merges.encode()) & 0x7FFFFFFF if self.step.merges else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 - Qt's name
        if not isinstance(other, _Command) or other.settled != self.settled or other.step.merges != self.step.merges:
            return False
        self.step = replace(self.step, after=other.step.after)
        self.setObsolete(self.step.before == self.step.after)
        return True

    def undo(self) -> None:
        self._restore(self.step, True)

    def redo(self) -> None:
        if not self._fresh:  # the stack calls it once when it takes the command, and then it is done already
            self._restore(self.step, False)
        self._fresh = False
