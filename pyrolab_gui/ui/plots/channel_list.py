"""The readings of a page beside its plots: colour, name, value, unit; a click shows or hides a curve.

A model and a delegate, with the units as heads. Limits: shows the values that it is given at each look.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakKeyDictionary

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QWidget

from pyrolab_gui.ui.plots.still_text import still_text
from pyrolab_gui.ui.theme import font, paint_state, rounded, saved, tokens_of
from pyrolab_gui.ui.theme.tokens import ROW_HEIGHT
from pyrolab_gui.viewmodels.plot_channel import Channel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter
    from PySide6.QtWidgets import QStyleOptionViewItem

    from pyrolab_gui.viewmodels.plot_channel import Threshold

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
ItemRole = int(Qt.ItemDataRole.UserRole)
_SWATCH = 34
"""Width of the place at the left that shows and hides a curve."""
_Style: TypeAlias = tuple[int, int]
_UNIT: _Style = (12, 400)
_PLAIN: _Style = (13, 400)
_SHOWN: _Style = (13, 600)
"""Size and weight of texts."""
_ROW, _HEAD = QSize(100, ROW_HEIGHT), QSize(100, ROW_HEIGHT + 6)
_SAME = str.maketrans("123456789", "000000000")
"""All figures are as wide as the nought, so a width is reckoned once for all values of a length."""
TURN_MS, ROWS_A_TURN = 30, 6
"""All rows at once would hold the window up."""


class ChannelModel(QAbstractListModel):
    """Heads (str) and channels in one list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.items: list[str | Channel] = []
        self._text: Callable[[Channel], tuple[str, str]] = Channel.quantity
        self._filter = ""
        self._channels: list[Channel] = []

    def set_channels(self, channels: Iterable[Channel]) -> None:
        """Show other channels, by unit; those whose curve is hidden stand below."""
        self._channels = list(channels)
        self._arrange()

    def set_filter(self, text: str) -> None:
        """Show only the channels whose name or unit holds all words of a text."""
        self._filter = text.casefold()
        self._arrange()

    def set_text(self, text: Callable[[Channel], tuple[str, str]]) -> None:
        """Show another value, and its unit, of each channel."""
        self._text = text

    def _arrange(self) -> None:
        words = self._filter.split()
        groups: dict[str, list[Channel]] = {}
        for channel in self._channels:
            if all(word in f"{channel.label} {channel.unit}".casefold() for word in words):
                head = (channel.unit or "no unit") if channel.shown else "not shown"
                groups.setdefault(head, []).append(channel)
        items: list[str | Channel] = []
        for head in sorted(groups, key=lambda head: head == "not shown"):
            items += [head, *groups[head]]
        if items != self.items:
            self.beginResetModel()
            self.items = items
            self.endResetModel()

    def row(self, number: int) -> tuple[str | Channel, str, str]:
        """Return a row's item, its words and the unit of its value, without Qt between."""
        item = self.items[number]
        return item, *((item, "") if isinstance(item, str) else self._text(item))

    def is_shown(self, number: int) -> bool:
        """Whether a row stands for a curve that is drawn."""
        item = self.items[number]
        return isinstance(item, Channel) and item.shown

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a row's item, or its words."""
        item = self.items[index.row()]
        if role == ItemRole:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return item if isinstance(item, str) else self._text(item)[0]
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(item, Channel):
            return f"{item.label}: {'click the colour to hide it' if item.shown else 'click the colour to show it'}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return item if isinstance(item, str) else " ".join((item.label, *self._text(item))).rstrip()
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Heads cannot be chosen."""
        if isinstance(self.items[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class ChannelList(QListView):
    """The list."""

    toggled = Signal(object)
    """A channel whose curve is to be shown or hidden."""
    removeRequested = Signal(object)
    menuRequested = Signal(object, QPoint)
    chosen = Signal(object)
    """The channel that became current, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.channels = ChannelModel(self)
        self.setModel(self.channels)
        self._delegate = _Delegate(self.channels, self)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("Readings of this plot")
        self._due: list[int] = []
        """Rows that are still to be looked at."""
        self._turns = QTimer(self)
        self._turns.setInterval(TURN_MS)
        self._turns.timeout.connect(self._on_turn)
        self.selectionModel().currentChanged.connect(lambda index, _before: self.chosen.emit(_channel_at(index)))

    def show_values(self, text: Callable[[Channel], tuple[str, str]], *, all_of_them: bool = True) -> None:
        """Show a value of each channel, or of those whose curves are shown: a few rows at a time."""
        self.channels.set_text(text)
        if not self.channels.items:
            return
        first = max(self.indexAt(QPoint(1, 1)).row(), 0)
        last = self.indexAt(QPoint(1, self.viewport().height() - 1)).row()
        seen = range(first, (last if last >= 0 else len(self.channels.items) - 1) + 1)
        self._due = [row for row in seen if all_of_them or self.channels.is_shown(row)]
        self._turns.start()

    def _on_turn(self) -> None:
        some, self._due = self._due[:ROWS_A_TURN], self._due[ROWS_A_TURN:]
        for row in some:
            if row < len(self.channels.items) and self._delegate.is_old(*self.channels.row(row)):
                self.update(self.channels.index(row))
        if not self._due:
            self._turns.stop()

    def current(self) -> Channel | None:
        """Return the channel that is chosen."""
        return _channel_at(self.currentIndex())

    def choose(self, channel: Channel | None) -> None:
        """Choose a channel, if it is in the list."""
        if channel in self.channels.items:
            self.setCurrentIndex(self.channels.index(self.channels.items.index(channel)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show or hide a curve where its colour is clicked."""
        super().mousePressEvent(event)
        channel = _channel_at(self.indexAt(event.position().toPoint()))
        if channel is not None and event.button() == Qt.MouseButton.LeftButton and event.position().x() < _SWATCH:
            self.toggled.emit(channel)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space shows and hides, Delete takes off the plot."""
        channel = self.current()
        if channel is not None and event.key() == Qt.Key.Key_Space:
            self.toggled.emit(channel)
        elif channel is not None and event.key() == Qt.Key.Key_Delete:
            self.removeRequested.emit(channel)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with a channel."""
        channel = _channel_at(self.indexAt(event.pos())) or self.current()
        if channel is not None:
            self.menuRequested.emit(channel, event.globalPos())


class _Delegate(QStyledItemDelegate):
    def __init__(self, model: ChannelModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._painted: WeakKeyDictionary[Channel, tuple[object, ...]] = WeakKeyDictionary()
        """What the row of a channel said when it was painted."""

    def is_old(self, item: str | Channel, text: str, unit: str) -> bool:
        """Whether a row says something else now."""
        return isinstance(item, Channel) and self._painted.get(item) != _said(item, text, unit)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return _HEAD if isinstance(self._model.items[index.row()], str) else _ROW

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        (item, text, unit), area = self._model.row(index.row()), option.rect
        widget = option.widget if isinstance(option.widget, QWidget) else None
        tokens = tokens_of(widget)
        if isinstance(item, str):
            with saved(painter):
                painter.setFont(font(11, 600, caps=item == "not shown"))
                painter.setPen(tokens.color("secondary"))
                painter.drawText(area.adjusted(14, 8, -8, 0), Qt.AlignmentFlag.AlignVCenter, item)
            return
        said = self._painted[item] = _said(item, text, unit)
        stale, broken = said[2:]
        middle = area.top() + area.height() / 2
        with saved(painter):
            if option.state & QStyle.StateFlag.State_Selected:
                painter.fillRect(area, tokens.color("select"))
            color = tokens.channel(item.color)
            swatch = QRectF(14, area.center().y() - 1.5, 16, 4)
            edge = color if item.shown else tokens.color("field")
            rounded(painter, swatch, color if item.shown else None, edge, radius=2)
            # Texts stand at a point and are measured once: a rectangle is laid out anew each time, which costs thrice.
            left = area.right() - 12 - max(_width(unit, *_UNIT), 24)
            secondary = tokens.color("secondary")
            _write_still(painter, left, middle, unit, _UNIT, secondary)
            style = _SHOWN if item.shown else _PLAIN
            left -= 6 + _width(text.translate(_SAME), *style)
            role = "stale" if stale else ("alarm" if broken.kind == "alarm" else "slow") if broken else "text"
            _write(painter, left, middle, text, style, tokens.color(role))
            left -= 6
            state = "stale" if stale else "alarm" if broken else ""
            if state:
                paint_state(painter, left - 6, area.center().y() + 1, state, tokens, 8)
                left -= 16
            label = _fitting(item.label, int(left) - 42)
            _write_still(painter, 38, middle, label, _PLAIN, tokens.color("text") if item.shown else secondary)


def _said(channel: Channel, text: str, unit: str) -> tuple[str, str, bool, Threshold | None]:
    return text, unit, channel.is_stale(), channel.broken()


def _write(painter: QPainter, left: float, middle: float, text: str, style: _Style, color: QColor) -> None:
    """Write a line of text around a height."""
    painter.setFont(font(*style))
    painter.setPen(color)
    painter.drawText(QPointF(left, middle + _rise(*style)), text)


def _write_still(painter: QPainter, left: float, middle: float, text: str, style: _Style, color: QColor) -> None:
    """Write a line of text that stays as it is."""
    still = still_text(text, *style)
    painter.setFont(font(*style))
    painter.setPen(color)
    painter.drawStaticText(QPointF(left, middle - still.size().height() / 2), still)


@lru_cache(maxsize=8)
def _rise(size: int, weight: int) -> float:
    """Return how far the foot of letters stands below the middle of their line."""
    metrics = QFontMetricsF(font(size, weight))
    return (metrics.ascent() - metrics.descent()) / 2


@lru_cache(maxsize=1024)
def _width(text: str, size: int, weight: int) -> float:
    return QFontMetricsF(font(size, weight)).horizontalAdvance(text)


@lru_cache(maxsize=1024)
def _fitting(label: str, width: int) -> str:
    """Return a name as it fits."""
    return QFontMetricsF(font(*_PLAIN)).elidedText(label, Qt.TextElideMode.ElideMiddle, width)


def _channel_at(index: Index) -> Channel | None:
    item = index.data(ItemRole) if index.isValid() else None
    return item if isinstance(item, Channel) else None
