"""The fields of a dataclass as nested rows; the value is a dict, as it travels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from pyrolab_gui.ui.editors.base import Editor
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.label_text import humanise, plain_doc
from pyrolab_gui.wire.description import MISSING, unit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyrolab_gui.wire.description import TypeDescription


class FieldsEditor(Editor):
    """Edits a dataclass, one editor for each field."""

    def __init__(
        self,
        type_: TypeDescription,
        make: Callable[[TypeDescription], Editor],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(type_, parent)
        self.editors: dict[str, Editor] = {}
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for number, field in enumerate(type_.fields):
            label = TextLabel(humanise(field.name, unit_of(field.type)), 12, 400, "secondary")
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setToolTip(plain_doc(field.doc))
            editor = make(field.type)
            editor.setToolTip(plain_doc(field.doc))
            editor.changed.connect(self.changed)
            editor.submitted.connect(self.submitted)
            editor.cancelled.connect(self.cancelled)
            label.setBuddy(editor)
            if field.default is not MISSING:
                editor.set_value(field.default)
            grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            label.setMinimumHeight(28)
            grid.addWidget(editor, number, 1, Qt.AlignmentFlag.AlignTop)
            self.editors[field.name] = editor
        self._row.addWidget(holder, 1)
        if self.editors:
            self.setFocusProxy(next(iter(self.editors.values())))

    def value(self) -> Any:
        """Return the dict of all fields."""
        result: dict[str, Any] = {}
        for name, editor in self.editors.items():
            try:
                result[name] = editor.value()
            except ValueError as error:
                raise ValueError(f"{humanise(name)}: {error}") from None
        return result

    def set_value(self, value: Any) -> None:
        """Show a dict of fields; what is missing in it is cleared, and without one all have their defaults."""
        if value is None:
            self.clear()
            return
        known: Mapping[str, Any] = value if isinstance(value, dict) else {}
        for name, editor in self.editors.items():
            if name in known:
                editor.set_value(known[name])
            else:
                editor.clear()

    def clear(self) -> None:
        """Show the defaults of the fields, and nothing where there is none."""
        for field in self.type.fields:
            if field.default is MISSING:
                self.editors[field.name].clear()
            else:
                self.editors[field.name].set_value(field.default)

    def is_empty(self) -> bool:
        """Whether every field is empty."""
        return all(editor.is_empty() for editor in self.editors.values())

    def set_invalid(self, invalid: bool) -> None:
        """Mark the fields that are wrong."""
        for editor in self.editors.values():
            editor.set_invalid(invalid and bool(editor.problem()))

    def set_name(self, name: str) -> None:
        """Name all fields."""
        super().set_name(name)
        for field, editor in self.editors.items():
            editor.set_name(f"{name}: {humanise(field)}")
