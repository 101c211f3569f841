"""The list of instruments beside the consoles: grouped by prefix, each with its state, to click or to walk with keys.

A model with heads of groups among the rows, and a delegate that paints both. Limits: one line each; what is wrong in
words stands in the tool tip and in the console.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from pyrolab_gui.ui.theme import STATE_WORDS, font, paint_icon, paint_state, saved, state_color, tokens_of
from pyrolab_gui.ui.theme.tokens import ROW_HEIGHT
from pyrolab_gui.viewmodels.instrument_row import InstrumentRow
from pyrolab_gui.wire.health import Health

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QPainter

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
OUT_OF_SERVICE = "out of service"
_ALARMS = {"alarm": "alarm", "warn": "warning"}
RowRole = int(Qt.ItemDataRole.UserRole)
FOREIGN = "not of this lab"
"""The head above instruments that the open lab file does not have."""


class InstrumentModel(QAbstractListModel):
    """Heads of groups (str) and instruments (`InstrumentRow`) in one list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[InstrumentRow] = []
        self._shown: list[str | InstrumentRow] = []
        self._filter = ""

    def set_rows(self, rows: Iterable[InstrumentRow]) -> None:
        """Show other rows."""
        self._rows = list(rows)
        self._arrange()

    def set_filter(self, text: str) -> None:
        """Show only the rows whose name, class or state holds all words of a text."""
        self._filter = text.casefold()
        self._arrange()

    def _arrange(self) -> None:
        shown: list[str | InstrumentRow] = []
        group: str | None = None
        for row in self._rows:
            text = f"{row.name} {row.class_name} {row.verdict.health} {_ALARMS.get(row.alarm[0], '')}".casefold()
            if not all(word in text for word in self._filter.split()):
                continue
            head = FOREIGN if row.foreign else row.group
            if head != group:
                group = head
                if group:
                    shown.append(group)
                elif shown:
                    shown.append("other")
            shown.append(row)
        if [_key(item) for item in shown] == [_key(item) for item in self._shown]:
            self._shown = shown
            if shown:
                self.dataChanged.emit(self.index(0), self.index(len(shown) - 1))
            return
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()

    def instrument_count(self) -> int:
        """Return how many instruments are shown."""
        return sum(isinstance(item, InstrumentRow) for item in self._shown)

    def find(self, name: str) -> QModelIndex:
        """Return the index of an instrument, or an invalid one."""
        for place, item in enumerate(self._shown):
            if isinstance(item, InstrumentRow) and item.name == name:
                return self.index(place)
        return QModelIndex()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self._shown)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Heads cannot be chosen."""
        if isinstance(index.data(RowRole), InstrumentRow):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the row, its name, or the sentence of its state."""
        if not 0 <= index.row() < len(self._shown):
            return None
        item = self._shown[index.row()]
        if role == RowRole:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return item if isinstance(item, str) else item.name
        if isinstance(item, InstrumentRow):
            if role == Qt.ItemDataRole.ToolTipRole:
                stranger = "\nIt is listed here, but the open lab file does not have it." if item.foreign else ""
                alarm = f"\n{item.alarm[1]}" if item.alarm[0] else ""
                return f"{item.name}\n{_why(item)}{alarm}{stranger}"
            if role == Qt.ItemDataRole.AccessibleTextRole:
                alarm = f", {_ALARMS.get(item.alarm[0], 'alarm')}" if item.alarm[0] else ""
                return f"{item.name}, {STATE_WORDS.get(item.verdict.health, item.verdict.health)}{alarm}"
        return None


def _why(row: InstrumentRow) -> str:
    """Return what is to be said of an instrument."""
    return f"Out of service: {row.out_of_service}" if row.out_of_service else row.verdict.sentence


def _key(item: str | InstrumentRow) -> str:
    return f"# {item}" if isinstance(item, str) else item.name


