"""Paints the cells of the registry's table: name, shape and word of the state, quiet columns.

The ground of a row (selection, the bar at its left) is the style's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from pyrolab_gui.ui.registry.table_model import COLUMNS, HOST, INSTRUMENT, LATENCY, NAME, SEEN, STATE, URI, RowRole
from pyrolab_gui.ui.theme import STATE_WORDS, font, paint_state, saved, state_color, tokens_of
from pyrolab_gui.ui.theme.tokens import ROW_HEIGHT
from pyrolab_gui.wire.health import Health, ProcessLink

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from pyrolab_gui.ui.theme import Tokens
    from pyrolab_gui.viewmodels.registry_rows import RegistryRow

_PADDING = 8
_UNREACHABLE = (ProcessLink.UNREACHABLE, ProcessLink.NO_REPLY)


class RegistryDelegate(QStyledItemDelegate):
    """One delegate for all columns."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows are of one height."""
        return QSize(40, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell; nothing for a row that is gone."""
        row: RegistryRow | None = index.data(RowRole)
        if row is None:
            return
        rect: QRect = option.rect
        tokens = tokens_of(option.widget)
        column = index.column()
        with saved(painter):
            if column == STATE:
                self._paint_state(painter, rect, row, tokens)
            else:
                self._paint_text(painter, rect, row, column, tokens)

    def _paint_state(self, painter: QPainter, rect: QRect, row: RegistryRow, tokens: Tokens) -> None:
        health = str(row.health)
        paint_state(painter, rect.left() + _PADDING + 5, rect.center().y() + 1, health, tokens)
        painter.setFont(font(13, 500))
        painter.setPen(state_color(health, tokens))
        _draw(painter, rect.adjusted(_PADDING + 17, 0, -4, 0), STATE_WORDS.get(health, health))

    def _paint_text(self, painter: QPainter, rect: QRect, row: RegistryRow, column: int, tokens: Tokens) -> None:
        gone = row.process in _UNREACHABLE
        color = "secondary"
        if column == NAME or (column == HOST and not gone) or (column == SEEN and gone):
            color = "text"
        elif column == INSTRUMENT and row.health is Health.NOT_CONNECTED:
            color = "error"
        elif column == LATENCY and row.process is ProcessLink.SLOW:
            color = "slow"
        painter.setFont(font(13, 500 if column == NAME else 400))
        painter.setPen(tokens.color(color))
        left = _PADDING + 4 if column == NAME else _PADDING
        text = COLUMNS[column].text(row)
        mode = Qt.TextElideMode.ElideMiddle if column == URI else Qt.TextElideMode.ElideRight
        _draw(painter, rect.adjusted(left, 0, -_PADDING, 0), text, right=COLUMNS[column].right, mode=mode)


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
