"""The head of a section: small capitals, and what belongs to it at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from pyrolab_gui.ui.theme.tokens import S
from pyrolab_gui.ui.widgets.text_label import TextLabel


class SectionHead(QWidget):
    """A section's head.

    Parameters
    ----------
    text
        Written in capitals.
    right
        Widgets at the right end.
    count
        Shown after the title.
    """

    def __init__(self, text: str, *right: QWidget, count: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = TextLabel(text, 11, 600, "secondary", caps=True)
        self._count = TextLabel("", 11, 400, "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        row.addWidget(self._title)
        row.addWidget(self._count)
        row.addStretch(1)
        for widget in right:
            row.addWidget(widget)
        self.setMinimumHeight(24)
        self.set_count(count)

    def set_text(self, text: str) -> None:
        """Change the title."""
        self._title.setText(text)

    def set_count(self, count: int | None) -> None:
        """Show how many there are of what the section holds."""
        self._count.setText("" if count is None else str(count))
        self._count.setVisible(count is not None)