class InstrumentDelegate(QStyledItemDelegate):
    """Paints heads and instruments."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Rows are of one height; a head has room above."""
        return QSize(100, ROW_HEIGHT if isinstance(index.data(RowRole), InstrumentRow) else ROW_HEIGHT + 6)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one line."""
        item: str | InstrumentRow | None = index.data(RowRole)
        rect: QRect = option.rect
        tokens = tokens_of(option.widget)
        with saved(painter):
            if isinstance(item, str):
                painter.setFont(font(11, 600, caps=True))
                painter.setPen(tokens.color("secondary"))
                where = rect.adjusted(14, 6, -12, 0)
                text = painter.fontMetrics().elidedText(item, Qt.TextElideMode.ElideRight, where.width())
                painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, text)
            elif item is not None:
                if option.state & QStyle.StateFlag.State_Selected:
                    painter.fillRect(rect, tokens.color("select"))
                    painter.fillRect(rect.left(), rect.top(), 3, rect.height(), tokens.color("accent"))
                elif option.state & QStyle.StateFlag.State_MouseOver:
                    painter.fillRect(rect, tokens.color("hover"))
                self._paint_row(painter, rect, item, bool(option.state & QStyle.StateFlag.State_Selected), tokens)

    def _paint_row(self, painter: QPainter, rect: QRect, row: InstrumentRow, current: bool, tokens: Any) -> None:
        middle = rect.center().y() + 0.5
        right = rect.right() - 18
        health = row.verdict.health
        if row.out_of_service:
            self._paint_out_of_service(painter, rect, row, tokens)
            return
        paint_state(painter, right, middle, health, tokens)
        right -= 14
        if row.alarm[0]:  # health is about the link, an alarm about a value: both are seen
            paint_state(painter, right, middle, _ALARMS.get(row.alarm[0], "alarm"), tokens)
            right -= 16
        if health not in (Health.LIVE, Health.NOT_ASKED, Health.UNKNOWN):
            face = font(12, 500)
            word = STATE_WORDS.get(health, str(health))
            width = int(QFontMetricsF(face).horizontalAdvance(word)) + 2
            painter.setFont(face)
            painter.setPen(state_color(health, tokens))
            painter.drawText(
                QRect(right - width, rect.top(), width, rect.height()), Qt.AlignmentFlag.AlignVCenter, word
            )
            right -= width + 8
        for shown, name, color in (
            (bool(row.lock), "lock-simple", "secondary"),
            (row.pending > 0, "pencil-simple", "accent"),
            (bool(row.running), "hourglass-medium", "accent"),
        ):
            if shown:
                paint_icon(painter, QRect(right - 14, int(middle) - 7, 14, 14), name, tokens, color)
                right -= 18
        left = rect.left() + 14
        face = font(13, 600 if current else 500 if row.is_open else 400)
        painter.setFont(face)
        painter.setPen(tokens.color("text"))
        room = max(right - left - 4, 20)
        name = QFontMetricsF(face).elidedText(row.name if row.foreign else row.short, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, rect.top(), room, rect.height()), Qt.AlignmentFlag.AlignVCenter, name)
        left += int(QFontMetricsF(face).horizontalAdvance(name)) + 8
        if right - left > 24 and row.class_name:
            face = font(12)
            painter.setFont(face)
            painter.setPen(tokens.color("secondary"))
            text = QFontMetricsF(face).elidedText(row.class_name, Qt.TextElideMode.ElideRight, right - left)
            where = QRect(left, rect.top(), right - left, rect.height())
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, text)

    @staticmethod
    def _paint_out_of_service(painter: QPainter, rect: QRect, row: InstrumentRow, tokens: Any) -> None:
        """Paint a row that is there to be read, not to be opened."""
        painter.setFont(font(12))
        painter.setPen(tokens.color("secondary"))
        right = rect.adjusted(0, 0, -12, 0)
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, OUT_OF_SERVICE)
        room = right.width() - 14 - painter.fontMetrics().horizontalAdvance(OUT_OF_SERVICE) - 8
        painter.setFont(font(13))
        painter.setPen(tokens.color("disabled"))
        name = painter.fontMetrics().elidedText(row.short, Qt.TextElideMode.ElideRight, room)
        painter.drawText(rect.adjusted(14, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)


class InstrumentList(QListView):
    """The list; a click or Enter opens an instrument."""

    instrumentChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.instruments = InstrumentModel(self)
        self.setModel(self.instruments)
        self.setItemDelegate(InstrumentDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.viewport().setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAccessibleName("Instruments")
        self.clicked.connect(self._on_chosen)
        self.activated.connect(self._on_chosen)

    def _on_chosen(self, index: QModelIndex) -> None:
        row = index.data(RowRole)
        if isinstance(row, InstrumentRow):
            self.instrumentChosen.emit(row.name)

    def show_current(self, name: str) -> None:
        """Mark the instrument whose console is shown."""
        index = self.instruments.find(name)
        if index.isValid():
            if index != self.currentIndex():
                self.setCurrentIndex(index)
        else:
            self.clearSelection()
