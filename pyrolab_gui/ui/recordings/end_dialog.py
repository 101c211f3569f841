"""The question when a recording that goes on is to end: when somebody stops it, at a time, or after a while.

Limits: asks; a condition that was planned stays.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.recordings.record_dialog import AFTER, AT, HINTS, NEVER, moment_of, seconds_of
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.recordings_rows import moment_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.viewmodels.recordings_rows import RecordingRow

_CHOICES = (("when somebody stops it", NEVER), ("from now on, after", AFTER), ("at", AT))


class EndDialog(QDialog):
    """The question about one recording; `done` gets the time, 0 for none."""

    def __init__(self, row: RecordingRow, done: Callable[[float], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("end-dialog")
        self.setWindowTitle(f"When {row.name} ends")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._done = done
        self.choice = Combo(_CHOICES)
        self.choice.setAccessibleName("It ends")
        self.choice.setCurrentIndex(1)
        self.choice.currentIndexChanged.connect(self._check)
        self.field = Field(width=190)
        self.field.setAccessibleName("Time or length")
        self.field.textChanged.connect(self._check)
        self.sentence = TextLabel("", 12, 400, "secondary", wrap=True)
        self.change, cancel = button("Change", kind="primary"), button("Cancel")
        self.change.setDefault(True)
        self.change.clicked.connect(self._on_change_clicked)
        cancel.clicked.connect(self.reject)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(TextLabel("It ends", 13, 400))
        line.addWidget(self.choice)
        line.addWidget(self.field)
        line.addStretch(1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.change)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(TextLabel(f"Now: {row.sentence}", 13, 400, wrap=True))
        column.addLayout(line)
        column.addWidget(self.sentence)
        column.addLayout(foot)
        self.setMinimumWidth(480)
        self._check()
        self.field.setFocus()

    def ends(self) -> float:
        """Return the time, 0 for none. Raises ValueError with a sentence."""
        kind, text = self.choice.currentData(), self.field.text().strip()
        if kind == NEVER:
            return 0.0
        when = moment_of(text) if kind == AT else time.time() + seconds_of(text)
        if when <= time.time():
            raise ValueError("This time is over.")
        return when

    def _check(self, _changed: object = None) -> None:
        kind = self.choice.currentData()
        self.field.setVisible(kind != NEVER)
        self.field.setPlaceholderText(HINTS.get(kind, ""))
        try:
            when = self.ends()
            words = f"It ends {moment_text(when)}." if when else "It goes on until somebody stops it."
            words += " Who changed that is written into it."
        except ValueError as error:
            words = str(error) if self.field.text().strip() else ""
        self.change.setEnabled(bool(words) and (kind == NEVER or self._is_told()))
        self.sentence.setText(words)

    def _is_told(self) -> bool:
        try:
            return bool(self.ends())
        except ValueError:
            return False

    def _on_change_clicked(self) -> None:
        try:
            when = self.ends()
        except ValueError as error:
            self.sentence.setText(str(error))
            return
        self.accept()
        self._done(when)
