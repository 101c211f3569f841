"""An editor of named entries that have keys of their own: limits by member, sampled readings.

One card for each entry: its name, and below it the fields of its model. Limits: flat models; a field that is left
as it is by default is not written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from pyrolab_gui.ui.forms.list_editor import ListEditor, Part
from pyrolab_gui.ui.theme import rounded, tokens_of
from pyrolab_gui.ui.theme.tokens import XS, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

    from pyrolab_gui.ui.forms.field_editors import ValueEditor

_WIDTH = 250
_NAME_WIDTH = 180


class EntriesEditor(ListEditor["_Card"]):
    """Cards of entries.

    Parameters
    ----------
    model
        What an entry is.
    what
        What an entry is called, for its button: ``limit``.
    editor_for
        Makes the editor of one field.
    """

    def __init__(self, model: type[BaseModel], what: str, editor_for: Callable[[FieldInfo], ValueEditor]) -> None:
        super().__init__(what, _WIDTH, S)
        self._model = model
        self._editor_for = editor_for

    def value(self) -> Any:
        """Return a dict of dicts; where entries cannot be one, the entries as they are (which validation refuses)."""
        pairs = tuple((card.name, card.value()) for card in self._parts if card.name or card.value())
        return pairs if self.fault() else dict(pairs)

    def set_value(self, value: Any) -> None:
        """Show entries: models, or dicts of what was typed."""
        self._clear()
        pairs = value.items() if isinstance(value, dict) else value if isinstance(value, tuple | list) else ()
        for name, entry in pairs:
            self._append(self._card(str(name), _plain(entry)))

    def fault(self) -> str:
        """Say which entries cannot stand together."""
        names = [card.name for card in self._parts]
        if "" in names and any(card.value() for card in self._parts if not card.name):
            return f"Each {self._what} needs the name of a member."
        twice = next((name for name in names if name and names.count(name) > 1), "")
        return f"The {self._what} of '{twice}' stands twice." if twice else ""

    def _new_part(self) -> _Card:
        return self._card("", {})

    def _card(self, name: str, values: Mapping[str, Any]) -> _Card:
        return _Card(self._model, self._what, self._editor_for, name, values)


class _Card(Part):
    def __init__(
        self,
        model: type[BaseModel],
        what: str,
        editor_for: Callable[[FieldInfo], ValueEditor],
        name: str,
        values: Mapping[str, Any],
    ) -> None:
        super().__init__()
        self._fields = model.model_fields
        self._editors = {key: editor_for(info) for key, info in self._fields.items()}
        self._invalid = False
        self.name_field = Field(name, placeholder="member", width=_NAME_WIDTH)
        self.name_field.setAccessibleName(f"Member of the {what}")
        self.name_field.textEdited.connect(lambda _: self.edited.emit())
        remove = button("", "x", "ghost", f"Remove the {what} of {name}".removesuffix(" of "))
        remove.clicked.connect(self.removed)
        head = QHBoxLayout()
        head.addWidget(self.name_field)
        head.addStretch(1)
        head.addWidget(remove)
        grid = QGridLayout()
        grid.setHorizontalSpacing(S)
        grid.setVerticalSpacing(XS)
        for number, (key, editor) in enumerate(self._editors.items()):
            info = self._fields[key]
            default = None if info.is_required() else info.get_default(call_default_factory=True)
            editor.set_value(values.get(key, default))
            title = info.title or key
            editor.setAccessibleName(f"{title} of {name}".removesuffix(" of "))
            editor.setToolTip(info.description or "")
            editor.edited.connect(self.edited)
            label = TextLabel(title, 12, 400, "secondary")
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setToolTip(info.description or "")
            grid.addWidget(label, number, 0)
            grid.addWidget(editor, number, 1)
        grid.setColumnStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(S, S, S, S)
        column.setSpacing(S)
        column.addLayout(head)
        column.addLayout(grid)

    @property
    def name(self) -> str:
        return self.name_field.text().strip()

    def value(self) -> dict[str, Any]:
        """Return what differs from the defaults."""
        found = {}
        for key, editor in self._editors.items():
            info, value = self._fields[key], editor.value()
            if info.is_required() or value != info.get_default(call_default_factory=True):
                found[key] = value
        return {} if all(value in (None, "") for value in found.values()) else found

    def begin(self) -> None:
        self.name_field.setFocus()

    def set_invalid(self, invalid: bool) -> None:
        self._invalid = invalid
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self)
        border = tokens.color("error" if self._invalid else "hairline")
        with QPainter(self) as painter:
            rounded(painter, QRect(self.rect()), tokens.color("alternate"), border)


def _plain(entry: Any) -> dict[str, Any]:
    """Return a model as its fields; a bare value stands for the first of them."""
    fields = getattr(type(entry), "model_fields", None)
    if fields is not None:
        return {name: getattr(entry, name) for name in fields}
    return dict(entry) if isinstance(entry, dict) else {}
