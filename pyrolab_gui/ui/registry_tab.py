"""The Registry tab: what nameservers know as a live table, and what is known of the selected entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.question_dialog import ask
from pyrolab_gui.ui.registry import empty
from pyrolab_gui.ui.registry.arrangement import arrangement_of
from pyrolab_gui.ui.registry.certificates import ask_for_plain_text, choose_certificates
from pyrolab_gui.ui.registry.foot import RegistryFoot
from pyrolab_gui.ui.registry.inspector import WIDTH, Inspector
from pyrolab_gui.ui.registry.menus import entry_menu, more_menu
from pyrolab_gui.ui.registry.nameservers_dialog import SECURITY_WORDS, NameserversDialog
from pyrolab_gui.ui.registry.register_dialog import RegisterDialog
from pyrolab_gui.ui.registry.situation import banner_of, can_start, page_of
from pyrolab_gui.ui.registry.table import RegistryTable
from pyrolab_gui.ui.registry.table_model import RegistryTableModel
from pyrolab_gui.ui.registry.tools import RegistryTools
from pyrolab_gui.ui.registry.tray import Tray
from pyrolab_gui.ui.theme.tokens import M, S
from pyrolab_gui.ui.widgets.banner import Banner
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.scroll import scroll_area
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.ui.widgets.text_label import TextLabel
from pyrolab_gui.viewmodels.registry_groups import FLAT, GROUPINGS
from pyrolab_gui.viewmodels.registry_rows import LOST
from pyrolab_gui.wire.health import ProcessLink

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QDialog

    from pyrolab_gui.viewmodels.registry_rows import RegistryDiff
    from pyrolab_gui.viewmodels.registry_vm import NameserverLink, RegistryViewModel

_WORDS = {"warning": "not of this lab"}
_DESCRIBE_DELAY = 150
"""Milliseconds that an entry must stay selected before it is asked what it can do: arrow keys run through many."""
_LOOK_PERIOD = 2000
"""Milliseconds between two looks at the calls and the daemon of the selected entry."""


class RegistryTab(Panel):
    """Shows a `RegistryViewModel`.

    Signals
    -------
    daemonsRequested
        Somebody wants to see the Daemons tab.
    nameserverRequested
        A nameserver is to be made on this PC.
    """

    daemonsRequested = Signal()
    nameserverRequested = Signal()

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
        self.tools = RegistryTools()
        self.picker, self.filter = self.tools.picker, self.tools.filter
        self.foot = RegistryFoot()
        self.empty = empty.RegistryEmpty()
        self._start = button(
            "Start it", "play", tip="Start the lab’s nameserver; the daemons register themselves again"
        )
        self._start.setObjectName("registry-start-nameserver")
        self.banner = Banner("lost", "", buttons=[self._start])
        self._address_error = TextLabel("", 12, 400, "error")
        self._describe_timer = QTimer(self)
        self._describe_timer.setSingleShot(True)
        self._describe_timer.setInterval(_DESCRIBE_DELAY)
        self._look_timer = QTimer(self)
        self._look_timer.setInterval(_LOOK_PERIOD)
        self._lay_out()
        self._connect()
        arrangement = arrangement_of(vm.remembered("columns"))
        if arrangement is not None:
            self.table.arrange(arrangement)
        self._set_grouping(next(iter(vm.remembered("grouping")), FLAT))
        self._on_choices_changed()
        self._on_link_changed(vm.link)
        self._reload()

    def set_filter(self, text: str) -> None:
        """Show only rows that a search finds; the state is one of its words."""
        self.filter.setText(text)

    def select(self, key: str) -> None:
        """Select an entry."""
        self._wanted = key
        self.table.select(key)

    def menu_for(self, key: str) -> QMenu:
        """Return the menu of an entry, or of all that are selected if it is one of them."""
        selected = self.table.selected_keys
        return entry_menu(self, self._vm, selected if key in selected else [key], self.ask_to_remove)

    def ask_to_remove(self, keys: Sequence[str] | str) -> QDialog:
        """Ask, then remove entries from their nameserver."""
        keys = [keys] if isinstance(keys, str) else list(keys)
        what = keys[0] if len(keys) == 1 else f"{len(keys)} entries"
        text = (
            "The instrument itself is not touched, but nobody finds it by its name until it is registered again."
            if len(keys) == 1
            else "The instruments themselves are not touched, but nobody finds them by their names until they are "
            "registered again."
        )
        ours = [key for key in keys if self._vm.daemon_key(key)]
        if ours:
            names = "" if len(keys) == 1 else f" of {', '.join(ours[:4])}{' and others' if len(ours) > 4 else ''}"
            text += f" The daemon{names} is of this lab, and registers it again by itself while it runs."
        return ask(self, f"Remove {what} from the nameserver?", text, "Remove", lambda: self._vm.remove(keys))

    def show_nameservers(self) -> NameserversDialog:
        """Show which nameservers are looked at; the window goes on beside it."""
        dialog = self.findChild(NameserversDialog)
        if dialog is None:
            dialog = NameserversDialog(self._vm, self)
            dialog.nameserverRequested.connect(self.nameserverRequested)
        dialog.show()
        dialog.raise_()
        return dialog

    def register(self) -> RegisterDialog:
        """Ask for an object to be registered by hand."""
        dialog = RegisterDialog(self._vm, self)
        dialog.open()
        return dialog

    # building

    def _lay_out(self) -> None:
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
        left.addWidget(self.tools)
        left.addWidget(self._error_line)
        left.addWidget(Separator())
        left.addWidget(self._banner_line)
        left.addWidget(self._stack, 1)
        left.addWidget(Separator())
        left.addWidget(self.foot)

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
        vm.nameserversChanged.connect(self._choose_page)
        vm.choicesChanged.connect(self._on_choices_changed)
        vm.described.connect(self._on_described)
        vm.inspection.callsTold.connect(self._on_calls_told)
        vm.inspection.daemonTold.connect(self._on_daemon_told)
        vm.memory.timelineTold.connect(self._on_timeline_told)
        vm.changes.removed.connect(self.foot.offer_undo)
        self.foot.undoRequested.connect(vm.changes.undo)
        self.picker.chosen.connect(self._on_address_chosen)
        self.picker.refreshRequested.connect(vm.refresh)
        self.tools.nameserversRequested.connect(self.show_nameservers)
        self._tray = Tray(self)
        vm.watching.told.connect(self._tray.tell)
        self.tools.groupingChosen.connect(self._on_grouping_chosen)
        self.tools.set_menu(lambda: more_menu(self, vm, self.model, self.table, self.register))
        self.filter.textChanged.connect(self._on_filter_changed)
        self.filter.returnPressed.connect(self.table.setFocus)
        self.table.opened.connect(vm.open_console)
        self.table.selected.connect(self._on_selected)
        self.table.menuRequested.connect(self._on_menu_requested)
        self.table.columnsChanged.connect(lambda: vm.remember("columns", self.table.arrangement.lines()))
        self.inspector.consoleRequested.connect(vm.open_console)
        self.inspector.daemonRequested.connect(vm.show_daemon)
        self.inspector.remedyRequested.connect(self._on_remedy_requested)
        self.inspector.watchRequested.connect(vm.watching.watch)
        self.inspector.closed.connect(self.table.clearSelection)
        self._start.clicked.connect(vm.start_own_nameserver)
        self.empty.startRequested.connect(vm.start_own_nameserver)
        self.empty.retryRequested.connect(vm.refresh)
        self.empty.daemonsRequested.connect(self.daemonsRequested)
        self.empty.nameserverRequested.connect(self.nameserverRequested)
        self.empty.certificatesRequested.connect(lambda: choose_certificates(self, vm))
        self.empty.clearRequested.connect(lambda: self.set_filter(""))
        self._describe_timer.timeout.connect(self._on_describe_due)
        self._look_timer.timeout.connect(self._on_look_due)
        for keys, act in (
            ("/", self._on_slash),
            ("F5", vm.refresh),
            ("Del", self._on_delete),
        ):
            shortcut = QShortcut(QKeySequence(keys), self if keys != "Del" else self.table, act)
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
        if self._wanted and not self.table.current_name and not self.table.selected_keys:
            self.table.select(self._wanted)
        self._reload()

    def _reload(self) -> None:
        """Bring what stands around the table up to date with it."""
        total = self.model.total
        self.filter.setPlaceholderText(f"Filter {total} objects" if total > 1 else "Filter")
        self.foot.show_counts(self.model.found, total)
        row = self._vm.rows.get(self.table.current_name)
        if row is not None:
            self.inspector.show_row(row, self._vm.remedy(row.key), has_daemon=bool(self._vm.daemon_page(row.key)))
        self._show_inspector(row is not None)
        self._choose_page()

    def _choose_page(self) -> None:
        total = self.model.total
        notice = banner_of(self._vm, total)
        self._banner_line.setVisible(notice is not None)
        if notice is not None:
            self.banner.set_content(*notice)
            self._start.setVisible(can_start(self._vm))
        if self.model.rowCount():
            self._stack.setCurrentWidget(self.table)
        else:
            self._stack.setCurrentWidget(self.empty)
            self.empty.show_reason(*page_of(self._vm, total, self.filter.text()))

    def _on_link_changed(self, link: NameserverLink) -> None:
        self.picker.show_choice(link.nameserver.label if link.nameserver else "")
        self.picker.state.set_state(link.shown, "" if link.nameserver is None else _WORDS.get(link.shown))
        self.picker.state.setVisible(link.nameserver is not None and link.shown != ProcessLink.UNKNOWN)
        self.picker.state.setToolTip(link.sentence)
        self.picker.show_security(link.security, SECURITY_WORDS.get(link.security, ""))
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

    def _on_grouping_chosen(self, grouping: str) -> None:
        self._set_grouping(grouping)
        self._vm.remember("grouping", [grouping])

    def _set_grouping(self, grouping: str) -> None:
        grouping = grouping if grouping in GROUPINGS else FLAT
        self.tools.show_grouping(grouping)
        self._step(lambda: self.model.set_grouping(grouping))

    def _on_selected(self, key: str) -> None:
        if key:
            self._wanted = key
        elif not self._applying:
            self._wanted = ""
        fresh = key != self.inspector.name
        self._reload()
        if key and fresh:
            self.inspector.show_members(None, "")
            self._describe_timer.start()
            self._look_timer.start()
        elif not key:
            self._look_timer.stop()

    def _on_describe_due(self) -> None:
        row = self._vm.rows.get(self.table.current_name)
        if row is None:
            return
        self._on_look_due()
        if row.health in LOST and not row.missing:
            self._vm.examine([row.key])
        if row.missing or row.offline or row.process in (ProcessLink.UNREACHABLE, ProcessLink.NO_REPLY):
            self.inspector.show_members(None, "Known again when it answers.")
        else:
            self._vm.describe(row.key)

    def _on_look_due(self) -> None:
        row = self._vm.rows.get(self.table.current_name)
        if row is None or not self.isVisible():
            return
        nameserver = self._vm.address_of(row.key)
        self._vm.memory.ask_timeline(nameserver.address if nameserver is not None else "", row.name)
        if row.uri and not row.offline:
            self._vm.inspection.look(row)

    def _on_described(self, key: str, description: object, error: str) -> None:
        if key == self.inspector.name:
            self.inspector.show_members(description, error)  # type: ignore[arg-type]
            if error:
                self._vm.examine([key])

    def _on_calls_told(self, key: str, calls: object) -> None:
        if key == self.inspector.name:
            self.inspector.show_calls(calls)  # type: ignore[arg-type]

    def _on_daemon_told(self, key: str, facts: object) -> None:
        if key == self.inspector.name:
            self.inspector.show_daemon(facts)  # type: ignore[arg-type]

    def _on_timeline_told(self, nameserver: str, name: str, changes: object) -> None:
        row = self._vm.rows.get(self.inspector.name)
        address = self._vm.address_of(self.inspector.name)
        if row is not None and row.name == name and address is not None and address.address == nameserver:
            self.inspector.show_timeline(changes)  # type: ignore[arg-type]

    def _on_remedy_requested(self, key: str) -> None:
        row = self._vm.rows.get(key)
        if row is not None and row.verdict.remedy_key == "remove-entry":
            self.ask_to_remove(key)
        elif row is not None and row.verdict.remedy_key == "show-other":
            self.select(self._vm.other_entry(key))
        elif row is not None and row.verdict.remedy_key == "use-tls":
            choose_certificates(self, self._vm)
        elif row is not None and row.verdict.remedy_key == "use-plain":
            ask_for_plain_text(self, self._vm, key)
        elif row is not None and row.verdict.remedy_key == "show-calls":
            self._inspector_area.ensureWidgetVisible(self.inspector.calls)
        else:
            self._vm.apply_remedy(key)

    def _on_menu_requested(self, key: str, position: QPoint) -> None:
        menu = self.menu_for(key)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)

    def _on_delete(self) -> None:
        keys = [
            key for key in self.table.selected_keys if (row := self._vm.rows.get(key)) and row.uri and not row.offline
        ]
        if keys:
            self.ask_to_remove(keys)

    def _on_slash(self) -> None:
        self.filter.setFocus()
        self.filter.selectAll()

    def _show_inspector(self, shown: bool) -> None:
        self._inspector_area.setVisible(shown)
        self._inspector_line.setVisible(shown)
