"""A free line of arguments, for methods of which only the name is known and for ``*args`` and ``**kwargs``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.ui.editors.base import Editor
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.viewmodels.typed_text import parse_arguments
from pyrolab_gui.wire.description import TypeDescription

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class ArgumentLine(Editor):
    """Edits positional and named arguments as one line of literals; empty is none of either.

    Parameters
    ----------
    positional, named
        Which of the two may be given.
    """

    def __init__(self, *, positional: bool = True, named: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(TypeDescription("any"), parent)
        self._positional = positional
        self._named = named
        hint = {
            (True, True): "1.5, 'text', name=2",
            (True, False): "1.5, 'text'",
            (False, True): "name=2, mode='slow'",
        }.get((positional, named), "")
        self.field = Field(placeholder=hint, mono=True)
        self.field.textEdited.connect(lambda _text: self.changed.emit())
        self._hold(self.field, 1)

    def value(self) -> Any:
        """Return (positional, named)."""
        args, kwargs = parse_arguments(self.field.text())
        if args and not self._positional:
            raise ValueError("Give each value a name: name=2.")
        if kwargs and not self._named:
            raise ValueError("Values cannot have names here.")
        return args, kwargs

    def set_value(self, value: Any) -> None:
        """Show a text."""
        self.field.setText(str(value or ""))

    def clear(self) -> None:
        """Empty the line."""
        self.field.clear()

    def is_empty(self) -> bool:
        """Whether nothing is given."""
        return not self.field.text().strip()

    def set_invalid(self, invalid: bool) -> None:
        """Give the field a red border."""
        self.field.set_invalid(invalid)

    def set_name(self, name: str) -> None:
        """Name the field."""
        super().set_name(name)
        self.field.setAccessibleName(name)
