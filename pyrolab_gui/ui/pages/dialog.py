"""Where overview pages are set up: their names, and their tiles as lines of text; a page is opened from here.

Limits: edits the file beside the lab file; tiles stand in the order of their lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import XL, L, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.page_edits import PageEdits

_HELP = (
    "One tile a line:\n"
    "bench.meter.power\n"
    "bench.meter.power as Power at the fibre\n"
    "plot bench.meter.power bench.temperature.temperature over 10min\n"
    "note Do not open the valve"
)


class PagesDialog(QDialog):
    """The pages of a lab."""

    openRequested = Signal(str)
    addRequested = Signal()
    """Readings are to be chosen for the page."""

    def __init__(self, edits: PageEdits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edits = edits
        self.setObjectName("pages-dialog")
        self.setWindowTitle("Overview pages")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(820, 520)
        self.list = QListWidget()
        self.list.setAccessibleName("Pages")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFont(font(13))
        self.list.setFixedWidth(200)
        self.list.currentTextChanged.connect(self._on_current_changed)
        self.add = button("Add page", "plus", "ghost")
        self.add.clicked.connect(self._on_add)
        self.name = Field(placeholder="Name of the page")
        self.name.textEdited.connect(self._on_name_edited)
        self.lines = QPlainTextEdit()
        self.lines.setAccessibleName("Tiles of the page")
        self.lines.setPlaceholderText(_HELP)
        self.lines.setFont(font(13, mono=True))
        self.lines.textChanged.connect(self._on_lines_changed)
        self.pick = button("Add readings…", "plus", "ghost", "Choose instruments and their readings")
        self.pick.clicked.connect(self.addRequested)
        self.remove = button("Delete page", "trash", "ghost")
        self.remove.clicked.connect(self._on_remove)
        self.problem = TextLabel("", 12, 400, "error", wrap=True, selectable=True)
        self.save = button("Save", "check", tip="Into the file beside the lab file")
        self.save.setObjectName("pages-save")
        self.save.clicked.connect(lambda: self.problem.setText(edits.save()))
        self.full = button("Full screen", "arrows-out", "primary", "Escape closes it again")
        self.full.setObjectName("pages-open")
        self.full.clicked.connect(lambda: self.openRequested.emit(self._edits.current))
        left = QVBoxLayout()
        left.setSpacing(S)
        left.addWidget(self.list, 1)
        left.addWidget(self.add)
        tools = QHBoxLayout()
        tools.setSpacing(S)
        tools.addWidget(self.pick)
        tools.addStretch(1)
        tools.addWidget(self.remove)
        right = QVBoxLayout()
        right.setSpacing(S)
        right.addWidget(self.name)
        right.addWidget(self.lines, 1)
        right.addLayout(tools)
        across = QHBoxLayout()
        across.setSpacing(L)
        across.addLayout(left)
        across.addLayout(right, 1)
        foot = QHBoxLayout()
        foot.setSpacing(S)
        foot.addWidget(self.problem, 1)
        foot.addWidget(self.save)
        foot.addWidget(self.full)
        head = QHBoxLayout()
        head.addWidget(TextLabel("Overview pages", 16, 600))
        head.addStretch(1)
        head.addWidget(TextLabel(f"In {edits.file_name}, beside the lab file", 12, 400, "secondary"))
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, L, XL, L)
        column.setSpacing(M)
        column.addLayout(head)
        column.addLayout(across, 1)
        column.addLayout(foot)
        edits.changed.connect(self._show)
        self._fill()

    def _fill(self) -> None:
        with QSignalBlocker(self.list):
            self.list.clear()
            self.list.addItems(self._edits.names)
            if self._edits.current:
                self.list.setCurrentRow(self._edits.names.index(self._edits.current))
        self._on_current_changed(self._edits.current)

    def _on_current_changed(self, name: str) -> None:
        self._edits.current = name
        with QSignalBlocker(self.name), QSignalBlocker(self.lines):
            self.name.setText(name)
            self.lines.setPlainText(self._edits.text)
        self._show()

    def _show(self) -> None:
        edits = self._edits
        there = bool(edits.current)
        if there and self.lines.toPlainText() != edits.text:
            with QSignalBlocker(self.lines):
                self.lines.setPlainText(edits.text)
        for widget in (self.name, self.lines, self.pick, self.remove):
            widget.setEnabled(there and not edits.read_only)
        self.add.setEnabled(not edits.read_only)
        problem = edits.problem
        self.problem.setText(problem)
        self.save.setEnabled(edits.may_save)
        self.full.setEnabled(there and not problem and bool(edits.text.strip()))

    def _on_add(self) -> None:
        self._edits.add()
        self._fill()
        self.name.setFocus()
        self.name.selectAll()

    def _on_remove(self) -> None:
        self._edits.remove()
        self._fill()

    def _on_name_edited(self, text: str) -> None:
        if self._edits.rename(text):
            item = self.list.currentItem()
            if item is not None:
                with QSignalBlocker(self.list):
                    item.setText(self._edits.current)

    def _on_lines_changed(self) -> None:
        self._edits.set_text(self.lines.toPlainText())
