"""What the editors of several parts have in common: one part below the other, each can be removed, a button adds one.

Limits: what a part is, and what the value of all is, is the editor's that is made from this.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pyrolab_gui.ui.forms.field_editors import ValueEditor
from pyrolab_gui.ui.theme.tokens import XS
from pyrolab_gui.ui.widgets.button import button


class Part(QWidget):
    """One of the parts; `removed` says that it is to go."""

    edited = Signal()
    removed = Signal()

    def set_invalid(self, invalid: bool) -> None:
        """Mark the part as wrong."""
        raise NotImplementedError

    def begin(self) -> None:
        """Take the focus where a new part is filled in first."""
        raise NotImplementedError


P = TypeVar("P", bound=Part)


class ListEditor(ValueEditor, Generic[P]):
    """Parts, and the button that adds one.

    Parameters
    ----------
    what
        What a part is, for its button: ``parameter``.
    width, spacing
        Least width, and the room between two parts; pixels.
    """

    def __init__(self, what: str, width: int, spacing: int) -> None:
        super().__init__()
        self._what = what
        self._width = width
        self._parts: list[P] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(spacing)
        self._add = button(f"Add {what}", "plus", "ghost")
        self._add.clicked.connect(self._on_add_clicked)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addLayout(self._lines)
        column.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)
        self._row.addLayout(column, 1)
        self.setFocusProxy(self._add)

    def sizeHint(self) -> QSize:
        """Return room for what a part holds."""
        return QSize(self._width, super().sizeHint().height())

    def set_invalid(self, invalid: bool) -> None:
        """Mark the parts."""
        for part in self._parts:
            part.set_invalid(invalid)

    def _new_part(self) -> P:
        """Make a part that says nothing yet."""
        raise NotImplementedError

    def _append(self, part: P) -> None:
        part.edited.connect(self.edited)
        part.removed.connect(lambda: self._on_removed(part))
        self._parts.append(part)
        self._lines.addWidget(part)

    def _clear(self) -> None:
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self._parts = []

    def _on_add_clicked(self) -> None:
        part = self._new_part()
        self._append(part)
        part.begin()

    def _on_removed(self, part: P) -> None:
        self._parts.remove(part)
        part.hide()
        part.deleteLater()
        self._add.setFocus()
        self.edited.emit()
