"""What lies over the curves of one plot: gaps, limits, marks, cursors, taken from pools so that a frame makes nothing.

Positions are those of the plot: UTC seconds, and values as they are drawn. Limits: draws what it is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPen
from PySide6.QtWidgets import QGraphicsRectItem

from pyrolab_gui.ui.theme import font
from pyrolab_gui.viewmodels.plot_channel import gap_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyrolab_gui.ui.theme import Tokens
    from pyrolab_gui.viewmodels.plot_vm import Mark
    from pyrolab_gui.viewmodels.series import SeriesGap

MOST_GAPS = 40
LABEL_PIXELS = 64


class _Words(pg.TextItem):  # type: ignore[misc]
    """A few words at a place of the plot, on a ground that keeps them readable."""

    def __init__(self, anchor: tuple[float, float]) -> None:
        super().__init__("", anchor=anchor)
        self.setFont(font(11))

    def say(self, text: str, x: float, y: float) -> None:
        """Say something there."""
        if self.toPlainText() != text:
            self.setText(text)
        self.setPos(x, y)

    def paint_on(self, color: QColor, ground: QColor) -> None:
        """Take the colours of a theme."""
        self.setColor(color)
        self.fill = QBrush(ground)


class Gaps:
    """Hatched regions where there was no reading, with the reason."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._regions: list[tuple[QGraphicsRectItem, _Words]] = []
        self._brush, self._text, self._ground = QBrush(), QColor(), QColor()

    def color(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._brush = QBrush(tokens.color("field", 60), Qt.BrushStyle.BDiagPattern)
        self._text, self._ground = tokens.color("secondary"), tokens.color("base")
        for region, label in self._regions:
            region.setBrush(self._brush)
            label.paint_on(self._text, self._ground)

    def show(self, gaps: Sequence[SeriesGap], bottom: float, top: float, per_pixel: float) -> None:
        """Show the gaps that are wide enough to be seen, the newest of them."""
        wide = [gap for gap in gaps if gap.end - gap.start > 2 * per_pixel][-MOST_GAPS:]
        while len(self._regions) < len(wide):
            self._regions.append(self._make())
        for place, (region, label) in enumerate(self._regions):
            shown = place < len(wide)
            region.setVisible(shown)
            label.setVisible(shown and wide[place].end - wide[place].start > LABEL_PIXELS * per_pixel)
            if shown:
                gap = wide[place]
                region.setRect(QRectF(gap.start, bottom, gap.end - gap.start, top - bottom))
                label.say(gap_text(gap), (gap.start + gap.end) / 2, top)

    def shown(self) -> list[tuple[float, float, str]]:
        """Return start, end and words of the visible ones."""
        return [
            (region.rect().left(), region.rect().right(), label.toPlainText() if label.isVisible() else "")
            for region, label in self._regions
            if region.isVisible()
        ]

    def _make(self) -> tuple[QGraphicsRectItem, _Words]:
        region = QGraphicsRectItem()
        region.setPen(pg.mkPen(None))
        region.setBrush(self._brush)
        region.setZValue(-50)
        label = _Words((0.5, 0))
        label.paint_on(self._text, self._ground)
        for item in (region, label):
            self._plot.addItem(item, ignoreBounds=True)
        return region, label


class Limits:
    """Lines where a warning or an alarm begins, the region beyond tinted, with words."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._items: list[tuple[QGraphicsRectItem, pg.InfiniteLine, _Words]] = []
        self._kinds: list[str] = []
        self._tokens: Tokens | None = None

    def color(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        for item, kind in zip(self._items, self._kinds, strict=False):
            self._paint(item, kind)

    def show(self, limits: Iterable[tuple[str, str, float, str]], rect: QRectF) -> None:
        """Show limits as (side, kind, value as drawn, words) in a range of the plot."""
        wanted = list(limits)
        while len(self._items) < len(wanted):
            self._items.append(self._make())
        kinds = [kind for _, kind, _, _ in wanted]
        if kinds != self._kinds:
            self._kinds = kinds
            for item, kind in zip(self._items, kinds, strict=False):
                self._paint(item, kind)
        for place, (band, line, words) in enumerate(self._items):
            shown = place < len(wanted)
            for part in (band, line, words):
                part.setVisible(shown)
            if not shown:
                continue
            side, _, value, text = wanted[place]
            line.setValue(value)
            far = rect.bottom() if side == "above" else rect.top()  # the y axis of a plot points up
            beyond = (far - value) * (1 if side == "above" else -1)
            low, high = min(value, far), max(value, far)
            band.setVisible(beyond > 0)
            band.setRect(QRectF(rect.left(), low, rect.width(), high - low))
            words.setAnchor((0, 1) if side == "above" else (0, 0))
            words.say(text, rect.left(), min(max(value, rect.top()), rect.bottom()))
            words.setVisible(rect.top() <= value <= rect.bottom())

    def _make(self) -> tuple[QGraphicsRectItem, pg.InfiniteLine, _Words]:
        band = QGraphicsRectItem()
        band.setPen(pg.mkPen(None))
        band.setZValue(-60)
        item = (band, pg.InfiniteLine(angle=0, movable=False), _Words((0, 1)))
        for part in item:
            self._plot.addItem(part, ignoreBounds=True)
        return item

    def _paint(self, item: tuple[QGraphicsRectItem, pg.InfiniteLine, _Words], kind: str) -> None:
        if self._tokens is None:
            return
        band, line, words = item
        token = "alarm" if kind == "alarm" else "slow"
        band.setBrush(QBrush(self._tokens.color(token, 22)))
        line.setPen(dashed(self._tokens.color(token)))
        words.paint_on(self._tokens.color(token), self._tokens.color("base"))


class Lines:
    """Upright lines at times, each with words at its top: marks and cursors."""

    def __init__(self, plot: pg.PlotWidget, token: str, *, dash: bool) -> None:
        self._plot, self._token, self._dash = plot, token, dash
        self._items: list[tuple[pg.InfiniteLine, _Words]] = []
        self._pen, self._text, self._ground = QPen(), QColor(), QColor()

    def color(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        color = tokens.color(self._token)
        self._pen = dashed(color) if self._dash else pg.mkPen(tokens.color(self._token, 170), width=1)
        self._text, self._ground = color, tokens.color("base")
        for line, words in self._items:
            line.setPen(self._pen)
            words.paint_on(self._text, self._ground)

    def show(self, marks: Sequence[Mark], top: float) -> None:
        """Show lines with their words."""
        while len(self._items) < len(marks):
            line, words = pg.InfiniteLine(angle=90, movable=False), _Words((0, 0))
            line.setPen(self._pen)
            words.paint_on(self._text, self._ground)
            for part in (line, words):
                self._plot.addItem(part, ignoreBounds=True)
            self._items.append((line, words))
        for place, (line, words) in enumerate(self._items):
            shown = place < len(marks)
            line.setVisible(shown)
            words.setVisible(shown and bool(marks[place].text))
            if shown:
                line.setValue(marks[place].time)
                words.say(marks[place].text, marks[place].time, top)


def dashed(color: QColor) -> QPen:
    """Return a dashed pen of one pixel."""
    pen = QPen(color, 1, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
    pen.setDashPattern([4, 3])
    pen.setCosmetic(True)
    return pen
