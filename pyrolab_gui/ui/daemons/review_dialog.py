"""What applying the edits of a lab does, before it does it: in words, by name, and as the lines that change.

What needs the daemons' answers is asked while the dialog is open; until it is there nothing can be interrupted from
here. Limits: the edits are as they were when it was opened, as it is modal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from pyrolab_gui.ui.daemons.diff_view import DiffView
from pyrolab_gui.ui.theme.tokens import XL, XS, L, M, S
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.lab_apply import LabApply
    from pyrolab_gui.viewmodels.lab_vm import LabViewModel

_ASKING = "Asking who works with it…"
_WORKING_OUT = "The lines of this large file are being worked out…"
_NOBODY = "Nobody works with it now."


class ReviewDialog(QDialog):
    """Shows what follows, and applies."""

    def __init__(self, lab: LabViewModel, apply: LabApply, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._apply = apply
        self.setObjectName("review-dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = lab.file_name or "the lab"
        count = "1 change" if lab.changes == 1 else f"{lab.changes} changes"
        title = f"Apply {count} to {name}?"
        self.setWindowTitle(title)
        self._interrupts = any(effect.interrupts for effect in apply.effects())
        self.effects = TextLabel("\n".join(apply.consequences()), 13, wrap=True, selectable=True)
        self.effects.setObjectName("review-effects")
        self.hits = TextLabel(_ASKING, 13, wrap=True, selectable=True)
        self.hits.setObjectName("review-hits")
        self.hits.setVisible(self._interrupts)
        self.diff = DiffView(f"Lines of {name} that change")
        self._show_diff()
        lab.changed.connect(self._show_diff)
        self.cancel = button("Cancel", kind="ghost")
        self.save = button("Only save", kind="plain", tip="Write the file; what runs goes on as it is")
        self.idle = button(
            "Apply when idle", "hourglass-medium", tip="As soon as what restarts is not used, on, recorded or locked"
        )
        self.now = button("Apply now", kind="danger" if self._interrupts else "primary")
        self._lay_out(title)
        for widget, word, act in (
            (self.cancel, "cancel", lambda: None),
            (self.save, "save", self._lab.save),
            (self.idle, "idle", self._apply.apply_when_idle),
            (self.now, "now", self._apply.apply),
        ):
            widget.setObjectName(f"review-{word}")
            widget.clicked.connect(lambda _=False, act=act: self._do(act))
        refusal = apply.refusal
        self.save.setEnabled(not lab.save_refusal)
        self.idle.setEnabled(not refusal and self._interrupts)
        self.now.setEnabled(not refusal and not self._interrupts)
        first = self.cancel if self._interrupts or refusal else self.now
        first.setDefault(True)
        first.setFocus()
        if self._interrupts:
            apply.ask_hits(self._on_hits)

    def _lay_out(self, title: str) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        for widget in (self.save, self.idle, self.now):
            buttons.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, L)
        column.setSpacing(M)
        column.addWidget(TextLabel(title, 16, 600, wrap=True))
        refusal = self._apply.refusal
        if refusal:
            column.addWidget(Banner("failed", "It cannot be applied yet.", refusal))
        if self._lab.conflicts:
            words = "\n".join(map(str, self._lab.conflicts))
            column.addWidget(Banner("slow", "Somebody else changed this too; your values are applied.", words))
        follows = QVBoxLayout()
        follows.setSpacing(XS)
        follows.addWidget(SectionHead("What follows"))
        follows.addWidget(self.effects)
        follows.addWidget(self.hits)
        column.addLayout(follows)
        lines = QVBoxLayout()
        lines.setSpacing(XS)
        lines.addWidget(SectionHead("In the file"))
        lines.addWidget(self.diff, 1)
        column.addLayout(lines, 1)
        column.addLayout(buttons)
        self.resize(720, 560)

    def _show_diff(self) -> None:
        if not isValid(self):
            return
        ready = self._lab.text_is_ready
        self.diff.show_lines(self._apply.diff() if ready else (), "Nothing differs." if ready else _WORKING_OUT)

    def _on_hits(self, words: str) -> None:
        if not isValid(self):
            return
        self.hits.setText(words or _NOBODY)
        self.now.setEnabled(not self._apply.refusal)

    def _do(self, act: object) -> None:
        self.accept()
        if callable(act):
            act()
