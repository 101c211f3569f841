"""The states of a child in the last 12 hours, as a band over a time axis: good times are thin, others are tall."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from pyrolab_gui.ui.theme import STATE_WORDS, font, state_color, tokens_of
from pyrolab_gui.viewmodels.registry_rows import clock
from pyrolab_gui.viewmodels.words import uptime
from pyrolab_gui.wire.child import ChildState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyrolab_gui.wire.supervision import Span

SECONDS = 12 * 3600.0
_BAND = 14
_MARKS = 4
_LEAST = 2.0
"""Pixels of a span, however short it was."""
_CALM = (ChildState.RUNNING, ChildState.STOPPED, ChildState.EXITED)


class StateStrip(QWidget):
    """A band of spans; the pointer tells state and duration of each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spans: tuple[Span, ...] = ()
        self._end = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("States of the last 12 hours")

    def sizeHint(self) -> QSize:
        """Return room for band and times."""
        return QSize(400, _BAND + 22)

    def show_spans(self, spans: Sequence[Span], end: float) -> None:
        """Show the 12 hours up to `end`."""
        self._spans, self._end = tuple(spans), end
        bad = [span for span in self._spans if span.state not in _CALM]
        words = [f"{_word(span)} for {uptime(span.end - span.start)} from {clock(span.start)}" for span in bad[-5:]]
        self.setAccessibleDescription("; ".join(words) or "nothing but running and stopped")
        self.update()

    def text_at(self, x: float) -> str:
        """Return what is said about the place `x`: state, duration, from when to when."""
        moment = self._end - SECONDS * (1 - x / max(1, self.width()))
        slack = SECONDS / max(1, self.width())
        for span in reversed(self._spans):
            if span.start - slack <= moment <= span.end + slack:
                lasted = uptime(span.end - span.start)
                return f"{_word(span)} for {lasted}, {clock(span.start)} – {clock(span.end)}"
        return "Nothing is known of this time: no supervisor watched."

    def event(self, event: QEvent) -> bool:
        """Tell about the span under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.text_at(event.pos().x()), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, spans and times."""
        tokens = tokens_of(self)
        width = self.width()
        with QPainter(self) as painter:
            painter.fillRect(QRectF(0, _BAND - 6, width, 6), tokens.color("gap"))
            for span in self._spans:
                left = min(self._x(span.start), width - _LEAST)
                room = max(_LEAST, self._x(span.end) - left)
                tall = 6 if span.state in _CALM else _BAND
                painter.fillRect(QRectF(left, _BAND - tall, room, tall), state_color(span.state, tokens))
            painter.setFont(font(11))
            painter.setPen(tokens.color("secondary"))
            for mark in range(_MARKS + 1):
                moment = self._end - SECONDS * (_MARKS - mark) / _MARKS
                text = time.strftime("%H:%M", time.localtime(moment))
                align = Qt.AlignmentFlag.AlignHCenter
                x = width * mark / _MARKS
                area = QRectF(x - 30, _BAND + 4, 60, 16)
                if mark == 0:
                    align, area = Qt.AlignmentFlag.AlignLeft, QRectF(0, _BAND + 4, 60, 16)
                elif mark == _MARKS:
                    align, area = Qt.AlignmentFlag.AlignRight, QRectF(width - 60, _BAND + 4, 60, 16)
                painter.drawText(area, align | Qt.AlignmentFlag.AlignVCenter, text)

    def _x(self, moment: float) -> float:
        return max(0.0, self.width() * (1 - (self._end - moment) / SECONDS))


def _word(span: Span) -> str:
    return STATE_WORDS.get(span.state, span.state)
