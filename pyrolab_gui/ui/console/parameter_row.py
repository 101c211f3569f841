"""One parameter of an action: label, editor, range or type, and a line below for what is wrong.

The line below is always there, so that the button under the form keeps still.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from pyrolab_gui.ui.console.elided_label import ElidedLabel
from pyrolab_gui.ui.editors import editor_for
from pyrolab_gui.viewmodels.label_text import humanise, plain_doc
from pyrolab_gui.viewmodels.type_text import bounds_text, type_text
from pyrolab_gui.viewmodels.typed_text import LITERAL_KINDS
from pyrolab_gui.wire.description import MISSING, unit_of

if TYPE_CHECKING:
    from pyrolab_gui.ui.editors import Editor
    from pyrolab_gui.wire.description import ParameterDescription

LABEL_WIDTH = 96
LONGEST_LABEL = 160
_LINE = 16


class ParameterRow(QWidget):
    """Edits one parameter."""

    def __init__(
        self,
        parameter: ParameterDescription,
        label_width: int = LABEL_WIDTH,
        parent: QWidget | None = None,
        *,
        editor: Editor | None = None,
    ) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self._asked = False
        name = humanise(parameter.name, unit_of(parameter.type))
        doc = plain_doc(parameter.doc)
        self.label = ElidedLabel(name, 13)
        self.label.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.label.setFixedWidth(label_width)
        self.label.setFixedHeight(28)
        self.label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.label.set_tip(doc)
        self.editor = editor or editor_for(parameter.type, widest_choice=280)
        self.editor.set_name(name)
        self.editor.setToolTip(doc)
        self.note = ElidedLabel(self._note_text(), 12)
        self.message = ElidedLabel("", 12)
        self.message.setFixedHeight(_LINE)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.editor, 3 if parameter.type.kind in _WIDE else 0)
        line.addWidget(self.note, 1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(line)
        right.addWidget(self.message)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.label, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(right, 1)
        self.editor.changed.connect(self.show_problem)
        self.restore()

    def _note_text(self) -> str:
        type_ = self.parameter.type
        bounds = bounds_text(type_)
        if bounds:
            return bounds
        return type_text(type_) if type_.kind in (LITERAL_KINDS - {"dict"}) and type_.kind != "any" else ""

    def restore(self) -> None:
        """Show the default, or nothing where there is none."""
        self._asked = False
        default = self.parameter.default
        if default is MISSING:
            self.editor.clear()
        else:
            self.editor.set_value(default)
        self.show_problem()

    def is_default(self) -> bool:
        """Whether it stands as it stood at first."""
        if self.parameter.default is MISSING:
            return self.editor.is_empty()
        try:
            value = self.value()
        except ValueError:
            return False
        return type(value) is type(self.parameter.default) and bool(value == self.parameter.default)

    def ask(self) -> bool:
        """Check it as for a call, so that an empty field is wrong too; return whether it can be sent."""
        self._asked = True
        self.show_problem()
        return not self.problem()

    def problem(self) -> str:
        """Return what is wrong; an empty field means the default, where there is one."""
        return "" if self.means_default() else self.editor.problem()

    def means_default(self) -> bool:
        """Whether nothing is filled in, and the driver has a default for that."""
        return self.parameter.default is not MISSING and self.editor.is_empty()

    def is_wrong(self) -> bool:
        """Whether something is marked as wrong."""
        return bool(self.problem()) and (self._asked or not self.editor.is_empty())

    def show_problem(self) -> None:
        """Mark what is wrong, else say what the parameter means."""
        wrong = self.is_wrong()
        self.editor.set_invalid(wrong)
        self.message.set_role("error" if wrong else "secondary")
        self.message.setText(self.problem() if wrong else plain_doc(self.parameter.doc))

    def value(self) -> Any:
        """Return the value.

        Raises
        ------
        ValueError
            If there is none that can be sent.
        """
        return self.parameter.default if self.means_default() else self.editor.value()


_WIDE = frozenset(["str", "path", "bytes", "datetime", "list", "tuple", "dict", "array", "union", "any", "optional"])
