"""The values of a list or an array in rows and columns: typed, pasted from a spreadsheet, or loaded from a file.

Nothing is given back before *Use these values*, and that only while nothing is wrong. Limits: what is long is read in
the background; undoing is leaving the dialog.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pyrolab_gui.ui.editors.cells_model import CellsModel
from pyrolab_gui.ui.editors.reading import LONG_TEXT, choose_file, read_file, read_text
from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import XL, L, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.cells import Cells
from pyrolab_gui.viewmodels.type_text import bounds_text, type_text
from pyrolab_gui.viewmodels.value_files import table_of

if TYPE_CHECKING:
    from pyrolab_gui.wire.description import TypeDescription

_ROW = 24
_COLUMN = 112
_MOST_COPIED = 200_000


class CellsDialog(QDialog):
    """Edits a list or an array in rows and columns.

    Parameters
    ----------
    type_
        Its type, for which `viewmodels.cells.has_cells`.
    name
        What it is called.
    value
        What stands in it at first, or None.
    """

    chosen = Signal(object)
    """The values, where they are to be used."""

    def __init__(self, type_: TypeDescription, name: str, value: Any = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cells-dialog")
        self.setWindowTitle(f"Values of {name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 520)
        self._failure = ""
        self._busy = ""
        self._given = value is not None
        self.cells = Cells(type_)
        self.model = CellsModel(self.cells, self)
        self.table = _Table()
        self.table.entered.connect(self._next_row)
        self.table.setObjectName("cells-table")
        self.table.setAccessibleName(f"Values of {name}")
        self.table.setFont(font(13))
        self.table.setModel(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.table.setTabKeyNavigation(False)
        side, head = self.table.verticalHeader(), self.table.horizontalHeader()
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setDefaultSectionSize(_ROW)
        side.setFont(font(12))
        head.setFont(font(12, 500))
        head.setDefaultSectionSize(_COLUMN)
        self.table.installEventFilter(self)
        self.load_button = button("Load…", "folder-open", tip="Numbers out of a .npy, .csv or text file")
        self.paste_button = button("Paste", "clipboard-text", tip="Rows and columns of a spreadsheet (Ctrl+V)")
        self.row_button = button("Add row", "plus", "ghost")
        self.column_button = button("Add column", "plus", "ghost")
        self.remove_button = button("Remove rows", "trash", "ghost", "Remove the rows that are chosen (Delete)")
        self.load_button.clicked.connect(lambda: choose_file(self, "array", self.load))
        self.paste_button.clicked.connect(self._on_paste_clicked)
        self.row_button.clicked.connect(self._on_add_row_clicked)
        self.column_button.clicked.connect(self._on_add_column_clicked)
        self.remove_button.clicked.connect(self._on_remove_clicked)
        self.column_button.setVisible(not self.cells.one_column)
        self.message = TextLabel("", 12, 400, "secondary", wrap=True)
        self.message.setMinimumHeight(32)
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.use = button("Use these values", kind="primary")
        self.use.clicked.connect(self._on_use_clicked)
        cancel = button("Cancel")
        cancel.clicked.connect(self.reject)
        tools = QHBoxLayout()
        tools.setSpacing(S)
        for widget in (self.load_button, self.paste_button):
            tools.addWidget(widget)
        tools.addStretch(1)
        for widget in (self.row_button, self.column_button, self.remove_button):
            tools.addWidget(widget)
        foot = QHBoxLayout()
        foot.setSpacing(S)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.use)
        bounds = bounds_text(self.cells.item)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, L, XL, L)
        column.setSpacing(M)
        column.addWidget(TextLabel(type_text(type_) + (f", {bounds}" if bounds else ""), 13, 400, "secondary"))
        column.addLayout(tools)
        column.addWidget(self.table, 1)
        column.addWidget(self.message)
        column.addLayout(foot)
        self.model.edited.connect(self._on_edited)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show())
        if value is not None:
            self._take(value)
        if not self.cells.shape[0]:
            self._on_add_row_clicked()
        self._show()
        self.table.setFocus()
        self.table.setCurrentIndex(self.model.index(0, 0))

    # -- values come in ----------------------------------------------------------------------------------------------

    def load(self, path: str) -> None:
        """Take the numbers of a file in the place of all that stands here."""
        self._wait("Reading the file…")
        read_file(path, "array", self._on_loaded)

    def _on_loaded(self, value: Any, failure: str) -> None:
        self._busy, self._failure = "", failure
        if not failure:
            self._take(value)
        self._show()

    def _take(self, value: Any) -> None:
        try:
            self.model.change(self.cells.take, value)
        except ValueError as error:
            self._failure = str(error)

    def _on_paste_clicked(self) -> None:
        text = QGuiApplication.clipboard().text()
        if len(text) > LONG_TEXT and self.cells.item.kind != "str":
            self._wait("Reading what was copied…")
            read_text(text, self._on_pasted)
            return
        try:
            block = _texts_of(text) if self.cells.item.kind == "str" else table_of(text)
        except ValueError as error:
            self._on_pasted(None, f"What was copied is no table of numbers: {error}")
        else:
            self._on_pasted(block, "")

    def _on_pasted(self, block: Any, failure: str) -> None:
        self._busy, self._failure = "", failure
        if not failure:
            at = self.table.currentIndex()
            row, column = (at.row(), at.column()) if at.isValid() else (0, 0)
            try:
                self.model.change(self.cells.put, row, column, block)
            except ValueError as error:
                self._failure = str(error)
            self.table.setCurrentIndex(self.model.index(row, column))
        self._show()

    # -- rows and columns --------------------------------------------------------------------------------------------

    def _on_add_row_clicked(self) -> None:
        at = self.table.currentIndex()
        row = at.row() + 1 if at.isValid() else self.cells.shape[0]
        self.model.change(self.cells.insert_row, row)
        self.table.setCurrentIndex(self.model.index(row, 0))
        self.table.setFocus()

    def _on_add_column_clicked(self) -> None:
        row = max(0, self.table.currentIndex().row())
        self.model.change(self.cells.add_column)
        self.table.setCurrentIndex(self.model.index(row, self.cells.shape[1] - 1))
        self.table.setFocus()

    def _on_remove_clicked(self) -> None:
        chosen = self.table.selectionModel().selection()
        if not chosen.isEmpty():
            part = chosen.first()  # what can be chosen is one block
            self.model.change(self.cells.remove_rows, range(part.top(), part.bottom() + 1))
            self.table.setCurrentIndex(self.model.index(min(part.top(), self.cells.shape[0] - 1), 0))
            self.table.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys of a spreadsheet."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.matches(QKeySequence.StandardKey.Paste):
                self._on_paste_clicked()
                return True
            if event.matches(QKeySequence.StandardKey.Copy):
                self._copy()
                return True
            if event.key() == Qt.Key.Key_Delete:
                self._on_remove_clicked()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.table.is_editing:
                self._on_enter()
                return True
        return super().eventFilter(watched, event)

    def _on_enter(self) -> None:
        """Use the values by Ctrl+Enter; else go to the next row, which is a new one below the last."""
        if QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier:
            self._on_use_clicked()
        else:
            at = self.table.currentIndex()
            self._next_row(at.row(), at.column())

    def _next_row(self, row: int, column: int) -> None:
        if row >= self.cells.shape[0] - 1:
            self._on_add_row_clicked()
        else:
            self.table.setCurrentIndex(self.model.index(row + 1, max(0, column)))

    def _copy(self) -> None:
        chosen = self.table.selectionModel().selection()
        if not chosen.isEmpty():
            part = chosen.first()
            rows, columns = range(part.top(), part.bottom() + 1), range(part.left(), part.right() + 1)
            if len(rows) * len(columns) > _MOST_COPIED:
                self._failure = f"More than {_MOST_COPIED:,} values are not copied at once."
                self._show()
                return
            QGuiApplication.clipboard().setText(self.cells.tsv(rows, columns))

    # -- showing -----------------------------------------------------------------------------------------------------

    def _wait(self, words: str) -> None:
        self._busy, self._failure = words, ""
        self._show()

    def _on_edited(self) -> None:
        self._failure = ""
        self._show()

    def _show(self) -> None:
        problem = self._failure or ("" if self._busy else self.cells.problem())
        self.message.set_role("error" if problem else "secondary")
        self.message.setText(self._busy or problem or self.cells.words())
        nothing = not self.cells.shape[0] or (not self._given and not self.cells.filled())
        if nothing and not problem and not self._busy:
            self.message.setText("Nothing stands here yet: type values, paste them, or load a file.")
        self.use.setEnabled(not self._busy and not self.cells.problem() and (self._given or not nothing))
        self.table.setEnabled(not self._busy)
        self.remove_button.setEnabled(self.table.selectionModel().hasSelection())

    def _on_use_clicked(self) -> None:
        if self.use.isEnabled():
            self.chosen.emit(self.cells.result())
            self.accept()


class _Table(QTableView):
    """Tells when Enter has ended the typing in a cell."""

    entered = Signal(int, int)

    @property
    def is_editing(self) -> bool:
        """Whether a person types in a cell."""
        return self.state() == QAbstractItemView.State.EditingState

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Tell of Enter; Tab goes to the next cell by itself."""
        at = self.currentIndex()
        super().closeEditor(editor, hint)
        if hint == QAbstractItemDelegate.EndEditHint.SubmitModelCache and at.isValid():
            self.entered.emit(at.row(), at.column())


def _texts_of(text: str) -> list[Any]:
    """Return the texts of rows and columns, as a spreadsheet copies them; of one column a list."""
    rows = [line.split("\t") for line in text.replace("\r\n", "\n").rstrip("\n").split("\n")]
    if len({len(row) for row in rows}) > 1:
        raise ValueError("its rows are of different lengths.")
    return [row[0] for row in rows] if len(rows[0]) == 1 else rows
