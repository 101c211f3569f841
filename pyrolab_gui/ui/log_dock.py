"""The log at the bottom, hidden at first: what the window reported and what the children wrote, merged by time.

Filtered by level, source and words; it follows while it is scrolled to its end. Enter or a double click: details.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeySequence, QPainter, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pyrolab_gui.ui.log_model import LEVEL, SOURCE, TEXT, TIME, EntryRole, LogFilter, LogModel
from pyrolab_gui.ui.theme import font, paint_state, state_color, tokens_of
from pyrolab_gui.ui.theme.tokens import ROW_HEIGHT, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.details_dialog import show_details
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.viewmodels.logs_vm import WINDOW, as_text

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.logs_vm import LogEntry, LogsViewModel

_LEVELS = {"All levels": "debug", "Info and worse": "info", "Warnings and worse": "warning", "Errors only": "error"}
_EVERYONE = "Everyone"
_STATES = {"critical": "error", "debug": "unknown"}


class LogDock(Panel):
    """A table of log entries, the newest last.

    Signals
    -------
    closeRequested
        It is to be hidden.
    problem
        An export that failed: a sentence and what stands behind it.
    """

    closeRequested = Signal()
    problem = Signal(str, str)

    def __init__(self, logs: LogsViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self.setObjectName("log-dock")
        self._logs = logs
        self._wanted: tuple[str, float] | None = None
        """Where to go when the lines of that child have come."""
        self._model = LogModel(logs.entries(), self)
        self.filter = LogFilter(self._model, self)
        self._table = self._make_table()
        self.level = Combo(list(_LEVELS))
        self.level.setObjectName("log-level")
        self.level.setAccessibleName("Least level")
        self.source = Combo([])
        self.source.setObjectName("log-source")
        self.source.setAccessibleName("Whose lines")
        self.words = Field(icon="funnel", placeholder="Filter", width=200)
        self.words.setObjectName("log-words")
        self.words.setAccessibleName("Words in the log")
        self.follow = button("To the end", "arrow-down", "ghost", "Go to the newest line, and follow")
        self.follow.setObjectName("log-follow")
        export = button("Export…", "download-simple", "ghost", "Write the lines that are shown to a file")
        export.setObjectName("log-export")
        export.clicked.connect(self.ask_to_export)
        copy = button("Copy", "copy", "ghost", "Copy the marked lines, or all that are shown")
        copy.setObjectName("log-copy")
        copy.clicked.connect(self._copy)
        close = button("", "x", "ghost", "Hide the log")
        close.setObjectName("log-close")
        close.clicked.connect(self.closeRequested)
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 8, 4)
        head.setSpacing(S)
        head.addWidget(SectionHead("Log"), 1)
        for widget in (self.follow, self.level, self.source, self.words, copy, export, close):
            head.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._table, 1)
        self._connect()
        self._show_sources()

    def text(self) -> str:
        """Return all lines that are shown as text, without details."""
        return "\n".join(map(as_text, self.filter.shown()))

    def jump(self, source: str, moment: float = 0.0) -> None:
        """Show the lines of one child around a time; 0 is its end."""
        self.level.setCurrentIndex(0)
        self.words.setText("")
        self._wanted = (source, moment)
        self._go()
        self._logs.look()

    def ask_to_export(self) -> QFileDialog:
        """Ask for a file, and write what is shown to it."""
        dialog = QFileDialog(self, "Export the log", "", "Text (*.log *.txt);;All files (*)")
        dialog.setObjectName("log-export-dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("log")
        dialog.fileSelected.connect(self._export)
        dialog.open()
        return dialog

    def showEvent(self, event: QShowEvent) -> None:
        """Read on while shown."""
        super().showEvent(event)
        self._logs.set_shown(True)
        self._table.scrollToBottom()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while hidden."""
        super().hideEvent(event)
        self._logs.set_shown(False)

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("log-table")
        table.setAccessibleName("Log")
        table.setModel(self.filter)
        table.setItemDelegateForColumn(LEVEL, _LevelDelegate(table))
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.horizontalHeader().hide()
        table.verticalHeader().hide()
        table.verticalHeader().setMinimumSectionSize(ROW_HEIGHT - 4)
        table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT - 4)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.horizontalHeader().setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
        for column, width in ((TIME, 80), (SOURCE, 120), (LEVEL, 92)):
            table.setColumnWidth(column, width)
        return table

    def _connect(self) -> None:
        logs = self._logs
        logs.added.connect(self._on_added)
        logs.replaced.connect(self._on_replaced)
        logs.sourcesChanged.connect(self._show_sources)
        self._table.activated.connect(self._on_table_activated)
        bar = self._table.verticalScrollBar()
        bar.valueChanged.connect(self._show_follow)
        bar.rangeChanged.connect(self._show_follow)
        self.follow.clicked.connect(self._table.scrollToBottom)
        self.level.currentIndexChanged.connect(self._on_filtered)
        self.source.currentIndexChanged.connect(self._on_filtered)
        self.words.textChanged.connect(self._on_filtered)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self._table)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self._copy)

    def _on_filtered(self) -> None:
        """Filter anew; who looked at the end sees the end of that too, and goes on following."""
        at_end = self._at_end()
        self.filter.set_least(_LEVELS[self.level.currentText()])
        self.filter.set_source(self.source.currentData() or "")
        self.filter.set_text(self.words.text())
        if at_end:
            self._table.scrollToBottom()

    def _on_added(self, entries: list[LogEntry]) -> None:
        at_end = self._at_end()
        self._model.add(entries)
        if self._wanted is not None:
            self._go()
        elif at_end:
            self._table.scrollToBottom()

    def _on_replaced(self) -> None:
        at_end = self._at_end()
        self._model.replace(self._logs.entries())
        if self._wanted is not None:
            self._go()
        elif at_end:
            self._table.scrollToBottom()

    def _go(self) -> None:
        """Go where `jump` wants to, if the lines are there; else when they come."""
        if self._wanted is None:
            return
        source, moment = self._wanted
        place = self.source.findData(source)
        if place < 0:
            return
        self._wanted = None
        self.source.setCurrentIndex(place)
        rows = [row for row, entry in enumerate(self.filter.shown()) if not moment or entry.time <= moment]
        if rows:
            row = rows[-1]
            self._table.selectRow(row)
            hint = QAbstractItemView.ScrollHint
            index = self.filter.index(row, TEXT)
            # after the layout of a dock that was only just shown
            QTimer.singleShot(0, self, lambda: self._table.scrollTo(index, hint.PositionAtCenter))

    def _show_sources(self) -> None:
        current = self.source.currentData()
        self.source.blockSignals(True)
        self.source.clear()
        self.source.addItem(_EVERYONE, "")
        for source in self._logs.sources():
            self.source.addItem("This window" if source == WINDOW else self._logs.name_of(source), source)
        self.source.setCurrentIndex(max(0, self.source.findData(current or "")))
        self.source.blockSignals(False)

    def _at_end(self) -> bool:
        bar = self._table.verticalScrollBar()
        return bar.value() >= bar.maximum() - 1

    def _show_follow(self) -> None:
        self.follow.setEnabled(not self._at_end())

    def _on_table_activated(self, index: QModelIndex) -> None:
        entry = index.data(EntryRole)
        show_details(self.window(), entry.text, entry.detail)

    def _copy(self) -> None:
        rows = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        shown = self.filter.shown()
        QGuiApplication.clipboard().setText("\n".join(map(as_text, [shown[row] for row in rows] or shown)))

    def _export(self, path: str) -> None:
        try:
            Path(path).write_text(self.text() + "\n", encoding="utf-8")
        except OSError as error:
            self.problem.emit(f"The log could not be written to {path}: {error.strerror or error}.", str(error))


class _LevelDelegate(QStyledItemDelegate):
    """Shape and word of a level."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        style = option.widget.style() if option.widget is not None else None
        if style is not None:
            style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        level = str(index.data())
        state = _STATES.get(level, level)
        tokens = tokens_of(option.palette)
        area = option.rect
        painter.save()
        if level in ("debug", "info") and index.data(EntryRole).source != WINDOW:
            painter.setPen(tokens.color("secondary"))  # thousands of dots would say nothing
        else:
            paint_state(painter, area.left() + 10, area.center().y() + 0.5, state, tokens, 8)
            painter.setPen(state_color(state, tokens))
        painter.setFont(font(12, 500))
        painter.drawText(area.adjusted(22, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, level)
        painter.restore()
