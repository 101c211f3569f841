"""What the window has reported since its start, at the bottom, hidden at first. Enter or a double click: details."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
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

from pyrolab_gui.ui.theme import font, paint_state, state_color, tokens_of
from pyrolab_gui.ui.theme.tokens import ROW_HEIGHT, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.details_dialog import show_details
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.section import SectionHead
from pyrolab_gui.viewmodels.notifications import KEPT, Notice, Notifications

Index = QModelIndex | QPersistentModelIndex


class LogDock(Panel):
    """A list of notices, the newest last."""

    closeRequested = Signal()

    def __init__(self, notifications: Notifications, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self.setObjectName("log-dock")
        self._model = _Model(notifications.notices)
        self._table = QTableView()
        self._table.setObjectName("log-table")
        self._table.setAccessibleName("Log")
        self._table.setModel(self._model)
        self._table.setItemDelegateForColumn(1, _StateDelegate(self._table))
        self._table.setFrameShape(QFrame.Shape.NoFrame)
        self._table.setShowGrid(False)
        self._table.setWordWrap(False)
        self._table.setTabKeyNavigation(False)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.horizontalHeader().hide()
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self._table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self._table.setColumnWidth(0, 80)
        self._table.setColumnWidth(1, 100)
        self._table.activated.connect(self._on_table_activated)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self._table)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self._copy)
        copy_button = button("Copy", "copy", "ghost", "Copy the marked lines, or all of them")
        copy_button.setObjectName("log-copy")
        copy_button.clicked.connect(self._copy)
        close = button("", "x", "ghost", "Hide the log")
        close.setObjectName("log-close")
        close.clicked.connect(self.closeRequested)
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 8, 4)
        head.setSpacing(S)
        head.addWidget(SectionHead("Log"), 1)
        head.addWidget(copy_button)
        head.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._table, 1)
        notifications.posted.connect(self._on_notifications_posted)

    def text(self) -> str:
        """Return all lines as text, without details."""
        return "\n".join(_line(notice) for notice in self._model.notices)

    def _on_notifications_posted(self, notice: Notice) -> None:
        bar = self._table.verticalScrollBar()
        at_end = bar.value() >= bar.maximum()
        self._model.add(notice)
        if at_end:
            self._table.scrollToBottom()

    def _on_table_activated(self, index: QModelIndex) -> None:
        notice = self._model.notices[index.row()]
        show_details(self.window(), notice.sentence, notice.detail)

    def _copy(self) -> None:
        rows = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        notices = self._model.notices
        lines = [_line(notices[row]) for row in rows] or [_line(notice) for notice in notices]
        QGuiApplication.clipboard().setText("\n".join(lines))


def _line(notice: Notice) -> str:
    return f"{_clock(notice)}  {notice.kind}  {notice.sentence}"


def _clock(notice: Notice) -> str:
    return time.strftime("%H:%M:%S", time.localtime(notice.time))


class _Model(QAbstractTableModel):
    def __init__(self, notices: tuple[Notice, ...]) -> None:
        super().__init__()
        self.notices = list(notices)

    def add(self, notice: Notice) -> None:
        if len(self.notices) >= KEPT:
            self.beginRemoveRows(QModelIndex(), 0, 0)
            del self.notices[0]
            self.endRemoveRows()
        end = len(self.notices)
        self.beginInsertRows(QModelIndex(), end, end)
        self.notices.append(notice)
        self.endInsertRows()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.notices)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 3

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        notice = self.notices[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (_clock(notice), notice.kind, notice.sentence)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and notice.detail and index.column() == 2:
            return "Enter or a double click shows the details"
        if role == Qt.ItemDataRole.FontRole:
            return font(13 if index.column() == 2 else 12)
        return None


class _StateDelegate(QStyledItemDelegate):
    """Shape and word of a notice's kind."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style = option.widget.style() if option.widget is not None else None
        if style is not None:
            style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        kind = str(index.data())
        tokens = tokens_of(option.palette)
        area = option.rect
        paint_state(painter, area.left() + 14, area.center().y() + 0.5, kind, tokens, 8)
        painter.save()
        painter.setFont(font(12, 500))
        painter.setPen(state_color(kind, tokens))
        painter.drawText(area.adjusted(26, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, kind)
        painter.restore()
