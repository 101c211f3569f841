"""A label of the type scale, in a colour that follows the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel

from pyrolab_gui.ui.theme import font, tokens_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_ROLES = {
    "text": QPalette.ColorRole.WindowText,
    "secondary": QPalette.ColorRole.PlaceholderText,
    "error": QPalette.ColorRole.BrightText,
    "accent": QPalette.ColorRole.Link,
}


class TextLabel(QLabel):
    """Plain text.

    Parameters
    ----------
    text
        Never taken for rich text.
    size, weight, caps, mono
        As in `theme.font`.
    role
        ``text``, ``secondary``, ``error``, ``accent``, or the name of any other token (``live``, ``alarm``).
    wrap
        Whether long text goes on in the next line.
    selectable
        Whether the text can be marked and copied, with mouse and keyboard.
    """

    def __init__(
        self,
        text: str = "",
        size: int = 13,
        weight: int = 400,
        role: str = "text",
        *,
        caps: bool = False,
        mono: bool = False,
        wrap: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role = ""
        self._own_color = QColor()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(size, weight, caps=caps, mono=mono))
        self.setWordWrap(wrap)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard,
            )
        self.set_role(role)
        self.setText(text)

    @property
    def role(self) -> str:
        """What the colour stands for."""
        return self._role

    def set_role(self, role: str) -> None:
        """Change what the colour stands for."""
        if role == self._role:
            return
        self._role = role
        # Named even where it is the default: under a Base background that would be Text. Qt tells of this by a
        # change of the palette.
        self.setForegroundRole(_ROLES.get(role, QPalette.ColorRole.WindowText))
        self._color()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme where the palette has no role for the colour."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._color()

    def _color(self) -> None:
        color = QColor() if self._role in _ROLES else tokens_of(self).color(self._role)
        if color == self._own_color:
            return
        self._own_color = color  # first: setting the palette comes back here by an event
        palette = QPalette()  # a new one holds nothing but this colour, so all others go on following the theme
        if color.isValid():
            for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
                palette.setColor(group, QPalette.ColorRole.WindowText, color)
        self.setPalette(palette)
