"""A push button that can be held: it looks disabled and does nothing, but keeps the focus.

A disabled button hands the focus to the next one, and an impatient Enter then starts another action. Limits: whoever
holds it says why, beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton

from pyrolab_gui.ui.theme import font
from pyrolab_gui.ui.theme.tokens import CONTROL_HEIGHT
from pyrolab_gui.ui.widgets.button import set_icon

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.ui.widgets.button import Kind

_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Select, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class HeldButton(QPushButton):
    """A button as `widgets.button` makes them, that can be held.

    Parameters
    ----------
    text, icon_name, kind, tip
        As there.
    """

    def __init__(
        self,
        text: str = "",
        icon_name: str = "",
        kind: Kind = "plain",
        tip: str = "",
        *,
        color: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._held = False
        self.setProperty("kind", kind)
        self.setFont(font(13, 500 if kind in ("primary", "danger", "act") else 400))
        self.setIconSize(QSize(16, 16))
        if icon_name:
            set_icon(self, icon_name, color)
        if not text:
            self.setFixedSize(CONTROL_HEIGHT, CONTROL_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(tip)
        self.setAccessibleName(text or tip)
        self.setAutoDefault(False)

    @property
    def held(self) -> bool:
        """Whether it does nothing for the moment."""
        return self._held

    def set_held(self, held: bool) -> None:
        """Let it do nothing, or work again."""
        if held != self._held:
            self._held = held
            self.setAccessibleDescription("not available at the moment" if held else "")
            self.update()

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        """Look disabled while held; the ring of the focus stays."""
        super().initStyleOption(option)
        if self._held:
            option.state &= ~(QStyle.StateFlag.State_Enabled | QStyle.StateFlag.State_MouseOver)
            option.palette.setCurrentColorGroup(QPalette.ColorGroup.Disabled)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Swallow the press while held."""
        if not self._held:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Swallow the keys that press, while held."""
        if not (self._held and event.key() in _KEYS):
            super().keyPressEvent(event)

    def click(self) -> None:
        """Press it, unless it is held."""
        if not self._held:
            super().click()
