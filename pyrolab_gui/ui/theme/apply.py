"""Puts the theme on the application, and changes it while the application runs."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QToolTip

from pyrolab_gui.ui.theme.fonts import font, load_fonts
from pyrolab_gui.ui.theme.palette import palette_of
from pyrolab_gui.ui.theme.style import LabStyle
from pyrolab_gui.ui.theme.tokens import DARK, LIGHT

Mode: TypeAlias = Literal["light", "dark", "system"]


class _Theme(QObject):
    """What the application wears; a child of it, so it lives and ends with it."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._style = LabStyle()
        self._mode: Mode = "system"
        load_fonts()
        app.setStyle(self._style)
        app.setFont(font())
        app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)

    def set_mode(self, mode: Mode) -> None:
        self._mode = mode
        self._put_on()

    def _on_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        if self._mode == "system":
            self._put_on()

    def _put_on(self) -> None:
        dark = self._mode == "dark"
        if self._mode == "system":
            dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        palette = palette_of(DARK if dark else LIGHT)
        self._app.setPalette(palette)
        QToolTip.setPalette(palette)
        QToolTip.setFont(font(12))


def apply_theme(app: QApplication, mode: Mode = "system") -> None:
    """Give the application its fonts, style and palette; again with another mode to change it.

    Parameters
    ----------
    app
        The application.
    mode
        ``"light"``, ``"dark"``, or ``"system"`` to follow the desktop, also when it changes.
    """
    theme = app.findChild(_Theme)
    if theme is None:
        theme = _Theme(app)
    theme.set_mode(mode)
