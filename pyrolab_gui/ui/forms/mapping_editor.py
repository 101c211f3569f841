"""An editor of names and values: parameters of a driver, environment variables, periods.

A value is read as a Python literal (``9600``, ``true``, ``[1, 2]``), and as text where it is none; quotes make a text
of what looks like a literal. Limits: names are text; what stands inside a list or a mapping is edited as text.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout

from pyrolab_gui.ui.forms.list_editor import ListEditor, Part
from pyrolab_gui.ui.theme.tokens import XS, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WORDS = {"true": True, "false": False, "null": None, "none": None}
_NAME_WIDTH = 120
_WIDTH = 340


class MappingEditor(ListEditor["_Row"]):
    """Rows of name and value.

    Parameters
    ----------
    literals
        Whether values are read as literals; otherwise they are text.
    what
        What a row is, for its button: ``parameter``.
    unit
        Of the values.
    names, choices
        The names and the values that there are; any if empty.
    """

    def __init__(
        self,
        *,
        literals: bool,
        what: str,
        unit: str = "",
        names: Sequence[str] = (),
        choices: Sequence[str] = (),
    ) -> None:
        super().__init__(what, _WIDTH, XS)
        self._names = names
        self._choices = choices
        self._literals = literals
        self._unit = unit

    def value(self) -> Any:
        """Return a dict; where rows cannot be one, the rows as they are (which validation refuses)."""
        pairs = tuple((row.name, self._read(row.text)) for row in self._parts if row.name or row.text)
        return pairs if self.fault() else dict(pairs)

    def set_value(self, value: Any) -> None:
        """Show a dict, or rows that are none."""
        self._clear()
        for name, item in _pairs(value):
            self._append(self._line(str(name), self._write(item)))

    def fault(self) -> str:
        """Say which rows cannot stand together."""
        names = [row.name for row in self._parts if row.name or row.text]
        if "" in names:
            return f"Each {self._what} needs a name."
        twice = next((name for name in names if names.count(name) > 1), "")
        return f"The {self._what} '{twice}' stands twice." if twice else ""

    def _new_part(self) -> _Row:
        return self._line("", "")

    def _line(self, name: str, text: str) -> _Row:
        return _Row(name, text, self._what, self._unit, self._names, self._choices)

    def _read(self, text: str) -> Any:
        return read_literal(text) if self._literals else text

    def _write(self, value: Any) -> str:
        return write_literal(value) if self._literals else ("" if value is None else str(value))


class _Row(Part):
    def __init__(
        self, name: str, text: str, what: str, unit: str, names: Sequence[str], choices: Sequence[str]
    ) -> None:
        super().__init__()
        self.name_field = _cell(name, names, "name", width=_NAME_WIDTH)
        self.name_field.setAccessibleName(f"Name of the {what}")
        self.value_field = _cell(text, choices, "value", unit=unit)
        self.value_field.setAccessibleName(f"Value of the {what} {name}".rstrip())
        remove = button("", "x", "ghost", f"Remove the {what} {name}".rstrip())
        remove.clicked.connect(self.removed)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(S)
        line.addWidget(self.name_field)
        line.addWidget(self.value_field, 0 if choices else 1)
        line.addWidget(remove)
        if choices:
            line.addStretch(1)
        for cell in (self.name_field, self.value_field):
            (cell.textEdited if isinstance(cell, Field) else cell.currentTextChanged).connect(
                lambda _: self.edited.emit()
            )

    @property
    def name(self) -> str:
        return _text(self.name_field)

    @property
    def text(self) -> str:
        return _text(self.value_field)

    def begin(self) -> None:
        self.name_field.setFocus()

    def set_invalid(self, invalid: bool) -> None:
        self.name_field.set_invalid(invalid)
        self.value_field.set_invalid(invalid)


def _cell(text: str, choices: Sequence[str], placeholder: str, *, unit: str = "", width: int = 0) -> Field | Combo:
    """Return a field, or where the values are known a list of them."""
    if not choices:
        return Field(text, placeholder=placeholder, unit=unit, width=width or None)
    combo = Combo(choices if text in choices or not text else [*choices, text], width=width or _NAME_WIDTH)
    combo.setCurrentIndex(combo.findText(text or choices[0]))
    return combo


def _text(cell: Field | Combo) -> str:
    return (cell.text() if isinstance(cell, Field) else cell.currentText()).strip()


def read_literal(text: str) -> Any:
    """Return the literal that a text is, or the text; nothing is evaluated."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return text


def write_literal(value: Any) -> str:
    """Return the text that `read_literal` reads as `value`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if read_literal(value) == value and value == value.strip() else repr(value)
    return repr(value)


def _pairs(value: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, dict):
        return [(name, _bare(item)) for name, item in value.items()]
    if isinstance(value, tuple | list):
        return [tuple(item) for item in value if isinstance(item, tuple | list) and len(item) == 2]
    return []


def _bare(item: Any) -> Any:
    """Turn a model into the dict that says the same."""
    dump = getattr(item, "model_dump", None)
    return dump(exclude_none=True) if callable(dump) else item
