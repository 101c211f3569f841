"""The question before instruments are brought into their safe state, and afterwards how it went for each.

It lists beforehand what each will do and who has none; the button works at once, whether all have answered or not.
Limits: says that it is no emergency stop; what is done is the view model's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.widgets.button import button, set_kind
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.segmented import Segmented
from pyrolab_gui.ui.widgets.state_label import StateLabel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.value_text import count_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.viewmodels.safe_state_vm import SafeLine, SafeStateViewModel

Scope: TypeAlias = "tuple[str, Sequence[str]]"
WARNING = (
    "This is no emergency stop: it takes the network, two computers, and a driver that does what it says. "
    "Where somebody is in danger, use the switch on the instrument."
)
STATES = {"asking": "unknown", "has": "stopped", "none": "unknown", "silent": "lost", "calling": "connecting",
          "done": "live", "failed": "failed"}  # fmt: skip
WORDS = {"asking": "being asked", "has": "ready", "none": "none", "silent": "no answer", "calling": "being called",
         "done": "done", "failed": "not done"}  # fmt: skip


class SafeStateDialog(QDialog):
    """Asks for a scope, lists the instruments, calls, and shows what came of it.

    Parameters
    ----------
    safe
        The view model; closed with the dialog.
    scopes
        Words and names of instruments, the narrowest first; `first` is chosen.
    """

    def __init__(
        self, safe: SafeStateViewModel, scopes: Sequence[Scope], first: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("safe-state-dialog")
        self.setWindowTitle("Safe state")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._safe, self._scopes = safe, scopes
        self._acted = False
        self._last_row = 0
        self.title = TextLabel("", 16, 600, wrap=True)
        self.warning = TextLabel(WARNING, 12, 400, "secondary", wrap=True)
        self.scope = Segmented([words for words, _ in scopes])
        self.scope.setAccessibleName("Which instruments")
        self.scope.setCurrent(first)
        self.scope.setVisible(len(scopes) > 1)
        self.scope.currentChanged.connect(self._on_scope_changed)
        self._content = Panel("base")
        self._grid = QGridLayout(self._content)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(2, 1)
        self.cancel = button("Cancel", kind="ghost")
        self.cancel.clicked.connect(self.close)
        self.go = button("Bring them into the safe state", "shield-warning", "danger")
        self.go.setObjectName("safe-state-go")
        self.go.clicked.connect(self._on_go_clicked)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addWidget(self.warning)
        column.addWidget(self.scope)
        column.addWidget(scroll_area(self._content), 1)
        column.addLayout(row)
        self.resize(680, 460)
        self.cancel.setDefault(True)
        self.cancel.setFocus()
        safe.linesChanged.connect(self._show)
        safe.finished.connect(self._show)
        self.finished.connect(safe.close)
        self._on_scope_changed(first)

    def _on_scope_changed(self, index: int) -> None:
        self._safe.look(self._scopes[index][1])

    def _on_go_clicked(self) -> None:
        self._acted = True
        self.scope.setEnabled(False)
        self._safe.act()

    def _show(self) -> None:
        safe = self._safe
        meant = len(safe.lines) - safe.count("none")
        if not self._acted:
            self.title.setText(f"Bring {count_text(meant, 'instrument')} into the safe state?")
        elif safe.running:
            self.title.setText(f"{safe.count('done')} of {meant} done…")
        else:
            failed = safe.count("failed")
            self.title.setText(
                f"{count_text(failed, 'instrument')} not done: look at the instrument itself."
                if failed
                else f"Done for {count_text(safe.count('done'), 'instrument')}."
            )
        self.go.setEnabled(not safe.running and meant > 0)
        self.go.setText("Once more" if self._acted else "Bring into the safe state")
        self.cancel.setText("Close" if self._acted else "Cancel")
        set_kind(self.cancel, "plain" if self._acted else "ghost")
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, line in enumerate(safe.lines):
            self._show_line(number, line)
        self._grid.setRowStretch(self._last_row, 0)
        self._last_row = len(safe.lines)
        self._grid.setRowStretch(self._last_row, 1)

    def _show_line(self, row: int, line: SafeLine) -> None:
        name = TextLabel(line.name, 13, 500, selectable=True)
        state = StateLabel(STATES[line.state], WORDS[line.state])
        text = line.said or line.does
        role = "error" if line.state in ("failed", "silent") else "secondary" if line.state == "none" else "text"
        words = TextLabel(text, 13, 400, role, wrap=True, selectable=True)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(name, row, 0, top)
        self._grid.addWidget(state, row, 1, top)
        self._grid.addWidget(words, row, 2, top)
