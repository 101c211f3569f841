"""A plain region with a ground of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from typing import Literal

_GROUNDS = {
    "window": QPalette.ColorRole.Window,
    "base": QPalette.ColorRole.Base,
    "alternate": QPalette.ColorRole.AlternateBase,
}


class Panel(QWidget):
    """A filled widget: ``window`` for bars, ``base`` for content, ``alternate`` for side lists and inspectors."""

    def __init__(
        self,
        ground: Literal["window", "base", "alternate"] = "base",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(_GROUNDS[ground])
        self.setForegroundRole(QPalette.ColorRole.WindowText)
