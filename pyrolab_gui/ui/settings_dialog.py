"""What the user has chosen once and for all: the theme, and what becomes of running processes when the window closes.

A change is in force at once. Limits: knows no settings itself; it shows two and says what was chosen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from pyrolab_gui.ui.main_menu import CLOSINGS, THEMES
from pyrolab_gui.ui.theme.tokens import XL, M
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.form import Form
from pyrolab_gui.ui.widgets.segmented import Segmented
from pyrolab_gui.ui.widgets.text_label import TextLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CLOSING_HELP = (
    "Processes that are left running go on serving their instruments; the next window finds them. "
    "Without any that runs, nothing is asked."
)


class SettingsDialog(QDialog):
    """Settings.

    Parameters
    ----------
    theme, closing
        What is in force: keys of `THEMES` and `CLOSINGS`.
    """

    themeChosen = Signal(str)
    closingChosen = Signal(str)

    def __init__(self, parent: QWidget, theme: str, closing: str) -> None:
        super().__init__(parent)
        self.setObjectName("settings-dialog")
        self.setWindowTitle("Settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.theme = _choice(THEMES, theme, self.themeChosen.emit)
        self.theme.setObjectName("settings-theme")
        self.closing = _choice(CLOSINGS, closing, self.closingChosen.emit)
        self.closing.setObjectName("settings-closing")
        form = Form(112)
        form.add_row("Theme", self.theme)
        form.add_row("When closing", self.closing)
        form.add_wide(TextLabel(_CLOSING_HELP, 12, 400, "secondary", wrap=True))
        close = button("Close", kind="primary")
        close.setObjectName("settings-close")
        close.clicked.connect(self.accept)
        close.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, XL)
        column.setSpacing(M)
        column.addWidget(TextLabel("Settings", 16, 600))
        column.addWidget(form)
        column.addLayout(buttons)
        self.setFixedWidth(620)
        close.setFocus()


def _choice(options: Mapping[str, str], current: str, chosen: Callable[[str], object]) -> Segmented:
    keys = list(options)
    made = Segmented(list(options.values()))
    made.setCurrent(keys.index(current) if current in keys else 0)
    made.currentChanged.connect(lambda index: chosen(keys[index]))
    return made
