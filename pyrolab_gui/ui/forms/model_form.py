"""A form made from a pydantic model: one editor for each field, after its type and its hints.

Title, help and hints come from the model's fields (``group``, ``advanced``, ``unit``, ``refers_to``, ``choices``,
``multiline`` in ``json_schema_extra``). The form validates nothing: it tells each edit, and is told errors, notes and
values; values that come from elsewhere never touch a field whose value they do not change. Limits: flat models.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.forms.entries_editor import EntriesEditor
from pyrolab_gui.ui.forms.field_editors import (
    ChoiceEditor,
    LinesEditor,
    NamesEditor,
    NumberEditor,
    SwitchEditor,
    TextEditor,
    ValueEditor,
)
from pyrolab_gui.ui.forms.fold import Fold
from pyrolab_gui.ui.forms.mapping_editor import MappingEditor, write_literal
from pyrolab_gui.ui.theme.tokens import XL, L, S
from pyrolab_gui.ui.widgets.form import Form, FormRow
from pyrolab_gui.ui.widgets.section import SectionHead

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic.fields import FieldInfo

_LABEL_WIDTH = 120


def model_form(
    model: type[BaseModel],
    values: Mapping[str, Any],
    choices: Mapping[str, Sequence[str]] | None = None,
    *,
    only: Sequence[str] = (),
) -> ModelForm:
    """Return a form for a model.

    Parameters
    ----------
    model
        Its fields become rows.
    values
        What the fields show first; they need not be valid.
    choices
        Known names by what a field ``refers_to``.
    only
        Names of the fields to show, in one column; all of them if empty.
    """
    return ModelForm(model, values, choices or {}, only)


class ModelForm(QWidget):
    """The form.

    Signals
    -------
    edited
        Field and value, at each keystroke and click; the value is the text where it is none.
    """

    edited = Signal(str, object)

    def __init__(
        self,
        model: type[BaseModel],
        values: Mapping[str, Any],
        choices: Mapping[str, Sequence[str]],
        only: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editors: dict[str, ValueEditor] = {}
        self.rows: dict[str, FormRow] = {}
        fields = model.model_fields
        self._fields = {name: fields[name] for name in only} if only else dict(fields)
        self._shown: dict[str, Any] = {}
        self._by_hand: set[str] = set()
        self._errors: dict[str, str] = {}
        self._columns = QHBoxLayout()
        self._columns.setSpacing(XL)
        self.fold = Fold("Advanced", parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(L)
        column.addLayout(self._columns)
        plain = {name: info for name, info in self._fields.items() if not hint(info, "advanced")}
        advanced = {name: info for name, info in self._fields.items() if hint(info, "advanced")}
        if only:
            self._columns.addLayout(self._group("", self._fields, choices))
            advanced = {}
        else:
            self._add_groups(self._columns, plain, choices)
        if advanced:
            self.fold.set_summary(", ".join(info.title or name for name, info in advanced.items()))
            inner = QHBoxLayout(self.fold.body)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.setSpacing(XL)
            self._add_groups(inner, advanced, choices)
            column.addWidget(self.fold)
        self.fold.setVisible(bool(advanced))
        self.set_values(values)

    # what is shown

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show values; what was typed and says the same stays as it was typed."""
        for name, editor in self.editors.items():
            if name not in values:
                continue
            value = values[name]
            if name not in self._by_hand and (name not in self._shown or self._shown[name] != value):
                editor.set_value(value)
            self._shown[name] = value

    def values(self) -> dict[str, Any]:
        """Return what the editors hold."""
        return {name: editor.value() for name, editor in self.editors.items()}

    def set_errors(self, errors: Mapping[str, str]) -> None:
        """Say what is wrong, by field; fields that are not named are right."""
        self._errors = dict(errors)
        for name, row in self.rows.items():
            error = self.editors[name].fault() or self._errors.get(name, "")
            row.set_error(error)
            self.editors[name].set_invalid(bool(error))
            if error and hint(self._fields[name], "advanced"):
                self.fold.set_open(True)

    def set_saved(self, saved: Mapping[str, Any] | None) -> None:
        """Mark the fields that differ from what is saved with what they were; None for what was never saved."""
        for name, row in self.rows.items():
            if saved is None or saved.get(name) == self._shown.get(name):
                row.set_note("")
            else:
                row.set_note(f"was {_words(saved.get(name))}", "accent")

    def set_warnings(self, warnings: Mapping[str, str]) -> None:
        """Say what is worth a thought, by field: as its help."""
        for name, row in self.rows.items():
            row.set_help(warnings.get(name) or self._fields[name].description or "")

    def set_choices(self, choices: Mapping[str, Sequence[str]]) -> None:
        """Offer other names."""
        for name, editor in self.editors.items():
            refers_to = hint(self._fields[name], "refers_to")
            if refers_to:
                editor.set_choices(list(choices.get(str(refers_to), ())))

    def focus_field(self, name: str) -> None:
        """Go to a field, unfolding what hides it."""
        if name not in self.editors:
            return
        if hint(self._fields[name], "advanced"):
            self.fold.set_open(True)
        self.editors[name].setFocus()

    # building

    def _add_groups(
        self, columns: QHBoxLayout, fields: Mapping[str, FieldInfo], choices: Mapping[str, Sequence[str]]
    ) -> None:
        # In the order of the model, so that a group keeps its place beside its advanced part.
        groups: dict[str, dict[str, FieldInfo]] = {str(hint(info, "group") or ""): {} for info in self._fields.values()}
        for name, info in fields.items():
            groups[str(hint(info, "group") or "")][name] = info
        groups = {title: members for title, members in groups.items() if members}
        for number, half in enumerate(_halves(list(groups.items()))):
            column = QVBoxLayout()
            column.setSpacing(L)
            for title, members in half:
                column.addLayout(self._group(title, members, choices))
            column.addStretch(1)
            columns.addLayout(column, 1)
            columns.setStretch(number, 1)

    def _group(self, title: str, fields: Mapping[str, FieldInfo], choices: Mapping[str, Sequence[str]]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(S)
        if title:
            column.addWidget(SectionHead(title))
        form = Form(_LABEL_WIDTH)
        for name, info in fields.items():
            editor = editor_for(info, choices)
            label = info.title or name
            editor.setAccessibleName(label)
            editor.setObjectName(f"field-{name}")
            editor.edited.connect(lambda name=name: self._on_edited(name))
            self.editors[name] = editor
            self.rows[name] = form.add_row(label, editor, help=info.description or "")
        column.addWidget(form)
        return column

    def _on_edited(self, name: str) -> None:
        self._by_hand.add(name)
        try:
            self.edited.emit(name, self.editors[name].value())
        finally:
            self._by_hand.discard(name)
        self.set_errors(self._errors)


def editor_for(info: FieldInfo, choices: Mapping[str, Sequence[str]]) -> ValueEditor:
    """Return the editor for a field, after its type and hints."""
    kind, optional = _kind(info.annotation)
    origin = get_origin(kind)
    unit = str(hint(info, "unit") or "")
    refers_to = hint(info, "refers_to")
    if kind is bool:
        return SwitchEditor()
    if kind in (int, float):
        return NumberEditor(int if kind is int else float, unit=unit, none_if_empty=optional)
    if origin is Literal:
        return ChoiceEditor([str(choice) for choice in get_args(kind)])
    if origin in (tuple, list):
        return NamesEditor(choices.get(str(refers_to), ())) if refers_to else LinesEditor(as_list=True)
    if origin is dict:
        key_kind, value_kind = (_kind(argument)[0] for argument in get_args(kind))
        what = _singular(info.title or "entry")
        if isinstance(value_kind, type) and issubclass(value_kind, BaseModel):
            return EntriesEditor(value_kind, what, lambda field: editor_for(field, choices))
        names, values = (
            [str(item) for item in get_args(part)] if get_origin(part) is Literal else []
            for part in (key_kind, value_kind)
        )
        textual = value_kind is str or bool(values)
        return MappingEditor(literals=not textual, what=what, unit=unit, names=names, choices=values)
    if refers_to:
        return ChoiceEditor(choices.get(str(refers_to), ()), folded=True)
    if hint(info, "choices"):
        return ChoiceEditor([str(choice) for choice in hint(info, "choices")], editable=True)
    if hint(info, "multiline"):
        return LinesEditor()
    return TextEditor(none_if_empty=optional)


def hint(info: FieldInfo, name: str) -> Any:
    """Return a hint of a field, or None."""
    extra = info.json_schema_extra
    return extra.get(name) if isinstance(extra, dict) else None


def _kind(annotation: Any) -> tuple[Any, bool]:
    """Return a type without its annotations, and whether None is allowed."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        members = [item for item in get_args(annotation) if item is not type(None)]
        inner, _ = _kind(members[0])
        return inner, len(members) < len(get_args(annotation))
    return annotation, False


def _halves(groups: list[tuple[str, dict[str, FieldInfo]]]) -> list[list[tuple[str, dict[str, FieldInfo]]]]:
    """Split groups into two columns of about the same length, in their order."""
    sizes = [len(fields) + 1 for _, fields in groups]
    cut = min(range(1, len(groups) + 1), key=lambda n: abs(sum(sizes[:n]) - sum(sizes[n:])), default=0)
    return [groups[:cut], groups[cut:]]


def _singular(title: str) -> str:
    word = title.lower()
    return word.removesuffix("s") if not word.endswith("ss") else word


def _words(value: Any) -> str:
    if value is None or value == "" or value == () or value == {}:
        return "empty"
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "1 entry" if len(value) == 1 else f"{len(value)} entries"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value if isinstance(value, str) else write_literal(value)
    return text if len(text) <= 24 else f"{text[:23]}…"
