"""Calls with their arguments as buttons, each with a key: the things that are done every day in one press.

Alt+1 to Alt+9 press them while the console is shown. Limits: what is asked for before it acts is asked for here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from pyrolab_gui.ui.console.arming import ArmedButton
from pyrolab_gui.ui.console.row_menu import open_menu
from pyrolab_gui.ui.plots.flow_layout import FlowLayout
from pyrolab_gui.viewmodels.label_text import humanise
from pyrolab_gui.viewmodels.value_text import short_literal

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from pyrolab_gui.viewmodels.console_layout import Favourite
    from pyrolab_gui.viewmodels.console_vm import ConsoleViewModel

KEYS = 9
LONGEST = 28


class FavouritesRow(QWidget):
    """The buttons of one console's favourite calls."""

    callChosen = Signal(object)
    """A `Favourite`."""

    def __init__(self, console: ConsoleViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._console = console
        self._flow = FlowLayout(self)
        self._flow.setContentsMargins(0, 0, 0, 12)
        self.buttons: list[ArmedButton] = []
        for number in range(KEYS):
            key = QShortcut(QKeySequence(f"Alt+{number + 1}"), self, context=Qt.ShortcutContext.WindowShortcut)
            key.activated.connect(lambda n=number: self._on_key(n))
        self.refresh()

    def refresh(self) -> None:
        """Show the favourites as they are now."""
        for old in self.buttons:
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons = []
        names = {member.name: member for member in self._console.methods()}
        for number, favourite in enumerate(self._console.layout.favourites):
            member = names.get(favourite.member)
            if member is None:
                continue
            hint = f"Alt+{number + 1}" if number < KEYS else ""
            button = ArmedButton(title_of(favourite), kind="plain" if member.role == "read" else "act")
            button.setToolTip("\n".join(filter(None, [_whole(favourite), hint])))
            button.set_asks(self._console.asks_first(member))
            button.clicked.connect(lambda _=False, b=button, f=favourite: self._press(b, f))
            button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            button.customContextMenuRequested.connect(lambda at, b=button, f=favourite: self._open_menu(b, f, at))
            self._flow.addWidget(button)
            self.buttons.append(button)
        self.setVisible(bool(self.buttons))

    def _on_key(self, number: int) -> None:
        if self.isVisible() and number < len(self.buttons):
            self.buttons[number].setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.buttons[number].click()

    def _press(self, button: ArmedButton, favourite: Favourite) -> None:
        if button.press():
            self.callChosen.emit(favourite)

    def _open_menu(self, button: ArmedButton, favourite: Favourite, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction("Remove this button").triggered.connect(lambda: self._drop(favourite))
        open_menu(menu, button.mapToGlobal(at))

    def _drop(self, favourite: Favourite) -> None:
        self._console.layout.drop_favourite(favourite)
        self.refresh()


def title_of(favourite: Favourite) -> str:
    """Return what a button says: ``Sweep 1520, 1580``."""
    given = [short_literal(value) for value in favourite.args]
    given += [f"{name} {short_literal(value)}" for name, value in favourite.kwargs.items()]
    text = favourite.title or " ".join([humanise(favourite.member), ", ".join(given)]).strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _whole(favourite: Favourite) -> str:
    given = [repr(value) for value in favourite.args]
    given += [f"{name}={value!r}" for name, value in favourite.kwargs.items()]
    return f"{favourite.member}({', '.join(given)})"
