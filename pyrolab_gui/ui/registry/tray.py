"""Notices of watched instruments outside the window, where the desktop has a place for them.

Limits: an icon is there only once something was told; clicking it brings the window to the front.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from pyrolab_gui.ui.theme import icon

if TYPE_CHECKING:
    from pyrolab_gui.viewmodels.notifications import Notice

_SECONDS = 10
_LOOKS, _LOOK_AGAIN = 10, 100
"""So often, and in so many milliseconds, it is looked whether the icon has its place."""


class Tray(QObject):
    """The icon, made when it is first needed.

    Parameters
    ----------
    window
        Any widget of the window that is brought to the front.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._icon: QSystemTrayIcon | None = None

    def tell(self, notice: Notice) -> None:
        """Show a notice, where there is a tray."""
        if self._icon is None:
            if not QSystemTrayIcon.isSystemTrayAvailable():
                return
            self._icon = QSystemTrayIcon(icon("flask", None, "accent"), self)
            self._icon.setToolTip("PyroLab GUI")
            self._icon.activated.connect(lambda _: self._raise())
            self._icon.messageClicked.connect(self._raise)
            self._icon.show()
        self._show(self._icon, notice, _LOOKS)

    def _show(self, icon: QSystemTrayIcon, notice: Notice, looks: int) -> None:
        """Show a notice once the icon has its place: what is told before points at a corner of the screen."""
        if looks and icon.geometry().topLeft().isNull():
            QTimer.singleShot(_LOOK_AGAIN, self, lambda: self._show(icon, notice, looks - 1))
            return
        warning = QSystemTrayIcon.MessageIcon.Warning
        kind = warning if notice.kind == "warning" else QSystemTrayIcon.MessageIcon.Information
        icon.showMessage("PyroLab GUI", notice.sentence, kind, _SECONDS * 1000)

    def _raise(self) -> None:
        window = self._window.window()
        window.show()
        window.raise_()
        window.activateWindow()
