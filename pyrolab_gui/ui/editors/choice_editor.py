"""A choice of an Enum or Literal: all in sight while they are few and short, else folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QRadioButton

from pyrolab_gui.ui.editors.base import FIELD_WIDTH, Editor
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.segmented import Segmented
from pyrolab_gui.viewmodels.value_text import choice_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.wire.description import TypeDescription

_WIDEST = 240


class ChoiceEditor(Editor):
    """Chooses one value; none until one is set or chosen."""

    def __init__(self, type_: TypeDescription, parent: QWidget | None = None, widest: int = FIELD_WIDTH) -> None:
        super().__init__(type_, parent)
        labels = [choice_text(choice) for choice in type_.choices]
        self._segments: Segmented | None = None
        self._combo: Combo | None = None
        segments = Segmented(labels) if 1 < len(labels) <= 5 else None
        if segments is not None and segments.sizeHint().width() <= widest:
            self._segments = segments
            segments.setCurrent(-1)
            segments.currentChanged.connect(self._on_chosen)
            for each in segments.findChildren(QRadioButton):
                each.installEventFilter(self)
            self._hold(segments)
        else:
            if segments is not None:
                segments.deleteLater()
            self._combo = Combo(labels)
            self._combo.setFixedWidth(max(FIELD_WIDTH, min(self._combo.sizeHint().width() + 8, _WIDEST, widest)))
            self._combo.setPlaceholderText("choose…")
            self._combo.setCurrentIndex(-1)
            self._combo.activated.connect(self._on_chosen)
            self._hold(self._combo)

    def _on_chosen(self, _index: int) -> None:
        self.changed.emit()

    def index(self) -> int:
        """Return the place of the choice, -1 if there is none."""
        if self._segments is not None:
            return self._segments.current()
        assert self._combo is not None
        return self._combo.currentIndex()

    def value(self) -> Any:
        """Return the value of the choice."""
        index = self.index()
        if index < 0:
            raise ValueError("Choose one.")
        return self.type.choices[index].value

    def set_value(self, value: Any) -> None:
        """Show a value; one that is not among the choices shows none."""
        index = -1
        for place, choice in enumerate(self.type.choices):
            if choice.value == value and type(choice.value) is type(value):
                index = place
                break
        self._show(index)

    def clear(self) -> None:
        """Choose none."""
        self._show(-1)

    def _show(self, index: int) -> None:
        shown: Segmented | Combo | None = self._segments if self._segments is not None else self._combo
        assert shown is not None
        shown.blockSignals(True)
        if isinstance(shown, Segmented):
            shown.setCurrent(index)
        else:
            shown.setCurrentIndex(index)
        shown.blockSignals(False)

    def is_empty(self) -> bool:
        """Whether nothing is chosen."""
        return self.index() < 0

    def set_invalid(self, invalid: bool) -> None:
        """Give it a red border."""
        shown = self._segments if self._segments is not None else self._combo
        assert shown is not None
        shown.set_invalid(invalid)

    def set_name(self, name: str) -> None:
        """Name it."""
        super().set_name(name)
        shown: QWidget | None = self._segments if self._segments is not None else self._combo
        assert shown is not None
        shown.setAccessibleName(name)
