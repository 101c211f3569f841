"""What a new lab begins with: one of a few templates, each with what it is for.

Limits: asks only; where the file is to be is asked next.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QRadioButton, QVBoxLayout, QWidget

from pyrolab_gui.model.templates import TEMPLATES
from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import XL, XS, L, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.button_row import button_row
from pyrolab_gui.ui.widgets.text_label import TextLabel

_WIDTH = 460
_INDENT = 22


class TemplateDialog(QDialog):
    """Asks for a template."""

    chosen = Signal(str)
    """The key of the template."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("template-dialog")
        self.setWindowTitle("New lab")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(_WIDTH)
        self._choices: dict[str, QRadioButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, L)
        column.setSpacing(M)
        column.addWidget(TextLabel("New lab", 16, 600))
        column.addWidget(TextLabel("What does it begin with?", 13, 400, "secondary"))
        for key, template in TEMPLATES.items():
            choice = self._choices[key] = QRadioButton(template.title)
            choice.setObjectName(f"template-{key}")
            choice.setFont(font(13, 500))
            choice.setAccessibleDescription(template.help)
            below = TextLabel(template.help, 12, 400, "secondary", wrap=True)
            below.setContentsMargins(_INDENT, 0, 0, 0)
            both = QVBoxLayout()
            both.setSpacing(XS)
            both.addWidget(choice)
            both.addWidget(below)
            column.addLayout(both)
        next(iter(self._choices.values())).setChecked(True)
        go_on = button("Choose its place…", kind="primary")
        go_on.setObjectName("template-next")
        go_on.setDefault(True)
        go_on.clicked.connect(self._on_go_on_clicked)
        cancel = button("Cancel")
        cancel.setObjectName("template-cancel")
        cancel.clicked.connect(self.reject)
        column.addSpacing(S)
        column.addLayout(button_row(cancel, go_on))
        next(iter(self._choices.values())).setFocus()

    def _on_go_on_clicked(self) -> None:
        key = next(key for key, choice in self._choices.items() if choice.isChecked())
        self.accept()
        self.chosen.emit(key)
