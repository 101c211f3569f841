"""The look of a state: one shape, one word and one colour for each, painted, never a glyph of a font.

Keyed by the strings of `wire.health.Health`, `wire.child.ChildState` and of a service's link, so every place that
shows a state looks it up here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPolygonF

from pyrolab_gui.ui.theme.painting import saved, stroke

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyrolab_gui.ui.theme.tokens import Tokens


class _Look(NamedTuple):
    word: str
    color: str
    shape: str


_LOOKS = {
    # Health of a link
    "live": _Look("live", "live", "disc"),
    "not asked": _Look("not asked yet", "stale", "dots"),
    "unknown": _Look("not checked", "stale", "dot"),
    "connecting": _Look("connecting", "accent", "arc"),
    "slow": _Look("slow", "slow", "half"),
    "stale": _Look("stale", "stale", "dashes"),
    "no reply": _Look("no reply", "slow", "bar"),
    "not connected": _Look("not connected", "error", "slash"),
    "lost": _Look("lost", "error", "ring"),
    "failed": _Look("failed", "error", "cross"),
    "unreachable": _Look("lost", "error", "ring"),
    # State of a child process
    "stopped": _Look("stopped", "stale", "square"),
    "starting": _Look("starting", "accent", "arc"),
    "running": _Look("running", "live", "disc"),
    "unresponsive": _Look("no reply", "slow", "bar"),
    "backoff": _Look("waits to restart", "slow", "clock"),
    "stopping": _Look("stopping", "stale", "arc"),
    "exited": _Look("exited", "stale", "block"),
    # A driver's link to its instrument
    "not-asked": _Look("not asked yet", "stale", "dots"),
    "connected": _Look("connected", "stale", "disc"),
    "not-connected": _Look("not connected", "error", "slash"),
    "recording": _Look("recording", "live", "record"),
    # About a value, not about a link
    "alarm": _Look("alarm", "alarm", "triangle"),
    # Notices
    "error": _Look("error", "error", "cross"),
    "warning": _Look("warning", "slow", "triangle"),
    "info": _Look("info", "accent", "disc"),
}

STATE_WORDS: dict[str, str] = {state: look.word for state, look in _LOOKS.items()}
"""State -> the word that stands beside its shape."""

STATE_COLORS: dict[str, str] = {state: look.color for state, look in _LOOKS.items()}
"""State -> the name of the token of its colour."""

_TINTS = {"live": "live_tint", "slow": "slow_tint", "alarm": "slow_tint", "error": "error_tint", "accent": "info_tint"}


def state_color(state: str, tokens: Tokens) -> QColor:
    """Return the colour of a state; an unknown state looks like *unknown*."""
    return tokens.color(STATE_COLORS.get(state, "stale"))


def state_tint(state: str, tokens: Tokens) -> QColor:
    """Return the colour of a ground on which the state is told."""
    return tokens.color(_TINTS.get(STATE_COLORS.get(state, "stale"), "window"))


def paint_state(
    painter: QPainter,
    x: float,
    y: float,
    state: str,
    tokens: Tokens,
    d: float = 9.0,
    color: QColor | None = None,
) -> None:
    """Paint the shape of a state, `d` logical pixels wide, around (x, y), in its colour or in another."""
    look = _LOOKS.get(state, _LOOKS["unknown"])
    with saved(painter):
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _SHAPES[look.shape](painter, QPointF(x, y), d / 2, color or tokens.color(look.color))


def _box(at: QPointF, radius: float) -> QRectF:
    return QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)


def _disc(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(color))
    painter.drawEllipse(at, r, r)


def _dot(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    _disc(painter, at, r * 0.5, color)


def _dots(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    for step in (-0.76, 0.0, 0.76):
        _disc(painter, QPointF(at.x() + step * r, at.y()), r * 0.29, color)


def _ring(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    painter.setPen(stroke(color, 1.6))
    painter.drawEllipse(at, r - 0.75, r - 0.75)


def _record(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    _ring(painter, at, r, color)
    _disc(painter, at, r * 0.45, color)


def _half(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    painter.setPen(stroke(color, 1.5))
    painter.drawEllipse(at, r - 0.75, r - 0.75)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(color))
    painter.drawPie(_box(at, r), 90 * 16, 180 * 16)


def _dashes(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    pen = stroke(color, 1.7, flat=True)
    pen.setDashPattern([1.55, 1.13])
    pen.setDashOffset(0.8)
    painter.setPen(pen)
    painter.drawEllipse(at, r - 0.5, r - 0.5)


def _bar(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    _ring(painter, at, r, color)
    painter.setPen(stroke(color, 1.6, flat=True))
    painter.drawLine(QLineF(at.x() - r * 0.5, at.y(), at.x() + r * 0.5, at.y()))


def _slash(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    _ring(painter, at, r, color)
    k = (r - 0.75) * 0.7071
    painter.setPen(stroke(color, 1.6, flat=True))
    painter.drawLine(QLineF(at.x() - k, at.y() + k, at.x() + k, at.y() - k))


def _clock(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    painter.setPen(stroke(color, 1.4))
    painter.drawEllipse(at, r - 0.7, r - 0.7)
    painter.drawPolyline(
        QPolygonF([QPointF(at.x(), at.y() - r * 0.5), at, QPointF(at.x() + r * 0.38, at.y() + r * 0.2)]),
    )


def _cross(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    k = r - 1
    painter.setPen(stroke(color, 1.9))
    painter.drawLine(QLineF(at.x() - k, at.y() - k, at.x() + k, at.y() + k))
    painter.drawLine(QLineF(at.x() - k, at.y() + k, at.x() + k, at.y() - k))


def _triangle(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(color))
    base = at.y() + r - 0.4
    painter.drawPolygon(
        QPolygonF(
            [QPointF(at.x(), at.y() - r - 0.3), QPointF(at.x() + r + 0.6, base), QPointF(at.x() - r - 0.6, base)]
        ),
    )


def _arc(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    painter.setPen(stroke(color, 1.7, flat=True))
    painter.drawArc(_box(at, r - 0.75), 90 * 16, -250 * 16)


def _square(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    painter.setPen(stroke(color, 1.5))
    painter.drawRect(_box(at, r - 1.35))


def _block(painter: QPainter, at: QPointF, r: float, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(color))
    painter.drawRect(_box(at, r - 1.2))


_SHAPES: dict[str, Callable[[QPainter, QPointF, float, QColor], None]] = {
    "disc": _disc,
    "dot": _dot,
    "dots": _dots,
    "ring": _ring,
    "record": _record,
    "half": _half,
    "dashes": _dashes,
    "bar": _bar,
    "slash": _slash,
    "clock": _clock,
    "cross": _cross,
    "triangle": _triangle,
    "arc": _arc,
    "square": _square,
    "block": _block,
}
