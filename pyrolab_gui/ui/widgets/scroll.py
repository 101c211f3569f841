"""A column that scrolls by itself, down only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def scroll_area(widget: QWidget) -> QScrollArea:
    """Return a scroll area without a frame around `widget`.

    Without one, a grid layout in a low window lets its fields overlap.
    """
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    role = widget.backgroundRole()
    area.viewport().setBackgroundRole(role if role != QPalette.ColorRole.NoRole else QPalette.ColorRole.Base)
    return area
