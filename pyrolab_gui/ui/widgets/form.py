"""A form: labels right-aligned to one edge, fields beside them, notes, help and errors with each field.

Help is shown while its field has the focus; an error stays, with the field's border red.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme import paint_icon, tokens_of
from pyrolab_gui.ui.theme.tokens import CONTROL_HEIGHT, XS, M, S
from pyrolab_gui.ui.widgets.text_label import TextLabel

_UNBOUNDED = 16_777_215
"""Qt's maximum width of a widget that has none."""


class Form(QWidget):
    """Rows of label and field.

    Parameters
    ----------
    label_width
        Width of the column of labels: 88, 112 or 120.
    """

    def __init__(self, label_width: int = 112, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label_width = label_width
        self._rows: list[FormRow] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(M)
        self._grid.setVerticalSpacing(S)
        self._grid.setColumnMinimumWidth(0, label_width)
        self._grid.setColumnStretch(1, 1)

    @property
    def rows(self) -> tuple[FormRow, ...]:
        """All rows, in order."""
        return tuple(self._rows)

    def add_row(self, label: str, field: QWidget, note: str = "", help: str = "") -> FormRow:
        """Add a row and return it.

        Parameters
        ----------
        label
            Also the field's name for assistive technology. A ``&`` before a letter makes it a shortcut.
        field
            Any widget; one with ``set_invalid(bool)`` gets a red border with an error.
        note
            Beside the field: a range, what it was.
        help
            Below the field while it has the focus.
        """
        row = FormRow(label, field, self._label_width, note, help)
        number = len(self._rows)
        self._grid.addWidget(row.label, number, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(row, number, 1)
        self._rows.append(row)
        return row

    def add_wide(self, widget: QWidget) -> None:
        """Add a widget across the column of fields."""
        self._grid.addWidget(widget, self._grid.rowCount(), 1)

    def clear(self) -> None:
        """Remove all rows."""
        self._rows.clear()
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


class FormRow(QWidget):
    """The right part of a row: field and note, and below them help or error. `label` is the left part."""

    def __init__(self, label: str, field: QWidget, label_width: int, note: str, help_text: str) -> None:
        super().__init__()
        self.field = field
        self.label = TextLabel(label, 13, 400, "secondary", wrap=True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.label.setFixedWidth(label_width)
        self.label.setMinimumHeight(CONTROL_HEIGHT)
        self.label.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(label.replace("&", ""))
        self._error = ""
        self._help = help_text
        self._focused = False
        self._note = TextLabel(note, 12, 400, "secondary")
        self._message = _Message()
        self._line = QHBoxLayout()
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(M)
        self._line.addWidget(field)
        self._line.addWidget(self._note)
        wide = field.sizePolicy().horizontalPolicy() in (QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        if not wide or field.maximumWidth() < _UNBOUNDED:
            self._line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addLayout(self._line)
        column.addWidget(self._message)
        column.addStretch(1)
        self._note.setVisible(bool(note))  # not before it has a parent: it would be a window of its own
        self._show_message()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    @property
    def error(self) -> str:
        """The error that is shown, or empty."""
        return self._error

    def add_beside(self, widget: QWidget) -> None:
        """Put another widget beside the field, before the note."""
        self._line.insertWidget(self._line.indexOf(self._note), widget)

    def set_error(self, error: str) -> None:
        """Say what is wrong with the field; empty takes it back."""
        self._error = error
        mark = getattr(self.field, "set_invalid", None)
        if callable(mark):
            mark(bool(error))
        self._show_message()

    def set_note(self, note: str, role: str = "secondary") -> None:
        """Change what stands beside the field."""
        self._note.set_role(role)
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def set_help(self, help_text: str) -> None:
        """Change what is said below the field while it has the focus."""
        self._help = help_text
        self._show_message()

    def set_shown(self, shown: bool) -> None:
        """Show or hide the whole row."""
        self.setVisible(shown)
        self.label.setVisible(shown)

    def _on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        focused = now is not None and (now is self.field or self.field.isAncestorOf(now))
        if focused != self._focused:
            self._focused = focused
            self._show_message()

    def _show_message(self) -> None:
        if self._error:
            self._message.show_text(self._error, error=True)
        elif self._focused and self._help:
            self._message.show_text(self._help, error=False)
        else:
            self._message.hide()
        self.field.setAccessibleDescription(self._error or self._help)


class _Message(QWidget):
    """Help or error below a field."""

    def __init__(self) -> None:
        super().__init__()
        self._mark = _Mark()
        self._text = TextLabel("", 12, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 2)
        row.setSpacing(XS + 1)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)

    def show_text(self, text: str, *, error: bool) -> None:
        self._text.set_role("error" if error else "secondary")
        self._text.setText(text)
        self._mark.setVisible(error)
        self.show()


class _Mark(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(14, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_icon(painter, QRect(0, 1, 14, 14), "warning-circle", tokens_of(self), "error")
