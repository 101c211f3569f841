"""On or off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from pyrolab_gui.ui.theme import disc, font, rounded, tokens_of
from pyrolab_gui.ui.theme.tokens import CONTROL_HEIGHT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class Switch(QCheckBox):
    """A check box that looks like a switch, with its state in a word beside it.

    Parameters
    ----------
    on
        The first state.
    words
        What stands beside it when it is off, and when it is on.
    """

    def __init__(
        self,
        on: bool = False,
        *,
        words: tuple[str, str] = ("Off", "On"),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self.setChecked(on)
        self.setFont(font(13, 500))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return room for the switch and the longer word, so that it keeps still when switched."""
        metrics = QFontMetricsF(self.font())
        widest = max(metrics.horizontalAdvance(word) for word in self._words)
        return QSize(42 + int(widest) + 2, CONTROL_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: it cannot be smaller."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Take a click anywhere on it."""
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint track, knob, ring and word."""
        tokens = tokens_of(self)
        on, enabled = self.isChecked(), self.isEnabled()
        track = QRectF(2, (self.height() - 18) / 2, 32, 18)
        if on:
            ground = border = "accent_fill" if enabled else "edge"
        else:
            ground, border = ("button_down", "field_hover") if enabled else ("window", "hairline")
        knob = ("on_accent" if on else "field_hover") if enabled else "disabled"
        with QPainter(self) as painter:
            rounded(painter, track, tokens.color(ground), tokens.color(border), radius=9)
            x = track.right() - 9 if on else track.left() + 9
            disc(painter, x, track.center().y(), 6, tokens.color(knob))
            if self.hasFocus():
                ring = track.adjusted(-2, -2, 2, 2)
                rounded(painter, ring, None, tokens.color("accent"), radius=11, width=1.5)
            painter.setFont(self.font())
            painter.setPen(tokens.color("text" if enabled else "disabled"))
            area = QRectF(42, 0, self.width() - 42, self.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._words[int(on)])
