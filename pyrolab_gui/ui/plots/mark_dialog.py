"""A few words that are asked for: the text of a mark, the name of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.value_text import clock_text

if TYPE_CHECKING:
    from collections.abc import Callable


def ask_for_words(
    parent: QWidget, title: str, when: float | None, done: Callable[[str], object], text: str = ""
) -> QDialog:
    """Ask for a line of text and call `done` with it; `when` is a time that is said with it."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    field = Field(text, placeholder="What happened?" if when is not None else "Name")
    field.setMinimumWidth(280)
    field.selectAll()
    accept, cancel = button("Mark" if when is not None else "Rename", kind="primary"), button("Cancel")
    accept.setDefault(True)
    accept.clicked.connect(dialog.accept)
    cancel.clicked.connect(dialog.reject)
    dialog.accepted.connect(lambda: done(field.text().strip()))
    column = QVBoxLayout(dialog)
    column.setContentsMargins(16, 16, 16, 16)
    column.setSpacing(12)
    if when is not None:
        column.addWidget(TextLabel(f"At {clock_text(when)}", 13, 600))
    column.addWidget(field)
    foot = QHBoxLayout()
    foot.addStretch(1)
    foot.addWidget(cancel)
    foot.addWidget(accept)
    column.addLayout(foot)
    dialog.open()
    field.setFocus()
    return dialog
