"""A question before something that cannot be taken back: what it hits, and two buttons.

Opens and returns at once; the answer comes as a call. The safe button has the focus and is the default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme.tokens import XL, L, M, S
from pyrolab_gui.ui.widgets.button import Kind, button
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from collections.abc import Callable


def ask(
    parent: QWidget | None,
    title: str,
    text: str,
    yes: str,
    on_yes: Callable[[], object],
    *,
    no: str = "Cancel",
    kind: Kind = "danger",
) -> QDialog:
    """Ask; `on_yes` is called if the answer is `yes`."""
    dialog = QDialog(parent)
    dialog.setObjectName("question")
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setMinimumWidth(440)
    confirm = button(yes, kind=kind)
    confirm.setObjectName("question-yes")
    confirm.clicked.connect(dialog.accept)
    cancel = button(no)
    cancel.setObjectName("question-no")
    cancel.setDefault(True)
    cancel.clicked.connect(dialog.reject)
    buttons = QHBoxLayout()
    buttons.setSpacing(S)
    buttons.addStretch(1)
    buttons.addWidget(confirm)
    buttons.addWidget(cancel)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(XL, L, XL, L)
    column.setSpacing(M)
    column.addWidget(TextLabel(title, 16, 600, wrap=True))
    column.addWidget(TextLabel(text, 13, wrap=True))
    column.addSpacing(S)
    column.addLayout(buttons)
    dialog.accepted.connect(on_yes)
    cancel.setFocus()
    dialog.open()
    return dialog
