"""The tab of recordings: all of them in a table, what goes on first, and what can be done with the chosen ones.

Limits: shows and asks; what is done is the view model's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.question_dialog import Answer, QuestionDialog
from pyrolab_gui.ui.recordings.detail import RecordingDetail
from pyrolab_gui.ui.recordings.end_dialog import EndDialog
from pyrolab_gui.ui.recordings.record_dialog import RecordDialog
from pyrolab_gui.ui.recordings.table import RecordingsTable
from pyrolab_gui.ui.recordings.table_model import RecordingsModel
from pyrolab_gui.ui.theme import icon
from pyrolab_gui.ui.theme.tokens import TOOL_ROW_HEIGHT
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.empty_state import EmptyState
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.recordings_rows import RecordingRow, clock_duration
from pyrolab_gui.viewmodels.value_text import count_text

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QHideEvent, QShowEvent

    from pyrolab_gui.viewmodels.plot_channel import Reading
    from pyrolab_gui.viewmodels.recordings_vm import RecordingsViewModel

TICK_MS = 1_000
_WHAT_FOR = (
    "Readings that are kept on disk, for as long as you like: a recording goes on when this window is closed, and says "
    "what was missing and why."
)
_FILTERS = "CSV (*.csv);;HDF5 (*.h5);;Parquet (*.parquet)"


class RecordingsTab(Panel):
    """All recordings."""

    plotsRequested = Signal()
    """Something was drawn on the plots."""

    def __init__(self, recordings: RecordingsViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._vm = recordings
        self.search = Field(icon="magnifying-glass", placeholder="Search name, purpose, person, reading, note")
        self.search.setMaximumWidth(360)
        self.search.textChanged.connect(recordings.set_search)
        self.record = button("Record…", "record", "primary", "Begin a recording")
        self.record.clicked.connect(self.ask_to_record)
        self.record.setEnabled(not recordings.read_only)
        self.plot = button("Plot", "chart-line", tip="Draw the chosen recording (Enter)")
        self.plot.clicked.connect(self._plot)
        self.compare = button("Compare", "stack", tip="Draw the chosen recordings from a common beginning")
        self.compare.clicked.connect(self._plot)
        self.export = button("Export…", "export", tip="Write it to a CSV, HDF5 or Parquet file")
        self.export.clicked.connect(self._ask_where)
        self.delete = button("Delete", "trash", "ghost", "Delete the chosen recordings; this can be undone")
        self.delete.clicked.connect(self._delete)
        tools = QWidget()
        tools.setFixedHeight(TOOL_ROW_HEIGHT)
        row = QHBoxLayout(tools)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.record)
        row.addWidget(self.search, 1)
        row.addStretch(1)
        for one in (self.plot, self.compare, self.export, self.delete):
            row.addWidget(one)
        self.undo_bar = self._build_undo_bar()
        self.model = RecordingsModel(self)
        self.table = RecordingsTable(self.model)
        self.table.selectionMoved.connect(self._on_selection_moved)
        self.table.opened.connect(self._plot)
        self.table.deleteRequested.connect(self._delete)
        self.table.menuRequested.connect(self._show_menu)
        self.detail = RecordingDetail(recordings.read_only)
        self.detail.stopRequested.connect(self.ask_to_stop)
        self.detail.endRequested.connect(self.ask_for_end)
        self.detail.againRequested.connect(recordings.restart)
        self.detail.dismissRequested.connect(recordings.stop)
        self.detail.noteWritten.connect(recordings.add_note)
        first = button("Record…", "record", "primary")
        first.clicked.connect(self.ask_to_record)
        first.setEnabled(not recordings.read_only)
        self.empty = EmptyState("record", "No recordings yet", _WHAT_FOR, first)
        both = QWidget()
        beside = QHBoxLayout(both)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.table, 1)
        beside.addWidget(Separator(vertical=True))
        beside.addWidget(self.detail)
        full = QWidget()
        inside = QVBoxLayout(full)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(tools)
        inside.addWidget(Separator())
        inside.addWidget(both, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(full)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stack, 1)
        column.addWidget(self.undo_bar)  # below: the buttons above keep still
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        recordings.rowsChanged.connect(self._show_rows)
        recordings.deletedChanged.connect(self._show_deleted)
        self._show_rows()
        self._show_deleted()

    def _build_undo_bar(self) -> Panel:
        bar = Panel("alternate")
        self._deleted = TextLabel("", 13, 400)
        self.undo = button("Undo", "arrow-counter-clockwise")
        self.undo.clicked.connect(self._vm.undo_delete)
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 6, 12, 6)
        row.addWidget(self._deleted, 1)
        row.addWidget(self.undo)
        return bar

    # -- what is shown -------------------------------------------------------------------------------------------------

    def choose(self, path: Path) -> None:
        """Choose a recording."""
        self.table.choose([("", path)])

    def _show_rows(self) -> None:
        self.stack.setCurrentIndex(1 if self._vm.total or self.search.text() else 0)
        self.table.set_rows(self._vm.rows())
        self._on_selection_moved()

    def _show_deleted(self) -> None:
        names = self._vm.deleted
        words = f"“{names[0]}” is deleted" if len(names) == 1 else f"{count_text(len(names), 'recording')} are deleted"
        self._deleted.setText(f"{words}; until this window closes it can be undone.")
        self.undo_bar.setVisible(bool(names))

    def _on_selection_moved(self) -> None:
        rows = self.table.chosen()
        readable = [row for row in rows if row.readable]
        self.plot.setEnabled(len(readable) == 1)
        self.compare.setEnabled(len(readable) > 1)
        self.export.setEnabled(len(readable) == 1)
        may_delete = not self._vm.read_only and bool(rows) and not any(row.key for row in rows)
        self.delete.setEnabled(may_delete)
        self.detail.show_rows(rows)

    def _on_tick(self) -> None:
        if any(row.running for row in self.model.rows):
            self.model.refresh()
        self.detail.tick()

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the folders as long as somebody looks."""
        super().showEvent(event)
        self._vm.set_watching(True)
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no more."""
        super().hideEvent(event)
        self._vm.set_watching(False)
        self._tick.stop()

    # -- what is done --------------------------------------------------------------------------------------------------

    def ask_to_record(self, _checked: bool = False, readings: tuple[Reading, ...] = ()) -> RecordDialog:
        """Ask what is to be recorded."""
        dialog = RecordDialog(self._vm, readings, self)
        dialog.open()
        return dialog

    def ask_to_stop(self, row: RecordingRow) -> QuestionDialog | None:
        """Stop a recording; that of somebody else only after a question."""
        if not self._vm.is_of_another(row):
            self._vm.stop(row)
            return None
        length = clock_duration(row.seconds(self._now())) if row.facts.started else "it waits"
        purpose = f" ({row.purpose})" if row.purpose else ""

        def answered(key: str, _remember: bool) -> None:
            if key == "stop":
                self._vm.stop(row)

        dialog = QuestionDialog(
            self,
            f"Stop the recording of {row.who}?",
            f"{row.title}{purpose}: {count_text(len(row.channels), 'reading')}, {length}. {row.sentence} "
            "That you stopped it is written into it. What was recorded stays.",
            (Answer("stop", "Stop it", "danger"),),
            answered,
        )
        dialog.open()
        return dialog

    def ask_for_end(self, row: RecordingRow) -> EndDialog:
        """Ask when a recording that goes on is to end."""
        dialog = EndDialog(row, lambda when: self._vm.change_end(row, when), self)
        dialog.open()
        return dialog

    @staticmethod
    def _now() -> float:
        import time

        return time.time()

    def _plot(self) -> None:
        rows = [row for row in self.table.chosen() if row.readable]
        if rows:
            self._vm.plot(rows, self.plotsRequested.emit)

    def _delete(self) -> None:
        if self.delete.isEnabled():
            self._vm.delete(self.table.chosen())

    def _ask_where(self) -> None:
        rows = self.table.chosen()
        if len(rows) != 1:
            return
        row = rows[0]
        dialog = QFileDialog(self, f"Export {row.name}", str(row.path.parent), _FILTERS)
        dialog.setObjectName("file-dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(kind.partition("*.")[2].rstrip(")")))
        dialog.selectFile(f"{row.name}.csv")
        dialog.fileSelected.connect(lambda path: self._vm.export(row, path))
        dialog.open()

    def _show_menu(self, at: QPoint) -> None:
        rows = self.table.chosen()
        if not rows:
            return
        menu = QMenu(self)
        for one in (self.plot, self.compare, self.export, self.delete):
            action = menu.addAction(one.icon(), one.text(), one.click)
            action.setEnabled(one.isEnabled())
        if len(rows) == 1 and rows[0].running and not self._vm.read_only:
            menu.addSeparator()
            menu.addAction(icon("stop", None, "error"), "Stop…", lambda: self.ask_to_stop(rows[0]))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
