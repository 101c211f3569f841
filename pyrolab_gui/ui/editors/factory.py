"""The editor of a type: a function of its description, with no instrument in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrolab_gui.ui.editors.base import FIELD_WIDTH, Editor
from pyrolab_gui.ui.editors.bool_editor import BoolEditor
from pyrolab_gui.ui.editors.choice_editor import ChoiceEditor
from pyrolab_gui.ui.editors.fields_editor import FieldsEditor
from pyrolab_gui.ui.editors.file_editor import FileEditor
from pyrolab_gui.ui.editors.lines_editor import LinesEditor
from pyrolab_gui.ui.editors.none_editor import NoneEditor
from pyrolab_gui.ui.editors.optional_editor import OptionalEditor
from pyrolab_gui.ui.editors.path_editor import PathEditor
from pyrolab_gui.ui.editors.text_editor import TextEditor
from pyrolab_gui.ui.editors.union_editor import UnionEditor

if TYPE_CHECKING:
    from pyrolab_gui.wire.description import TypeDescription


def editor_for(type_: TypeDescription, *, widest_choice: int = FIELD_WIDTH) -> Editor:
    """Return an editor for values of a type, with nothing in it.

    Parameters
    ----------
    widest_choice
        How wide choices may stand side by side before they are folded.
    """
    if type_.kind == "none":
        return NoneEditor(type_)
    if type_.kind == "bool":
        return BoolEditor(type_)
    if type_.kind in ("enum", "literal") and type_.choices:
        return ChoiceEditor(type_, widest=widest_choice)
    if type_.kind == "path":
        return PathEditor(type_)
    if type_.kind == "optional" and type_.items:
        return OptionalEditor(type_, editor_for(type_.items[0], widest_choice=widest_choice))
    if type_.kind == "dict" and type_.fields:
        return FieldsEditor(type_, editor_for)
    if type_.kind == "union" and len(type_.items) > 1:
        return UnionEditor(type_, editor_for)
    if type_.kind == "str":
        return LinesEditor(type_)
    if type_.kind in ("list", "array", "bytes"):
        return FileEditor(type_)
    return TextEditor(type_)
