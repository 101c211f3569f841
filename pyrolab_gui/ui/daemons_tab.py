"""The Daemons tab: the lab of this computer as a tree, and the selected node's state, form, text and log."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from pyrolab_gui.ui.daemons.add_dialog import AddDialog
from pyrolab_gui.ui.daemons.apply_bar import ApplyBar, Standing
from pyrolab_gui.ui.daemons.detail import CONFIGURATION, SINCE, YAML, Detail
from pyrolab_gui.ui.daemons.empty import NoLab
from pyrolab_gui.ui.daemons.problem_list import ProblemList
from pyrolab_gui.ui.daemons.review_dialog import ReviewDialog
from pyrolab_gui.ui.daemons.tree_view import DaemonsTree
from pyrolab_gui.ui.daemons.undo_keys import UndoKeys
from pyrolab_gui.ui.question_dialog import QuestionDialog, ask
from pyrolab_gui.ui.theme.tokens import TOOL_ROW_HEIGHT, M, S
from pyrolab_gui.ui.widgets.button import button
from pyrolab_gui.ui.widgets.panel import Panel
from pyrolab_gui.ui.widgets.separator import Separator
from pyrolab_gui.viewmodels.daemons_tree import COMPUTER_KEY
from pyrolab_gui.viewmodels.lab_draft import Entry, entry_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QShowEvent

    from pyrolab_gui.model.lab import Kind
    from pyrolab_gui.model.problems import Problem
    from pyrolab_gui.viewmodels.consequences import Verb
    from pyrolab_gui.viewmodels.daemons_tree import TreeNode
    from pyrolab_gui.viewmodels.daemons_vm import DaemonsViewModel

_TREE_WIDTH = 276
_FILE_FILTER = "Lab files (*.yaml *.yml);;All files (*)"


class DaemonsTab(Panel):
    """Shows a `DaemonsViewModel`.

    Signals
    -------
    demoRequested
        Somebody wants the simulated bench.
    logRequested
        Somebody wants the lines of a child (key) around a time, among those of the others.
    """

    demoRequested = Signal()
    logRequested = Signal(str, float)

    def __init__(self, vm: DaemonsViewModel, parent: QWidget | None = None) -> None:
        super().__init__("base", parent)
        self._vm = vm
        self._lab = vm.lab
        self.tree = DaemonsTree()
        self.tree.setObjectName("daemons-tree")
        self.detail = Detail(vm)
        self.empty = NoLab()
        self.problems = ProblemList()
        self.bar = ApplyBar()
        self.add = button("", "plus", "ghost", "Add a nameserver, a daemon or an instrument")
        self.add.setObjectName("daemons-add")
        self.start_all = button("Start all", "play")
        self.start_all.setObjectName("daemons-start-all")
        self.stop_all = button("Stop all", "stop")
        self.stop_all.setObjectName("daemons-stop-all")
        self._lay_out()
        self._connect()
        self._on_tree_changed(vm.tree)
        self._on_lab_changed()

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
        return self._ask_for_file("Open a lab file", QFileDialog.AcceptMode.AcceptOpen, self._lab.open)

    def ask_for_new(self) -> QFileDialog:
        """Ask where a new lab file is to be, and make it."""
        return self._ask_for_file("New lab", QFileDialog.AcceptMode.AcceptSave, self._lab.new)

    def ask_to(self, verb: Verb, keys: Sequence[str]) -> QuestionDialog | None:
        """Stop or restart; ask first if somebody would notice, and say who."""
        act = partial(self._vm.stop if verb == "stop" else self._vm.restart, keys)
        question = self._vm.question(verb, keys)
        if question is None:
            act()
            return None
        dialog = ask(self, question.title, question.text, question.button, act)
        dialog.say_later(partial(self._vm.ask_hits, keys))
        return dialog

    def add_entry(self, kind: Kind, daemon: str = "") -> AddDialog:
        """Open the dialog of a new entry."""
        dialog = AddDialog(self._lab, kind, daemon, self)
        dialog.added.connect(self._on_added)
        dialog.open()
        return dialog

    def menu_for(self, key: str) -> QMenu:
        """Return the menu of a node: what makes sense in its state, and edits of its entry."""
        menu = QMenu(self)
        allowed = self._vm.allowed([key])
        kind, _, name = key.partition("/")
        if kind == "service":
            menu.addAction("Open console", lambda: self._vm.open_console(name)).setEnabled(
                bool(self._vm.service_uri(name))
            )
        else:
            for text, on, act in (
                ("Start", allowed.start, lambda: self._vm.start([key])),
                ("Restart…", allowed.restart, lambda: self.ask_to("restart", [key])),
                ("Stop…", allowed.stop, lambda: self.ask_to("stop", [key])),
            ):
                menu.addAction(text, act).setEnabled(on)
        entry = Entry.of(key)
        if entry is not None and self._lab.has(entry):
            menu.addSeparator()
            if kind == "daemon":
                menu.addAction("Add instrument…", lambda: self.add_entry("services", name))
            menu.addAction("Rename", lambda: self.detail.focus_field(""))
            menu.addAction("Duplicate", lambda: self._on_added(self._lab.duplicate(entry).key))
            menu.addAction("Remove from the lab", lambda: self._on_remove_requested(key))
        return menu

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

        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.detail)
        self._problems_line = Separator()
        self._bar_line = Separator()
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addWidget(self._problems_line)
        right.addWidget(self.problems)
        right.addWidget(self._bar_line)
        right.addWidget(self.bar)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(side)
        across.addWidget(Separator(vertical=True))
        across.addLayout(right, 1)

    def _connect(self) -> None:
        vm, lab = self._vm, self._lab
        vm.treeChanged.connect(self._on_tree_changed)
        vm.statusChanged.connect(lambda _: self._refresh())
        lab.changed.connect(self._on_lab_changed)
        lab.fileChanged.connect(self._on_file_changed)
        lab.entryRenamed.connect(self._on_entry_renamed)
        self.tree.selected.connect(self._on_selected)
        self.tree.activatedNode.connect(self._on_activated)
        self.tree.removeRequested.connect(self._on_remove_requested)
        self.tree.menuRequested.connect(self._on_menu_requested)
        self.add.clicked.connect(self._on_add_clicked)
        self.start_all.clicked.connect(vm.start_all)
        self.stop_all.clicked.connect(lambda: self.ask_to("stop", [COMPUTER_KEY]))
        self.detail.startRequested.connect(lambda key: vm.start([key]))
        self.detail.stopRequested.connect(lambda key: self.ask_to("stop", [key]))
        self.detail.restartRequested.connect(lambda key: self.ask_to("restart", [key]))
        self.detail.logRequested.connect(self.logRequested)
        self.detail.nodeRequested.connect(self.select)
        self.detail.addServiceRequested.connect(lambda daemon: self.add_entry("services", daemon))
        self.empty.editRequested.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(lab.path))))
        self.empty.readRequested.connect(lab.read_again)
        self.empty.openRequested.connect(self.ask_to_open)
        self.empty.newRequested.connect(self.ask_for_new)
        self.empty.demoRequested.connect(self.demoRequested)
        self.bar.applyRequested.connect(self.apply)
        self.bar.reviewRequested.connect(self.review)
        self.bar.withdrawRequested.connect(vm.apply.withdraw)
        self.bar.discardRequested.connect(lab.discard)
        self.bar.undoRequested.connect(lab.undo)
        self.bar.redoRequested.connect(lab.redo)
        vm.apply.changed.connect(self._refresh)
        lab.stepTaken.connect(self._on_step_taken)
        self.bar.restartRequested.connect(lambda: self.ask_to("restart", vm.changed_keys))
        self.bar.problemsToggled.connect(lambda _: self._show_problems())
        self.problems.jumpRequested.connect(self._on_jump_requested)
        save = QShortcut(QKeySequence.StandardKey.Save, self, self.save)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._undo_keys = UndoKeys(self, lab.undo, lab.redo, lab.history.settle)
        rename = QShortcut(QKeySequence("F2"), self.tree, lambda: self.detail.focus_field(""))
        rename.setContext(Qt.ShortcutContext.WidgetShortcut)

    def save(self) -> None:
        """Write the edits to the lab file; what runs goes on as it is."""
        if self._lab.edited:
            self._lab.save()

    def apply(self) -> None:
        """Save, and restart only what changed; show first what that interrupts."""
        if any(effect.interrupts for effect in self._vm.apply.effects()):
            self.review()
        else:
            self._vm.apply.apply()

    def review(self) -> ReviewDialog:
        """Show what applying the edits does."""
        dialog = ReviewDialog(self._lab, self._vm.apply, self)
        dialog.open()
        return dialog

    # events

    def _on_tree_changed(self, root: TreeNode) -> None:
        self.tree.show_tree(root)
        if not self.tree.current_key:
            self.tree.select(COMPUTER_KEY)
        self._refresh()

    def _on_file_changed(self) -> None:
        self.tree.select(COMPUTER_KEY)
        self.bar.problems.setChecked(bool(self._lab.file_errors))

    def _on_lab_changed(self) -> None:
        lab = self._lab
        mended = self._stack.currentWidget() is self.detail and self.detail.tabs.current() == YAML and lab.path
        self._stack.setCurrentWidget(self.detail if lab.usable or self._vm.statuses() or mended else self.empty)
        if lab.path is not None and not lab.usable:
            count = len(lab.problems)
            self.empty.show_reason(
                f"{lab.path.name} cannot be used as it is",
                f"{'One problem' if count == 1 else f'{count} problems'} must be mended in its text first. "
                "They are listed below; the file is read again as soon as it is mended.",
            )
        else:
            self.empty.show_reason()
        self.add.setEnabled(lab.usable)
        self._refresh()

    def _refresh(self) -> None:
        lab, vm = self._lab, self._vm
        allowed = vm.allowed_all()
        self._keep_focus(allowed.start or not self.start_all.hasFocus())
        self.start_all.setEnabled(allowed.start)
        self.stop_all.setEnabled(allowed.stop)
        errors = sum(problem.severity == "error" for problem in lab.problems)
        focused = self.focusWidget()
        bar_goes = (
            focused is not None and self.bar.isAncestorOf(focused) and (not lab.edited or not focused.isEnabled())
        )
        self._keep_focus(not bar_goes)
        waiting = tuple(map(_name, vm.changed_keys))
        self.bar.show_state(
            Standing(
                changes=lab.changes,
                refusal=vm.apply.refusal if lab.edited else "",
                restarts=tuple(_name(effect.key) for effect in vm.apply.effects() if effect.interrupts),
                errors=errors,
                warnings=len(lab.problems) - errors,
                waiting=waiting,
                pending=vm.apply.pending,
                waiting_for=vm.apply.waiting_for,
                undo=lab.history.undo_words,
                redo=lab.history.redo_words,
                discarded=lab.can_undo_discard,
            )
        )
        self._bar_line.setVisible(not self.bar.isHidden())
        self._show_problems()
        if self.detail.key:
            self.detail.refresh()

    def _keep_focus(self, kept: bool) -> None:
        """Give the focus to the tree before Qt hands it from a button that goes to the next one."""
        if not kept:
            self.tree.setFocus()

    def _show_problems(self) -> None:
        problems = self._lab.problems
        shown = bool(problems) and (self.bar.problems.isChecked() or not self._lab.usable) and not self.bar.isHidden()
        self.problems.setVisible(shown)
        self._problems_line.setVisible(shown)
        if shown:
            self.problems.show_problems(problems)

    def _on_selected(self, key: str) -> None:
        if key:
            self.detail.show_node(key)

    def _on_activated(self, key: str) -> None:
        if key.startswith("service/") and self._vm.service_uri(key.partition("/")[2]):
            self._vm.open_console(key.partition("/")[2])
            return
        index = self.tree.nodes.index_of(key)
        self.tree.setExpanded(index, not self.tree.isExpanded(index))

    def _on_added(self, key: str) -> None:
        self.select(key)
        self.detail.show_page(CONFIGURATION)
        self.tree.setFocus()

    def _on_remove_requested(self, key: str) -> None:
        entry = Entry.of(key)
        if entry is None or not self._lab.has(entry):
            return
        above = self.tree.nodes.node_at(self.tree.nodes.index_of(key).parent())
        self._lab.remove(entry)
        if self._vm.status(key) is None or self.tree.current_key != key:
            self.select(above.key if above is not None else COMPUTER_KEY)

    def _on_entry_renamed(self, old: str, new: str) -> None:
        # Before the tree changes: so the node stays selected, and its form with what has the focus.
        self.tree.nodes.rename(old, new)
        self.detail.renamed(old, new)

    def _on_step_taken(self, key: str, field: str) -> None:
        """Show where something was taken back, or made again."""
        entry = Entry.of(key)
        if entry is None or not self._lab.has(entry):
            return
        self.select(key)
        if field:
            self.detail.focus_field(field)

    def _on_jump_requested(self, problem: Problem) -> None:
        entry = entry_at(problem)
        if entry is not None and self._lab.has(entry) and not self._lab.text_problems:
            self.select(entry.key)
            self.detail.focus_field(str(problem.path[2]) if len(problem.path) > 2 else "")
            return
        line = problem.line or self._lab.line_of(problem)
        if line:
            if not Entry.of(self.tree.current_key):
                self.select(COMPUTER_KEY)
            self._stack.setCurrentWidget(self.detail)
            self.detail.show_page(YAML)
            self.detail.yaml.go_to(line)

    def _on_add_clicked(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Nameserver…", lambda: self.add_entry("nameservers"))
        menu.addAction("Daemon…", lambda: self.add_entry("daemons"))
        menu.addAction("Instrument…", lambda: self.add_entry("services", self._current_daemon()))
        menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def _current_daemon(self) -> str:
        kind, _, name = self._vm.child_of(self.tree.current_key).partition("/")
        return name if kind == "daemon" else ""

    def _on_menu_requested(self, key: str, position: QPoint) -> None:
        menu = self.menu_for(key)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)

    def _ask_for_file(self, title: str, mode: QFileDialog.AcceptMode, use: Callable[[str], object]) -> QFileDialog:
        dialog = QFileDialog(self, title, str(self._lab.folder), _FILE_FILTER)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(mode)
        dialog.setDefaultSuffix("yaml")
        if mode is QFileDialog.AcceptMode.AcceptOpen:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: use(path))
        dialog.open()
        return dialog


def _name(key: str) -> str:
    return key.partition("/")[2]
