"""The text of the lab file, as it will be after a save; what is typed here is in the forms at once.

A text that cannot be understood is marked at its lines and kept, while the forms keep what they had. Limits: a large
text is read when the typing pauses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.daemons.yaml_editor import YamlEditor
from pyrolab_gui.ui.theme.tokens import XL, M, S
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.lab_draft import Entry
    from pyrolab_gui.viewmodels.lab_vm import LabViewModel

_AT_ONCE = 6_000
"""Characters up to which a text is read at each keystroke."""
_PAUSE_MS = 300


class YamlPage(Panel):
    """Text of the lab."""

    versionsRequested = Signal()

    def __init__(self, lab: LabViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._lab = lab
        self._entry: Entry | None = None
        self._typed = False
        self._shown: str | None = ""
        self.view = YamlEditor("Text of the lab file")
        self.view.setObjectName("yaml-text")
        self.note = TextLabel("", 12, 400, "secondary")
        self.back = button("Take it back", "arrow-counter-clockwise", tip="Go back to the last text without mistakes")
        self.back.setObjectName("yaml-back")
        self.banner = Banner("failed", "", buttons=(self.back,))
        self.versions = button("Versions…", "clock-counter-clockwise", "ghost", "What the file said before")
        self.versions.setObjectName("yaml-versions")
        copy = button("Copy", "copy", "ghost")
        tools = QHBoxLayout()
        tools.setSpacing(S)
        tools.addWidget(self.note)
        tools.addStretch(1)
        tools.addWidget(self.versions)
        tools.addWidget(copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, S, XL, M)
        column.setSpacing(S)
        column.addLayout(tools)
        column.addWidget(self.banner)
        column.addWidget(self.view, 1)
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._tell)
        self.view.textChanged.connect(self._on_text_changed)
        self.view.installEventFilter(self)
        self.back.clicked.connect(lab.take_text_back)
        self.versions.clicked.connect(self.versionsRequested)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.view.toPlainText()))
        lab.settling.connect(self._tell)

    def show_place(self, entry: Entry | None) -> None:
        """Show the whole text, and in it an entry; the same one again only brings its news."""
        moved, self._entry = entry != self._entry, entry
        self.refresh()
        first = self._lab.lines_of(entry)[0] if entry is not None else 1
        if moved and first and not self._typed:
            self.view.go_to(first)

    def go_to(self, line: int) -> None:
        """Go to a line."""
        self.view.go_to(line)
        self.view.setFocus()

    def refresh(self) -> None:
        """Take over the text and what is wrong with it; what was typed and not read yet stays."""
        if self._typed:
            return
        lab = self._lab
        self._shown = None
        self.view.setReadOnly(lab.read_only)
        self.view.put_text(lab.text)
        self._shown = self.view.toPlainText()
        problems = lab.text_problems
        lines = {problem.line for problem in problems if problem.line}
        self.view.mark(lines, lab.lines_of(self._entry) if self._entry is not None else (0, 0))
        self.banner.setVisible(bool(problems))
        if problems:
            first = problems[0]
            where = f"Line {first.line}: " if first.line else ""
            more = f" {len(problems) - 1} more mistakes." if len(problems) > 1 else ""
            kept = "The forms show the last text without mistakes, and cannot be edited meanwhile."
            self.banner.set_content("failed", f"{where}{first}", f"{more.strip()} {kept}".strip())
            self.back.setEnabled(lab.can_take_text_back)
        self.note.setText("As it will stand in the file." if lab.edited else "As it stands in the file.")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read what was typed when the editor is left."""
        if event.type() == QEvent.Type.FocusOut:
            self._tell()
        return False

    def _on_text_changed(self) -> None:
        if self._shown is None or self.view.toPlainText() == self._shown:
            return  # not typed: put there, or painted anew in the colours of another theme
        self._typed = True
        if self.view.document().characterCount() <= _AT_ONCE:
            self._tell()
        else:
            self._timer.start()

    def _tell(self) -> None:
        self._timer.stop()
        if self._typed:
            self._typed = False
            self._lab.set_text(self.view.toPlainText(), self.view.line)
            self.refresh()
