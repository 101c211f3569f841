"""What is wrong and what to do about it: one sentence, one remedy, on a tinted ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pyrolab_gui.ui.theme import paint_state, rounded, state_color, state_tint, tokens_of
from pyrolab_gui.ui.theme.tokens import XS, S
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from collections.abc import Sequence


class Banner(QWidget):
    """A message that stays in its place.

    Parameters
    ----------
    state
        Gives shape and colour; a key of `theme.STATE_WORDS`.
    title
        One short sentence.
    text
        What stands behind it, or empty.
    buttons
        Remedies, the first the likeliest.
    """

    def __init__(
        self,
        state: str,
        title: str,
        text: str = "",
        buttons: Sequence[QPushButton] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._title = TextLabel(title, 13, 600, wrap=True)
        self._text = TextLabel(text, 12, 400, wrap=True)
        self._buttons = QHBoxLayout()
        self._buttons.setContentsMargins(0, XS, 0, 0)
        self._buttons.setSpacing(S)
        column = QVBoxLayout(self)
        column.setContentsMargins(38, 10, 12, 10)
        column.setSpacing(XS)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addLayout(self._buttons)
        self.set_content(state, title, text)
        self.set_buttons(buttons)

    @property
    def state(self) -> str:
        """What gives shape and colour."""
        return self._state

    @property
    def title(self) -> str:
        """The sentence."""
        return self._title.text()

    def set_content(self, state: str, title: str, text: str = "") -> None:
        """Say something else; the buttons stay."""
        self._state = state
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.update()

    def set_buttons(self, buttons: Sequence[QPushButton]) -> None:
        """Replace the remedies."""
        while (item := self._buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget not in buttons:
                widget.hide()
                widget.deleteLater()
        for remedy in buttons:
            self._buttons.addWidget(remedy)
        self._buttons.addStretch(1)
        self._buttons.setContentsMargins(0, XS if buttons else 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, bar and shape."""
        tokens = tokens_of(self)
        with QPainter(self) as painter:
            rounded(painter, self.rect(), state_tint(self._state, tokens))
            bar = QRectF(0, 4, 3, self.height() - 8)
            painter.fillRect(bar, state_color(self._state, tokens))
            paint_state(painter, 21, 19, self._state, tokens, 10)
