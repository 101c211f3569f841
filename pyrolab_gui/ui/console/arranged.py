"""A column of members in titled parts, put in order anew without being made anew: what is typed stays typed.

Limits: knows widgets by the names of their members; the order is the layout's.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pyrolab_gui.ui.console.row_menu import arrange_menu, open_menu
from pyrolab_gui.ui.widgets.section import SectionHead

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QMenu

    from pyrolab_gui.viewmodels.console_layout import ConsoleLayout, Part

BETWEEN = 16


class ArrangedColumn(QWidget):
    """Shows parts of members below each other.

    Parameters
    ----------
    layout
        What a person changed of the arrangement; the menu of a row changes it.
    changed
        Called when it was changed.
    extend_menu
        Adds to the menu of the row of a member.
    """

    def __init__(
        self,
        layout: ConsoleLayout,
        changed: Callable[[], object],
        extend_menu: Callable[[str, QMenu], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._layout, self._changed, self._extend = layout, changed, extend_menu
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._heads: list[QWidget] = []
        self._rows: Mapping[str, QWidget] = {}
        self._among: dict[str, Sequence[str]] = {}

    def set_rows(self, rows: Mapping[str, QWidget]) -> None:
        """Take the widgets, each under the name of its member."""
        self._rows = rows
        for name, row in rows.items():
            row.setParent(self)
            row.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            row.customContextMenuRequested.connect(lambda at, n=name: self._open_menu(n, at))

    def arrange(self, parts: Sequence[Part], right: Mapping[str, QWidget] | None = None) -> None:
        """Show these parts and nothing else.

        Parameters
        ----------
        right
            By the title of a part: what stands at the right of its head.
        """
        right = right or {}
        for widget in right.values():
            widget.setParent(self)  # its head goes, it does not
            widget.hide()
        while self._column.count():
            self._column.takeAt(0)
        for head in self._heads:
            head.hide()
            head.deleteLater()
        self._heads, self._among = [], {}
        shown: set[str] = set()
        for number, part in enumerate(parts):
            if number:
                self._column.addSpacing(BETWEEN)
            extra = right.get(part.title)
            head = SectionHead(part.title, *([extra] if extra is not None else []))
            if extra is not None:
                extra.show()
            self._heads.append(head)
            self._column.addWidget(head)
            names = [member.name for member in part.members]
            for name in names:
                self._among[name] = names
                self._column.addWidget(self._rows[name])
            shown.update(names)
        for name, row in self._rows.items():
            row.setVisible(name in shown)
        self._column.addStretch(1)
        self._chain()

    def shown(self) -> list[str]:
        """Return the names of the members that are shown, in order."""
        return list(self._among)

    def _chain(self) -> None:
        """Let Tab go through the rows as they stand."""
        stops = [stop for name in self._among for stop in _stops(self._rows[name])]
        for first, second in itertools.pairwise(stops):
            QWidget.setTabOrder(first, second)

    def _open_menu(self, name: str, at: QPoint) -> None:
        menu = arrange_menu(self, self._layout, name, self._among.get(name, [name]), self._changed)
        if self._extend is not None:
            self._extend(name, menu)
        open_menu(menu, self._rows[name].mapToGlobal(at))


def _stops(widget: QWidget) -> list[QWidget]:
    """Return what Tab reaches inside a row; the list that a choice opens is a window of its own."""
    return [
        child
        for child in widget.findChildren(QWidget)
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus.value
        and child.focusProxy() is None
        and child.window() is widget.window()
    ]
