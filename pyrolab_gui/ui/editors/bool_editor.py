"""On or off, or not chosen yet: an unknown state never looks like *off*."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QRadioButton

from pyrolab_gui.ui.editors.base import Editor
from pyrolab_gui.ui.widgets.segmented import Segmented

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.wire.description import TypeDescription


class BoolEditor(Editor):
    """Two words side by side; neither is chosen until one is."""

    def __init__(self, type_: TypeDescription, parent: QWidget | None = None) -> None:
        super().__init__(type_, parent)
        self.segments = Segmented(["Off", "On"])
        self.segments.setCurrent(-1)
        self.segments.currentChanged.connect(lambda _index: self.changed.emit())
        for each in self.segments.findChildren(QRadioButton):
            each.installEventFilter(self)
        self._hold(self.segments)

    def value(self) -> Any:
        """Return True or False."""
        if self.segments.current() < 0:
            raise ValueError("Choose on or off.")
        return self.segments.current() == 1

    def set_value(self, value: Any) -> None:
        """Show a value; None is neither."""
        self.segments.blockSignals(True)
        self.segments.setCurrent(-1 if value is None else int(bool(value)))
        self.segments.blockSignals(False)

    def clear(self) -> None:
        """Choose neither."""
        self.set_value(None)

    def is_empty(self) -> bool:
        """Whether neither is chosen."""
        return self.segments.current() < 0

    def set_invalid(self, invalid: bool) -> None:
        """Give it a red border."""
        self.segments.set_invalid(invalid)

    def set_name(self, name: str) -> None:
        """Name it."""
        super().set_name(name)
        self.segments.setAccessibleName(name)
