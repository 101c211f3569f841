"""The menu of a row or an action of a console: mark it, put it away, move it; by the right mouse button or its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QWidget

    from pyrolab_gui.viewmodels.console_layout import ConsoleLayout


def arrange_menu(
    parent: QWidget, layout: ConsoleLayout, name: str, among: Sequence[str], changed: Callable[[], object]
) -> QMenu:
    """Return the menu of one member.

    Parameters
    ----------
    among
        The members of its part as they stand, for moving it.
    changed
        Called after the layout was changed.
    """
    menu = QMenu(parent)

    def add(text: str, run: Callable[[], object], enabled: bool = True) -> None:
        action = menu.addAction(text)
        action.setEnabled(enabled)
        action.triggered.connect(lambda: (run(), changed()))

    starred, hidden = layout.is_starred(name), layout.is_hidden(name)
    add("Remove from the first" if starred else "Put first", lambda: layout.star(name, not starred))
    add("Show again" if hidden else "Hide", lambda: layout.hide(name, not hidden))
    menu.addSeparator()
    place = among.index(name) if name in among else -1
    add("Move up", lambda: layout.move(name, among, -1), place > 0)
    add("Move down", lambda: layout.move(name, among, 1), 0 <= place < len(among) - 1)
    if layout.is_arranged:
        menu.addSeparator()
        add("Arrange as the driver does", layout.reset)
    return menu


def open_menu(menu: QMenu, where: QPoint) -> None:
    """Show a menu, and let go of it when it is closed."""
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(where)
