"""Paints the nodes of the lab's tree: icon, name, marks, note; at the right the state's word and shape.

The note is left out where there is no room for it. The chevron is the style's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from pyrolab_gui.ui.daemons.tree_model import NodeRole
from pyrolab_gui.ui.theme import font, paint_icon, paint_state, saved, state_color, tokens_of
from pyrolab_gui.ui.theme.tokens import ROW_HEIGHT
from pyrolab_gui.viewmodels.daemons_tree import UNREACHABLE, UNSAVED

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from pyrolab_gui.viewmodels.daemons_tree import TreeNode

_ICONS = {"computer": "desktop-tower", "nameserver": "address-book", "daemon": "hard-drives"}
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT_ROOM = 14
_SHAPES = {UNSAVED: "not-asked", UNREACHABLE: "lost"}


class TreeDelegate(QStyledItemDelegate):
    """One delegate for all nodes."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows are of one height."""
        return QSize(120, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one node."""
        node: TreeNode | None = index.data(NodeRole)
        if node is None:
            return
        tokens = tokens_of(option.widget)
        if option.widget is not None:
            # A tree leaves the ground of its cells to the delegate.
            option.widget.style().drawPrimitive(
                QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget
            )
        rect = QRect(option.rect)
        right = rect.right() - _RIGHT_ROOM
        middle = rect.center().y() + 1
        with saved(painter):
            if node.state:
                paint_state(painter, right, middle, _SHAPES.get(node.state, node.state), tokens)
            right -= 12
            if node.word:
                painter.setFont(font(12, 500))
                width = painter.fontMetrics().horizontalAdvance(node.word)
                painter.setPen(state_color(_SHAPES.get(node.state, node.state), tokens))
                painter.drawText(QRect(right - width, rect.top(), width, rect.height()), _MIDDLE, node.word)
                right -= width + 8
            left = rect.left() + 2
            icon = _ICONS.get(node.kind, "")
            if icon:
                paint_icon(painter, QRect(left, middle - 8, 16, 16), icon, tokens)
                left += 22
            marks = [
                name for name, shown in (("pencil-simple", node.edited), ("warning-circle", node.problems)) if shown
            ]
            room = right - left - 18 * len(marks)
            painter.setFont(font(13, 600 if node.kind == "computer" else 500 if icon else 400))
            metrics = painter.fontMetrics()
            name = metrics.elidedText(node.name, Qt.TextElideMode.ElideRight, room)
            painter.setPen(tokens.color("text"))
            painter.drawText(QRect(left, rect.top(), room, rect.height()), _MIDDLE, name)
            left += metrics.horizontalAdvance(name) + 6
            for mark in marks:
                color = "accent" if mark == "pencil-simple" else "error"
                paint_icon(painter, QRect(left, middle - 7, 14, 14), mark, tokens, color)
                left += 18
            painter.setFont(font(12))
            painter.setPen(tokens.color("secondary"))
            if painter.fontMetrics().horizontalAdvance(node.note) <= right - left:
                painter.drawText(QRect(left, rect.top(), right - left, rect.height()), _MIDDLE, node.note)
