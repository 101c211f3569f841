"""Paints the cells of the registry's table: name, shape and word of the state, quiet columns, heads of groups.

The ground of a row (selection, the bar at its left) is the style's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from pyrolab_gui.ui.registry.columns import (
    ALARM_STATES,
    COLUMNS,
    COMPUTER,
    INSTRUMENT,
    LATENCY,
    NAME,
    SEEN,
    STATE,
    URI,
    USED,
    VALUE,
)
from pyrolab_gui.ui.registry.table_model import GroupHead, RegistryTableModel, RowRole
from pyrolab_gui.ui.theme import STATE_COLORS, STATE_WORDS, font, paint_icon, paint_state, saved, state_color, tokens_of
from pyrolab_gui.ui.theme.painting import chevron
from pyrolab_gui.ui.theme.tokens import ROW_HEIGHT
from pyrolab_gui.viewmodels.registry_groups import FLAT, LAB, NAMESERVERS
from pyrolab_gui.wire.health import Health, ProcessLink

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from pyrolab_gui.ui.theme import Tokens
    from pyrolab_gui.viewmodels.registry_rows import RegistryRow

_PADDING = 8
_INDENT = 16
CHEVRON_ROOM = 24
"""The width at the left of a head in which a click folds it."""
_UNREACHABLE = (ProcessLink.UNREACHABLE, ProcessLink.NO_REPLY)
_ELIDES = {URI: Qt.TextElideMode.ElideMiddle, VALUE: Qt.TextElideMode.ElideLeft}
"""Where a text that is too long is not cut at its end; of a reading, the figures must stay."""
_FOREIGN = "not of this lab"


class RegistryDelegate(QStyledItemDelegate):
    """One delegate for all columns."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows are of one height."""
        return QSize(40, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell; nothing for a row that is gone."""
        item = index.data(RowRole)
        if item is None:
            return
        rect: QRect = option.rect
        tokens = tokens_of(option.widget)
        column = index.column()
        with saved(painter):
            if isinstance(item, GroupHead):
                self._paint_head(painter, rect, item, column, tokens)
            elif column == STATE:
                self._paint_state(painter, rect, item, tokens)
            elif column == NAME:
                self._paint_name(painter, rect, item, index.model(), tokens)
            elif column == USED:
                self._paint_user(painter, rect, item, tokens)
            else:
                self._paint_text(painter, rect, item, column, tokens)

    def _paint_head(self, painter: QPainter, rect: QRect, head: GroupHead, column: int, tokens: Tokens) -> None:
        if column == NAME:
            middle = rect.center().y() + 1
            direction = "right" if head.folded else "down"
            chevron(painter, rect.left() + 12, middle, tokens.color("secondary"), direction=direction)
            painter.setFont(font(13, 600))
            painter.setPen(tokens.color("text"))
            room = rect.adjusted(CHEVRON_ROOM, 0, -36, 0)
            text = painter.fontMetrics().elidedText(head.title, Qt.TextElideMode.ElideMiddle, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
            used = painter.fontMetrics().horizontalAdvance(text)
            painter.setFont(font(12))
            painter.setPen(tokens.color("secondary"))
            _draw(painter, rect.adjusted(CHEVRON_ROOM + used + 8, 0, 0, 0), str(head.count))
        elif column == STATE:
            used = 0
            if head.bad:
                used = self._paint_word(painter, rect, head.look, head.word, tokens, weight=400)
            self._paint_alarm(painter, rect, used, head.alarm, tokens)

    def _paint_state(self, painter: QPainter, rect: QRect, row: RegistryRow, tokens: Tokens) -> None:
        used = self._paint_word(painter, rect, row.look, _word(row.state), tokens)
        self._paint_alarm(painter, rect, used, row.alarm.level if row.alarm is not None else "", tokens)

    def _paint_alarm(self, painter: QPainter, rect: QRect, used: int, level: str, tokens: Tokens) -> None:
        """Paint that a value is out, beside the state of the link."""
        if level:
            paint_state(
                painter, rect.left() + used + 14, rect.center().y() + 1, ALARM_STATES.get(level, "alarm"), tokens
            )

    def _paint_word(
        self, painter: QPainter, rect: QRect, state: str, word: str, tokens: Tokens, weight: int = 500
    ) -> int:
        """Paint shape and word; return the width that they take."""
        paint_state(painter, rect.left() + _PADDING + 5, rect.center().y() + 1, state, tokens)
        painter.setFont(font(13, weight))
        painter.setPen(state_color(state, tokens))
        _draw(painter, rect.adjusted(_PADDING + 17, 0, -4, 0), word)
        return _PADDING + 17 + painter.fontMetrics().horizontalAdvance(word)

    def _paint_name(self, painter: QPainter, rect: QRect, row: RegistryRow, model: object, tokens: Tokens) -> None:
        grouped = isinstance(model, RegistryTableModel) and model.grouping != FLAT
        left = rect.left() + _PADDING + 4 + (_INDENT if grouped else 0)
        right = rect.right() - _PADDING
        if row.watched:
            paint_icon(painter, QRect(right - 13, rect.center().y() - 6, 13, 13), "star-fill", tokens, "accent")
            right -= 18
        name = model.short_name(row) if isinstance(model, RegistryTableModel) else row.name
        painter.setFont(font(13, 500))
        painter.setPen(tokens.color("secondary" if row.offline or row.ours is False else "text"))
        room = QRect(left, rect.top(), max(0, right - left), rect.height())
        _draw(painter, room, name, mode=Qt.TextElideMode.ElideMiddle)
        used = painter.fontMetrics().horizontalAdvance(name) + 8
        grouping = model.grouping if isinstance(model, RegistryTableModel) else FLAT
        tag = row.place if grouping != NAMESERVERS else ""
        tag = tag or (_FOREIGN if row.ours is False and grouping != LAB else "")
        if tag and used < room.width() - 40:
            painter.setFont(font(12))
            painter.setPen(tokens.color("secondary"))
            _draw(painter, room.adjusted(used, 0, 0, 0), tag)

    def _paint_user(self, painter: QPainter, rect: QRect, row: RegistryRow, tokens: Tokens) -> None:
        if not row.used:
            return
        icon = "lock-simple" if row.lock else "hourglass-medium"
        paint_icon(painter, QRect(rect.left() + _PADDING, rect.center().y() - 6, 14, 14), icon, tokens, "secondary")
        painter.setFont(font(13))
        painter.setPen(tokens.color("text"))
        _draw(painter, rect.adjusted(_PADDING + 19, 0, -4, 0), row.used)

    def _paint_text(self, painter: QPainter, rect: QRect, row: RegistryRow, column: int, tokens: Tokens) -> None:
        gone = row.process in _UNREACHABLE
        color = "secondary"
        if (column in (COMPUTER, VALUE) and not gone and not row.offline) or (column == SEEN and gone):
            color = "text"
            if column == VALUE and row.alarm is not None:
                color = STATE_COLORS[ALARM_STATES.get(row.alarm.level, "alarm")]
        elif column == INSTRUMENT and row.health is Health.NOT_CONNECTED:
            color = "error"
        elif column == LATENCY and row.process is ProcessLink.SLOW:
            color = "slow"
        painter.setFont(font(13))
        painter.setPen(tokens.color(color))
        text = COLUMNS[column].text(row)
        mode = _ELIDES.get(column, Qt.TextElideMode.ElideRight)
        _draw(painter, rect.adjusted(_PADDING, 0, -_PADDING, 0), text, right=COLUMNS[column].right, mode=mode)


def _word(state: str) -> str:
    return STATE_WORDS.get(state, state)


def _draw(
    painter: QPainter,
    rect: QRect,
    text: str,
    *,
    right: bool = False,
    mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    alignment = Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
    painter.drawText(rect, alignment, painter.fontMetrics().elidedText(text, mode, rect.width()))
