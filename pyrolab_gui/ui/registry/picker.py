"""Where the nameserver is chosen: those of the lab, those used before, or an address that is typed.

What was typed stays, with a sentence if it is no address. Limits: reads no address itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from pyrolab_gui.ui.theme import icon
from pyrolab_gui.ui.theme.tokens import S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.state_label import StateLabel
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QKeyEvent

_WIDTH = 248


class NameserverPicker(QWidget):
    """An editable choice, *look again*, the state of the link, and whether it is encrypted."""

    chosen = Signal(str)
    refreshRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self.combo = _PickerCombo()
        self.combo.setAccessibleName("Nameserver")
        self.combo.setToolTip("The nameserver whose entries are shown: host, or host:port")
        self.combo.returned.connect(self._on_entered)
        self.combo.escaped.connect(self._on_escaped)
        self.combo.activated.connect(lambda: self._on_entered())
        self.state = StateLabel("unknown", "")
        self._security = TextLabel("", 12, 400, "secondary")
        self._security.hide()
        refresh = button("", "arrow-clockwise", "ghost", "Look again (F5)")
        refresh.clicked.connect(self.refreshRequested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        row.addWidget(self.combo)
        row.addWidget(refresh)
        row.addWidget(self.state)
        row.addWidget(self._security)

    def set_choices(self, labels: Iterable[str]) -> None:
        """Offer these."""
        self.combo.set_items(labels)
        self.combo.setEditText(self._shown)

    def show_choice(self, label: str) -> None:
        """Show what is watched; text that is being typed stays."""
        typing = self.combo.hasFocus() and self.combo.currentText() not in (self._shown, label)
        self._shown = label
        if not typing:
            self.combo.setEditText(label)

    def show_security(self, word: str, text: str) -> None:
        """Show whether the connection is encrypted, with what that means as its tool tip."""
        self._security.setText(word)
        self._security.setToolTip(text)
        self._security.setVisible(bool(word))

    def set_invalid(self, invalid: bool) -> None:
        """Mark what was typed as no address."""
        self.combo.set_invalid(invalid)

    def _on_entered(self) -> None:
        self.chosen.emit(self.combo.currentText().strip())

    def _on_escaped(self) -> None:
        self.combo.setEditText(self._shown)
        self.set_invalid(False)
        self.chosen.emit("")


class _PickerCombo(Combo):
    """Tells Enter and Escape, which a combo box keeps to itself."""

    returned = Signal()
    escaped = Signal()

    def __init__(self) -> None:
        super().__init__(editable=True, width=_WIDTH)
        self.setInsertPolicy(Combo.InsertPolicy.NoInsert)
        self.setCompleter(None)  # type: ignore[arg-type]
        self.setIconSize(QSize(16, 16))
        editor = self.lineEdit()
        if editor is not None:
            sign = editor.addAction(icon("address-book"), editor.ActionPosition.LeadingPosition)
            sign.setText("Nameserver")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.returned.emit()
            event.accept()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
            event.accept()
        else:
            super().keyPressEvent(event)
