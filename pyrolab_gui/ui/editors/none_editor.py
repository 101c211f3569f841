"""What stands where nothing can be given: the only value is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.ui.editors.base import Editor
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.wire.description import TypeDescription


class NoneEditor(Editor):
    """Says *none*."""

    def __init__(self, type_: TypeDescription, parent: QWidget | None = None) -> None:
        super().__init__(type_, parent)
        label = TextLabel("none", 13, 400, "secondary")
        label.setMinimumHeight(28)
        self._row.addWidget(label)

    def value(self) -> Any:
        """Return None."""
        return None

    def set_value(self, value: Any) -> None:
        """Change nothing: there is one value."""

    def clear(self) -> None:
        """Change nothing."""

    def is_empty(self) -> bool:
        """Never: None is its value."""
        return False
