"""What you and somebody else changed in the lab file at once: for each value, whose holds.

Limits: asks only; until it is answered what was edited here holds, and nothing is saved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QDialog, QRadioButton, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import XL, XS, L, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.button_row import button_row
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.lab_vm import LabViewModel

_WIDTH, _HEIGHT = 520, 420


class ConflictDialog(QDialog):
    """Asks whose values hold."""

    def __init__(self, lab: LabViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self._conflicts = lab.conflicts
        self.setObjectName("conflict-dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        count = "one value" if len(self._conflicts) == 1 else f"{len(self._conflicts)} values"
        title = f"Somebody else changed {count} of {lab.file_name} too"
        self.setWindowTitle(title)
        self.resize(_WIDTH, _HEIGHT)
        self._theirs: list[QRadioButton] = []
        self._mine: list[QRadioButton] = []
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        for number, conflict in enumerate(self._conflicts):
            mine, theirs = QRadioButton(f"Mine: {conflict.mine}"), QRadioButton(f"Theirs: {conflict.theirs}")
            group = QButtonGroup(rows)
            pair = QVBoxLayout()
            pair.setSpacing(XS)
            pair.addWidget(TextLabel(conflict.words, 13, 600, wrap=True))
            for choice, word in ((mine, "mine"), (theirs, "theirs")):
                choice.setFont(font(13))
                choice.setObjectName(f"conflict-{word}-{number}")
                choice.setAccessibleName(f"{conflict.words}: {choice.text()}")
                group.addButton(choice)
                pair.addWidget(choice, 0, Qt.AlignmentFlag.AlignLeft)
            mine.setChecked(True)
            self._mine.append(mine)
            self._theirs.append(theirs)
            column.addLayout(pair)
        column.addStretch(1)
        all_mine = button("All mine", kind="ghost")
        all_theirs = button("All theirs", kind="ghost")
        cancel = button("Decide later")
        take = button("Take these", kind="primary")
        for widget, word in ((all_mine, "all-mine"), (all_theirs, "all-theirs"), (cancel, "later"), (take, "take")):
            widget.setObjectName(f"conflict-{word}")
        all_mine.clicked.connect(lambda: self._choose_all(self._mine))
        all_theirs.clicked.connect(lambda: self._choose_all(self._theirs))
        cancel.clicked.connect(self.reject)
        take.clicked.connect(self._on_take_clicked)
        take.setDefault(True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(XL, XL, XL, L)
        whole.setSpacing(M)
        whole.addWidget(TextLabel(title, 16, 600, wrap=True))
        words = "Choose what is to hold. It is an edit, which can be taken back and is applied with the others."
        whole.addWidget(TextLabel(words, 13, 400, "secondary", wrap=True))
        whole.addWidget(scroll_area(rows), 1)
        whole.addSpacing(S)
        whole.addLayout(button_row(all_mine, all_theirs, cancel, take))
        if self._mine:
            self._mine[0].setFocus()

    def _choose_all(self, choices: list[QRadioButton]) -> None:
        for choice in choices:
            choice.setChecked(True)

    def _on_take_clicked(self) -> None:
        chosen = [item for item, theirs in zip(self._conflicts, self._theirs, strict=True) if theirs.isChecked()]
        self.accept()
        self._lab.choose(chosen)
