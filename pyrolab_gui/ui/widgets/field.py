"""A line of text to edit, with its unit, icon or shortcut painted inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit

from pyrolab_gui.ui.theme import font, paint_icon, rounded, tokens_of
from pyrolab_gui.ui.theme.tokens import CONTROL_HEIGHT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_SIDE = 7


class Field(QLineEdit):
    """A line edit.

    Parameters
    ----------
    text
        What stands in it first.
    unit
        Painted right of the value, in secondary colour.
    number
        Right-aligned, as numbers are.
    icon
        Painted at the left.
    placeholder
        Shown while empty; also the name for assistive technology until another is set.
    width
        A fixed width, or None.
    mono
        In the monospaced font.
    hint
        A key shown in a small frame at the right (``"Ctrl K"``).
    """

    def __init__(
        self,
        text: str = "",
        *,
        unit: str = "",
        number: bool = False,
        icon: str = "",
        placeholder: str = "",
        width: int | None = None,
        mono: bool = False,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._unit = unit
        self._icon = icon
        self._hint = hint
        self.setFont(font(12 if mono else 13, mono=mono))
        self.setFixedHeight(CONTROL_HEIGHT)
        if number:
            self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if width is not None:
            self.setFixedWidth(width)
        if placeholder:
            self.setPlaceholderText(placeholder)
            self.setAccessibleName(placeholder)
        self._keep_room()

    @property
    def unit(self) -> str:
        """The unit inside the field."""
        return self._unit

    def set_unit(self, unit: str) -> None:
        """Change the unit."""
        self._unit = unit
        self.setAccessibleDescription(unit)
        self._keep_room()
        self.update()

    @property
    def invalid(self) -> bool:
        """Whether the border says that the value cannot be used."""
        return bool(self.property("invalid"))

    def set_invalid(self, invalid: bool) -> None:
        """Give the field a red border, or take it away."""
        if invalid != self.invalid:
            self.setProperty("invalid", invalid)
            self.update()

    def set_locked(self, locked: bool) -> None:
        """Make the text readable and markable, but not editable."""
        self.setReadOnly(locked)
        self.setProperty("locked", locked)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line edit, then unit, icon and key into its margins."""
        super().paintEvent(event)
        if not (self._unit or self._icon or self._hint):
            return
        tokens = tokens_of(self)
        enabled = self.isEnabled()
        with QPainter(self) as painter:
            if self._unit:
                painter.setFont(font(13))
                painter.setPen(tokens.color("secondary" if enabled else "disabled"))
                width = self._width(self._unit)
                area = QRectF(self.width() - width - _SIDE - 2, 0, width + 2, self.height())
                painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._unit)
            elif self._hint:
                painter.setFont(font(11, 500))
                width = int(QFontMetricsF(painter.font()).horizontalAdvance(self._hint)) + 1
                key = QRectF(self.width() - width - 18, 5, width + 11, self.height() - 10)
                rounded(painter, key, tokens.color("window"), tokens.color("hairline"), radius=3)
                painter.setPen(tokens.color("secondary"))
                painter.drawText(key, Qt.AlignmentFlag.AlignCenter, self._hint)
            if self._icon:
                at = QRect(8, (self.height() - 16) // 2, 16, 16)
                paint_icon(painter, at, self._icon, tokens, "secondary", enabled=enabled)

    def _keep_room(self) -> None:
        inside = self._unit or self._hint
        right = self._width(inside) + 11 if inside else _SIDE
        self.setTextMargins(26 if self._icon else _SIDE, 0, right, 0)

    def _width(self, text: str) -> int:
        return int(QFontMetricsF(font(13)).horizontalAdvance(text)) + 1
