"""The history of a console: when, who, what, and how it ended, the newest first.

A double click or Enter shows the result; the menu offers what else can be done with a line. Limits: does none of it
itself.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from pyrolab_gui.ui.theme import font, paint_icon, saved, tokens_of
from pyrolab_gui.viewmodels.outcome_text import outcome_text
from pyrolab_gui.viewmodels.result_shape import looks_like_curve
from pyrolab_gui.viewmodels.value_text import clock_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPainter

    from pyrolab_gui.viewmodels.runs import Run, Runs

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
RunRole = int(Qt.ItemDataRole.UserRole)
_HEIGHT = 24
_TIME = 64
ACTIONS = {
    "show": "Show the result",
    "repeat": "Repeat with the same arguments",
    "lab": "Copy as Python",
    "pyro": "Copy as Python, Pyro5 alone",
}
_COLORS = {"failed": "error", "running": "accent", "left": "slow", "done": "text"}


class HistoryModel(QAbstractListModel):
    """The calls of a console as rows."""

    def __init__(self, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = runs
        self._runs: list[Run] = []

    def refresh(self) -> None:
        """Take what is new; rows that stay keep their selection."""
        runs = self._source.recent()
        fresh = 0
        while fresh < len(runs) and (not self._runs or runs[fresh] is not self._runs[0]):
            fresh += 1
        if fresh and fresh < len(runs):
            self.beginInsertRows(_ROOT, 0, fresh - 1)
            self._runs = runs[:fresh] + self._runs
            self.endInsertRows()
        if len(self._runs) != len(runs) or (runs and self._runs[0] is not runs[0]):
            self.beginResetModel()
            self._runs = runs
            self.endResetModel()
        elif runs:
            self.dataChanged.emit(self.index(0), self.index(len(runs) - 1))

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many calls there are."""
        return 0 if parent.isValid() else len(self._runs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the run, or the line as text."""
        if not 0 <= index.row() < len(self._runs):
            return None
        run = self._runs[index.row()]
        if role == RunRole:
            return run
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{clock_text(run.started)} {line_text(run)} {outcome_text(run)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{line_text(run)}\n{outcome_text(run)}" if run.ours else f"{line_text(run)}\n{_whole(run)}"
        return None


def line_text(run: Run) -> str:
    """Return what was done, how often, and by whom if not by this window."""
    times = f" {run.count} ×" if run.count > 1 else ""
    return f"{run.text}{times}" if run.ours else f"{run.text}{times} by {run.who}"


def _whole(run: Run) -> str:
    error = f"\n{run.error.sentence}" if run.error is not None else ""
    return f"{outcome_text(run)}{error}"


class HistoryDelegate(QStyledItemDelegate):
    """Paints time, call and outcome."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Rows are of one height."""
        return QSize(100, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        run: Run | None = index.data(RunRole)
        if run is None:
            return
        rect: QRect = option.rect
        tokens = tokens_of(option.widget)
        middle = Qt.AlignmentFlag.AlignVCenter
        with saved(painter):
            if option.state & QStyle.StateFlag.State_Selected:
                painter.fillRect(rect, tokens.color("select"))
            elif option.state & QStyle.StateFlag.State_MouseOver:
                painter.fillRect(rect, tokens.color("hover"))
            painter.setFont(font(12))
            painter.setPen(tokens.color("secondary"))
            painter.drawText(rect.adjusted(4, 0, 0, 0), middle, clock_text(run.started))
            area = rect.adjusted(_TIME, 0, -4, 0)
            painter.setFont(font(13))
            text = line_text(run)
            call_width = painter.fontMetrics().horizontalAdvance(text) + 2
            outcome = outcome_text(run)
            out_width = painter.fontMetrics().horizontalAdvance(outcome) + 2
            room = area.width() - 16
            if call_width + out_width > room:
                out_width = min(out_width, max(room - call_width, int(room * 0.55)))
                call_width = min(call_width, room - out_width)
            painter.setPen(tokens.color("text" if run.ours else "secondary"))
            call = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, call_width)
            painter.drawText(QRect(area.left(), area.top(), call_width + 2, area.height()), middle, call)
            painter.setPen(tokens.color(_COLORS[run.outcome]))
            shown = painter.fontMetrics().elidedText(outcome, Qt.TextElideMode.ElideRight, out_width)
            where = QRect(area.right() - out_width, area.top(), out_width + 1, area.height())
            painter.drawText(where, middle | Qt.AlignmentFlag.AlignRight, shown)
            if run.outcome == "done" and looks_like_curve(run.result):
                at = QRect(where.left() - 18, area.center().y() - 7, 14, 14)
                if at.left() > area.left() + call_width:
                    paint_icon(painter, at, "chart-line", tokens, "accent")


class HistoryList(QListView):
    """Shows the calls."""

    runChosen = Signal(object)
    """A line became the current one."""
    runActivated = Signal(object)
    """Double click or Enter."""
    actionChosen = Signal(object, str)
    """A `Run`, and a key of `ACTIONS`."""

    def __init__(self, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = HistoryModel(runs, self)
        self.setModel(self._model)
        self.setItemDelegate(HistoryDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName("History")
        self.setMouseTracking(True)
        self._offers: Callable[[Run], list[str]] = lambda _run: []
        self.activated.connect(self._on_activated)
        self.selectionModel().currentChanged.connect(self._on_current_changed)

    def refresh(self) -> None:
        """Take what is new."""
        self._model.refresh()

    def set_offers(self, offers: Callable[[Run], list[str]]) -> None:
        """Set what tells which `ACTIONS` a line offers."""
        self._offers = offers

    def current_run(self) -> Run | None:
        """Return the chosen line."""
        run: Run | None = self.currentIndex().data(RunRole)
        return run

    def _on_activated(self, index: QModelIndex) -> None:
        run = index.data(RunRole)
        if run is not None:
            self.runActivated.emit(run)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the line, by the mouse or by the menu key."""
        index = self.indexAt(event.pos())
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
        run: Run | None = index.data(RunRole) if index.isValid() else None
        menu = self.menu(run) if run is not None else None
        if menu is not None:
            self.setCurrentIndex(index)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(event.globalPos())

    def menu(self, run: Run) -> QMenu | None:
        """Return the menu of a line; None where nothing can be done with it."""
        offers = self._offers(run)
        if not offers:
            return None
        menu = QMenu(self)
        for key in offers:
            menu.addAction(ACTIONS[key], partial(self.actionChosen.emit, run, key))
        return menu

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        run = current.data(RunRole) if current.isValid() else None
        if run is not None:
            self.runChosen.emit(run)
