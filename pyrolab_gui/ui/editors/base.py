"""What every editor of a typed value has in common.

An editor never changes what was typed: a value out of bounds stays, is marked, and `value` refuses it with a sentence.
Limits: an editor knows a type, not an instrument.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

if TYPE_CHECKING:
    from pyrolab_gui.wire.description import TypeDescription

FIELD_WIDTH = 148
LEAST_FIELD = 64
"""Where a field shares its row with others."""


class Editor(QWidget):
    """An editor of one value.

    Parameters
    ----------
    type_
        What it edits.
    """

    changed = Signal()
    """A person typed or chose something."""
    submitted = Signal()
    """Enter."""
    cancelled = Signal()
    """Esc."""

    def __init__(self, type_: TypeDescription, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.type = type_
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)

    def value(self) -> Any:
        """Return the value, ready to be sent.

        Raises
        ------
        ValueError
            With the sentence that says what is wrong.
        """
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value; no signal."""
        raise NotImplementedError

    def clear(self) -> None:
        """Show that nothing is chosen; no signal."""
        raise NotImplementedError

    def is_empty(self) -> bool:
        """Whether nothing was typed or chosen."""
        raise NotImplementedError

    def problem(self) -> str:
        """Return what is wrong with what stands in it, or an empty text."""
        try:
            self.value()
        except ValueError as error:
            return str(error)
        return ""

    def set_invalid(self, invalid: bool) -> None:
        """Mark it as wrong, or take the mark away."""

    def set_name(self, name: str) -> None:
        """Say what it edits, for assistive technology."""
        self.setAccessibleName(name)

    def _hold(self, widget: QWidget, stretch: int = 0) -> None:
        """Put the widget that has the focus and the keys of this editor."""
        self._row.addWidget(widget, stretch)
        if not stretch:
            self._row.addStretch(1)
        self.setFocusProxy(widget)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Turn Enter and Esc into signals, so that neither closes a dialog nor presses a button."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if not event.isAutoRepeat():  # a key that is held down is one Enter
                    self.submitted.emit()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.cancelled.emit()
                return True
        return super().eventFilter(watched, event)
