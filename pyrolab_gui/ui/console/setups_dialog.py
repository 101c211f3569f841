"""Set-ups: save all settings of an instrument, a group or the bench, compare them with now, put chosen ones back.

A window of its own beside the consoles; nothing waits for it. Putting back changes hardware, so it takes two presses.
Limits: shows and passes on; what is read, written and set is the view model's.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pyrolab_gui.ui.console.arming import ArmedButton
from pyrolab_gui.ui.console.row_menu import open_menu
from pyrolab_gui.ui.theme import font, tokens_of
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.label_text import humanise
from pyrolab_gui.viewmodels.value_text import count_text, grouped, value_text

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QColor

    from pyrolab_gui.viewmodels.consoles_vm import ConsolesViewModel
    from pyrolab_gui.viewmodels.setups_vm import Line, SetUpsViewModel

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
COLUMNS = ("Instrument", "Setting", "Saved", "Now", "")
SAVED, NOW, SAID = 2, 3, 4
WORDS = {"same": "as saved", "differs": "differs", "unknown": "not read", "restoring": "setting…"}
COLORS = {"differs": "accent", "failed": "error", "unknown": "slow", "restored": "live"}
Scopes: TypeAlias = "list[tuple[str, list[str]]]"


class SetUpTable(QAbstractTableModel):
    """The lines of a set-up, each to be chosen."""

    def __init__(self, setups: SetUpsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setups = setups
        self._lines: list[Line] = []
        self.refresh()

    def refresh(self) -> None:
        """Take the lines as they are now."""
        lines = self._setups.lines
        if [line.key for line in lines] == [line.key for line in self._lines]:
            self._lines = list(lines)
            if lines:
                self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self._lines = list(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Return setting, saved, now, and what is said."""
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section in (SAVED, NOW):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let be chosen what differs."""
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        line = self._lines[index.row()]
        return flags | Qt.ItemFlag.ItemIsUserCheckable if line.state in ("differs", "failed") else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        line = self._lines[index.row()]
        column = index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            if column == 0:
                return line.instrument
            if column == 1:
                return humanise(line.member)
            if column == SAVED:
                return quantity(line.saved, line.unit)
            if column == NOW:
                return "" if line.state == "unknown" else quantity(line.now, line.unit)
            return line.said or WORDS.get(line.state, "")
        if role == Qt.ItemDataRole.CheckStateRole and column == 0 and line.state in ("differs", "failed"):
            return Qt.CheckState.Checked if line.chosen else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (SAVED, NOW):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._color(line, column)
        return None

    def _color(self, line: Line, column: int) -> QColor:
        name = (
            COLORS.get(line.state, "secondary") if column == SAID else "secondary" if line.state == "same" else "text"
        )
        return tokens_of(self.parent()).color(name)  # type: ignore[arg-type] # the dialog

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Choose a line, or not."""
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self._setups.choose([self._lines[index.row()].key], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


class SetUpsDialog(QDialog):
    """All set-ups of the lab.

    Parameters
    ----------
    setups
        The view model.
    scopes
        What can be saved: a word and the names of the instruments; the first is offered.
    """

    def __init__(self, setups: SetUpsViewModel, scopes: Scopes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("setups-dialog")
        self.setWindowTitle("Set-ups")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._setups, self._scopes = setups, scopes
        self._said = ""
        self.name = Field(time.strftime("%Y-%m-%d %H.%M"), width=220)
        self.name.setAccessibleName("Name of the set-up")
        self.scope = Combo([words for words, _ in scopes])
        self.scope.setAccessibleName("Whose settings are saved")
        self.save = button("Save set-up", "download-simple", "primary", "Read all settings and write them to a file")
        self.save.clicked.connect(self._on_save_clicked)
        head = QHBoxLayout()
        head.setSpacing(8)
        for widget in (TextLabel("Save", 13, 400, "secondary"), self.scope, TextLabel("as", 13, 400, "secondary")):
            head.addWidget(widget)
        head.addWidget(self.name)
        head.addWidget(self.save)
        head.addStretch(1)
        self.files = QListWidget()
        self.files.setAccessibleName("Saved set-ups")
        self.files.setFixedWidth(236)
        self.files.setFrameShape(QFrame.Shape.NoFrame)
        self.files.setFont(font(13))
        self.files.currentItemChanged.connect(self._on_file_chosen)
        self.files.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.files.customContextMenuRequested.connect(self._open_file_menu)
        self.model = SetUpTable(setups, self)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName("Settings of the set-up")
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(26)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setFont(font(13))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(SAID, QHeaderView.ResizeMode.Stretch)
        for column, wide in ((0, 150), (1, 150), (SAVED, 110), (NOW, 110)):
            self.table.setColumnWidth(column, wide)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.setWordWrap(False)
        header.setHighlightSections(False)
        self.nothing = TextLabel(
            "A set-up holds the values of all settings, to come back to after an experiment or a power cut. Save one, "
            "or choose one at the left.", 13, 400, "secondary", wrap=True,
        )  # fmt: skip
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.files)
        middle.addWidget(self.nothing, 1)
        middle.addWidget(self.table, 1)
        self.message = TextLabel("", 12, 400, "secondary", wrap=True)
        self.only = button("Choose all that differ", kind="ghost")
        self.only.clicked.connect(lambda: setups.choose([line.key for line in setups.lines], True))
        self.again = button("Compare again", "arrow-clockwise")
        self.again.clicked.connect(self._on_again_clicked)
        self.restore = ArmedButton("Put back", kind="act", tip="Set the chosen ones to what was saved")
        self.restore.set_asks(True)
        self.restore.clicked.connect(self._on_restore_clicked)
        self.done_button = button("Close", kind="plain")
        self.done_button.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.message, 1)
        for each in (self.only, self.again, self.restore, self.done_button):
            foot.addWidget(each)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(12)
        whole.addLayout(head)
        whole.addLayout(middle, 1)
        whole.addLayout(foot)
        self.resize(1000, 560)
        setups.filesChanged.connect(self._show_files)
        setups.linesChanged.connect(self._show_lines)
        setups.busyChanged.connect(self._show_lines)
        setups.told.connect(self._say)
        setups.look()
        self._show_files()
        self._show_lines()
        setups.compare()  # what was compared when the window was open before may be hours old

    def _on_save_clicked(self) -> None:
        name = self.name.text().strip()
        if not name:
            self.name.set_invalid(True)
            self.name.setFocus()
            return
        self.name.set_invalid(False)
        self._say("Reading…")
        self._setups.save(name, self._scopes[self.scope.currentIndex()][1])

    def _show_files(self) -> None:
        current = self._setups.opened.name if self._setups.opened is not None else ""
        self.files.blockSignals(True)
        self.files.clear()
        for file in self._setups.files:
            item = QListWidgetItem(file.name)
            item.setToolTip(f"Saved {time.strftime('%Y-%m-%d %H:%M', time.localtime(file.saved))}\n{file.path}")
            item.setData(Qt.ItemDataRole.UserRole, file)
            self.files.addItem(item)
            if file.name == current:
                self.files.setCurrentItem(item)
        self.files.blockSignals(False)

    def _on_file_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._say("")
            self._setups.open(item.data(Qt.ItemDataRole.UserRole).path)

    def _open_file_menu(self, at: QPoint) -> None:
        item = self.files.itemAt(at)
        if item is None:
            return
        menu = QMenu(self)
        file = item.data(Qt.ItemDataRole.UserRole)
        menu.addAction(f"Delete {file.name}").triggered.connect(lambda: self._setups.delete(file))
        open_menu(menu, self.files.viewport().mapToGlobal(at))

    def _show_lines(self) -> None:
        setups = self._setups
        self.model.refresh()
        has = setups.opened is not None
        self.table.setVisible(has)
        self.nothing.setVisible(not has)
        chosen = sum(line.chosen for line in setups.lines)
        differ = sum(line.state in ("differs", "failed") for line in setups.lines)
        ready = bool(chosen) and not setups.busy and not setups.read_only
        self.restore.set_held(not ready)
        self.only.setVisible(chosen < differ)
        self.again.setEnabled(has and not setups.busy)
        self.restore.setAccessibleName(f"Put back {count_text(chosen, 'setting')}")
        self.save.setEnabled(not setups.busy)
        self._show_message()

    def _say(self, said: str) -> None:
        """Say what came of what was asked for last; without it, how much differs."""
        self._said = said
        self._show_message()

    def _show_message(self) -> None:
        lines = self._setups.lines
        text = self._said
        if not text and self._setups.opened is not None and not self._setups.busy:
            differ = sum(line.state in ("differs", "failed") for line in lines)
            verb = "differs" if differ == 1 else "differ"
            text = f"{differ} of {count_text(len(lines), 'setting')} {verb} from what was saved."
        self.message.setText(text)

    def _on_again_clicked(self) -> None:
        self._say("")
        self._setups.compare()

    def _on_restore_clicked(self) -> None:
        if self.restore.press():
            self._say("")
            self._setups.restore()


def quantity(value: object, unit: str) -> str:
    """Return a value with its unit, a number with its digits in groups."""
    text = value_text(value)
    if value is None:
        return text
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = grouped(text.removesuffix(".0"))
    return f"{text} {unit}".rstrip()


def open_setups(consoles: ConsolesViewModel, parent: QWidget, name: str = "") -> SetUpsDialog:
    """Show the set-ups, with a choice of what can be saved: an instrument, its group, all."""
    dialog = SetUpsDialog(consoles.setups, consoles.scopes(name), parent)
    dialog.show()
    return dialog
