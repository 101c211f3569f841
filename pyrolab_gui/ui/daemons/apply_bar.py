"""The bar below the detail: how many edits there are, Discard and Save; problems; children that wait for a restart."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from pyrolab_gui.ui.theme import paint_icon, tokens_of
from pyrolab_gui.ui.theme.tokens import XL, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.text_label import TextLabel

_HEIGHT = 48


class ApplyBar(Panel):
    """Edits of the lab."""

    saveRequested = Signal()
    discardRequested = Signal()
    undoRequested = Signal()
    restartRequested = Signal()
    problemsToggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("window", parent)
        self.setFixedHeight(_HEIGHT)
        self._pencil = _Pencil()
        self.title = TextLabel("", 13, 600)
        self.note = TextLabel("", 13, 400, "secondary")
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.problems = button("1 problem", "warning-circle", "ghost", color="error")
        self.problems.setObjectName("apply-problems")
        self.problems.setCheckable(True)
        self.problems.toggled.connect(self.problemsToggled)
        self.undo = button("Undo discard", "arrow-counter-clockwise", "ghost")
        self.undo.setObjectName("apply-undo")
        self.undo.clicked.connect(self.undoRequested)
        self.restart = button("Restart…", "arrow-clockwise")
        self.restart.setObjectName("apply-restart")
        self.restart.clicked.connect(self.restartRequested)
        self.discard = button("Discard", kind="ghost")
        self.discard.setObjectName("apply-discard")
        self.discard.clicked.connect(self.discardRequested)
        self.save = button("Save", "check", "primary", "Write the edits to the lab file (Ctrl+S)")
        self.save.setObjectName("apply-save")
        self.save.clicked.connect(self.saveRequested)
        row = QHBoxLayout(self)
        row.setContentsMargins(XL, 0, XL, 0)
        row.setSpacing(S)
        row.addWidget(self._pencil)
        row.addWidget(self.title)
        row.addWidget(self.note, 1)
        row.addSpacing(M)
        for widget in (self.problems, self.undo, self.restart, self.discard, self.save):
            row.addWidget(widget)

    def show_state(
        self, changes: int, wrong_fields: int, errors: int, warnings: int, waiting: tuple[str, ...], can_undo: bool
    ) -> None:
        """Show how things stand.

        Parameters
        ----------
        changes
            Edits that are not saved.
        wrong_fields
            Values that cannot be saved.
        errors, warnings
            Findings about the lab.
        waiting
            Names of running children that the saved lab would start differently.
        can_undo
            Whether discarded edits can be brought back.
        """
        edited = changes > 0
        self._pencil.setVisible(edited)
        self.discard.setVisible(edited)
        self.save.setVisible(edited)
        self.save.setEnabled(not wrong_fields)
        self.undo.setVisible(can_undo)
        self.restart.setVisible(bool(waiting) and not edited)
        count = errors + warnings
        words = [_count(errors, "problem")] if errors else []
        words += [_count(warnings, "remark")] if warnings else []
        self.problems.setText(", ".join(words) or "no problems")
        self.problems.setAccessibleName(self.problems.text())
        self.problems.setVisible(bool(count))
        if edited:
            self.title.setText(_count(changes, "change"))
            self.note.setText(
                f"{_count(wrong_fields, 'field')} to correct before it can be saved" if wrong_fields else "not saved"
            )
        elif waiting:
            listed = ", ".join(waiting[:3]) + (f" and {len(waiting) - 3} more" if len(waiting) > 3 else "")
            self.title.setText("Saved")
            self.note.setText(f"{listed}: changed, restart to apply")
        elif can_undo:
            self.title.setText("Discarded")
            self.note.setText("the lab is as it is in the file")
        else:
            self.title.setText("")
            self.note.setText("")
        self.setVisible(edited or bool(waiting) or can_undo or bool(errors))


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
