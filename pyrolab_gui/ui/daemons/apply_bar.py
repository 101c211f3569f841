"""The bar below the detail: how many edits there are, undo and redo, what applying does, problems, who waits.

Its buttons keep their places while there are edits. Limits: it says and shows; the tab acts.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from pyrolab_gui.ui.console.elided_label import ElidedLabel
from pyrolab_gui.ui.theme import paint_icon, tokens_of
from pyrolab_gui.ui.theme.tokens import XL, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.text_label import TextLabel

_HEIGHT = 48


@dataclass(frozen=True, slots=True)
class Standing:
    """How the edits of a lab stand.

    Parameters
    ----------
    changes
        Edits that are not saved.
    refusal
        Why they cannot be applied, in a sentence; empty where they can.
    restarts
        Names of running children that applying restarts or stops.
    errors, warnings
        Findings about the lab.
    waiting
        Names of running children that the saved lab would start differently.
    pending, waiting_for
        Whether the edits are applied when nobody works with what restarts, and what that waits for.
    undo, redo
        What would be taken back, or made again; empty if nothing.
    discarded
        Whether edits were just discarded.
    others
        Who else edits the file, in a sentence; empty where nobody does.
    """

    changes: int = 0
    refusal: str = ""
    restarts: tuple[str, ...] = ()
    errors: int = 0
    warnings: int = 0
    waiting: tuple[str, ...] = ()
    pending: bool = False
    waiting_for: str = ""
    undo: str = ""
    redo: str = ""
    discarded: bool = False
    others: str = ""


class ApplyBar(Panel):
    """Edits of the lab."""

    applyRequested = Signal()
    reviewRequested = Signal()
    withdrawRequested = Signal()
    discardRequested = Signal()
    undoRequested = Signal()
    redoRequested = Signal()
    restartRequested = Signal()
    problemsToggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("window", parent)
        self.setFixedHeight(_HEIGHT)
        self._pencil = _Pencil()
        self.title = TextLabel("", 13, 600)
        self.note = ElidedLabel("", 13)
        self.problems = button("1 problem", "warning-circle", "ghost", color="error")
        self.problems.setObjectName("apply-problems")
        self.problems.setCheckable(True)
        self.problems.toggled.connect(self.problemsToggled)
        self.undo = button("", "arrow-counter-clockwise", "ghost", "Undo")
        self.redo = button("", "arrow-clockwise", "ghost", "Redo")
        self.restart = button("Restart…", "arrow-clockwise")
        self.discard = button("Discard", kind="ghost", tip="Go back to what the file says")
        self.withdraw = button("Withdraw", kind="ghost", tip="Do not apply them by themselves; the changes stay")
        self.review = button("Review…", tip="What applying does, and the lines that change")
        self.apply = button("Apply", "check", "primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(XL, 0, XL, 0)
        row.setSpacing(S)
        row.addWidget(self._pencil)
        row.addWidget(self.title)
        row.addWidget(self.note, 1)
        row.addSpacing(M)
        row.addWidget(self.problems)
        for widget, word, signal in (
            (self.undo, "undo", self.undoRequested),
            (self.redo, "redo", self.redoRequested),
            (self.restart, "restart", self.restartRequested),
            (self.withdraw, "withdraw", self.withdrawRequested),
            (self.discard, "discard", self.discardRequested),
            (self.review, "review", self.reviewRequested),
            (self.apply, "now", self.applyRequested),
        ):
            widget.setObjectName(f"apply-{word}")
            widget.clicked.connect(signal)
            row.addWidget(widget)

    def show_state(self, now: Standing) -> None:
        """Show how things stand."""
        edited = now.changes > 0
        self._pencil.setVisible(edited)
        for widget in (self.discard, self.review, self.apply):
            widget.setVisible(edited)
        self.discard.setVisible(edited and not now.pending)
        self.withdraw.setVisible(now.pending)
        self.apply.setEnabled(not now.refusal)
        self.apply.setText("Apply…" if now.restarts else "Apply")
        self.apply.setToolTip(now.refusal or "Save, and restart only what changed")
        self.undo.setVisible(edited or now.discarded)
        self.redo.setVisible(edited or now.discarded)
        for widget, verb, key, words in (
            (self.undo, "Undo", "Ctrl+Z", now.undo),
            (self.redo, "Redo", "Ctrl+Shift+Z", now.redo),
        ):
            widget.setEnabled(bool(words))
            widget.setToolTip(f"{verb}: {words} ({key})" if words else f"Nothing to {verb.lower()}")
            widget.setAccessibleName(f"{verb}: {words}" if words else verb)
        self.restart.setVisible(bool(now.waiting) and not edited)
        found = [_count(now.errors, "problem")] if now.errors else []
        found += [_count(now.warnings, "remark")] if now.warnings else []
        self.problems.setText(", ".join(found) or "no problems")
        self.problems.setAccessibleName(self.problems.text())
        self.problems.setVisible(bool(found))
        title, note = _words(now)
        self.title.setText(title)
        self.note.setText(note)
        self.setVisible(edited or bool(now.waiting) or now.discarded or bool(now.errors))


def _words(now: Standing) -> tuple[str, str]:
    if now.pending:
        return "Applied when idle", f"waits for {now.waiting_for}" if now.waiting_for else "asking who works with it…"
    if now.changes:
        if now.refusal:
            note = now.refusal
        elif now.others:
            note = now.others + (f"; applying restarts {_listed(now.restarts)}" if now.restarts else "")
        elif now.restarts:
            note = f"applying restarts {_listed(now.restarts)}"
        else:
            note = "not applied; nothing that runs is interrupted"
        return _count(now.changes, "change"), note
    if now.discarded:
        return "Discarded", "the lab is as it is in the file"
    if now.waiting:
        return "Saved", f"{_listed(now.waiting)}: changed, restart to apply"
    return "", ""


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _count(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number} {word}s"


class _Pencil(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(16, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_icon(painter, QRect(0, 0, 16, 16), "pencil-simple", tokens_of(self), "accent")
