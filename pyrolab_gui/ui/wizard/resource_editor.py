"""The editor of a port or an address: what is plugged in as choices, and anything else typed.

Limits: knows no instrument; a choice is shown as what it is called now, and gives what a lab file keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.ui.editors import Editor
from pyrolab_gui.ui.widgets.combo import Combo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.wire.description import TypeDescription

_WIDTH = 340


class ResourceEditor(Editor):
    """Chooses a port, or takes a typed one."""

    def __init__(self, type_: TypeDescription, parent: QWidget | None = None) -> None:
        super().__init__(type_, parent)
        self.combo = Combo(editable=True, width=_WIDTH)
        self._choices: list[tuple[str, str]] = []
        self.combo.activated.connect(lambda _index: self.changed.emit())
        field = self.combo.lineEdit()
        assert field is not None
        field.setPlaceholderText("choose or type…")
        field.textEdited.connect(lambda _text: self.changed.emit())
        self._hold(self.combo)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer ports: what is shown, and what is kept."""
        value = self._value()
        self._choices = list(choices)
        self.combo.set_items(self._choices)
        self.set_value(value)

    def value(self) -> Any:
        """Return what is kept."""
        if self.is_empty():
            raise ValueError("Choose what it is connected to, or type it.")
        return self._value()

    def set_value(self, value: Any) -> None:
        """Show a value: a kept one as what it is called now."""
        text = "" if value is None else str(value)
        shown = next((shown for shown, kept in self._choices if kept == text), text)
        self.combo.blockSignals(True)
        self.combo.setCurrentIndex(self.combo.findText(shown))
        self.combo.setEditText(shown)
        field = self.combo.lineEdit()
        if field is not None:
            field.setCursorPosition(0)
        self.combo.blockSignals(False)

    def clear(self) -> None:
        """Empty it."""
        self.set_value("")

    def is_empty(self) -> bool:
        """Whether nothing was chosen or typed."""
        return not self.combo.currentText().strip()

    def set_invalid(self, invalid: bool) -> None:
        """Give it a red border."""
        self.combo.set_invalid(invalid)

    def set_name(self, name: str) -> None:
        """Name it."""
        super().set_name(name)
        self.combo.setAccessibleName(name)

    def _value(self) -> str:
        text = self.combo.currentText().strip()
        return next((kept for shown, kept in self._choices if shown == text), text)
