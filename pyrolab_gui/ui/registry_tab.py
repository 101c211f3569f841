"""The Registry tab: one nameserver's entries as a live table, and what is known of the selected one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.question_dialog import ask
from pyrolab_gui.ui.registry import empty
from pyrolab_gui.ui.registry.inspector import WIDTH, Inspector
from pyrolab_gui.ui.registry.picker import NameserverPicker
from pyrolab_gui.ui.registry.snippets import pyroname, python_lines
from pyrolab_gui.ui.registry.table import RegistryTable
from pyrolab_gui.ui.registry.table_model import RegistryTableModel
from pyrolab_gui.ui.theme.tokens import TOOL_ROW_HEIGHT, M, S
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.ui.widgets.field import Field
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.wire.health import ProcessLink

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDialog

    from pyrolab_gui.viewmodels.registry_rows import RegistryDiff
    from pyrolab_gui.viewmodels.registry_vm import NameserverLink, RegistryViewModel
    from pyrolab_gui.wire.description import ServiceDescription

_WORDS = {"warning": "not of this lab"}
_DESCRIBE_DELAY = 150
"""Milliseconds that an entry must stay selected before it is asked what it can do: arrow keys run through many."""


class RegistryTab(Panel):
    """Shows a `RegistryViewModel`.

    Signals
    -------
    daemonsRequested
        Somebody wants to see the Daemons tab.
    """

    daemonsRequested = Signal()

    def __init__(self, vm: RegistryViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._vm = vm
        self._wanted = ""
        """The entry that was selected last: it is selected again when it comes back."""
        self._applying = False
        self.model = RegistryTableModel(self)
        self.table = RegistryTable(self.model)
        self.table.setObjectName("registry-table")
        self.inspector = Inspector()
        self.picker = NameserverPicker()
        self.picker.setObjectName("registry-picker")
        self.filter = Field(icon="funnel", placeholder="Filter", hint="/", width=216)
        self.filter.setObjectName("registry-filter")
        self.empty = empty.RegistryEmpty()
        self.banner = Banner("lost", "")
        self._address_error = TextLabel("", 12, 400, "error")
        self._describe_timer = QTimer(self)
        self._describe_timer.setSingleShot(True)
        self._describe_timer.setInterval(_DESCRIBE_DELAY)
        self._lay_out()
        self._connect()
        self._on_choices_changed()
        self._on_link_changed(vm.link)
        self._reload()

    def set_filter(self, text: str) -> None:
        """Show only rows with these words; the state is one of them."""
        self.filter.setText(text)

    def select(self, name: str) -> None:
        """Select an entry."""
        self._wanted = name
        self.table.select(name)

    def menu_for(self, name: str) -> QMenu:
        """Return the menu of an entry."""
        row = self._vm.rows[name]
        nameserver = self._vm.nameserver.address if self._vm.nameserver else ""
        menu = QMenu(self)
        menu.addAction("Open console", lambda: self._vm.open_console(name))
        menu.addSeparator()
        for text, content in (
            ("Copy URI", row.uri),
            ("Copy PYRONAME", pyroname(name, nameserver)),
            ("Copy Python lines", python_lines(name, nameserver)),
        ):
            menu.addAction(text, partial(QGuiApplication.clipboard().setText, content))
        menu.addSeparator()
        menu.addAction("Remove entry…", lambda: self.ask_to_remove(name))
        return menu

    def ask_to_remove(self, name: str) -> QDialog:
        """Ask, then remove an entry from the nameserver."""
        return ask(
            self,
            f"Remove {name} from the nameserver?",
            "The instrument itself is not touched, but nobody finds it by its name any more, "
            "until its daemon registers it again.",
            "Remove entry",
            lambda: self._vm.remove(name),
        )

    # building

    def _lay_out(self) -> None:
        tools = Panel("base")
        tools.setFixedHeight(TOOL_ROW_HEIGHT)
        row = QHBoxLayout(tools)
        row.setContentsMargins(M, 0, M, 0)
        row.setSpacing(S)
        row.addWidget(self.picker)
        row.addStretch(1)
        row.addWidget(self.filter)

        self._error_line = Panel("base")
        line = QHBoxLayout(self._error_line)
        line.setContentsMargins(M, 0, M, S)
        line.addWidget(self._address_error)
        self._error_line.hide()

        self._banner_line = QWidget()
        around = QVBoxLayout(self._banner_line)
        around.setContentsMargins(M, S, M, S)
        around.addWidget(self.banner)
        self._banner_line.hide()

        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)

        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(tools)
        left.addWidget(self._error_line)
        left.addWidget(Separator())
        left.addWidget(self._banner_line)
        left.addWidget(self._stack, 1)

        self._inspector_area = scroll_area(self.inspector)
        self._inspector_area.setFixedWidth(WIDTH)
        self._inspector_line = Separator(vertical=True)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addLayout(left, 1)
        across.addWidget(self._inspector_line)
        across.addWidget(self._inspector_area)
        self._show_inspector(False)

    def _connect(self) -> None:
        vm = self._vm
        vm.changed.connect(self._on_changed)
        vm.linkChanged.connect(self._on_link_changed)
        vm.choicesChanged.connect(self._on_choices_changed)
        vm.described.connect(self._on_described)
        self.picker.chosen.connect(self._on_address_chosen)
        self.picker.refreshRequested.connect(vm.refresh)
        self.filter.textChanged.connect(self._on_filter_changed)
        self.filter.returnPressed.connect(self.table.setFocus)
        self.table.opened.connect(vm.open_console)
        self.table.selected.connect(self._on_selected)
        self.table.menuRequested.connect(self._on_menu_requested)
        self.inspector.consoleRequested.connect(vm.open_console)
        self.inspector.remedyRequested.connect(vm.apply_remedy)
        self.inspector.closed.connect(self.table.clearSelection)
        self.empty.startRequested.connect(vm.start_own_nameserver)
        self.empty.retryRequested.connect(vm.refresh)
        self.empty.daemonsRequested.connect(self.daemonsRequested)
        self.empty.clearRequested.connect(lambda: self.set_filter(""))
        self._describe_timer.timeout.connect(self._on_describe_due)
        for keys, act in (
            ("/", self._on_slash),
            ("F5", vm.refresh),
        ):
            shortcut = QShortcut(QKeySequence(keys), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape = QShortcut(QKeySequence("Esc"), self.filter, lambda: self.set_filter(""))
        escape.setContext(Qt.ShortcutContext.WidgetShortcut)

    # events

    def _on_changed(self, difference: RegistryDiff) -> None:
        self._step(lambda: self.model.apply(difference))

    def _step(self, change: Callable[[], None]) -> None:
        """Change the table; an entry that goes and comes back stays selected."""
        self._applying = True
        change()
        self._applying = False
        if self._wanted and not self.table.current_name:
            self.table.select(self._wanted)
        self._reload()

    def _reload(self) -> None:
        """Bring what stands around the table up to date with it."""
        total = self.model.total
        self.filter.setPlaceholderText(f"Filter {total} objects" if total > 1 else "Filter")
        row = self._vm.rows.get(self.table.current_name)
        if row is not None:
            self.inspector.show_row(row, self._vm.remedy(row.name))
        self._show_inspector(row is not None)
        self._choose_page()

    def _choose_page(self) -> None:
        link = self._vm.link
        own = self._vm.own_nameserver
        broken = link.link in (ProcessLink.UNREACHABLE, ProcessLink.NO_REPLY)
        self._banner_line.setVisible(link.foreign or (broken and self.model.total > 0 and not link.starting))
        if link.foreign:
            self.banner.set_content(
                "warning",
                link.sentence,
                "What it lists is shown below. For a nameserver of this lab, choose another ns_port in Daemons, "
                "or end the other one.",
            )
        elif broken:
            self.banner.set_content(
                "lost" if link.link is ProcessLink.UNREACHABLE else "no reply",
                link.sentence,
                "These entries are what it knew last; each one's state is still checked.",
            )
        if self.model.rowCount():
            self._stack.setCurrentWidget(self.table)
            return
        self._stack.setCurrentWidget(self.empty)
        if link.nameserver is None:
            self.empty.show_reason(empty.NO_NAMESERVER)
        elif self.model.total:
            self.empty.show_reason(
                empty.NO_MATCH,
                f"Nothing matches “{self.filter.text().strip()}”",
                "The filter looks in name, URI, state and metadata.",
            )
        elif link.starting:
            self.empty.show_reason(empty.ASKING, link.sentence)
        elif broken and own:
            self.empty.show_reason(
                empty.OWN_UNREACHABLE, link.sentence, "It belongs to this lab and can be started from here."
            )
        elif broken:
            self.empty.show_reason(
                empty.UNREACHABLE, link.sentence, "Start it on its computer, or choose another one above."
            )
        elif link.link is ProcessLink.UNKNOWN:
            self.empty.show_reason(empty.ASKING, f"Asking the nameserver at {link.nameserver.address}…")
        else:
            self.empty.show_reason(empty.NO_ENTRIES)

    def _on_link_changed(self, link: NameserverLink) -> None:
        self.picker.show_choice(link.nameserver.label if link.nameserver else "")
        self.picker.state.set_state(link.shown, "" if link.nameserver is None else _WORDS.get(link.shown))
        self.picker.state.setVisible(link.nameserver is not None and link.shown != ProcessLink.UNKNOWN)
        self.picker.state.setToolTip(link.sentence)
        self._choose_page()

    def _on_choices_changed(self) -> None:
        self.picker.set_choices([choice.label for choice in self._vm.choices])

    def _on_address_chosen(self, text: str) -> None:
        error = ""
        if text:
            try:
                self._vm.choose(text)
            except ValueError as problem:
                error = str(problem)
        self.picker.set_invalid(bool(error))
        self._address_error.setText(error)
        self._error_line.setVisible(bool(error))

    def _on_filter_changed(self, text: str) -> None:
        self._step(lambda: self.model.set_filter(text))

    def _on_selected(self, name: str) -> None:
        if name:
            self._wanted = name
        elif not self._applying:
            self._wanted = ""
        self._reload()
        if name:
            self.inspector.show_members(None, "")
            self._describe_timer.start()

    def _on_describe_due(self) -> None:
        row = self._vm.rows.get(self.table.current_name)
        if row is None:
            return
        if row.process in (ProcessLink.UNREACHABLE, ProcessLink.NO_REPLY):
            self.inspector.show_members(None, "Known again when it answers.")
        else:
            self._vm.describe(row.name)

    def _on_described(self, name: str, description: ServiceDescription | None, error: str) -> None:
        if name == self.inspector.name:
            self.inspector.show_members(description, error)

    def _on_menu_requested(self, name: str, position: QPoint) -> None:
        menu = self.menu_for(name)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)

    def _on_slash(self) -> None:
        self.filter.setFocus()
        self.filter.selectAll()

    def _show_inspector(self, shown: bool) -> None:
        self._inspector_area.setVisible(shown)
        self._inspector_line.setVisible(shown)
