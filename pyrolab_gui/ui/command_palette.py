"""Ctrl+K: type a few letters, choose with the arrows, Enter does it. Lists what the window offers at that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from pyrolab_gui.ui.command import Command
from pyrolab_gui.ui.theme import font, paint_icon, rounded, saved, tokens_of
from pyrolab_gui.ui.theme.tokens import S
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH = 520
_ROW = 32
_ROWS = 10
_KEYS_OF_LIST = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class CommandPalette(QWidget):
    """A pop-up over the top of the window with a field and the commands that match it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("command-palette")
        self.setAccessibleName("Commands")
        self._commands: tuple[Command, ...] = ()
        self._model = _Model()
        self._field = Field(icon="magnifying-glass", placeholder="Search instruments, or run a command")
        self._field.setObjectName("command-palette-field")
        self._field.textChanged.connect(self._on_field_changed)
        self._field.installEventFilter(self)
        self._list = QListView()
        self._list.setObjectName("command-palette-list")
        self._list.setAccessibleName("Matching commands")
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setModel(self._model)
        self._list.setItemDelegate(_Delegate(self._list))
        self._list.setMouseTracking(True)
        self._list.clicked.connect(self._on_list_clicked)
        self._nothing = TextLabel("Nothing matches.", 13, 400, "secondary")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setMinimumHeight(_ROW)
        column = QVBoxLayout(self)
        column.setContentsMargins(S, S, S, S)
        column.setSpacing(S)
        column.addWidget(self._field)
        column.addWidget(self._list)
        column.addWidget(self._nothing)

    def open(self, commands: Sequence[Command], top: QPoint | None = None) -> None:
        """Show it with these commands; `top` is the middle of its upper edge on the screen."""
        self._commands = tuple(commands)
        self._field.clear()
        self._on_field_changed("")
        window = self.parentWidget()
        if top is None and window is not None:
            top = window.mapToGlobal(QPoint(window.width() // 2, 6))
        if top is not None:
            self.move(top.x() - _WIDTH // 2, top.y())
        self.show()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def shown(self) -> tuple[Command, ...]:
        """Return the commands that match what is typed."""
        return self._model.commands

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrows move in the list and Enter run, while the field has the focus."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _KEYS_OF_LIST:
                self._move(event.key())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self._list.currentIndex().row())
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return True
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground and border."""
        tokens = tokens_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), tokens.color("base"))
            rounded(painter, self.rect(), None, tokens.color("edge"), radius=0)

    def _move(self, key: int) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -_ROWS, Qt.Key.Key_PageDown: _ROWS}
        last = self._model.rowCount() - 1
        row = max(0, min(last, self._list.currentIndex().row() + step[Qt.Key(key)]))
        self._list.setCurrentIndex(self._model.index(row))

    def _on_field_changed(self, text: str) -> None:
        found = tuple(command for command in self._commands if command.matches(text))
        self._model.set_commands(found)
        self._list.setCurrentIndex(self._model.index(0))
        self._list.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self._list.setFixedHeight(_ROW * min(_ROWS, max(1, len(found))))
        self.setFixedWidth(_WIDTH)
        self.adjustSize()

    def _on_list_clicked(self, index: QModelIndex) -> None:
        self._run(index.row())

    def _run(self, row: int) -> None:
        commands = self._model.commands
        self.hide()
        if 0 <= row < len(commands):
            commands[row].run()


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.commands: tuple[Command, ...] = ()

    def set_commands(self, commands: tuple[Command, ...]) -> None:
        self.beginResetModel()
        self.commands = commands
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.commands)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.commands):
            return None
        command = self.commands[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return command.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{command.group} {command.title}".strip()
        return command if role == Qt.ItemDataRole.UserRole else None


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, _ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        command = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(command, Command):
            return
        tokens = tokens_of(option.palette)
        area = QRect(option.rect)
        middle = Qt.AlignmentFlag.AlignVCenter
        with saved(painter):
            if option.state & QStyle.StateFlag.State_Selected:
                rounded(painter, area, tokens.color("select"))
            elif option.state & QStyle.StateFlag.State_MouseOver:
                rounded(painter, area, tokens.color("hover"))
            x = area.left() + S
            if command.icon:
                at = QRect(x, area.top() + (_ROW - 16) // 2, 16, 16)
                paint_icon(painter, at, command.icon, tokens, "secondary")
            x += 24
            painter.setFont(font(13))
            metrics = QFontMetricsF(font(13))
            if command.group:
                painter.setPen(tokens.color("secondary"))
                text = f"{command.group}  "
                painter.drawText(QRect(x, area.top(), area.right() - x, _ROW), middle, text)
                x += int(metrics.horizontalAdvance(text))
            room = area.right() - S - x - (90 if command.hint else 0)
            painter.setPen(tokens.color("text"))
            painter.setFont(font(13, 500))
            title = painter.fontMetrics().elidedText(command.title, Qt.TextElideMode.ElideRight, max(0, room))
            painter.drawText(QRect(x, area.top(), max(0, room), _ROW), middle, title)
            if command.hint:
                painter.setFont(font(12))
                painter.setPen(tokens.color("secondary"))
                painter.drawText(area.adjusted(0, 0, -S, 0), middle | Qt.AlignmentFlag.AlignRight, command.hint)
