"""A plain editor for YAML: line numbers, marked lines, two spaces for Tab, and the indentation of the line before.

Limits: knows no lab; undo is its owner's, because a step may have been made elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from pyrolab_gui.ui.theme import font, tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_SIDE = 8
_INDENT = "  "
_COLORED = 300_000
"""Characters from which a text is black on white: to colour it would hold the window up."""


class YamlEditor(QPlainTextEdit):
    """The editor."""

    def __init__(self, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(font(12, mono=True))
        self.setAccessibleName(spoken)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setUndoRedoEnabled(False)
        self._wrong: frozenset[int] = frozenset()
        self._place = (0, 0)
        self._numbers = _Numbers(self)
        self._colors = _Colors(self)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._on_update_requested)
        self._make_room()

    @property
    def wrong_lines(self) -> frozenset[int]:
        """The lines that are marked as wrong, from 1."""
        return self._wrong

    @property
    def line(self) -> int:
        """The line of the cursor, from 1."""
        return self.textCursor().blockNumber() + 1

    def put_text(self, text: str) -> None:
        """Show another text; what is the same at its beginning and end keeps cursor, selection and place."""
        old = self.toPlainText()
        if old == text:
            return
        shortest = min(len(old), len(text))
        start = _longest(shortest, lambda size: old[:size] == text[:size])
        end = _longest(shortest - start, lambda size: old[len(old) - size :] == text[len(text) - size :])
        self._colors.setDocument(self.document() if len(text) < _COLORED else None)
        change = QTextCursor(self.document())
        change.setPosition(_units(old[:start]))
        change.setPosition(_units(old[: len(old) - end]), QTextCursor.MoveMode.KeepAnchor)
        change.insertText(text[start : len(text) - end])

    def mark(self, wrong: Iterable[int], place: tuple[int, int] = (0, 0)) -> None:
        """Mark lines as wrong, and the lines from first to last as those that this is about."""
        self._wrong, self._place = frozenset(wrong), place
        tokens = tokens_of(self)
        marks = [self._selection(line, tokens.color("info_tint")) for line in range(place[0], place[1] + 1) if line]
        marks += [self._selection(line, tokens.color("error_tint")) for line in sorted(self._wrong)]
        self.setExtraSelections(marks)
        self._numbers.update()

    def go_to(self, line: int) -> None:
        """Put the cursor at the beginning of a line, from 1, and show it with what follows."""
        block = self.document().findBlockByNumber(line - 1)
        if block.isValid():
            last = self.document().findBlockByNumber(min(line + 12, self.blockCount() - 1))
            self.setTextCursor(QTextCursor(last))
            self.ensureCursorVisible()
            self.setTextCursor(QTextCursor(block))
            self.ensureCursorVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Indent by spaces, and as the line before."""
        if event.key() == Qt.Key.Key_Tab and not event.modifiers():
            self.insertPlainText(_INDENT)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            cursor = self.textCursor()
            before = cursor.block().text()[: cursor.positionInBlock()]
            indent = before[: len(before) - len(before.lstrip(" "))]
            self.insertPlainText("\n" + indent + (_INDENT if before.rstrip().endswith(":") else ""))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the numbers beside the text."""
        super().resizeEvent(event)
        inside = self.contentsRect()
        self._numbers.setGeometry(QRect(inside.left(), inside.top(), self.room(), inside.height()))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_colors"):
            self._colors.rehighlight()
            self.mark(self._wrong, self._place)

    def room(self) -> int:
        """Return the width of the column of numbers."""
        digits = max(3, len(str(self.blockCount())))
        return self.fontMetrics().horizontalAdvance("0" * digits) + 2 * _SIDE

    def paint_numbers(self, area: QRect) -> None:
        """Paint the numbers of the lines in `area` of their column."""
        tokens = tokens_of(self)
        with QPainter(self._numbers) as painter:
            painter.fillRect(area, tokens.color("alternate"))
            painter.setFont(self.font())
            block = self.firstVisibleBlock()
            while block.isValid():
                place = self.blockBoundingGeometry(block).translated(self.contentOffset())
                if place.top() > area.bottom():
                    break
                number = block.blockNumber() + 1
                painter.setPen(tokens.color("error" if number in self._wrong else "disabled"))
                row = QRect(0, int(place.top()), self._numbers.width() - _SIDE, self.fontMetrics().height())
                painter.drawText(row, Qt.AlignmentFlag.AlignRight, str(number))
                block = block.next()

    def _selection(self, line: int, color: QColor) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        form = QTextCharFormat()
        form.setBackground(color)
        form.setProperty(QTextFormat.Property.FullWidthSelection, True)
        mark.format = form
        mark.cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
        return mark

    def _make_room(self) -> None:
        self.setViewportMargins(self.room(), 0, 0, 0)

    def _on_update_requested(self, area: QRect, moved: int) -> None:
        if moved:
            self._numbers.scroll(0, moved)
        else:
            self._numbers.update(0, area.y(), self._numbers.width(), area.height())


class _Numbers(QWidget):
    def __init__(self, editor: YamlEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        return QSize(self._editor.room(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._editor.paint_numbers(event.rect())


class _Colors(QSyntaxHighlighter):
    """Keys in the accent colour, comments in the secondary one."""

    def __init__(self, editor: YamlEditor) -> None:
        super().__init__(editor.document())
        self._editor = editor

    def highlightBlock(self, text: str) -> None:
        tokens = tokens_of(self._editor)
        comment = _comment(text)
        key = text.find(":")
        if 0 < key < (comment if comment >= 0 else len(text)):
            start = len(text) - len(text.lstrip(" -"))
            self.setFormat(_units(text[:start]), _units(text[start:key]), tokens.color("accent"))
        if comment >= 0:
            self.setFormat(_units(text[:comment]), _units(text[comment:]), tokens.color("secondary"))


def _longest(most: int, fits: Callable[[int], bool]) -> int:
    """Return the largest size up to `most` that fits, where all smaller ones fit too."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(middle) else (least, middle - 1)
    return least


def _comment(text: str) -> int:
    """Return where a comment begins in a line, -1 if nowhere; a # within quotes is none."""
    quote = ""
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "#" and (place == 0 or text[place - 1] in " \t"):
            return place
    return -1


def _units(text: str) -> int:
    """Return how many of Qt's characters (UTF-16) a text has."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
