"""A line of text for whatever is written as text: numbers with their unit, text, bytes, times, literals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFocusEvent

from pyrolab_gui.ui.editors.base import FIELD_WIDTH, Editor
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.viewmodels import units
from pyrolab_gui.viewmodels.type_text import type_text
from pyrolab_gui.viewmodels.typed_text import LITERAL_KINDS, edit_text, parse

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.wire.description import TypeDescription

_NUMBERS = frozenset(["int", "float"])
_LONGEST = 20_000
_MOUSE = Qt.FocusReason.MouseFocusReason
_HINTS = {"complex": "1.5+2j", "bytes": "0d 0a ff", "datetime": "2026-03-01 14:05:00"}


class TextEditor(Editor):
    """Edits a value as text."""

    def __init__(self, type_: TypeDescription, parent: QWidget | None = None) -> None:
        super().__init__(type_, parent)
        number = type_.kind in _NUMBERS
        literal = type_.kind in LITERAL_KINDS
        hint = type_text(type_) if literal else _HINTS.get(type_.kind, "")
        self._replaced = number or type_.kind == "any"
        wide = literal or type_.kind in ("str", "path", "bytes", "datetime")
        self.field = Field(
            unit=type_.unit,
            number=number,
            placeholder=hint,
            width=None if wide else FIELD_WIDTH,
            mono=literal or type_.kind == "bytes",
        )
        if wide:
            self.field.setMinimumWidth(96)
        self.field.textEdited.connect(lambda _text: self.changed.emit())
        self._hold(self.field, 1 if wide else 0)
        self._touched = False
        self.field.textEdited.connect(self._on_field_edited)
        self._units = QTimer(self)
        self._units.setInterval(100)
        self._units.timeout.connect(self._on_units_timeout)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Choose a number whole at the first click: what is typed replaces it; a second click places the cursor."""
        by_mouse = isinstance(event, QFocusEvent) and event.gotFocus() and event.reason() == _MOUSE
        if by_mouse and self._replaced:
            QTimer.singleShot(0, self.field, self.field.selectAll)
        return super().eventFilter(watched, event)

    def _on_field_edited(self, _text: str) -> None:
        self._touched = True

    def text(self) -> str:
        """Return exactly what stands in the field."""
        return self.field.text()

    def value(self) -> Any:
        """Return what the text means."""
        try:
            return parse(self.type, self.field.text())
        except units.UnitsNotLoaded:
            if not self._units.isActive():
                units.load(lambda: None)
                self._units.start()
            raise

    def _on_units_timeout(self) -> None:
        """Look at the text again, as soon as all units are known."""
        if units.loaded():
            self._units.stop()
            self.changed.emit()

    def set_value(self, value: Any) -> None:
        """Show a value, such that it reads back unchanged."""
        text = edit_text(self.type, value)
        self._touched = value is not None
        if len(text) > _LONGEST:
            text = ""
        if text != self.field.text():
            self.field.setText(text)
            self.field.setCursorPosition(0 if not self.field.hasFocus() else len(text))

    def clear(self) -> None:
        """Empty the field."""
        self._touched = False
        self.field.clear()

    def is_empty(self) -> bool:
        """Whether nothing was typed; an empty text that was given is a value."""
        if self.type.kind in ("str", "path"):
            return not self._touched and not self.field.text()
        return not self.field.text().strip()

    def set_invalid(self, invalid: bool) -> None:
        """Give the field a red border."""
        self.field.set_invalid(invalid)

    def set_name(self, name: str) -> None:
        """Name the field."""
        super().set_name(name)
        self.field.setAccessibleName(name)
