"""A state: shape, word and colour, then what else there is to say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from pyrolab_gui.ui.theme import STATE_WORDS, font, paint_state, state_color, tokens_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_SHAPE_ROOM = 19
_EXTRA_GAP = 6


class StateLabel(QLabel):
    """Shape and word of a state.

    Parameters
    ----------
    state
        A key of `theme.STATE_WORDS`; a string of `Health` or `ChildState`.
    word
        Another word than the state's own; empty for the shape alone.
    extra
        Said after it, in secondary colour: ``0.4 ms``, ``since 14:03:22``.
    size
        Of the text.
    """

    def __init__(
        self,
        state: str = "unknown",
        word: str | None = None,
        extra: str = "",
        *,
        size: int = 13,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._size = size
        self._state = self._word = self._extra = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(size, 500))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_state(state, word, extra)

    @property
    def state(self) -> str:
        """The state that is shown."""
        return self._state

    def set_state(self, state: str, word: str | None = None, extra: str = "") -> None:
        """Show another state."""
        state = str(state)
        shown = STATE_WORDS.get(state, state) if word is None else word
        if (state, shown, extra) == (self._state, self._word, self._extra):
            return
        self._state, self._word, self._extra = state, shown, extra
        spoken = f"{shown or STATE_WORDS.get(state, state)} {extra}".strip()
        self.setText(spoken)  # for assistive technology and for tests; painted below
        self.setAccessibleName(spoken)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for shape, word and extra."""
        width = _SHAPE_ROOM if self._word or self._extra else 13
        if self._word:
            width += int(QFontMetricsF(font(self._size, 500)).horizontalAdvance(self._word)) + 2
        if self._extra:
            width += int(QFontMetricsF(font(self._size)).horizontalAdvance(self._extra)) + 2
            width += _EXTRA_GAP if self._word else 0
        return QSize(width, 20)

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: a state is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint shape, word and extra."""
        tokens = tokens_of(self)
        color = state_color(self._state, tokens) if self.isEnabled() else tokens.color("disabled")
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        with QPainter(self) as painter:
            paint_state(painter, 6.5, self.height() / 2, self._state, tokens, 9.0, color)
            x = float(_SHAPE_ROOM)
            if self._word:
                painter.setFont(font(self._size, 500))
                painter.setPen(color)
                painter.drawText(QRectF(x, 0, self.width() - x, self.height()), middle, self._word)
                x += QFontMetricsF(painter.font()).horizontalAdvance(self._word) + _EXTRA_GAP
            if self._extra:
                painter.setFont(font(self._size))
                painter.setPen(tokens.color("secondary"))
                painter.drawText(QRectF(x, 0, self.width() - x, self.height()), middle, self._extra)
