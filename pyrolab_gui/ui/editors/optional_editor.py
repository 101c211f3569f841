"""A value or none: a switch that says which, and the editor of the value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.ui.editors.base import Editor
from pyrolab_gui.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.wire.description import TypeDescription


class OptionalEditor(Editor):
    """Edits a value that may be none; none is not zero and not empty."""

    def __init__(self, type_: TypeDescription, inner: Editor, parent: QWidget | None = None) -> None:
        super().__init__(type_, parent)
        self.inner = inner
        self.switch = Switch(words=("none", "set"))
        self.switch.toggled.connect(self._on_switch_toggled)
        inner.changed.connect(self.changed)
        inner.submitted.connect(self.submitted)
        inner.cancelled.connect(self.cancelled)
        self._hold(self.switch)
        self._row.insertWidget(1, inner, 1)
        inner.setEnabled(False)

    def _on_switch_toggled(self, on: bool) -> None:
        self.inner.setEnabled(on)
        self.changed.emit()
        if on and self.switch.hasFocus():
            self.inner.setFocus()

    def value(self) -> Any:
        """Return the value, or None while the switch says none."""
        return self.inner.value() if self.switch.isChecked() else None

    def set_value(self, value: Any) -> None:
        """Show a value or none."""
        self.switch.blockSignals(True)
        self.switch.setChecked(value is not None)
        self.switch.blockSignals(False)
        self.inner.setEnabled(value is not None)
        if value is not None:
            self.inner.set_value(value)

    def clear(self) -> None:
        """Show none, and nothing behind it."""
        self.set_value(None)
        self.inner.clear()

    def is_empty(self) -> bool:
        """Whether it says *set* and nothing is set; none is a value."""
        return self.switch.isChecked() and self.inner.is_empty()

    def set_invalid(self, invalid: bool) -> None:
        """Mark the inner editor."""
        self.inner.set_invalid(invalid)

    def set_name(self, name: str) -> None:
        """Name both parts."""
        super().set_name(name)
        self.switch.setAccessibleName(f"{name}: set or none")
        self.inner.set_name(name)
