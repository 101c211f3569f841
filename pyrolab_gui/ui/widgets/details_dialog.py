"""What stands behind a sentence: a traceback, output lines, an address; to read and to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import XL, L, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.text_label import TextLabel


def show_details(parent: QWidget | None, sentence: str, detail: str) -> QDialog:
    """Open a dialog with the sentence and what stands behind it; it returns at once and ends by itself."""
    dialog = QDialog(parent)
    dialog.setObjectName("details-dialog")
    dialog.setWindowTitle("Details")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.resize(720, 420)
    text = QPlainTextEdit(detail or "Nothing more is known.")
    text.setObjectName("details-text")
    text.setAccessibleName("Details")
    text.setReadOnly(True)
    text.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard,
    )
    text.setFont(font(12, mono=True))
    text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    copy = button("Copy", "copy", tip="Copy sentence and details")
    copy.setObjectName("details-copy")
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(f"{sentence}\n\n{detail}".strip()))
    close = button("Close", kind="primary")
    close.setObjectName("details-close")
    close.clicked.connect(dialog.accept)
    close.setDefault(True)
    buttons = QHBoxLayout()
    buttons.setSpacing(S)
    buttons.addWidget(copy)
    buttons.addStretch(1)
    buttons.addWidget(close)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(XL, L, XL, L)
    column.setSpacing(M)
    column.addWidget(TextLabel(sentence, 14, 600, wrap=True, selectable=True))
    column.addWidget(text, 1)
    column.addLayout(buttons)
    dialog.open()
    return dialog
