"""A value of one of several types: a choice of the type, and below it the editor of that type.

What was typed for one type stays with it while another is chosen. Limits: a value shows the first type that it fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from pyrolab_gui.ui.editors.base import LEAST_FIELD, Editor
from pyrolab_gui.ui.editors.text_editor import TextEditor
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.viewmodels.type_text import type_text
from pyrolab_gui.viewmodels.value_check import check, fits

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.wire.description import TypeDescription


class UnionEditor(Editor):
    """Edits a value of one of several types.

    Parameters
    ----------
    type_
        Of kind *union*.
    make
        Makes the editor of a type.
    """

    def __init__(
        self, type_: TypeDescription, make: Callable[[TypeDescription], Editor], parent: QWidget | None = None
    ) -> None:
        super().__init__(type_, parent)
        self.combo = Combo([type_text(item) for item in type_.items])
        self.combo.setToolTip("What is given: " + type_text(type_))
        self.combo.activated.connect(self._on_activated)
        self.editors = [make(item) for item in type_.items]
        self._pages = QStackedWidget()
        for editor in self.editors:
            editor.changed.connect(self.changed)
            editor.submitted.connect(self.submitted)
            editor.cancelled.connect(self.cancelled)
            if isinstance(editor, TextEditor):
                editor.field.setMinimumWidth(LEAST_FIELD)
            self._pages.addWidget(editor)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.combo)
        column.addWidget(self._pages)
        self._row.addLayout(column, 1)
        self.setFocusProxy(self.combo)
        self.combo.installEventFilter(self)
        self._show(0)

    @property
    def current(self) -> Editor:
        """The editor of the chosen type."""
        return self.editors[self.combo.currentIndex()]

    def value(self) -> Any:
        """Return what is given in the chosen type."""
        return self.current.value()

    def set_value(self, value: Any) -> None:
        """Show a value, in the first type that it fits."""
        choices = [place for place, item in enumerate(self.type.items) if fits(item, value) and not check(item, value)]
        place = choices[0] if choices else next((n for n, e in enumerate(self.type.items) if fits(e, value)), 0)
        if self.combo.currentIndex() in choices:
            place = self.combo.currentIndex()  # it fits where it is: what a person chose stays
        self._show(place)
        self.current.set_value(value)

    def clear(self) -> None:
        """Show the first type, and nothing in any."""
        for editor in self.editors:
            editor.clear()
        self._show(0)

    def is_empty(self) -> bool:
        """Whether nothing is given in the chosen type."""
        return self.current.is_empty()

    def set_invalid(self, invalid: bool) -> None:
        """Mark the chosen editor."""
        for editor in self.editors:
            editor.set_invalid(invalid and editor is self.current)

    def set_name(self, name: str) -> None:
        """Name the choice and the editors."""
        super().set_name(name)
        self.combo.setAccessibleName(f"{name}: what is given")
        for editor in self.editors:
            editor.set_name(name)

    def _on_activated(self, place: int) -> None:
        self._show(place)
        self.current.setFocus()
        self.changed.emit()

    def _show(self, place: int) -> None:
        self.combo.setCurrentIndex(place)
        self._pages.setCurrentIndex(place)
