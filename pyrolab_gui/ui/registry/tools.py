"""The row above the registry's table: nameserver, search, grouping, and a menu for what is rarely wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from pyrolab_gui.ui.registry.picker import NameserverPicker
from pyrolab_gui.ui.theme.tokens import TOOL_ROW_HEIGHT, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.combo import Combo
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.registry_groups import GROUPINGS
from pyrolab_gui.viewmodels.registry_search import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

_HELP = (
    "Every word must match; * and ? stand for anything in a name; -word leaves out.\n"
    "A word for one column: host:pc3, meta:laser, health:lost, user:ann, is:missing, is:watched, is:other.\n"
    f"Columns: {', '.join(FIELDS)}."
)


class RegistryTools(Panel):
    """The tool row.

    Signals
    -------
    groupingChosen
        A key of `GROUPINGS`.
    nameserversRequested
        The list of nameservers is wanted.
    """

    groupingChosen = Signal(str)
    nameserversRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self.setFixedHeight(TOOL_ROW_HEIGHT)
        self._make_menu: Callable[[], QMenu] | None = None
        self.picker = NameserverPicker()
        self.picker.setObjectName("registry-picker")
        nameservers = button("", "broadcast", "plain", "Nameservers: look at several, find more, bookmarks")
        nameservers.setObjectName("registry-nameservers")
        nameservers.clicked.connect(self.nameserversRequested)
        self.filter = Field(icon="funnel", placeholder="Filter", hint="/", width=188)
        self.filter.setObjectName("registry-filter")
        self.filter.setToolTip(_HELP)
        self.grouping = Combo([(title, key) for key, (title, _) in GROUPINGS.items()], width=108)
        self.grouping.setObjectName("registry-grouping")
        self.grouping.setAccessibleName("Group by")
        self.grouping.activated.connect(lambda: self.groupingChosen.emit(self.grouping.currentData()))
        more = button("", "gear-six", "ghost", "Columns, export, register an object…")
        more.setObjectName("registry-more")
        more.clicked.connect(lambda: self._open_menu(more))
        row = QHBoxLayout(self)
        row.setContentsMargins(M, 0, S, 0)
        row.setSpacing(S)
        row.addWidget(self.picker)
        row.addWidget(nameservers)
        row.addStretch(1)
        row.addWidget(self.filter)
        row.addWidget(TextLabel("Group by", 12, 400, "secondary"))
        row.addWidget(self.grouping)
        row.addWidget(more)

    def set_menu(self, make: Callable[[], QMenu]) -> None:
        """Set what makes the menu; it is made each time it opens."""
        self._make_menu = make

    def show_grouping(self, grouping: str) -> None:
        """Show what rows are grouped by."""
        self.grouping.setCurrentIndex(max(0, self.grouping.findData(grouping)))

    def _open_menu(self, under: QWidget) -> None:
        if self._make_menu is not None:
            menu = self._make_menu()
            menu.popup(under.mapToGlobal(under.rect().bottomLeft()))
