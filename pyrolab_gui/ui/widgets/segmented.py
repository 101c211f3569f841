"""A choice of one among few, all in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from pyrolab_gui.ui.theme import font, rounded, tokens_of
from pyrolab_gui.ui.theme.tokens import CONTROL_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence


class Segmented(QWidget):
    """Radio buttons in one frame: a tab stop, then arrow keys.

    Parameters
    ----------
    options
        The words to choose from.
    """

    currentChanged = Signal(int)
    """The index of what was chosen, by hand or by `setCurrent`."""

    def __init__(self, options: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(self._on_group_toggled)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2, 2, 2, 2)
        self._row.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(CONTROL_HEIGHT)
        self.set_options(options)

    def set_options(self, options: Sequence[str]) -> None:
        """Replace the options; the first becomes current, without a signal."""
        self.blockSignals(True)
        for segment in self._group.buttons():
            self._group.removeButton(segment)
            segment.setParent(None)
            segment.deleteLater()
        for index, text in enumerate(options):
            segment = _Segment(text)
            self._group.addButton(segment, index)
            self._row.addWidget(segment)
        self.setCurrent(0)
        self.blockSignals(False)

    def options(self) -> list[str]:
        """Return the words to choose from."""
        return [segment.text() for segment in self._group.buttons()]

    def current(self) -> int:
        """Return the index of the current option, -1 if there is none."""
        return self._group.checkedId()

    def currentText(self) -> str:
        """Return the current option."""
        segment = self._group.checkedButton()
        return segment.text() if segment is not None else ""

    def setCurrent(self, index: int) -> None:
        """Choose an option; an index that is out of range clears the choice."""
        segment = self._group.button(index)
        if segment is not None:
            segment.setChecked(True)
            return
        self._group.setExclusive(False)
        for other in self._group.buttons():
            other.setChecked(False)
        self._group.setExclusive(True)

    def setCurrentText(self, text: str) -> None:
        """Choose an option by its word."""
        options = self.options()
        self.setCurrent(options.index(text) if text in options else -1)

    def set_invalid(self, invalid: bool) -> None:
        """Give the frame a red border, or take it away."""
        self.setProperty("invalid", invalid)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame that holds the options together."""
        tokens = tokens_of(self)
        ground = tokens.color("window" if tokens.dark else "button_down")
        border = tokens.color("error" if self.property("invalid") else "hairline")
        with QPainter(self) as painter:
            rounded(painter, self.rect(), ground, border)

    def _on_group_toggled(self, index: int, on: bool) -> None:
        if on:
            self.currentChanged.emit(index)


class _Segment(QRadioButton):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setFont(font(13, 500))
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(int(QFontMetricsF(self.font()).horizontalAdvance(self.text())) + 22, CONTROL_HEIGHT - 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self)
        current, enabled = self.isChecked(), self.isEnabled()
        area = QRectF(self.rect())
        with QPainter(self) as painter:
            if current:
                ground = "button_down" if tokens.dark else "base"
                border = "field" if enabled else "hairline"
                rounded(painter, area, tokens.color(ground if enabled else "window"), tokens.color(border), radius=3)
            elif enabled and self.underMouse():
                rounded(painter, area, tokens.color("hover"), radius=3)
            if self.hasFocus():
                rounded(painter, area, None, tokens.color("accent"), radius=3, width=2)
            painter.setFont(font(13, 500 if current else 400))
            painter.setPen(tokens.color(("text" if current else "secondary") if enabled else "disabled"))
            painter.drawText(QRect(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
