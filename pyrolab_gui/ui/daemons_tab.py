"""The Daemons tab: the PCs of the lab as a tree, and the selected node's state, form, text and log.

Each PC has a page of its own (`daemons.host_page`), so that what is edited or read on one is there when one comes back.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.daemons.detail import SINCE
from pyrolab_gui.ui.daemons.host_dialog import HostDialog
from pyrolab_gui.ui.daemons.host_page import HostPage
from pyrolab_gui.ui.daemons.tree_view import DaemonsTree
from pyrolab_gui.ui.daemons.undo_keys import UndoKeys
from pyrolab_gui.ui.theme.tokens import TOOL_ROW_HEIGHT, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.viewmodels.daemons_tree import COMPUTER_KEY, node_key, of_host, split_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QFileDialog

    from pyrolab_gui.model.lab import Kind
    from pyrolab_gui.ui.daemons.add_dialog import AddDialog
    from pyrolab_gui.ui.daemons.apply_bar import ApplyBar
    from pyrolab_gui.ui.daemons.detail import Detail
    from pyrolab_gui.ui.daemons.empty import NoLab
    from pyrolab_gui.ui.daemons.problem_list import ProblemList
    from pyrolab_gui.ui.daemons.review_dialog import ReviewDialog
    from pyrolab_gui.ui.daemons.template_dialog import TemplateDialog
    from pyrolab_gui.ui.question_dialog import QuestionDialog
    from pyrolab_gui.ui.wizard.move_dialog import MoveDialog
    from pyrolab_gui.viewmodels.consequences import Verb
    from pyrolab_gui.viewmodels.daemons_vm import DaemonsViewModel
    from pyrolab_gui.viewmodels.hosts_vm import FarHost, HostsViewModel

_TREE_WIDTH = 276
_HERE = ""
"""The key of this PC among the pages."""


class DaemonsTab(Panel):
    """Shows what runs on this PC, and on the lab's others.

    Parameters
    ----------
    vm
        This PC.
    hosts
        The others; None where there are none to look for.

    Signals
    -------
    demoRequested
        Somebody wants the simulated bench.
    logRequested
        Somebody wants the lines of a child (key) around a time, among those of the others.
    """

    demoRequested = Signal()
    logRequested = Signal(str, float)

    def __init__(
        self, vm: DaemonsViewModel, hosts: HostsViewModel | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("base", parent)
        self._vm = vm
        self._hosts = hosts
        self._pages: dict[str, HostPage] = {}
        self.tree = DaemonsTree()
        self.tree.setObjectName("daemons-tree")
        self.add = button("", "plus", "ghost", "Add a nameserver, a daemon, an instrument, or another PC")
        self.add.setObjectName("daemons-add")
        self.start_all = button("Start all", "play")
        self.start_all.setObjectName("daemons-start-all")
        self.stop_all = button("Stop all", "stop")
        self.stop_all.setObjectName("daemons-stop-all")
        self._stack = QStackedWidget()
        self._lay_out()
        self._add_page(_HERE, vm)
        self._connect()
        for host in hosts.hosts if hosts is not None else ():
            self._on_host_added(host)
        self._show_trees()

    # the page that is shown

    @property
    def page(self) -> HostPage:
        """The page of the PC that the selected node belongs to."""
        return self._pages.get(self._split(self.tree.current_key)[0], self._pages[_HERE])

    @property
    def detail(self) -> Detail:
        """The pages of the selected node."""
        return self.page.detail

    @property
    def empty(self) -> NoLab:
        """What is shown where there is no lab."""
        return self.page.empty

    @property
    def problems(self) -> ProblemList:
        """The problems of the lab that is shown."""
        return self.page.problems

    @property
    def bar(self) -> ApplyBar:
        """The edits of the lab that is shown."""
        return self.page.bar

    # what others may ask

    def select(self, key: str) -> None:
        """Go to a node."""
        self.tree.select(key)

    def show_since(self) -> None:
        """Show what happened since a moment."""
        self.select(COMPUTER_KEY)
        self.detail.show_page(SINCE)

    def ask_to_open(self) -> QFileDialog:
        """Ask for a lab file, and open it."""
        return self._pages[_HERE].ask_to_open()

    def ask_for_new(self) -> TemplateDialog:
        """Ask what a new lab file begins with and where it is to be, and make it."""
        return self._pages[_HERE].ask_for_new()

    def ask_to(self, verb: Verb, keys: Sequence[str]) -> QuestionDialog | None:
        """Stop or restart children of one PC; ask first if somebody would notice, and say who."""
        split = [self._split(key) for key in keys]
        if not split:
            return None
        host = split[0][0]
        return self._pages[host].ask_to(verb, [key for of, key in split if of == host])

    def add_entry(self, kind: Kind, daemon: str = "") -> AddDialog:
        """Open the dialog of a new entry of the lab that is shown."""
        return self.page.add_entry(kind, daemon)

    def add_instrument(self) -> None:
        """Help to add an instrument to this PC; without a lab, show how to begin one."""
        self.select(COMPUTER_KEY)
        if self._vm.lab.usable:
            self._pages[_HERE].add_instrument()

    def add_nameserver(self) -> None:
        """Help to add a nameserver to this PC; without a lab, show how to begin one."""
        self.select(COMPUTER_KEY)
        if self._vm.lab.usable:
            self._pages[_HERE].add_entry("nameservers")

    def add_host(self) -> HostDialog:
        """Ask for the address of another PC."""
        assert self._hosts is not None
        dialog = HostDialog(self._hosts, self)
        dialog.added.connect(lambda key: self.select(node_key(key, COMPUTER_KEY)))
        dialog.open()
        return dialog

    def save(self) -> None:
        """Write the edits to the lab file; what runs goes on as it is."""
        self.page.save()

    def apply(self) -> None:
        """Save, and restart only what changed; show first what that interrupts."""
        self.page.apply()

    def review(self) -> ReviewDialog:
        """Show what applying the edits does."""
        return self.page.review()

    def menu_for(self, key: str) -> QMenu:
        """Return the menu of a node: what makes sense in its state, and edits of its entry."""
        host, own = self._split(key)
        menu = self._pages[host].menu_for(own, self._elsewhere(host, own))
        if host and own == COMPUTER_KEY and self._hosts is not None:
            menu.addSeparator()
            menu.addAction("Forget this PC", partial(self._hosts.forget, host))
        return menu

    def move_instrument(self, service: str, source: str, target: str) -> MoveDialog | None:
        """Ask for all that is needed to move an instrument from one PC (key) to another; None where that cannot be."""
        from pyrolab_gui.ui.wizard.move_dialog import MoveDialog  # not at the start of every window
        from pyrolab_gui.viewmodels.move_vm import move_refusal

        here, there = self._pages[source].vm, self._pages[target].vm
        refusal = move_refusal(here, there)
        if refusal:
            self._vm.say(f"{service} cannot be moved now. {refusal}")
            return None
        dialog = MoveDialog(self._vm.moving(service, here, there), self)
        dialog.vm.finished.connect(lambda moved: self.select(node_key(target, f"service/{service}")) if moved else None)
        dialog.open()
        return dialog

    def _elsewhere(self, host: str, own: str) -> dict[str, Callable[[], object]]:
        """Return the other PCs that a node could move to, each with what asks for it."""
        kind, _, name = own.partition("/")
        if kind != "service":
            return {}
        return {
            page.vm.name: partial(self.move_instrument, name, host, other)
            for other, page in self._pages.items()
            if other != host
        }

    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the tree, not on a button that starts everything."""
        super().showEvent(event)
        focused = self.focusWidget()
        if focused is None or focused is self.start_all:
            self.tree.setFocus()

    # building

    def _lay_out(self) -> None:
        side = Panel("alternate")
        side.setFixedWidth(_TREE_WIDTH)
        tools = QHBoxLayout()
        tools.setContentsMargins(M, 0, S, 0)
        tools.setSpacing(S)
        tools.addWidget(self.start_all)
        tools.addWidget(self.stop_all)
        tools.addStretch(1)
        tools.addWidget(self.add)
        holder = QWidget()
        holder.setFixedHeight(TOOL_ROW_HEIGHT)
        holder.setLayout(tools)
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(holder)
        left.addWidget(Separator())
        left.addWidget(self.tree, 1)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(side)
        across.addWidget(Separator(vertical=True))
        across.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.tree.selected.connect(self._on_selected)
        self.tree.activatedNode.connect(self._on_activated)
        self.tree.removeRequested.connect(self._on_remove_requested)
        self.tree.moveRequested.connect(self._on_move_requested)
        self.tree.menuRequested.connect(self._on_menu_requested)
        self.add.clicked.connect(self._on_add_clicked)
        self.start_all.clicked.connect(lambda: self.page.vm.start_all())
        self.stop_all.clicked.connect(lambda: self.page.ask_to("stop", [COMPUTER_KEY]))
        save = QShortcut(QKeySequence.StandardKey.Save, self, self.save)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._undo_keys = UndoKeys(
            self,
            lambda: self.page.vm.lab.undo(),
            lambda: self.page.vm.lab.redo(),
            lambda: self.page.vm.lab.history.settle(),
        )
        rename = QShortcut(QKeySequence("F2"), self.tree, lambda: self.detail.focus_field(""))
        rename.setContext(Qt.ShortcutContext.WidgetShortcut)
        if self._hosts is not None:
            self._hosts.added.connect(self._on_host_added)
            self._hosts.removed.connect(self._on_host_removed)
            self._hosts.changed.connect(self._show_trees)

    def _add_page(self, host: str, vm: DaemonsViewModel) -> None:
        page = self._pages[host] = HostPage(vm)
        self._stack.addWidget(page)
        page.demoRequested.connect(self.demoRequested)
        page.logRequested.connect(lambda key, moment: self.logRequested.emit(node_key(host, key), moment))
        page.selectRequested.connect(lambda key: self.select(node_key(host, key)))
        page.entryAdded.connect(lambda key: self._on_added(node_key(host, key)))
        page.entryRenamed.connect(
            lambda old, new: self.tree.nodes.rename(node_key(host, old), node_key(host, new), new.partition("/")[2])
        )
        page.focusRequested.connect(self.tree.setFocus)
        vm.treeChanged.connect(lambda _: self._show_trees())
        vm.statusChanged.connect(lambda _: self._show_acts())
        vm.lab.changed.connect(self._show_acts)

    def _split(self, key: str) -> tuple[str, str]:
        return split_key(key, self._pages)

    # events

    def _show_trees(self) -> None:
        self.tree.show_trees([of_host(page.vm.tree, host) for host, page in self._pages.items()])
        if not self.tree.current_key:
            self.tree.select(COMPUTER_KEY)
        self._show_acts()

    def _show_acts(self) -> None:
        """Show what may be done to the PC that is shown; with several, its name stands with it."""
        vm = self.page.vm
        allowed = vm.allowed_all()
        if not allowed.start and self.start_all.hasFocus():
            self.tree.setFocus()  # before Qt hands it to the next button, and that is *Stop all*
        self.start_all.setEnabled(allowed.start)
        self.stop_all.setEnabled(allowed.stop)
        where = f" on {vm.name}" if len(self._pages) > 1 else ""
        self.start_all.setToolTip(f"Start everything{where}" if where else "")
        self.stop_all.setToolTip(f"Stop everything{where}" if where else "")
        self.add.setEnabled(vm.lab.usable or self._hosts is not None)

    def _on_host_added(self, host: FarHost) -> None:
        self._add_page(host.key, host.daemons)

    def _on_host_removed(self, key: str) -> None:
        if self._split(self.tree.current_key)[0] == key:
            self.select(COMPUTER_KEY)
        page = self._pages.pop(key, None)
        if page is not None:
            self._stack.removeWidget(page)
            page.deleteLater()

    def _on_selected(self, key: str) -> None:
        if key:
            host, own = self._split(key)
            page = self._pages[host]
            page.show_node(own)
            self._stack.setCurrentWidget(page)
            self._show_acts()

    def _on_activated(self, key: str) -> None:
        host, own = self._split(key)
        vm = self._pages[host].vm
        kind, _, name = own.partition("/")
        if kind == "service" and vm.service_uri(name):
            vm.open_console(name)
            return
        index = self.tree.nodes.index_of(key)
        self.tree.setExpanded(index, not self.tree.isExpanded(index))

    def _on_added(self, key: str) -> None:
        self.select(key)
        self.page.show_configuration()
        self.tree.setFocus()

    def _on_remove_requested(self, key: str) -> None:
        host, own = self._split(key)
        self._pages[host].remove(own, is_current=self.tree.current_key == key)

    def _on_move_requested(self, key: str, down: bool) -> None:
        host, own = self._split(key)
        self._pages[host].move_entry(own, down)

    def _on_add_clicked(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        vm = self.page.vm
        kind, _, daemon = vm.child_of(self._split(self.tree.current_key)[1]).partition("/")
        of = daemon if kind == "daemon" else ""
        for text, add in (
            ("Nameserver…", lambda: self.add_entry("nameservers")),
            ("Daemon…", lambda: self.add_entry("daemons")),
            ("Instrument…", lambda: self.page.add_instrument(of)),
        ):
            menu.addAction(text, add).setEnabled(vm.lab.usable and not vm.read_only)
        if self._hosts is not None:
            menu.addSeparator()
            menu.addAction("Another PC…", self.add_host)
        menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def _on_menu_requested(self, key: str, position: QPoint) -> None:
        menu = self.menu_for(key)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)
